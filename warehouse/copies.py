"""The copies of a warehouse: at most one is written to, another is the one people query.

Left-right: the published name is a link to one copy. The writer changes the other, and publishing
points the link at it. Beside each copy a small JSON file says what it holds and how it looked when
the writer closed it: a copy that looks different was touched by somebody else.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from warehouse.durable import sync_folder, write_durably
from warehouse.failures import WarehouseForeign
from warehouse.layout import Layout, check_free

# Run in another process: when any descriptor of a file is closed, POSIX drops all locks that the
# process has on it, and a reader in this process may hold one.
COPY = """
import os, shutil, sys
try:
    shutil.copyfile(sys.argv[1], sys.argv[2])
    descriptor = os.open(sys.argv[2], os.O_RDONLY)
    os.fsync(descriptor)
except OSError as error:
    sys.exit(error.errno or 1)
"""


@dataclass(frozen=True, slots=True)
class Record:
    """What a copy holds: all loads up to number `applied`, in the shape `schema`.

    `closes` counts how often it was closed with new rows since it was last compacted. While the
    writer has it open, `open` is true and its looks (`size` in bytes, `mtime_ns`) are
    those before.
    """

    applied: int
    schema: str
    closes: int
    size: int
    mtime_ns: int
    open: bool


@dataclass(frozen=True, slots=True)
class Copy:
    """A database file in the folder of copies, with its record if it has one."""

    path: Path
    record: Record | None

    @property
    def applied(self) -> int:
        """The number of the last load it holds; -1 when that is not known."""
        return self.record.applied if self.record else -1

    @property
    def closes(self) -> int:
        """How often it was closed since it was last compacted."""
        return self.record.closes if self.record else 0

    @property
    def is_intact(self) -> bool:
        """Whether it looks as the writer left it, or was left open by a writer that was killed."""
        if self.record is None:
            return False
        return self.record.open or looks(self.path) == (self.record.size, self.record.mtime_ns)


def looks(path: Path) -> tuple[int, int]:
    """Size and modification time; (-1, -1) when there is no file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return (-1, -1)
    return status.st_size, status.st_mtime_ns


def record_file(path: Path) -> Path:
    """Where the record of a copy is kept."""
    return path.with_suffix(".json")


def wal_file(path: Path) -> Path:
    """DuckDB's write-ahead log of a database file."""
    return path.with_name(path.name + ".wal")


def read_copy(path: Path) -> Copy:
    """The copy at `path`; a record that is missing or unreadable is None."""
    try:
        record = Record(**json.loads(record_file(path).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        record = None
    return Copy(path, record)


def write_record(path: Path, applied: int, schema: str, closes: int, is_open: bool) -> Copy:
    """Write down what a copy holds and how it looks now."""
    record = Record(applied, schema, closes, *looks(path), open=is_open)
    write_durably(record_file(path), json.dumps(asdict(record)).encode())
    return Copy(path, record)


def list_copies(layout: Layout) -> list[Copy]:
    """All copies, the one with the most loads first."""
    found = [read_copy(path) for path in layout.copies.glob("copy-*.duckdb")]
    return sorted(found, key=lambda copy: (-copy.applied, copy.path.name))


def find_published(layout: Layout) -> Copy | None:
    """The copy people query; None before the first publish, or when it is gone.

    Raises `WarehouseForeign` when something else has the published name.
    """
    link = layout.published
    if not link.is_symlink():
        check_free(layout)
        return None
    target = Path(os.path.normpath(link.parent / link.readlink()))
    if target.parent != layout.copies:
        raise WarehouseForeign(
            f"{link} is a link to {target}, not to a copy in {layout.copies}.",
            f"If the warehouse was renamed, rename its folder to {layout.private.name} and point "
            "the link there; else choose another name with --warehouse.",
        )
    return read_copy(target) if target.exists() else None


def new_path(layout: Layout) -> Path:
    """A name no copy ever had: an old one may still be open somewhere, though it was removed."""
    return layout.copies / f"copy-{secrets.token_hex(4)}.duckdb"


def new_part(layout: Layout) -> Path:
    """Where a copy is written before it has its name (see `adopt`)."""
    target = new_path(layout)
    return target.with_name(target.name + ".part")


def duplicate(layout: Layout, source: Copy) -> Copy:
    """A new copy with the rows of `source`, which nobody may be writing to.

    The log beside the source is left out: it is a stranger's. Raises OSError.
    """
    part = new_part(layout)
    command = [sys.executable, "-I", "-S", "-c", COPY, str(source.path), str(part)]
    done = subprocess.run(command, check=False, capture_output=True)
    if done.returncode:
        part.unlink(missing_ok=True)
        raise OSError(done.returncode, os.strerror(done.returncode), str(part))
    return adopt(layout, source, part, source.closes)


def adopt(layout: Layout, source: Copy, part: Path, closes: int) -> Copy:
    """Give a file that was written with the rows of `source` its name and its record."""
    target = part.with_suffix("")
    record = source.record or Record(-1, "", 0, -1, -1, open=False)
    size, mtime_ns = looks(part)
    made = replace(record, closes=closes, size=size, mtime_ns=mtime_ns, open=False)
    write_durably(record_file(target), json.dumps(asdict(made)).encode())
    part.replace(target)
    sync_folder(layout.copies)
    return read_copy(target)


def remove(copy: Copy) -> None:
    """Remove a copy. Readers that have it open keep what they see until they close it."""
    for path in (copy.path, wal_file(copy.path), record_file(copy.path)):
        path.unlink(missing_ok=True)


def clean_up(layout: Layout, keep: list[Copy]) -> None:
    """Remove all copies but those to keep, and what killed writers left half made."""
    names = {copy.path.name for copy in keep}
    for copy in list_copies(layout):
        if copy.path.name not in names:
            remove(copy)
    stems = {copy.path.stem for copy in keep}
    for path in layout.copies.glob("*"):
        if path.is_file() and path.name.split(".")[0] not in stems:
            path.unlink(missing_ok=True)


def point(layout: Layout, copy: Copy) -> None:
    """Let the published name be this copy, from one instant to the next.

    The link is relative, so that the warehouse can be moved with its private folder.
    """
    target = os.path.relpath(copy.path, layout.published.parent)
    link = layout.published.with_name(f".{layout.published.name}.new")
    link.unlink(missing_ok=True)
    link.symlink_to(target)
    # A log under the published name would be taken for the new copy's.
    wal_file(layout.published).unlink(missing_ok=True)
    link.replace(layout.published)
    sync_folder(layout.published.parent)
