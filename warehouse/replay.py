"""Bringing a copy up: the loads that it lacks, and whether copying the file is the better way."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from tasks.errors import WarehouseCorrupt
from warehouse.apply import apply_entries
from warehouse.copies import Copy
from warehouse.journal import Entry, measure_entry, read_seconds

# The spare copy is brought up the quicker way: by copying the published file at about this pace, or
# by replaying loads, which together take this part of the processor time that they took.
COPIED_BYTES_A_SECOND = 100_000_000
REPLAYED_PART = 0.6

# The loads that the spare copy lacks are kept until the writer is opened again, unless they take so
# many bytes, and this part of what is published: then it is copied at once.
HEAVY_BYTES = 64 << 20
HEAVY_PART = 1 / 4

# DuckDB may merge row groups at any checkpoint, which rewrites up to 120,000 articles to save some
# space: ten seconds after loading a thousand. So it does that for the spare copy alone, and only
# when closes (a few half-empty blocks a table each) wasted a good part of the file.
WASTED_A_CLOSE = 3_000_000
SMALL = 4_000
STATES_AN_ARTICLE = 10
LEAST_CLOSES, MOST_CLOSES = 16, 256

# Loads replayed in one transaction: a commit costs as much as a tenth of a load.
REPLAYED_TOGETHER = 20


def replay(connection: duckdb.DuckDBPyConnection, entries: list[Entry]) -> int:
    """Apply the entries the copy lacks, in order; returns the number of its last load."""
    row = connection.execute("select coalesce(max(load_number), 0) from batches").fetchone()
    applied = int(row[0]) if row else 0
    missing = [entry for entry in entries if entry.number > applied]
    for number, entry in enumerate(missing, applied + 1):
        if entry.number != number:
            raise WarehouseCorrupt(f"Load {number} is missing from the journal.")
    for start in range(0, len(missing), REPLAYED_TOGETHER):
        apply_entries(connection, missing[start : start + REPLAYED_TOGETHER])
    return applied + len(missing)


def is_replaying_quicker(spare: Copy, published: Copy, entries: Sequence[Entry]) -> bool:
    """Whether what the spare lacks is brought into it sooner than the published file is copied. Of
    two copies one of which is compact, that one is kept."""
    missing = [e for e in entries if spare.applied < e.number <= published.applied]
    if not missing:
        return True
    if needs_compacting(spare) and not needs_compacting(published):
        return False
    replaying = sum(map(read_seconds, missing)) * REPLAYED_PART
    return published.path.stat().st_size / COPIED_BYTES_A_SECOND > replaying


def is_heavy(missing: Sequence[Entry], published: Copy) -> bool:
    """Whether loads take too much room to be kept for the other copy."""
    size = sum(map(measure_entry, missing))
    return size > max(HEAVY_BYTES, HEAVY_PART * published.path.stat().st_size)


def needs_compacting(copy: Copy) -> bool:
    """Whether what closes left unused is a good part of the file."""
    wasted = copy.closes * WASTED_A_CLOSE
    if copy.closes < LEAST_CLOSES:
        return False
    return copy.closes >= MOST_CLOSES or wasted > copy.path.stat().st_size / 4


def is_small(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether compacting costs next to nothing."""
    row = connection.execute(
        "select (select count(*) from articles), (select count(*) from fetch_state)"
    ).fetchone()
    return row is not None and row[0] <= SMALL and row[1] <= SMALL * STATES_AN_ARTICLE
