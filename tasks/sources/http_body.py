"""HTTP bodies as they were sent: chunks put together, content codings undone, within bounds."""

from __future__ import annotations

import io
import re
import zlib
from typing import Any

from tasks.compression import (
    GZIP,
    ZSTD,
    Packed,
    Unpacked,
    bound_content,
    collect,
    describe_fault,
    unpack_bytes,
)
from tasks.model import Fault, Limits, Stage

_CHUNK_HEAD = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")


def decode_body(
    raw: bytes, content_encoding: str | None, transfer_encoding: str | None, limits: Limits
) -> Unpacked:
    """The bytes of the page itself (RFC 9110, 8.4 and RFC 9112, 7.1); never raises.

    Archives often keep a header whose coding is already undone: bytes that do not look encoded are
    left as they are. Fault codes: 'truncated-chunks', those of `tasks.compression.unpack`,
    'truncated-deflate', 'corrupt-deflate' and 'corrupt-br'.
    """
    body = Unpacked(raw)
    if "chunked" in (transfer_encoding or "").lower():
        body = _join_chunks(raw)
    codings = [name.strip().lower() for name in (content_encoding or "").split(",")]
    for coding in reversed(codings):
        undone = _undo(coding, body.content, limits)
        # Why the body ended early matters more than that its coding did, too.
        body = Unpacked(undone.content, body.fault or undone.fault)
    bounded = bound_content(body.content, limits)
    return Unpacked(bounded.content, body.fault or bounded.fault)


def _join_chunks(raw: bytes) -> Unpacked:
    """Chunks that end without the last, empty one are taken as whole: many servers do that."""
    pieces: list[bytes] = []
    position = 0
    while head := _CHUNK_HEAD.match(raw, position):
        end = head.end() + int(head[1], 16)
        pieces.append(raw[head.end() : end])
        if end == head.end():
            break
        if end > len(raw):
            content = b"".join(pieces)
            message = describe_fault("truncated-chunks", len(content), Limits())
            return Unpacked(content, Fault(Stage.DISCOVER, "truncated-chunks", message))
        position = end + (2 if raw.startswith(b"\r\n", end) else raw.startswith(b"\n", end))
    return Unpacked(b"".join(pieces) if pieces else raw)


def _undo(coding: str, raw: bytes, limits: Limits) -> Unpacked:
    if coding in {"gzip", "x-gzip", "zstd"}:
        return unpack_bytes(raw, limits) if raw.startswith((GZIP, ZSTD)) else Unpacked(raw)
    stream: Packed
    if coding == "deflate":
        stream = _DeflateStream(raw)
    elif coding == "br":
        stream = _BrotliStream(raw)
    else:
        return Unpacked(raw)
    undone = collect(stream, limits)
    # These two codings have no mark of their own: what fails at once was never encoded.
    return undone if undone.content else Unpacked(raw)


class _DeflateStream:
    """Deflate in its zlib wrapper (RFC 1950), or bare, as some servers send it."""

    def __init__(self, raw: bytes) -> None:
        wrapped = len(raw) > 1 and raw[0] & 15 == 8 and int.from_bytes(raw[:2]) % 31 == 0
        self._engine = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        self._rest = raw
        self.consumed = len(raw)
        self.fault: str | None = None

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end."""
        if self._engine.eof:
            return b""
        try:
            data = self._engine.decompress(self._rest, size)
        except zlib.error:
            self.fault = "corrupt-deflate"
            return b""
        self._rest = self._engine.unconsumed_tail
        if not data and not self._engine.eof:
            self.fault = "truncated-deflate"
        return data


class _BrotliStream:
    """Brotli (RFC 7932)."""

    def __init__(self, raw: bytes) -> None:
        from fastwarc.stream_io import BrotliReader

        self._reader: Any = BrotliReader(io.BytesIO(raw))
        self.consumed = len(raw)
        self.fault: str | None = None

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end."""
        try:
            return bytes(self._reader.read(size))
        except OSError:
            self.fault = "corrupt-br"
            return b""
