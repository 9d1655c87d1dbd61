"""The ingest flow without Prefect: the same stages, called as plain functions, in one process.

It is what the orchestration is measured against, and nothing else.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from flows.report import BATCH_SIZE
from flows.session import open_run, record_run
from tasks.model import Limits
from tasks.stages import (
    WINDOW,
    ArchivedBatch,
    Run,
    StagedBatch,
    archive_batch,
    discover,
    edit_batch,
    load_batch,
    publish,
    split_batches,
    stage_edited,
)


def ingest_plainly(sources: list[str], warehouse: Path, workers: int) -> None:
    """What `flows.ingest.ingest` does, batch for batch."""
    limits = Limits()
    captures = discover.fn(sources, limits)
    with (
        open_run("ingest", warehouse, limits, workers, 60.0, {}) as run,
        ThreadPoolExecutor(2 * WINDOW) as threads,
    ):
        underway: deque[Future[StagedBatch]] = deque()
        for batch in split_batches(captures, BATCH_SIZE):
            archived = archive_batch.fn(run, batch)
            if archived.documents:
                underway.append(threads.submit(_edit_and_stage, run, archived))
            if len(underway) >= WINDOW:
                load_batch.fn(run, underway.popleft().result())
        while underway:
            load_batch.fn(run, underway.popleft().result())
        record_run(run)
        publish.fn(run)


def _edit_and_stage(run: Run, archived: ArchivedBatch) -> StagedBatch:
    return stage_edited.fn(run, edit_batch.fn(run, archived))
