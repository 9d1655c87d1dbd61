"""Digests of texts: found in parts, and by other processes, they are what they are in one piece."""

from datetime import UTC, datetime

import numpy as np
import pytest

from bench.invented import Press
from flows.linking import digest
from tasks import digests
from tasks.model import Limits
from tasks.pool import DocumentPool
from warehouse.links import Fresh

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PRESS = Press(3)


def make_fresh(number: int) -> Fresh:
    one = PRESS.make_article(number)
    about = (one.title, "Réussi, l’été" if number % 3 else None, one.body, one.language)
    title, standfirst, body, language = about
    return Fresh(
        number, False, f"a{number}", 1, "site.example", one.outlet, title, standfirst, body,
        language, None, NOW, None, NOW, ("Ann Lee",),
    )  # fmt: skip


FRESH = tuple(map(make_fresh, range(60)))


def print_digests(made):
    counted = made.counted
    return (
        [(one.hashes.tolist(), one.spoken.tolist(), one.width) for one in made.shingles],
        [terms.tolist() for terms in made.sketches],
        (dict(counted.stems), dict(counted.forms), list(counted.lengths), list(counted.sizes)),
        (counted.terms.tolist(), counted.weights.tolist()),
    )


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(digests, "PART_LETTERS", 20_000)


def test_parts_hold_every_text_once_in_order():
    texts = [digests.Text(None, None, "x" * n, (), None) for n in (5, 0, 3, 9)]
    assert list(digests.split_texts(texts)) == [texts]
    assert list(digests.split_texts([])) == []


def test_other_processes_find_the_same(small_parts):
    whole = print_digests(digests.digest_texts([text_of(one) for one in FRESH]))
    assert len(list(digests.split_texts([text_of(one) for one in FRESH]))) > 3
    assert print_digests(digest(FRESH)) == whole
    with DocumentPool(2) as pool:
        assert print_digests(digest(FRESH, pool)) == whole


def test_what_a_process_of_the_pool_cannot_end_is_found_here(small_parts):
    with DocumentPool(2, Limits(seconds=0.001)) as pool:
        made = digest(FRESH, pool)
    assert print_digests(made) == print_digests(digest(FRESH))


def test_nothing_to_link_has_no_digests():
    made = digest(())
    assert not made.shingles
    assert not made.sketches
    assert made.counted.terms.dtype == np.int32
    assert not len(made.counted.weights)


def text_of(one: Fresh) -> digests.Text:
    return digests.Text(one.title, one.standfirst, one.body, one.authors, one.language)
