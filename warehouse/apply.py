"""Applying journal entries to one copy: set-based SQL in one transaction, its ledger row first.

What comes out depends on the entries and on the rows that are there, on nothing else (no clock, no
chance, nor whether entries are applied one by one or together), so that two copies that apply the
same entries hold the same rows. Only narrow columns of
the big tables are scanned, and rows are deleted by load number as well as by id, which lets DuckDB
skip what was loaded at other times: the cost follows what is new, not the size.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import duckdb

from tasks.tally import Tally
from warehouse.apply_documents import load_documents
from warehouse.apply_live import apply_live, is_live
from warehouse.apply_upkeep import KIND as UPKEEP
from warehouse.apply_upkeep import apply_upkeep
from warehouse.journal import Entry
from warehouse.ledger import claim, find_recorded, write_counts
from warehouse.links import apply_links
from warehouse.migrate import transaction
from warehouse.outlet_zones import replace_zones
from warehouse.site_lines import replace_lines


def apply_entries(connection: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> list[Tally]:
    """Apply entries in order, all or none of them, and return the counts of each; one that was
    applied before changes nothing and has the counts it had."""
    tallies: list[Tally] = []
    with transaction(connection):
        # Batches are loaded together; each of the others sees what came before it.
        for _, group in groupby(entries, key=lambda entry: entry.kind == "batch" or entry.number):
            tallies += apply_together(connection, list(group))
    return tallies


def apply_entry(connection: duckdb.DuckDBPyConnection, entry: Entry) -> Tally:
    """Apply one entry, whole or not at all, and return its counts."""
    return apply_entries(connection, [entry])[0]


def apply_together(connection: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> list[Tally]:
    """Apply entries of one kind inside the transaction that is open."""
    fresh = [entry for entry in entries if claim(connection, entry)]
    tallies: dict[int, Tally] = {}
    if entries[0].kind == "run":
        for entry in fresh:
            insert_run(connection, entry)
    elif entries[0].kind == "links":
        for entry in fresh:
            apply_links(connection, entry)
    elif is_live(entries[0]):
        for entry in fresh:
            apply_live(connection, entry)
    elif entries[0].kind == UPKEEP:
        for entry in fresh:
            apply_upkeep(connection, entry)
    elif loaded := [entry for entry in fresh if entry.file("documents")]:
        tallies = load_documents(connection, loaded)
        for entry in loaded:
            write_counts(connection, entry, tallies[entry.number])
    return [
        tallies.get(entry.number) or find_recorded(connection, entry.id) or Tally()
        for entry in entries
    ]


def insert_run(connection: duckdb.DuckDBPyConnection, entry: Entry) -> None:
    """The rows of `runs` and `run_stages`; with a completed run, what it learned."""
    run = entry.description["run"]
    if entry.description.get("completed"):
        replace_lines(connection, entry.file("site_lines"))
        replace_zones(connection, entry.file("outlet_zones"))
    connection.execute(f"insert into runs values ({', '.join('?' for _ in run)})", run)
    if stages := entry.description["stages"]:
        connection.executemany("insert into run_stages values (?, ?, ?, ?, ?, ?)", stages)
