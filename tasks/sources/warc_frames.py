"""The records of a WARC file (ISO 28500) as bytes, each with the place where it lies.

A WARC is mostly one gzip member a record, so that a record can be read alone. Files that are plain,
or gzipped as a whole, or packed with Zstandard, are read too; where a record shares its member with
others it has no place of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from isal import igzip_lib

from tasks.compression import GZIP, ZSTD, GzipError, GzipMembers, ZstdStream, buffer_stream

# A block may be this much longer than the document in it: for HTTP headers and chunk sizes.
ENVELOPE = 1024 * 1024
_HEADER_BOUND = 256 * 1024
_PIECE = 256 * 1024
# More zeros between two members than this, a tape's block, are a hole: of a download, or a disk.
_PADDING = 10 * 1024
_MEMBER = GZIP + b"\x08"
_RECORD = b"WARC/"
_LOOK = 8 * 1024
_PLAIN = b"\nWARC/1."
_LENGTH = re.compile(
    rb"^content-length[ \t]*:[ \t]*(\d{1,18})[ \t\r]*$", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Frame:
    """One record: header and block, the block cut at the bound.

    `name` tells the record apart within its file: its offset, or for a record that shares a gzip
    member `offset.number`. `length` is what it takes up in the file, None where it has no place of
    its own.
    """

    name: str
    offset: int
    length: int | None
    data: bytes


class BrokenArchive(Exception):
    """The file can be read no further: `name` says where, `data` is what there was of a record."""

    def __init__(self, name: str, message: str, data: bytes = b"") -> None:
        super().__init__(message)
        self.name = name
        self.message = message
        self.data = data


class _BrokenRecord(Exception):
    def __init__(self, message: str, data: bytes = b"") -> None:
        super().__init__(message)
        self.message = message
        self.data = data


def read_frames(file: BinaryIO, bound: int, start: int = 0) -> Iterator[Frame]:
    """The records of an open file from `start` on; BrokenArchive where it ends early or is damaged.

    `bound` is the most bytes of a block that are kept; the rest is passed over.
    """
    file.seek(start)
    head = file.read(4)
    file.seek(start)
    if head.startswith(GZIP):
        return _read_members(file, bound)
    if head == ZSTD:
        return _read_zstd(file, bound)
    return _read_plain(file, bound)


def find_record(file: BinaryIO, after: int) -> int | None:
    """Where the file can be read on behind damage: the offset of the next gzip member that begins
    with a record, or in a plain file of the next record, `after` that offset; None for none."""
    file.seek(0)
    packed = file.read(len(GZIP)) == GZIP
    for offset in _find_all(file, _MEMBER if packed else _PLAIN, after):
        if not packed:
            return offset + 1
        if _holds_record(file, offset):
            return offset
    return None


def _find_all(file: BinaryIO, mark: bytes, start: int) -> Iterator[int]:
    """The offsets of `mark` in the file, from `start` on."""
    while True:
        file.seek(start)
        piece = file.read(_PIECE)
        at = piece.find(mark)
        while at >= 0:
            yield start + at
            at = piece.find(mark, at + 1)
        if len(piece) < _PIECE:
            return
        start += len(piece) - len(mark) + 1


def _holds_record(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    engine = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
    try:
        return bytes(engine.decompress(file.read(_LOOK), len(_RECORD))) == _RECORD
    except GzipError:
        return False


def _read_plain(file: BinaryIO, bound: int) -> Iterator[Frame]:
    while True:
        _skip_blank(file)
        offset = file.tell()
        try:
            data = _read_record(file, bound)
        except _BrokenRecord as broken:
            raise BrokenArchive(str(offset), broken.message, broken.data) from None
        if data is None:
            return
        yield Frame(str(offset), offset, file.tell() - offset, data)


def _read_members(file: BinaryIO, bound: int) -> Iterator[Frame]:
    members = GzipMembers(file, offset=file.tell())
    end = members.start
    while members.advance():
        if members.start - end > _PADDING:
            raise BrokenArchive(str(end), "zeros stand where records should")
        stream = buffer_stream(members)
        yield from _read_member(stream, members, bound)
        end = members.end
    if members.garbage:
        raise BrokenArchive(str(members.start), "what follows is not gzip data")


def _read_member(stream: BinaryIO, members: GzipMembers, bound: int) -> Iterator[Frame]:
    """The records of one gzip member: mostly one."""
    number = 0
    while True:
        name = f"{members.start}.{number}" if number else str(members.start)
        try:
            data = _read_record(stream, bound)
        except _BrokenRecord as broken:
            message = _describe(members.fault) if members.fault else broken.message
            raise BrokenArchive(name, message, broken.data) from None
        if data is None and members.fault:
            raise BrokenArchive(name, _describe(members.fault))
        if data is None:
            return
        more = _skip_blank(stream)
        alone = number == 0 and not more and not members.fault
        yield Frame(name, members.start, members.end - members.start if alone else None, data)
        number += 1


def _read_zstd(file: BinaryIO, bound: int) -> Iterator[Frame]:
    packed = ZstdStream(file)
    stream = buffer_stream(packed)
    number = 0
    while True:
        try:
            data = _read_record(stream, bound)
        except _BrokenRecord as broken:
            message = _describe(packed.fault) if packed.fault else broken.message
            raise BrokenArchive(f"0.{number}", message, broken.data) from None
        if data is None:
            break
        yield Frame(f"0.{number}", 0, None, data)
        number += 1
    if packed.fault:
        raise BrokenArchive(f"0.{number}", _describe(packed.fault))


def _describe(fault: str) -> str:
    kind, _, packing = fault.partition("-")
    return f"the {packing} data {'ends early' if kind == 'truncated' else 'is damaged'}"


def _skip_blank(stream: BinaryIO) -> bool:
    """Go to the next byte that is no line end; whether there is one."""
    while True:
        head = stream.peek(4)[:4]  # type: ignore[attr-defined]
        kept = head.lstrip(b"\r\n")
        stream.read(len(head) - len(kept))
        if kept or not head:
            return bool(kept)


def _read_record(stream: BinaryIO, bound: int) -> bytes | None:
    """Header and block of the next record; None at the end."""
    header = _read_header(stream)
    if header is None:
        return None
    found = _LENGTH.search(header)
    if found is None:
        raise _BrokenRecord("a record does not say how long it is", header)
    length = int(found[1])
    block = stream.read(min(length, bound))
    if len(block) < min(length, bound) or not _pass_over(stream, length - len(block)):
        raise _BrokenRecord("the last record is cut off", header + block)
    return header + block


def _read_header(stream: BinaryIO) -> bytes | None:
    if not _skip_blank(stream):
        return None
    lines: list[bytes] = []
    size = 0
    while size < _HEADER_BOUND:
        line = stream.readline(_HEADER_BOUND)
        lines.append(line)
        size += len(line)
        if not lines[0].startswith(b"WARC/"):
            raise _BrokenRecord("what follows is no WARC record", line)
        if not line.endswith(b"\n"):
            break
        if not line.strip():
            return b"".join(lines)
    raise _BrokenRecord("a record's header does not end", b"".join(lines))


def _pass_over(stream: BinaryIO, size: int) -> bool:
    while size:
        data = stream.read(min(size, _PIECE))
        if not data:
            return False
        size -= len(data)
    return True
