"""Whether a plain text shows what the truth says: names word for word, the day in some printing.

A scrape that lacks a name or the year cannot be blamed on who reads it, so the share of right ones
is told of these pages, too. The printings are looked for by patterns of their own, not by the
reader of dates that is measured.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from bench.quality.corpus import Record
from bench.quality.fields import normalise_name, read_time
from tasks.lexicon.lines import load_rows

_MARKS = r"[\s./\-–,年月日년월일]{1,4}"
# Years of the Buddhist calendar, as Thai pages count.
_BUDDHIST = 543


def read_page_text(path: Path) -> str:
    """The text of a page's file, gzipped or not."""
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode(
        "utf-8", "replace"
    )


def read_texts(rows: Iterable[Record]) -> dict[str, str]:
    """The texts of a manifest's rows that name a file, by id."""
    return {row["id"]: read_page_text(Path(row["file"])) for row in rows if row.get("file")}


def shows_names(names: Sequence[str], text: str) -> bool:
    """Whether every name stands in the text, whatever case, accents and punctuation."""
    folded = normalise_name(text)
    return all(normalise_name(name) in folded for name in names)


def shows_day(published: str, text: str) -> bool:
    """Whether day, month and year stand together, in numbers or with the month's name."""
    time = read_time(published)
    if time is None:
        return False
    western = "".join(str(int(c)) if c.isdecimal() else c for c in text.casefold())
    return _compile(time.day).search(western) is not None


@lru_cache(maxsize=1024)
def _compile(day: date) -> re.Pattern[str]:
    year = rf"(?:{day.year}|{day.year + _BUDDHIST}|{day.year % 100:02})"
    number, month = f"0?{day.day}", f"0?{day.month}"
    named = rf"(?:{'|'.join(re.escape(form) for form in _list_names(day.month))})"
    orders = (
        _MARKS.join((number, month, year)),
        _MARKS.join((month, number, year)),
        _MARKS.join((year, month, number)),
        rf"{number}\D{{0,8}}{named}\D{{1,16}}{year}",
        rf"{named}\D{{0,4}}{number}\D{{1,16}}{year}",
        rf"{year}\D{{1,8}}{named}\D{{0,4}}{number}",
        rf"{year}\D{{1,4}}{number}\D{{0,4}}{named}",
        f"{day:%Y%m%d}",
    )
    return re.compile("|".join(rf"(?<!\d)(?:{order})(?!\d)" for order in orders))


@lru_cache(maxsize=12)
def _list_names(month: int) -> tuple[str, ...]:
    """A month's names in all languages of the calendar, the longest first."""
    forms = {
        form.casefold()
        for number, _language, *names in load_rows("calendar.tsv")
        if number == str(month)
        for form in names
    }
    return tuple(sorted(forms, key=len, reverse=True))
