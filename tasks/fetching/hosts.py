"""What a crawl knows of one host: its rules, its pace, and who waits for it."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tasks.fetching.pace import Pace
from tasks.fetching.robots import Rules
from tasks.fetching.visits import Visit
from tasks.live import HostState, Role


@dataclass(slots=True)
class Host:
    """One host during a crawl. Listings go before pages; `asked_at` is when it was asked what it
    has not answered yet, on the monotonic clock, `visit` what it was asked for last, `silence` why
    it gave no robots.txt."""

    state: HostState
    pace: Pace
    rules: Rules | None = None
    asked_at: float | None = None
    visit: Visit | None = None
    silence: str = ""
    _listings: deque[Visit] = field(default_factory=deque)
    _pages: deque[Visit] = field(default_factory=deque)

    @property
    def name(self) -> str:
        """Its authority."""
        return self.state.host

    @property
    def waiting(self) -> int:
        """How many visits wait."""
        return len(self._listings) + len(self._pages)

    @property
    def lag(self) -> float:
        """How long it takes to answer, as far as that is known, in seconds."""
        asked = time.monotonic() - self.asked_at if self.asked_at is not None else 0.0
        return max(asked, self.pace.latency or 0.0)

    def add(self, visit: Visit, first: bool = False) -> None:
        """Let a visit wait its turn; `first` goes before all of its kind."""
        queue = self._listings if visit.state.role is Role.LISTING else self._pages
        if first:
            queue.appendleft(visit)
        else:
            queue.append(visit)

    def take(self) -> Visit | None:
        """The next visit."""
        if self._listings:
            return self._listings.popleft()
        return self._pages.popleft() if self._pages else None

    def clear(self) -> None:
        """Send all that wait home; they stay due."""
        self._listings.clear()
        self._pages.clear()

    def is_paused(self, now: datetime) -> bool:
        """Whether it is not to be asked now."""
        return self.state.paused_until is not None and self.state.paused_until > now

    def pause(self, until: datetime, reason: str) -> None:
        """Ask it no more until then."""
        self.state = replace(self.state, paused_until=until, pause_reason=reason)
        self.clear()

    def succeed(self) -> None:
        """It answered as it should."""
        self.pace.ease()
        if self.state.failures or self.state.pause_reason or self.state.postponed:
            self.state = replace(
                self.state, failures=0, paused_until=None, pause_reason=None, postponed=0
            )

    def put_off(self) -> HostState:
        """It did not answer in the time that there was; its state from now on."""
        self.state = replace(self.state, postponed=self.state.postponed + 1)
        return replace(self.snapshot(), latency=self.lag)

    def fail(self) -> int:
        """It did not; how many times in a row."""
        self.state = replace(self.state, failures=self.state.failures + 1)
        return self.state.failures

    def snapshot(self) -> HostState:
        """Its state with the pace it bears and its latency."""
        gap = self.pace.gap if self.pace.is_slowed else None
        return replace(self.state, pace=gap, latency=self.pace.latency)

    def needs_robots(self, now: datetime, age: int) -> bool:
        """Whether robots.txt must be asked for, the first time or anew."""
        asked = self.state.robots_at
        return asked is None or now - asked > timedelta(seconds=age)
