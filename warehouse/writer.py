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

from tasks.errors import CopydeskError, WarehouseCorrupt
from tasks.live import FetchState, Source
from tasks.model import SiteLine, SitePage
from tasks.tally import Tally
from warehouse.apply import apply_entry
from warehouse.apply_upkeep import KIND as UPKEEP
from warehouse.compaction import rewrite
from warehouse.connect import MEMORY_BYTES, THREADS, Connection
from warehouse.copies import Copy, find_published, point
from warehouse.failures import clear_errors, explain_failure
from warehouse.journal import (
    Entry,
    append_entry,
    discard_staging,
    note_seconds,
    read_entry,
    retract_entry,
)
from warehouse.layout import Layout, prepare
from warehouse.ledger import count_run, find_recorded
from warehouse.links import TOGETHER, Changes, find_changes, find_versions, has_changes
from warehouse.live_lookup import find_sources, find_states
from warehouse.lookup import Known, KnownBytes, KnownUri, look_up
from warehouse.outlet_zones import list_offsets, read_zones
from warehouse.printing import print_article, read_articles
from warehouse.replay import is_heavy
from warehouse.selection import Group, Selection, list_documents
from warehouse.site_lines import list_sites, read_bodies, read_template
from warehouse.spare import Spare

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


@dataclass(frozen=True, slots=True)
class Publication:
    """What was published: the public name, how long it took in all, and whether a second copy was
    made of it at once (else the next writer brings it up). Readers saw it after `seen_after`
    seconds."""

    path: Path
    seconds: float
    copied: bool
    seen_after: float


@contextmanager
def open_writer(
    layout: Layout, memory: int = MEMORY_BYTES, threads: int = THREADS
) -> Iterator[Writer]:
    """A writer on the warehouse, caught up with the journal; the warehouse is made if need be.

    Closes cleanly in the end; what was loaded and not published is published by the next run.
    Raises `CopydeskError`s that say what to do.
    """
    prepare(layout)
    writer = Writer(layout, memory, threads)
    with clear_errors(layout.published):
        discard_staging(layout)
        writer.open()
        try:
            yield writer
        finally:
            writer.close()


class Writer:
    """Loads into the spare copy. Methods may be called from any thread, and run one at a time.

    `notices` holds sentences about what had to be mended, for the run's log; `copied` says whether
    the spare copy was made by copying the published one.
    """

    def __init__(self, layout: Layout, memory: int, threads: int) -> None:
        self.layout = layout
        self._memory = memory
        self._threads = threads
        self._turn = threading.RLock()
        self._spare = Spare(layout, memory, threads)
        self._compacted = False

    @property
    def notices(self) -> list[str]:
        """What had to be mended so far."""
        return self._spare.notices

    @property
    def copied(self) -> bool:
        """Whether the file that it writes to was made by copying."""
        return self._spare.copied

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
            self._spare.make_room()
            started = time.process_time()  # waiting on a busy machine tells nothing of a load
            try:
                return apply_entry(connection, entry)
            finally:
                self._settle(connection, entry, staged, time.process_time() - started)

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
        """Each site of whose pages, fresh since the last completed run, something can be learned:
        the pages that matter, to be read before the next site is, and its lines so far. No loading
        meanwhile."""
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
        """Let people query all that was loaded, from one instant to the next. Readers that have the
        copy of before open keep it. Whoever opens the writer next brings that one up; it is
        done here where loads drop or mend something, or take much room."""
        started = time.perf_counter()
        with self._turn, self._guard():
            self.open()
            before = find_published(self.layout)
            copied = False
            seen_after = 0.0
            if before is None or self._compacted or not self._is_current(before):
                fresh = self._spare.close()
                point(self.layout, fresh)
                seen_after = time.perf_counter() - started
                missing = [] if before is None else self._spare.list_missing(before)
                if before is None or self._compacted or is_heavy(missing, fresh):
                    copied = self._spare.copy_at_once(fresh)
                elif any(entry.kind == UPKEEP for entry in missing):
                    self._spare.follow()  # what is dropped or mended must not last there
                self._compacted = False
            seconds = time.perf_counter() - started
            return Publication(self.layout.published, seconds, copied, seen_after)

    def compact(self) -> tuple[int, int]:
        """Write the spare copy anew, as small as it can be; `publish` then puts it before the
        readers, and the other copy is made from it. Returns its bytes before and after."""
        with self._turn, self._guard():
            self.open()
            spare = self._spare.close()
            fresh = rewrite(self.layout, spare, self._memory, self._threads)
            sizes = spare.path.stat().st_size, fresh.path.stat().st_size
            self._compacted = self._spare.replace(fresh)
            return sizes

    def open(self) -> duckdb.DuckDBPyConnection:
        """The connection to the spare copy, opened if need be."""
        with self._turn:
            return self._spare.open()

    def close(self) -> None:
        """Close the spare copy, whole, so that the next writer can trust it."""
        with self._turn:
            if self._spare.is_open:
                self._spare.close()

    def _append(self, staged: Path) -> Entry:
        """Move the staged folder into the journal. After a failure the journal may have it or not:
        the spare copy is given up, and opened again it loads what the journal has."""
        try:
            return append_entry(self.layout, staged, self._spare.applied + 1)
        except BaseException:
            self._spare.abandon(distrust=False)
            raise

    def _settle(
        self, connection: duckdb.DuckDBPyConnection, entry: Entry, staged: Path, seconds: float
    ) -> None:
        """Note an entry as loaded, and how long that took; take one back that was not, unless the
        database is gone: then the next writer loads it from the journal."""
        try:
            loaded = find_recorded(connection, entry.id) is not None
        except duckdb.Error:
            self._spare.abandon(distrust=False)
            return
        if loaded:
            self._spare.applied = entry.number
            note_seconds(entry, seconds)
        else:
            retract_entry(self.layout, entry, staged)

    def _is_current(self, published: Copy) -> bool:
        """Whether the published copy holds all that was loaded, untouched."""
        record = published.record
        return (
            record is not None
            and published.is_intact
            and (record.applied, record.schema) == (self._spare.applied, self._spare.schema)
        )

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """Inside, a failure of the spare copy's file gives the copy up: it is not opened again."""
        try:
            yield
        except (duckdb.Error, OSError, CopydeskError) as error:
            clear = explain_failure(error, self.layout.published)
            if clear is not None and self._spare.is_open:
                self._spare.abandon(distrust=isinstance(clear, WarehouseCorrupt))
            if clear is None:
                raise
            raise clear from error
