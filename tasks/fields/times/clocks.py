"""Finds the time of day printed beside a day: 14:30, 2.30 pm, 14h30, 오후 2:30, kl. 14.30."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from typing import NamedTuple

_HALF = (
    r"(?P<half>[ap]\.?\s?m\b\.?|صباحا?|ص(?!\w)|مساء?|م(?!\w)|ق\.?\s?ظ|ب\.?\s?ظ|[πμ]\.?\s?μ\.?"
    r"|öö|ös|पूर्वाह्न|अपराह्न)"
)
_CLOCK = re.compile(
    r"(?<![\d.,:/-])(?P<h>[0-2]?\d)\s?(?:[:h]|[시時时點点]|(?P<dot>\.))\s?(?P<min>[0-5]\d)"
    r"(?:\s?(?:[:分분])\s?(?P<s>[0-5]\d)(?:[.,]\d+)?[秒초]?)?(?![\d]|[./]\d)[분分]?"
    rf"\s?{_HALF}?",
    re.IGNORECASE,
)
_HOUR_ONLY = re.compile(
    r"(?<![\d.,:/-])(?:(?P<h>1[0-2]|0?[1-9])\s?(?P<half>[ap]\.?\s?m\b\.?)"
    r"|(?P<h24>[012]?\d)(?:\s?(?:uhr|h)\b|\s?[시時时點点](?!\s?\d|間|间|간)))",
    re.IGNORECASE,
)
_BEFORE_NOON = r"午前|上午|오전|凌晨|早上|清晨|새벽"
_AFTER_NOON = r"午後|下午|오후|晚上|晚间|晚間|傍晚|中午|저녁"
_HALF_BEFORE = re.compile(rf"(?:({_BEFORE_NOON})|({_AFTER_NOON}))\s?$")
_ZONE_NEXT = re.compile(r"\s?\(?[A-Z]{2,5}(?![^\W_])")
_DAY_BEFORE = re.compile(r"(?:(?<!\d)(?:19|20)\d\d|-[0-3]\d),?\s{1,2}$")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_DIGIT = re.compile(r"\d")
# How far after and before its day a clock time may stand.
_REACH = 45
_REACH_BACK = 22
_MOST_WORDS = 2
_AFTERNOON = ("p", "م", "ب", "μ", "ös", "अ")
_MORNING = ("a", "ص", "ق", "π", "öö", "प")
_DOTTED_TAILS = ("uhr", "h", "klo", "a", "p", "wib", "uur", "น.")
_DOTTED_HEADS = (
    ",",
    "|",
    "-",
    "–",
    "kl.",
    "klo",
    "ore",
    "um",
    "at",
    "//",
    "kl",
    "alle",
    "om",
    "·",
    "•",
)


class Clock(NamedTuple):
    """A time of day, whether it has seconds, and the range of characters it was read from."""

    time: time
    seconds: bool
    start: int
    end: int


def find_clock(text: str, start: int, end: int, first: int, last: int) -> Clock | None:
    """The time of day that belongs to the day printed at start:end: the nearer of the one after
    it and the one before it, between the characters `first` and `last`."""
    after = _find_after(text, end, min(last, end + _REACH))
    before = _find_before(text, max(first, start - _REACH_BACK), start)
    if after is None or before is None:
        return after or before
    return before if start - before.end < after.start - end else after


def _find_after(text: str, end: int, last: int) -> Clock | None:
    for clock in list_clocks(text, end, last):
        return None if _parts(text[end : clock.start]) else clock
    return None


def _find_before(text: str, first: int, start: int) -> Clock | None:
    found = list(list_clocks(text, first, start))
    return found[-1] if found and not _parts(text[found[-1].end : start]) else None


def list_clocks(text: str, start: int, end: int) -> Iterator[Clock]:
    """The times of day between two places of a text, in order."""
    at = start
    while at < end and _DIGIT.search(text, at, end):
        found = [m for p in (_CLOCK, _HOUR_ONLY) if (m := p.search(text, at, end))]
        if not found:
            return
        match = min(found, key=lambda m: (m.start(), -m.end()))
        clock = _read(match, text)
        if clock:
            yield clock
        at = match.end()


def _parts(between: str) -> bool:
    """Whether another number or another subject stands between a day and a clock time."""
    if any(c.isdigit() for c in between):
        return True
    return len(_LONG_WORD.findall(between)) > _MOST_WORDS


def _read(match: re.Match[str], text: str) -> Clock | None:
    groups = match.groupdict()
    if groups.get("dot") and not _is_dotted_clock(match, text):
        return None
    hour = int(groups.get("h") or groups.get("h24") or 0)
    half = (groups.get("half") or "").replace(" ", "").lower()
    before = _HALF_BEFORE.search(text[max(0, match.start() - 4) : match.start()])
    if hour < 12 and (half.startswith(_AFTERNOON) or (before and before[2])):
        hour += 12
    elif hour == 12 and (half.startswith(_MORNING) or (before and before[1])):
        hour = 0
    if hour > 23:
        return None
    start = match.start() if before is None else match.start() - len(before[0])
    second = groups.get("s")
    moment = time(hour, int(groups.get("min") or 0), int(second or 0))
    return Clock(moment, second is not None, start, match.end())


def _is_dotted_clock(match: re.Match[str], text: str) -> bool:
    """10.40 is a clock time where a mark of time stands by it, or nothing but the date does."""
    tail = text[match.end() : match.end() + 8].strip().lower()
    head = text[max(0, match.start() - 5) : match.start()].strip().lower()
    if match["half"] or not tail or _ZONE_NEXT.match(text, match.end()):
        return True
    if len(match["h"]) == 2 and _DAY_BEFORE.search(text[max(0, match.start() - 8) : match.start()]):
        return True
    return tail.startswith(_DOTTED_TAILS) or head.endswith(_DOTTED_HEADS)
