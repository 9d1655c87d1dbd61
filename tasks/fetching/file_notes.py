"""What is remembered of sources that are files: the rows of the log and of the states, as for
pages of the web. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tasks.fetching.client import Answer
from tasks.fetching.settings import Settings
from tasks.fetching.verdicts import Verdict, judge_outcome, settle_listing, settle_page
from tasks.fetching.visits import find_host
from tasks.fields.urls import normalise_url
from tasks.identity import make_id
from tasks.live import Fetch, FetchState, Outcome, Role, Source
from tasks.model import Capture, Skip, Told
from tasks.sources.form import Form, judge_name
from tasks.sources.inbox import InboxFile
from tasks.sources.warc_list import ArchiveAddress

# An inbox is looked into by each poll, an archive that has nothing new a few times a day.
INBOX_SECONDS = 60
ARCHIVE_SECONDS = 6 * 3600


@dataclass(frozen=True, slots=True)
class Note:
    """Rows of the log, and the states that hold from then on."""

    fetches: tuple[Fetch, ...] = ()
    states: tuple[FetchState, ...] = ()

    def plus(self, other: Note) -> Note:
        """Both."""
        return Note(self.fetches + other.fetches, self.states + other.states)


def open_file(url: str, source: Source, now: datetime) -> FetchState:
    """The state of a file that was never taken."""
    return FetchState(
        url=url,
        host=find_host(url),
        role=Role.PAGE,
        found_at=now,
        source=source.name,
        next_at=now,
        kind=source.kind,
    )


def note_inbox(
    files: Sequence[InboxFile],
    known: Mapping[str, FetchState],
    source: Source,
    settings: Settings,
    now: datetime,
) -> Note:
    """Files of an inbox that were taken: their marks are kept as ETags."""
    notes = []
    for file in files:
        before = known.get(file.uri) or open_file(file.uri, source, now)
        size = int(file.mark.partition("-")[0])
        answer = Answer(file.uri, etag=file.mark, size=size)
        note = note_file(before, answer, source, settings, now)
        if judge_name(file.path) is Form.PAGE:
            [fetch] = note.fetches
            note = replace(note, fetches=(replace(fetch, document_uri=file.uri),))
        notes.append(note)
    return join_notes(notes)


def note_file(
    before: FetchState, answer: Answer, source: Source, settings: Settings, now: datetime
) -> Note:
    """A file that was taken, or could not be: it is tried again as a page is, and is never due
    again once it was taken."""
    verdict = Verdict(judge_outcome(answer), *_tell(answer))
    once = replace(source, revisits=())
    noted = replace(before, status=answer.status, source=source.name, kind=source.kind)
    state = settle_page(noted, verdict, now, settings, once)
    if verdict.outcome is Outcome.FETCHED:
        state = replace(state, etag=answer.etag)
    elif answer.retry_after and state.next_at is not None:
        asked = now + timedelta(seconds=min(answer.retry_after, settings.slowest))
        state = replace(state, next_at=max(asked, state.next_at))
    return Note((describe(state, answer, verdict, now),), (state,))


def note_listing(
    before: FetchState,
    answer: Answer,
    found: int,
    interval: int,
    settings: Settings,
    now: datetime,
) -> Note:
    """A folder or list that was looked into: `found` files are new. It is due again after
    `interval` seconds, later where it could not be read."""
    outcome = judge_outcome(answer)
    if outcome is Outcome.FETCHED and not found:
        outcome = Outcome.UNCHANGED
    verdict = Verdict(outcome, *_tell(answer))
    noted = replace(before, status=answer.status)
    state = settle_listing(noted, verdict, interval, now, settings)
    fetch = replace(describe(state, answer, verdict, now), found=found)
    return Note((fetch,), (state,))


def _tell(answer: Answer) -> tuple[str | None, str | None]:
    return (answer.fault.code, answer.fault.message) if answer.fault else (None, None)


def describe(state: FetchState, answer: Answer, verdict: Verdict, now: datetime) -> Fetch:
    """The row of the log."""
    started = now - timedelta(seconds=answer.seconds)
    return Fetch(
        id=make_id(state.url, started.isoformat(), state.role),
        url=state.url,
        host=state.host,
        role=state.role,
        started_at=started,
        outcome=verdict.outcome,
        source=state.source,
        final_url=answer.url if answer.url != state.url else None,
        status=answer.status,
        size=answer.size,
        seconds=answer.seconds,
        content_type=answer.content_type,
        code=verdict.code,
        message=verdict.message,
    )


def choose_wait(source: Source, waits: Iterable[datetime], now: datetime) -> int:
    """The seconds until an archive is due again: `every`, where it is set; else when the first of
    the files that are left is due, at most six hours."""
    if source.every is not None:
        return source.every
    first = min(waits, default=None)
    left = ARCHIVE_SECONDS if first is None else round((first - now).total_seconds())
    return min(max(left, INBOX_SECONDS), ARCHIVE_SECONDS)


def join_notes(notes: Iterable[Note]) -> Note:
    """All of them, in order."""
    listed = list(notes)
    fetches = tuple(fetch for note in listed for fetch in note.fetches)
    return Note(fetches, tuple(state for note in listed for state in note.states))


def tell_item(item: Capture | Skip, source: Source) -> Capture | Skip:
    """A capture with what is set for its source, where it does not say otherwise itself."""
    if isinstance(item, Skip):
        return item
    told = item.told or Told()
    told = replace(
        told,
        outlet=told.outlet or source.outlet,
        zone=told.zone or source.zone,
        language=told.language or source.language,
    )
    told_or_none = None if told == Told() else told
    return replace(item, source=item.source or source.name, told=told_or_none)


def rename_item(item: Capture | Skip, before: str, after: str) -> Capture | Skip:
    """An item of a file that was fetched, under the file's own address and without its place: the
    file is removed, so its bytes are to be kept."""
    uri = after + item.uri.removeprefix(before) if item.uri.startswith(before) else item.uri
    if isinstance(item, Skip):
        return replace(item, uri=uri)
    return replace(item, uri=uri, place=None)


def choose_item(item: Capture | Skip, address: ArchiveAddress) -> Capture | Skip:
    """The item, or a skip where it is the page of a host that is not wanted. What cannot be read is
    never left out."""
    if isinstance(item, Skip) or not address.hosts or item.url is None:
        return item
    url = normalise_url(item.url)
    host = find_host(url).rpartition(":")[0] or find_host(url) if url else ""
    return item if address.takes_host(host) else Skip(item.uri, "other-host")
