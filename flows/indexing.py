"""The search index as an engine of linking: the terms of changed articles, counted and numbered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from itertools import count

import numpy as np

from tasks.digests import Digests
from tasks.search.counts import Counted
from warehouse.connect import Connection
from warehouse.links import Changes, Fresh, Rows, turn
from warehouse.rows import Kind
from warehouse.search_index import find_last, find_places, find_words

WORDS: Mapping[str, Kind] = {"form": "text", "term": "int", "stem": "bool"}
POSTINGS: Mapping[str, Kind] = {"term": "int", "place": "int", "frequency": "int"}
ARTICLES: Mapping[str, Kind] = {
    "place": "int",
    "article_id": "text",
    "load_number": "int",
    "site": "text",
    "outlet": "text",
    "language": "text",
    "published_on": "day",
    "length": "int",
}


def index_articles(
    connection: Connection, changes: Changes, digests: Digests
) -> Mapping[str, Rows]:
    """The rows of the search index for changed articles, and the places of what they replace."""
    last_term, last_place = find_last(connection)
    counted = digests.counted
    articles = [
        _describe(place, fresh, length)
        for place, (fresh, length) in enumerate(
            zip(changes.fresh, counted.lengths, strict=True), last_place + 1
        )
    ]
    numbers, words = number_terms(connection, counted, last_term)
    return {
        "search_removed": turn(
            {"place": "int"}, [(place,) for place in find_places(connection, changes.replaced)]
        ),
        "search_words": turn(WORDS, words),
        "search_articles": turn(ARTICLES, articles),
        "search_fresh": order_postings(counted, numbers, last_place + 1),
    }


def number_terms(
    connection: Connection, terms: Counted, last_term: int
) -> tuple[list[int], list[tuple[str, int, bool]]]:
    """The number that the index gives each term, and the rows of words that it lacks."""
    asked = {*terms.stems, *(form for form, _ in terms.forms)}
    known = find_words(connection, sorted(asked))
    stems = {form: term for form, term, stem in known if stem}
    following = count(last_term + 1)
    numbers = [stems.get(stem) or next(following) for stem in terms.stems]
    fresh = [
        (stem, number, True)
        for stem, number in zip(terms.stems, numbers, strict=True)
        if stem not in stems
    ]
    there = {(form, term) for form, term, stem in known if not stem}
    rows = ((form, numbers[local]) for (form, _), local in terms.forms.items())
    return numbers, [*fresh, *((*row, False) for row in rows if row not in there)]


def order_postings(counted: Counted, numbers: Sequence[int], first: int) -> Rows:
    """The rows of the postings, in order of term, frequency and place."""
    place = np.repeat(np.arange(first, first + len(counted.sizes)), counted.sizes)
    term = np.asarray(numbers, np.int64)[counted.terms]
    order = np.lexsort((place, counted.weights, term))
    columns = (term, place, counted.weights)
    return Rows(POSTINGS, [column[order].tolist() for column in columns])


def _describe(place: int, fresh: Fresh, length: int) -> tuple[object, ...]:
    """The row of `search_articles`, in the order of its columns."""
    day = fresh.published_on or fresh.first_seen_at.astimezone(UTC).date()
    about = (fresh.site, fresh.outlet, fresh.language)
    return place, fresh.article_id, fresh.load_number, *about, day, length
