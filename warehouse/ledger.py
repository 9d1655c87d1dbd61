"""The ledger: a row of `batches` for each load that a copy holds, with its counts."""

from __future__ import annotations

import json
from collections import Counter

import duckdb

from tasks.tally import Tally
from warehouse.journal import Entry


def claim(connection: duckdb.DuckDBPyConnection, entry: Entry) -> bool:
    """Write the ledger row; False when it is there already."""
    about = entry.description
    values = [entry.id, entry.kind, entry.number, about["run_id"], about["number"]]
    row = connection.execute(
        "insert into batches values (?, ?, ?, ?, ?, ?::timestamptz, 0, 0, 0, 0, 0, '{}') "
        "on conflict do nothing returning 1",
        [*values, about["loaded_at"]],
    ).fetchone()
    return row is not None


def write_counts(connection: duckdb.DuckDBPyConnection, entry: Entry, tally: Tally) -> None:
    """Keep the counts in the ledger."""
    codes = json.dumps(tally.problem_codes, sort_keys=True)
    connection.execute(
        "update batches set documents = ?, new_articles = ?, updated_articles = ?, "
        "unchanged = ?, problems = ?, problem_codes = ? where batch_id = ?",
        [tally.read, tally.new, tally.updated, tally.unchanged, tally.problems, codes, entry.id],
    )


def find_recorded(connection: duckdb.DuckDBPyConnection, batch_id: str) -> Tally | None:
    """The counts of a batch that was loaded; None when it was not."""
    row = connection.execute(
        "select documents, new_articles, updated_articles, unchanged, problems, problem_codes "
        "from batches where batch_id = ?",
        [batch_id],
    ).fetchone()
    if row is None:
        return None
    read, new, updated, unchanged, problems, codes = row
    return Tally(read, new, updated, unchanged, problems, Counter(json.loads(codes)))


def count_run(connection: duckdb.DuckDBPyConnection, run_id: str) -> Tally:
    """The sum of the counts of all batches that a run has loaded."""
    rows = connection.execute(
        "select documents, new_articles, updated_articles, unchanged, problems, problem_codes "
        "from batches where run_id = ?",
        [run_id],
    ).fetchall()
    total = Tally()
    for read, new, updated, unchanged, problems, codes in rows:
        counts = Counter(json.loads(codes))
        total = total.plus(Tally(read, new, updated, unchanged, problems, counts))
    return total
