"""How live news is doing: each source, what is waiting, what failed, and whether it grows worse."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import duckdb

from tasks.live import Kind, Outcome
from warehouse.read import RunSummary

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How one source is doing. `outcome`, `status`, `code` and `message` are those of the last
    fetch of a listing of it, `failures` the most in a row of any of its `listings`, `failing` how
    many of them failed last time.

    `lag` is the seconds since `last_success_at` (since it was added, while there is none), None
    when it is off. `pages_24h` counts the new pages and versions of the last 24 hours, `pending`
    the pages that are due.
    """

    name: str
    kind: Kind
    url: str
    enabled: bool
    added_at: datetime
    last_success_at: datetime | None
    last_fetch_at: datetime | None
    lag: float | None
    failures: int
    listings: int
    failing: int
    interval: int | None
    next_at: datetime | None
    is_late: bool
    pages_24h: int
    pending: int
    outcome: Outcome | None
    status: int | None
    code: str | None
    message: str | None


@dataclass(frozen=True, slots=True)
class PausedHost:
    """A host that is left alone until then, and why."""

    host: str
    until: datetime
    reason: str | None
    failures: int


@dataclass(frozen=True, slots=True)
class Health:
    """How live news is doing at one instant. `pending_pages` are due (those of paused hosts among
    them), `oldest_pending_at` is when the first of them was. `outcomes_24h` counts fetches by
    outcome, `problems` and `problems_before` the documents with a problem now and 24 hours before,
    by code. `last_run` is the last run that completed, `last_runs` that of each flow."""

    sources: tuple[SourceHealth, ...] = ()
    pending_pages: int = 0
    oldest_pending_at: datetime | None = None
    fetches_24h: int = 0
    outcomes_24h: dict[Outcome, int] = field(default_factory=dict)
    paused: tuple[PausedHost, ...] = ()
    problems: dict[str, int] = field(default_factory=dict)
    problems_before: dict[str, int] = field(default_factory=dict)
    last_run: RunSummary | None = None
    last_runs: dict[str, RunSummary] = field(default_factory=dict)


SOURCES = """
with recent as (
    select source, count(*) as pages
    from fetches
    where role = 'page' and outcome = 'fetched'
      and started_at > $now::timestamptz - interval 24 hours and started_at <= $now::timestamptz
    group by source
),

waiting as (
    select source, count(*) as pages
    from fetch_state
    where role = 'page' and next_at <= $now::timestamptz
    group by source
)

select
    name, kind, url, enabled, added_at, last_success_at, last_fetch_at,
    case when enabled
         then epoch($now::timestamptz) - epoch(coalesce(last_success_at, added_at)) end,
    failures, listings, failing, interval_seconds, next_at,
    coalesce(enabled and late_at < $now::timestamptz, false),
    coalesce(recent.pages, 0), coalesce(waiting.pages, 0), outcome, status, code, message
from source_health
left join recent on recent.source = name
left join waiting on waiting.source = name
order by name
"""

PENDING = """
select count(*), min(next_at)
from fetch_state
left join sources on sources.name = source
where role = 'page' and next_at <= $now::timestamptz and (source is null or sources.enabled)
"""

OUTCOMES = """
select outcome, count(*)
from fetches
where started_at > $now::timestamptz - interval 24 hours and started_at <= $now::timestamptz
group by outcome
order by count(*) desc, outcome
"""

PAUSED = """
select host, paused_until, pause_reason, failures
from hosts where paused_until > $now::timestamptz order by host
"""

PROBLEMS = """
select code, count(*)
from problems
where first_seen_at <= $at::timestamptz and (resolved_at is null or resolved_at > $at::timestamptz)
group by code
order by count(*) desc, code
"""

LAST_RUNS = """
select run_id, flow, status, started_at, finished_at, documents_read
from runs
where status = 'completed'
qualify row_number() over (partition by flow order by finished_at desc, run_id) = 1
order by finished_at desc, run_id
"""


def find_health(connection: duckdb.DuckDBPyConnection, now: datetime) -> Health:
    """How all sources are doing at `now`."""
    at = {"now": now}
    pending, oldest = connection.execute(PENDING, at).fetchone() or (0, None)
    outcomes = connection.execute(OUTCOMES, at).fetchall()
    runs = [RunSummary(*row) for row in connection.execute(LAST_RUNS).fetchall()]
    return Health(
        sources=find_source_health(connection, now),
        pending_pages=pending,
        oldest_pending_at=oldest,
        fetches_24h=sum(count for _, count in outcomes),
        outcomes_24h={Outcome(outcome): count for outcome, count in outcomes},
        paused=tuple(PausedHost(*row) for row in connection.execute(PAUSED, at).fetchall()),
        problems=count_problems(connection, now),
        problems_before=count_problems(connection, now - DAY),
        last_run=runs[0] if runs else None,
        last_runs={run.flow: run for run in runs},
    )


def find_source_health(
    connection: duckdb.DuckDBPyConnection, now: datetime
) -> tuple[SourceHealth, ...]:
    """How each source is doing, by name."""
    rows = connection.execute(SOURCES, {"now": now}).fetchall()
    return tuple(make_source_health(row) for row in rows)


def make_source_health(row: tuple[Any, ...]) -> SourceHealth:
    """The health of a source from its row of `SOURCES`, in the order of the fields."""
    health = SourceHealth(*row)
    outcome = None if health.outcome is None else Outcome(health.outcome)
    return replace(health, kind=Kind(health.kind), outcome=outcome)


def count_problems(connection: duckdb.DuckDBPyConnection, at: datetime) -> dict[str, int]:
    """The problems that were open at that instant, by code, the most frequent first."""
    return dict(connection.execute(PROBLEMS, {"at": at}).fetchall())
