"""What is told of live news to people and monitors."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from flows.sources.standing import State, judge_source
from tasks.live import HostState, Kind, Outcome, Role
from tasks.tally import Tally
from tests.warehouse.builders import START, edit, fail, make_batch, make_document
from tests.warehouse.live_builders import (
    NOON,
    after,
    make_fetch,
    make_listing,
    make_source,
    make_state,
    publish_live,
)
from warehouse.live_health import PausedHost
from warehouse.live_state import read_health
from warehouse.read import run_query
from warehouse.stage import RunRecord, stage_batch, stage_run
from warehouse.writer import open_writer


def find(layout, name: str = "courier", now: datetime = NOON):
    (found,) = (one for one in read_health(layout.published, now).sources if one.name == name)
    return found


def query(layout, sql: str):
    return list(run_query(layout.published, sql).rows)


def test_a_source_that_works(layout):
    listing = make_listing(status=200, fetched_at=after(minutes=-3), next_at=after(minutes=7))
    publish_live(layout, [make_source()], states=[listing])
    health = find(layout)
    assert (health.kind, health.url, health.enabled) == (
        Kind.FEED,
        "https://courier.example/feed",
        True,
    )
    assert health.last_success_at == health.last_fetch_at == after(minutes=-3)
    assert health.lag == 180
    assert (health.failures, health.failing, health.listings) == (0, 0, 1)
    assert (health.interval, health.next_at) == (600, after(minutes=7))
    assert (health.outcome, health.status) == (Outcome.FETCHED, 200)
    assert (health.code, health.message, health.is_late) == (None, None, False)


def test_a_source_that_fails_keeps_its_last_success(layout):
    listing = make_listing(fetched_at=NOON, failures=2, outcome=Outcome.FAILED, status=500)
    fetches = [
        make_fetch(
            listing.url,
            minutes,
            role=Role.LISTING,
            outcome=outcome,
            code=f"code-{minutes}" if outcome is Outcome.FAILED else None,
            message=f"At {minutes}." if outcome is Outcome.FAILED else None,
        )
        for minutes, outcome in (
            (-40, Outcome.FETCHED),
            (-30, Outcome.UNCHANGED),
            (-10, Outcome.FAILED),
            (0, Outcome.FAILED),
        )
    ]
    publish_live(layout, [make_source()], states=[listing], fetches=fetches)
    health = find(layout)
    assert (health.last_success_at, health.last_fetch_at) == (after(minutes=-30), NOON)
    assert (health.lag, health.failures, health.failing) == (1800, 2, 1)
    assert (health.outcome, health.status) == (Outcome.FAILED, 500)
    assert (health.code, health.message) == ("code-0", "At 0.")


def test_a_source_whose_server_asks_for_time_says_so_and_fails_in_the_end(layout):
    listing = make_listing(outcome=Outcome.BUSY, status=429, next_at=after(hours=30))
    answers = ((-60, Outcome.UNCHANGED, None), (0, Outcome.BUSY, "http-429"))
    fetches = [
        make_fetch(listing.url, minutes, role=Role.LISTING, outcome=outcome, code=code)
        for minutes, outcome, code in answers
    ]
    publish_live(layout, [make_source()], fetches=fetches, states=[listing])
    health = find(layout)
    assert (health.outcome, health.code, health.failures) == (Outcome.BUSY, "http-429", 0)
    assert health.last_success_at == after(minutes=-60)
    assert judge_source(health) is State.BUSY
    assert judge_source(find(layout, now=after(hours=23))) is State.BUSY
    assert judge_source(find(layout, now=after(hours=24))) is State.FAILING


def test_of_several_listings_the_one_in_trouble_is_told(layout):
    good = make_listing(interval=900)
    bad = make_listing(
        "feeds", source="courier", nested_in=good.url, failures=1, outcome=Outcome.GONE, status=410
    )
    publish_live(layout, [make_source(kind=Kind.HOME)], states=[good, bad])
    health = find(layout)
    assert (health.listings, health.failing, health.failures) == (2, 1, 1)
    assert (health.outcome, health.status, health.interval) == (Outcome.GONE, 410, 600)
    assert health.last_success_at == good.fetched_at


def test_a_source_is_late_when_an_interval_passed_without_a_poll(layout):
    sources = [make_source("courier"), make_source("new"), make_source("off", enabled=False)]
    sources.append(make_source("folder", kind=Kind.INBOX, url="/srv/in"))
    listings = [make_listing("courier", interval=3600, next_at=NOON), make_listing("off")]
    publish_live(layout, sources, states=listings)
    assert not find(layout, now=after(minutes=60)).is_late
    assert find(layout, now=after(minutes=61)).is_late
    assert not find(layout, "new", after(minutes=15)).is_late
    assert find(layout, "new", after(minutes=16)).is_late
    assert find(layout, "new", after(minutes=16)).lag == 960
    assert not find(layout, "off", after(days=9)).is_late
    assert find(layout, "off", after(days=9)).lag is None
    assert not find(layout, "folder", after(days=9)).is_late
    late = query(layout, "select name from source_health where is_late")
    assert late == [("courier",), ("new",)]


def test_pages_are_counted_by_source(layout):
    fetches = [
        make_fetch("https://courier.example/a", -60),
        make_fetch("https://courier.example/b", -60 * 23),
        make_fetch("https://courier.example/c", -60 * 24),
        make_fetch("https://courier.example/d", -5, outcome=Outcome.UNCHANGED),
        make_fetch("https://courier.example/feed", -5, role=Role.LISTING),
        make_fetch("https://ledger.example/a", -5, source="ledger"),
    ]
    states = [
        make_state("https://courier.example/e", next_at=after(minutes=-9)),
        make_state("https://courier.example/f", next_at=after(minutes=9)),
        make_state("https://ledger.example/b", source="ledger", next_at=after(hours=-9)),
    ]
    sources = [make_source(), make_source("ledger", enabled=False)]
    publish_live(layout, sources, states=states, fetches=fetches)
    assert (find(layout).pages_24h, find(layout).pending) == (2, 1)
    assert find(layout, "ledger").pages_24h == 1
    health = read_health(layout.published, NOON)
    assert (health.pending_pages, health.oldest_pending_at) == (1, after(minutes=-9))
    assert health.fetches_24h == 5
    assert health.outcomes_24h == {Outcome.FETCHED: 4, Outcome.UNCHANGED: 1}


def test_paused_hosts_are_told_with_the_reason(layout):
    hosts = [
        HostState("slow.example", failures=9, paused_until=after(hours=1), pause_reason="slow"),
        HostState("well.example", failures=9, paused_until=NOON, pause_reason="was slow"),
    ]
    publish_live(layout, hosts=hosts)
    assert read_health(layout.published, NOON).paused == (
        PausedHost("slow.example", after(hours=1), "slow", 9),
    )


def test_problems_are_counted_now_and_a_day_ago(layout):
    again = replace(edit("p1"), document=make_document("p1"))
    with open_writer(layout) as writer:
        writer.load(stage_batch(layout, make_batch("b1", fail("p1"), fail("p2"))))
        writer.load(stage_batch(layout, make_batch("b3", fail("p3", code="binary"))))
        batch = make_batch("b4", again, kind="reprocess")
        writer.load(stage_batch(layout, batch))
        writer.publish()
    health = read_health(layout.published, START + timedelta(days=4))
    assert health.problems_before == {"no-text": 2, "binary": 1}
    assert health.problems == {"no-text": 1, "binary": 1}
    assert read_health(layout.published, START + timedelta(days=2)).problems == {"no-text": 2}


def test_the_last_completed_runs_are_told(layout):
    with open_writer(layout) as writer:
        for run_id, flow, status in (
            ("r1", "poll", "completed"),
            ("r2", "ingest", "completed"),
            ("r3", "poll", "failed"),
        ):
            at = START + timedelta(hours=int(run_id[1]))
            writer.load(stage_run(layout, RunRecord(run_id, flow, at, at, status, "{}", Tally())))
        writer.publish()
    health = read_health(layout.published, NOON)
    assert health.last_run.run_id == "r2"
    assert {flow: run.run_id for flow, run in health.last_runs.items()} == {
        "poll": "r1",
        "ingest": "r2",
    }


def test_the_views_sum_the_log_up(layout):
    slow = {"seconds": 9.0, "outcome": Outcome.FAILED, "code": "timeout"}
    fetches = [
        make_fetch("https://courier.example/a", size=500_000),
        make_fetch("https://courier.example/b", 1, size=500_000, seconds=0.75),
        make_fetch("https://slow.example/a", **slow),
        make_fetch("https://slow.example/b", 1, outcome=Outcome.POSTPONED, seconds=0),
        make_fetch("https://courier.example/a", 60 * 24),
    ]
    hosts = [HostState("slow.example", paused_until=after(hours=1), pause_reason="failed")]
    publish_live(layout, fetches=fetches, hosts=hosts)
    days = query(
        layout, "select day::varchar, outcome, code, fetches, megabytes from fetch_summary"
    )
    assert days == [
        ("2026-05-05", "fetched", None, 1, 0.001),
        ("2026-05-04", "fetched", None, 2, 1.0),
        ("2026-05-04", "failed", "timeout", 1, 0.001),
        ("2026-05-04", "postponed", None, 1, 0.001),
    ]
    assert query(
        layout,
        "select host, fetches, median_seconds, share_failed, share_postponed, pause_reason "
        "from slow_hosts",
    ) == [("slow.example", 2, 9.0, 0.5, 0.5, "failed"), ("courier.example", 3, 0.25, 0, 0, None)]
