"""The spare copy: the one that is written to, opened, brought up and closed whole.

Whatever a killed writer left, `open` goes on from: a copy that its record and the journal vouch for
is brought up, another is made from the best there is.
"""

from __future__ import annotations

import time

import duckdb

from tasks.errors import CopydeskError, WarehouseCorrupt
from warehouse.connect import create_database, make_room, open_for_writing
from warehouse.copies import (
    Copy,
    clean_up,
    duplicate,
    find_published,
    list_copies,
    new_path,
    record_file,
    remove,
    wal_file,
    write_record,
)
from warehouse.durable import sync_file
from warehouse.failures import explain_failure, is_full, is_locked
from warehouse.journal import Entry, drop_entries, list_entries
from warehouse.layout import Layout
from warehouse.migrate import fingerprint, migrate
from warehouse.replay import is_replaying_quicker, is_small, needs_compacting, replay

# A reader that read the old link may not have locked the old copy yet.
GRACE_SECONDS = 0.2

VACUUM_TASKS = 100


class Spare:
    """The copy that is written to. Not for several threads at a time.

    `applied` is the number of its last load; `notices` and `copied` are those of the `Writer`.
    """

    def __init__(self, layout: Layout, memory: int, threads: int) -> None:
        self.layout = layout
        self.notices: list[str] = []
        self.copied = False
        self.applied = 0
        self.schema = fingerprint()
        self._memory = memory
        self._threads = threads
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._copy: Copy | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has a connection."""
        return self._connection is not None

    def open(self) -> duckdb.DuckDBPyConnection:
        """The connection, opened if need be."""
        if self._connection is None:
            self._connection = self._open_spare()
        return self._connection

    def make_room(self) -> None:
        """Let the connection have the memory that a file of this size needs, where one is open."""
        if self._connection is not None and self._copy is not None:
            make_room(self._connection, self._copy.path, self._memory)

    def close(self) -> Copy:
        """Checkpoint, close and sync the spare copy, and write its record."""
        connection, copy = self._connection, self._copy
        if connection is None or copy is None:
            raise RuntimeError("no copy is open")
        try:
            closes = self._checkpoint(connection, copy)
        except duckdb.Error:
            self.abandon(distrust=False)
            raise
        connection.close()
        self._connection = self._copy = None
        wal_file(copy.path).unlink(missing_ok=True)
        sync_file(copy.path)
        return write_record(copy.path, self.applied, self.schema, closes, is_open=False)

    def replace(self, fresh: Copy) -> bool:
        """Go on with another copy of the same loads; False where it cannot be opened."""
        self._connection = self._try(fresh, list_entries(self.layout))
        if self._connection is not None:  # makes room for the second copy
            self._keep(find_published(self.layout), fresh)
        return self._connection is not None

    def abandon(self, distrust: bool) -> None:
        """Drop the connection as it is; a distrusted copy loses its record, and so is replaced."""
        connection, copy = self._connection, self._copy
        self._connection = self._copy = None
        if distrust and copy is not None:
            record_file(copy.path).unlink(missing_ok=True)
        if connection is not None:
            close_broken(connection)

    def list_missing(self, copy: Copy) -> list[Entry]:
        """The loads that a copy lacks."""
        return [entry for entry in list_entries(self.layout) if entry.number > copy.applied]

    def copy_at_once(self, fresh: Copy) -> bool:
        """Make the second copy from the one just published; False where there is no room."""
        try:
            second = duplicate(self.layout, fresh)
        except OSError as error:
            self._note_full(error)
            return False
        wait_for_readers(self.layout)
        clean_up(self.layout, [fresh, second])
        drop_entries(self.layout, second.applied)
        return True

    def follow(self) -> None:
        """Open the other copy, which brings it up to the one just published, if there is room."""
        try:
            self.open()
        except (duckdb.Error, OSError, CopydeskError) as error:
            self._note_full(error)

    def _note_full(self, error: Exception) -> None:
        """Note that there is no room for the second copy; raises the error where it is another."""
        if not is_full(error):
            raise error
        self.notices.append(
            f"No space is left for the second copy in {self.layout.copies}; the next run makes it."
        )

    def _open_spare(self) -> duckdb.DuckDBPyConnection:
        """Open the best spare copy, brought up to what is published, or make one."""
        published = find_published(self.layout)
        healthy = published if published and published.is_intact else None
        if published and not healthy:
            self.notices.append(
                f"The published copy {published.path.name} was changed by another program; "
                "the next publish replaces it."
            )
        self.copied = False
        spares = [c for c in list_copies(self.layout) if not is_same(c, published)]
        entries = list_entries(self.layout)
        if spares:
            wait_for_readers(self.layout)
        for spare in spares:
            if not self._can_catch_up(spare, published, healthy, entries):
                continue
            connection = self._try(spare, entries)
            if connection is not None:
                self._keep(published, spare)
                return connection
        return self._open_fresh(published, healthy, spares, entries)

    def _can_catch_up(
        self, spare: Copy, published: Copy | None, healthy: Copy | None, entries: list[Entry]
    ) -> bool:
        """Whether the spare is as its writer left it, the journal has what it lacks, and bringing
        that in is quicker than a new copy of what is published."""
        if not spare.is_intact or spare.record is None:
            return False
        if healthy is not None and spare.record.schema != self.schema:
            return False
        numbers = {entry.number for entry in entries}
        wanted = range(spare.applied + 1, (published.applied if published else 0) + 1)
        if not all(number in numbers for number in wanted):
            return False
        return healthy is None or is_replaying_quicker(spare, healthy, entries)

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
                self.copied = True
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
        connection = self._try(copy, self._drop_headless(entries))
        if connection is None:
            raise WarehouseCorrupt(f"The new file {path} cannot be opened.", "Run again.")
        self._keep(None, copy)
        return connection

    def _drop_headless(self, entries: list[Entry]) -> list[Entry]:
        """The loads that an empty warehouse can take: none where those before them are gone, with
        copies that somebody moved away."""
        if not entries or entries[0].number == 1:
            return entries
        drop_entries(self.layout, entries[-1].number)
        self.notices.append(
            f"{len(entries)} loads that were kept for copies which are gone were dropped; their "
            f"documents are in {self.layout.archive}: ingest its WARC files."
        )
        return []

    def _keep(self, published: Copy | None, spare: Copy) -> None:
        """Remove all other copies, and the loads that both of these have."""
        kept = [copy for copy in (published, spare) if copy is not None]
        clean_up(self.layout, kept)
        both = self.applied if published is None else min(self.applied, published.applied)
        drop_entries(self.layout, both)

    def _try(self, copy: Copy, entries: list[Entry]) -> duckdb.DuckDBPyConnection | None:
        """Open the copy and bring it up to date; None when it is locked or damaged."""
        if copy.record is not None and not copy.record.open:
            wal_file(copy.path).unlink(missing_ok=True)
        connection: duckdb.DuckDBPyConnection | None = None
        try:
            connection = open_for_writing(copy.path, self.layout.spill, self._memory, self._threads)
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
        if schema != self.schema:
            migrate(connection)
            write_record(copy.path, applied, self.schema, copy.closes, is_open=True)
        self.applied = replay(connection, entries)
        self._copy = copy
        if self.applied > applied:
            # Here, for nobody waits for it: publishing then writes what is new and nothing else.
            closes = self._checkpoint(connection, copy, compact=needs_compacting(copy))
            self._copy = write_record(copy.path, self.applied, self.schema, closes, is_open=True)

    def _checkpoint(
        self, connection: duckdb.DuckDBPyConnection, copy: Copy, compact: bool = False
    ) -> int:
        """Write all that was loaded into the copy's file; the closes that count from then on."""
        closes = copy.closes + (self.applied > copy.applied)
        if compact or is_small(connection):
            connection.execute(f"set max_vacuum_tasks = {VACUUM_TASKS}")
            closes = 0
        connection.execute("checkpoint")
        connection.execute("set max_vacuum_tasks = 0")
        return closes


def is_same(copy: Copy, other: Copy | None) -> bool:
    """Whether both are the same file."""
    return other is not None and copy.path == other.path


def wait_for_readers(layout: Layout) -> None:
    """Let those who looked where the published name led before it changed lock what they found."""
    if not layout.published.is_symlink():
        return
    since = time.time() - layout.published.lstat().st_mtime
    if 0 <= since < GRACE_SECONDS:
        time.sleep(GRACE_SECONDS - since)


def close_broken(connection: duckdb.DuckDBPyConnection) -> None:
    """Close a connection whose database may be invalid; its file is judged when opened again."""
    try:
        connection.close()
    except duckdb.Error:
        return
