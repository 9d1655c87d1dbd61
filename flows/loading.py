"""From captures to loaded rows: what every flow that takes documents in does with them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from prefect.futures import PrefectFuture

from flows.progress import announce, tell
from tasks.model import Capture, Skip
from tasks.stages import (
    WINDOW,
    Run,
    StagedBatch,
    archive_batch,
    load_batch,
    split_batches,
    submit_batch,
)


def load_captures(run: Run, captures: Iterable[Capture | Skip], batch_size: int) -> None:
    """Archive, edit, stage and load in batches: edited in parallel, loaded in order."""
    underway: deque[PrefectFuture[StagedBatch]] = deque()
    for batch in split_batches(captures, batch_size):
        archived = archive_batch(run, batch)
        if archived.documents:
            tell(run, "archive")
            underway.append(submit_batch(run, archived))
        else:
            announce(run, "archive")
        if len(underway) >= WINDOW:
            load_batch(run, underway.popleft().result())
            announce(run, "load")
    while underway:
        load_batch(run, underway.popleft().result())
        announce(run, "load")
