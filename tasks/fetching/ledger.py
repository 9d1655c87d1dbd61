"""The ledger of a crawl: how each visit ended, as rows of the log, as states, and as documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from tasks.fetching.client import Answer
from tasks.fetching.discovery import Discovery
from tasks.fetching.haul import Hold
from tasks.fetching.intervals import choose_interval
from tasks.fetching.pages import make_capture, tell_source
from tasks.fetching.settings import Settings
from tasks.fetching.verdicts import (
    WELL,
    Verdict,
    is_given_up,
    put_off,
    settle_listing,
    settle_page,
)
from tasks.fetching.visits import Visit, find_host
from tasks.identity import make_id
from tasks.live import Fetch, FetchState, HostState, Outcome, Role, Source


class Ending(NamedTuple):
    """How one visit ended: what was answered, what that means, what robots.txt said of it, the
    SHA-256 of the bytes, where there are any, and the other address that the page names as its own:
    an `alias` where nobody knew that one, `same_as` where it is fetched for itself."""

    visit: Visit
    answer: Answer
    verdict: Verdict
    robots: str | None
    sha256: str | None = None
    alias: str | None = None
    same_as: str | None = None


class Ledger:
    """Notes what became of visits, into hauls. `known` are the addresses that this crawl has met;
    `outcomes` counts the fetches."""

    def __init__(
        self,
        hold: Hold,
        settings: Settings,
        sources: Mapping[str, Source],
        clock: Callable[[], datetime],
    ) -> None:
        self.known: set[str] = set()
        self.outcomes: Counter[str] = Counter()
        self._hold = hold
        self._settings = settings
        self._sources = sources
        self._clock = clock

    def find_source(self, state: FetchState) -> Source | None:
        """The source that an address came from, if it is still there."""
        return self._sources.get(state.source or "")

    def note_host(self, host: HostState) -> None:
        """A host is as this says now."""
        self._hold.note(host=host)

    def note_try(self, end: Ending) -> None:
        """A fetch that is tried again in this crawl: a row of the log and no more."""
        self._hold.note(self._describe(end))

    def note_delay(self, end: Ending, until: datetime) -> None:
        """An address whose host wants to be left alone until then: no failure of its own."""
        state = put_off(end.visit.state, until, end.verdict, self._clock())
        self._hold.note(self._describe(end), states={state.url: state})

    def note(self, end: Ending) -> None:
        """A visit that is over."""
        if end.visit.state.role is Role.LISTING:
            self.note_listing(end)
        else:
            self._note_page(end)

    def note_listing(self, end: Ending, found: Discovery | None = None) -> None:
        """A poll of a listing, together with the pages that it named."""
        now = self._clock()
        found = found or Discovery()
        before = note_answer(end)
        if end.visit.is_permanent:
            before = replace(before, moved_to=end.visit.at)
        interval = self._choose_interval(before, found, now)
        state = settle_listing(before, end.verdict, interval, now, self._settings)
        fetch = replace(self._describe(end), found=found.new)
        self._hold.note(fetch, states={**found.states, state.url: state})

    def note_moved(self, end: Ending, target: str) -> None:
        """A page that leads to one which is known already."""
        verdict = Verdict(Outcome.MOVED, None, f"The same page as {target}.")
        moved = replace(end.visit, state=replace(end.visit.state, moved_to=target), hops=())
        self._note_page(end._replace(visit=moved, verdict=verdict))

    def _note_page(self, end: Ending) -> None:
        """A fetch of a page: with its document, where there is news of it or no more hope."""
        visit, answer, now = end.visit, end.answer, self._clock()
        source = self.find_source(visit.state)
        state = settle_page(note_answer(end), end.verdict, now, self._settings, source)
        if end.same_as is not None:  # once is enough: the other one is looked after
            state = replace(state, next_at=None, moved_to=end.same_as)
        states, uri = place_page(state, visit, now)
        fetch, capture = self._describe(end), None
        fetched = end.verdict.outcome is Outcome.FETCHED
        if end.alias is not None and end.alias != uri:
            states[end.alias] = make_alias(state, end.alias, uri)
        if fetched or is_given_up(state):
            told = tell_source(visit.state.told, source, answer.last_modified)
            capture = make_capture(uri, visit.state, answer, told, end.robots, now)
            fetch = replace(fetch, document_uri=uri)
        self._hold.note(fetch, capture, states)

    def _choose_interval(self, state: FetchState, found: Discovery, now: datetime) -> int:
        source = self.find_source(state)
        if source is not None and source.every is not None:
            return source.every
        bounds = (self._settings.fastest, self._settings.slowest)
        return choose_interval(state.interval, found.new, found.times, now, bounds)

    def _describe(self, end: Ending) -> Fetch:
        visit, answer, verdict = end.visit, end.answer, end.verdict
        self.outcomes[verdict.outcome] += 1
        started = self._clock() - timedelta(seconds=answer.seconds)
        url = visit.state.url
        return Fetch(
            id=make_id(url, started.isoformat(), str(visit.tries), str(len(visit.hops))),
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
            robots=end.robots,
            code=verdict.code,
            message=verdict.message,
        )


def note_answer(end: Ending) -> FetchState:
    """The state with the answer's status, and with the validators of the bytes that we have."""
    visit, answer, verdict = end.visit, end.answer, end.verdict
    noted = replace(visit.state, status=answer.status)
    if verdict.outcome not in WELL:
        return noted
    fetched = verdict.outcome is Outcome.FETCHED
    return replace(
        noted,
        etag=answer.etag or (None if fetched else noted.etag),
        last_modified=answer.last_modified or (None if fetched else noted.last_modified),
        sha256=end.sha256 if fetched else noted.sha256,
        answered_by=visit.at if visit.at != noted.url else None,
    )


def place_page(state: FetchState, visit: Visit, now: datetime) -> tuple[dict[str, FetchState], str]:
    """The states that a page leaves, and the uri of its document: under its new address where it
    moved for good; where it moved for now, the other address is noted as the same page."""
    target = visit.at
    if not visit.hops or state.outcome not in WELL or target == state.url:
        return {state.url: state}, state.url
    if not visit.is_permanent:
        return {state.url: state, target: make_alias(state, target, state.url)}, state.url
    old = replace(
        visit.state,
        status=visit.hops[0].status,
        outcome=Outcome.MOVED,
        moved_to=target,
        next_at=None,
        fetched_at=now,
    )
    moved = replace(state, url=target, host=find_host(target), answered_by=None, moved_to=None)
    return {old.url: old, target: moved}, target


def make_alias(state: FetchState, url: str, of: str) -> FetchState:
    """The state of an address that is the same page as `of`: it is not fetched for itself."""
    return replace(
        state,
        url=url,
        host=find_host(url),
        outcome=Outcome.MOVED,
        moved_to=of,
        next_at=None,
        visits=0,
        sha256=None,
        etag=None,
        last_modified=None,
        answered_by=None,
    )
