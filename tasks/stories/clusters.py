"""Average-link clusters, top-down contrasts: which articles of a neighbourhood are one event.

Two events of one kind (two elections, two earthquakes in one place) share most of their words. So
whatever clusters at a low threshold is looked at again with the words weighed among themselves:
what all share counts nothing, and the event falls apart where each side has names and numbers of
its own that the other never mentions.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.stories.sketches import Sketch, Weight

Matrix = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers that were fitted: see bench/stories.py.

    `alike` is the least average cosine inside a cluster, `contrast` how exclusive the markers of
    both sides must be to part them, in 0 to 1, `markers` how many a side must show. `plain` and
    `late` are what a marker is worth that is no name, and that stands behind the lead.
    """

    alike: float = 0.24
    contrast: float = 0.75
    markers: int = 1
    plain: float = 1.0
    late: float = 1.0
    least_rarity: float = 1.5


def cluster(sketches: Sequence[Sketch], limits: Limits) -> list[list[int]]:
    """Places of the sketches, one list an event, each ascending; order depends on ids only if the
    sketches are given in the order of their ids."""
    parts = []
    for group in link_average(measure(weigh_all(sketches)), limits.alike):
        parts += part([sketches[place] for place in group], group, limits)
    return parts


def weigh_all(sketches: Sequence[Sketch]) -> Matrix:
    """One row a sketch, one column a term that at least two have, values as in the sketches."""
    counts = Counter(key for sketch in sketches for key in sketch.terms)
    columns = {key: at for at, key in enumerate(sorted(k for k, n in counts.items() if n > 1))}
    rows = np.zeros((len(sketches), max(1, len(columns))))
    for row, sketch in zip(rows, sketches, strict=True):
        for key, weight in sketch.terms.items():
            if key in columns:
                row[columns[key]] = weight.value
    return rows


def measure(rows: Matrix) -> Matrix:
    """Every cosine; rounded, so that ties are ties in any order of adding up."""
    return np.round(rows @ rows.T, 9)


def link_average(alike: Matrix, least: float) -> list[list[int]]:
    """Clusters joined, the most alike first, while the mean likeness across is at least `least`."""
    return _join(alike, least, 1)


def _join(alike: Matrix, least: float, fewest: int) -> list[list[int]]:
    groups: list[list[int]] = [[place] for place in range(len(alike))]
    mean = alike.copy()
    np.fill_diagonal(mean, -1.0)
    left = len(groups)
    while left > fewest:
        one, other = sorted(divmod(int(mean.argmax()), len(mean)))
        if mean[one, other] < least or mean[one, other] < 0:
            break
        a, b = len(groups[one]), len(groups[other])
        joined = np.round((a * mean[one] + b * mean[other]) / (a + b), 9)
        joined[mean[one] < 0] = -1.0
        joined[mean[other] < 0] = -1.0
        mean[one], mean[:, one] = joined, joined
        mean[other], mean[:, other] = -1.0, -1.0
        groups[one] = sorted(groups[one] + groups[other])
        groups[other] = []
        left -= 1
    return [group for group in groups if group]


def part(sketches: Sequence[Sketch], places: Sequence[int], limits: Limits) -> list[list[int]]:
    """The cluster, or its parts where two sides contrast, each looked at again."""
    found = _find_sides(sketches, limits) if len(sketches) > 3 else None
    if found is None:
        return [list(places)]
    parts = []
    for side in (found, ~found):
        inside = [at for at, taken in enumerate(side) if taken]
        parts += part([sketches[at] for at in inside], [places[at] for at in inside], limits)
    return parts


def _find_sides(sketches: Sequence[Sketch], limits: Limits) -> Mask | None:
    """The division in two with the best contrast, if that is enough."""
    rows = _weigh_among(sketches)
    alike = measure(rows)
    best, chosen = 0.0, None
    for fewest in (2, 3, 4, 5):
        side = _divide(rows, _join(alike, 0.0, fewest))
        contrast = measure_contrast(sketches, side, limits) if side is not None else 0.0
        if side is not None and contrast > best:
            best, chosen = contrast, side
    return chosen if best >= limits.contrast else None


def _weigh_among(sketches: Sequence[Sketch]) -> Matrix:
    """Rows of length 1, each term by how rare it is among these sketches."""
    rows = weigh_all(sketches)
    having = np.maximum(1, (rows > 0).sum(axis=0))
    rows = rows * np.log(len(sketches) / having)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Matrix = rows / np.where(lengths > 0, lengths, 1.0)
    return scaled


def _divide(rows: Matrix, groups: list[list[int]]) -> Mask | None:
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


def measure_contrast(sketches: Sequence[Sketch], side: Mask, limits: Limits) -> float:
    """How surely two sides tell of different things: the weaker side's best markers, 0 to 1."""
    one = [sketch for sketch, taken in zip(sketches, side, strict=True) if taken]
    rest = [sketch for sketch, taken in zip(sketches, side, strict=True) if not taken]
    return min(_mark(one, rest, limits), _mark(rest, one, limits))


def _mark(one: Sequence[Sketch], rest: Sequence[Sketch], limits: Limits) -> float:
    """The mean worth of the best markers of one side. Shares are shrunk, so that two articles
    prove less than ten."""
    others = Counter(key for sketch in rest for key in sketch.terms)
    seen: dict[str, list[Weight]] = {}
    for sketch in one:
        for key, weight in sketch.terms.items():
            if weight.rarity >= limits.least_rarity:
                seen.setdefault(key, []).append(weight)
    worths = []
    for key, weights in seen.items():
        share = len(weights) / (len(one) + 1) - (others[key] + 0.5) / (len(rest) + 1)
        worths.append(share * _rate(weights, limits))
    best = sorted(worths, reverse=True)[: limits.markers]
    return math.fsum(best) / limits.markers


def _rate(weights: Sequence[Weight], limits: Limits) -> float:
    named = 2 * sum(weight.named for weight in weights) >= len(weights)
    leads = 3 * sum(weight.leads for weight in weights) >= len(weights)
    return (1.0 if named else limits.plain) * (1.0 if leads else limits.late)
