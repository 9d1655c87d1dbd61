"""Articles with one text as a group: who was first, and which are one article at two addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tasks.reprints.kin import Pair
from tasks.reprints.links import group_articles
from tasks.reprints.order import Rank


@dataclass(frozen=True, slots=True)
class Membership:
    """Whose reprint an article is: `first` is the first of its group, itself where it is that.
    `alias_of` is the first address of the same article at one outlet, None where it is that."""

    first: int
    alias_of: int | None = None


def find_groups(
    pairs: Iterable[Pair], aliases: Iterable[Pair], ranks: Mapping[int, Rank]
) -> dict[int, Membership]:
    """The groups of all numbers in the pairs, however far apart; `aliases` are those of the pairs
    that are one article."""
    firsts, originals = find_firsts(pairs, ranks), find_firsts(aliases, ranks)
    return {
        number: Membership(first, None if number == original else original)
        for number, first in firsts.items()
        for original in (originals.get(number, number),)
    }


def find_firsts(pairs: Iterable[Pair], ranks: Mapping[int, Rank]) -> dict[int, int]:
    """The first of its group for every number in a pair."""
    members: dict[int, list[int]] = defaultdict(list)
    for number, root in group_articles(pairs).items():
        members[root].append(number)
    found = {}
    for group in members.values():
        first = min(group, key=lambda number: ranks[number])
        found.update(dict.fromkeys(group, first))
    return found
