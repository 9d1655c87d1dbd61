"""Bounded, streaming decompression of gzip (RFC 1952) and Zstandard (RFC 8878).

What a file is packed with is decided by its first bytes, never by its name. No reader here holds
more in memory than it was asked for, plus a few kibibytes (gzip) or mebibytes (Zstandard).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol, cast

from isal import igzip_lib

from tasks.model import Fault, Limits, Stage

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
MEBIBYTE = 1024 * 1024

# The library's stub takes its exception class for an instance.
GzipError = cast("type[Exception]", igzip_lib.IsalError)
_INPUT = 64 * 1024
_PIECE = 256 * 1024
# An error in the data costs the whole call that meets it, so a call is kept small.
_STEP = 16 * 1024
# One Zstandard block of 4 bytes can stand for 128 KiB, and the library has no output bound.
_ZSTD_STEP = 256
_ZSTD_WINDOW = 128 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was inside a transport; with a fault, the part that could be read within the bounds."""

    content: bytes
    fault: Fault | None = None


class Source(Protocol):
    """Anything with a `read(size)` that returns bytes, and none at the end."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""
        ...


class GzipMembers:
    """The members of a gzip stream, one after the other.

    `start` and `end` are the offsets of the current member in the stream (`end` is right once the
    member has been read to its end). `fault` becomes 'truncated-gzip' or 'corrupt-gzip' when the
    data gives out; reading then returns nothing more. `garbage` tells that bytes follow the last
    member which are neither another member nor padding. `offset` is where the source stands.
    """

    def __init__(self, source: Source, prefix: bytes = b"", offset: int = 0) -> None:
        self._source = source
        self._pending = prefix
        self._taken = offset + len(prefix)
        self._engine: Any = None
        self.start = offset
        self.fault: str | None = None
        self.garbage = False

    @property
    def consumed(self) -> int:
        """Bytes taken from the stream so far."""
        return self._taken

    @property
    def end(self) -> int:
        """The offset behind the current member."""
        return self._taken - len(self._pending) - len(self._engine.unused_data)

    def advance(self) -> bool:
        """Go to the next member; False where there is none. The current one must be at its end."""
        if self.fault:
            return False
        if self._engine is not None:
            self._pending = self._engine.unused_data + self._pending
        self._skip_padding()
        self._engine = None
        if not self._pending:
            return False
        self.start = self._taken - len(self._pending)
        self.garbage = not self._pending.startswith(GZIP)
        if self.garbage:
            return False
        self._engine = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        return True

    def read(self, size: int) -> bytes:
        """At most `size` bytes of the current member; none at its end, or when a fault arises."""
        while not self.fault and not self._engine.eof:
            data = self._decompress(min(size, _STEP))
            if data:
                return data
        return b""

    def _decompress(self, size: int) -> bytes:
        feed = b""
        if self._engine.needs_input:
            feed = self._pending or self._fetch()
            self._pending = b""
            if not feed:
                self.fault = "truncated-gzip"
                return b""
        try:
            return bytes(self._engine.decompress(feed, size))
        except GzipError:
            self.fault = "corrupt-gzip"
            return b""

    def _fetch(self) -> bytes:
        data = self._source.read(_INPUT)
        self._taken += len(data)
        return data

    def _skip_padding(self) -> None:
        # Tapes and some writers pad with zeros; gzip itself ignores them.
        self._pending = self._pending.lstrip(b"\0")
        while len(self._pending) < len(GZIP):
            data = self._fetch()
            if not data:
                return
            self._pending = (self._pending + data).lstrip(b"\0")


class GzipStream:
    """All members of a gzip stream as one; see `GzipMembers` for `fault` and `consumed`."""

    def __init__(self, source: Source, prefix: bytes = b"") -> None:
        self._members = GzipMembers(source, prefix)
        self._open = self._members.advance()

    @property
    def fault(self) -> str | None:
        """The code of what ended the stream before its time, if anything did."""
        return self._members.fault

    @property
    def consumed(self) -> int:
        """Bytes taken from the stream so far."""
        return self._members.consumed

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end."""
        while self._open:
            data = self._members.read(size)
            if data:
                return data
            self._open = self._members.advance()
        return b""


class ZstdStream:
    """The frames of a Zstandard stream as one; `fault` as in `GzipMembers`, codes with 'zstd'."""

    def __init__(self, source: Source, prefix: bytes = b"") -> None:
        self._source = source
        self._input = prefix
        self._output = b""
        self._engine: Any = None
        self.consumed = len(prefix)
        self.fault: str | None = None

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end."""
        while not self._output and not self.fault:
            piece = self._take()
            if not piece:
                break
            self._output = self._decompress(piece)
        data, self._output = self._output[:size], self._output[size:]
        return data

    def _take(self) -> bytes:
        if not self._input:
            self._input = self._source.read(_INPUT)
            self.consumed += len(self._input)
        if not self._input and self._engine is not None:
            self.fault = "truncated-zstd"
        piece, self._input = self._input[:_ZSTD_STEP], self._input[_ZSTD_STEP:]
        return piece

    def _decompress(self, piece: bytes) -> bytes:
        import zstandard

        if self._engine is None:
            window = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
            self._engine = window.decompressobj()
        try:
            data = self._engine.decompress(piece)
        except zstandard.ZstdError:
            self.fault = "corrupt-zstd"
            return b""
        if self._engine.eof:
            self._input = self._engine.unused_data + self._input
            self._engine = None
        return bytes(data)


class PlainStream:
    """A stream that is not packed at all."""

    fault: str | None = None

    def __init__(self, source: Source, prefix: bytes = b"") -> None:
        self._source = source
        self._prefix = prefix
        self.consumed = len(prefix)

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end."""
        if self._prefix:
            data, self._prefix = self._prefix[:size], self._prefix[size:]
            return data
        data = self._source.read(size)
        self.consumed += len(data)
        return data


class Packed(Protocol):
    """A stream that is unpacked while it is read."""

    @property
    def fault(self) -> str | None:
        """The code of what ended the stream before its time, if anything did."""
        ...

    @property
    def consumed(self) -> int:
        """Packed bytes taken so far."""
        ...

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""
        ...


Stream = GzipStream | ZstdStream | PlainStream


def open_stream(source: Source) -> Stream:
    """The bytes inside `source`, gunzipped or un-zstd-ed where its first bytes say so."""
    head = _read_head(source)
    if head.startswith(GZIP):
        return GzipStream(source, head)
    if head.startswith(ZSTD):
        return ZstdStream(source, head)
    return PlainStream(source, head)


def _read_head(source: Source) -> bytes:
    head = b""
    while len(head) < len(ZSTD):
        data = source.read(len(ZSTD) - len(head))
        if not data:
            break
        head += data
    return head


class _Raw(io.RawIOBase):
    """A `Source` in the clothes of Python's raw streams, so that lines can be read from it."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - a writable buffer has no type in 3.11
        data = self._source.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def buffer_stream(source: Source) -> io.BufferedReader:
    """A buffered reader over `source`: `readline`, `peek` and all."""
    return io.BufferedReader(_Raw(source), _INPUT)


def unpack(source: BinaryIO | Source, limits: Limits) -> Unpacked:
    """Everything inside `source`, unpacked, within the bounds of `limits`.

    Fault codes: 'too-large', 'decompression-bomb', 'truncated-gzip', 'truncated-zstd',
    'corrupt-gzip', 'corrupt-zstd'. One layer of packing is taken off. Errors of the disk (OSError)
    are raised.
    """
    stream = open_stream(source)
    if isinstance(stream, PlainStream):
        return _read_plain(stream, limits)
    return collect(stream, limits)


def unpack_bytes(data: bytes, limits: Limits) -> Unpacked:
    """As `unpack`, for bytes that are in memory already."""
    if data.startswith((GZIP, ZSTD)):
        return unpack(io.BytesIO(data), limits)
    return bound_content(data, limits)


def bound_content(data: bytes, limits: Limits) -> Unpacked:
    """`data`, cut at the bound with a fault 'too-large' where it is longer."""
    if len(data) <= limits.document_bytes:
        return Unpacked(data)
    return Unpacked(data[: limits.document_bytes], _make_fault("too-large", 0, limits))


def _read_plain(stream: PlainStream, limits: Limits) -> Unpacked:
    pieces = []
    size = 0
    while size <= limits.document_bytes:
        data = stream.read(min(_PIECE, limits.document_bytes + 1 - size))
        if not data:
            break
        pieces.append(data)
        size += len(data)
    return bound_content(b"".join(pieces), limits)


def collect(stream: Packed, limits: Limits) -> Unpacked:
    """All that a packed stream holds, within the bounds of `limits`."""
    pieces = []
    size = 0
    code = None
    while code is None:
        data = stream.read(_STEP)
        if not data:
            code = stream.fault
            break
        pieces.append(data)
        size += len(data)
        code = judge_size(size, stream.consumed, limits)
    content = b"".join(pieces)[: limits.document_bytes]
    return Unpacked(content, _make_fault(code, size, limits) if code else None)


def judge_size(size: int, packed: int, limits: Limits) -> str | None:
    """The fault code for `size` bytes that came out of `packed` ones, if they are too many."""
    if size > MEBIBYTE and size > limits.ratio * packed:
        return "decompression-bomb"
    return "too-large" if size > limits.document_bytes else None


def describe_fault(code: str, size: int, limits: Limits) -> str:
    """What a fault's code means, and what to do; `size` is what could be read, in bytes."""
    kind, _, packing = code.partition("-")
    if code == "too-large":
        return (
            f"The document is larger than {limits.document_bytes:,} bytes; "
            "raise the bound (--max-bytes) if it is an article."
        )
    if code == "decompression-bomb":
        return (
            f"It unpacks to more than {limits.ratio} times its packed size; "
            "raise the bound (ratio) if you trust it."
        )
    what = "ends early" if kind == "truncated" else "is damaged"
    return f"The {packing} data {what} ({size:,} bytes could be read); fetch or copy it again."


def _make_fault(code: str, size: int, limits: Limits) -> Fault:
    return Fault(Stage.DISCOVER, code, describe_fault(code, size, limits))
