"""How each source is doing: its settings beside what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from flows.plain import to_plain
from tasks.live import Outcome, Source
from warehouse.live_health import SourceHealth
from warehouse.live_state import read_health, read_sources

# Seconds without a success after which a server that asks for more time counts as one that fails.
_LONGEST_BUSY = 86_400


class State(StrEnum):
    """What is to be said of a source in one word."""

    OFF = "off"
    NEW = "new"  # not polled yet
    FAILING = "failing"  # none of its listings could be read the last time
    PARTLY = "partly"  # some of its listings could not be read the last time
    LATE = "late"  # it was due long ago, and nothing asked it
    BUSY = "busy"  # its server asked for time, the last time, and answered within a day before
    WELL = "well"


@dataclass(frozen=True, slots=True)
class Standing:
    """A source and its health."""

    source: Source
    health: SourceHealth

    @property
    def state(self) -> State:
        """How it is doing, in one word."""
        return judge_source(self.health)

    @property
    def is_failing(self) -> bool:
        """Whether it needs somebody's attention."""
        return self.state in (State.FAILING, State.PARTLY, State.LATE)


def judge_source(health: SourceHealth) -> State:
    """How a source is doing, in one word."""
    if not health.enabled:
        return State.OFF
    if health.failing:
        return State.FAILING if health.failing >= health.listings else State.PARTLY
    if health.is_late:
        return State.LATE
    if health.outcome is Outcome.BUSY:
        return State.FAILING if (health.lag or 0) > _LONGEST_BUSY else State.BUSY
    return State.NEW if health.last_fetch_at is None else State.WELL


def read_standings(warehouse: Path) -> list[Standing]:
    """All sources, by name; none where there is no warehouse yet."""
    found = {source.name: source for source in read_sources(warehouse)}
    healths = read_health(warehouse, datetime.now(UTC)).sources
    return [Standing(found[each.name], each) for each in healths if each.name in found]


def settings_record(source: Source) -> dict[str, Any]:
    """The settings of a source as JSON; durations are seconds, null is the setting of the run."""
    return {
        "name": source.name,
        "url": source.url,
        "kind": source.kind.value,
        "outlet": source.outlet,
        "zone": source.zone,
        "language": source.language,
        "every": source.every,
        "pace": source.pace,
        "max_pages": source.most,
        "revisits": None if source.revisits is None else list(source.revisits),
        "enabled": source.enabled,
    }


def source_record(standing: Standing) -> dict[str, Any]:
    """A source as `copydesk sources list --json` prints it: its settings, then how it is doing."""
    health = standing.health
    doing = {
        "state": standing.state.value,
        "added_at": health.added_at,
        "last_success_at": health.last_success_at,
        "last_fetch_at": health.last_fetch_at,
        "lag": health.lag,
        "failures": health.failures,
        "listings": health.listings,
        "failing": health.failing,
        "interval": health.interval,
        "next_at": health.next_at,
        "pages_24h": health.pages_24h,
        "pending": health.pending,
        "outcome": health.outcome,
        "status": health.status,
        "code": health.code,
        "message": health.message,
    }
    plain = {key: to_plain(value) for key, value in doing.items()}
    return {**settings_record(standing.source), **plain}
