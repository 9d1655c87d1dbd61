"""Body against body: four-word shingles, and whether a page is exactly right.

The measure of the article-extraction benchmark of Scrapinghub (2020): a page's precision and recall
are shares of its shingles, a set's are means over its pages, and its F1 comes of those means.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

SIZE = 4
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Match:
    """One page: shares between 0 and 1, None where that side has no word; `exact` when both have
    the same words in the same order."""

    precision: float | None
    recall: float | None
    exact: bool


@dataclass(frozen=True, slots=True)
class Balance:
    """Precision and recall, and their harmonic mean."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean; 0 where both are 0."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def count_shingles(words: Sequence[str]) -> Counter[tuple[str, ...]]:
    """Every run of four words and how often it comes; fewer words are one run, none are none."""
    starts = range(max(1, len(words) - SIZE + 1)) if words else ()
    return Counter(tuple(words[start : start + SIZE]) for start in starts)


def match_bodies(truth: str, found: str) -> Match:
    """One page's body against its truth."""
    true_words, found_words = _WORD.findall(truth), _WORD.findall(found)
    wanted, got = count_shingles(true_words), count_shingles(found_words)
    shared = (wanted & got).total()
    return Match(
        precision=shared / got.total() if got else None,
        recall=shared / wanted.total() if wanted else None,
        exact=true_words == found_words,
    )


def balance_matches(matches: Sequence[Match]) -> Balance:
    """A set of pages; a page without words on a side is left out of that side's mean."""
    return Balance(
        precision=_average(m.precision for m in matches),
        recall=_average(m.recall for m in matches),
    )


def _average(shares: Iterable[float | None]) -> float:
    known = [share for share in shares if share is not None]
    return fmean(known) if known else 0.0
