"""One polite pace a host: one request at a time, and a pause after each."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

# No site is left alone between two pages for longer, whatever it asks for.
SLOWEST = 120.0
_SLOWER, _FASTER = 2.0, 0.8
_LEARNED = 0.3  # how much of the average the newest answer makes up


@dataclass(slots=True)
class Pace:
    """The pause after each request to one host, in seconds.

    `least` is what is set, or what robots.txt asks for when that is more. The host's refusals
    double it, its answers let it come back; `latency` is how long it takes to answer on the
    average, None before its first answer.
    """

    least: float
    gap: float = 0.0
    latency: float | None = None
    _asked: float = 0.0
    _ended_at: float = float("-inf")

    def __post_init__(self) -> None:
        self.gap = max(self.gap, self.least)

    @property
    def is_slowed(self) -> bool:
        """Whether the host bears less than is set."""
        return self.gap > self.least

    def obey(self, delay: float) -> None:
        """Leave at least so much, as robots.txt asks."""
        self._asked = min(delay, SLOWEST)
        self.choose(self.least)

    def choose(self, least: float) -> None:
        """Leave so much, as is set for what comes next; a host that is slowed down stays so."""
        slowed = self.is_slowed
        self.least = max(least, self._asked)
        self.gap = max(self.gap, self.least) if slowed else self.least

    async def turn(self) -> None:
        """Wait until the host may be asked again."""
        wait = self._ended_at + self.gap - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)

    def done(self, seconds: float | None = None) -> None:
        """A request has ended now, after so many seconds; None where it says nothing of speed."""
        self._ended_at = time.monotonic()
        if seconds is not None:
            before = self.latency if self.latency is not None else seconds
            self.latency = before + _LEARNED * (seconds - before)

    def slow_down(self) -> None:
        """The host has had too much, or failed."""
        self.gap = min(max(self.gap, 0.5) * _SLOWER, SLOWEST)

    def ease(self) -> None:
        """The host answered well: come back to what is set, step by step."""
        self.gap = max(self.least, self.gap * _FASTER)
        if self.gap < self.least * 1.05 + 0.01:
            self.gap = self.least
