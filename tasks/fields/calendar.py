"""The calendar lexicons, indexed once: month names, zone abbreviations, the Solar Hijri year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tasks.lexicon.lines import load_rows


@dataclass(frozen=True, slots=True)
class Month:
    """A month by its number; `persian` ones count in the Solar Hijri calendar, with `buddhist`
    ones stands a Buddhist year."""

    number: int
    persian: bool = False
    buddhist: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """Month names (lower case) and a pattern that finds one as a whole word."""

    months: dict[str, tuple[Month, ...]]
    pattern: re.Pattern[str]
    zones: dict[str, int]


@lru_cache(maxsize=1)
def load_calendar() -> Calendar:
    """The lexicons `calendar.tsv` and `zones.tsv`."""
    months: dict[str, list[Month]] = {}
    for number, language, *forms in load_rows("calendar.tsv"):
        month = Month(int(number.lstrip("j")), number.startswith("j"), language == "th")
        for form in forms:
            known = months.setdefault(form.lower(), [])
            if month not in known:
                known.append(month)
    zones = {name: int(minutes) for minutes, *names in load_rows("zones.tsv") for name in names}
    return Calendar({name: tuple(m) for name, m in months.items()}, _compile(months), zones)


def _compile(months: dict[str, list[Month]]) -> re.Pattern[str]:
    forms = "|".join(re.escape(form) for form in sorted(months, key=len, reverse=True))
    return re.compile(rf"(?<![^\W\d_])(?P<month>{forms})(?![^\W\d_])")


def convert_persian(year: int, month: int, day: int) -> date:
    """The Gregorian day of a Solar Hijri one, by the 33-year cycle of leap years (exact for
    1244–1530). Raises ValueError where there is no such day."""
    if not (1 <= month <= 12 and 1 <= day <= (31 if month <= 6 else 30)):
        raise ValueError(f"no day {day} of month {month}")
    passed = (month - 1) * 31 - max(0, month - 7) + day - 1
    cycles, rest = divmod(year - 979, 33)
    days = (year - 979) * 365 + cycles * 8 + (rest + 3) // 4 + passed
    return date.fromordinal(_EPOCH + days)


_EPOCH = date(1600, 3, 20).toordinal()
