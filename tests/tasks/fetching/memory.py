"""A crawl's memory in memory, and crawls of the test world with it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from tasks.fetching.client import Client
from tasks.fetching.crawl import Crawl
from tasks.fetching.exchange import Deadlines
from tasks.fetching.guard import Guard
from tasks.fetching.haul import Haul
from tasks.fetching.settings import Settings
from tasks.fetching.visits import Visit, find_host
from tasks.live import Fetch, FetchState, HostState, Kind, Role, Source
from tasks.model import Capture


class Memory:
    """Keeps hauls, and remembers what they say as the warehouse does."""

    def __init__(self) -> None:
        self.states: dict[str, FetchState] = {}
        self.hosts: dict[str, HostState] = {}
        self.captures: dict[str, Capture] = {}
        self.fetches: list[Fetch] = []
        self.hauls: list[Haul] = []

    def recall(self, urls: Sequence[str]) -> Mapping[str, FetchState]:
        return {url: self.states[url] for url in urls if url in self.states}

    def recall_hosts(self, hosts: Sequence[str]) -> Mapping[str, HostState]:
        return {host: self.hosts[host] for host in hosts if host in self.hosts}

    def keep(self, haul: Haul) -> None:
        self.hauls.append(haul)
        self.states |= haul.states
        self.hosts |= haul.hosts
        self.fetches += haul.fetches
        self.captures |= {capture.uri: capture for capture in haul.captures}

    def last_fetch(self, url: str) -> Fetch:
        return [fetch for fetch in self.fetches if fetch.url == url][-1]


def visit_page(url: str) -> Visit:
    """A page that was never fetched."""
    now = datetime.now(UTC)
    return Visit(FetchState(url, find_host(url), Role.PAGE, now, next_at=now), url)


def visit_listing(url: str, memory: Memory, kind: Kind = Kind.FEED, name: str = "s") -> Visit:
    """A listing that is due, as it is remembered."""
    now = datetime.now(UTC)
    new = FetchState(url, find_host(url), Role.LISTING, now, source=name, next_at=now, kind=kind)
    state = memory.states.get(url, new)
    return Visit(state, state.moved_to or url)


def crawl(
    memory: Memory,
    visits: Iterable[Visit],
    settings: Settings | None = None,
    deadlines: Deadlines | None = None,
    guard: Guard | None = None,
    sources: Mapping[str, Source] | None = None,
) -> Crawl:
    """A whole crawl; returns when it is over."""

    async def run() -> Crawl:
        async with Client(guard or Guard(private=True), deadlines) as client:
            made = Crawl(client, memory, settings or Settings(pace=0.0), sources or {})
            await made.run(list(visits))
            return made

    return asyncio.run(run())
