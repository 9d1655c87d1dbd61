"""Average-link clusters, top-down contrasts: which articles of a neighbourhood are one event.

Two events of one kind (two elections, two earthquakes in one place) share most of their words. So
whatever clusters at a low threshold is looked at again with the words weighed among themselves:
what all share counts nothing, and the event falls apart where each side has names and numbers of
its own that the other never mentions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.stories.index import ONE
from tasks.stories.senses import Senses, mix
from tasks.stories.sketches import Terms, read_keys, read_values

Matrix = NDArray[np.float64]
Mask = NDArray[np.bool_]
# Whole numbers, so small that sums of their products are exact.
Table = NDArray[np.float32]
Groups = list[list[int]]

# Cosines of words weighed anew are made whole numbers of this fineness, which add up alike in any
# order, so that ties are ties.
_FINE = 1e9
# The part of all pairs across two sides that is of two languages, where languages divide them.
_LANGUAGES = 0.9
# A cluster is divided in two beside the two largest of so many parts.
_PARTS = (2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers that were fitted: see bench/stories.py.

    `alike` is the least average cosine inside a cluster, `contrast` how exclusive the best marker
    of both sides must be to part them, in 0 to 1.
    """

    alike: float = 0.24
    contrast: float = 0.75


def cluster(vectors: Sequence[Terms], limits: Limits, senses: Senses | None = None) -> Groups:
    """Places of the vectors, one list an event, each ascending. Where two pairs are just as alike,
    the order given decides. `senses` count between languages."""
    table = tabulate(vectors)
    sums = (table @ table.T).astype(np.float64)
    if senses is not None:
        sums = mix(sums, senses.tabulate(), ONE)
    merges = list_merges(sums, limits.alike * ONE)
    parts: Groups = []
    for group in gather(len(vectors), merges):
        inside = senses.narrow(group) if senses is not None else None
        parts += part(narrow(table, group), group, limits, inside)
    return parts


def order_by_centre(vectors: Sequence[Terms]) -> list[int]:
    """Places of the vectors, the nearest to their common centre first."""
    values = tabulate(vectors).astype(np.float64)
    near = values @ values.sum(axis=0)
    return sorted(range(len(vectors)), key=lambda place: (-near[place], place))


def tabulate(vectors: Sequence[Terms]) -> Table:
    """One row an article, one column a term that at least two have: values, 0 where it is not."""
    flat = np.concatenate([*vectors, np.zeros(0, np.uint32)])
    rows = np.repeat(np.arange(len(vectors)), [len(vector) for vector in vectors])
    _, columns, counts = np.unique(read_keys(flat), return_inverse=True, return_counts=True)
    shared = counts > 1
    kept, places = shared[columns], np.cumsum(shared) - 1
    table = np.zeros((len(vectors), np.count_nonzero(shared)), np.float32)
    table[rows[kept], places[columns[kept]]] = read_values(flat[kept])
    return table


def narrow(table: Table, rows: Sequence[int] | Mask) -> Table:
    """Those rows, and the columns that at least two of them have."""
    values = table[rows]
    return values[:, np.count_nonzero(values, axis=0) > 1]


def list_merges(sums: Matrix, least: float) -> list[tuple[int, int]]:
    """The steps of average linkage, the most alike first, while the mean across is at least
    `least`: the group that stays, and the one that goes into it. `sums` holds whole numbers, one
    for each two, and is used up."""
    count = len(sums)
    sizes, alive = np.ones(count), np.ones(count, np.bool_)
    mean = sums.copy()
    np.fill_diagonal(mean, -1.0)
    best = mean.argmax(axis=1) if count else np.zeros(0, np.int64)
    value = mean[np.arange(count), best]
    merges: list[tuple[int, int]] = []
    while len(merges) < count - 1:
        at = int(value.argmax())
        if value[at] < max(least, 0.0):
            break
        one, other = sorted((at, int(best[at])))
        merges.append((one, other))
        sums[one] += sums[other]
        sums[:, one] = sums[one]
        sizes[one] += sizes[other]
        alive[other] = False
        row = np.where(alive, sums[one] / (sizes * sizes[one]), -1.0)
        row[one] = -1.0
        mean[one], mean[:, one] = row, row
        mean[other], mean[:, other] = -1.0, -1.0
        # A mean across never grows by merging: only who had one of the two as its best looks again.
        stale = np.flatnonzero(alive & ((best == one) | (best == other)))
        stale = np.union1d(stale, [one, other])
        best[stale] = mean[stale].argmax(axis=1)
        value[stale] = mean[stale, best[stale]]
    return merges


def gather(count: int, merges: Sequence[tuple[int, int]]) -> Groups:
    """The groups that those steps make of `count` places."""
    groups: Groups = [[place] for place in range(count)]
    for one, other in merges:
        groups[one] += groups[other]
        groups[other] = []
    return [sorted(group) for group in groups if group]


def part(
    table: Table, places: Sequence[int], limits: Limits, senses: Senses | None = None
) -> Groups:
    """The cluster, or its parts where two sides contrast, each looked at again."""
    found = _find_sides(table, limits, senses) if len(places) > 3 else None
    if found is None:
        return [list(places)]
    parts: Groups = []
    for side in (found, ~found):
        inside = [place for place, taken in zip(places, side, strict=True) if taken]
        among = senses.narrow(side) if senses is not None else None
        parts += part(narrow(table, side), inside, limits, among)
    return parts


def _find_sides(table: Table, limits: Limits, senses: Senses | None) -> Mask | None:
    """The division in two with the best contrast, if that is enough."""
    rows = _weigh_among(table)
    count = len(rows)
    merges = list_merges(np.round(rows @ rows.T * _FINE), 0.0)
    best, chosen = 0.0, None
    for fewest in _PARTS:
        side = _divide(rows, gather(count, merges[: max(0, count - fewest)]))
        if side is None or (senses is not None and _is_translated(senses, side, limits.alike)):
            continue
        contrast = measure_contrast(table, side)
        if contrast > best:
            best, chosen = contrast, side
    return chosen if best >= limits.contrast else None


def _is_translated(senses: Senses, side: Mask, alike: float) -> bool:
    """Whether two sides are one event in two languages: then each has words of its own."""
    across = senses.languages[side][:, None] != senses.languages[~side][None, :]
    means = senses.tabulate()[side][:, ~side]
    return float(across.mean()) >= _LANGUAGES and float(means[across].mean()) / 2 >= alike


def _weigh_among(values: Table) -> Matrix:
    """Rows of length 1, each term by how rare it is among these articles."""
    having = np.maximum(1, np.count_nonzero(values, axis=0))
    rows = values * np.log(len(values) / having)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Matrix = rows / np.where(lengths > 0, lengths, 1.0)
    return scaled


def _divide(rows: Matrix, groups: Groups) -> Mask | None:
    """Everything beside the nearer of the two largest groups, moved until it stays."""
    groups = sorted(groups, key=lambda group: (-len(group), group))
    if len(groups) < 2 or len(groups[1]) < 2:
        return None
    side = np.isin(np.arange(len(rows)), groups[0])
    rest = np.isin(np.arange(len(rows)), groups[1])
    for _ in range(3):
        towards = np.round(rows @ (_centre(rows[side]) - _centre(rows[rest])), 9)
        side = towards >= 0
        rest = ~side
        if min(side.sum(), rest.sum()) < 2:
            return None
    return side


def _centre(rows: Matrix) -> Matrix:
    mean: Matrix = rows.mean(axis=0)
    return mean / (float(np.linalg.norm(mean)) or 1.0)


def measure_contrast(table: Table, side: Mask) -> float:
    """How surely two sides tell of different things: the weaker side's best marker, 0 to 1.
    Shares are shrunk, so that two articles prove less than ten."""
    there = table > 0
    return min(_mark(there, side), _mark(there, ~side))


def _mark(there: Mask, side: Mask) -> float:
    """The worth of the best marker of one side: its share there less its share elsewhere."""
    shares = np.count_nonzero(there[side], axis=0) / (np.count_nonzero(side) + 1)
    others = np.count_nonzero(there[~side], axis=0) + 0.5
    worths = shares - others / (np.count_nonzero(~side) + 1)
    return max(0.0, float(worths.max(initial=0.0)))
