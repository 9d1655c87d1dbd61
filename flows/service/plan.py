"""What `copydesk up` keeps running: which flows, how often, for which warehouse. Plain data, which
goes to the runner's process as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

# Schedules count from here, whenever `up` is started: a restart moves no run and doubles none.
ANCHOR = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Job:
    """A flow and its schedule. `entrypoint` is "module:function"; `every` seconds lie between two
    runs, which begin `offset` seconds past a multiple of it. With `at_once` one begins when `up`
    does, unless one ended well within the last `every` seconds."""

    entrypoint: str
    every: float
    parameters: Mapping[str, Any]
    description: str = ""
    offset: float = 0.0
    at_once: bool = False

    def next_start(self, now: datetime) -> datetime:
        """When the schedule's next run begins."""
        first = ANCHOR + timedelta(seconds=self.offset)
        passed = (now - first).total_seconds() // self.every
        return first + timedelta(seconds=(passed + 1) * self.every)


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it. `warehouse_id` tells warehouses on one server apart; `grace` is how many seconds
    a run gets to finish when `up` is told to stop; `log_folder` takes what the processes say."""

    warehouse_id: str
    jobs: tuple[Job, ...]
    log_folder: str
    grace: float = 30.0

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))


def read_plan(text: str) -> Plan:
    """The plan that `to_json` wrote."""
    fields = json.loads(text)
    return Plan(**{**fields, "jobs": tuple(Job(**job) for job in fields["jobs"])})
