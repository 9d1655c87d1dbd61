"""What a crawl brings home, in portions that are kept one after the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tasks.fetching.settings import Settings
from tasks.live import Fetch, FetchState, HostState
from tasks.model import Capture


@dataclass(frozen=True, slots=True)
class Haul:
    """Pages with their bytes, the log of the fetches, and what is now known of addresses and
    hosts: kept together or not at all. Of one address or host the last state counts."""

    captures: tuple[Capture, ...]
    fetches: tuple[Fetch, ...]
    states: Mapping[str, FetchState]
    hosts: Mapping[str, HostState]
    closed_at: datetime


@dataclass(slots=True)
class _Open:
    captures: list[Capture] = field(default_factory=list)
    fetches: list[Fetch] = field(default_factory=list)
    states: dict[str, FetchState] = field(default_factory=dict)
    hosts: dict[str, HostState] = field(default_factory=dict)
    size: int = 0
    opened_at: float = field(default_factory=time.monotonic)


class Hold:
    """Gathers what is fetched and hands it on in hauls, in order, while fetching goes on.

    `keep` takes a haul and returns when it is safe on the disk; it runs in a thread, and fetching
    waits for it when the next haul is full before.
    """

    def __init__(
        self, keep: Callable[[Haul], None], settings: Settings, clock: Callable[[], datetime]
    ) -> None:
        self._keep = keep
        self._settings = settings
        self._clock = clock
        self._open = _Open()
        self._keeping = asyncio.Lock()

    def note(
        self,
        fetch: Fetch | None = None,
        capture: Capture | None = None,
        states: Mapping[str, FetchState] | None = None,
        host: HostState | None = None,
    ) -> None:
        """Take in what belongs together: it will be in one haul."""
        now = self._open
        if fetch is not None:
            now.fetches.append(fetch)
        if capture is not None:
            now.captures.append(capture)
            now.size += len(capture.content)
        if states:
            now.states.update(states)
        if host is not None:
            now.hosts[host.host] = host

    @property
    def is_full(self) -> bool:
        """Whether the open haul has reached its bounds."""
        now, bounds = self._open, self._settings
        return (
            len(now.captures) >= bounds.segment_pages
            or now.size >= bounds.segment_bytes
            or (self._holds() and time.monotonic() - now.opened_at >= bounds.segment_seconds)
        )

    @property
    def is_overfull(self) -> bool:
        """Whether fetching must wait until it is closed."""
        now, bounds = self._open, self._settings
        most = 2 * bounds.segment_pages
        return len(now.captures) >= most or now.size >= 2 * bounds.segment_bytes

    async def close(self) -> None:
        """Keep what is open, where that is anything; what is noted meanwhile is in the next."""
        async with self._keeping:
            if not self._holds():
                self._open = _Open()
                return
            done, self._open = self._open, _Open()
            haul = Haul(
                tuple(done.captures), tuple(done.fetches), done.states, done.hosts, self._clock()
            )
            await asyncio.to_thread(self._keep, haul)

    def _holds(self) -> bool:
        now = self._open
        return bool(now.captures or now.fetches or now.states or now.hosts)
