"""Which earlier articles a new one is compared with: those that hold some of its keys.

The index is a table of (key, article). Of an article only its few keys are in it, and a key keeps
its first HOLDERS articles only: a wire story in four hundred outlets is found by its first copies,
and a stock phrase costs no more when a million articles have it than when a hundred do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from tasks.reprints.shingles import Hashes
from tasks.reprints.signatures import Signature, estimate_share

# Articles that a key leads to: its first ones.
HOLDERS = 24
# One common key is chance, except where a text has few.
SHARED_KEYS, FEW_KEYS = 2, 12
# By so much may the keys tell less of an overlap than there is: a third of what a reprint needs.
LEAST_SHARE = 0.15
# Articles that one new article is compared with at most: those with the most keys in common. Those
# whose least common key is one are copies of each other, or parts of a series, or have a notice in
# common, and some tell as much as all: the nearest, and the first, in which all of them meet, so
# that copies of one cut find those of another. Kin of kin leads to the rest.
MOST, NEAREST, FIRST = 24, 2, 3

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """Rows of the index, a key and a holder each, with the size and the ceiling of the holder's
    signature. All of one length, in any order."""

    keys: Hashes
    holders: Numbers
    sizes: Numbers
    ceilings: Hashes


class KeyIndex(Protocol):
    """What knows the articles that hold keys; a table of the warehouse, or memory."""

    def look_up(self, keys: Hashes) -> Postings:
        """The rows of these keys (ascending, each once), at most HOLDERS of each: the first."""


class Candidate(NamedTuple):
    """`new` is the place of a signature in what was asked, `holder` the number of an article that
    may share its text, `share` about how much of the shorter one. `least` is the least key
    they have in common."""

    new: int
    holder: int
    keys: int
    share: float
    least: int


def find_candidates(
    new: Sequence[Signature],
    index: KeyIndex,
    *,
    numbers: Sequence[int] = (),
    most: int = MOST,
) -> list[Candidate]:
    """Whom each new article is to be compared with: the best first, at most `most` each. The index
    is asked once for all. `numbers` are those of the new articles: none is compared with itself."""
    if not any(len(signature.keys) for signature in new):
        return []
    keys = np.concatenate([signature.keys for signature in new])
    owners = np.repeat(np.arange(len(new)), [len(signature.keys) for signature in new])
    order = np.argsort(keys, kind="stable")
    postings = index.look_up(np.unique(keys))
    pairs = _join(keys[order], owners[order], postings)
    chosen: dict[int, list[Candidate]] = {}
    for candidate in _count(new, pairs, postings):
        if numbers and numbers[candidate.new] == candidate.holder:
            continue
        chosen.setdefault(candidate.new, []).append(candidate)
    return [c for number in sorted(chosen) for c in _choose(chosen[number], most)]


def _choose(found: list[Candidate], most: int) -> list[Candidate]:
    """Those with the most keys in common, few of each kind."""
    nearest = sorted(found, key=lambda c: (-c.keys, c.holder))
    first = sorted(found, key=lambda c: c.holder)
    some = {*_take_few(nearest, NEAREST), *_take_few(first, FIRST)}
    return [candidate for candidate in nearest if candidate in some][:most]


def _take_few(candidates: Iterable[Candidate], few: int) -> Iterator[Candidate]:
    """The first few of each kind."""
    kinds: Counter[int] = Counter()
    for candidate in candidates:
        kinds[candidate.least] += 1
        if kinds[candidate.least] <= few:
            yield candidate


def _join(keys: Hashes, owners: Numbers, postings: Postings) -> tuple[Numbers, Numbers]:
    """The owners of ascending keys and the rows of the index that have the same key."""
    first = np.searchsorted(keys, postings.keys, "left")
    counts = np.searchsorted(keys, postings.keys, "right") - first
    rows = np.repeat(np.arange(len(postings.keys)), counts)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    return owners[np.repeat(first, counts) + within], rows


def _count(
    new: Sequence[Signature], pairs: tuple[Numbers, Numbers], postings: Postings
) -> Iterable[Candidate]:
    """The pairs with enough keys in common."""
    owners, rows = pairs
    _, places = np.unique(postings.holders, return_inverse=True)
    codes = owners * (len(postings.holders) + 1) + places[rows]
    order = np.argsort(codes, kind="stable")
    _, starts, counts = np.unique(codes[order], return_index=True, return_counts=True)
    leasts = np.minimum.reduceat(postings.keys[rows[order]], starts) if len(rows) else postings.keys
    firsts = order[starts]
    for at, count, least in zip(firsts.tolist(), counts.tolist(), leasts.tolist(), strict=False):
        signature, row = new[owners[at]], int(rows[at])
        size, ceiling = int(postings.sizes[row]), int(postings.ceilings[row])
        if count < SHARED_KEYS and min(size, signature.size) > FEW_KEYS:
            continue
        share = estimate_share(count, signature.size, signature.ceiling, size, ceiling)
        if share >= LEAST_SHARE:
            yield Candidate(int(owners[at]), int(postings.holders[row]), count, share, least)


@dataclass(frozen=True, slots=True, eq=False)
class MemoryIndex:
    """An index in memory of the articles of one batch, for the batch itself: see `index_batch`."""

    postings: Postings

    def look_up(self, keys: Hashes) -> Postings:
        """See `KeyIndex`."""
        rows = self.postings
        first = np.searchsorted(rows.keys, keys, "left")
        counts = np.minimum(np.searchsorted(rows.keys, keys, "right") - first, HOLDERS)
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return _take(rows, np.repeat(first, counts) + within)


def index_batch(numbers: Sequence[int], signatures: Sequence[Signature]) -> MemoryIndex:
    """The index of a batch: a key leads to the HOLDERS lowest numbers that have it."""
    counts = [len(signature.keys) for signature in signatures]
    keys = [signature.keys for signature in signatures]
    postings = Postings(
        np.concatenate(keys) if keys else np.array([], dtype=np.uint64),
        np.repeat(np.array(numbers, dtype=np.int64), counts),
        np.repeat(np.array([s.size for s in signatures], dtype=np.int64), counts),
        np.repeat(np.array([s.ceiling for s in signatures], dtype=np.uint64), counts),
    )
    return MemoryIndex(_take(postings, np.lexsort((postings.holders, postings.keys))))


def _take(postings: Postings, rows: Numbers) -> Postings:
    return Postings(
        postings.keys[rows], postings.holders[rows], postings.sizes[rows], postings.ceilings[rows]
    )
