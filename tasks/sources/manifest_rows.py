"""The rows of a manifest: JSON lines, CSV (RFC 4180, or with tabs or semicolons), Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tasks.compression import Packed
from tasks.sources.form import CONTENT_KEYS

_PIECE = 64 * 1024
# What a row may say of its page, and the columns it is looked for in, the first that holds any.
TOLD_KEYS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "title": ("title", "headline"),
        "byline": ("byline", "authors", "author"),
        "published": ("published", "published_at", "date_published", "date"),
        "modified": ("modified", "modified_at", "date_modified", "updated"),
        "outlet": ("outlet", "publisher"),
        "section": ("section",),
        "language": ("language", "lang"),
        "zone": ("zone", "timezone"),
        "summary": ("summary",),
        "tags": ("tags",),
    }
)
_COLUMNS = ("id", "url", "source", "fetched_at", *CONTENT_KEYS)
KEYS = (*_COLUMNS, *(name for names in TOLD_KEYS.values() for name in names))


@dataclass(frozen=True, slots=True)
class Row:
    """One row, counted from 0. Either it has `values`, or `error` says what is wrong with it;
    `code` then is the fault's. `raw` is the row as it stands in the file, cut at the bound."""

    number: int
    raw: bytes
    values: Mapping[str, Any] | None = None
    error: str = ""
    code: str = "manifest-row"


class _RowTooLarge(Exception):
    """A row is longer than the bound; the lines after it can still be read."""


class _CutShort(Exception):
    """The file ends within a row."""


def read_json_lines(stream: BufferedReader, packed: Packed, bound: int) -> Iterator[Row]:
    """The rows of a file with one JSON object a line; blank lines are passed over."""
    number = 0
    while line := stream.readline(bound + 1):
        too_large = len(line) > bound and not line.endswith(b"\n")
        if too_large:
            _skip_line(stream)
        if not line.strip():
            continue
        if packed.fault and not line.endswith(b"\n"):
            yield _end_early(number, line, packed.fault)
            return
        yield _refuse_size(number, line, bound) if too_large else _parse_json(number, line)
        number += 1
    if packed.fault:
        yield _end_early(number, b"", packed.fault)


def _parse_json(number: int, line: bytes) -> Row:
    try:
        text = line.decode("utf-8-sig" if number == 0 else "utf-8", "surrogateescape")
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Row(number, line, error=f"it is no JSON ({error})")
    if not isinstance(values, dict):
        return Row(number, line, error="it is no JSON object")
    return Row(number, line, {key: values[key] for key in KEYS if key in values})


def _skip_line(stream: BufferedReader) -> bytes:
    """Go behind the next line end; the last piece that was passed over."""
    while (piece := stream.readline(_PIECE)) and not piece.endswith(b"\n"):
        pass
    return piece


def _end_early(number: int, raw: bytes, fault: str) -> Row:
    packing = fault.partition("-")[2]
    error = f"the {packing} data ends early or is damaged; the rows from here on are lost"
    return Row(number, raw, error=error, code=fault)


def _refuse_size(number: int, raw: bytes, bound: int) -> Row:
    return Row(number, raw[:bound], error=f"it is longer than {bound:,} bytes", code="too-large")


def read_csv(stream: BufferedReader, packed: Packed, bound: int) -> Iterator[Row]:
    """The rows of a CSV file with a header; its separator is the one that makes sense of that."""
    header, separator = read_header(stream.readline(bound))
    lines = _CsvLines(stream, packed, bound)
    number = 0
    while True:
        try:
            for fields in _read_fields(lines, separator, bound):
                if fields:
                    yield Row(number, lines.take_raw(), _pick(fields, header))
                    number += 1
            break
        except _RowTooLarge:
            yield _refuse_size(number, b"".join(lines.raw), bound)
            lines.skip_row()
        except csv.Error as error:
            yield Row(number, lines.take_raw(), error=f"it is no CSV ({error})")
        except _CutShort:
            break
        number += 1
    if packed.fault:
        yield _end_early(number, lines.take_raw(), packed.fault)
    elif lines.raw:
        yield Row(number, lines.take_raw(), error="a quote that it opens is never closed")


def _read_fields(lines: _CsvLines, separator: str, bound: int) -> Iterator[list[str]]:
    reader = csv.reader(lines, delimiter=separator)
    while True:
        # The limit is one for the whole process, so it is raised for this one call only.
        before = csv.field_size_limit(bound + 1)
        try:
            fields = next(reader, None)
        finally:
            csv.field_size_limit(before)
        if fields is None:
            return
        yield fields


def _split_header(text: str, separator: str) -> list[str]:
    try:
        return [name.strip() for name in next(csv.reader([text], delimiter=separator), [])]
    except csv.Error:
        return []


def _pick(fields: list[str], header: list[str]) -> dict[str, str]:
    """The known columns that hold something; one for a page stays when all of these are empty."""
    values = {key: value for key, value in zip(header, fields, strict=False) if value}
    picked = {key: values[key] for key in KEYS if key in values}
    if not any(key in picked for key in CONTENT_KEYS):
        picked.update({key: "" for key in CONTENT_KEYS if key in header})
    return picked


def read_header(line: bytes) -> tuple[list[str], str]:
    """The names of a CSV file's columns, and its separator."""
    text = line.decode("utf-8-sig", "replace").rstrip("\r\n").lower()
    best: list[str] = []
    chosen = ","
    for separator in (",", "\t", ";", "|"):
        names = _split_header(text, separator)
        if sum(name in KEYS for name in names) > sum(name in KEYS for name in best):
            best, chosen = names, separator
    return best or [text], chosen


class _CsvLines:
    """The lines under a CSV reader; `raw` holds those of the row that is being read."""

    def __init__(self, stream: BufferedReader, packed: Packed, bound: int) -> None:
        self._stream = stream
        self._packed = packed
        self._bound = bound
        self.raw: list[bytes] = []

    def __iter__(self) -> _CsvLines:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(self._bound + 1)
        if not line and not self.raw:
            raise StopIteration
        self.raw.append(line)
        if not line or (self._packed.fault and not line.endswith(b"\n")):
            raise _CutShort
        if sum(map(len, self.raw)) > self._bound:
            raise _RowTooLarge
        return line.decode("utf-8", "surrogateescape")

    def take_raw(self) -> bytes:
        """The lines of the row that was just read; the next row begins."""
        raw = b"".join(self.raw)
        self.raw.clear()
        return raw

    def skip_row(self) -> None:
        """Go behind the row that was too large: to the line end outside of any quotes."""
        quotes = sum(line.count(b'"') for line in self.raw)
        line = self.raw[-1]
        while line and (quotes % 2 or not line.endswith(b"\n")):
            line = self._stream.readline(_PIECE)
            quotes += line.count(b'"')
        self.raw.clear()


def read_parquet(path: Path) -> Iterator[Row]:
    """The rows of a Parquet file; only the known columns are read, a few rows at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=1024 * 1024) as file:
            columns = [name for name in file.schema_arrow.names if name in KEYS]
            for batch in file.iter_batches(batch_size=16, columns=columns):
                for values in batch.to_pylist():
                    yield Row(number, _print_values(values), values)
                    number += 1
    except (pa.ArrowException, OSError) as error:
        message = f"the file is damaged ({error}); the rows from here on are lost"
        yield Row(number, b"", error=message, code="corrupt-parquet")


def _print_values(values: Mapping[str, Any]) -> bytes:
    """A Parquet row has no bytes of its own: its small values as JSON, to find it by."""
    small = {key: value for key, value in values.items() if key not in {"html", "text"}}
    return json.dumps(small, default=str, ensure_ascii=False).encode("utf-8", "replace")
