"""Reads the zone printed after a clock time: +03:00, Z, "(GMT+3)", CEST, ET, "heure de Paris"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tasks.fields.times.calendar import load_calendar
from tasks.fields.times.digits import lower
from tasks.lexicon.lines import is_unspaced, load_rows

_LEAD = r"[\s,|]{0,2}(?:(?i:uhr|hrs?\.?|h|uur|น\.)[\s,]{1,2})?[(\[]?\s?"
_NAMED_OFFSET = re.compile(
    rf"{_LEAD}(?:UTC|GMT)(?:/GMT|/UTC)?\)?\s?(?P<sign>[+-])\s?(?P<h>[01]?\d)(?::?(?P<m>[0-5]\d))?(?!\d)",
    re.IGNORECASE,
)
_BARE_OFFSET = re.compile(
    r"\s?(?:(?P<zulu>Z)(?![a-z])|(?P<sign>[+-])(?P<h>[01]\d)(?P<colon>:)?(?P<m>[0-5]\d)?(?!\d|:\d))",
    re.IGNORECASE,
)
_NAME = re.compile(rf"(?:{_LEAD})(?P<name>[A-ZİМСК]{{1,5}})(?![^\W\d_])")
_REACH = 40
_EAST, _WEST = 14 * 60, -12 * 60


@dataclass(frozen=True, slots=True)
class ZoneWords:
    """Words for a zone by region ("" for all), and a pattern that finds one at a place."""

    zones: dict[tuple[str, str], str]
    pattern: re.Pattern[str]
    before: re.Pattern[str]


@lru_cache(maxsize=1)
def load_zone_words() -> ZoneWords:
    """The lexicon `zone_words.tsv`."""
    zones = {
        (word.lower(), "" if region == "*" else region): zone
        for zone, regions, *words in load_rows("zone_words.tsv")
        for region in regions.split()
        for word in words
    }
    words = sorted({word for word, _ in zones}, key=len, reverse=True)
    either = "|".join(map(re.escape, words))
    unspaced = "|".join(re.escape(word) for word in words if is_unspaced(word[0]))
    return ZoneWords(
        zones,
        re.compile(rf"{_LEAD}(?P<word>{either})(?![^\W\d_])"),
        re.compile(rf"(?P<word>{unspaced})\s?$"),
    )


@lru_cache(maxsize=256)
def load_zone(name: str | None) -> ZoneInfo | None:
    """The zone of an IANA name; None for none, or for a name that the tz database lacks."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None  # a setting's typing error: the zone stays unknown


def read_offset(
    text: str, at: int, moment: datetime, region: str | None, *, iso: bool
) -> tuple[int | None, int]:
    """The minutes east of UTC that the text prints at a place, and where they end; (None, at)
    where it prints none. `moment` is the local time, for zones with summer time."""
    named = _NAMED_OFFSET.match(text, at)
    if named and (minutes := _count(named)) is not None:
        return minutes, named.end()
    bare = _BARE_OFFSET.match(text, at)
    if bare and bare["zulu"]:
        return 0, bare.end()
    if bare and _is_offset(bare, iso=iso) and (minutes := _count(bare)) is not None:
        return minutes, bare.end()
    return _read_name(text, at, moment, region)


def _is_offset(match: re.Match[str], *, iso: bool) -> bool:
    """Not "10:00-11:30", which is an hour and a half, nor "10:40 -05 comments"."""
    return iso or (match["m"] is not None and (match["colon"] is None or match["sign"] == "+"))


def _count(match: re.Match[str]) -> int | None:
    minutes = int(match["h"]) * 60 + int(match["m"] or 0)
    minutes = minutes if match["sign"] == "+" else -minutes
    return minutes if _WEST <= minutes <= _EAST else None


def _read_name(text: str, at: int, moment: datetime, region: str | None) -> tuple[int | None, int]:
    words = load_zone_words()
    tail = lower(text[at : at + _REACH])
    if found := words.pattern.match(tail):
        short = found["word"].isascii() and len(found["word"]) <= 4
        printed = text[at + found.start("word") : at + found.end("word")]
        if not short or printed.isupper():
            minutes = measure_word(found["word"], moment, region)
            if minutes is not None:
                return minutes, at + found.end()
    name = _NAME.match(text, at)
    if name and (minutes := load_calendar().zones.get(name["name"])) is not None:
        return minutes, name.end()
    return None, at


def read_offset_before(text: str, at: int, moment: datetime) -> int | None:
    """The minutes east of UTC that stand before a time, as in 北京时间10:40."""
    if at == 0 or text.isascii():
        return None
    found = load_zone_words().before.search(text[max(0, at - 8) : at])
    return measure_word(found["word"], moment, None) if found else None


def measure_word(word: str, moment: datetime, region: str | None) -> int | None:
    """The offset that a word of the lexicon means at a local time, where the region decides or
    there is no other meaning."""
    zones = load_zone_words().zones
    zone = load_zone(zones.get((word, region or "")) or zones.get((word, "")))
    return measure_zone(zone, moment)


def measure_zone(zone: ZoneInfo | None, moment: datetime) -> int | None:
    """Minutes east of UTC in a zone at a local time; None without a zone."""
    offset = zone.utcoffset(moment) if zone else None
    return None if offset is None else round(offset.total_seconds() / 60)
