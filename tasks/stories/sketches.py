"""What is kept of an article to find its story: a few hundred weighted terms."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from tasks.stories.terms import Background, Term, list_terms, load_background

# No more of an article is read: an event is told at the beginning.
MOST_LETTERS = 12_000
# The letters of a body that are its lead, about two paragraphs.
_LEAD = 500
_MOST_TERMS = 400
# How many of the heaviest terms lead to other articles.
_ANCHORS = 40
_NAMED = 1.5
_TITLED = 1.5
# Below this weight a term is a small word, which tells nothing about the event.
_PLAIN = 1.5


class Weight(NamedTuple):
    """What a term is worth in an article: its part of a vector of length 1, how rare it is in
    the background, whether it is written as a name or number, and whether title or lead have it."""

    value: float
    rarity: float
    named: bool
    leads: bool


@dataclass(frozen=True, slots=True)
class Sketch:
    """An article as stories see it. `when` is when it was published, else fetched (with a zone);
    `anchors` are its heaviest terms: articles without a common one are never compared."""

    id: str
    when: datetime
    language: str
    terms: Mapping[str, Weight]
    anchors: tuple[str, ...]


def make_sketch(
    article_id: str, when: datetime, title: str | None, body: str, language: str | None = None,
    background: Background | None = None,
) -> Sketch:  # fmt: skip
    """The sketch of one article. `language` is ISO 639-1, English where none is known."""
    code = language or "en"
    known = background or load_background()
    if not title:
        title, body = _take_opening(body)
    head = list(list_terms(title, code))
    text = list(list_terms(body[:MOST_LETTERS], code))
    terms = _weigh(head, text, code, known)
    anchors = [key for key, weight in terms.items() if weight.rarity >= _PLAIN][:_ANCHORS]
    return Sketch(article_id, when, code, terms, tuple(anchors))


def _take_opening(body: str) -> tuple[str, str]:
    """What stands in for a missing title, the first line where it is short, and the rest."""
    opening, _, rest = body.partition("\n")
    return (opening, rest) if rest and len(opening) <= _LEAD else ("", body)


def _weigh(
    head: list[Term], text: list[Term], language: str, known: Background
) -> dict[str, Weight]:
    """The heaviest terms, heaviest first. Headlines may capitalise every word: a capital there
    counts only for what the text writes so too."""
    titled = {term.key for term in head}
    counts = Counter(term.key for term in (*head, *text))
    names = Counter(term.key for term in text if term.named)
    names.update(term.key for term in head if term.named and term.key in names)
    leads = titled | {term.key for term in text if term.start < _LEAD}
    raw = {}
    for key, count in counts.items():
        named = 2 * names[key] > count
        rarity = max(0.0, known.weigh(key, language))
        value = (1 + math.log(count)) * rarity
        value *= (_NAMED if named else 1.0) * (_TITLED if key in titled else 1.0)
        if value > 0:
            raw[key] = Weight(value, rarity, named, key in leads)
    heaviest = sorted(raw.items(), key=lambda item: (-item[1].value, item[0]))[:_MOST_TERMS]
    length = math.sqrt(sum(weight.value**2 for _, weight in heaviest)) or 1.0
    return {key: weight._replace(value=weight.value / length) for key, weight in heaviest}


def compare(one: Sketch, other: Sketch) -> float:
    """The cosine of two sketches, 0 to 1."""
    if len(one.terms) > len(other.terms):
        one, other = other, one
    others = other.terms
    shared = [key for key in one.terms if key in others]
    return math.fsum(one.terms[key].value * others[key].value for key in shared)
