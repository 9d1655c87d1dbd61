"""A small model of decision trees, read from a data file of plain numbers and asked with numpy.

The file is JSON: `facts` (how many numbers it is told of a line), `fact`, `limit`, `yes`, `no` (one
row a tree, one entry an inner node, at most eight: which fact, up to which value it goes to `yes`;
a node below zero is leaf -1 - node) and `leaf` (one row a tree). The sum of the leaves is the
logarithm of the odds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

NODES = 8
CODES = 1 << NODES
Row = Sequence[float]


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees side by side, eight nodes each. The answers of a tree's nodes are the bits of a code,
    and `table` holds the leaf for every code: no way down a tree has to be gone."""

    facts: int
    fact: NDArray[np.intp]
    limit: NDArray[np.float32]
    table: NDArray[np.float32]

    def score(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """The probability for each row. ValueError where a row has another number of facts."""
        if rows.shape[1] != self.facts:
            raise ValueError(f"the model reads {self.facts} facts of a line, not {rows.shape[1]}")
        # Facts by facts, not lines by lines: whole columns are copied and compared.
        answers = np.ascontiguousarray(rows.T).take(self.fact, axis=0) <= self.limit[:, None]
        nodes = answers.view(np.uint8).reshape(len(self.table), NODES, len(rows))
        codes = nodes[:, 0] << (NODES - 1)
        for node in range(1, NODES):
            codes |= nodes[:, node] << (NODES - 1 - node)
        first = CODES * np.arange(len(self.table))[:, None]
        odds = self.table.ravel().take(codes + first).sum(0, dtype=np.float64)
        chance: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-odds))
        return chance


@lru_cache(maxsize=4)
def load_trees(name: str) -> Trees:
    """The model of `tasks/weights/<name>.json`; read once a process."""
    text = files("tasks.weights").joinpath(f"{name}.json").read_text("utf-8")
    return read_trees(json.loads(text))


def read_trees(data: dict[str, object]) -> Trees:
    """The model that a parsed file holds."""
    fact, limit, yes, no, leaf = (
        read_rows(data[k]) for k in ("fact", "limit", "yes", "no", "leaf")
    )
    tables = [make_table(y, n, values) for y, n, values in zip(yes, no, leaf, strict=True)]
    return Trees(
        facts=int(str(data["facts"])),
        fact=np.array([pad(row) for row in fact], np.intp).ravel(),
        limit=np.array([pad(row) for row in limit], np.float32).ravel(),
        table=np.array(tables, np.float32),
    )


def read_rows(rows: object) -> Sequence[Row]:
    """One row a tree."""
    if not isinstance(rows, list) or not rows:
        raise TypeError("a model's entries are lists of lists")
    return rows


def pad(row: Row) -> Row:
    """As many entries as a tree can have nodes."""
    return [*row, *[0.0] * (NODES - len(row))]


def make_table(yes: Row, no: Row, leaf: Row) -> list[float]:
    """The leaf for every code; the first node's answer is the highest bit."""
    return [find_leaf(code, yes, no, leaf) for code in range(CODES)]


def find_leaf(code: int, yes: Row, no: Row, leaf: Row) -> float:
    """The leaf that these answers lead to."""
    node = 0
    while node >= 0:
        answer = code >> (NODES - 1 - node) & 1
        node = int(yes[node] if answer else no[node])
    return leaf[-1 - node]
