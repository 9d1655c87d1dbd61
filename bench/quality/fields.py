"""Title, authors and time against the truth. None means that the truth does not tell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

# Printings of one mark that a reader takes for the same.
_MARKS = (
    ("'", "‘’‚‛`´′"),
    ('"', "“”„‟«»″〝〞＂"),
    ("-", "‐‑‒–—―−"),
)
_ONE_MARK = str.maketrans(
    {char: mark for mark, chars in _MARKS for char in chars} | {"…": "..."},
)
_NO_WORD = re.compile(r"[^\w\s]")


@dataclass(frozen=True, slots=True)
class Authors:
    """One page's names: right ones, wrong ones, missing ones; `signed` when the truth has any."""

    right: int
    wrong: int
    missing: int
    signed: bool

    @property
    def same(self) -> bool:
        """Whether the set is exactly right."""
        return not self.wrong and not self.missing


@dataclass(frozen=True, slots=True)
class Time:
    """A time as written: its day, and the instant to the minute where there is an offset."""

    day: date
    instant: datetime | None = None
    local: datetime | None = None


def match_titles(truth: str | None, found: str | None) -> bool | None:
    """The same title, printed alike but for quotes, dashes and white space."""
    return normalise_title(truth) == normalise_title(found or "") if truth else None


def normalise_title(title: str) -> str:
    """One kind of quote and dash, single blanks, composed letters."""
    return " ".join(unicodedata.normalize("NFC", title).translate(_ONE_MARK).split())


def match_authors(truth: Sequence[str] | None, found: Sequence[str] | None) -> Authors | None:
    """Names as sets, whatever their case, accents and punctuation."""
    if truth is None:
        return None
    wanted, got = _normalise_all(truth), _normalise_all(found or ())
    return Authors(len(wanted & got), len(got - wanted), len(wanted - got), bool(wanted))


def _normalise_all(names: Iterable[str]) -> set[str]:
    return {normalise_name(name) for name in names} - {""}


def normalise_name(name: str) -> str:
    """Lower case without accents and punctuation."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(_NO_WORD.sub(" ", bare).split())


def measure_authors(pages: Iterable[Authors]) -> float | None:
    """F1 of all names of all pages together; None where neither side names anybody."""
    right = wrong = missing = 0
    for page in pages:
        right, wrong, missing = right + page.right, wrong + page.wrong, missing + page.missing
    named = 2 * right + wrong + missing
    return 2 * right / named if named else None


def match_day(truth: str | None, found: str | None) -> bool | None:
    """The same day as written or, between two instants, in the truth's own zone."""
    wanted, got = _read_truth(truth), read_time(found)
    if wanted is None or got is None:
        return None if wanted is None else False
    if wanted.local and got.instant:
        there = got.instant.astimezone(wanted.local.tzinfo).date()
        return wanted.day in (got.day, there)
    return wanted.day == got.day


def match_instant(truth: str | None, found: str | None) -> bool | None:
    """The same minute of the world's time; None unless the truth has an offset."""
    wanted, got = _read_truth(truth), read_time(found)
    if wanted is None or wanted.instant is None:
        return None
    return got is not None and got.instant == wanted.instant


def _read_truth(text: str | None) -> Time | None:
    """ValueError where a truth is no time: the corpus is to be mended, not scored."""
    time = read_time(text)
    if time is None and text:
        raise ValueError(f"{text!r} is no ISO 8601 day or time")
    return time


def read_time(text: str | None) -> Time | None:
    """A day or a time in ISO 8601; None where it is neither."""
    written = (text or "").strip()
    try:
        if len(written) == len("2026-11-22"):
            return Time(date.fromisoformat(written))
        local = datetime.fromisoformat(written)
    except ValueError:
        return None
    if local.tzinfo is None:
        return Time(local.date())
    instant = local.astimezone(UTC).replace(second=0, microsecond=0)
    return Time(local.date(), instant, local)
