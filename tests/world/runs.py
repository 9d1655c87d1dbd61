"""Runs over captures made to measure: the stages as a flow runs them, without an orchestrator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from flows.reprocess import group_batches
from flows.session import open_run, record_run
from tasks.model import Capture, Limits
from tasks.stages import (
    ArchivedBatch,
    Run,
    archive_batch,
    edit_batch,
    load_batch,
    publish,
    split_batches,
    stage_edited,
)
from warehouse.read import run_query
from warehouse.writer import Selection


class Killed(Exception):
    """What stands for a kill."""


def go_through(run: Run, batches: Iterable[ArchivedBatch], stop_after: int) -> None:
    for number, batch in enumerate(batches):
        if number == stop_after:
            raise Killed
        if batch.documents:
            load_batch.fn(run, stage_edited.fn(run, edit_batch.fn(run, batch)))


def close(run: Run) -> None:
    record_run(run)
    publish.fn(run)


def ingest(
    warehouse: Path, captures: Sequence[Capture], size: int = 8, workers: int = 1, stop: int = 99
) -> None:
    with open_run("ingest", warehouse, Limits(), workers, 5, {}) as run:
        batches = (archive_batch.fn(run, batch) for batch in split_batches(captures, size))
        go_through(run, batches, stop)
        close(run)


def reprocess(warehouse: Path) -> None:
    with open_run("reprocess", warehouse, Limits(), 1, 5, {}) as run:
        groups = run.writer.documents(Selection(everything=True))
        go_through(run, group_batches(run, groups, 7), 99)
        close(run)


def ask(warehouse: Path, sql: str) -> list[tuple]:
    return list(run_query(warehouse, sql).rows)
