"""`copydesk tables`."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.exits import ExitCode
from tasks.errors import UsageError

if TYPE_CHECKING:
    from warehouse.dictionary import TableNote


class NoteFormat(StrEnum):
    """How `tables` prints."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    OVERVIEW = "overview"
    DBT = "dbt"


Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="TABLE…", help="Tables, views or macros; all of them without any."),
]
Format = Annotated[
    NoteFormat,
    typer.Option(
        "--format",
        "-f",
        help="Overview is Markdown too, a list of column names; dbt a source file.",
    ),
]


def tables(names: Names = None, format: Format = NoteFormat.TABLE) -> int:
    """Say what every table, view and column of a warehouse holds, and what macros take and give.

    [bold]Examples[/bold]

      $ copydesk tables quotes search
      $ copydesk tables --format markdown > tables.md
      $ copydesk tables --format dbt > models/copydesk.yml
    """
    from warehouse.dbt import print_dbt
    from warehouse.dictionary import print_chapters, print_overview, read_dictionary

    notes = read_dictionary()
    known = {note.name for note in notes}
    for name in names or ():
        if name not in known:
            raise UsageError(
                f"There is no table, view or macro {name}.",
                f"There are: {', '.join(sorted(known))}.",
            )
    chosen = tuple(note for note in notes if not names or note.name in names)
    if format is NoteFormat.MARKDOWN:
        sys.stdout.write(print_chapters(chosen))
    elif format is NoteFormat.OVERVIEW:
        sys.stdout.write(print_overview(chosen))
    elif format is NoteFormat.DBT:
        sys.stdout.write(print_dbt(chosen))
    elif format is NoteFormat.JSON:
        _write_json(chosen)
    else:
        _show(chosen)
    return ExitCode.WELL


def _write_json(notes: tuple[TableNote, ...]) -> None:
    """An object for each column; `about` is the comment of its table, view or macro."""
    from flows.show import rows as show

    heads = ("table", "kind", "is_view", "about", "column", "type", "comment")
    rows = [
        (n.call, n.kind, n.kind == "view", n.comment, c.name, c.type, c.comment)
        for n in notes
        for c in n.columns
    ]
    show.write_json(heads, rows, sys.stdout)


def _show(notes: tuple[TableNote, ...]) -> None:
    """What each table, view or macro holds, and below it a row for each column."""
    from flows.show import rows as show
    from flows.show.console import say

    for note in notes:
        say(f"{note.call} ({note.kind}): {note.comment}")
        rows = [(column.name, column.type, column.comment) for column in note.columns]
        show.show_table(("column", "type", "comment"), iter(rows), 0, sys.stdout)
