"""Everything a warehouse says, in a form that two warehouses can be compared by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

# What belongs to the run that did the work, not to the work. The record of a killed run is a load
# too, so load numbers shift, and with them the names of links.
OF_THE_RUN = {"run_id", "loaded_at", "edit_ms", "load_number", "through", "joined_at", "changed_at"}
OF_THE_RUN_IN = {"problems": {"first_seen_at", "last_seen_at", "resolved_at"}}
# How stories came to be depends on the portions that are linked together, what they are does not.
RUN_TABLES = {"runs", "run_stages", "schema_migrations", "story_changes"}


def dump_warehouse(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Table name → its rows, sorted, without the columns that tell of the run."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where not temporary order by table_name"
        ).fetchall()
        names = _name_stories(connection)
        return {
            table: _dump_table(connection, table, names)
            for (table,) in tables
            if table not in RUN_TABLES
        }


def _name_stories(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Each story by the least of its articles: its id depends on which came first."""
    query = "select story_id, 'story of ' || min(article_id) from story_articles group by story_id"
    return dict(connection.execute(query).fetchall())


def _dump_table(
    connection: duckdb.DuckDBPyConnection, table: str, names: dict[str, str]
) -> list[tuple[Any, ...]]:
    columns = [
        name
        for (name,) in connection.execute(
            "select column_name from duckdb_columns() where table_name = ? order by column_index",
            [table],
        ).fetchall()
        if name not in OF_THE_RUN | OF_THE_RUN_IN.get(table, set())
    ]
    listed = ", ".join(f'"{name}"' for name in columns)
    condition = "kind not in ('run', 'links')" if table == "batches" else "true"
    rows = connection.execute(f'select {listed} from "{table}" where {condition}').fetchall()
    named = [tuple(names.get(v, v) if type(v) is str else v for v in row) for row in rows]
    return sorted(named, key=repr)
