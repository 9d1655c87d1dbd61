"""Finds the days that a text prints: ISO 8601, numbers, month names, and the years of other eras.

Years are Gregorian, Buddhist (2440–2599), Solar Hijri (1300–1499), or those of a Japanese era or
of the Republic of China. What is no day of the calendar is no day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from tasks.fields.times.calendar import Month, convert_persian, load_calendar

_ISO = re.compile(
    r"(?<!\d)(?P<y>(?:1[89]|20)\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)"
    r"|(?<![\d.,/-])(?P<y2>(?:19|20)\d\d)(?P<m2>[01]\d)(?P<d2>[0-3]\d)(?=T\d{4}|t\d{4}|\D|$)"
)
_ASIAN = re.compile(
    r"(?<!\d)(?:(?P<y>\d{4}|(?<![\d.:])\d\d)\s?[年년]\s?)?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})"
    r"\s?(?:[日일号號]|(?=\s|$))"
)
_ERA = re.compile(
    r"(?P<era>令和|平成|昭和|大正|(?:中華)?民[國国])\s?(?P<n>元|\d{1,3})\s?[年./-]\s?"
    r"(?P<m>\d{1,2})\s?[月./-]\s?(?P<d>\d{1,2})\s?日?"
)
_ERA_LETTER = re.compile(
    r"(?<![\w.])(?P<era>[RHS])(?P<n>\d{1,2})[./](?P<m>\d{1,2})[./](?P<d>\d{1,2})(?!\d)"
)
_HAN = re.compile(
    r"(?P<y>[〇零○一二三四五六七八九]{4})年(?P<m>[一二三四五六七八九十]{1,3})月"
    r"(?P<d>[一二三四五六七八九十廿]{1,4})[日号號]"
)
# What systems print that know the month's name in another tongue, but not the order: 5月 3, 2024.
_ASIAN_MONTH_FIRST = re.compile(
    r"(?<!\d)(?P<m>\d{1,2}|十?[一二三四五六七八九十])\s?[月월]\s?(?P<d>\d{1,2}),?\s(?P<y>(?:19|20)\d\d)(?!\d)"
)
# What stands between the numbers of a date.
_MARK = re.compile(r"[./|-]")
_ROMAN = re.compile(
    r"(?<![\w.])(?P<d>[0-3]?\d)[. ]\s?(?P<m>I{1,3}|I?[VX]|VI{1,3}|XI{1,2})[. ]\s?"
    r"(?P<y>(?:19|20)\d\d)(?!\d)"
)
_ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_YEAR_FIRST = re.compile(
    r"(?<![\d.,/])(?P<y>(?:19|20|1[34]|25)\d\d)\s?(?P<sep>[./-])\s?(?P<m>\d{1,2})\s?(?P=sep)"
    r"\s?(?P<d>\d{1,2})(?!\d)"
)
_YEAR_LAST = re.compile(
    r"(?<![\d.,/])(?P<a>\d{1,2})\s?(?P<sep>[./|-])\s?(?P<b>\d{1,2})\s?(?P=sep)\s?"
    r"(?P<y>(?:19|20|25|1[34])\d\d|\d\d)(?![\d])(?![.]\d)"
)
_NO_YEAR = re.compile(
    r"(?<![\d.,/:-])(?P<a>\d{1,2})(?P<sep>[./-])(?P<b>\d{1,2})(?:\.|\b)(?=[\s,|]{1,3}\d{1,2}:\d\d)"
)
_BEFORE = re.compile(
    r"(?<![\d.,:])(?P<d>[0-3]?\d)(?:st|nd|rd|th|er|de?|[.ºª°]{1,2}|-?го|-?ви|-?ри|:e|η|ης|e|a)?"
    r"[\s,./-]{0,3}(?:of |de |d’|d'|do |di |of the |den )?(?:(?:st|nd|rd|th) )?$"
)
_AFTER_DAY = re.compile(
    r"^[.]?[\s/-]{0,3}(?P<d>[0-3]?\d)(?:st|nd|rd|th|er|º|ª|\.|日|a?-an|-e|-én|-i|an?(?!\w))?"
    r"(?![\d:])(?!\s?[:h]\s?\d)"
)
_AFTER_YEAR = re.compile(
    r"^[.,]{0,2}[\s,./'’-]{0,4}(?:(?:pazartesi|salı|çarşamba|perşembe|cuma(?:rtesi)?|pazar),?\s)?"
    r"(?:(?:de|del|do|di|of|año|г\.|ปี|พ\.ศ\.|ค\.ศ\.|в|ל|năm|de l[’'])\s?){0,2}['’]?"
    r"(?P<y>\d{4}|\d\d(?![\d:.]|\s?[:h]\s?\d))"
)
_YEAR_BEFORE = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?:ko)?[.,]?\s(?:de |a\. |gada |m\. )?$")
_ERA_STARTS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "R": 2018, "H": 1988,
               "S": 1925}  # fmt: skip
_HAN_DIGITS = {char: value for value, chars in enumerate(
    ("〇零○", "一", "二", "三", "四", "五", "六", "七", "八", "九")) for char in chars}  # fmt: skip
# They write the year first, and so the month before the day where there is none.
_YEAR_FIRST_LANDS = frozenset({"CN", "TW", "HK", "MO", "JP", "KR", "HU", "IR", "MN", "LT"})
_THAI_YEARS = range(2440, 2600)
_PERSIAN_YEARS = range(1300, 1500)
_YEARS = range(1900, 2100)
# Two digits of a Buddhist year: 2543 (2000) and later.
_SHORT_BUDDHIST = range(43, 100)


@dataclass(frozen=True, slots=True)
class Hints:
    """What decides what a text alone leaves open.

    `month_first`: 05/06 is the sixth of May, as Americans write. `before`: a day without a year is
    the latest such day not after this one. `fetched`: what "2 hours ago" counts back from,
    in the zone named `zone` (a moment is equal in every zone: the name tells caches them apart).
    `region`: the country (ISO 3166, capitals) that gives "IST" its meaning.
    """

    month_first: bool = False
    before: date | None = None
    fetched: datetime | None = None
    region: str | None = None
    zone: str | None = None


class Day(NamedTuple):
    """A day, and the range of characters it was read from; `iso` where the notation is ISO 8601,
    `counted` where the moment of the fetch gave what the text leaves out."""

    day: date
    start: int
    end: int
    iso: bool = False
    counted: bool = False


def list_days(text: str, low: str, hints: Hints) -> list[Day]:
    """Every day in the text (its digits already ASCII; `low` in lower case), in order; where two
    readings overlap, the one that begins first, then the longer."""
    found = [*_find_iso(text), *_find_numeric(text, hints), *_find_named(low, hints)]
    if not text.isascii():
        found += _find_asian(text, hints)
    found += _find_eras(text, hints)
    found.sort(key=lambda day: (day.start, -day.end))
    kept: list[Day] = []
    for day in found:
        if not kept or day.start >= kept[-1].end:
            kept.append(day)
    return kept


def _find_iso(text: str) -> Iterator[Day]:
    for match in _ISO.finditer(text):
        year, month, number = match.group("y", "m", "d") if match["y"] else match.group(4, 5, 6)
        day = make_day(year, month, number)
        if day:
            yield Day(day, match.start(), match.end(), iso=True)


def _find_asian(text: str, hints: Hints) -> Iterator[Day]:
    for match in _ASIAN.finditer(text):
        year = match["y"]
        if year is None:
            day = _latest(match["m"], match["d"], hints.before)
        else:
            day = make_day(_full_year(year), match["m"], match["d"])
        if day:
            yield Day(day, match.start(), match.end(), counted=year is None)
    for match in _ASIAN_MONTH_FIRST.finditer(text):
        month = match["m"] if match["m"].isdecimal() else str(_count_han(match["m"]))
        if day := make_day(match["y"], month, match["d"]):
            yield Day(day, match.start(), match.end())
    for match in _HAN.finditer(text):
        year = "".join(str(_HAN_DIGITS[char]) for char in match["y"])
        day = make_day(year, str(_count_han(match["m"])), str(_count_han(match["d"])))
        if day:
            yield Day(day, match.start(), match.end())


def _count_han(text: str) -> int:
    """The number that 十三, 二十 or 廿一 write."""
    tens, ten, ones = text.replace("廿", "二十").partition("十")
    if not ten:
        tens, ones = "", tens
    count = 10 * _HAN_DIGITS.get(tens, 1) if ten else 0
    return count + (_HAN_DIGITS.get(ones, 0) if ones else 0)


def _find_eras(text: str, hints: Hints) -> Iterator[Day]:
    patterns = [] if text.isascii() else [_ERA]
    if hints.region == "JP":
        patterns.append(_ERA_LETTER)
    for pattern in patterns:
        for match in pattern.finditer(text):
            start = _ERA_STARTS.get(match["era"], 1911)
            number = 1 if match["n"] == "元" else int(match["n"])
            day = make_day(str(start + number), match["m"], match["d"])
            if day:
                yield Day(day, match.start(), match.end())


def _find_numeric(text: str, hints: Hints) -> Iterator[Day]:
    marked = _MARK.search(text) is not None
    for match in _YEAR_FIRST.finditer(text) if marked else ():
        if day := make_day(match["y"], match["m"], match["d"]):
            yield Day(day, match.start(), match.end())
    for match in _YEAR_LAST.finditer(text) if marked else ():
        if match["sep"] == "|" and len(match["y"]) == 2:
            continue
        month, number = _order(match["a"], match["b"], match["sep"], hints)
        if day := make_day(_full_year(match["y"]), month, number):
            yield Day(day, match.start(), match.end())
    for match in _ROMAN.finditer(text):
        month = str(_ROMAN_MONTHS.index(match["m"]) + 1)
        if day := make_day(match["y"], month, match["d"]):
            yield Day(day, match.start(), match.end())
    for match in _NO_YEAR.finditer(text) if marked and hints.before else ():
        order = replace(hints, month_first=hints.month_first or hints.region in _YEAR_FIRST_LANDS)
        month, number = _order(match["a"], match["b"], match["sep"], order)
        if day := _latest(month, number, hints.before):
            yield Day(day, match.start(), match.end(), counted=True)


def _order(first: str, second: str, mark: str, hints: Hints) -> tuple[str, str]:
    """(month, day) of two numbers: as the page's land writes them, if the calendar allows it.
    Between dots the day always comes first."""
    month_first = hints.month_first and mark != "." and int(first) <= 12
    if month_first or int(second) > 12:
        return first, second
    return second, first


def _find_named(low: str, hints: Hints) -> Iterator[Day]:
    calendar = load_calendar()
    for start, last, months in calendar.find_months(low):
        end = last
        if low[end : end + 1] == "/":
            end = calendar.match_month(low, end + 1) or end  # آب/أغسطس: one month by two names
        for month in months:
            found = _read_around(low, start, end, month, hints)
            if found:
                yield found
                break


def _read_around(low: str, start: int, end: int, month: Month, hints: Hints) -> Day | None:
    """The day before or after a month's name, and the year; else None."""
    rest = low[end : end + 40]
    if before := _BEFORE.search(low[max(0, start - 16) : start]):
        first = start - (min(start, 16) - before.start())
        if found := _with_year(low, rest, before["d"], (first, end), month):
            return found
        if day := _latest(str(month.number), before["d"], hints.before, month):
            return Day(day, first, end, counted=True)
    if after := _AFTER_DAY.match(rest):
        last = end + after.end()
        if found := _with_year(low, rest[after.end() :], after["d"], (start, last), month):
            return found
        if day := _latest(str(month.number), after["d"], hints.before, month):
            return Day(day, start, last, counted=True)
    return None


def _with_year(low: str, rest: str, number: str, span: tuple[int, int], month: Month) -> Day | None:
    """The day with the year printed after it, or before it as Hungarians do."""
    start, end = span
    year = _AFTER_YEAR.match(rest)
    if year and (day := _date_of(year["y"], month, number)):
        return Day(day, start, end + year.end())
    earlier = _YEAR_BEFORE.search(low[max(0, start - 16) : start])
    if earlier and (day := _date_of(earlier["y"], month, number)):
        return Day(day, start - min(start, 16) + earlier.start(), end)
    return None


def _date_of(year: str, month: Month, number: str) -> date | None:
    if month.persian:
        full = int(year) + (1400 if len(year) == 2 else 0)
        return make_day(str(full), str(month.number), number) if full in _PERSIAN_YEARS else None
    if month.buddhist and len(year) == 2 and int(year) in _SHORT_BUDDHIST:
        year = f"25{year}"
    return make_day(_full_year(year), str(month.number), number)


def _latest(
    month: str, number: str, before: date | None, named: Month | None = None
) -> date | None:
    """The latest such day not after `before` (and a day of grace for zones)."""
    if before is None or (named and named.persian):
        return None
    for year in (before.year, before.year - 1):
        found = make_day(str(year), month, number)
        if found and found <= before + timedelta(days=1):
            return found
    return None


def _full_year(year: str) -> str:
    if len(year) == 2:
        return f"20{year}" if int(year) < 70 else f"19{year}"
    return year


def make_day(year: str, month: str, number: str) -> date | None:
    """The day of these numbers, in whichever calendar the year belongs to; None where there is
    no such day."""
    full = int(year)
    try:
        if full in _PERSIAN_YEARS:
            return convert_persian(full, int(month), int(number))
        if full in _THAI_YEARS:
            full -= 543
        return date(full, int(month), int(number)) if full in _YEARS else None
    except ValueError:
        return None
