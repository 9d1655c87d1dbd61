"""The journal: what was loaded, kept until every copy of the warehouse has it.

An entry is a folder `<load number>-<id>` with `entry.json` and one Parquet file a table. It is
staged elsewhere and renamed into the journal whole, so there are no halves here.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.errors import WarehouseCorrupt
from warehouse.durable import sync_folder
from warehouse.layout import Layout

DESCRIPTION = "entry.json"
# The processor time that the load took, beside it: it tells what replaying it will cost.
SECONDS = "seconds"
USUAL_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Entry:
    """One load: its number, the folder with its Parquet files, and its description."""

    number: int
    folder: Path
    id: str
    kind: str
    description: dict[str, Any]

    def file(self, table: str) -> Path | None:
        """The Parquet file of a table; None when the load has no row for it."""
        path = self.folder / f"{table}.parquet"
        return path if path.exists() else None


def read_entry(folder: Path, number: int) -> Entry:
    """The entry in `folder`. Raises `WarehouseCorrupt` when its description cannot be read."""
    try:
        description = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        return Entry(number, folder, description["id"], description["kind"], description)
    except (FileNotFoundError, ValueError, KeyError) as error:
        raise WarehouseCorrupt(
            f"The staged load {folder} is damaged: {error}.",
            "Move that folder away and run again; its documents are read anew.",
        ) from error


def list_entries(layout: Layout) -> list[Entry]:
    """All entries of the journal by load number."""
    found = (name.name.partition("-") for name in layout.journal.iterdir())
    numbered = sorted((int(n), f"{n}-{rest}") for n, _, rest in found if n.isdigit() and rest)
    return [read_entry(layout.journal / name, number) for number, name in numbered]


def append_entry(layout: Layout, staged: Path, number: int) -> Entry:
    """Move a staged folder to the end of the journal, in one step."""
    entry = read_entry(staged, number)
    target = layout.journal / f"{number:08d}-{entry.id}"
    staged.rename(target)
    sync_folder(layout.journal)
    return read_entry(target, number)


def retract_entry(layout: Layout, entry: Entry, staged: Path) -> None:
    """Take an entry back that no copy has: a load that failed."""
    entry.folder.rename(staged)
    sync_folder(layout.journal)


def note_seconds(entry: Entry, seconds: float) -> None:
    """Keep the processor time that the load took; nothing is lost when a kill prevents it."""
    (entry.folder / SECONDS).write_text(f"{seconds:.3f}", encoding="ascii")


def read_seconds(entry: Entry) -> float:
    """The processor time that the load took, else what loads usually take."""
    try:
        return float((entry.folder / SECONDS).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return USUAL_SECONDS


def measure_entry(entry: Entry) -> int:
    """The bytes that an entry takes on the disk."""
    return sum(path.stat().st_size for path in entry.folder.iterdir())


def drop_entries(layout: Layout, applied: int) -> None:
    """Remove the entries up to load number `applied`: every copy has them.

    A folder is renamed before it is emptied, so that no half entry is ever seen.
    """
    for entry in list_entries(layout):
        if entry.number <= applied:
            gone = layout.staging / f"gone-{entry.folder.name}"
            entry.folder.rename(gone)
            shutil.rmtree(gone)


def discard_staging(layout: Layout) -> None:
    """Remove what killed runs left unfinished or unloaded."""
    for path in layout.staging.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
