"""WARC files (ISO 28500): pages that a crawler kept, and the archive of our own.

Taken are answers with status 200 that are HTML, and resource and conversion records that are HTML
or text. Everything else is skipped and counted. Records of our own archive are taken as the inputs
that they were made of.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from isal import igzip_lib

from tasks.compression import GZIP, GzipError, Unpacked
from tasks.errors import WarehouseCorrupt
from tasks.media import sniff
from tasks.model import Capture, Fault, Limits, Media, Place, Skip, Stage
from tasks.sources.fetch import Fetcher
from tasks.sources.form import Form, is_form
from tasks.sources.http_body import decode_body
from tasks.sources.kept_record import read_own_headers, recall_capture
from tasks.sources.kind import Item, SourceKind
from tasks.sources.page_file import make_unreadable
from tasks.sources.paths import check_file, date_file, expand, make_uri
from tasks.sources.warc_frames import ENVELOPE, BrokenArchive, Frame, find_record, read_frames
from tasks.told import make_told

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
# Servers and writers that do not know better say these; the content decides.
_VAGUE_TYPES = frozenset(
    {
        "",
        "text/plain",
        "application/octet-stream",
        "application/warc-record",
        "unknown/unknown",
    }
)
_COUNTED_TYPES = frozenset({"pdf", "json", "javascript", "css", "xml", "plain"})
_KINDS = frozenset(
    {
        "warcinfo",
        "response",
        "resource",
        "request",
        "metadata",
        "revisit",
        "conversion",
        "continuation",
    }
)
_DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class _Record:
    """What is said of a record, before its body is looked at. `status` is None where it is no
    HTTP answer, -1 where the answer's first line is not HTTP."""

    kind: str
    url: str | None
    date: datetime | None
    status: int | None
    content_type: str | None
    content_encoding: str | None
    transfer_encoding: str | None
    last_modified: str | None
    payload: bytes
    own: Mapping[str, str]

    @property
    def media_type(self) -> str:
        """The content type alone, in lower case; '' where there is none."""
        return (self.content_type or "").partition(";")[0].strip().lower()

    def decode(self, limits: Limits) -> Unpacked:
        """The page itself, its transfer and content codings undone."""
        return decode_body(self.payload, self.content_encoding, self.transfer_encoding, limits)


def read_content(archive: Path, place: Place, limits: Limits = _DEFAULT_LIMITS) -> bytes:
    """The payload of the record at `place`, HTTP codings undone, cut at `limits.document_bytes`.

    `place.file` is relative to the folder `archive`, or absolute. WarehouseCorrupt, with file and
    offset, where there is no such record.
    """
    path = archive / place.file
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(place.offset)
            size = min(place.length, limits.document_bytes + 2 * ENVELOPE)
            raw = file.read(size)
        if len(raw) < size:
            raise OSError("the file ends before it")
        record = _parse(_unpack_record(raw, limits))
    except (OSError, GzipError) as error:
        reason = getattr(error, "strerror", None) or error
        raise WarehouseCorrupt(
            f"No record can be read at byte {place.offset} of {path} ({reason}).",
            "Put the file back as it was when it was read; `copydesk doctor` checks them all.",
        ) from error
    return record.decode(limits).content


def recall_record(archive: Path, place: Place, limits: Limits) -> Item | None:
    """The record at `place` as the source gave it; None for one that describes its file. Raises
    BrokenArchive and OSError."""
    path = archive / place.file
    with path.open("rb") as file:
        file.seek(place.offset)
        raw = io.BytesIO(file.read(place.length))
    frame = next(read_frames(raw, limits.document_bytes + ENVELOPE))
    there = replace(frame, name=str(place.offset), offset=place.offset)
    return _take(there, path, date_file(path.stat()), limits)


def _unpack_record(raw: bytes, limits: Limits) -> bytes:
    """Header and block of a record that is one gzip member, or plain."""
    if not raw.startswith(GZIP):
        return raw
    bound = limits.document_bytes + 2 * ENVELOPE
    engine = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
    data = bytes(engine.decompress(raw, bound))
    if not engine.eof and len(data) < bound:
        raise OSError("its gzip data ends early")
    return data


def _parse(data: bytes) -> _Record:
    """A record from its bytes; OSError where they are none."""
    from fastwarc.warc import WarcRecord

    record = WarcRecord.from_reader(io.BytesIO(data), quirks_mode=True)
    kind = (_read_header(record.headers, "WARC-Type") or "").lower()
    url = (record.headers.get("WARC-Target-URI") or "").strip().strip("<>") or None
    date = record.record_date
    headers: Any = record.headers
    status: int | None = None
    if record.is_http and kind == "response":
        record.parse_http(quirks_mode=True)
        headers = record.http_headers
        status = (headers.status_code if headers is not None else None) or -1
    return _Record(
        kind=kind if kind in _KINDS else "unknown",
        url=url,
        date=date.astimezone(UTC) if date else None,
        status=status,
        content_type=_read_header(headers, "Content-Type"),
        content_encoding=_read_header(headers, "Content-Encoding") if status else None,
        transfer_encoding=_read_header(headers, "Transfer-Encoding") if status else None,
        last_modified=_read_header(headers, "Last-Modified") if status else None,
        payload=bytes(record.reader.read(len(data))),
        own=read_own_headers(record.headers),
    )


def _read_header(headers: Any, name: str) -> str | None:  # noqa: ANN401 - fastwarc's map
    value = headers.get(name) if headers is not None else None
    return value.strip() or None if value else None


def read_archive(path: Path, limits: Limits) -> Iterator[Item]:
    """The pages of a WARC file, in its order, each with its place; raises nothing.

    Where it is damaged, a capture with the fault 'damaged-warc' stands for what is lost, and the
    next record that can be found is read on from; where none can, or the file ends early, one with
    'truncated-warc' stands for the rest.
    """
    try:
        written_at = date_file(path.stat())
        with path.open("rb") as file:
            read = None
            for read in _read_on(file, limits):
                if isinstance(read, _Hole):
                    yield _capture_lost(read, path, written_at, limits)
                elif (item := _take(read, path, written_at, limits)) is not None:
                    yield item
        if read is None:
            fault = Fault(Stage.DISCOVER, "empty-file", "There is no record in this WARC file.")
            yield Capture(make_uri(path), b"", written_at, fault=fault)
    except OSError as error:
        yield make_unreadable(path, error)


@dataclass(frozen=True, slots=True)
class _Hole:
    """Records that cannot be read: from the byte at which it is noticed up to `until`, or all."""

    broken: BrokenArchive
    start: int
    until: int | None


def _read_on(file: BinaryIO, limits: Limits) -> Iterator[Frame | _Hole]:
    """The records of an open file, and the holes between them."""
    start: int | None = 0
    while start is not None:
        try:
            yield from read_frames(file, limits.document_bytes + ENVELOPE, start)
            return
        except BrokenArchive as broken:
            noticed = int(broken.name.partition(".")[0])
            start = find_record(file, noticed + 1)
            yield _Hole(broken, noticed, start)


def _capture_lost(hole: _Hole, path: Path, written_at: datetime, limits: Limits) -> Capture:
    """What stands for records that cannot be read."""
    broken = hole.broken
    if hole.until is None:
        code, known = "truncated-warc", "the records before it were read"
        where = f"can be read up to byte {hole.start} only"
    else:
        code, known = "damaged-warc", "the records before and after were read"
        where = f"cannot be read from byte {hole.start} to byte {hole.until}"
    message = f"{path.name} {where} ({broken.message}); {known}, fetch the file again for the rest."
    return Capture(
        uri=make_uri(path, broken.name),
        content=broken.data[: limits.document_bytes],
        fetched_at=written_at,
        fault=Fault(Stage.DISCOVER, code, message),
    )


def _take(frame: Frame, path: Path, written_at: datetime, limits: Limits) -> Item | None:
    """The record as a capture, or as a skip; None for what only describes the file."""
    uri = make_uri(path, frame.name)
    try:
        record = _parse(frame.data)
    except OSError:
        return Skip(uri, "malformed-record")
    if record.kind == "warcinfo":
        return None
    place = Place(str(path), frame.offset, frame.length) if frame.length else None
    if record.own:
        return recall_capture(record.own, record.payload, record.date or written_at, place)
    reason = _judge_header(record)
    if reason:
        return Skip(uri, reason)
    body = record.decode(limits)
    if not _is_wanted(record, body.content):
        return Skip(uri, _name_type(record.media_type))
    return Capture(
        uri=uri,
        content=body.content,
        fetched_at=record.date or written_at,
        url=record.url,
        content_type=record.content_type,
        place=place,
        fault=body.fault,
        told=make_told({"last_modified": record.last_modified}),
    )


def _judge_header(record: _Record) -> str | None:
    """Why a record is no page, as far as its headers tell."""
    if record.kind not in {"response", "resource", "conversion"}:
        return f"record-{record.kind}"
    if (record.url or "").startswith("dns:"):
        return "record-dns"
    if _is_robots(record.url):
        return "robots-txt"
    if record.status == -1 or (record.status is None and record.kind == "response"):
        return "malformed-http"
    if record.status not in (None, 200):
        return f"status-{record.status}"
    if record.media_type not in _HTML_TYPES | _VAGUE_TYPES:
        return _name_type(record.media_type)
    return None


def _is_robots(url: str | None) -> bool:
    try:
        return urlsplit(url or "").path == "/robots.txt"
    except ValueError:
        return False


def _is_wanted(record: _Record, content: bytes) -> bool:
    if record.media_type in _HTML_TYPES:
        return True
    if record.kind == "response":
        return sniff(content, None) is Media.HTML
    return record.media_type == "text/plain" or isinstance(sniff(content, None), Media)


def _name_type(media_type: str) -> str:
    """A reason to count by: few, however many types there are."""
    main, _, sub = media_type.partition("/")
    if main in {"image", "audio", "video", "font"}:
        return f"content-type-{main}"
    kinds = set(sub.replace("+", "-").split("-")) & _COUNTED_TYPES
    return f"content-type-{min(kinds)}" if kinds else "content-type-other"


def _check(spec: str) -> None:
    check_file(expand(spec))


def _read(spec: str, limits: Limits, fetcher: Fetcher) -> Iterator[Item]:
    return read_archive(expand(spec), limits)


WARC = SourceKind("warc", lambda spec: is_form(spec, Form.WARC), _check, _read)
