"""How much of one text stands in another, in both directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tasks.reprints.shingles import Marks, Shingles


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two bodies share. Shares count words (characters where a script has no spaces) inside of
    runs that stand in both, from 0 to 1; those of `told` leave direct speech aside. `words` is the
    lesser count of shared words, `stretches` the lesser number of pieces they stand in."""

    share_of_a: float
    share_of_b: float
    told_of_a: float
    told_of_b: float
    words: int
    stretches: int

    def swap(self) -> Overlap:
        """The same with the other body first."""
        return Overlap(
            self.share_of_b,
            self.share_of_a,
            self.told_of_b,
            self.told_of_a,
            self.words,
            self.stretches,
        )


def compare(a: Shingles, b: Shingles) -> Overlap:
    """The exact overlap of two bodies. Comparing the other way round gives the same, swapped."""
    in_a, in_b = _cover(a, b), _cover(b, a)
    told_in_a, told_in_b = in_a & ~a.spoken, in_b & ~b.spoken
    return Overlap(
        _share(in_a, a.tokens),
        _share(in_b, b.tokens),
        _share(told_in_a, a.tokens - int(a.spoken.sum())),
        _share(told_in_b, b.tokens - int(b.spoken.sum())),
        min(int(in_a.sum()), int(in_b.sum())),
        min(_count_stretches(in_a), _count_stretches(in_b)),
    )


def _cover(text: Shingles, other: Shingles) -> Marks:
    """A mark a token: set where a run around it stands in the other text, too."""
    edges = np.zeros(text.tokens + 1, dtype=np.int64)
    if len(other.known):
        places = np.searchsorted(other.known, text.hashes)
        places[places == len(other.known)] = 0
        hits = np.flatnonzero(other.known[places] == text.hashes)
        edges[hits] += 1
        edges[hits + text.width] -= 1
    covered: Marks = edges[:-1].cumsum() > 0
    return covered


def _share(marks: Marks, of: int) -> float:
    return float(marks.sum()) / of if of else 0.0


def _count_stretches(marks: Marks) -> int:
    return int(marks[:1].sum()) + int((marks[1:] & ~marks[:-1]).sum())
