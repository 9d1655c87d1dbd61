"""The CPU that a page costs the desk: all fields, one process, libraries and lexicons loaded."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tasks.model import Capture, Document, Limits, Media

# Pages edited before the clock starts, taken evenly: media and languages load what they need.
WARM_UP = 60


def measure_cost(manifests: Sequence[Path]) -> dict[Media, tuple[int, float]]:
    """By medium: how many distinct pages there were, and the mean milliseconds of CPU of one.
    The pages are in memory before the clock starts, and some of them were edited before."""
    from tasks.desk import rehearse
    from tasks.edit import edit_document

    rehearse()
    limits = Limits()
    jobs = list(_list_jobs(manifests, limits))
    for document, content in jobs[:: max(1, len(jobs) // WARM_UP)]:
        edit_document(document, content, None, limits)
    spent: dict[Media, list[float]] = {}
    for document, content in jobs:
        started = time.process_time()
        edited = edit_document(document, content, None, limits)
        seconds = time.process_time() - started
        if edited.media:
            spent.setdefault(edited.media, []).append(seconds)
    return {media: (len(pages), 1e3 * sum(pages) / len(pages)) for media, pages in spent.items()}


def _list_jobs(manifests: Sequence[Path], limits: Limits) -> Iterator[tuple[Document, bytes]]:
    """Every distinct page: sets share some."""
    from tasks.intake import describe
    from tasks.sources.registry import open_sources

    seen: set[str] = set()
    for capture in open_sources([str(path) for path in manifests], limits):
        if isinstance(capture, Capture):
            document = describe(capture)
            if document.sha256 not in seen:
                seen.add(document.sha256)
                yield document, capture.content
