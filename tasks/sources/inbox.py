"""An inbox: a folder into which others put files, looked through again and again.

A file is known by its address and its mark, size and time: what has both as before was taken
already. The files stay where they are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote_from_bytes

from tasks.model import Capture, Limits
from tasks.sources.files import read_named
from tasks.sources.form import judge_name
from tasks.sources.kind import Item

# A file that was written to within so many seconds may not be complete.
QUIET_SECONDS = 2.0
_TEMPORARY = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", "~")


@dataclass(frozen=True, slots=True)
class InboxFile:
    """A file that can be read: `mark` is another one when its size or time is, `written_at` the
    time of its last change in nanoseconds."""

    uri: str
    path: str
    mark: str
    written_at: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """What a folder and those below it hold: files that can be read, how many are being written
    still, and the folders that could not be looked into."""

    files: tuple[InboxFile, ...]
    unfinished: int = 0
    closed: tuple[str, ...] = ()


def scan_inbox(folder: Path, now: float) -> Inbox:
    """All pages, WARCs and manifests in a folder, by their names; `now` in seconds since 1970.

    Left out are hidden and temporary names (.part, .tmp …), and what was written to less than two
    seconds ago. One pass, nothing is opened. Raises OSError where the folder cannot be read.
    """
    files: list[InboxFile] = []
    closed: list[str] = []
    unfinished = 0
    for entry in _walk(folder, (), closed):
        try:
            stat = entry.stat()
        except OSError:
            continue  # taken away meanwhile, or a link to nothing
        if abs(now - stat.st_mtime) < QUIET_SECONDS:
            unfinished += 1
            continue
        mark = f"{stat.st_size}-{stat.st_mtime_ns}"
        files.append(InboxFile(_make_uri(entry.path), entry.path, mark, stat.st_mtime_ns))
    return Inbox(tuple(files), unfinished, tuple(closed))


def _walk(
    folder: Path | str, above: tuple[tuple[int, int], ...], closed: list[str]
) -> Iterator[os.DirEntry[str]]:
    """The files that can be read by their names; links in a circle are left."""
    stat = os.stat(folder)  # noqa: PTH116 - it may be a text: a Path for each would cost more
    here = (stat.st_dev, stat.st_ino)
    if here in above:
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.lower().endswith(_TEMPORARY):
                continue
            if entry.is_dir():
                try:
                    yield from _walk(entry.path, (*above, here), closed)
                except OSError:
                    closed.append(entry.path)
            elif judge_name(entry.name) is not None and entry.is_file():
                yield entry


def _make_uri(path: str) -> str:
    """As `paths.make_uri`, at a tenth of its cost."""
    return f"file://{quote_from_bytes(os.fsencode(path))}"


def choose_new(inbox: Inbox, known: Mapping[str, str | None], most: int) -> list[InboxFile]:
    """The files whose mark is not the known one, those that have waited longest first."""
    new = [file for file in inbox.files if known.get(file.uri) != file.mark]
    return sorted(new, key=lambda file: (file.written_at, file.uri))[:most]


def read_inbox_file(file: InboxFile, limits: Limits) -> Iterator[Item]:
    """What a file holds; nothing where it was taken away meanwhile. Places in WARCs are left out:
    the file may be removed, so its bytes are to be kept."""
    path = Path(file.path)
    if not path.exists():
        return
    for item in read_named(path, limits):
        yield replace(item, place=None) if isinstance(item, Capture) else item


def is_there(file: InboxFile) -> bool:
    """Whether a file can be read now."""
    return os.access(file.path, os.R_OK)
