"""Manifests and data sets: one page a row, inline (`html`, `text`) or in a file (`file`).

Taken are the keys `id`, `url`, `source`, `fetched_at` and one of `html`, `text` and `file`; no
other key is looked at. A broken row is a `Capture` with the fault 'manifest-row'.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import Any

from tasks.compression import Packed, Unpacked, bound_content, buffer_stream, open_stream
from tasks.errors import SourceUnreadable
from tasks.model import Capture, Fault, Limits, Stage, Told
from tasks.sources.fetch import Fetcher
from tasks.sources.form import CONTENT_KEYS, CSV, PARQUET, Form, find_suffix, is_form
from tasks.sources.kind import Item, SourceKind
from tasks.sources.manifest_rows import (
    TOLD_KEYS,
    Row,
    read_csv,
    read_header,
    read_json_lines,
    read_parquet,
)
from tasks.sources.page_file import make_unreadable, read_page_file
from tasks.sources.paths import (
    check_file,
    date_file,
    expand,
    make_uri,
    read_clock,
    read_start,
)
from tasks.told import make_told

# Letters of one thing that a row says of its page.
_MOST_TOLD = 2_000
_TYPES = {"html": "text/html", "text": "text/plain"}
_CHECKED_ROWS = 20
# Seconds of the year 5138: what is more counts milliseconds, those since 1973.
_FAR_AHEAD = 100_000_000_000
_NUMBER = re.compile(r"\d{10}(?:\.\d+)?|\d{13}")
# How a list of objects begins, or one object over several lines.
_UNLINED = re.compile(rb"\[\s*(?:\{|\Z)|\{\Z")


@dataclass(frozen=True, slots=True)
class Manifest:
    """Where rows come from: `name` for messages, the folder that `file` is relative to, the
    address of a row (given the row and its id), and the time that holds where a row has none."""

    name: str
    folder: Path
    make_uri: Callable[[Row, str | None], str]
    fetched_at: datetime


class _BadRow(ValueError):
    """What is wrong with a row, as the end of a sentence that begins with 'Row 7 of x'."""


def _check(spec: str) -> None:
    check_manifest(expand(spec))


def check_manifest(path: Path) -> None:
    """Raise SourceNotFound or SourceUnreadable unless pages can come of this manifest."""
    check_file(path)
    if read_start(path, 2) in (b"\xff\xfe", b"\xfe\xff"):
        raise SourceUnreadable(f"{path} is UTF-16.", "Save it as UTF-8.")
    names = _list_columns(path)
    if names is not None and not set(names) & set(CONTENT_KEYS):
        found = ", ".join(name[:40] for name in sorted(names)[:12]) or "nothing"
        raise SourceUnreadable(
            f"{path} has none of the columns html, text and file (it has {found}).",
            "Rename the column that holds the page. Addresses alone are fetched when they are given"
            " as arguments, or listed in a source: copydesk sources add.",
        )


def _list_columns(path: Path) -> list[str] | None:
    """The names a manifest uses; None where its first rows do not tell."""
    if _is_parquet(path):
        return _list_parquet_columns(path)
    with path.open("rb") as file, buffer_stream(open_stream(file)) as stream:
        if find_suffix(path.name) in CSV:
            line = stream.readline(1024 * 1024)
            return read_header(line)[0] if line.strip() else None
        return _list_json_keys(path, stream)


def _list_json_keys(path: Path, stream: BufferedReader) -> list[str] | None:
    from json import loads

    names: set[str] = set()
    begun = False
    for line in islice(iter(lambda: stream.readline(64 * 1024 * 1024), b""), _CHECKED_ROWS):
        bare = line.removeprefix(b"\xef\xbb\xbf").strip()
        if not begun and _UNLINED.match(bare):
            raise SourceUnreadable(
                f"{path} is JSON, but not with an object a line.",
                f"Write it so: jq -c '.[]' {path.name} > pages.jsonl (of one object, jq -c .).",
            )
        begun = begun or bool(bare)
        try:
            row = loads(bare.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            continue
        if isinstance(row, dict):
            names.update(map(str, row))
        if names & set(CONTENT_KEYS):
            break
    return list(names) or None


def _list_parquet_columns(path: Path) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowException, OSError) as error:
        raise SourceUnreadable(
            f"{path} is no readable Parquet file: {str(error).rstrip('.')}."
        ) from error


def _is_parquet(path: Path) -> bool:
    return find_suffix(path.name) in PARQUET or read_start(path, 4) == b"PAR1"


def _read(spec: str, limits: Limits, fetcher: Fetcher) -> Iterator[Item]:
    return read_manifest(expand(spec), limits)


def read_manifest(path: Path, limits: Limits) -> Iterator[Item]:
    """The pages of a manifest file, in its order; raises nothing."""
    try:
        manifest = Manifest(
            name=path.name,
            folder=path.parent,
            make_uri=lambda row, key: make_uri(path, key or str(row.number)),
            fetched_at=date_file(path.stat()),
        )
        if _is_parquet(path):
            yield from _capture_rows(read_parquet(path), manifest, limits)
            return
        with path.open("rb") as file:
            packed = open_stream(file)
            rows = _read_rows(path.name, buffer_stream(packed), packed, _bound_row(limits))
            yield from _capture_rows(rows, manifest, limits)
    except OSError as error:
        yield make_unreadable(path, error)


def read_piped(stream: BufferedReader, packed: Packed, limits: Limits) -> Iterator[Item]:
    """The pages of JSON lines from standard input; `file` is relative to the working folder."""
    manifest = Manifest("standard input", Path.cwd(), _make_piped_uri, read_clock())
    rows = read_json_lines(stream, packed, _bound_row(limits))
    return _capture_rows(rows, manifest, limits)


def _make_piped_uri(row: Row, key: str | None) -> str:
    return f"stdin:{hashlib.sha256(row.raw.strip()).hexdigest()[:16]}"


def _bound_row(limits: Limits) -> int:
    # JSON may write a character of two bytes as six.
    return 3 * limits.document_bytes


def _read_rows(name: str, stream: BufferedReader, packed: Packed, bound: int) -> Iterator[Row]:
    reader = read_csv if find_suffix(name) in CSV else read_json_lines
    return reader(stream, packed, bound)


def _capture_rows(rows: Iterator[Row], manifest: Manifest, limits: Limits) -> Iterator[Item]:
    for row in rows:
        try:
            yield _capture_row(row, manifest, limits)
        except _BadRow as error:
            yield _capture_broken(row, manifest, limits, str(error), "manifest-row")


def _capture_row(row: Row, manifest: Manifest, limits: Limits) -> Capture:
    if row.values is None:
        return _capture_broken(row, manifest, limits, row.error, row.code)
    values = row.values
    key = _read_text(values, "id")
    body, content_type, written_at = _read_content(values, manifest, limits)
    return Capture(
        uri=manifest.make_uri(row, key),
        content=body.content,
        fetched_at=_read_time(values) or written_at,
        url=_read_text(values, "url"),
        external_id=key,
        source=_read_text(values, "source"),
        content_type=content_type,
        fault=body.fault,
        told=_read_told(values),
    )


def _capture_broken(row: Row, manifest: Manifest, limits: Limits, why: str, code: str) -> Capture:
    """A broken row, under its own id and address as far as they can be read."""
    message = f"Row {row.number} of {manifest.name}: {why}."
    capture = Capture(
        uri=manifest.make_uri(row, None),
        content=row.raw[: limits.document_bytes],
        fetched_at=manifest.fetched_at,
        fault=Fault(Stage.DISCOVER, code, message),
    )
    try:
        values = row.values or {}
        key, url = _read_text(values, "id"), _read_text(values, "url")
    except _BadRow:
        return capture
    return replace(capture, uri=manifest.make_uri(row, key), external_id=key, url=url)


def _read_content(
    values: Mapping[str, Any], manifest: Manifest, limits: Limits
) -> tuple[Unpacked, str | None, datetime]:
    """What the row's page is, its media type where that is known, and when it was written."""
    given = [key for key in CONTENT_KEYS if values.get(key) not in (None, "", b"")]
    if len(given) > 1:
        raise _BadRow(f"it gives {' and '.join(given)}; only one of them can be the page")
    key = given[0] if given else next((key for key in _TYPES if values.get(key) is not None), None)
    if key is None:
        raise _BadRow("it gives none of html, text and file")
    if key == "file":
        return _read_file(values[key], manifest, limits)
    content, content_type = _encode(values[key], key)
    return bound_content(content, limits), content_type, manifest.fetched_at


def _encode(value: Any, key: str) -> tuple[bytes, str]:  # noqa: ANN401 - what JSON holds
    if isinstance(value, bytes):
        return value, _TYPES[key]
    if not isinstance(value, str):
        raise _BadRow(f"its {key} is no string")
    content_type = f"{_TYPES[key]}; charset=utf-8"
    try:
        return value.encode("utf-8", "surrogateescape"), content_type
    except UnicodeEncodeError:  # half a pair, escaped in JSON
        return _mend(value).encode(), content_type


def _mend(text: str) -> str:
    """The text with surrogate pairs joined and lone halves replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _read_file(
    name: Any,  # noqa: ANN401 - what JSON holds
    manifest: Manifest,
    limits: Limits,
) -> tuple[Unpacked, None, datetime]:
    if not isinstance(name, str):
        raise _BadRow("its file is no string")
    try:
        page = read_page_file(manifest.folder / name, limits)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise _BadRow(f"its file {name!r} cannot be read ({reason})") from error
    return page.body, None, page.written_at


def _read_text(values: Mapping[str, Any], key: str) -> str | None:
    value = values.get(key)
    if value is None or value != value:  # a NaN stands for nothing in Parquet
        return None
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str | int | float):
        raise _BadRow(f"its {key} is no string")
    return _mend(str(value)).replace("\0", "").strip() or None


def _read_told(values: Mapping[str, Any]) -> Told | None:
    """What the row says of its page. It is evidence, so a value of an odd kind is passed over."""
    found: dict[str, str | None] = {}
    for name, keys in TOLD_KEYS.items():
        found[name] = next((text for key in keys if (text := _print_told(values.get(key)))), None)
    return make_told(found)


def _print_told(value: Any) -> str | None:  # noqa: ANN401 - what JSON holds
    if isinstance(value, list | tuple):
        return "; ".join(text for item in value if (text := _print_told(item))) or None
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return None
    return _mend(value).replace("\0", "").strip()[:_MOST_TOLD] or None


def _read_time(values: Mapping[str, Any]) -> datetime | None:
    """The row's `fetched_at` in UTC: ISO 8601 (UTC where it has no offset), or a Unix clock's."""
    value = values.get("fetched_at")
    if value is None or value == "" or value != value:
        return None
    if isinstance(value, str):
        value = _parse_time(value.strip())
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    elif isinstance(value, int | float) and not isinstance(value, bool):
        value = _count_time(value)
    if not isinstance(value, datetime):
        raise _BadRow("its fetched_at is no ISO 8601 time")
    try:
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)
    except (OverflowError, ValueError):
        raise _BadRow("its fetched_at is out of range") from None


def _count_time(count: float) -> datetime:
    """The time of a Unix clock in seconds, or in milliseconds where seconds would be far ahead."""
    try:
        return datetime.fromtimestamp(count / 1000 if count > _FAR_AHEAD else count, UTC)
    except (OverflowError, OSError, ValueError):
        raise _BadRow("its fetched_at is out of range") from None


def _parse_time(text: str) -> datetime:
    if _NUMBER.fullmatch(text):
        return _count_time(float(text))
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise _BadRow(f"its fetched_at is no ISO 8601 time ({text[:40]!r})") from None


MANIFEST = SourceKind("manifest", lambda spec: is_form(spec, Form.MANIFEST), _check, _read)
