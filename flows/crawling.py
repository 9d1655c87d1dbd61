"""A crawl beside the flow that loads what it brings: its thread, its memory, its lock."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from uuid import uuid4

from tasks.fetching.client import Client
from tasks.fetching.crawl import Crawl
from tasks.fetching.guard import Guard, may_go_private
from tasks.fetching.haul import Haul
from tasks.fetching.settings import Settings
from tasks.fetching.visits import Visit, find_host
from tasks.intake import describe
from tasks.live import FetchState, HostState, Kind, Role, Source
from warehouse.failures import clear_errors
from warehouse.layout import Layout, locate, prepare
from warehouse.live_state import (
    read_due,
    read_hosts,
    read_sources,
    read_states,
    read_unpolled,
)
from warehouse.lock import hold_fetch_lock
from warehouse.segments import (
    PREFIX,
    Segment,
    StagedSegment,
    discard_unfinished,
    has_unpublished,
    list_segments,
    name_warc,
    stage_segment,
)

Aim = Literal["news", "revisits"]

# Kinds whose listing is fetched from the web.
WEB_KINDS = frozenset({Kind.FEED, Kind.SITEMAP, Kind.LIST, Kind.HOME})
# Kinds that are read from folders and archives.
STORED_KINDS = frozenset(Kind) - WEB_KINDS

# Segments that wait to be loaded; a crawl that is so far ahead waits.
MOST_WAITING = 12
MOST_LISTINGS = 50_000
STOP_SECONDS = 5.0
PER_HOST = 1_000
MOST_SLOW = 10  # hosts that a report names


class WarehouseMemory:
    """What a crawl remembers, in the warehouse: read from what is published, kept as segments."""

    def __init__(self, layout: Layout, done: deque[StagedSegment]) -> None:
        self._layout = layout
        self._done = done
        self._room = threading.Semaphore(MOST_WAITING)
        self._crawl = uuid4().hex[:8]
        self._count = 0

    def recall(self, urls: Sequence[str]) -> Mapping[str, FetchState]:
        """The states of the known ones among these addresses."""
        return read_states(self._layout.published, urls)

    def recall_hosts(self, hosts: Sequence[str]) -> Mapping[str, HostState]:
        """The states of the known ones among these hosts."""
        return read_hosts(self._layout.published, hosts)

    def keep(self, haul: Haul) -> None:
        """Write the pages into the archive, then the segment that tells of them."""
        self._room.acquire()
        self._count += 1
        id = f"{PREFIX}{self._crawl}-{self._count:05d}"
        documents = [(describe(capture), capture.content) for capture in haul.captures]
        segment = Segment(
            id=id,
            closed_at=haul.closed_at,
            warc=name_warc(id) if documents else None,
            fetches=haul.fetches,
            states=list(haul.states.values()),
            hosts=list(haul.hosts.values()),
        )
        with clear_errors(self._layout.published):
            self._done.append(stage_segment(self._layout, segment, documents))

    def make_room(self, loaded: int) -> None:
        """So many segments are loaded."""
        self._room.release(loaded)


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a crawl is to do: the sources that are on, and the first visits."""

    sources: Mapping[str, Source]
    visits: Sequence[Visit]


class CrawlThread:
    """A crawl that goes on in a thread of its own, and hands over segment by segment.

    `leftovers` are the segments of an earlier one; `is_behind` says that what is published lacks
    some that were loaded.
    """

    def __init__(
        self, layout: Layout, plan: Callable[[], Agenda], settings: Settings, private: bool
    ) -> None:
        self.leftovers = list_segments(layout)
        self.is_behind = has_unpublished(layout)
        self.watcher: Callable[[int], None] | None = None
        self._waiting: deque[StagedSegment] = deque()
        self._memory = WarehouseMemory(layout, self._waiting)
        self._plan = plan
        self._settings = settings
        self._private = private
        self._error: BaseException | None = None
        self._crawl: Crawl | None = None
        self._thread = threading.Thread(target=self._work, name="crawl", daemon=True)

    def start(self) -> None:
        """Begin with what is due. What an earlier crawl left behind must be loaded and published by
        then: it says what is not due any more."""
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come, not even an error."""
        return not self._thread.is_alive() and not self._waiting and self._error is None

    @property
    def outcomes(self) -> Counter[str]:
        """How the fetches so far ended."""
        return Counter(self._crawl.outcomes) if self._crawl else Counter()

    def list_slowest(self) -> list[HostState]:
        """The hosts that took longest to answer, the slowest first."""
        hosts = self._crawl.list_hosts() if self._crawl else []
        answered = [host for host in hosts if host.latency is not None]
        return sorted(answered, key=lambda host: -(host.latency or 0.0))[:MOST_SLOW]

    def collect(self, seconds: float, documents: int) -> list[StagedSegment]:
        """The segments that are to be loaded now: when they hold so many documents, when so many
        seconds went by since the last ones, or when the crawl is over. Raises what ended it, once
        all that it kept is handed over."""
        until = time.monotonic() + seconds
        while self._thread.is_alive() and time.monotonic() < until:
            if self.watcher is not None:
                self.watcher(self.outcomes.total())
            if sum(segment.documents for segment in list(self._waiting)) >= documents:
                break
            self._thread.join(0.05)
        if not self._thread.is_alive() and not self._waiting and self._error is not None:
            raise self._error
        return [self._waiting.popleft() for _ in range(len(self._waiting))]

    def release(self, segments: Sequence[StagedSegment]) -> None:
        """These are loaded."""
        if segments:
            self._memory.make_room(len(segments))

    def stop(self) -> None:
        """Begin nothing new, and wait a moment for what is under way: nobody loads it now."""
        if self._crawl is not None:
            self._crawl.stop()
            self._memory.make_room(MOST_WAITING)
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def _work(self) -> None:
        import asyncio

        try:
            asyncio.run(self._run())
        except BaseException as error:  # noqa: BLE001 - it is raised again by `collect`
            self._error = error

    async def _run(self) -> None:
        guard = Guard(private=self._private or may_go_private())
        async with Client(guard, at_once=self._settings.seats) as client:
            agenda = self._plan()
            self._crawl = Crawl(client, self._memory, self._settings, agenda.sources)
            await self._crawl.run(agenda.visits)


@contextmanager
def open_crawl(
    warehouse: Path,
    settings: Settings,
    aim: Aim = "news",
    only: Sequence[str] = (),
    at_once: bool = False,
    allow_private: bool = False,
    wait_seconds: float = 0.0,
) -> Iterator[CrawlThread]:
    """A crawl of what is due, to be started, as the only one of this warehouse; `only` names the
    sources, `at_once` takes their listings as due. Raises `FetchBusy` when another one goes on."""
    layout = locate(warehouse)
    prepare(layout)
    with hold_fetch_lock(layout, wait_seconds):
        discard_unfinished(layout)
        crawl = CrawlThread(
            layout,
            lambda: plan(layout.published, settings, aim, only, at_once, datetime.now(UTC)),
            settings,
            allow_private,
        )
        try:
            yield crawl
        finally:
            crawl.stop()


def plan(
    path: Path,
    settings: Settings,
    aim: Aim,
    only: Sequence[str],
    at_once: bool,
    now: datetime,
) -> Agenda:
    """What is due now, as the warehouse at `path` knows it."""
    sources = {
        source.name: source
        for source in read_sources(path)
        if source.enabled and source.kind in WEB_KINDS and (not only or source.name in only)
    }
    if aim == "revisits":
        due = read_due(path, now, Role.PAGE, settings.pages, PER_HOST, again=True)
    else:
        listings = read_due(path, now, Role.LISTING, MOST_LISTINGS, PER_HOST)
        new = [source for source in read_unpolled(path) if source.kind in WEB_KINDS]
        listings += [open_listing(source, now) for source in new]
        if at_once:
            listings = list_own(path, sources, now)
        due = listings + read_due(path, now, Role.PAGE, settings.pages, PER_HOST, again=False)
    chosen = [state for state in due if state.source in sources]
    return Agenda(sources, [Visit(state, state.moved_to or state.url) for state in chosen])


def list_own(path: Path, sources: Mapping[str, Source], now: datetime) -> list[FetchState]:
    """The listings of these sources, whether they are due or not."""
    known = read_states(path, [source.url for source in sources.values()])
    return [known.get(source.url) or open_listing(source, now) for source in sources.values()]


def open_listing(source: Source, now: datetime) -> FetchState:
    """The state of a source that was never polled."""
    return FetchState(
        url=source.url,
        host=find_host(source.url),
        role=Role.LISTING,
        found_at=now,
        source=source.name,
        next_at=now,
        kind=source.kind,
    )
