"""Standard input: one page, or JSON lines with pages in them; packed with gzip or Zstandard, or
not."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from io import BufferedReader

from tasks.compression import Stream, buffer_stream, collect, open_stream
from tasks.model import Capture, Limits
from tasks.sources.fetch import Fetcher
from tasks.sources.form import is_json_row
from tasks.sources.kind import Item, SourceKind
from tasks.sources.manifest import read_piped
from tasks.sources.paths import read_clock


def _matches(spec: str) -> bool:
    return spec == "-"


def _check(spec: str) -> None:
    """Nothing can be said before it is read."""


def _read(spec: str, limits: Limits, fetcher: Fetcher) -> Iterator[Item]:
    packed = open_stream(sys.stdin.buffer)
    stream = buffer_stream(packed)
    first = stream.readline(limits.document_bytes + 1)
    whole = _Rejoined(first, stream, packed)
    if is_json_row(first):
        yield from read_piped(buffer_stream(whole), packed, limits)
    else:
        yield _capture(whole, limits)


def _capture(whole: _Rejoined, limits: Limits) -> Capture:
    """One page; its address is made of its content, so that it is the same in every run."""
    body = collect(whole, limits)
    digest = hashlib.sha256(body.content).hexdigest()[:16]
    return Capture(f"stdin:{digest}", body.content, read_clock(), fault=body.fault)


class _Rejoined:
    """A stream of which the beginning was already looked at."""

    def __init__(self, head: bytes, rest: BufferedReader, packed: Stream) -> None:
        self._head = head
        self._rest = rest
        self._packed = packed

    @property
    def fault(self) -> str | None:
        return self._packed.fault

    @property
    def consumed(self) -> int:
        return self._packed.consumed

    def read(self, size: int) -> bytes:
        if not self._head:
            return self._rest.read(size)
        data, self._head = self._head[:size], self._head[size:]
        return data


STANDARD_INPUT = SourceKind("standard input", _matches, _check, _read)
