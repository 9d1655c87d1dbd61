"""The data dictionary: every table, view and macro for people, from the comments they carry.

It is read from an empty warehouse of this version in memory, so that it can never differ from what
a new file says of itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

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
    """A table, view or table macro (`kind`), what a row of it is, and its columns in order.
    `parameters` are those of a macro, in order; all but the first are given by name."""

    name: str
    kind: Literal["table", "view", "macro"]
    comment: str
    columns: tuple[ColumnNote, ...]
    parameters: tuple[str, ...] = ()

    @property
    def call(self) -> str:
        """The name, and of a macro how it is called."""
        if self.kind != "macro":
            return self.name
        first, *others = self.parameters
        return f"{self.name}({', '.join([first, *(f'{name} := …' for name in others)])})"


TABLES = """
select table_name, 'table' as kind, comment from duckdb_tables() where not internal
union all
select view_name, 'view', comment from duckdb_views() where not internal
order by kind, table_name
"""

# Macros without a comment serve others.
MACROS = """
select function_name, comment, parameters from duckdb_functions()
where not internal and function_type = 'table_macro' and comment is not null
order by function_name
"""

# What a macro gives that no table of articles has.
GIVEN = MappingProxyType(
    {
        (
            "search",
            "score",
        ): "BM25 over headline, standfirst, authors and body; the higher the better",
        ("search", "published_on"): "Day it was published, else first seen (UTC)",
        (
            "search",
            "complete",
        ): "Whether the articles found have all of the words, else some of them",
        ("search", "matched"): "How many articles matched, whatever the number asked for",
    }
)

COLUMNS = """
select table_name, column_name, data_type, coalesce(comment, ''), not is_nullable
from duckdb_columns() where not internal order by table_name, column_index
"""


def read_dictionary() -> tuple[TableNote, ...]:
    """All tables, then all views, then all macros for people, each in order of name."""
    with duckdb.connect(":memory:") as connection:
        migrate(connection)
        tables = connection.execute(TABLES).fetchall()
        columns = connection.execute(COLUMNS).fetchall()
        articles = {name: text for table, name, _, text, _ in columns if table == "articles"}
        macros = tuple(_read_macros(connection, articles))
    notes = (
        TableNote(
            name,
            kind,
            comment or "",
            tuple(ColumnNote(*rest) for table, *rest in columns if table == name),
        )
        for name, kind, comment in tables
    )
    return (*notes, *macros)


def _read_macros(
    connection: duckdb.DuckDBPyConnection, articles: Mapping[str, str]
) -> Iterator[TableNote]:
    """The macros that have comments; their columns are those of `articles` or in `GIVEN`."""
    for name, comment, parameters in connection.execute(MACROS).fetchall():
        described = connection.execute(f"describe from {name}('')").fetchall()
        columns = (
            ColumnNote(column, type, GIVEN.get((name, column), articles.get(column, "")))
            for column, type, *_ in described
        )
        yield TableNote(name, "macro", comment, tuple(columns), tuple(parameters))


def print_overview(notes: tuple[TableNote, ...]) -> str:
    """Markdown lists of tables, views and macros, each with its comment and its columns."""
    return "\n".join(
        f"**{kind.title()}s**\n\n" + "".join(_print_entry(n) for n in notes if n.kind == kind)
        for kind in ("table", "view", "macro")
    )


def _print_entry(note: TableNote) -> str:
    columns = ", ".join(f"`{column.name}`" for column in note.columns)
    return f"- **`{note.call}`**: {note.comment}.<br>{columns}\n".replace("..<br>", ".<br>")


def print_chapters(notes: tuple[TableNote, ...]) -> str:
    """A Markdown chapter for each table, view and macro, a row for each column."""
    return "\n".join(_print_chapter(note) for note in notes)


def _print_chapter(note: TableNote) -> str:
    rows = "".join(
        f"| `{column.name}` | {column.type} | {_escape(column.comment)} |\n"
        for column in note.columns
    )
    comment = note.comment.rstrip(".")
    return (
        f"## {note.name}\n\n{note.kind.title()}: {comment}.\n\n"
        + (f"`{note.call}`\n\n" if note.kind == "macro" else "")
        + f"| column | type | what it holds |\n|---|---|---|\n{rows}"
    )


def _escape(text: str) -> str:
    return text.replace("|", "\\|")
