"""What the server saw: each request, and how many connections and requests a host bore at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Any

from tests.world.news.state import read_clock
from tests.world.news.wire import Request, Seen

_NAMES = [f.name for f in fields(Seen)]


@dataclass(slots=True)
class HostRecord:
    """One host's requests in the order of their coming, and how many it bore at the same time."""

    rows: list[Seen] = field(default_factory=list)
    turns: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    open_now: int = 0
    most_open: int = 0
    busy_now: int = 0
    most_busy: int = 0

    def connect(self) -> None:
        """A connection is open from now on."""
        self.connections += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)

    def begin(self, request: Request) -> tuple[Seen, int]:
        """Note a request; its row, and how often its path was asked for, this one counted."""
        head = request.headers
        target = f"{request.path}?{request.query}" if request.query else request.path
        seen = Seen(
            read_clock(), request.method, target, head.get("user-agent", ""),
            head.get("if-none-match"), head.get("if-modified-since"),
        )  # fmt: skip
        self.rows.append(seen)
        self.turns[request.path] += 1
        self.busy_now += 1
        self.most_busy = max(self.most_busy, self.busy_now)
        return seen, self.turns[request.path]

    def end(self, seen: Seen) -> None:
        """The request was answered, or given up."""
        seen.ended = read_clock()
        self.busy_now -= 1

    def forget(self) -> None:
        """Begin anew; what is open stays counted. Turns stay, so that what recovered stays well."""
        self.rows = []
        self.connections, self.most_open, self.most_busy = 0, self.open_now, self.busy_now

    def sum_up(self) -> dict[str, Any]:
        """Figures of the host."""
        return {
            "requests": len(self.rows),
            "connections": self.connections,
            "most_open": self.most_open,
            "most_busy": self.most_busy,
            "least_gap": measure_least_gap([seen.at for seen in self.rows]),
            "statuses": Counter(str(seen.status) for seen in self.rows),
            "conditional": sum(bool(seen.etag or seen.since) for seen in self.rows),
            "agents": sorted({seen.agent for seen in self.rows}),
        }


def measure_least_gap(times: Sequence[float]) -> float | None:
    """The least time between the starts of two requests that followed each other, in seconds; None
    for fewer than two."""
    return min((later - earlier for earlier, later in pairwise(sorted(times))), default=None)


def print_row(seen: Seen) -> dict[str, Any]:
    """A row as JSON takes it."""
    return {name: getattr(seen, name) for name in _NAMES}
