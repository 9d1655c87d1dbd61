"""Reads a time as pages print it, in many languages and notations, into a `Stamp`.

Notations: ISO 8601 and RFC 3339, RFC 5322 dates, numeric days, and month names; digits of any
script; Buddhist and Solar Hijri years. Nothing is invented: what has no clock is a day, what has
no offset has no instant.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from tasks.fields.calendar import convert_persian, load_calendar
from tasks.model import Precision, Stamp, ZoneFrom

_ISO = re.compile(
    r"(?<!\d)(?P<y>(?:1[89]|20)\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)"
    r"|(?<!\d)(?P<y2>(?:19|20)\d\d)(?P<m2>[01]\d)(?P<d2>[0-3]\d)(?=T\d{4}|t\d{4}|\D|$)"
)
_ISO_CLOCK = re.compile(
    r"[Tt _](?P<h>[0-2]?\d):?(?P<min>[0-5]\d)(?::?(?P<s>[0-5]\d)(?:[.,:]\d+)?)?(?!\d)"
)
_ASIAN = re.compile(
    r"(?<!\d)(?P<y>\d{4})\s?(?:年|년)\s?(?P<m>\d{1,2})\s?(?:月|월)\s?(?P<d>\d{1,2})\s?(?:日|일|号|號)?"
)
_YEAR_FIRST = re.compile(
    r"(?<![\d.,/])(?P<y>(?:19|20|1[34]|25)\d\d)\s?(?P<sep>[./-])\s?(?P<m>\d{1,2})\s?(?P=sep)\s?(?P<d>\d{1,2})(?!\d)"
)
_YEAR_LAST = re.compile(
    r"(?<![\d.,/])(?P<a>\d{1,2})\s?(?P<sep>[./-])\s?(?P<b>\d{1,2})\s?(?P=sep)\s?(?P<y>(?:19|20|25)\d\d|\d\d)(?![\d])"
)
_CLOCK = re.compile(
    r"(?<![\d.,:/-])(?P<h>[0-2]?\d)\s?(?:[:：h]|시\s?|時|时|(?P<dot>\.))\s?(?P<min>[0-5]\d)"
    r"(?:\s?(?:[:：]|分|분)\s?(?P<s>[0-5]\d)(?:[.,]\d+)?)?(?![\d]|[./]\d)(?:분|分)?\s?(?P<half>[ap]\.?\s?m\b\.?|ص|م(?!\w)|মিনিট)?",
    re.IGNORECASE,
)
_HOUR_ONLY = re.compile(
    r"(?<![\d.,:/-])(?P<h>1[0-2]|0?[1-9])\s?(?P<half>[ap]\.?m\b\.?)|(?<![\d.,:/-])(?P<h24>[012]?\d)\s(?:uhr|h)\b",
    re.IGNORECASE,
)
_HALF_BEFORE = re.compile(r"(午前|上午|오전|凌晨|早上)|(午後|下午|오후|晚上|晚间|中午)")
_OFFSET = re.compile(
    r"^\s?(?:\(?(?:UTC|GMT|utc|gmt)\)?\s?)?(?:(?P<zulu>Z|z)(?![A-Za-z])|(?P<sign>[+\u2212-])(?P<oh>[01]?\d)(?::?(?P<om>[0-5]\d))?(?!\d))"
)
_ZONE_NAME = re.compile(r"^[\s,]{0,2}\(?(?P<name>[A-ZİМСК]{1,5})(?![A-Za-z])")
_DAY_NUMBER = r"(?P<d>[0-3]?\d)(?:\.?º|\.?ª|\.|st|nd|rd|th|er|ος|-го|-а|日|\'?e|. |:e)?"
_CTIME = re.compile(
    r"(?P<m>[A-Z][a-z]{2}) {1,2}(?P<d>\d{1,2}) (?P<c>\d\d:\d\d(?::\d\d)?)"
    r"(?P<z> [A-Z]{3,4}| [+-]\d{4})? (?P<y>\d{4})"
)
_BEFORE = re.compile(
    r"(?<![\d.,:])(?P<d>[0-3]?\d)(?:st|nd|rd|th|er|de?|[.ºª°]|-?го|-?ви|-?ри|:e|η|ης|e)?"
    r"[\s,./-]{0,3}(?:of |de |d’|d'|do |di |of the |den )?(?:(?:st|nd|rd|th) )?$"
)
_AFTER_DAY = re.compile(
    r"^[.]?[\s/-]{0,3}(?P<d>[0-3]?\d)(?:st|nd|rd|th|er|º|ª|\.|日|a?-an|-e|-én|-i)?(?![\d:])(?!\s?[:h]\s?\d)"
)
_AFTER_YEAR = re.compile(
    r"^[.,]{0,2}[\s,./'’-]{0,4}(?:(?:de|del|do|di|of|año|г\.|ปี|พ\.ศ\.|в|ל|de l[’'])\s)?['’]?"
    r"(?P<y>\d{4}|\d\d(?![\d:.]|\s?[:h]\d))"
)
_YEAR_BEFORE = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[.,]?\s(?:de |a\. |gada )?$")
_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u061c\ufeff\u200b\u200c\u00ad"))
_REACH = 45
_THAI_YEARS = range(2440, 2600)
_PERSIAN_YEARS = range(1300, 1500)
_YEARS = range(1900, 2100)


@dataclass(frozen=True, slots=True)
class Hints:
    """What decides an ambiguous 05/06: `month_first` where the page's own land writes it so.
    `year` completes a day printed without one (the latest such day not after `before`)."""

    month_first: bool = False
    before: date | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One time found in a text, and the range of characters it was read from."""

    stamp: Stamp
    start: int
    end: int


def normalise_digits(text: str) -> str:
    """The text with every decimal digit as ASCII and without invisible marks; the same length
    except for those marks."""
    if text.isascii():
        return text
    text = text.translate(_MARKS).replace("\u00a0", " ").replace("\u202f", " ")
    return "".join(_ascii_digit(c) if c.isdecimal() else c for c in text)


def _ascii_digit(char: str) -> str:
    return char if "0" <= char <= "9" else str(unicodedata.decimal(char))


def parse_stamp(text: str, hints: Hints | None = None) -> Stamp | None:
    """The first time in the text, or None. Never raises."""
    reading = find_stamp(text, hints)
    return reading.stamp if reading else None


@lru_cache(maxsize=512)  # the fields of one page ask for the same texts
def find_stamp(text: str, hints: Hints | None = None) -> Reading | None:
    """The first time in the text with its place; at most 400 characters are looked at."""
    text = normalise_digits(text[:400])
    if ctime := _CTIME.search(text):
        day = f"{ctime['d']} {ctime['m']} {ctime['y']}"
        text = f"{text[: ctime.start()]}{day} {ctime['c']}{ctime['z'] or ''}"
    hints = hints or Hints()
    best: Reading | None = None
    for finder in (_find_iso, _find_asian, _find_numeric, _find_named):
        reading = finder(text, hints)
        if reading and (best is None or reading.start < best.start):
            best = reading
    return best


def _find_iso(text: str, hints: Hints) -> Reading | None:
    for match in _ISO.finditer(text):
        day = _make_day(
            match["y"] or match["y2"], match["m"] or match["m2"], match["d"] or match["d2"]
        )
        if day is None:
            continue
        clock = _ISO_CLOCK.match(text, match.end())
        if clock is None:
            return _with_clock(text, day, match.start(), match.end())
        moment = _make_moment(day, clock["h"], clock["min"], clock["s"])
        if moment is None:
            return Reading(Stamp(day, Precision.DAY), match.start(), match.end())
        if _half_follows(text, clock.end()):
            return _with_clock(text, day, match.start(), match.end())
        precise = Precision.SECOND if clock["s"] else Precision.MINUTE
        return _with_zone(text, moment, precise, match.start(), clock.end())
    return None


def _half_follows(text: str, at: int) -> bool:
    return text[at : at + 3].strip().lower()[:2] in ("am", "pm")


def _find_asian(text: str, hints: Hints) -> Reading | None:
    if text.isascii():
        return None
    match = _ASIAN.search(text)
    day = _make_day(match["y"], match["m"], match["d"]) if match else None
    return _with_clock(text, day, match.start(), match.end()) if match and day else None


def _find_numeric(text: str, hints: Hints) -> Reading | None:
    first = _YEAR_FIRST.search(text)
    if first and (day := _make_day(first["y"], first["m"], first["d"])):
        return _with_clock(text, day, first.start(), first.end())
    for match in _YEAR_LAST.finditer(text):
        day_number, month = match["a"], match["b"]
        swap = hints.month_first and match["sep"] == "/" and int(day_number) <= 12
        if swap or int(month) > 12:
            day_number, month = month, day_number
        day = _make_day(_full_year(match["y"]), month, day_number)
        if day:
            return _with_clock(text, day, match.start(), match.end())
    return None


def _find_named(text: str, hints: Hints) -> Reading | None:
    calendar = load_calendar()
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c.lower() if len(c.lower()) == 1 else "i" for c in text)
    for match in calendar.pattern.finditer(low):
        for month in calendar.months[match["month"]]:
            found = _read_around(
                low, match.start(), match.end(), month.number, month.persian, hints
            )
            if found:
                day, start, end = found
                return _with_clock(text, day, start, end)
    return None


def _read_around(
    low: str, start: int, end: int, month: int, persian: bool, hints: Hints
) -> tuple[date, int, int] | None:
    """The day before or after a month's name, and the year; else None."""
    before = _BEFORE.search(low[max(0, start - 16) : start])
    rest = low[end:]
    if before:
        first = start - (min(start, 16) - before.start())
        year = _AFTER_YEAR.match(rest)
        if year and (day := _date_of(year["y"], month, before["d"], persian)):
            return day, first, end + year.end()
        if (earlier := _YEAR_BEFORE.search(low[:first])) and (
            day := _date_of(earlier["y"], month, before["d"], persian)
        ):
            return day, earlier.start(), end
        if hints.before and (day := _latest(month, before["d"], hints.before)):
            return day, first, end
    after = _AFTER_DAY.match(rest)
    if after:
        year = _AFTER_YEAR.match(rest[after.end() :])
        if year and (day := _date_of(year["y"], month, after["d"], persian)):
            return day, start, end + after.end() + year.end()
        earlier = _YEAR_BEFORE.search(low[:start])
        if earlier and (day := _date_of(earlier["y"], month, after["d"], persian)):
            return day, earlier.start(), end + after.end()
        if hints.before and (day := _latest(month, after["d"], hints.before)):
            return day, start, end + after.end()
    return None


def _date_of(year: str, month: int, day: str, persian: bool) -> date | None:
    if persian:
        if int(year) not in _PERSIAN_YEARS:
            return None
        try:
            return convert_persian(int(year), month, int(day))
        except ValueError:
            return None
    return _make_day(_full_year(year), str(month), day)


def _latest(month: int, day: str, before: date) -> date | None:
    for year in (before.year, before.year - 1):
        found = _make_day(str(year), str(month), day)
        if found and found <= before + timedelta(days=1):
            return found
    return None


def _full_year(year: str) -> str:
    if len(year) == 2:
        return f"20{year}" if int(year) < 70 else f"19{year}"
    return year


def _make_day(year: str, month: str, day: str) -> date | None:
    number = int(year)
    try:
        if number in _PERSIAN_YEARS:
            return convert_persian(number, int(month), int(day))
        if number in _THAI_YEARS:
            number -= 543
        return date(number, int(month), int(day)) if number in _YEARS else None
    except ValueError:
        return None


def _make_moment(day: date, hour: str, minute: str, second: str | None) -> datetime | None:
    try:
        return datetime(day.year, day.month, day.day, int(hour), int(minute), int(second or 0))
    except ValueError:
        return None


def _with_clock(text: str, day: date, start: int, end: int) -> Reading:
    """The day, with the clock time printed right after it, or else right before it."""
    for clock, at in _list_clocks(text, start, end):
        moment = _read_clock(clock, text, day)
        if moment is not None:
            precise = Precision.SECOND if clock.groupdict().get("s") else Precision.MINUTE
            return _with_zone(
                text, moment, precise, min(start, at), max(end, clock.end()), clock.end()
            )
    return Reading(Stamp(day, Precision.DAY), start, end)


def _list_clocks(text: str, start: int, end: int) -> list[tuple[re.Match[str], int]]:
    found: list[tuple[re.Match[str], int]] = []
    for pattern in (_CLOCK, _HOUR_ONLY):
        after = pattern.search(text, end, min(len(text), end + _REACH))
        if after and not _breaks(text[end : after.start()]):
            found.append((after, after.start()))
        before = pattern.search(text, max(0, start - _REACH), start)
        if (
            before
            and not _breaks(text[before.end() : start])
            and len(text[before.end() : start]) < 22
        ):
            found.append((before, before.start()))
    return found


def _breaks(between: str) -> bool:
    """Whether another date or another subject stands between a day and a clock time."""
    digits = sum(c.isdigit() for c in between)
    words = re.findall(r"[^\W\d_]{4,}", between)
    return digits > 0 or len(words) > 2


def _read_clock(clock: re.Match[str], text: str, day: date) -> datetime | None:
    groups = clock.groupdict()
    hour = groups.get("h") or groups.get("h24")
    if hour is None or (groups.get("dot") and not _dotted_clock(clock, text)):
        return None
    number = int(hour)
    half = (groups.get("half") or "").replace(" ", "").lower()
    before = _HALF_BEFORE.search(text[max(0, clock.start() - 4) : clock.start()])
    if (half[:1] in ("p", "م") or (before and before[2])) and number < 12:
        number += 12
    elif (half[:1] in ("a", "ص") or (before and before[1])) and number == 12:
        number = 0
    return _make_moment(day, str(number), groups.get("min") or "0", groups.get("s"))


def _dotted_clock(clock: re.Match[str], text: str) -> bool:
    """10.40 is a clock time where a mark of time stands by it, or nothing but the date does."""
    tail = text[clock.end() : clock.end() + 8].strip().lower()
    head = text[max(0, clock.start() - 5) : clock.start()].strip().lower()
    return (
        bool(clock["half"])
        or tail.startswith(("uhr", "h", "klo", "a", "p", "wib"))
        or (
            head.endswith((",", "|", "-", "–", "kl.", "klo", "ore", "um", "at", "//", "kl", "alle"))
            or not tail
        )
    )


def _with_zone(
    text: str,
    moment: datetime,
    precision: Precision,
    start: int,
    end: int,
    clock_end: int | None = None,
) -> Reading:
    """The moment with the offset or zone abbreviation printed after its clock."""
    at = end if clock_end is None else clock_end
    minutes, length = _read_offset(text[at : at + 16])
    if minutes is None:
        return Reading(Stamp(moment, precision), start, end)
    try:
        instant = (moment - timedelta(minutes=minutes)).replace(tzinfo=UTC)
    except OverflowError:
        return Reading(Stamp(moment, precision), start, end)
    stamp = Stamp(moment, precision, instant, minutes, ZoneFrom.OFFSET)
    return Reading(stamp, start, max(end, at + length))


def _read_offset(tail: str) -> tuple[int | None, int]:
    match = _OFFSET.match(tail)
    if match:
        if match["zulu"]:
            return 0, match.end()
        minutes = int(match["oh"]) * 60 + int(match["om"] or 0)
        if minutes <= 14 * 60:
            return (minutes if match["sign"] == "+" else -minutes), match.end()
    name = _ZONE_NAME.match(tail)
    if name:
        minutes_east = load_calendar().zones.get(name["name"])
        if minutes_east is not None:
            return minutes_east, name.end()
    return None, 0


def drop_midnight(stamp: Stamp) -> Stamp:
    """A bare day for 00:00 without an offset: a system wrote it that knew no time."""
    local = stamp.local
    if isinstance(local, datetime) and stamp.utc is None and not (local.hour or local.minute):
        return Stamp(local.date(), Precision.DAY)
    return stamp


def day_of(stamp: Stamp) -> date:
    """The calendar day as printed."""
    return stamp.local.date() if isinstance(stamp.local, datetime) else stamp.local
