"""Reads a time as pages print it, in many languages and notations, into a `Stamp`.

Days are read by `days`, clock times by `clocks`, zones by `offsets`, "2 hours ago" by `relative`.
Nothing is invented: what has no clock is a day, what has no offset has no instant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from tasks.fields.times.clocks import Clock, find_clock
from tasks.fields.times.days import Day, Hints, list_days
from tasks.fields.times.digits import lower, normalise_digits
from tasks.fields.times.offsets import read_offset, read_offset_before
from tasks.fields.times.relative import find_relative, list_named_days
from tasks.model import Precision, Stamp, ZoneFrom

__all__ = [
    "Hints",
    "Reading",
    "day_of",
    "drop_midnight",
    "find_stamp",
    "list_stamps",
    "normalise_digits",
    "parse_stamp",
]

_ISO_CLOCK = re.compile(
    r"[Tt _](?P<h>[0-2]?\d):?(?P<min>[0-5]\d)(?::?(?P<s>[0-5]\d)(?:[.,:]\d+)?)?(?!\d)"
    r"(?!\s?[ap]\.?m)"
)
_WHOLE = re.compile(
    r"((?:19|20)\d\d)-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_WHOLE_LENGTH = 25
_CTIME = re.compile(
    r"(?P<m>[A-Z][a-z]{2}) {1,2}(?P<d>\d{1,2}) (?P<c>\d\d:\d\d(?::\d\d)?)"
    r"(?P<z> [A-Z]{3,4}| [+-]\d{4})? (?P<y>\d{4})"
)
# 28.09.1912:44 is a quarter to one on a day of 2019.
_GLUED_SHORT = re.compile(r"(?<!\d)(\d\d?\.\d\d?\.\d\d)([0-2]\d:[0-5]\d)(?!\d)")
# "Jane DoeMay 2, 2024": what elements in a row without blanks leave.
_GLUED_MONTH = re.compile(
    r"(?<=[a-zß-öø-ÿ])(?=(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.? "
    r"[0-3]?\d(?:st|nd|rd|th)?,? (?:19|20)\d\d)"
)
_GLUED = re.compile(r"((?:19|20)\d\d)([0-2]\d:[0-5]\d)")
_DIGIT = re.compile(r"\d")
_LENGTH = 400


@dataclass(frozen=True, slots=True)
class Reading:
    """One time found in a text, and the range of characters it was read from (of the text with
    its digits normalised). `counted` where the moment of the fetch gave its day or its year."""

    stamp: Stamp
    start: int
    end: int
    counted: bool = False


def parse_stamp(text: str, hints: Hints | None = None) -> Stamp | None:
    """The first time in the text, or None. Never raises."""
    reading = find_stamp(text, hints)
    return reading.stamp if reading else None


def find_stamp(text: str, hints: Hints | None = None) -> Reading | None:
    """The first time in the text with its place; at most 400 characters are looked at."""
    readings = list_stamps(text, hints)
    return readings[0] if readings else None


def list_stamps(text: str, hints: Hints | None = None) -> tuple[Reading, ...]:
    """Every time in the first 400 characters of the text, in order. Never raises."""
    if text[:2] in ("20", "19") and len(text) <= _WHOLE_LENGTH and (found := _read_whole(text)):
        return found
    return _list_stamps(text, hints or Hints())


@lru_cache(maxsize=512)  # pages give the same times again and again
def _read_whole(text: str) -> tuple[Reading, ...]:
    """A text that is one ISO 8601 time as machines write it, which no hint changes; () for any
    other."""
    match = _WHOLE.fullmatch(text)
    if match is None:
        return ()
    try:
        year, month, day, hour, minute, second = (int(match[n] or 0) for n in range(1, 7))
        moment = datetime(year, month, day, hour, minute, second)
    except ValueError:
        return ()
    minutes = read_offset(text, match.end(6 if match[6] else 5), moment, None, iso=True)[0]
    precision = Precision.SECOND if match[6] else Precision.MINUTE
    return (Reading(with_offset(moment, precision, minutes), 0, len(text)),)


@lru_cache(maxsize=512)  # the fields of one page ask for the same texts
def _list_stamps(text: str, hints: Hints) -> tuple[Reading, ...]:
    text = prepare_text(text)
    numbers = bool(_DIGIT.search(text)) or "年" in text
    if hints.fetched is None and not numbers:
        return ()
    low = lower(text)
    days = list_days(text, low, hints) if numbers else []
    if not days and hints.fetched:
        if counted := find_relative(low, hints.fetched):
            return (Reading(counted.stamp, counted.start, counted.end, counted=True),)
        days = list_named_days(low, hints.fetched)
    return _read_days(text, days, hints) if days else ()


@lru_cache(maxsize=256)  # asked for the times of a text, and again for their roles
def prepare_text(text: str) -> str:
    """The text as it is read: its beginning, with ASCII digits, ctime dates turned, and a clock
    time parted from the year that it sticks to."""
    text = normalise_digits(text[:_LENGTH])
    if ":" in text and "." in text:
        text = _GLUED_SHORT.sub(r"\1 \2", text)
    if "20" not in text and "19" not in text:
        return text
    text = _GLUED_MONTH.sub(" ", _GLUED.sub(r"\1 \2", text))
    if ctime := _CTIME.search(text):
        day = f"{ctime['d']} {ctime['m']} {ctime['y']}"
        text = f"{text[: ctime.start()]}{day} {ctime['c']}{ctime['z'] or ''}{text[ctime.end() :]}"
    return text


def _read_days(text: str, days: list[Day], hints: Hints) -> tuple[Reading, ...]:
    found: list[Reading] = []
    first = 0
    ends = [*(day.start for day in days[1:]), len(text)]
    for day, last in zip(days, ends, strict=True):
        reading = _read_day(text, day, first, last, hints)
        found.append(reading)
        first = reading.end
    return tuple(found)


def _read_day(text: str, day: Day, first: int, last: int, hints: Hints) -> Reading:
    """The day with the clock time and the zone that belong to it."""
    clock = _read_iso_clock(text, day) if day.iso else None
    iso = clock is not None
    clock = clock or find_clock(text, day.start, day.end, first, last)
    if clock is None:
        return Reading(Stamp(day.day, Precision.DAY), day.start, day.end, day.counted)
    moment = datetime.combine(day.day, clock.time)
    precision = Precision.SECOND if clock.seconds else Precision.MINUTE
    start, end = min(day.start, clock.start), max(day.end, clock.end)
    minutes, zone_end = read_offset(text, clock.end, moment, hints.region, iso=iso or day.iso)
    if minutes is None:
        minutes = read_offset_before(text, start, moment)
    stamp = with_offset(moment, precision, minutes)
    return Reading(stamp, start, max(end, zone_end), day.counted)


def _read_iso_clock(text: str, day: Day) -> Clock | None:
    match = _ISO_CLOCK.match(text, day.end)
    if match is None or int(match["h"]) > 23:
        return None
    moment = datetime(2000, 1, 1, int(match["h"]), int(match["min"]), int(match["s"] or 0))
    return Clock(moment.time(), match["s"] is not None, match.start(), match.end())


def with_offset(moment: datetime, precision: Precision, minutes: int | None) -> Stamp:
    """The stamp of a local time, an instant where its offset is known."""
    if minutes is None:
        return Stamp(moment, precision)
    instant = (moment - timedelta(minutes=minutes)).replace(tzinfo=UTC)
    return Stamp(moment, precision, instant, minutes, ZoneFrom.OFFSET)


def drop_midnight(stamp: Stamp) -> Stamp:
    """A bare day for 00:00 without an offset: a system wrote it that knew no time."""
    local = stamp.local
    if isinstance(local, datetime) and stamp.utc is None and not (local.hour or local.minute):
        return Stamp(local.date(), Precision.DAY)
    return stamp


def day_of(stamp: Stamp) -> date:
    """The calendar day as printed."""
    return stamp.local.date() if isinstance(stamp.local, datetime) else stamp.local
