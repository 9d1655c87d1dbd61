"""The calendar lexicons, indexed once: month names, zone abbreviations, the Solar Hijri year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tasks.lexicon.lines import load_rows

_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Month:
    """A month by its number; `persian` ones count in the Solar Hijri calendar, with `buddhist`
    ones stands a Buddhist year."""

    number: int
    persian: bool = False
    buddhist: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """Month names (lower case), and by the letters that they begin with, the longest first."""

    months: dict[str, tuple[Month, ...]]
    starts: dict[str, tuple[str, ...]]
    zones: dict[str, int]

    def find_months(self, low: str) -> Iterator[tuple[int, int, tuple[Month, ...]]]:
        """Where month names stand as whole words in a text of lower case, and what they mean."""
        if self.starts.keys().isdisjoint(_LETTERS.findall(low)):
            return
        end = 0
        for word in _LETTERS.finditer(low):
            if word.start() >= end and word[0] in self.starts:
                name = self._match(low, word.start(), word[0])
                if name:
                    end = word.start() + len(name)
                    yield word.start(), end, self.months[name]

    def match_month(self, low: str, at: int) -> int:
        """Where a month name ends that begins at a place of the text; 0 where none does."""
        word = _LETTERS.match(low, at)
        name = self._match(low, at, word[0]) if word and word[0] in self.starts else ""
        return at + len(name) if name else 0

    def _match(self, low: str, at: int, word: str) -> str:
        for name in self.starts[word]:
            if low.startswith(name, at) and not _LETTERS.match(low, at + len(name)):
                return name
        return ""


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
    return Calendar({name: tuple(m) for name, m in months.items()}, _index(months), zones)


def _index(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    starts: dict[str, list[str]] = {}
    for name in sorted(names, key=len, reverse=True):
        letters = _LETTERS.match(name)
        assert letters is not None, name
        starts.setdefault(letters[0], []).append(name)
    return {start: tuple(found) for start, found in starts.items()}


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
