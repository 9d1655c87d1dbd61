"""Sources that are files: inbox folders, and archives of WARC files, loaded after what a poll
fetched from the web.

A file is noted as taken after all of it is loaded; killed before, it is read again, and what is
known of it by address and bytes changes nothing.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from flows.crawling import STORED_KINDS, open_listing
from flows.linking import link_loaded
from flows.loading import load_captures
from flows.progress import announce, summarize
from flows.report import RunReport
from flows.session import open_run, record_run
from tasks.fetching.archives import Loan, list_archive
from tasks.fetching.client import Answer
from tasks.fetching.file_notes import (
    INBOX_SECONDS,
    Note,
    choose_item,
    choose_wait,
    join_notes,
    note_file,
    note_inbox,
    note_listing,
    open_file,
    rename_item,
    tell_item,
)
from tasks.fetching.settings import Settings
from tasks.fetching.verdicts import is_given_up
from tasks.identity import make_id
from tasks.live import FetchState, Kind, Source
from tasks.model import Capture, Fault, Limits, Skip, Stage
from tasks.sources.inbox import InboxFile, choose_new, is_there, read_inbox_file, scan_inbox
from tasks.sources.paths import make_uri
from tasks.sources.warc import read_archive
from tasks.sources.warc_list import ArchiveAddress, parse_archive
from tasks.stages import download, load_fetched, publish
from tasks.tally import Tally
from warehouse.layout import Layout, locate
from warehouse.live_state import read_marks, read_sources, read_states
from warehouse.segments import PREFIX, Segment, StagedSegment, stage_segment

# Files that a poll takes from an inbox, WARC files that it takes from an archive, at most, where
# the source does not say.
MOST_INBOX, MOST_ARCHIVE = 5_000, 1


@dataclass(frozen=True, slots=True)
class Desk:
    """Where files are loaded, and how."""

    warehouse: Path
    settings: Settings
    workers: int
    batch_size: int
    wait_seconds: float
    limits: Limits
    private: bool = False

    @property
    def layout(self) -> Layout:
        """The warehouse's folders."""
        return locate(self.warehouse)

    @property
    def downloads(self) -> Path:
        """Where files from elsewhere are while they are read."""
        return self.layout.private / "downloads"


def take_files(before: RunReport, desk: Desk, only: Sequence[str], at_once: bool) -> RunReport:
    """Load what the inboxes and archives that are due have; the sum of this and the runs before.

    Only for who holds the fetch lock, once what others left behind is loaded. A source that fails
    is noted, and keeps no other from being read.
    """
    started = time.monotonic()
    clear_downloads(desk)
    reports, idle = [before], []
    for source, state in list_due(desk.layout.published, only, at_once, datetime.now(UTC)):
        take = take_inbox if source.kind is Kind.INBOX else take_archive
        loaded, note = take(desk, source, state)
        reports += loaded
        idle.append(note)
    note = join_notes(idle)
    if note.fetches:
        reports.append(load(desk, (), lambda: note))
    return sum_up(reports, time.monotonic() - started)


def list_due(
    published: Path, only: Sequence[str], at_once: bool, now: datetime
) -> list[tuple[Source, FetchState]]:
    """The sources of files that are due, by name, with what is remembered of each."""
    sources = [
        source
        for source in read_sources(published)
        if source.enabled and source.kind in STORED_KINDS and (not only or source.name in only)
    ]
    known = read_states(published, [source.url for source in sources])
    due = [(source, known.get(source.url) or open_listing(source, now)) for source in sources]
    return [
        (source, replace(state, source=source.name, kind=source.kind))
        for source, state in due
        if at_once or state.next_at is None or state.next_at <= now
    ]


def take_inbox(desk: Desk, source: Source, before: FetchState) -> tuple[list[RunReport], Note]:
    """Load the files of an inbox that are new or changed; what remains to be noted of it."""
    now = datetime.now(UTC)
    interval = INBOX_SECONDS if source.every is None else source.every
    try:
        inbox = scan_inbox(Path(source.url), now.timestamp())
    except OSError as error:
        fault = describe_missing(source, error)
        return [], note_listing(before, fault, 0, interval, desk.settings, now)
    published = desk.layout.published
    marks = {
        u: mark for u, (mark, _) in read_marks(published, [f.uri for f in inbox.files]).items()
    }
    files = choose_new(inbox, marks, source.most or MOST_INBOX)
    answer = Answer(source.url, seconds=(datetime.now(UTC) - now).total_seconds())
    note = note_listing(before, answer, len(files), interval, desk.settings, now)
    if not files:
        return [], note

    def note_taken() -> Note:
        taken = [file for file in files if is_there(file)]
        known = read_states(published, [file.uri for file in taken])
        return note_inbox(taken, known, source, desk.settings, now).plus(note)

    return [load(desk, read_files(files, source, desk.limits), note_taken)], Note()


def describe_missing(source: Source, error: OSError) -> Answer:
    """The answer of a folder that cannot be read."""
    message = (
        f"{source.url} cannot be read: {error.strerror or error}; make the folder again, or: "
        f"copydesk sources edit {source.name} --url PATH"
    )
    fault = Fault(Stage.DISCOVER, "unreadable", message)
    return Answer(source.url, fault=fault, transient=True)


def read_files(
    files: Iterable[InboxFile], source: Source, limits: Limits
) -> Iterator[Capture | Skip]:
    """What files of an inbox hold, one input at a time."""
    for file in files:
        for item in read_inbox_file(file, limits):
            yield tell_item(item, source)


def take_archive(desk: Desk, source: Source, before: FetchState) -> tuple[list[RunReport], Note]:
    """Load the next WARC files of an archive, each in a run of its own; what remains to be noted
    of it. One that cannot be had ends this poll of it."""
    now = datetime.now(UTC)
    address = parse_archive(source.url)
    listed = list_archive(address, desk.private)
    marks = read_marks(desk.layout.published, listed.files)
    new = sum(url not in marks for url in listed.files)
    left = {u: due for u in listed.files if (due := marks.get(u, (None, now))[1]) is not None}
    chosen = [url for url, due in left.items() if due <= now][: source.most or MOST_ARCHIVE]
    known = read_states(desk.layout.published, chosen)
    reports, notes = [], []
    for url in chosen:
        loan = download(url, desk.downloads, desk.private)
        state = known.get(url) or open_file(url, source, now)
        note = note_file(state, loan.answer, source, desk.settings, datetime.now(UTC))
        left[url] = note.states[0].next_at or now
        if loan.path is None and not is_given_up(note.states[0]):
            notes.append(note)
            break
        captures = read_loan(loan, url, address, source, desk.limits)
        reports.append(load(desk, captures, partial(join_notes, [note])))
        del left[url]
    interval = choose_wait(source, left.values(), now)
    notes.append(note_listing(before, listed.answer, new, interval, desk.settings, now))
    return reports, join_notes(notes)


def read_loan(
    loan: Loan, url: str, address: ArchiveAddress, source: Source, limits: Limits
) -> Iterator[Capture | Skip]:
    """What a WARC file holds, one input at a time; what was fetched is removed afterwards. One that
    is given up is a single capture with its fault."""
    if loan.path is None:
        yield Capture(url, b"", datetime.now(UTC), source=source.name, fault=loan.answer.fault)
        return
    try:
        for item in read_archive(loan.path, limits):
            if loan.temporary:
                item = rename_item(item, make_uri(loan.path), url)
            yield tell_item(choose_item(item, address), source)
    finally:
        if loan.temporary:
            loan.path.unlink(missing_ok=True)


def load(
    desk: Desk, captures: Iterable[Capture | Skip], note_read: Callable[[], Note]
) -> RunReport:
    """One run: the documents, then what is to be noted of their files, asked for when they are
    read."""
    with open_run("poll", desk.warehouse, desk.limits, desk.workers, desk.wait_seconds, {}) as run:
        load_captures(run, captures, desk.batch_size)
        load_fetched(run, [stage(desk.layout, note_read())])
        link_loaded(run)
        record_run(run)
        publication = publish(run)
        announce(run, "publish")
    return summarize(run, publication.path)


def stage(layout: Layout, note: Note) -> StagedSegment:
    """A note as a segment, which is loaded by the next poll where this one is killed."""
    ids = [fetch.id for fetch in note.fetches]
    id = PREFIX + make_id("files", *ids)
    segment = Segment(id, datetime.now(UTC), None, note.fetches, note.states)
    return stage_segment(layout, segment)


def clear_downloads(desk: Desk) -> None:
    """Remove what a killed poll was fetching."""
    if desk.downloads.exists():
        shutil.rmtree(desk.downloads)


def sum_up(reports: Sequence[RunReport], seconds: float) -> RunReport:
    """All runs as one, named by the last; the first is that of what was fetched from the web."""
    tally = Tally()
    for report in reports:
        tally = tally.plus(report.tally)
    web = reports[0]
    return replace(reports[-1], tally=tally, seconds=web.seconds + seconds, fetches=web.fetches)
