"""The sources in the warehouse: read, and changed under the writer's lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from flows.durations import round_duration
from flows.sources.changes import Changes
from tasks.errors import WarehouseBusy
from tasks.live import Source
from warehouse.layout import Layout, locate, prepare
from warehouse.live_state import read_sources, save_sources
from warehouse.lock import hold_lock, read_holder
from warehouse.writer import open_writer

Decide = Callable[[Sequence[Source]], Changes]
Tell = Callable[[str], None]

# Seconds of waiting that need no word.
SILENT_WAIT = 1.0


def load_sources(warehouse: Path) -> list[Source]:
    """All sources by name; none where there is no warehouse yet."""
    return sorted(read_sources(warehouse), key=lambda source: source.name)


def change_sources(warehouse: Path, decide: Decide, wait_seconds: float, tell: Tell) -> Changes:
    """Store what `decide` makes of the sources, publish it, and return it.

    The warehouse is made if need be. Where nothing changes, nobody is waited for. `tell` is told
    of a wait. Raises `WarehouseBusy` after `wait_seconds`, and what `decide` raises.
    """
    planned = decide(load_sources(warehouse))
    layout = locate(warehouse)
    if not planned and layout.published.exists():
        return planned
    with hold_patiently(layout, wait_seconds, tell), open_writer(layout) as writer:
        writer.publish()  # what a killed process loaded is known, too
        changes = decide(load_sources(warehouse))
        if changes:
            now = datetime.now(UTC)
            gone = [source.name for source in changes.removed]
            save_sources(writer, layout, changes.put, gone, now)
            writer.publish()
    return changes


@contextmanager
def hold_patiently(layout: Layout, wait_seconds: float, tell: Tell) -> Iterator[None]:
    """The writer's lock; somebody who waits longer than a second is told for whom."""
    prepare(layout)
    run_id = f"sources-{uuid4().hex[:12]}"
    with ExitStack() as held:
        try:
            held.enter_context(hold_lock(layout, run_id, min(wait_seconds, SILENT_WAIT)))
        except WarehouseBusy:
            if wait_seconds <= SILENT_WAIT:
                raise
            left = wait_seconds - SILENT_WAIT
            tell(describe_wait(layout, left))
            held.enter_context(hold_lock(layout, run_id, left))
        yield


def describe_wait(layout: Layout, left: float) -> str:
    """For whom we wait, and how long."""
    holder = read_holder(layout)
    who = f"run {holder.run_id} (process {holder.pid})" if holder else "another run"
    return f"Waiting up to {round_duration(left)} for {who}, which writes to the warehouse now."
