"""The crawl: every host in its own pace, all of them at the same time.

What is asked of one host is asked by one task, so that its pace holds whatever leads to it: a
redirect to another host waits in that host's line. Nothing of a crawl is lost when it is killed:
what was not kept yet was not noted as fetched either, and is due again.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Protocol
from urllib.parse import urlsplit

from tasks.fetching.client import ACCEPT_PAGE, Allow, Answer, Client, Hop, Request
from tasks.fetching.discovery import Discovery, discover
from tasks.fetching.haul import Haul, Hold
from tasks.fetching.hosts import Host, Visit, find_host
from tasks.fetching.intervals import choose_interval, retry_after_failure
from tasks.fetching.pace import Pace
from tasks.fetching.pages import find_canonical, make_capture, tell_source
from tasks.fetching.robots import MOST_BYTES, Rules
from tasks.fetching.settings import Settings, Slowness
from tasks.fetching.verdicts import (
    WELL,
    Verdict,
    is_given_up,
    judge_answer,
    measure_pause,
    put_off,
    settle_listing,
    settle_page,
)
from tasks.fields.urls import normalise_url
from tasks.identity import make_id
from tasks.live import Fetch, FetchState, HostState, Outcome, Role, Source
from tasks.model import Fault, Limits, Stage

_MOST_HOPS = 10
# Feeds say what they are with many types, and some servers send HTML to those who accept it.
ACCEPT_LISTING = (
    "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,"
    "text/xml;q=0.9,text/html;q=0.7,*/*;q=0.5"
)
HOP = "redirected"
_WATCH_SECONDS = 0.05
_SAMPLE = 500
# A listing whose validators never change is now and then asked without them: some servers lie.
_DISTRUST = timedelta(days=1)


class Memory(Protocol):
    """What the warehouse remembers; each may wait for the disk, and runs in a thread."""

    def recall(self, urls: Sequence[str]) -> Mapping[str, FetchState]:
        """The states of those addresses that are known."""
        ...

    def recall_hosts(self, hosts: Sequence[str]) -> Mapping[str, HostState]:
        """The states of those hosts that are known."""
        ...

    def keep(self, haul: Haul) -> None:
        """Put a haul on the disk, to be loaded."""
        ...


class Crawl:
    """One crawl. `run` returns when nothing is left that is due, or the budget is used up."""

    def __init__(
        self,
        client: Client,
        memory: Memory,
        settings: Settings,
        sources: Mapping[str, Source],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.outcomes: Counter[str] = Counter()
        self._pages = 0
        self._client = client
        self._memory = memory
        self._settings = settings
        self._sources = sources
        self._clock = clock
        self._hold = Hold(memory.keep, settings, clock)
        self._hosts: dict[str, Host] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._seats = asyncio.Semaphore(settings.seats)
        self._known: set[str] = set()
        self._taken: dict[str | None, int] = {}
        self._answers: deque[float] = deque(maxlen=_SAMPLE)
        self._closing = False
        self._started = time.monotonic()

    async def run(self, visits: Sequence[Visit]) -> None:
        """Fetch what is due and what that leads to; raises what `Memory` raises."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            self._known.update(visit.state.url for visit in visits)
            await self._take_on(visits)
            await self._watch()
        await self._hold.close()

    def list_hosts(self) -> list[HostState]:
        """The hosts that were met, as they are now."""
        return [host.snapshot() for host in list(self._hosts.values())]

    def stop(self) -> None:
        """Let what is under way end, and begin nothing new. From the crawl's own thread only."""
        self._closing = True

    async def _take_on(self, visits: Sequence[Visit], first: bool = False) -> None:
        """Put visits into their hosts' lines."""
        now = self._clock()
        await self._meet([find_host(visit.at) for visit in visits])
        for visit in visits:
            host = self._hosts[find_host(visit.at)]
            if host.is_paused(now):
                continue
            host.add(visit, first)
            if host.name not in self._tasks:
                self._tasks[host.name] = self._group.create_task(self._serve(host))

    async def _meet(self, names: Sequence[str]) -> None:
        """Recall the hosts that are not known to this crawl yet."""
        new = [name for name in dict.fromkeys(names) if name not in self._hosts]
        if not new:
            return
        states = await asyncio.to_thread(self._memory.recall_hosts, new)
        for name in new:
            state = states.get(name) or HostState(name)
            least = self._settings.pace
            pace = Pace(least, gap=state.pace or least, latency=state.latency)
            self._hosts.setdefault(name, Host(state, pace))

    async def _serve(self, host: Host) -> None:
        """Ask one host for all that waits, one after the other."""
        try:
            while not self._closing and (visit := host.take()) is not None:
                await self._visit(host, visit)
                if self._hold.is_full:
                    await self._hold.close()
        finally:
            del self._tasks[host.name]

    async def _visit(self, host: Host, visit: Visit) -> None:
        rules = await self._consult(host, visit)
        if not rules.reachable:
            self._close_host(host, visit, rules.judge(visit.at).reason)
            return
        ruling = rules.judge(visit.at)
        if not ruling.allowed:
            verdict = Verdict(Outcome.FORBIDDEN, "robots-forbidden", ruling.reason)
            self._settle(host, visit, Answer(url=visit.at), verdict, ruling.reason)
            return
        if (pace := self._find_source(visit)) is not None:
            host.pace.require(pace)
        request = make_request(visit, self._settings.limits, self._clock())
        answer = await self._ask(host, request, stop_at_hop)
        await self._judge(host, visit, answer, ruling.reason)

    def _find_source(self, visit: Visit) -> float | None:
        source = self._sources.get(visit.state.source or "")
        return source.pace if source else None

    async def _ask(self, host: Host, request: Request, allow: Allow) -> Answer:
        """One exchange, at the host's pace."""
        await host.pace.turn()
        async with self._seats:
            host.asked_at = time.monotonic()
            try:
                answer = await self._client.fetch(request, allow)
            finally:
                host.asked_at = None
                host.pace.done()
        host.pace.done(answer.seconds)
        self._answers.append(answer.seconds)
        return answer

    async def _consult(self, host: Host, visit: Visit) -> Rules:
        """The host's rules, asked for where they are not known, or too old."""
        if host.rules is not None:
            return host.rules
        state = host.state
        if state.robots_at is None or host.needs_rules(self._clock(), self._settings.robots_age):
            state = await self._fetch_robots(host, visit)
        host.rules = Rules(state.robots, state.robots_status, self._settings.agent)
        if (delay := host.rules.crawl_delay) is not None:
            host.pace.require(delay)
        return host.rules

    async def _fetch_robots(self, host: Host, visit: Visit) -> HostState:
        parts = urlsplit(visit.at)
        url = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/robots.txt"
        answer = await self._ask(host, Request(url, most_bytes=MOST_BYTES), self._take_turn)
        status, text = read_robots(answer)
        # What cannot be reached is asked again in the next crawl.
        reached = status is not None and status < 500 and status != 429
        host.state = replace(
            host.state,
            robots=text,
            robots_status=status,
            robots_at=self._clock() if reached else None,
        )
        self._hold.note(host=host.snapshot())
        return host.state

    async def _take_turn(self, url: str) -> None:
        """Keep the pace of a host that a robots.txt redirects to."""
        await self._meet([find_host(url)])
        pace = self._hosts[find_host(url)].pace
        await pace.turn()
        pace.done()

    def _close_host(self, host: Host, visit: Visit, reason: str) -> None:
        """Leave a host alone whose robots.txt cannot be had: all it has stays due."""
        now = self._clock()
        until = retry_after_failure(host.fail(), now, host.name)
        verdict = Verdict(Outcome.FAILED, "robots-unreachable", reason)
        state = put_off(visit.state, until, verdict, now)
        fetch = self._describe(visit, Answer(url=visit.at), verdict, reason)
        host.pause(until, reason)
        self._hold.note(fetch, states={state.url: state}, host=host.snapshot())

    async def _judge(self, host: Host, visit: Visit, answer: Answer, reason: str) -> None:
        """See what an answer means, for the host and for the visit."""
        if answer.fault is not None and answer.fault.code == HOP:
            await self._follow(host, visit, answer, reason)
            return
        sha256 = hashlib.sha256(answer.content).hexdigest()
        verdict = judge_answer(answer, sha256, visit.state)
        if verdict.outcome is Outcome.BUSY:
            await self._wait_out(host, visit, answer, verdict, reason)
        elif verdict.outcome is Outcome.FAILED:
            self._retry(host, visit, answer, verdict, reason)
        else:
            host.succeed()
            host.pace.ease()
            if visit.state.role is Role.LISTING and verdict.outcome is Outcome.FETCHED:
                await self._read_listing(host, visit, answer, verdict, reason, sha256)
            else:
                self._settle(host, visit, answer, verdict, reason, sha256)

    async def _wait_out(
        self, host: Host, visit: Visit, answer: Answer, verdict: Verdict, reason: str
    ) -> None:
        """The host has had too much: wait a little, or leave it until it says."""
        host.pace.slow_down()
        pause = measure_pause(answer, host.fail() - 1)
        now = self._clock()
        until = now + timedelta(seconds=pause)
        fetch = self._describe(visit, answer, verdict, reason)
        if pause <= self._settings.patience and visit.tries + 1 < self._settings.tries:
            self._hold.note(fetch, host=host.snapshot())
            host.add(replace(visit, tries=visit.tries + 1), first=True)
            await asyncio.sleep(pause)
            return
        host.pause(until, verdict.message or "it asks to be left alone")
        state = put_off(visit.state, until, verdict, now)
        self._hold.note(fetch, states={state.url: state}, host=host.snapshot())

    def _retry(
        self, host: Host, visit: Visit, answer: Answer, verdict: Verdict, reason: str
    ) -> None:
        """Try again behind the others; leave a host alone that fails again and again."""
        host.pace.slow_down()
        failures = host.fail()
        if visit.tries + 1 < self._settings.tries and failures < self._settings.host_failures:
            self._hold.note(self._describe(visit, answer, verdict, reason), host=host.snapshot())
            host.add(replace(visit, tries=visit.tries + 1))
            return
        if failures >= self._settings.host_failures:
            now = self._clock()
            until = retry_after_failure(failures - self._settings.host_failures + 1, now, host.name)
            host.pause(until, f"{failures} fetches in a row failed: {verdict.message}")
        self._settle(host, visit, answer, verdict, reason)

    async def _follow(self, host: Host, visit: Visit, answer: Answer, reason: str) -> None:
        """Go where a redirect leads, unless that was fetched already."""
        location = answer.hops[-1].location
        target = normalise_url(location) or location
        hops = (*visit.hops, *answer.hops)
        host.succeed()
        host.pace.ease()
        fault = check_hop(target, hops)
        if fault is not None:
            verdict = Verdict(Outcome.UNSUITABLE, fault.code, fault.message)
            self._settle(host, visit, replace(answer, fault=fault), verdict, reason)
            return
        if visit.state.role is Role.PAGE and await self._is_known(target, visit):
            verdict = Verdict(Outcome.MOVED, None, f"The same page as {target}.")
            moved = replace(visit, state=replace(visit.state, moved_to=target))
            self._settle(host, moved, answer, verdict, reason)
            return
        self._known.add(target)
        await self._take_on([replace(visit, at=target, hops=hops)], first=True)

    async def _is_known(self, target: str, visit: Visit) -> bool:
        if target == visit.state.url:
            return False
        if target in self._known:
            return True
        return bool(await asyncio.to_thread(self._memory.recall, [target]))

    async def _read_listing(
        self,
        host: Host,
        visit: Visit,
        answer: Answer,
        verdict: Verdict,
        reason: str,
        sha256: str,
    ) -> None:
        """Take what a listing names, together with the listing's own state."""
        source = self._sources.get(visit.state.source or "")
        sitemaps = host.rules.sitemaps if host.rules else ()
        found = await discover(
            answer, visit.state, source, sitemaps, self._settings, self._recall_new, self._clock()
        )
        if found.fault is not None:
            verdict = Verdict(Outcome.UNSUITABLE, found.fault.code, found.fault.message)
        self._settle(host, visit, answer, verdict, reason, sha256, found)
        await self._take_on([Visit(s, s.moved_to or s.url) for s in self._choose(found)])

    async def _recall_new(
        self, urls: Sequence[str]
    ) -> tuple[frozenset[str], Mapping[str, FetchState]]:
        """The addresses that this crawl has not met, and what is remembered of them."""
        asked = [url for url in dict.fromkeys(urls) if url not in self._known]
        self._known.update(asked)
        known = await asyncio.to_thread(self._memory.recall, asked) if asked else {}
        return frozenset(asked), known

    def _choose(self, found: Discovery) -> list[FetchState]:
        """The pages that this crawl still takes; the others are due in the next one."""
        chosen = []
        for state in found.due:
            source = self._sources.get(state.source or "")
            most = source.most if source and source.most is not None else self._settings.most
            taken = self._taken.get(state.source, 0)
            if state.role is Role.PAGE:
                if taken >= most or self._pages >= self._settings.pages:
                    continue
                self._taken[state.source] = taken + 1
                self._pages += 1
            chosen.append(state)
        return chosen

    def _settle(
        self,
        host: Host,
        visit: Visit,
        answer: Answer,
        verdict: Verdict,
        reason: str,
        sha256: str | None = None,
        found: Discovery | None = None,
    ) -> None:
        """Note how a visit ended: the log, the state of its address, and the page itself."""
        now = self._clock()
        before = note_answer(visit.state, answer, verdict, sha256)
        fetch = self._describe(visit, answer, verdict, reason)
        if visit.state.role is Role.LISTING:
            new = found.new if found else 0
            interval = self._choose_interval(visit.state, new, found, now)
            state = settle_listing(move_listing(before, visit), verdict, interval, now)
            states = {**(found.states if found else {}), state.url: state}
            self._hold.note(replace(fetch, found=new), None, states, host.snapshot())
            return
        source = self._sources.get(visit.state.source or "")
        state = settle_page(before, verdict, now, self._settings, source)
        states, uri = place_page(state, visit, answer, now)
        capture = None
        if verdict.outcome is Outcome.FETCHED or is_given_up(state):
            told = tell_source(visit.state.told, source, answer.last_modified)
            capture = make_capture(uri, visit.state, answer, told, reason, now)
            fetch = replace(fetch, document_uri=uri)
        if verdict.outcome is Outcome.FETCHED:
            self._mark_canonical(answer, uri, states, state)
        self._hold.note(fetch, capture, states, host.snapshot())

    def _mark_canonical(
        self, answer: Answer, uri: str, states: dict[str, FetchState], state: FetchState
    ) -> None:
        """Note the address that a page names as its own: it is not fetched for itself."""
        own = find_canonical(answer)
        if own is None or own == uri or own in self._known:
            return
        self._known.add(own)
        states[own] = replace(
            state, url=own, outcome=Outcome.MOVED, moved_to=uri, next_at=None, visits=0, sha256=None
        )

    def _choose_interval(
        self, state: FetchState, new: int, found: Discovery | None, now: datetime
    ) -> int:
        source = self._sources.get(state.source or "")
        if source is not None and source.every is not None:
            return source.every
        times = found.times if found else ()
        bounds = (self._settings.fastest, self._settings.slowest)
        return choose_interval(state.interval, new, times, now, bounds)

    def _describe(self, visit: Visit, answer: Answer, verdict: Verdict, reason: str) -> Fetch:
        self.outcomes[verdict.outcome] += 1
        now = self._clock()
        started = now - timedelta(seconds=answer.seconds)
        url = visit.state.url
        return Fetch(
            id=make_id(url, started.isoformat(), str(visit.tries)),
            url=url,
            host=find_host(visit.at),
            role=visit.state.role,
            started_at=started,
            outcome=verdict.outcome,
            source=visit.state.source,
            final_url=answer.url if answer.url != url else None,
            status=answer.status,
            size=answer.size,
            seconds=answer.seconds,
            content_type=answer.content_type,
            robots=reason,
            code=verdict.code,
            message=verdict.message,
        )

    async def _watch(self) -> None:
        """Wait for the hosts; end the crawl at its budget, or when only slow ones are left."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()), timeout=_WATCH_SECONDS)
            if self._hold.is_full:
                await self._hold.close()
            if time.monotonic() - self._started > self._settings.budget:
                self._closing = True
            left = [self._hosts[name] for name in self._tasks]
            if left and (self._closing or self._are_slow(left)):
                for host in left:
                    self._put_off(host)

    def _are_slow(self, left: Sequence[Host]) -> bool:
        """Whether the others wait for these alone, each much slower than is usual."""
        if len(left) == len(self._hosts) or not self._answers:
            return False
        bound = max(Slowness.LEAST, Slowness.FACTOR * median(self._answers))
        return all(host.lag >= bound for host in left)

    def _put_off(self, host: Host) -> None:
        """Leave what a host has not answered to the next crawl; one that was put off too often is
        waited for, for one answer."""
        host.clear()
        if host.served:
            return
        host.served = True
        if host.state.postponed >= Slowness.OWED and host.asked_at is not None:
            return
        if self._closing and host.lag < Slowness.LEAST:
            return
        self._tasks[host.name].cancel()
        host.state = replace(host.state, postponed=host.state.postponed + 1)
        self._hold.note(host=replace(host.snapshot(), latency=host.lag))


async def stop_at_hop(url: str) -> Fault:
    """Follow no redirect: the address waits in the line of its host."""
    return Fault(Stage.DISCOVER, HOP, f"It leads to {url}.")


def make_request(visit: Visit, limits: Limits, now: datetime) -> Request:
    """The request of a visit: conditional where validators of the very address are known."""
    state = visit.state
    known = state.sha256 is not None and not visit.hops
    if known and state.role is Role.LISTING and state.visits % 10 == 9:
        known = state.changed_at is not None and now - state.changed_at < _DISTRUST
    return Request(
        visit.at,
        etag=state.etag if known else None,
        last_modified=state.last_modified if known else None,
        accept=ACCEPT_LISTING if state.role is Role.LISTING else ACCEPT_PAGE,
        most_bytes=limits.document_bytes,
        ratio=limits.ratio,
    )


def read_robots(answer: Answer) -> tuple[int | None, str | None]:
    """How a server answered for its robots.txt, and its text. A file that is too long counts as
    far as it is read; endless redirects are as if there was none (RFC 9309, 2.3.1.2)."""
    code = answer.fault.code if answer.fault else None
    if code in ("too-many-redirects", "redirect-refused", "address-refused"):
        return 404, None
    if answer.status in (200, 203) and (code is None or code == "too-large"):
        return 200, answer.content[:MOST_BYTES].decode("utf-8", "replace")
    return answer.status if answer.status not in (200, 203) else None, None


def check_hop(target: str, hops: Sequence[Hop]) -> Fault | None:
    """What speaks against following a redirect."""
    if target in [hop.url for hop in hops] or len(hops) >= _MOST_HOPS:
        message = "The address redirects without end; open it in a browser."
        return Fault(Stage.DISCOVER, "too-many-redirects", message)
    return None


def is_permanent(visit: Visit) -> bool:
    """Whether every redirect on the way was for good."""
    return bool(visit.hops) and all(hop.permanent for hop in visit.hops)


def note_answer(
    state: FetchState, answer: Answer, verdict: Verdict, sha256: str | None
) -> FetchState:
    """The state with the answer's status, and with the validators of the bytes that we have."""
    noted = replace(state, status=answer.status)
    if verdict.outcome is Outcome.FETCHED:
        return replace(noted, etag=answer.etag, last_modified=answer.last_modified, sha256=sha256)
    if verdict.outcome is Outcome.UNCHANGED:
        return replace(
            noted,
            etag=answer.etag or state.etag,
            last_modified=answer.last_modified or state.last_modified,
        )
    return noted


def move_listing(state: FetchState, visit: Visit) -> FetchState:
    """A listing's state, with where it moved for good: it is polled there from now on."""
    return replace(state, moved_to=visit.at) if is_permanent(visit) else state


def place_page(
    state: FetchState, visit: Visit, answer: Answer, now: datetime
) -> tuple[dict[str, FetchState], str]:
    """The states that a page leaves, and the uri of its document: under its new address where it
    moved for good; where it moved for now, the other address is noted as the same page."""
    if not visit.hops or state.outcome not in WELL:
        return {state.url: state}, state.url
    target = visit.at
    if not is_permanent(visit):
        alias = replace(
            state, url=target, host=find_host(target), outcome=Outcome.MOVED, moved_to=state.url,
            next_at=None, visits=0, sha256=None, found_at=now,
        )  # fmt: skip
        return {state.url: state, target: alias}, state.url
    old = replace(
        visit.state, outcome=Outcome.MOVED, moved_to=target, next_at=None, fetched_at=now,
        status=answer.status,
    )  # fmt: skip
    return {old.url: old, target: replace(state, url=target, host=find_host(target))}, target
