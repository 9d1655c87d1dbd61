"""The search index as an engine of linking: the terms of changed articles, counted and numbered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from itertools import count

import numpy as np

from tasks.search.counts import Terms, Text
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


def index_articles(connection: Connection, changes: Changes) -> Mapping[str, Rows]:
    """The rows of the search index for changed articles, and the places of what they replace."""
    last_term, last_place = find_last(connection)
    terms = Terms()
    articles, counted = [], []
    for place, fresh in enumerate(changes.fresh, last_place + 1):
        counts, length = terms.count(_read(fresh))
        articles.append(_describe(place, fresh, length))
        counted.append(counts)
    numbers, words = number_terms(connection, terms, last_term)
    return {
        "search_removed": turn(
            {"place": "int"}, [(place,) for place in find_places(connection, changes.replaced)]
        ),
        "search_words": turn(WORDS, words),
        "search_articles": turn(ARTICLES, articles),
        "search_fresh": order_postings(counted, numbers, last_place + 1),
    }


def number_terms(
    connection: Connection, terms: Terms, last_term: int
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


def order_postings(
    counted: Sequence[Mapping[int, int]], numbers: Sequence[int], first: int
) -> Rows:
    """The rows of the postings, in order of term, frequency and place."""
    sizes = [len(counts) for counts in counted]
    total = sum(sizes)
    local = np.fromiter((term for counts in counted for term in counts), np.int64, total)
    often = np.fromiter((n for counts in counted for n in counts.values()), np.int64, total)
    place = np.repeat(np.arange(first, first + len(counted)), sizes)
    term = np.asarray(numbers, np.int64)[local]
    order = np.lexsort((place, often, term))
    return Rows(POSTINGS, [column[order].tolist() for column in (term, place, often)])


def _read(fresh: Fresh) -> Text:
    return Text(fresh.title, fresh.standfirst, fresh.body, fresh.authors, fresh.language)


def _describe(place: int, fresh: Fresh, length: int) -> tuple[object, ...]:
    """The row of `search_articles`, in the order of its columns."""
    day = fresh.published_on or fresh.first_seen_at.astimezone(UTC).date()
    about = (fresh.site, fresh.outlet, fresh.language)
    return place, fresh.article_id, fresh.load_number, *about, day, length
