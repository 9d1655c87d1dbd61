"""`copydesk clean`: documents edited and handed out in order, with no warehouse and no Prefect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from tasks.edit import edit_all
from tasks.intake import describe
from tasks.model import Capture, Document, Edited, Limits, Skip
from tasks.pool import DocumentPool
from tasks.sources.registry import open_sources


def clean_sources(
    specs: Sequence[str], limits: Limits, workers: int, skipped: Counter[str]
) -> Iterator[Edited]:
    """Every document of the sources as it was edited, in input order, streaming.

    Sources are checked at once (SourceNotFound, SourceUnreadable); `skipped` is filled by reason
    while the result is read.
    """
    captures = open_sources(specs, limits)
    return _edit(_jobs(captures, skipped), limits, workers)


def _jobs(
    captures: Iterable[Capture | Skip], skipped: Counter[str]
) -> Iterator[tuple[Document, bytes]]:
    for capture in captures:
        if isinstance(capture, Skip):
            skipped[capture.reason] += 1
        else:
            yield describe(capture), capture.content


def _edit(jobs: Iterator[tuple[Document, bytes]], limits: Limits, workers: int) -> Iterator[Edited]:
    """Looks two documents ahead: a single one needs a single process."""
    first = tuple(islice(jobs, 2))
    if not first:
        return
    with DocumentPool(workers if len(first) > 1 else 1, limits) as pool:
        yield from edit_all(pool, chain(first, jobs), None, limits)
