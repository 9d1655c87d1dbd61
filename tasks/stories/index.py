"""Which articles are alike, found among many by their heaviest rare terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from tasks.stories.senses import gather_senses, mix
from tasks.stories.sketches import KEYS, WHOLE, Sketch, read_keys, read_values

Places = NDArray[np.int64]
Values = NDArray[np.float64]

# A likeness of 1, in the whole numbers that are added up.
ONE = WHOLE**2
# How many of the heaviest terms lead to other articles: without a common one they are never
# compared.
_ANCHORS = 40
# The part of a link's likeness that common anchors must have; the rest is in commoner terms.
_BY_ANCHORS = 0.4


class Index:
    """Sketches by their anchors. A place is a sketch's position in what was given."""

    def __init__(self, sketches: Sequence[Sketch], alike: float, span: timedelta) -> None:
        self._least = alike * ONE
        self._span = span.total_seconds()
        self._whens = np.array([sketch.when.timestamp() for sketch in sketches], np.float64)
        self._terms = [sketch.terms for sketch in sketches]
        self._senses = gather_senses(sketches)
        self._index_anchors()
        self._scratch = np.zeros(KEYS, np.float32)

    def _index_anchors(self) -> None:
        """Lay the anchors of all side by side, ordered by key."""
        anchors = [terms[:_ANCHORS] for terms in self._terms]
        flat = np.concatenate([*anchors, np.zeros(0, np.uint32)])
        owners = np.repeat(
            np.arange(len(anchors), dtype=np.int32), [len(terms) for terms in anchors]
        )
        keys = read_keys(flat)
        order = np.argsort(keys, kind="stable")
        self._owners, self._shares = owners[order], read_values(flat[order])
        self._starts = np.zeros(KEYS + 1, np.int64)
        np.cumsum(np.bincount(keys, minlength=KEYS), out=self._starts[1:])

    def find_links(self, place: int) -> Places:
        """The places of all that are linked with this one, itself left out, ascending: near in
        time, and alike in their anchors and in all."""
        near = self._find_near(place)
        near = near[np.abs(self._whens[near] - self._whens[place]) <= self._span]
        near = near[near != place]
        linked: Places = near[self.compare(place, near) >= self._least]
        return linked

    def _find_near(self, place: int) -> Places:
        shares = np.zeros(len(self._terms))
        anchors = self._terms[place][:_ANCHORS]
        for key, value in zip(
            read_keys(anchors).tolist(), read_values(anchors).tolist(), strict=True
        ):
            # An article has a key but once, so no place is added to twice in one step.
            found = slice(self._starts[key], self._starts[key + 1])
            shares[self._owners[found]] += value * self._shares[found]
        near = shares >= _BY_ANCHORS * self._least
        if self._senses is not None:
            near |= self._senses.compare(place, slice(None)) * ONE >= self._least
        return np.flatnonzero(near)

    def compare(self, place: int, others: Iterable[int]) -> Values:
        """How alike one is to each of others, in whole numbers up to about `ONE`."""
        others = list(others)
        vectors = [self._terms[other] for other in others]
        flat = np.concatenate([*vectors, np.zeros(0, np.uint32)])
        rows = np.repeat(np.arange(len(vectors)), [len(vector) for vector in vectors])
        keys = read_keys(self._terms[place])
        self._scratch[keys] = read_values(self._terms[place])
        products = self._scratch[read_keys(flat)] * read_values(flat)
        self._scratch[keys] = 0.0
        sums: Values = np.bincount(rows, products, len(vectors)).astype(np.float64)
        if self._senses is None or not others:
            return sums
        return mix(sums, self._senses.compare(place, others), ONE)
