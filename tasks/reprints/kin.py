"""The reprints of new articles, as they are kept: each article with the first of its kin.

A wire story in four hundred outlets would make eighty thousand pairs. Kept are those of each
article with the LISTED earliest that share its text and were before it (`order`). Which these are
does not depend on when an article was loaded: one that comes late and was early takes the places
of others. Whoever is kin to kin is compared, too, so that a text with more copies than a key of
the index leads to is known whole.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from tasks.reprints.candidates import KeyIndex
from tasks.reprints.kinship import Kinship
from tasks.reprints.links import Entrant, Link, link, link_articles
from tasks.reprints.order import Rank
from tasks.reprints.signatures import Signature

# Earlier articles that an article is kept with: the first of its kin.
LISTED = 12
# How often kin of kin are asked for; most are known after the first time.
ROUNDS = 6


class Pair(NamedTuple):
    """Two numbers that are kin, the one that was first first."""

    first: int
    later: int


class Archive(KeyIndex, Protocol):
    """What is known of earlier articles; a warehouse, or memory."""

    def read(self, numbers: Sequence[int]) -> Mapping[int, Entrant]:
        """The articles of these numbers; one that is gone has no key."""

    def list_kin(self, numbers: Collection[int]) -> tuple[Sequence[Pair], Mapping[int, Rank]]:
        """The pairs that are kept in which any of these numbers is, and the place in time of every
        number in them."""


@dataclass(frozen=True, slots=True)
class Found:
    """What new articles change: the pairs to be kept from now on with what they share, and kept
    ones that are to be dropped. Both sorted. `entrants` are all that were compared."""

    kept: Sequence[tuple[Pair, Link]]
    dropped: Sequence[Pair]
    entrants: Mapping[int, Entrant]


@dataclass(slots=True)
class _Kin:
    """The pairs as they come to be: lists of the earlier kin of each number, in order. `verified`
    has all that were found to be kin, in both directions, kept in a list or not."""

    archive: Archive
    entrants: dict[int, Entrant]
    ranks: dict[int, Rank] = field(default_factory=dict)
    earlier: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    later: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    verified: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    links: dict[Pair, Link] = field(default_factory=dict)
    dropped: set[Pair] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)
    compared: set[tuple[int, int]] = field(default_factory=set)

    def ask(self, numbers: Iterable[int]) -> None:
        """Take up the kept pairs of these numbers."""
        fresh = sorted(set(numbers) - self.asked)
        self.asked.update(fresh)
        if not fresh:
            return
        pairs, ranks = self.archive.list_kin(fresh)
        for number, rank in ranks.items():
            self.ranks.setdefault(number, rank)
        for pair in pairs:
            if pair.first not in self.earlier[pair.later] and pair not in self.dropped:
                self._list(pair)

    def _list(self, pair: Pair) -> None:
        insort(self.earlier[pair.later], pair.first, key=lambda number: self.ranks[number])
        self.later[pair.first].add(pair.later)

    def add(self, one: Link) -> None:
        """Keep a pair, unless the later of the two has enough that were before."""
        pair = self.order(one.a, one.b)
        self.compared.add((one.a, one.b))
        self.verified[one.a].add(one.b)
        self.verified[one.b].add(one.a)
        if not self.is_wanted(pair):
            return
        self._list(pair)
        self.links[pair] = one
        for last in self.earlier[pair.later][LISTED:]:
            self._drop(Pair(last, pair.later))

    def _drop(self, pair: Pair) -> None:
        self.earlier[pair.later].remove(pair.first)
        self.later[pair.first].discard(pair.later)
        if self.links.pop(pair, None) is None:
            self.dropped.add(pair)

    def order(self, a: int, b: int) -> Pair:
        """Two numbers, the one that was first first."""
        return Pair(a, b) if self.ranks[a] < self.ranks[b] else Pair(b, a)

    def is_wanted(self, pair: Pair) -> bool:
        """Whether the pair is not listed, and would be if the two were kin."""
        listed = self.earlier[pair.later]
        if pair.first in listed:
            return False
        return len(listed) < LISTED or self.ranks[pair.first] < self.ranks[listed[-1]]

    def list_near(self, number: int) -> set[int]:
        """Those that are kin to the number."""
        return {*self.earlier[number], *self.later[number], *self.verified[number]}


def find_kin(
    new: Sequence[tuple[Entrant, Signature]], archive: Archive, bereft: Collection[int] = ()
) -> Found:
    """The pairs of new articles, each given with its signature. The archive knows earlier ones, and
    keeps no pair of an article that is given anew. `bereft` are earlier ones that lost one of a
    full list, because the other is gone or has another text: they are compared again."""
    kin = _Kin(archive, {entrant.number: entrant for entrant, _ in new})
    kin.ranks.update({entrant.number: entrant.rank for entrant, _ in new})
    links = link_articles(new, archive, lambda numbers: _read(kin, numbers))
    fresh = {entrant.number for entrant, _ in new}
    kin.ask({number for one in links for number in (one.a, one.b)} - fresh | set(bereft))
    for one in links:
        kin.add(one)
    for _ in range(ROUNDS):
        if not _widen(kin, sorted(fresh)):
            break
    return Found(sorted(kin.links.items()), sorted(kin.dropped), kin.entrants)


def _read(kin: _Kin, numbers: Sequence[int]) -> dict[int, Entrant]:
    """The articles, each read once."""
    missing = [number for number in numbers if number not in kin.entrants]
    if missing:
        kin.entrants.update(kin.archive.read(missing))
    found = {number: kin.entrants[number] for number in numbers if number in kin.entrants}
    for number, entrant in found.items():
        kin.ranks.setdefault(number, entrant.rank)
    return found


def _widen(kin: _Kin, fresh: Sequence[int]) -> bool:
    """Compare new articles with the kin of their kin, as far as that changes a list; True when any
    list changed."""
    near = {number: kin.list_near(number) for number in fresh}
    kin.ask(other for others in near.values() for other in others)
    wanted = sorted(
        {pair for number in fresh for pair in _list_wanted(kin, number, near[number])},
        key=lambda pair: (kin.ranks[pair.first], kin.ranks[pair.later]),
    )
    kin.ask(number for pair in wanted for number in pair)
    wanted = [pair for pair in wanted if kin.is_wanted(pair)]
    known = _read(kin, sorted({number for pair in wanted for number in pair}))
    changed = False
    for pair in wanted:
        kin.compared.add((min(pair), max(pair)))
        if not kin.is_wanted(pair) or pair.first not in known or pair.later not in known:
            continue
        one = link(known[pair.first], known[pair.later])
        if one.kinship is not Kinship.NONE:
            kin.add(one)
            changed = True
    return changed


def _list_wanted(kin: _Kin, number: int, near: Iterable[int]) -> Iterator[Pair]:
    """The pairs of a new article with kin of its kin that were not compared and may be listed."""
    for far in set().union(*(kin.list_near(other) for other in near)) - {number}:
        pair = kin.order(far, number)
        if kin.is_wanted(pair) and (min(pair), max(pair)) not in kin.compared:
            yield pair
