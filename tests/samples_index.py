"""The sample pages and what a careful reader sees on them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tasks.model import Capture, Limits
from tasks.sources.registry import open_sources

SAMPLES = Path(__file__).parent / "samples"
GOLDEN = Path(__file__).parent / "golden"
FETCHED_AT = datetime(2025, 1, 15, 6, 0, tzinfo=UTC)
MUST_FAIL = {"pages/front-page.html", "pages/truncated.html.gz"}


def list_golden() -> list[str]:
    """The names of the golden files, without `.json`."""
    return sorted(path.stem for path in GOLDEN.glob("*.json"))


def load_golden(name: str) -> dict[str, Any]:
    """The truth about one document; `file`, `warc` or `manifest` says where it is."""
    truth: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
    return truth


def read_captures(source: Path) -> Iterator[Capture]:
    """The documents of a source as the pipeline reads them, fetched at one fixed time."""
    for item in open_sources([str(source)], Limits()):
        if isinstance(item, Capture):
            yield replace(item, fetched_at=FETCHED_AT)


def read_golden_capture(name: str, truth: dict[str, Any]) -> Capture:
    """The document that a golden file speaks of."""
    if "file" in truth:
        (capture,) = read_captures(SAMPLES / truth["file"])
        return replace(capture, url=truth.get("url", capture.url))
    if "warc" in truth:
        captures = read_captures(SAMPLES / truth["warc"])
        return next(capture for capture in captures if capture.url == truth["url"])
    captures = read_captures(SAMPLES / truth["manifest"])
    return next(capture for capture in captures if capture.external_id == name)
