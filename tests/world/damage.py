"""Real damage to a real warehouse: bytes flipped, files cut, rows deleted in both copies."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from tasks.edit import edit_archived
from tasks.intake import describe
from tasks.model import Capture, Limits, Place
from tests.flows.pages import make_page
from warehouse.archive import write_archive
from warehouse.copies import list_copies, write_record
from warehouse.layout import Layout, locate, prepare
from warehouse.lock import hold_lock
from warehouse.stage import Batch, stage_batch
from warehouse.writer import open_writer

NOON = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
# Six pages, one of which says something else the second time, and an empty one.
PAGES = [*((f"p{number}", f"Ferry number {number}") for number in range(6)), ("p1", "Ferry again")]


def make_captures() -> list[Capture]:
    pages = [
        Capture(
            f"file:///pages/{name}.html",
            make_page(title, url=f"https://post.example/{name}").encode(),
            NOON.replace(minute=minute),
        )
        for minute, (name, title) in enumerate(PAGES)
    ]
    return [*pages, Capture("file:///pages/empty.html", b"  ", NOON)]


def make_warehouse(folder: Path) -> Layout:
    """Loaded in two batches, each with an archive file of its own, and published."""
    layout = locate(folder / "news.duckdb")
    prepare(layout)
    captures = make_captures()
    seen: dict[str, int] = {}
    with hold_lock(layout, "r1", 0), open_writer(layout) as writer:
        for number, some in enumerate((captures[:3], captures[3:]), 1):
            pairs = []
            for capture in some:
                document = describe(capture, count=seen.get(capture.uri, 0))
                seen[capture.uri] = seen.get(capture.uri, 0) + 1
                pairs.append((document, capture.content))
            documents = write_archive(layout, f"file{number}", pairs)
            edited = [edit_archived(d, layout.archive, Limits()) for d in documents]
            batch = Batch(f"b{number}", "r1", number, tuple(edited), NOON)
            writer.load(stage_batch(layout, batch))
        writer.publish()
    return layout


def copy_warehouse(layout: Layout, folder: Path) -> Layout:
    """The same warehouse elsewhere."""
    shutil.copytree(layout.private, folder / layout.private.name, symlinks=True)
    shutil.copy2(layout.published, folder / layout.published.name, follow_symlinks=False)
    return locate(folder / layout.published.name)


def change_rows(layout: Layout, sql: str, copies: int = 2) -> None:
    """Run SQL in the copies (the published one, or both), so that they look as the writer left
    them."""
    published = layout.published.resolve()
    found = sorted(list_copies(layout), key=lambda copy: copy.path != published)
    for copy in found[:copies]:
        with duckdb.connect(str(copy.path)) as connection:
            connection.execute(sql)
        record = copy.record
        assert record is not None
        write_record(copy.path, record.applied, record.schema, record.closes, is_open=False)


def fetch(layout: Layout, sql: str) -> list[tuple]:
    with duckdb.connect(str(layout.published), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def find_place(layout: Layout, uri: str) -> Place:
    [row] = fetch(
        layout,
        "select archive_file, archive_offset, archive_length from documents "
        f"where uri = 'file:///pages/{uri}.html' order by load_number limit 1",
    )
    return Place(*row)


def spoil_blocks(path: Path) -> None:
    """A byte of every block of a database file, which looks as it did."""
    looks = path.stat()
    content = bytearray(path.read_bytes())
    for start in range(3 * 4096, len(content), 262_144):  # after the three headers
        content[min(start + 500, len(content) - 1)] ^= 4
    path.write_bytes(content)
    os.utime(path, ns=(looks.st_atime_ns, looks.st_mtime_ns))


def flip_byte(layout: Layout, place: Place, at: int = 100) -> None:
    """One bit in the middle of a record."""
    path = layout.archive / place.file
    content = bytearray(path.read_bytes())
    content[place.offset + at] ^= 4
    path.write_bytes(content)
