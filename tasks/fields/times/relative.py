"""Times that a page counts back from the moment it was fetched: "2 hours ago", "gestern, 18:03".

Counts of minutes and hours give an instant, as exact as the page counts; counts of days and weeks
give a day. A weekday or "today" counts only with a clock time, or alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from tasks.fields.times.days import Day
from tasks.lexicon.lines import load_rows
from tasks.model import Precision, Stamp, ZoneFrom

_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1),
          "week": timedelta(weeks=1)}  # fmt: skip
_DAYS = {"today": 0, "yesterday": 1, "before-yesterday": 2}
_CLOCK_NEAR = re.compile(
    r"^[\s,.|·•–-]{0,4}[^\W\d_]{0,5}\.?[\s:]{0,2}(?:[^\W\d_]{2}\s?)?[0-2]?\d[\s:.h時时시點点]"
)
_CLOCK_BEFORE = re.compile(r"\d[:.h]\d\d\s?(?:uhr|h|[ap]m)?[\s,|]{0,3}$")
# What stands alone is short.
_ALONE = 12
_SHORT = 40
_MOST = 400


class Counted(NamedTuple):
    """A time counted back, and the range of characters it was read from."""

    stamp: Stamp
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RelativeWords:
    """The lexicon `relative.tsv`, compiled."""

    counts: dict[str, int]
    units: dict[str, tuple[timedelta, int]]
    days: dict[str, int]
    weekdays: dict[str, int]
    now: re.Pattern[str]
    ago: re.Pattern[str]
    named: re.Pattern[str]


@lru_cache(maxsize=1)
def load_relative_words() -> RelativeWords:
    """All rows by kind; longer forms are tried before shorter ones."""
    words: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    units: dict[str, tuple[timedelta, int]] = {}
    weekdays: dict[str, int] = {}
    days: dict[str, int] = {}
    for kind, _language, *forms in load_rows("relative.tsv"):
        name, _, number = kind.partition(" ")
        words.setdefault(name, []).extend(forms)
        for form in forms:
            if name in _UNITS:
                units.setdefault(form, (_UNITS[name], int(number or 1)))
            elif name == "count":
                counts[form] = int(number)
            elif name == "weekday":
                weekdays[form] = int(number)
            elif name in _DAYS:
                days.setdefault(form, _DAYS[name])
    number = rf"(?P<n{{0}}>\d{{{{1,3}}}}|{_either(counts)})"
    unit = rf"(?P<u{{0}}>{_either(units)})"
    before, after = _either(words["before"]), _either(words["after"])
    ago = (
        rf"(?<![^\W\d_])(?:{before})\s(?:{number.format(1)}\s?)?{unit.format(1)}(?![^\W\d_])"
        rf"|(?<![\w.]){number.format(2)}\s?{unit.format(2)}\.?"
        rf"(?:(?:\s(?:and|und|et|y|e)\s|,?\s)\d{{1,2}}\s?(?P<u3>{_either(units)}))?"
        rf"\s?(?:{after})(?![^\W\d_])"
    )
    return RelativeWords(
        counts, units, days, weekdays,
        now=re.compile(rf"(?<![^\W\d_])(?:{_either(words['now'])})(?![^\W\d_])"),
        ago=re.compile(ago),
        named=re.compile(rf"(?<![^\W\d_])(?P<name>{_either([*days, *weekdays])})(?![^\W\d_])"),
    )  # fmt: skip


def _either(words: object) -> str:
    assert isinstance(words, (list, dict))
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def find_relative(low: str, fetched: datetime) -> Counted | None:
    """The first time counted back in a text of lower case and ASCII digits, or None."""
    words = load_relative_words()
    match = words.ago.search(low)
    if match is None:
        now = words.now.search(low) if len(low) < 2 * _ALONE else None
        return Counted(_count_back(fetched, timedelta(0)), now.start(), now.end()) if now else None
    unit, times = words.units[match["u1"] or match["u2"]]
    printed = match["n1"] or match["n2"] or "1"
    number = int(printed) if printed.isdecimal() else words.counts[printed]
    number = min(number * times, _MOST)
    return Counted(_count_back(fetched, number * unit, unit), match.start(), match.end())


def is_counted(low: str) -> bool:
    """Whether a short text is a time counted back and hardly anything else."""
    match = load_relative_words().ago.search(low) if len(low) <= _SHORT else None
    return match is not None and 2 * len(match[0]) >= len(low.strip())


def _count_back(fetched: datetime, ago: timedelta, unit: timedelta = timedelta(0)) -> Stamp:
    moment = (fetched - ago).replace(second=0, microsecond=0)
    if unit >= timedelta(days=1):
        return Stamp(moment.date(), Precision.DAY)
    offset = moment.utcoffset() or timedelta(0)
    local = moment.replace(tzinfo=None)
    instant = (local - offset).replace(tzinfo=UTC)
    minutes = round(offset.total_seconds() / 60)
    return Stamp(local, Precision.MINUTE, instant, minutes, ZoneFrom.OFFSET)


def list_named_days(low: str, fetched: datetime) -> list[Day]:
    """Days named by their distance from the fetch ("heute", "yesterday") or by their weekday,
    where a clock time stands by them or nothing else does."""
    words = load_relative_words()
    found: list[Day] = []
    for match in words.named.finditer(low):
        ago = words.days.get(match["name"])
        clock = _CLOCK_NEAR.match(low[match.end() : match.end() + 20]) or _CLOCK_BEFORE.search(
            low[max(0, match.start() - 12) : match.start()]
        )
        alone = ago is not None and len(low.strip()) <= len(match["name"]) + _ALONE
        if not clock and not alone:
            continue
        if ago is None:
            ago = (fetched.weekday() - words.weekdays[match["name"]]) % 7
        day = (fetched - timedelta(days=ago)).date()
        found.append(Day(day, match.start(), match.end(), counted=True))
    return found
