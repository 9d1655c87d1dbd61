"""The data dictionary: every table and view of a warehouse, from the comments they carry.

It is read from an empty warehouse of this version in memory, so that it can never differ from what
a new file says of itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from warehouse.migrate import migrate


@dataclass(frozen=True, slots=True)
class ColumnNote:
    """A column: its name, DuckDB's type, what it holds, and whether it always holds something."""

    name: str
    type: str
    comment: str
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class TableNote:
    """A table or view (`is_view`), what a row of it is, and its columns in order."""

    name: str
    is_view: bool
    comment: str
    columns: tuple[ColumnNote, ...]


TABLES = """
select table_name, false as is_view, comment from duckdb_tables() where not internal
union all
select view_name, true, comment from duckdb_views() where not internal
order by is_view, table_name
"""

COLUMNS = """
select table_name, column_name, data_type, coalesce(comment, ''), not is_nullable
from duckdb_columns() where not internal order by table_name, column_index
"""


def read_dictionary() -> tuple[TableNote, ...]:
    """All tables, then all views, each in order of name."""
    with duckdb.connect(":memory:") as connection:
        migrate(connection)
        tables = connection.execute(TABLES).fetchall()
        columns = connection.execute(COLUMNS).fetchall()
    return tuple(
        TableNote(
            name,
            is_view,
            comment or "",
            tuple(ColumnNote(*rest) for table, *rest in columns if table == name),
        )
        for name, is_view, comment in tables
    )


def print_overview(notes: tuple[TableNote, ...]) -> str:
    """A Markdown list of tables and one of views, each with its comment and its columns."""
    return "\n".join(
        f"**{head}**\n\n" + "".join(_print_entry(note) for note in notes if note.is_view == views)
        for head, views in (("Tables", False), ("Views", True))
    )


def _print_entry(note: TableNote) -> str:
    columns = ", ".join(f"`{column.name}`" for column in note.columns)
    return f"- **`{note.name}`**: {note.comment}.<br>{columns}\n".replace("..<br>", ".<br>")


def print_chapters(notes: tuple[TableNote, ...]) -> str:
    """A Markdown chapter for each table and view, a row for each column."""
    return "\n".join(_print_chapter(note) for note in notes)


def _print_chapter(note: TableNote) -> str:
    kind = "View" if note.is_view else "Table"
    rows = "".join(
        f"| `{column.name}` | {column.type} | {_escape(column.comment)} |\n"
        for column in note.columns
    )
    comment = note.comment.rstrip(".")
    return (
        f"## {note.name}\n\n{kind}: {comment}.\n\n"
        f"| column | type | what it holds |\n|---|---|---|\n{rows}"
    )


def _escape(text: str) -> str:
    return text.replace("|", "\\|")
