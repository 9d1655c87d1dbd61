"""Looking at sources once, now: what each is, what it lists, and what is wrong. Changes nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from flows.sources.addresses import STORED, is_path
from tasks.fetching.agent import name_agent
from tasks.fetching.archives import list_archive
from tasks.fetching.client import Answer, Client, Request
from tasks.fetching.pace import Pace
from tasks.fetching.robots import MOST_BYTES, Rules, Ruling, name_token
from tasks.fetching.settings import Settings
from tasks.fetching.visits import ACCEPT_LISTING, find_host, read_robots
from tasks.listings.registry import judge_kind, read_listing
from tasks.live import Kind, Listing, Nested, Source
from tasks.model import Fault, Stage
from tasks.sources.inbox import scan_inbox
from tasks.sources.warc_list import parse_archive

AT_ONCE = 32
# A newest entry that is older is worth a word.
QUIET_DAYS = 30


@dataclass(frozen=True, slots=True)
class Probe:
    """What came of looking at one source. `found` is the kind that its content is of, `newest` the
    time of its newest entry, `moved_to` where it is for good. `problem` says why it cannot be
    polled; `remarks` what should be changed."""

    source: Source
    found: Kind | None = None
    title: str | None = None
    entries: int = 0
    newest: datetime | None = None
    nested: tuple[Nested, ...] = ()
    status: int | None = None
    seconds: float = 0.0
    robots: str | None = None
    moved_to: str | None = None
    code: str | None = None
    problem: str | None = None
    remarks: tuple[str, ...] = ()


async def probe_all(sources: Sequence[Source], pace: float | None = None) -> AsyncIterator[Probe]:
    """A probe of each source as soon as it is done; hosts are asked side by side, one host's
    sources one after the other, `pace` seconds apart where the source does not say otherwise."""
    async with Client(at_once=AT_ONCE) as client:
        prober = Prober(client, Settings().pace if pace is None else pace)
        tasks = [asyncio.create_task(prober.probe(source)) for source in sources]
        try:
            for task in asyncio.as_completed(tasks):
                yield await task
        finally:
            for task in tasks:
                task.cancel()


@dataclass(slots=True)
class Door:
    """One host: its pace, whose turn it is, and its rules by origin, or why they are not known."""

    pace: Pace
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: dict[str, Rules] = field(default_factory=dict)
    faults: dict[str, Fault | None] = field(default_factory=dict)


class Prober:
    """Probes sources by one client; each host's robots.txt is asked for once."""

    def __init__(self, client: Client, pace: float) -> None:
        self._client = client
        self._pace = pace
        self._agent = name_token(name_agent())
        self._doors: dict[str, Door] = {}

    async def probe(self, source: Source) -> Probe:
        """Look at one source."""
        if source.kind in STORED:
            return await asyncio.to_thread(look_at_files, source)
        door = self._find_door(source.url, source.pace)
        async with door.turn:
            rules = await self._consult(door, source.url)
            ruling = rules.judge(source.url)
            if not ruling.allowed:
                fault = self._explain(door, source.url, ruling)
                return Probe(source, robots=ruling.reason, code=fault.code, problem=fault.message)
            answer = await self._ask(door, Request(source.url, accept=ACCEPT_LISTING))
        judged = await asyncio.to_thread(judge_answer, source, answer, rules.sitemaps)
        return replace(judged, robots=ruling.reason)

    def _find_door(self, url: str, pace: float | None = None) -> Door:
        least = self._pace if pace is None else pace
        return self._doors.setdefault(find_host(url), Door(Pace(least)))

    async def _consult(self, door: Door, url: str) -> Rules:
        """The rules for an address, from its host's robots.txt."""
        origin = find_origin(url)
        if origin not in door.rules:
            await door.pace.turn()
            answer = await self._client.fetch(
                Request(f"{origin}/robots.txt", most_bytes=MOST_BYTES)
            )
            door.pace.done()
            status, text = read_robots(answer)
            door.faults[origin] = answer.fault
            rules = door.rules[origin] = Rules(text, status, self._agent)
            door.pace.obey(rules.crawl_delay or 0.0)
        return door.rules[origin]

    async def _ask(self, door: Door, request: Request) -> Answer:
        await door.pace.turn()
        try:
            return await self._client.fetch(request, self._allow)
        finally:
            door.pace.done()

    async def _allow(self, url: str) -> Fault | None:
        """Whether a redirect may be followed: the robots.txt of its host is asked as well."""
        door = self._find_door(url)
        ruling = (await self._consult(door, url)).judge(url)
        if ruling.allowed:
            return None
        fault = self._explain(door, url, ruling)
        return replace(fault, message=f"It redirects to {url}. {fault.message}")

    def _explain(self, door: Door, url: str, ruling: Ruling) -> Fault:
        """Why robots.txt lets nobody in: it says so, or could not be read (RFC 9309, 2.3.1.4)."""
        origin = find_origin(url)
        fault = door.faults[origin]
        if door.rules[origin].reachable or fault is None:
            message = f"robots.txt forbids it: {ruling.reason}."
            return Fault(Stage.DISCOVER, "robots-forbidden", message)
        message = f"Its robots.txt cannot be read, so nothing may be fetched: {fault.message}"
        return Fault(Stage.DISCOVER, "robots-unreachable", message)


def find_origin(url: str) -> str:
    """Scheme, host and port, whose robots.txt holds for an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def judge_answer(source: Source, answer: Answer, sitemaps: Sequence[str]) -> Probe:
    """What an answer says of the source."""
    seen = Probe(source, status=answer.status, seconds=answer.seconds, moved_to=answer.moved_to)
    if answer.fault is not None:
        return replace(seen, code=answer.fault.code, problem=answer.fault.message)
    listing = read_listing(
        answer.content, answer.content_type, answer.url, source.kind, sitemaps=sitemaps
    )
    times = [entry.updated_at or entry.published_at for entry in listing.entries]
    found = judge_kind(answer.content, answer.content_type)
    seen = replace(
        seen,
        found=found,
        title=listing.title,
        entries=len(listing.entries),
        nested=listing.nested,
        newest=max((time for time in times if time is not None), default=None),
    )
    fault = find_fault(source, listing, found)
    if fault is not None:
        return replace(seen, code=fault.code, problem=explain(source, fault, found))
    return replace(seen, remarks=tuple(list_remarks(seen, listing)))


def find_fault(source: Source, listing: Listing, found: Kind | None) -> Fault | None:
    """Why nothing can be polled there."""
    if listing.entries or listing.nested:
        return None
    if listing.fault is not None:
        return listing.fault
    if source.kind is Kind.HOME and found is Kind.HOME:
        message = "No feed, news sitemap or article was found on the page; give a feed's address."
        return Fault(Stage.DISCOVER, "nothing-found", message)
    return None


def explain(source: Source, fault: Fault, found: Kind | None) -> str:
    """The fault's sentence, and the kind that would fit."""
    if found is Kind.HOME and source.kind is not Kind.HOME:
        return f"{fault.message} As a home page it may do: {name_command(source, 'kind', 'home')}"
    return fault.message


def name_command(source: Source, option: str, value: str) -> str:
    """The command that changes a source; one that adds it where it is none yet."""
    if source.name:
        return f"copydesk sources edit {source.name} --{option} {value}"
    if option == "url":
        return f"copydesk sources add {value}"
    return f"copydesk sources add {source.url} --{option} {value}"


def list_remarks(probe: Probe, listing: Listing) -> list[str]:
    """What is not wrong, but should be known or changed."""
    source, remarks = probe.source, []
    if probe.found is not None and probe.found is not source.kind:
        remarks.append(
            f"It is a {probe.found}, not a {source.kind}: "
            + name_command(source, "kind", probe.found)
        )
    if probe.moved_to is not None:
        remarks.append(f"It has moved for good: {name_command(source, 'url', probe.moved_to)}")
    if listing.fault is not None:
        remarks.append(listing.fault.message)
    if not probe.entries and not probe.nested:
        remarks.append("It lists nothing now.")
    if probe.newest is not None and (datetime.now(UTC) - probe.newest).days > QUIET_DAYS:
        remarks.append(f"Its newest entry is of {probe.newest:%Y-%m-%d}.")
    return remarks


def look_at_files(source: Source) -> Probe:
    """An inbox or archive: which files a poll would read. Not for a thread with an event loop."""
    return look_at_archive(source) if source.kind is Kind.ARCHIVE else look_at_inbox(source)


def look_at_inbox(source: Source) -> Probe:
    """The files of a folder and those below it."""
    try:
        inbox = scan_inbox(Path(source.url), time.time())
    except OSError as error:
        message = f"{source.url} cannot be read: {error.strerror}."
        return Probe(source, code="unreadable", problem=message)
    remarks = [f"{folder} cannot be looked into." for folder in inbox.closed]
    if inbox.unfinished:
        remarks.append(f"Written to just now, and left for a later poll: {inbox.unfinished}.")
    newest = max((file.written_at for file in inbox.files), default=None)
    return Probe(
        source,
        found=source.kind,
        entries=len(inbox.files) + inbox.unfinished,
        newest=None if newest is None else datetime.fromtimestamp(newest / 1e9, UTC),
        remarks=tuple(remarks),
    )


def look_at_archive(source: Source) -> Probe:
    """The WARC files that are selected; the first of this machine are looked for."""
    listed = list_archive(parse_archive(source.url))
    answer = listed.answer
    seen = Probe(source, status=answer.status, seconds=answer.seconds, moved_to=answer.moved_to)
    if answer.fault is not None:
        return replace(seen, code=answer.fault.code, problem=answer.fault.message)
    remarks = [] if listed.files else ["It has no WARC file, or none in the range."]
    seen = replace(
        seen,
        found=source.kind,
        entries=len(listed.files),
        nested=tuple(Nested(url, Kind.ARCHIVE) for url in listed.files),
        remarks=tuple(remarks),
    )
    first = listed.files[0] if listed.files else None
    if first is not None and is_path(first) and not Path(first).exists():
        message = f"{first} does not exist; say where the paths begin: #base=…"
        return replace(seen, code="file-missing", problem=message)
    return seen
