"""Whether a word is a common first name."""

from __future__ import annotations

from functools import lru_cache

from tasks.fields.bylines.name_words import load_name_words
from tasks.identity import fold_name
from tasks.lexicon.lines import load_rows


@lru_cache(maxsize=1)
def _load_all() -> frozenset[str]:
    rows = load_rows("given_names.tsv")
    return frozenset(fold_name(name) for _home, *names in rows for name in names)


@lru_cache(maxsize=4096)
def is_given(word: str) -> bool:
    """Whether a word is a common first name, or its half before a hyphen is."""
    return fold_name(word) in _load_all() or load_name_words().is_given(word)
