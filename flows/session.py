"""Opening and closing a run: the lock, the writer, the pool, and the record of how it ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from tasks.model import Limits
from tasks.pool import DocumentPool
from tasks.stages import Run, learn_template, learn_zones
from tasks.tally import Tally
from warehouse.layout import Layout, locate, prepare
from warehouse.lock import hold_lock
from warehouse.stage import RunRecord, stage_run
from warehouse.writer import Writer, open_writer


@dataclass(frozen=True, slots=True)
class Marker:
    """The note a run leaves beside the warehouse while it lasts; one that is found later belongs
    to a run that was killed."""

    path: Path
    run_id: str
    flow: str
    started_at: datetime
    parameters: str

    def write(self) -> None:
        """Leave the note, complete or not at all."""
        fields = {
            "run_id": self.run_id,
            "flow": self.flow,
            "started_at": self.started_at.isoformat(),
            "parameters": self.parameters,
        }
        draft = self.path.with_suffix(".tmp")
        draft.write_text(json.dumps(fields), encoding="utf-8")
        draft.replace(self.path)


@contextmanager
def open_run(
    flow: str,
    warehouse: Path,
    limits: Limits,
    workers: int,
    wait_seconds: float,
    parameters: dict[str, Any],
) -> Iterator[Run]:
    """Hold the warehouse for one run. Leaving in peace records the run as completed; after an
    error what was loaded stays with the writer, unpublished, and the next run goes on from it."""
    layout = locate(warehouse)
    prepare(layout)
    run_id = uuid4().hex[:12]
    with (
        hold_lock(layout, run_id, wait_seconds),
        open_writer(layout) as writer,
        DocumentPool(workers, limits) as pool,
    ):
        record_interrupted(layout, writer)
        marker = Marker(
            _marker_path(layout), run_id, flow, datetime.now(UTC), json.dumps(parameters)
        )
        marker.write()
        run = Run(run_id, layout, writer, pool, limits)
        yield run
        if run.learned is not None:
            run.learned.unlink()
        marker.path.unlink()


def record_run(run: Run) -> None:
    """File the run as completed, with its counts, the time of its stages, and what it learned of
    the sites: their template and their time zones."""
    marker = read_marker(run.layout)
    assert marker is not None, "a run has its marker until it is closed"
    record = _describe(marker, "completed", run.tally)
    lines, zones = learn_template(run), learn_zones(run)
    run.writer.load(stage_run(run.layout, replace(record, stages=run.clock.rows()), lines, zones))


def record_interrupted(layout: Layout, writer: Writer) -> None:
    """File a run that was killed, with the counts of the batches it had loaded."""
    marker = read_marker(layout)
    if marker is None:
        return
    tally = writer.count_run(marker.run_id)
    writer.load(stage_run(layout, _describe(marker, "interrupted", tally)))
    marker.path.unlink()


def read_marker(layout: Layout) -> Marker | None:
    """The note of the run that goes on now, or that was killed."""
    path = _marker_path(layout)
    if not path.exists():
        return None
    fields = json.loads(path.read_text(encoding="utf-8"))
    started_at = datetime.fromisoformat(fields.pop("started_at"))
    return Marker(path=path, started_at=started_at, **fields)


def _marker_path(layout: Layout) -> Path:
    return layout.private / "run.json"


def _describe(
    marker: Marker, status: Literal["completed", "interrupted"], tally: Tally
) -> RunRecord:
    """An interrupted run is finished when it is noticed."""
    return RunRecord(
        run_id=marker.run_id,
        flow=marker.flow,
        started_at=marker.started_at,
        finished_at=datetime.now(UTC),
        status=status,
        parameters=marker.parameters,
        tally=tally,
    )
