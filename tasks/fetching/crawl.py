"""The crawl: every host in its own pace, all of them at the same time.

What is asked of one host is asked by one task, so that its pace holds whatever leads to it: a
redirect to another host waits in that host's line. Nothing of a crawl is lost when it is killed:
what was not kept yet was not noted as fetched either, and is due again.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Protocol, TypeVar

from tasks.errors import describe_bug
from tasks.fetching.client import Allow, Answer, Client, Request
from tasks.fetching.discovery import Discovery, discover
from tasks.fetching.haul import Haul, Hold
from tasks.fetching.hosts import Host
from tasks.fetching.intervals import retry_after_failure
from tasks.fetching.ledger import Ending, Ledger
from tasks.fetching.pace import Pace
from tasks.fetching.pages import find_canonical
from tasks.fetching.robots import Rules
from tasks.fetching.settings import Settings
from tasks.fetching.verdicts import Verdict, judge_answer, measure_pause
from tasks.fetching.visits import (
    HOP,
    Visit,
    check_hop,
    find_host,
    make_request,
    make_robots_request,
    read_robots,
    stop_at_hop,
)
from tasks.fields.urls import normalise_url
from tasks.identity import hash_content
from tasks.live import FetchState, HostState, Outcome, Role, Source

T = TypeVar("T")

_WATCH_SECONDS = 0.05
POSTPONED = Verdict(
    Outcome.POSTPONED, "postponed", "Its host had not answered when all others were done."
)
_SAMPLE = 500


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


class MemoryFailed(Exception):
    """`Memory` could not recall something; why is the cause."""


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
        self._client = client
        self._memory = memory
        self._settings = settings
        self._clock = clock
        self._hold = Hold(memory.keep, settings, clock)
        self._ledger = Ledger(self._hold, settings, sources, clock)
        self._hosts: dict[str, Host] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._seats = asyncio.Semaphore(settings.seats)
        self._taken: Counter[str | None] = Counter()
        self._answers: deque[float] = deque(maxlen=_SAMPLE)
        self._closing = False
        self._started = time.monotonic()

    async def run(self, visits: Sequence[Visit]) -> None:
        """Fetch what is due and what that leads to; raises what `Memory` raises, after what was
        fetched until then is kept, where it can be."""
        failure: BaseException | None = None
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                self._ledger.known.update(visit.state.url for visit in visits)
                await self._take_on(visits)
                await self._watch()
        except BaseExceptionGroup as failures:
            failure = find_first(failures)
        try:
            await self._hold.close()
        finally:
            if failure is not None:
                raise failure

    @property
    def outcomes(self) -> Counter[str]:
        """How the fetches so far ended."""
        return self._ledger.outcomes

    def list_hosts(self) -> list[HostState]:
        """The hosts that were met, as they are now."""
        return [host.snapshot() for host in list(self._hosts.values())]

    def stop(self) -> None:
        """Begin nothing new. May be called from any thread."""
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
        states = await _remember(self._memory.recall_hosts, new)
        for name in new:
            state = states.get(name) or HostState(name)
            least = self._settings.pace
            pace = Pace(least, gap=state.pace or least, latency=state.latency)
            if name in states:
                pace.done()  # an earlier crawl may have asked it a moment ago
            self._hosts.setdefault(name, Host(state, pace))

    async def _serve(self, host: Host) -> None:
        """Ask one host for all that waits, one after the other."""
        try:
            while not self._closing and (visit := host.take()) is not None:
                host.visit = visit
                await self._try(host, visit)
                while self._hold.is_overfull:
                    await asyncio.sleep(_WATCH_SECONDS)
        finally:
            del self._tasks[host.name]

    async def _try(self, host: Host, visit: Visit) -> None:
        """Visit an address; what we cannot cope with there costs this visit, and no other."""
        try:
            await self._visit(host, visit)
        except MemoryFailed:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of a visit: it is on record
            host.pace.done()
            verdict = Verdict(Outcome.FAILED, "internal-error", describe_bug(error))
            self._ledger.note(Ending(visit, Answer(visit.at), verdict, None))

    async def _visit(self, host: Host, visit: Visit) -> None:
        """Fetch one address, if its host lets us."""
        rules = await self._consult(host, visit)
        ruling = rules.judge(visit.at)
        if not rules.reachable:
            self._close_host(host, visit, ruling.reason)
        elif not ruling.allowed:
            verdict = Verdict(Outcome.FORBIDDEN, "robots-forbidden", ruling.reason)
            self._ledger.note(Ending(visit, Answer(visit.at), verdict, ruling.reason))
        else:
            source = self._ledger.find_source(visit.state)
            own = source.pace if source else None
            host.pace.choose(self._settings.pace if own is None else own)
            request = make_request(visit, self._settings.limits, self._clock())
            answer = await self._ask(host, request, stop_at_hop)
            await self._judge(host, visit, answer, ruling.reason)
            self._ledger.note_host(host.snapshot())

    async def _ask(self, host: Host, request: Request, allow: Allow) -> Answer:
        """One exchange, at the host's pace."""
        await host.pace.turn()
        paced = replace(request, pause=host.pace.gap)
        async with self._seats:
            host.asked_at = time.monotonic()
            try:
                answer = await self._client.fetch(paced, allow)
            finally:
                host.asked_at = None
        host.pace.done(answer.seconds)
        self._answers.append(answer.seconds)
        return answer

    async def _consult(self, host: Host, visit: Visit) -> Rules:
        """The host's rules, asked for where they are not known, or too old."""
        if host.rules is None:
            if host.needs_robots(self._clock(), self._settings.robots_age):
                await self._fetch_robots(host, visit)
            state = host.state
            host.rules = Rules(state.robots, state.robots_status, self._settings.agent)
            if (delay := host.rules.crawl_delay) is not None:
                host.pace.obey(delay)
        return host.rules

    async def _fetch_robots(self, host: Host, visit: Visit) -> None:
        async def take_turn(url: str) -> None:
            host.pace.done()
            await self._take_turn(url)

        answer = await self._ask(host, make_robots_request(visit.at), take_turn)
        status, text = read_robots(answer)
        host.silence = answer.fault.message if answer.fault else ""
        # What cannot be reached is asked for again in the next crawl.
        reached = status is not None and status < 500 and status != 429
        host.state = replace(
            host.state,
            robots=text,
            robots_status=status,
            robots_at=self._clock() if reached else None,
        )
        self._ledger.note_host(host.snapshot())

    async def _take_turn(self, url: str) -> None:
        """Keep the pace of a host that a robots.txt redirects to."""
        await self._meet([find_host(url)])
        pace = self._hosts[find_host(url)].pace
        await pace.turn()
        pace.done()

    def _close_host(self, host: Host, visit: Visit, reason: str) -> None:
        """Leave a host alone whose robots.txt cannot be had: all it has stays due."""
        message = f"{reason}: {host.silence}" if host.silence else reason
        host.pause(self._plan_retry(host, host.fail()), message)
        verdict = Verdict(Outcome.FAILED, "robots-unreachable", message)
        self._ledger.note(Ending(visit, Answer(visit.at), verdict, reason))
        self._ledger.note_host(host.snapshot())

    def _plan_retry(self, host: Host, failures: int) -> datetime:
        return retry_after_failure(failures, self._clock(), host.name, self._settings.retry)

    async def _judge(self, host: Host, visit: Visit, answer: Answer, reason: str) -> None:
        """See what an answer means, for the host and for the visit."""
        if answer.fault is not None and answer.fault.code == HOP:
            host.succeed()
            await self._follow(visit, answer, reason)
            return
        sha256 = hash_content(answer.content)
        verdict = judge_answer(answer, sha256, visit.state)
        end = Ending(visit, answer, verdict, reason, sha256)
        if verdict.outcome is Outcome.BUSY:
            await self._wait_out(host, end)
        elif verdict.outcome is Outcome.FAILED:
            self._retry(host, end)
        else:
            host.succeed()
            if verdict.outcome is not Outcome.FETCHED:
                self._ledger.note(end)
            elif visit.state.role is Role.LISTING:
                await self._read_listing(host, end)
            else:
                self._ledger.note(await self._compare_canonical(end))

    async def _compare_canonical(self, end: Ending) -> Ending:
        """The ending of a page, with the other address that it names as its own: nobody fetches
        that one for itself, or nobody fetches this one again."""
        own = find_canonical(end.answer)
        if own is None or own in (end.visit.state.url, end.visit.at):
            return end
        fresh, known = await self._recall_new([own])
        if own in fresh and own not in known:
            return end._replace(alias=own)
        return end._replace(same_as=own) if own in known and known[own].visits else end

    async def _wait_out(self, host: Host, end: Ending) -> None:
        """The host has had too much: wait a little, or leave it alone until it says."""
        host.pace.slow_down()
        pause = measure_pause(end.answer, host.fail() - 1)
        if pause <= self._settings.patience and end.visit.tries + 1 < self._settings.tries:
            self._ledger.note_try(end)
            host.add(replace(end.visit, tries=end.visit.tries + 1), first=True)
            await asyncio.sleep(pause)
            return
        until = self._clock() + timedelta(seconds=pause)
        host.pause(until, end.verdict.message or "it asks to be left alone")
        self._ledger.note_delay(end, until)

    def _retry(self, host: Host, end: Ending) -> None:
        """Try again behind the others; leave a host alone that fails again and again."""
        host.pace.slow_down()
        beyond = host.fail() - self._settings.host_failures
        if end.visit.tries + 1 < self._settings.tries and beyond < 0:
            self._ledger.note_try(end)
            host.add(replace(end.visit, tries=end.visit.tries + 1))
            return
        if beyond >= 0:
            until = self._plan_retry(host, beyond + 1)
            count = host.state.failures
            host.pause(until, f"{count} fetches in a row failed: {end.verdict.message}")
        self._ledger.note(end)

    async def _follow(self, visit: Visit, answer: Answer, reason: str) -> None:
        """Go where a redirect leads, unless that was fetched already."""
        location = answer.hops[-1].location
        target = normalise_url(location) or location
        hops = (*visit.hops, *answer.hops)
        fault = check_hop(target, hops)
        if fault is not None:
            verdict = Verdict(Outcome.UNSUITABLE, fault.code, fault.message)
            self._ledger.note(Ending(visit, replace(answer, fault=fault), verdict, reason))
        elif visit.state.role is Role.PAGE and await self._is_known(target, visit):
            end = Ending(visit, answer, Verdict(Outcome.MOVED), reason)
            self._ledger.note_moved(end, target)
        else:
            self._ledger.known.add(target)
            await self._take_on([replace(visit, at=target, hops=hops)], first=True)

    async def _is_known(self, target: str, visit: Visit) -> bool:
        """Whether a page is fetched, or will be, under its own address."""
        if target in (visit.state.url, visit.state.answered_by):
            return False
        if target in self._ledger.known:
            return True
        return bool(await _remember(self._memory.recall, [target]))

    async def _read_listing(self, host: Host, end: Ending) -> None:
        """Take what a listing names, together with the listing's own state."""
        state = end.visit.state
        found = await discover(
            end.answer,
            state,
            self._ledger.find_source(state),
            host.rules.sitemaps if host.rules else (),
            self._settings,
            self._recall_new,
            self._clock(),
        )
        if found.fault is not None:
            verdict = Verdict(Outcome.UNSUITABLE, found.fault.code, found.fault.message)
            end = end._replace(verdict=verdict)
        self._ledger.note_listing(end, found)
        await self._take_on([Visit(page, page.url) for page in self._choose(found)])

    async def _recall_new(
        self, urls: Sequence[str]
    ) -> tuple[frozenset[str], Mapping[str, FetchState]]:
        """The addresses that this crawl has not met, and what is remembered of them."""
        asked = [url for url in dict.fromkeys(urls) if url not in self._ledger.known]
        self._ledger.known.update(asked)
        known = await _remember(self._memory.recall, asked) if asked else {}
        return frozenset(asked), known

    def _choose(self, found: Discovery) -> list[FetchState]:
        """What this crawl still takes; the other pages are due in the next one."""
        return [state for state in found.due if state.role is Role.LISTING or self._takes(state)]

    def _takes(self, state: FetchState) -> bool:
        source = self._ledger.find_source(state)
        most = source.most if source and source.most is not None else self._settings.most
        if self._taken[state.source] >= most or self._taken.total() >= self._settings.pages:
            return False
        self._taken[state.source] += 1
        return True

    async def _watch(self) -> None:
        """Wait for the hosts; end the crawl at its budget, or when only slow ones are left."""
        while self._tasks:
            await asyncio.sleep(_WATCH_SECONDS)
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
        if len(left) == len(self._hosts) or any(
            host.lag < self._settings.slow_least for host in left
        ):
            return False
        bound = self._settings.slow_factor * median(self._answers) if self._answers else 0.0
        return all(host.lag >= bound for host in left)

    def _put_off(self, host: Host) -> None:
        """Leave what a host has not answered to the next crawl; one that was put off too often is
        waited for, for one answer."""
        host.clear()
        asked = host.asked_at is not None
        if asked and host.lag < self._settings.slow_least:
            return
        owed = host.state.postponed >= self._settings.put_offs
        if owed and (asked or not self._closing):
            return
        self._tasks[host.name].cancel()
        if asked and host.visit is not None:
            reason = host.rules.judge(host.visit.at).reason if host.rules else None
            answer = Answer(url=host.visit.at, seconds=host.lag)
            self._ledger.note_try(Ending(host.visit, answer, POSTPONED, reason))
        self._ledger.note_host(host.snapshot() if self._closing and not asked else host.put_off())


async def _remember(recall: Callable[[Sequence[str]], T], names: Sequence[str]) -> T:
    try:
        return await asyncio.to_thread(recall, names)
    except Exception as error:
        raise MemoryFailed from error


def find_first(failures: BaseExceptionGroup) -> BaseException:
    """The first of some failures, and what is behind it where `Memory` failed."""
    first: BaseException = failures
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first.__cause__ if isinstance(first, MemoryFailed) and first.__cause__ else first
