"""Writing the database file anew, in its turn among the runs."""

from __future__ import annotations

from pathlib import Path

from flows.report import Compaction
from warehouse.layout import locate
from warehouse.lock import hold_lock
from warehouse.writer import open_writer


def compact_file(warehouse: Path, wait_seconds: float) -> Compaction:
    """Write the file anew and publish it. It needs room for one more copy."""
    layout = locate(warehouse)
    with hold_lock(layout, "compaction", wait_seconds), open_writer(layout) as writer:
        before, after = writer.compact()
        writer.publish()
    return Compaction(before, after)
