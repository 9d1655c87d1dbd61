"""The writer: loads staged batches into the spare copy and publishes it.

The caller holds the lock (`warehouse.lock`). Killed at any moment, the next writer goes on from
the same state: a load is in the journal or it is not, and each copy's ledger says what it holds.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from tasks.errors import CopydeskError, DiskFull, WarehouseCorrupt
from tasks.live import FetchState, Source
from tasks.model import SiteLine, SitePage
from tasks.tally import Tally
from warehouse.apply import apply_entries, apply_entry, count_run, find_recorded
from warehouse.compaction import rewrite
from warehouse.connect import (
    MEMORY_LIMIT,
    THREADS,
    Connection,
    create_database,
    open_for_writing,
)
from warehouse.copies import (
    Copy,
    clean_up,
    duplicate,
    find_published,
    list_copies,
    new_path,
    point,
    record_file,
    remove,
    wal_file,
    write_record,
)
from warehouse.durable import sync_file
from warehouse.failures import clear_errors, explain_failure, is_full, is_locked
from warehouse.journal import (
    Entry,
    append_entry,
    discard_staging,
    drop_entries,
    list_entries,
    read_entry,
    retract_entry,
)
from warehouse.layout import Layout, prepare
from warehouse.links import TOGETHER, Changes, find_changes, find_versions, has_changes
from warehouse.live_lookup import find_sources, find_states
from warehouse.lookup import Known, KnownBytes, KnownUri, look_up
from warehouse.migrate import fingerprint, migrate
from warehouse.outlet_zones import list_offsets, read_zones
from warehouse.printing import print_article, read_articles
from warehouse.selection import Group, Selection, list_documents
from warehouse.site_lines import list_sites, read_bodies, read_template

__all__ = [
    "Group",
    "Known",
    "KnownBytes",
    "KnownUri",
    "Publication",
    "Selection",
    "Writer",
    "open_writer",
]

# The second copy is brought up the quicker way: by copying the file at about this pace, or by
# replaying loads, which take as long as they took before (or, when they ran elsewhere, this long).
COPIED_BYTES_A_SECOND = 100_000_000
SECONDS_A_LOAD = 0.15

# DuckDB may merge row groups at any checkpoint, which rewrites up to 120,000 articles to save some
# space: ten seconds after loading a thousand. So it does that for the spare copy alone, and only
# when closes (a few half-empty blocks a table each) wasted a good part of the file.
WASTED_A_CLOSE = 3_000_000
SMALL = 4_000
STATES_AN_ARTICLE = 10
LEAST_CLOSES, MOST_CLOSES = 16, 256

# Loads replayed in one transaction: a commit costs as much as a tenth of a load.
REPLAYED_TOGETHER = 20

# A reader that read the old link may not have locked the old copy yet.
GRACE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Publication:
    """What was published: the public name, how long it took in all, and whether the second copy
    was brought up by copying the file (else by replaying, or not yet). Readers saw it after
    `seen_after` seconds; the rest went into the second copy."""

    path: Path
    seconds: float
    copied: bool
    seen_after: float


@contextmanager
def open_writer(
    layout: Layout, memory_limit: str = MEMORY_LIMIT, threads: int = THREADS
) -> Iterator[Writer]:
    """A writer on the warehouse, caught up with the journal; the warehouse is made if need be.

    Closes cleanly in the end; what was loaded and not published is published by the next run.
    Raises `CopydeskError`s that say what to do.
    """
    prepare(layout)
    writer = Writer(layout, memory_limit, threads)
    with clear_errors(layout.published):
        discard_staging(layout)
        writer.open()
        try:
            yield writer
        finally:
            writer.close()


class Writer:
    """Loads into the spare copy. Methods may be called from any thread, and run one at a time.

    `notices` holds sentences about what had to be mended, for the run's log.
    """

    def __init__(self, layout: Layout, memory_limit: str, threads: int) -> None:
        self.layout = layout
        self.notices: list[str] = []
        self._memory_limit = memory_limit
        self._threads = threads
        self._schema = fingerprint()
        self._turn = threading.RLock()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._copy: Copy | None = None
        self._applied = 0
        self._compacted = False
        self._seconds: dict[int, float] = {}

    def look_up(self, uris: Sequence[str], hashes: Sequence[str]) -> Known:
        """What the warehouse knows of these uris and SHA-256 hashes, unpublished loads included."""
        with self._turn, self._guard():
            return look_up(self.open(), uris, hashes)

    def load(self, staged: Path) -> Tally:
        """Load a staged folder, exactly once, and return its counts (with those it had when it was
        loaded before). All or nothing: after an error it can be staged and loaded again."""
        with self._turn, self._guard():
            connection = self.open()
            recorded = find_recorded(connection, read_entry(staged, 0).id)
            if recorded is not None:
                shutil.rmtree(staged)
                return recorded
            entry = self._append(staged)
            started = time.perf_counter()
            try:
                return apply_entry(connection, entry)
            finally:
                self._settle(connection, entry, staged)
                self._seconds[entry.number] = time.perf_counter() - started

    def has_documents(self, file: str) -> bool:
        """Whether documents are in this file of the archive, unpublished loads included."""
        query = "select exists (select 1 from documents where archive_file = ?)"
        with self._turn, self._guard():
            row = self.open().execute(query, [file]).fetchone()
            return row is not None and bool(row[0])

    def count_run(self, run_id: str) -> Tally:
        """The counts of the batches that a run has loaded."""
        with self._turn, self._guard():
            return count_run(self.open(), run_id)

    def documents(self, selection: Selection) -> Iterator[Group]:
        """The selected documents in the order of loading, in groups: all documents of one article,
        or a problem document with its duplicates. Loading between groups is allowed."""
        with self._turn, self._guard():
            groups = list_documents(self.open(), selection)
        while True:
            with self._turn, self._guard():
                group = next(groups, None)
            if group is None:
                return
            yield group

    def article_rows(self, article_ids: Sequence[str]) -> dict[str, dict[str, str]]:
        """The fields of current articles as text, as `printing.print_article` prints an edited
        one, so that the two can be compared. Unknown ids have no key."""
        with self._turn, self._guard():
            found = read_articles(self.open(), article_ids)
            return {name: print_article(article) for name, article in found.items()}

    def template(self) -> list[tuple[str, int, str]]:
        """What is template now: site, line hash, and the article that keeps the line."""
        with self._turn, self._guard():
            return read_template(self.open())

    def zones(self) -> list[tuple[str, str]]:
        """The time zones that were learned: site and IANA name."""
        with self._turn, self._guard():
            return read_zones(self.open())

    def offsets(self) -> list[tuple[str, list[tuple[datetime, int]]]]:
        """Each site with pages that are fresh since the last completed run, in order: the local
        times that its newest articles print with an offset, and that offset in minutes."""
        with self._turn, self._guard():
            return list_offsets(self.open())

    def sites(self) -> Iterator[tuple[str, Iterator[SitePage], list[SiteLine]]]:
        """Each site with pages that are fresh since the last completed run: its pages, to be read
        before the next site is, and its lines so far. No loading meanwhile."""
        with self._turn, self._guard():
            yield from list_sites(self.open())

    def bodies(self, article_ids: Sequence[str]) -> dict[str, str]:
        """The bodies of current articles, by id."""
        with self._turn, self._guard():
            return read_bodies(self.open(), article_ids)

    def changes(self, most: int = TOGETHER) -> Changes | None:
        """The next articles to be linked, about `most`; None when all are."""
        with self._turn, self._guard():
            return find_changes(self.open(), most)

    def has_changes(self) -> bool:
        """Whether any article is to be linked."""
        with self._turn, self._guard():
            return has_changes(self.open())

    def link_versions(self) -> dict[str, int]:
        """By which version of each engine the articles are linked."""
        with self._turn, self._guard():
            return find_versions(self.open())

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to all that was loaded, for the engines to read from; no other method works
        meanwhile."""
        with self._turn, self._guard():
            yield self.open()

    def sources(self) -> list[Source]:
        """All sources by name, unpublished changes included."""
        with self._turn, self._guard():
            return find_sources(self.open())

    def states(self, urls: Collection[str]) -> dict[str, FetchState]:
        """What is remembered of these addresses, unpublished loads included."""
        with self._turn, self._guard():
            return find_states(self.open(), urls)

    def publish(self) -> Publication:
        """Let people query all that was loaded, from one instant to the next, then bring the other
        copy up to it. Readers that have the old copy open keep it."""
        started = time.perf_counter()
        with self._turn, self._guard():
            self.open()
            before = find_published(self.layout)
            copied = False
            seen_after = 0.0
            if before is None or self._compacted or not self._is_current(before):
                fresh = self._close_copy()
                point(self.layout, fresh)
                seen_after = time.perf_counter() - started
                copied = self._follow(None if self._compacted else before, fresh)
                self._compacted = False
            seconds = time.perf_counter() - started
            return Publication(self.layout.published, seconds, copied, seen_after)

    def compact(self) -> tuple[int, int]:
        """Write the spare copy anew, as small as it can be; `publish` then puts it before the
        readers, and the other copy is made from it. Returns its bytes before and after."""
        with self._turn, self._guard():
            self.open()
            spare = self._close_copy()
            fresh = rewrite(self.layout, spare, self._memory_limit, self._threads)
            sizes = spare.path.stat().st_size, fresh.path.stat().st_size
            self._connection = self._try(fresh, list_entries(self.layout))
            self._compacted = self._connection is not None
            if self._compacted:  # makes room for the second copy
                self._keep(find_published(self.layout), fresh)
            return sizes

    def open(self) -> duckdb.DuckDBPyConnection:
        """The connection to the spare copy, opened if need be."""
        with self._turn:
            if self._connection is None:
                self._connection = self._open_spare()
            return self._connection

    def close(self) -> None:
        """Close the spare copy, whole, so that the next writer can trust it."""
        with self._turn:
            if self._connection is not None:
                self._close_copy()

    def _append(self, staged: Path) -> Entry:
        """Move the staged folder into the journal. After a failure the journal may have it or not:
        the spare copy is given up, and opened again it loads what the journal has."""
        try:
            return append_entry(self.layout, staged, self._applied + 1)
        except BaseException:
            self._abandon(distrust=False)
            raise

    def _settle(self, connection: duckdb.DuckDBPyConnection, entry: Entry, staged: Path) -> None:
        """Note an entry as loaded; take one back that was not, unless the database is gone: then
        the next writer loads it from the journal."""
        try:
            loaded = find_recorded(connection, entry.id) is not None
        except duckdb.Error:
            self._abandon(distrust=False)
            return
        if loaded:
            self._applied = entry.number
        else:
            retract_entry(self.layout, entry, staged)

    def _is_current(self, published: Copy) -> bool:
        """Whether the published copy holds all that was loaded, untouched."""
        record = published.record
        return (
            record is not None
            and published.is_intact
            and (record.applied, record.schema) == (self._applied, self._schema)
        )

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """Inside, a failure of the spare copy's file gives the copy up: it is not opened again."""
        try:
            yield
        except (duckdb.Error, OSError, CopydeskError) as error:
            clear = explain_failure(error, self.layout.published)
            if clear is not None and self._connection is not None:
                self._abandon(distrust=isinstance(clear, WarehouseCorrupt))
            if clear is None:
                raise
            raise clear from error

    def _abandon(self, distrust: bool) -> None:
        """Drop the connection as it is; a distrusted copy loses its record, and so is replaced."""
        connection, copy = self._connection, self._copy
        self._connection = self._copy = None
        if distrust and copy is not None:
            record_file(copy.path).unlink(missing_ok=True)
        if connection is not None:
            close_broken(connection)

    def _open_spare(self) -> duckdb.DuckDBPyConnection:
        """Open the best spare copy, or make one."""
        published = find_published(self.layout)
        healthy = published if published and published.is_intact else None
        if published and not healthy:
            self.notices.append(
                f"The published copy {published.path.name} was changed by another program; "
                "the next publish replaces it."
            )
        spares = [c for c in list_copies(self.layout) if not is_same(c, published)]
        entries = list_entries(self.layout)
        for spare in spares:
            if self._can_catch_up(spare, published, healthy, entries):
                connection = self._try(spare, entries)
                if connection is not None:
                    self._keep(published, spare)
                    return connection
        return self._open_fresh(published, healthy, spares, entries)

    def _can_catch_up(
        self, spare: Copy, published: Copy | None, healthy: Copy | None, entries: list[Entry]
    ) -> bool:
        """Whether the spare is as its writer left it, and the journal has what it lacks."""
        if not spare.is_intact or spare.record is None:
            return False
        if healthy is not None and spare.record.schema != self._schema:
            return False
        numbers = {entry.number for entry in entries}
        wanted = range(spare.applied + 1, (published.applied if published else 0) + 1)
        return all(number in numbers for number in wanted)

    def _open_fresh(
        self,
        published: Copy | None,
        healthy: Copy | None,
        spares: list[Copy],
        entries: list[Entry],
    ) -> duckdb.DuckDBPyConnection:
        """A copy of the best source there is, or an empty database where there is none."""
        closed = [c for c in spares if c.is_intact and c.record and not c.record.open]
        sources = [healthy, *closed, published]
        for source in (source for source in sources if source is not None):
            copy = duplicate(self.layout, source)
            try:
                connection = self._try(copy, entries)
            except BaseException:
                remove(copy)
                raise
            if connection is not None:
                self._keep(published, copy)
                return connection
            remove(copy)
        if published is not None or any(spare.record is not None for spare in spares):
            raise WarehouseCorrupt(
                f"No copy of {self.layout.published.name} can be opened.",
                f"Move {self.layout.published} and {self.layout.copies} away and ingest the WARC "
                f"files of {self.layout.archive} again.",
            )
        return self._create(entries)

    def _create(self, entries: list[Entry]) -> duckdb.DuckDBPyConnection:
        """An empty warehouse."""
        path = new_path(self.layout)
        create_database(path)
        copy = write_record(path, 0, "", 0, is_open=True)
        connection = self._try(copy, entries)
        if connection is None:
            raise WarehouseCorrupt(f"The new file {path} cannot be opened.", "Run again.")
        self._keep(None, copy)
        return connection

    def _keep(self, published: Copy | None, spare: Copy) -> None:
        """Remove all other copies, and the loads that both of these have."""
        kept = [copy for copy in (published, spare) if copy is not None]
        clean_up(self.layout, kept)
        self._drop(published)

    def _drop(self, other: Copy | None) -> None:
        """Remove the loads from the journal that both the spare and `other` have."""
        drop_entries(
            self.layout, self._applied if other is None else min(self._applied, other.applied)
        )

    def _try(self, copy: Copy, entries: list[Entry]) -> duckdb.DuckDBPyConnection | None:
        """Open the copy and bring it up to date; None when it is locked or damaged."""
        if copy.record is not None and not copy.record.open:
            wal_file(copy.path).unlink(missing_ok=True)
        connection: duckdb.DuckDBPyConnection | None = None
        try:
            connection = open_for_writing(
                copy.path, self.layout.spill, self._memory_limit, self._threads
            )
            self._bring_up(connection, copy, entries)
        except (duckdb.Error, CopydeskError) as error:
            if connection is not None:
                close_broken(connection)
            clear = explain_failure(error, copy.path)
            damaged = isinstance(error, WarehouseCorrupt) or isinstance(clear, WarehouseCorrupt)
            if damaged or (isinstance(error, duckdb.Error) and is_locked(error)):
                reason = "damaged" if damaged else "open in another program"
                self.notices.append(f"The spare copy {copy.path.name} is {reason}: replaced.")
                return None
            raise
        return connection

    def _bring_up(
        self, connection: duckdb.DuckDBPyConnection, copy: Copy, entries: list[Entry]
    ) -> None:
        """Migrate the open copy and replay the loads it lacks."""
        schema = copy.record.schema if copy.record else ""
        applied = max(copy.applied, 0)
        write_record(copy.path, applied, schema, copy.closes, is_open=True)
        if schema != self._schema:
            migrate(connection)
            write_record(copy.path, applied, self._schema, copy.closes, is_open=True)
        self._applied = replay(connection, entries)
        self._copy = copy

    def _close_copy(self, compact: bool = False) -> Copy:
        """Checkpoint, close and sync the spare copy, and write its record."""
        connection, copy = self._connection, self._copy
        if connection is None or copy is None:
            raise RuntimeError("no copy is open")
        closes = copy.closes + (self._applied > copy.applied)
        try:
            if compact or is_small(connection):
                connection.execute("set max_vacuum_tasks = 100")
                closes = 0
            connection.execute("checkpoint")
        except duckdb.Error:
            self._abandon(distrust=False)
            raise
        connection.close()
        self._connection = self._copy = None
        wal_file(copy.path).unlink(missing_ok=True)
        sync_file(copy.path)
        return write_record(copy.path, self._applied, self._schema, closes, is_open=False)

    def _follow(self, old: Copy | None, fresh: Copy) -> bool:
        """Bring a second copy up to the one just published; True when its file was copied."""
        try:
            if old is not None and self._replays(old, fresh):
                time.sleep(GRACE_SECONDS)
                self._catch_up(old)
                return False
            second = duplicate(self.layout, fresh)
        except (duckdb.Error, OSError, DiskFull) as error:
            if not is_full(error):
                raise
            self.notices.append(
                f"No space is left for the second copy in {self.layout.copies}; the next run "
                "makes it."
            )
            return False
        clean_up(self.layout, [fresh, second])
        drop_entries(self.layout, second.applied)
        return True

    def _replays(self, old: Copy, fresh: Copy) -> bool:
        """Whether replaying is right for the old copy, and cheaper than copying the new file."""
        if not old.is_intact or old.record is None or old.record.schema != self._schema:
            return False
        if needs_compacting(old) and not needs_compacting(fresh):
            return False
        missing = [entry for entry in list_entries(self.layout) if entry.number > old.applied]
        if len(missing) != self._applied - old.applied:
            return False
        replaying = sum(self._seconds.get(entry.number, SECONDS_A_LOAD) for entry in missing)
        return fresh.path.stat().st_size / COPIED_BYTES_A_SECOND > replaying + GRACE_SECONDS

    def _catch_up(self, old: Copy) -> None:
        """Replay into the old copy what it lacks, unless readers still have it open."""
        applied, notices = self._applied, len(self.notices)
        self._connection = self._try(old, list_entries(self.layout))
        if self._connection is None:
            del self.notices[notices:]
            self._applied = applied
            return
        self._close_copy(compact=needs_compacting(old))
        drop_entries(self.layout, self._applied)


def is_same(copy: Copy, other: Copy | None) -> bool:
    """Whether both are the same file."""
    return other is not None and copy.path == other.path


def is_small(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether compacting costs next to nothing."""
    row = connection.execute(
        "select (select count(*) from articles), (select count(*) from fetch_state)"
    ).fetchone()
    return row is not None and row[0] <= SMALL and row[1] <= SMALL * STATES_AN_ARTICLE


def needs_compacting(copy: Copy) -> bool:
    """Whether what closes left unused is a good part of the file."""
    wasted = copy.closes * WASTED_A_CLOSE
    if copy.closes < LEAST_CLOSES:
        return False
    return copy.closes >= MOST_CLOSES or wasted > copy.path.stat().st_size / 4


def replay(connection: duckdb.DuckDBPyConnection, entries: list[Entry]) -> int:
    """Apply the entries the copy lacks, in order; returns the number of its last load."""
    row = connection.execute("select coalesce(max(load_number), 0) from batches").fetchone()
    applied = int(row[0]) if row else 0
    missing = [entry for entry in entries if entry.number > applied]
    for number, entry in enumerate(missing, applied + 1):
        if entry.number != number:
            raise WarehouseCorrupt(f"Load {number} is missing from the journal.")
    for start in range(0, len(missing), REPLAYED_TOGETHER):
        apply_entries(connection, missing[start : start + REPLAYED_TOGETHER])
    return applied + len(missing)


def close_broken(connection: duckdb.DuckDBPyConnection) -> None:
    """Close a connection whose database may be invalid; its file is judged when opened again."""
    try:
        connection.close()
    except duckdb.Error:
        return
