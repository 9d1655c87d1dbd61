"""The archive held against what the warehouse says of it: is every document's record where it is
said to be, with the bytes it is said to have? And what else lies there?"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

from tasks.errors import WarehouseCorrupt
from tasks.identity import hash_content
from tasks.model import Capture, Document, Limits, Place
from tasks.sources.warc import read_content, recall_record
from tasks.sources.warc_frames import ENVELOPE, BrokenArchive, Frame, read_frames

# The bytes of a document were bounded when it was taken in: here its size alone bounds them.
_ANY_RATIO = 2**31


@dataclass(frozen=True, slots=True)
class Kept:
    """What the warehouse says of a document's bytes."""

    document_id: str
    sha256: str
    size: int
    place: Place


@dataclass(frozen=True, slots=True)
class Stored:
    """A record of our own archive; `sha256` is that of the bytes that are there."""

    document_id: str
    uri: str
    sha256: str
    fetched_at: datetime
    place: Place


@dataclass(frozen=True, slots=True)
class FileAudit:
    """One archive file: its records as far as it can be read, the documents whose bytes are not
    there, and why it cannot be read to its end, if it cannot."""

    file: str
    stored: tuple[Stored, ...]
    lost: tuple[Kept, ...]
    fault: str | None


def audit_file(archive: Path, file: str, kept: Sequence[Kept]) -> FileAudit:
    """Read a file through and look up every document in it. A WARC of somebody else (its name is
    absolute) is read at the places of documents alone. Raises nothing."""
    if Path(file).is_absolute():
        return FileAudit(file, (), _list_lost(archive, kept), None)
    stored: list[Stored] = []
    fault = None
    try:
        bound = max((one.size for one in kept), default=0)
        stored.extend(scan_file(archive, file, bound))
    except BrokenArchive as broken:
        fault = f"{broken.message} at byte {broken.name}"
    except OSError as error:
        fault = error.strerror or str(error)
    there = {(one.place, one.sha256) for one in stored}
    doubtful = [one for one in kept if (one.place, one.sha256) not in there]
    return FileAudit(file, tuple(stored), _list_lost(archive, doubtful), fault)


def _list_lost(archive: Path, kept: Iterable[Kept]) -> tuple[Kept, ...]:
    return tuple(one for one in kept if not has_bytes(archive, one))


def has_bytes(archive: Path, kept: Kept) -> bool:
    """Whether the record at the place has the document's very bytes."""
    limits = Limits(document_bytes=max(kept.size, 1), ratio=_ANY_RATIO)
    try:
        content = read_content(archive, kept.place, limits)
    except WarehouseCorrupt:
        return False
    return hash_content(content) == kept.sha256


def find_loss(archive: Path, documents: Iterable[Document]) -> str | None:
    """Why documents cannot be edited again: "archive-dropped" where retention gave up the bytes of
    one, "archive-damaged" where those of one are not what they were; None where all are whole."""
    places = [document.place for document in documents]
    if None in places:
        return "archive-dropped"
    whole = (
        has_bytes(archive, Kept(document.id, document.sha256, document.size, place))
        for document, place in zip(documents, places, strict=True)
        if place is not None
    )
    return None if all(whole) else "archive-damaged"


def scan_file(archive: Path, file: str, bound: int = 0) -> Iterator[Stored]:
    """The records of a file of ours, in order; `bound` is the largest document expected. Raises
    BrokenArchive where the file is damaged, and OSError."""
    most = max(bound, Limits().document_bytes) + ENVELOPE
    with (archive / file).open("rb") as stream:
        for frame in read_frames(stream, most):
            record = _read_stored(frame, file)
            if record is not None:
                yield record


def _read_stored(frame: Frame, file: str) -> Stored | None:
    """The record of a frame; None for what describes the file, and for records of others."""
    head, _, content = frame.data.partition(b"\r\n\r\n")
    lines = (line.partition(b":") for line in head.split(b"\r\n"))
    headers = {
        name.decode("ascii", "replace"): text.strip().decode(errors="replace")
        for name, _, text in lines
    }
    document_id = headers.get("Copydesk-Document")
    if document_id is None or frame.length is None:
        return None
    return Stored(
        document_id=document_id,
        uri=unquote(headers["Copydesk-Uri"], errors="surrogatepass"),
        sha256=hashlib.sha256(content).hexdigest(),
        fetched_at=datetime.fromisoformat(headers["WARC-Date"]),
        place=Place(file, frame.offset, frame.length),
    )


def find_places(
    archive: Path, files: Iterable[str], hashes: Collection[str], bound: int = 0
) -> dict[str, Place]:
    """Where bytes with these hashes lie, by hash; `bound` is the size of the largest. Damaged
    files are read as far as they go."""
    found: dict[str, Place] = {}
    for file in files:
        try:
            for stored in scan_file(archive, file, bound):
                if stored.sha256 in hashes:
                    found.setdefault(stored.sha256, stored.place)
        except (BrokenArchive, OSError):  # the audit tells of it
            continue
    return found


def recall(archive: Path, places: Iterable[Place], limits: Limits) -> Iterator[Capture]:
    """The inputs that the records at these places were made of, in this order."""
    for place in places:
        item = recall_record(archive, place, limits)
        if isinstance(item, Capture):
            yield item
