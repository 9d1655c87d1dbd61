"""How long things are kept, and the files that are removed when they were not kept longer."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from flows.ages import check_age, parse_age
from tasks.errors import UsageError
from tasks.stages import Run
from warehouse import inspection
from warehouse.upkeep import What

NAMES: tuple[What, ...] = ("bodies", "superseded-bodies", "removed-lines", "evidence", "archive")


def list_limits(keep: Mapping[str, str], now: datetime) -> list[tuple[What, datetime]]:
    """What is dropped, and what it must be older than: as `keep` has it by name, else as the
    environment has (COPYDESK_KEEP_ARCHIVE …), else nothing. Raises UsageError for no age or name.
    """
    if unknown := sorted(set(keep) - set(NAMES)):
        raise UsageError(f"Nothing is kept by the name {unknown[0]!r}.", f"Use {', '.join(NAMES)}.")
    limits: list[tuple[What, datetime]] = []
    for name in NAMES:
        variable = "COPYDESK_KEEP_" + name.upper().replace("-", "_")
        if text := keep.get(name) or os.environ.get(variable):
            limits.append((name, now - parse_age(check_age(name, text))))
    return limits


def list_files(run: Run) -> list[Path]:
    """The archive files that retention gave up and that are there still, those of a run that was
    killed before it removed them, too."""
    with run.writer.reading() as connection:
        dropped = inspection.list_dropped_files(connection)
    files, _ = inspection.list_archive_files(run.layout)
    return [run.layout.archive / file for file in sorted(dropped.intersection(files))]


def remove_files(files: Iterable[Path]) -> int:
    """Remove files, when what is published knows that they are given up; returns their bytes."""
    freed = 0
    for path in files:
        freed += path.stat().st_size
        path.unlink()
    return freed
