"""Rows of a query: as a table that fits the terminal, as CSV, as JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import IO

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.formats import to_json
from flows.plain import to_plain
from flows.show.console import UNBOUNDED, note, show_controls

Row = Sequence[object]

# Rows of a table on a terminal, where nothing else is asked for.
TERMINAL_ROWS = 200
# A column this narrow (an id, a date, a count) is never cut.
NEVER_CUT = 26
# A column that is cut keeps at least this much; with less, rows are shown one under another.
LEAST = 12


def write_csv(columns: Sequence[str], rows: Iterable[Row], stream: IO[str]) -> None:
    """RFC 4180 with a header, lines ending in a newline; null is empty, times are ISO 8601."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if value is None else _print_value(value) for value in row])


def write_json(columns: Sequence[str], rows: Iterable[Row], stream: IO[str]) -> None:
    """A list of objects, streamed; columns of the same name are told apart by a number."""
    names = _tell_apart(columns)
    opening = "["
    for row in rows:
        values = {name: to_plain(value) for name, value in zip(names, row, strict=True)}
        stream.write(f"{opening}\n{to_json(values)}")
        opening = ","
    stream.write("[]\n" if opening == "[" else "\n]\n")


def _tell_apart(columns: Sequence[str]) -> list[str]:
    names: list[str] = []
    for column in columns:
        name, number = column, 1
        while name in names:
            name, number = f"{column}_{number}", number + 1
        names.append(name)
    return names


def _print_value(value: object) -> str:
    plain = to_plain(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def show_table(
    columns: Sequence[str], rows: Iterator[Row], most: int | None, stream: IO[str]
) -> None:
    """A table as wide as the terminal; uncut where `stream` is not one. `most` rows, 0 for all."""
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = UNBOUNDED
    limit = most if most is not None else (TERMINAL_ROWS if console.is_terminal else 0)
    cells = [_print_cells(row) for row in (islice(rows, limit) if limit else rows)]
    widths = _share_width(_measure(columns, cells), console.width)
    if widths is None:
        _show_records(console, columns, cells)
    else:
        console.print(_tabulate(columns, cells, widths))
    if limit and next(rows, None) is not None:
        note(f"{limit:,} rows are shown; --rows 0 shows all, and so does --format csv.")


def _print_cells(row: Row) -> list[tuple[str, str]]:
    """(text, style) of each value, on one line."""
    return [_print_cell(value) for value in row]


def _print_cell(value: object) -> tuple[str, str]:
    if value is None:
        return "null", "dim"
    if isinstance(value, datetime):
        moment = value.astimezone(UTC) if value.tzinfo else value
        return moment.replace(tzinfo=None).isoformat(" ", "seconds") + (
            "Z" if value.tzinfo else ""
        ), ""
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return show_controls(" ".join(_print_value(value).split())), "number" if number else ""


def _measure(columns: Sequence[str], cells: Sequence[Sequence[tuple[str, str]]]) -> list[int]:
    widths = [cell_len(column) for column in columns]
    for row in cells:
        widths = [max(w, cell_len(text)) for w, (text, _) in zip(widths, row, strict=True)]
    return widths


def _share_width(natural: Sequence[int], total: int) -> list[int] | None:
    """A width for each column: the narrow ones whole, the rest of the line shared by the others.
    None where a line is too short for that."""
    room = total - 3 * len(natural) - 1
    if sum(natural) <= room:
        return list(natural)
    widths = [width if width <= NEVER_CUT else 0 for width in natural]
    cut = [index for index, width in enumerate(widths) if not width]
    left = room - sum(widths)
    if not cut or left < LEAST * len(cut):
        return None
    for taken, index in enumerate(sorted(cut, key=lambda index: natural[index])):
        widths[index] = min(natural[index], left // (len(cut) - taken))
        left -= widths[index]
    return widths


def _tabulate(
    columns: Sequence[str],
    cells: Sequence[Sequence[tuple[str, str]]],
    widths: Sequence[int],
) -> Table:
    table = Table(box=box.ROUNDED, show_edge=True)
    numeric = [
        any(row[index][1] == "number" for row in cells) and all(row[index][1] for row in cells)
        for index in range(len(columns))
    ]
    for column, width, right in zip(columns, widths, numeric, strict=True):
        table.add_column(
            Text(column),
            width=width,
            no_wrap=True,
            overflow="ellipsis",
            justify="right" if right else "left",
        )
    for row in cells:
        table.add_row(*(Text(text, "dim" if style == "dim" else "") for text, style in row))
    return table


def _show_records(
    console: Console, columns: Sequence[str], cells: Sequence[Sequence[tuple[str, str]]]
) -> None:
    """Rows one under another, a line a column: for more columns than a line holds."""
    margin = max(cell_len(column) for column in columns)
    for number, row in enumerate(cells, start=1):
        console.rule(Text(f"row {number}", style="dim"), align="left", style="dim")
        for column, (text, style) in zip(columns, row, strict=True):
            name = column + " " * (margin - cell_len(column))
            line = Text.assemble((name, "bold"), "  ", (text, "dim" if style == "dim" else ""))
            console.print(line, no_wrap=True, overflow="ellipsis")
