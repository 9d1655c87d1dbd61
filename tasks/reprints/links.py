"""New articles linked to what shares their text: among the earlier ones and among themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tasks.reprints.candidates import KeyIndex, find_candidates, index_batch
from tasks.reprints.kinship import Kinship, judge
from tasks.reprints.order import NOWHERE, Rank
from tasks.reprints.overlaps import Overlap, compare
from tasks.reprints.shingles import Shingles
from tasks.reprints.signatures import Signature


@dataclass(frozen=True, slots=True, eq=False)
class Entrant:
    """An article as it is compared: `number` in the index, `outlet` and `site` (None where unknown;
    one of them in common makes one outlet), the day it was published, counted from any day, with
    its part, its place in time, and the wire agency it names."""

    number: int
    shingles: Shingles
    outlet: str | None = None
    day: float | None = None
    site: str | None = None
    rank: Rank = NOWHERE
    agency: str | None = None

    def shares_outlet(self, other: Entrant) -> bool:
        """Whether both are of one outlet, as far as is known."""
        pairs = ((self.outlet, other.outlet), (self.site, other.site))
        return any(one is not None and one == another for one, another in pairs)


@dataclass(frozen=True, slots=True)
class Link:
    """Two articles that share a text, the lower number first; `overlap` is in that order."""

    a: int
    b: int
    overlap: Overlap
    kinship: Kinship


Read = Callable[[Sequence[int]], Mapping[int, Entrant]]


def link_articles(
    new: Sequence[tuple[Entrant, Signature]], index: KeyIndex, read: Read
) -> list[Link]:
    """The links of new articles, sorted. `index` knows earlier articles only, and `read` gives
    those that are to be compared, called once; a number that it leaves out is not compared."""
    entrants = {entrant.number: entrant for entrant, _ in new}
    signatures = [signature for _, signature in new]
    numbers = [entrant.number for entrant, _ in new]
    earlier = find_candidates(signatures, index, numbers=numbers)
    old = read(sorted({candidate.holder for candidate in earlier} - entrants.keys()))
    within = find_candidates(signatures, index_batch(numbers, signatures), numbers=numbers)
    found = {_sort(numbers[c.new], c.holder) for c in (*earlier, *within)}
    known = {**old, **entrants}
    links = (link(known[a], known[b]) for a, b in sorted(found) if a in known and b in known)
    return [one for one in links if one.kinship is not Kinship.NONE]


def link(a: Entrant, b: Entrant) -> Link:
    """What two articles are to each other, whichever is named first."""
    if a.number > b.number:
        a, b = b, a
    overlap = compare(a.shingles, b.shingles)
    apart = None if a.day is None or b.day is None else a.day - b.day
    kinship = judge(overlap, same_outlet=a.shares_outlet(b), days_apart=apart)
    return Link(a.number, b.number, overlap, kinship)


def group_articles(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The lowest number of its group for every article that is in a pair, however far apart: the
    same in whatever order the pairs come."""
    above: dict[int, int] = {}

    def find(number: int) -> int:
        while above.setdefault(number, number) != number:
            above[number] = above[above[number]]
            number = above[number]
        return number

    for a, b in pairs:
        low, high = sorted((find(a), find(b)))
        above[high] = low
    return {number: find(number) for number in above}


def _sort(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a <= b else (b, a)
