"""What is kept of an article to find its story: its heaviest terms, each in 32 bits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from tasks.stories.senses import Vector
from tasks.stories.terms import RAREST, Background, count_terms, load_background

# One number a term, the heaviest first: the key in the upper bits, whether the term is rare in
# one, its value in the lowest eight. Whole numbers add up alike in any order.
Terms = NDArray[np.uint32]

# Grows whenever the same article would give another sketch: what is stored must be made anew then.
SKETCHING = 1
# No more of an article is read: an event is told at the beginning.
MOST_LETTERS = 12_000
MOST_TERMS = 144
# One term in five hundred shares its key with one of another article; with more keys stories come
# out the same.
KEYS = 2**16
# The value of a term that is all there is.
WHOLE = 255
_SHIFT = 8
_NAMED = 1.5
_TITLED = 1.5
# Below this weight a term is a small word, which tells nothing about the event.
_PLAIN = 1.5
# The letters of a first line that may stand in for a title.
_OPENING = 500


@dataclass(frozen=True, slots=True)
class Sketch:
    """An article as stories see it. `when` is when it was published, else fetched (with a zone);
    `vector` what the user's model says of it (see `tasks.stories.senses`)."""

    id: str
    when: datetime
    terms: Terms
    language: str | None = None
    vector: Vector | None = None


def make_sketch(
    article_id: str, when: datetime, title: str | None, body: str, language: str | None = None,
    background: Background | None = None, vector: Vector | None = None,
) -> Sketch:  # fmt: skip
    """The sketch of one article. `language` is ISO 639-1, English where none is known."""
    terms = find_terms(title, body, language, background)
    return Sketch(article_id, when, terms, language, vector)


def find_terms(
    title: str | None, body: str, language: str | None = None, background: Background | None = None
) -> Terms:
    """The terms of the sketch of an article."""
    return pack(weigh(title, body, language, background))


def weigh(
    title: str | None, body: str, language: str | None = None, background: Background | None = None
) -> dict[str, float]:
    """The heaviest terms, heaviest first: parts of a vector of length 1. Headlines may capitalise
    every word: a capital there counts only for what the text writes so too."""
    code = language or "en"
    known = (background or load_background()).list_known(code)
    if not title:
        title, body = _take_opening(body)
    titled, shouted = count_terms(title, code)
    counts, names = count_terms(body[:MOST_LETTERS], code)
    counts.update(titled)
    values: list[tuple[float, str]] = []
    for key, count in counts.items():
        rarity = known.get(key, RAREST)
        if rarity >= _PLAIN:
            capitals = names.get(key, 0)
            named = 2 * (capitals + (shouted.get(key, 0) if capitals else 0)) > count
            value = (1 + math.log(count)) * rarity if count > 1 else rarity
            value *= (_NAMED if named else 1.0) * (_TITLED if key in titled else 1.0)
            values.append((-value, key))
    heaviest = sorted(values)[:MOST_TERMS]
    length = math.sqrt(math.fsum(value**2 for value, _ in heaviest)) or 1.0
    return {key: -value / length for value, key in heaviest}


def _take_opening(body: str) -> tuple[str, str]:
    """What stands in for a missing title, the first line where it is short, and the rest."""
    opening, _, rest = body.partition("\n")
    return (opening, rest) if rest and len(opening) <= _OPENING else ("", body)


def pack(values: Mapping[str, float]) -> Terms:
    """The terms as numbers; of two with one key the heavier stays."""
    packed: dict[int, int] = {}
    for term, part in values.items():
        value = round(part * WHOLE)
        key = crc32(term.encode("utf-8", "surrogatepass")) % KEYS
        if value and key not in packed:
            packed[key] = key << _SHIFT | value
    return np.fromiter(packed.values(), np.uint32, len(packed))


def read_keys(terms: Terms) -> NDArray[np.int32]:
    """The keys, below `KEYS`."""
    return (terms >> _SHIFT).astype(np.int32)


def read_values(terms: Terms) -> NDArray[np.float32]:
    """The values, whole numbers from 1 to `WHOLE`; sums of products of two articles are exact."""
    return (terms & WHOLE).astype(np.float32)


def compare(one: Sketch, other: Sketch) -> float:
    """The cosine of two sketches, 0 to about 1."""
    _, here, there = np.intersect1d(
        read_keys(one.terms), read_keys(other.terms), assume_unique=True, return_indices=True
    )
    product = read_values(one.terms[here]) @ read_values(other.terms[there])
    return float(product) / WHOLE**2
