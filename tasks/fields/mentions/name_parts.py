"""Parts of names, and the words beside them, for all languages together (`name_parts.tsv`)."""

from __future__ import annotations

from functools import lru_cache

from tasks.lexicon.lines import load_rows

Case = tuple[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def _load_rows() -> dict[str, tuple[str, ...]]:
    return {kind: tuple(words) for kind, *words in load_rows("name_parts.tsv") if kind != "case"}


def list_parts(kind: str) -> tuple[str, ...]:
    """The words or endings of a kind, in the file's order. KeyError for a kind that it has not."""
    return _load_rows()[kind]


@lru_cache(maxsize=32)
def load_parts(kind: str) -> frozenset[str]:
    """The same as a set."""
    return frozenset(list_parts(kind))


@lru_cache(maxsize=1)
def load_cases() -> dict[str, tuple[Case, ...]]:
    """By last letter: the endings of inflected places, each with the endings that may have stood
    there in the nominative ("" for none)."""
    cases: dict[str, list[Case]] = {}
    for kind, *words in load_rows("name_parts.tsv"):
        if kind == "case":
            ending, *others = words
            row = (ending, tuple("" if other == "-" else other for other in others))
            cases.setdefault(ending[-1], []).append(row)
    return {last: tuple(rows) for last, rows in cases.items()}
