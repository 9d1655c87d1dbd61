"""What is staged as SQL sees it: a view a table, of all entries that are loaded together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from warehouse.connect import quote
from warehouse.journal import Entry
from warehouse.rows import DOCUMENT_POSITION, DOCUMENTS, Column, Staged, staged_format

SQL_TYPES = {
    "text": "VARCHAR",
    "texts": "VARCHAR[]",
    "int": "BIGINT",
    "ints": "BIGINT[]",
    "key": "UBIGINT",
    "keys": "UBIGINT[]",
    "real": "REAL",
    "double": "DOUBLE",
    "bool": "BOOLEAN",
    "time": "TIMESTAMPTZ",
    "day": "DATE",
}

# Positions of documents count on from load to load: load number times this, plus the position.
PLACES = 2**20


def list_loads(connection: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> None:
    """A table `loads` of the entries."""
    rows = ", ".join(
        f"({entry.number}, {quote(entry.id)}, {quote(entry.description['run_id'])}, "
        f"{quote(entry.description['loaded_at'])}::timestamptz)"
        for entry in entries
    )
    connection.execute(
        "create or replace temp table loads as "
        f"from (values {rows}) as loads(load_number, batch_id, run_id, loaded_at)"
    )


def child_of(table: Staged) -> Callable[[Entry], bool]:
    """Whether an entry has rows of that table."""
    return lambda entry: entry.file(table.name) is not None


def view_staged(
    connection: duckdb.DuckDBPyConnection, entries: Sequence[Entry], table: Staged
) -> None:
    """A view `all_<table>` of what is staged; a table without rows is an empty view."""
    parts = [
        show_staged(connection, entry, table, file)
        for entry in entries
        if (file := entry.file(table.name)) is not None
    ]
    query = " union all ".join(parts) or show_empty(table)
    connection.execute(f"create or replace temp view all_{table.name} as {query}")


def show_staged(
    connection: duckdb.DuckDBPyConnection, entry: Entry, table: Staged, file: Path
) -> str:
    """One entry's rows of a table, with every column of today: one that the entry lacks (an older
    version staged it) is null. `document_position` counts on from load to load."""
    origin = f"from read_parquet({quote(str(file))})"
    there = {column.name for column in table.columns}
    if entry.description["format"] != staged_format():
        there &= column_names(connection, origin)
    place = "position" if table is DOCUMENTS else "document_position"
    shown = [
        show_column(column, there) for column in table.columns if column is not DOCUMENT_POSITION
    ]
    shown.append(f"{place} + {entry.number * PLACES}::bigint as document_position")
    if table is DOCUMENTS:
        shown.append(f"{entry.number} as load_number")
    return f"select {', '.join(shown)} {origin}"


def show_empty(table: Staged) -> str:
    """The columns of a table, and no rows."""
    shown = [show_column(column, set()) for column in table.columns]
    return f"select {', '.join(shown)} where false"


def column_names(connection: duckdb.DuckDBPyConnection, origin: str) -> set[str]:
    """The columns that a "from …" has."""
    description = connection.execute(f"select * {origin} limit 0").description
    return {column[0] for column in description or ()}


def show_column(column: Column, there: set[str]) -> str:
    """The column as staged, or null of its type."""
    if column.name in there:
        return column.name
    return f"null::{SQL_TYPES[column.kind]} as {column.name}"
