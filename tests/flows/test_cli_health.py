"""`copydesk health` and `copydesk status` on warehouses with live state."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.commands.app import app
from flows.health import Bounds, judge
from tasks.live import Fetch, FetchState, HostState, Kind, Outcome, Role, Source
from tasks.tally import Tally
from warehouse.layout import locate, prepare
from warehouse.live_health import Health
from warehouse.live_state import save_sources
from warehouse.lock import Holder, hold_lock
from warehouse.segments import Segment, stage_segment
from warehouse.stage import RunRecord, stage_run
from warehouse.writer import open_writer

FAILED = Outcome.FAILED
BOUNDS = Bounds(timedelta(minutes=30))


def ago(**span: float) -> datetime:
    return datetime.now(UTC) - timedelta(**span)


def make_listing(name: str, minutes: float, failures: int = 0) -> FetchState:
    """The state of a source's feed, polled so many minutes ago."""
    at = ago(minutes=minutes)
    return FetchState(
        f"https://{name}.example/rss",
        f"{name}.example",
        Role.LISTING,
        ago(days=2),
        name,
        next_at=at + timedelta(minutes=10),
        fetched_at=at,
        outcome=FAILED if failures else Outcome.UNCHANGED,
        visits=3,
        failures=failures,
        interval=600,
        kind=Kind.FEED,
    )


def make_log(state: FetchState) -> Fetch:
    failed = state.failures > 0
    assert state.fetched_at is not None
    return Fetch(
        f"f-{state.source}",
        state.url,
        state.host,
        Role.LISTING,
        state.fetched_at,
        FAILED if failed else Outcome.UNCHANGED,
        state.source,
        code="timeout" if failed else None,
        message="The server did not answer in time." if failed else None,
    )


def fill(
    path: Path,
    states: list[FetchState],
    hosts: tuple[HostState, ...] = (),
    pages: tuple[FetchState, ...] = (),
    polled: float | None = None,
    added: float = 2880,
) -> None:
    """A published warehouse with these sources; a poll was completed `polled` minutes ago."""
    layout = locate(path)
    prepare(layout)
    sources = [Source(s.source or "", Kind.FEED, s.url) for s in states]
    with hold_lock(layout, "r1", 0), open_writer(layout) as writer:
        save_sources(writer, layout, sources, [], ago(minutes=added))
        known = [state for state in states if state.fetched_at is not None]
        segment = Segment(
            "s1", datetime.now(UTC), None, list(map(make_log, known)), [*known, *pages], hosts
        )
        writer.load(stage_segment(layout, segment).folder)
        if polled is not None:
            writer.load(stage_run(layout, make_run(polled)))
        writer.publish()


def make_run(minutes: float) -> RunRecord:
    at = ago(minutes=minutes)
    return RunRecord("r1", "poll", at, at, "completed", "{}", Tally())


def call(*arguments: object):
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, [str(a) for a in arguments])


def check(path: Path, *options: object) -> tuple[int, dict]:
    result = call("health", "-w", path, "--json", *options)
    return result.exit_code, json.loads(result.stdout)


def codes(record: dict) -> list[str]:
    return [fault["code"] for fault in record["faults"]]


def test_all_well_is_one_line_and_0(tmp_path):
    path = tmp_path / "news.duckdb"
    fill(path, [make_listing("a", 5), make_listing("b", 5, failures=2)], polled=4)
    result = call("health", "-w", path)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("well: last poll 4 minutes ago, 2 sources, 1 failing")
    assert len(result.stdout.splitlines()) == 1
    code, record = check(path)
    assert (code, record["well"], record["failing"]) == (0, True, 1)


def test_an_old_poll_is_stale(tmp_path):
    path = tmp_path / "news.duckdb"
    fill(path, [make_listing("a", 45)], polled=40)
    result = call("health", "-w", path)
    assert result.exit_code == 1
    assert "[stale] The last poll was 40 minutes ago" in result.stdout
    assert check(path, "--max-age", "1h")[0] == 0
    assert codes(check(path, "--max-age", "10m")[1]) == ["stale"]


def test_a_source_nobody_polls_is_stale_in_time(tmp_path):
    path = tmp_path / "news.duckdb"
    call("sources", "add", "https://a.example/rss", "-w", path)
    assert check(path)[0] == 0
    time.sleep(0.05)
    assert codes(check(path, "--max-age", "0.01s")[1]) == ["stale"]


def test_all_sources_failing_is_not_well_and_says_why(tmp_path):
    path = tmp_path / "news.duckdb"
    fill(path, [make_listing("a", 5, failures=2), make_listing("b", 5, failures=1)], polled=4)
    result = call("health", "-w", path)
    assert result.exit_code == 1
    assert "[all-failing] All 2 sources fail: The server did not answer in time." in result.stdout


def test_no_sources_and_no_warehouse(tmp_path):
    path = tmp_path / "news.duckdb"
    missing = call("health", "-w", path)
    assert missing.exit_code == 1
    assert "There is no warehouse" in missing.stderr
    call("sources", "add", "https://a.example/rss", "--off", "-w", path)
    assert codes(check(path)[1]) == ["no-sources"]


def test_a_run_that_writes_for_long_is_told():
    now = datetime.now(UTC)
    long = Holder(7, "desk", "r9", (now - timedelta(hours=3)).isoformat())
    found = [fault.code for fault in judge(Health(), long, now, BOUNDS).faults]
    assert found == ["no-sources", "writer-stuck"]
    short = Holder(7, "desk", "r9", (now - timedelta(minutes=3)).isoformat())
    assert "writer-stuck" not in [f.code for f in judge(Health(), short, now, BOUNDS).faults]
    unknown = Holder(0, "unknown", "unknown", "just now")
    assert "writer-stuck" not in [f.code for f in judge(Health(), unknown, now, BOUNDS).faults]


@pytest.mark.parametrize(
    ("before", "after", "grows"), [(0, 10, False), (0, 11, True), (100, 105, False), (9, 60, True)]
)
def test_problems_that_grow_are_told(before, after, grows):
    health = Health(problems={"time-limit": after}, problems_before={"time-limit": before})
    verdict = judge(health, None, datetime.now(UTC), BOUNDS)
    assert ("problems-growing" in [fault.code for fault in verdict.faults]) is grows
    assert verdict.new_problems == after - before


def test_a_wrong_age_is_a_wrong_call(tmp_path):
    assert call("health", "--max-age", "soon", "-w", tmp_path / "x").exit_code == 2


def test_status_and_list_tell_of_live_news(tmp_path):
    path = tmp_path / "news.duckdb"
    page = FetchState(
        "https://a.example/1", "a.example", Role.PAGE, ago(hours=1), "a", next_at=ago(hours=1)
    )
    host = HostState(
        "b.example", failures=5, paused_until=ago(hours=-2), pause_reason="5 fetches failed"
    )
    states = [make_listing("a", 5), make_listing("b", 50, failures=3)]
    fill(path, states, hosts=(host,), pages=(page,), polled=4)
    rows = [" ".join(line.split()) for line in call("status", "-w", path).stdout.splitlines()]
    said = "\n".join(rows)
    assert "Sources 2: 1 failing (b), 1 well" in rows
    assert "Pages waiting 1, the oldest due 60 minutes ago" in rows
    assert "b.example until" in said
    assert "(5 fetches failed)" in said
    assert "Fetches, 24 h 2 (failed 1, unchanged 1)" in rows
    record = json.loads(call("status", "-w", path, "--json").stdout)
    assert [s["name"] for s in record["live"]["sources"]] == ["a", "b"]
    assert record["live"]["paused"][0]["reason"] == "5 fetches failed"
    assert record["live"]["outcomes_24h"] == {"failed": 1, "unchanged": 1}
    listed = call("sources", "list", "--failing", "-w", path).stdout
    assert "failing: timeout, 3 in a row" in listed
    assert "a.example" not in listed
    shown = " ".join(call("sources", "show", "b", "-w", path).stdout.split())
    assert "Last outcome failed, The server did not answer in time." in shown


def test_status_without_sources_is_as_before(tmp_path):
    path = tmp_path / "news.duckdb"
    fill(path, [])
    result = call("status", "-w", path)
    assert "Sources" not in result.stdout
    assert json.loads(call("status", "-w", path, "--json").stdout)["live"] is None
