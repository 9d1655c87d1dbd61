"""What linked articles are reprints of: the engine between what the warehouse reads and stages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from warehouse.links import Changes, Fresh, Rows, find_linked, turn
from warehouse.reprints import (
    DROPPED,
    GROUPS,
    KEYS,
    LEFT,
    MARKS,
    PAIRS,
    SIGNATURES,
    Member,
    Text,
    find_bereft,
    find_holders,
    list_groups,
    list_members,
    list_pairs,
    read_texts,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tasks.digests import Digests
    from tasks.reprints.candidates import Postings
    from tasks.reprints.groups import Membership
    from tasks.reprints.kin import Found, Pair
    from tasks.reprints.links import Entrant, Link
    from tasks.reprints.order import Rank
    from tasks.reprints.shingles import Shingles
    from tasks.reprints.signatures import Signature
    from warehouse.connect import Connection

# Holders of a key that the index keeps: some more than it leads to, because some go.
KEPT_HOLDERS = 96
_LOWER = 32
_DAY = timedelta(days=1) // timedelta(microseconds=1)

New = Sequence[tuple["Entrant", "Signature"]]


def find_reprints(connection: Connection, changes: Changes, digests: Digests) -> Mapping[str, Rows]:
    """The rows of all tables of reprints that linking these articles adds, changes and removes."""
    from tasks.reprints.kin import LISTED, find_kin

    archive = Archive(connection, frozenset(changes.replaced))
    fresh = [
        sign(enter(article, shingles))
        for article, shingles in zip(changes.fresh, digests.shingles, strict=True)
    ]
    bereft = find_bereft(connection, changes.replaced, LISTED)
    again = [sign(entrant) for _, entrant in sorted(archive.read(bereft).items())]
    found = find_kin([*fresh, *again], archive, bereft)
    return {
        **index(fresh, archive.full),
        "reprints": turn(PAIRS, [print_pair(found, *kept) for kept in found.kept]),
        "reprints_dropped": turn(DROPPED, list(found.dropped)),
        **regroup(connection, changes, found),
    }


@dataclass(frozen=True, slots=True)
class Archive:
    """The earlier articles of the warehouse as the engine asks for them (`tasks.reprints.kin`).
    `replaced` are numbers whose rows are no longer true, `full` counts the holders of the keys
    that were looked up, where there are several."""

    connection: Connection
    replaced: frozenset[int]
    full: dict[int, int] = field(default_factory=dict)

    def look_up(self, keys: NDArray[np.uint64]) -> Postings:
        """The first holders of each key; they are told apart by their upper bits."""
        import numpy as np

        from tasks.reprints.candidates import HOLDERS, Postings

        short = keys >> np.uint64(_LOWER)
        asked, firsts = np.unique(short, return_index=True)
        rows = find_holders(self.connection, asked.astype(np.uint32), self.replaced, KEPT_HOLDERS)
        starts = np.searchsorted(rows.keys, rows.keys, "left")
        places = np.arange(len(rows.keys)) - starts
        self.full.update(count_holders(rows.keys))
        few = places < HOLDERS
        at = firsts[np.searchsorted(asked, rows.keys[few])]
        ceilings = rows.ceilings[few].astype(np.uint64) << np.uint64(_LOWER)
        return Postings(
            keys[at],
            rows.numbers[few].astype(np.int64),
            rows.sizes[few].astype(np.int64),
            ceilings | np.uint64(2**_LOWER - 1),
        )

    def read(self, numbers: Sequence[int]) -> dict[int, Entrant]:
        """The articles of these numbers in the version that was linked, those of a group as first
        fetched when their place in time was kept."""
        from tasks.reprints.shingles import make_shingles

        asked = [number for number in numbers if number not in self.replaced]
        seen = {m.number: tell_time(m.seen) for m in list_members(self.connection, asked)}
        return {
            text.number: enter(
                replace(text, first_seen_at=seen.get(text.number, text.first_seen_at)),
                make_shingles(text.body),
            )
            for text in read_texts(self.connection, asked)
        }

    def list_kin(self, numbers: Collection[int]) -> tuple[list[Pair], dict[int, Rank]]:
        """The pairs of these numbers that stay, and the place in time of all in them."""
        from tasks.reprints.kin import Pair

        rows = list_pairs(self.connection, numbers, self.replaced)
        pairs = [Pair(first, later) for first, later, _ in rows]
        known = {number for pair in pairs for number in pair}
        return pairs, {m.number: place(m) for m in list_members(self.connection, known)}


def enter(article: Fresh | Text, shingles: Shingles) -> Entrant:
    """The article as it is compared, by the runs of its body."""
    from tasks.fields.wires.wires import name_wire
    from tasks.reprints.links import Entrant
    from tasks.reprints.order import rank_article

    rank = rank_article(
        article.article_id, article.first_seen_at, article.published_at, article.published_on
    )
    return Entrant(
        article.number,
        shingles,
        article.outlet,
        None if rank.begin is None else rank.moment / _DAY,
        article.site,
        rank,
        article.agency or (name_wire(article.outlet) if article.outlet else None),
    )


def sign(entrant: Entrant) -> tuple[Entrant, Signature]:
    """The article with its signature."""
    from tasks.reprints.signatures import make_signature

    return entrant, make_signature(entrant.shingles)


def place(member: Member) -> Rank:
    """The place in time of a member of a group."""
    from tasks.reprints.order import Rank

    return Rank(member.placed, member.seen, member.article_id)


def count_holders(keys: NDArray[np.uint32]) -> dict[int, int]:
    """How many rows each of the ascending keys has, where it has several."""
    import numpy as np

    held, counts = np.unique(keys, return_counts=True)
    several = counts > 1
    return dict(zip(held[several].tolist(), counts[several].tolist(), strict=True))


def index(fresh: New, full: Mapping[int, int]) -> dict[str, Rows]:
    """The rows of the index: of each article its signature, and its keys by key, as far as not
    enough articles hold them; `full` counts those that do."""
    import numpy as np

    shift = np.uint64(_LOWER)
    counts = dict(full)
    held: list[tuple[int, int]] = []
    for entrant, signature in fresh:
        for key in np.unique(signature.keys >> shift).tolist():
            counts[key] = counts.get(key, 0) + 1
            if counts[key] <= KEPT_HOLDERS:
                held.append((key, entrant.number))
    signatures = [(e.number, s.size, s.ceiling >> _LOWER) for e, s in fresh]
    return {
        "reprint_keys": turn(KEYS, sorted(held)),
        "reprint_signatures": turn(SIGNATURES, signatures),
    }


def print_pair(found: Found, pair: Pair, one: Link) -> tuple[Any, ...]:
    """The row of a pair."""
    from tasks.reprints.order import tell_order

    first, later = found.entrants[pair.first], found.entrants[pair.later]
    overlap = one.overlap if one.a == pair.first else one.overlap.swap()
    return (
        first.rank.id,
        later.rank.id,
        str(one.kinship),
        overlap.share_of_a,
        overlap.share_of_b,
        overlap.words,
        str(tell_order(first.rank, later.rank)),
        first.shares_outlet(later),
        first.agency or later.agency,
        pair.first,
        pair.later,
    )


def regroup(connection: Connection, changes: Changes, found: Found) -> dict[str, Rows]:
    """The groups that the pairs make now, where they were touched."""
    from tasks.reprints.groups import find_groups
    from tasks.reprints.kin import Pair

    touched = {number for pair, _ in found.kept for number in pair}
    touched |= {number for pair in found.dropped for number in pair} | set(changes.replaced)
    before = {member.number: member for member in list_groups(connection, touched)}
    ranks = {number: place(member) for number, member in before.items()}
    ranks |= {number: found.entrants[number].rank for number in touched & found.entrants.keys()}
    dropped = set(found.dropped)
    pairs = {Pair(first, later): is_alias
             for first, later, is_alias in list_pairs(connection, before, changes.replaced)
             if Pair(first, later) not in dropped}  # fmt: skip
    pairs |= {pair: one.kinship == "alias" for pair, one in found.kept}
    groups = find_groups(pairs, [pair for pair, is_alias in pairs.items() if is_alias], ranks)
    left = [(number,) for number in sorted(before.keys() - groups.keys())]
    return {
        "reprint_groups": turn(GROUPS, list(list_rows(groups, ranks))),
        "reprints_left": turn(LEFT, left),
        "reprint_marks": mark(connection, changes, groups, before, ranks),
    }


def list_rows(
    groups: Mapping[int, Membership], ranks: Mapping[int, Rank]
) -> Iterator[tuple[Any, ...]]:
    """The rows of the groups, by number."""
    for number, group in sorted(groups.items()):
        rank = ranks[number]
        original = None if group.alias_of is None else ranks[group.alias_of].id
        times = (tell_time(rank.moment), tell_time(rank.seen))
        yield (rank.id, ranks[group.first].id, original, *times, number, group.first)


def tell_time(microseconds: int) -> datetime:
    """The instant so long after 1970, UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def mark(
    connection: Connection,
    changes: Changes,
    groups: Mapping[int, Membership],
    before: Mapping[int, Member],
    ranks: Mapping[int, Rank],
) -> Rows:
    """What `articles.reprint_of` is to be, where it is something else: a version that was loaded
    anew has none."""
    fresh = {article.number: article.load_number for article in changes.fresh}
    old = {
        n: m.first_id for n, m in before.items() if m.first_id != m.article_id and n not in fresh
    }
    new = {n: ranks[g.first].id for n, g in groups.items() if g.first != n}
    changed = sorted(n for n in old.keys() | new.keys() if old.get(n) != new.get(n))
    known = find_linked(connection, changed) | {
        article.number: (article.article_id, article.load_number) for article in changes.fresh
    }
    return turn(MARKS, [(*known[n], new.get(n)) for n in changed if n in known])
