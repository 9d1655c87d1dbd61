"""Whether live news is well, for monitors: what is stale, what fails, what grows worse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from flows.durations import round_duration
from flows.sources.standing import State, judge_source
from tasks.errors import WarehouseMissing
from warehouse.layout import locate
from warehouse.live_state import read_health
from warehouse.lock import read_holder

if TYPE_CHECKING:
    from warehouse.live_health import Health, SourceHealth
    from warehouse.lock import Holder

POLL = "poll"
# New problems of a day that are no trend, whatever their share.
FEW_PROBLEMS = 10


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is still well: the age of the last completed poll, the same for how long one run may
    write, and which share of a day's new pages may become problems."""

    age: timedelta
    problem_share: float = 0.2


@dataclass(frozen=True, slots=True)
class Fault:
    """What is not well: a kebab-case code, and a sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is not well, and the figures it was judged by; `last_poll_at` is when a poll was last
    completed, or brought something."""

    faults: tuple[Fault, ...]
    last_poll_at: datetime | None
    sources: int
    failing: int
    late: int
    pending_pages: int
    new_pages: int
    new_problems: int

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def check_health(warehouse: Path, bounds: Bounds) -> Verdict:
    """How live news of the warehouse is doing now. Raises `WarehouseMissing`."""
    layout = locate(warehouse)
    if not layout.published.exists():
        raise WarehouseMissing(
            f"There is no warehouse at {warehouse}.", "Name it with --warehouse, or start one."
        )
    now = datetime.now(UTC)
    return judge(read_health(warehouse, now), read_holder(layout), now, bounds)


def judge(health: Health, holder: Holder | None, now: datetime, bounds: Bounds) -> Verdict:
    """What is wrong at `now`, by these bounds."""
    polled = [each for each in health.sources if each.enabled]
    states = [judge_source(each) for each in polled]
    pages = sum(each.pages_24h for each in health.sources)
    problems = sum(health.problems.values()) - sum(health.problems_before.values())
    faults = (
        *_judge_sources(polled, states),
        *_judge_age(health, polled, now, bounds),
        *_judge_problems(problems, pages, bounds),
        *_judge_writer(holder, now, bounds),
    )
    return Verdict(
        faults=faults,
        last_poll_at=find_last_poll(health),
        sources=len(polled),
        failing=states.count(State.FAILING),
        late=states.count(State.LATE),
        pending_pages=health.pending_pages,
        new_pages=pages,
        new_problems=problems,
    )


def find_last_poll(health: Health) -> datetime | None:
    """When a poll was last completed, or loaded what it had fetched."""
    poll = health.last_runs.get(POLL)
    times = [each.last_fetch_at for each in health.sources if each.last_fetch_at is not None]
    return max([*times, *([poll.finished_at] if poll else [])], default=None)


def _judge_sources(polled: list[SourceHealth], states: list[State]) -> Iterator[Fault]:
    if not polled:
        yield Fault("no-sources", "No source is polled: copydesk sources add URL.")
    elif all(state is State.FAILING for state in states):
        said = polled[0].message or polled[0].code or "copydesk sources list says why."
        yield Fault("all-failing", f"All {len(polled):,} sources fail: {said}")


def _judge_age(
    health: Health, polled: list[SourceHealth], now: datetime, bounds: Bounds
) -> Iterator[Fault]:
    """Where nothing was polled yet, the first source's age counts."""
    if not polled:
        return
    since = find_last_poll(health) or min(each.added_at for each in polled)
    if now - since > bounds.age:
        age = round_duration((now - since).total_seconds())
        said = f"The last poll was {age} ago" if find_last_poll(health) else f"No poll for {age}"
        yield Fault("stale", f"{said}: is `copydesk up` or your scheduler running?")


def _judge_problems(problems: int, pages: int, bounds: Bounds) -> Iterator[Fault]:
    if problems > FEW_PROBLEMS and problems > bounds.problem_share * max(pages, 1):
        yield Fault(
            "problems-growing",
            f"{problems:,} more problems than a day ago, of {pages:,} pages fetched: "
            "copydesk problems list.",
        )


def _judge_writer(holder: Holder | None, now: datetime, bounds: Bounds) -> Iterator[Fault]:
    started = parse_start(holder)
    if holder is None or started is None or now - started <= bounds.age:
        return
    age = round_duration((now - started).total_seconds())
    yield Fault(
        "writer-stuck",
        f"Process {holder.pid} on {holder.host} has been writing for {age} (run {holder.run_id}); "
        "polls cannot load meanwhile.",
    )


def parse_start(holder: Holder | None) -> datetime | None:
    """Since when somebody writes, where that is known."""
    try:
        return datetime.fromisoformat(holder.started_at) if holder else None
    except ValueError:
        return None
