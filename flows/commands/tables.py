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


Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="TABLE…", help="Tables or views; all of them without any."),
]
Format = Annotated[
    NoteFormat,
    typer.Option("--format", "-f", help="Overview is Markdown too, a list of column names."),
]


def tables(names: Names = None, format: Format = NoteFormat.TABLE) -> int:
    """Say what every table, view and column of a warehouse holds.

    [bold]Examples[/bold]

      $ copydesk tables quotes
      $ copydesk tables --format markdown > tables.md
    """
    from warehouse.dictionary import print_chapters, print_overview, read_dictionary

    notes = read_dictionary()
    known = {note.name for note in notes}
    for name in names or ():
        if name not in known:
            raise UsageError(
                f"There is no table or view {name}.", f"There are: {', '.join(sorted(known))}."
            )
    chosen = tuple(note for note in notes if not names or note.name in names)
    if format is NoteFormat.MARKDOWN:
        sys.stdout.write(print_chapters(chosen))
    elif format is NoteFormat.OVERVIEW:
        sys.stdout.write(print_overview(chosen))
    else:
        _write_rows(chosen, format)
    return ExitCode.WELL


def _write_rows(notes: tuple[TableNote, ...], format: NoteFormat) -> None:
    """A row for each column."""
    from flows.show import rows as show

    heads = ("table", "column", "type", "comment")
    rows = [(n.name, c.name, c.type, c.comment) for n in notes for c in n.columns]
    if format is NoteFormat.JSON:
        show.write_json(heads, rows, sys.stdout)
    else:
        show.show_table(heads, iter(rows), 0, sys.stdout)
