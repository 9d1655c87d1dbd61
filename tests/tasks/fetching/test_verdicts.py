from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tasks.fetching.client import Answer
from tasks.fetching.settings import Settings
from tasks.fetching.verdicts import (
    Verdict,
    is_given_up,
    judge_answer,
    measure_pause,
    settle_listing,
    settle_page,
)
from tasks.live import FetchState, Kind, Outcome, Role, Source
from tasks.model import Fault, Stage

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
PAGE = FetchState("https://post.example/a", "post.example", Role.PAGE, NOW, next_at=NOW)
FEED = replace(PAGE, role=Role.LISTING, kind=Kind.FEED, interval=600)
SETTINGS = Settings()


def settle(state: FetchState, outcome: Outcome, source: Source | None = None) -> FetchState:
    return settle_page(state, Verdict(outcome), NOW, SETTINGS, source)


def test_a_page_is_visited_as_it_ages_and_then_no_more():
    ages = []
    state = PAGE
    for _ in range(4):
        now = state.next_at
        if now is None:
            break
        state = settle_page(state, Verdict(Outcome.FETCHED), now, SETTINGS)
        ages.append(state.next_at and state.next_at - PAGE.found_at)
    assert ages == [timedelta(hours=1), timedelta(days=1), timedelta(days=7), None]


def test_a_source_has_its_own_ages():
    source = Source("s", Kind.FEED, "https://post.example/rss", revisits=())
    assert settle(PAGE, Outcome.FETCHED, source).next_at is None


@pytest.mark.parametrize(
    ("outcome", "crawls"),
    [
        (Outcome.FAILED, 12), (Outcome.REFUSED, 3), (Outcome.GONE, 2), (Outcome.FORBIDDEN, 4),
        (Outcome.BLOCKED, 1), (Outcome.UNSUITABLE, 1),
    ],
)  # fmt: skip
def test_a_page_is_tried_so_many_times(outcome, crawls):
    state, tried = PAGE, 0
    while state.next_at is not None:
        state = settle_page(state, Verdict(outcome), state.next_at, SETTINGS)
        tried += 1
        assert tried < 50
    assert tried == crawls
    assert is_given_up(state) is (outcome is not Outcome.FORBIDDEN)


def test_an_article_that_is_gone_is_looked_for_at_the_later_ages():
    state, waits = settle(PAGE, Outcome.FETCHED), []
    while state.next_at is not None:
        waits.append(state.next_at - PAGE.found_at)
        state = settle_page(state, Verdict(Outcome.GONE), state.next_at, SETTINGS)
        assert not is_given_up(state)
    assert waits == [timedelta(hours=1), timedelta(days=1), timedelta(days=7)]


def test_an_article_that_was_well_to_the_last_is_looked_for_once_more():
    late = replace(PAGE, visits=3, next_at=PAGE.found_at + timedelta(days=7))
    state = settle_page(late, Verdict(Outcome.GONE), late.next_at, SETTINGS)
    assert state.next_at == late.next_at + timedelta(days=1)
    assert settle_page(state, Verdict(Outcome.GONE), state.next_at, SETTINGS).next_at is None


def test_an_article_that_is_gone_for_good_is_believed():
    state = replace(settle(PAGE, Outcome.FETCHED), status=410)
    assert settle(state, Outcome.GONE).next_at is None


def test_a_source_without_revisits_looks_for_nothing_again():
    source = Source("s", Kind.FEED, "https://post.example/rss", revisits=())
    assert settle(settle(PAGE, Outcome.FETCHED, source), Outcome.GONE, source).next_at is None


def test_a_listing_is_always_due_again():
    state = FEED
    waits = []
    for _ in range(15):
        state = settle_listing(state, Verdict(Outcome.GONE), 600, NOW, SETTINGS)
        assert state.next_at is not None
        waits.append(state.next_at - NOW)
    assert timedelta(minutes=5) <= waits[0] <= timedelta(minutes=10)
    assert timedelta(hours=12) <= waits[-1] <= timedelta(days=1)
    well = settle_listing(state, Verdict(Outcome.UNCHANGED), 900, NOW, SETTINGS)
    assert (well.failures, well.next_at) == (0, NOW + timedelta(seconds=900))


def test_bytes_that_we_have_are_unchanged():
    state = replace(PAGE, sha256="s")
    answer = Answer(PAGE.url, 200, b"<html><p>News.</p></html>", "text/html")
    assert judge_answer(answer, "s", state).outcome is Outcome.UNCHANGED
    assert judge_answer(answer, "t", state).outcome is Outcome.FETCHED


def test_a_certificate_may_be_renewed():
    fault = Fault(Stage.DISCOVER, "tls-failed", "It has expired.")
    assert judge_answer(Answer(PAGE.url, fault=fault), None, PAGE).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("said", "failures", "pause"),
    [(7.0, 0, 7.0), (1e30, 0, 86_400.0), (None, 0, 60.0), (None, 3, 480.0), (0.0, 0, 60.0),
     (None, 5_000, 61_440.0)],
)  # fmt: skip
def test_a_host_is_left_alone_as_it_says_within_a_day(said, failures, pause):
    assert measure_pause(Answer(PAGE.url, 429, retry_after=said), failures) == pause
