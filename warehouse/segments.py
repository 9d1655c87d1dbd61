"""Segments: what a poll fetched, on the disk and not loaded yet.

A segment is a WARC file in the archive with the bytes (if any page brought some), and a folder
`fetched/<id>` in the form of a staged load: the log of the fetches, and what is remembered of their
addresses and hosts from then on. It is loaded by taking in the WARC file, then by `Writer.load` of
the folder, which moves it away; so a folder that is there is not loaded in full. An unfinished one
is there before its WARC file, and names it: what a killed fetcher was writing can be found.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tasks.errors import WarehouseBusy, WarehouseCorrupt
from tasks.live import Fetch, FetchState, HostState
from tasks.model import Document
from warehouse.archive import write_archive
from warehouse.copies import find_published
from warehouse.durable import sync_folder
from warehouse.journal import read_entry
from warehouse.layout import Layout
from warehouse.live_rows import FETCHES, HOSTS, STATES, write_rows
from warehouse.lock import hold_lock
from warehouse.stage import UNFINISHED, close_folder, open_folder
from warehouse.writer import open_writer

# What the ids of segments begin with: a loaded one is known by it in the journal.
PREFIX = "fetched-"


@dataclass(frozen=True, slots=True)
class Segment:
    """What was fetched in a while. `warc` is the file's name in the archive folder, None without
    pages. Of two states of one address, or of one host, the last counts."""

    id: str
    closed_at: datetime
    warc: str | None = None
    fetches: Sequence[Fetch] = ()
    states: Sequence[FetchState] = ()
    hosts: Sequence[HostState] = ()
    run_id: str = ""


@dataclass(frozen=True, slots=True)
class StagedSegment:
    """A segment on the disk; `documents` counts the fetches that brought a document into `warc`."""

    folder: Path
    id: str
    warc: Path | None
    documents: int
    closed_at: datetime


def name_warc(id: str) -> str:
    """The WARC file that is written with a segment."""
    return f"{id}.warc.gz"


def stage_segment(
    layout: Layout, segment: Segment, documents: Sequence[tuple[Document, bytes]] = ()
) -> StagedSegment:
    """Write the segment, which is on the disk, whole, from then on.

    With `documents`, their WARC file (`name_warc`) is written first; another one must be there
    before. The same id again replaces what is not loaded. Raises OSError.
    """
    folder = open_folder(layout.fetched, segment.id)
    if documents:
        sync_folder(layout.fetched)
        write_archive(layout, segment.id, documents)
    write_rows(folder, FETCHES, segment.fetches)
    write_rows(folder, STATES, list({state.url: state for state in segment.states}.values()))
    write_rows(folder, HOSTS, list({host.host: host for host in segment.hosts}.values()))
    description = {
        "id": segment.id,
        "kind": "fetches",
        "run_id": segment.run_id,
        "number": 0,
        "documents": sum(fetch.document_uri is not None for fetch in segment.fetches),
        "loaded_at": segment.closed_at.isoformat(),
        "warc": segment.warc,
    }
    return describe_segment(layout, close_folder(folder, description), description)


def list_segments(layout: Layout) -> list[StagedSegment]:
    """The segments that are not loaded, in the order they were closed, which is the one to load
    them in. Raises `WarehouseCorrupt` for a damaged one."""
    found = (read_segment(layout, folder) for folder in list_folders(layout))
    return sorted(
        (segment for segment in found if segment is not None),
        key=lambda segment: (segment.closed_at, segment.id),
    )


def list_folders(layout: Layout) -> list[Path]:
    """The folders of segments, those that are being written left out."""
    if not layout.fetched.is_dir():
        return []
    return [path for path in layout.fetched.iterdir() if path.suffix != UNFINISHED]


def read_segment(layout: Layout, folder: Path) -> StagedSegment | None:
    """The segment in `folder`; None when it was loaded meanwhile."""
    try:
        entry = read_entry(folder, 0)
    except WarehouseCorrupt:
        if folder.exists():
            raise
        return None
    return describe_segment(layout, entry.folder, entry.description)


def describe_segment(layout: Layout, folder: Path, about: Mapping[str, Any]) -> StagedSegment:
    """The segment that a folder's description tells of."""
    return StagedSegment(
        folder=folder,
        id=about["id"],
        warc=layout.archive / about["warc"] if about["warc"] else None,
        documents=int(about["documents"]),
        closed_at=datetime.fromisoformat(about["loaded_at"]),
    )


def has_unpublished(layout: Layout) -> bool:
    """Whether segments are loaded that the published copy lacks: a run was killed before it
    published. No lock is needed."""
    published = find_published(layout)
    applied = published.applied if published is not None else 0
    names = (folder.name.partition("-") for folder in layout.journal.glob(f"*-{PREFIX}*"))
    return any(int(number) > applied for number, _, _ in names)


def discard_unfinished(layout: Layout) -> None:
    """Remove what a killed fetcher was writing. Only for who holds the fetch lock."""
    for folder in layout.fetched.glob(f"*{UNFINISHED}"):
        file = name_warc(folder.stem)
        (layout.archive / f"{file}{UNFINISHED}").unlink(missing_ok=True)
        if not (layout.archive / file).exists() or discard_warc(layout, file):
            shutil.rmtree(folder)


def discard_warc(layout: Layout, file: str) -> bool:
    """Remove a WARC file of no segment, unless somebody took it in; False where that cannot be
    seen while another run writes to the warehouse: a later crawl looks again."""
    try:
        with hold_lock(layout, "clean-up", 0.0), open_writer(layout) as writer:
            if not writer.has_documents(file):
                (layout.archive / file).unlink()
    except WarehouseBusy:
        return False
    return True
