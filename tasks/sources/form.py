"""What a file is to the sources: a page, a WARC, or a manifest of pages."""

from __future__ import annotations

import json
import os
from enum import StrEnum
from pathlib import Path

from tasks.compression import buffer_stream, open_stream
from tasks.sources.paths import expand

PAGES = frozenset({".html", ".htm", ".xhtml", ".txt"})
JSON_LINES = frozenset({".jsonl", ".ndjson", ".json-lines"})
CSV = frozenset({".csv", ".tsv"})
PARQUET = frozenset({".parquet"})
MANIFESTS = JSON_LINES | CSV | PARQUET
_PACKINGS = (".gz", ".zst")
_LINE = 32 * 1024 * 1024
CONTENT_KEYS = ("html", "text", "file")


class Form(StrEnum):
    """How a file is to be read."""

    PAGE = "page"
    WARC = "warc"
    MANIFEST = "manifest"


def find_suffix(name: str) -> str:
    """The extension below a packing's: '.html' of 'a.html.gz', in lower case."""
    name = name.lower()
    for packing in _PACKINGS:
        name = name.removesuffix(packing)
    return os.path.splitext(name)[1]  # noqa: PTH122 - of very many names; a Path costs ten times that


def judge_name(name: str) -> Form | None:
    """What a file's name says it is, if it says anything."""
    suffix = find_suffix(name)
    if suffix in PAGES:
        return Form.PAGE
    if suffix == ".warc":
        return Form.WARC
    return Form.MANIFEST if suffix in MANIFESTS else None


def judge_file(path: Path) -> Form:
    """What a file is by its name, else by its first bytes; a page, when neither says more."""
    return judge_name(path.name) or _judge_content(path)


def _judge_content(path: Path) -> Form:
    try:
        with path.open("rb") as file, buffer_stream(open_stream(file)) as stream:
            head = stream.peek(8)[:8]
            if head.startswith(b"WARC/"):
                return Form.WARC
            if head.startswith(b"PAR1") or is_json_row(stream.readline(_LINE)):
                return Form.MANIFEST
    except OSError:
        pass  # whoever reads the file next says what is wrong with it
    return Form.PAGE


def is_json_row(line: bytes) -> bool:
    """Whether a line is a JSON object that gives a page: with html, text or file."""
    line = line.removeprefix(b"\xef\xbb\xbf").strip()
    if not line.startswith(b"{"):
        return False
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(row, dict) and any(isinstance(row.get(key), str) for key in CONTENT_KEYS)


def is_glob(spec: str) -> bool:
    """Whether a spec is a pattern, and not the name of a file that has such a name."""
    return any(mark in spec for mark in "*?[") and not expand(spec).exists()


def is_form(spec: str, form: Form) -> bool:
    """Whether a spec names one file of this form (which need not exist, if its name tells)."""
    if is_glob(spec) or "://" in spec:
        return False
    path = expand(spec)
    if path.is_dir():
        return False
    return (judge_file(path) if path.is_file() else judge_name(path.name)) is form
