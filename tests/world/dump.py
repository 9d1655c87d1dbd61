"""Everything a warehouse says, in a form that two warehouses can be compared by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

# What belongs to the run that did the work, not to the work.
OF_THE_RUN = {
    "run_id", "loaded_at", "edit_ms", "applied_at", "started_at", "finished_at", "seconds",
    "resolved_at", "batch_seq", "seq",
}  # fmt: skip
RUN_TABLES = {"runs", "run_stages", "schema_migrations"}


def dump_warehouse(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Table name → its rows, sorted, without the columns that tell of the run."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where not temporary order by table_name"
        ).fetchall()
        return {
            table: _dump_table(connection, table) for (table,) in tables if table not in RUN_TABLES
        }


def _dump_table(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[Any, ...]]:
    columns = [
        name
        for (name,) in connection.execute(
            "select column_name from duckdb_columns() where table_name = ? order by column_index",
            [table],
        ).fetchall()
        if name not in OF_THE_RUN
    ]
    listed = ", ".join(f'"{name}"' for name in columns)
    rows = connection.execute(f'select {listed} from "{table}"').fetchall()
    return sorted(rows, key=repr)
