"""`copydesk sql`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer

from flows.commands.exits import ExitCode
from flows.commands.options import DEFAULT_WAREHOUSE, Warehouse
from tasks.errors import UsageError


class RowFormat(StrEnum):
    """How `sql` prints rows."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


Query = Annotated[
    str,
    typer.Argument(
        metavar="QUERY", help="One SQL statement, or - for standard input.", show_default=False
    ),
]
Format = Annotated[
    RowFormat, typer.Option("--format", "-f", help="JSON is a list of objects; CSV has a header.")
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Write to a file; Parquet must.", show_default=False
    ),
]
Rows = Annotated[
    int | None,
    typer.Option(
        "--rows",
        min=0,
        help="Rows of a table; 0 is all. On a terminal 200, in a pipe all.",
        show_default=False,
    ),
]


def sql(
    query: Query,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    format: Format = RowFormat.TABLE,
    output: Output = None,
    rows: Rows = None,
) -> int:
    """Ask the warehouse a question in DuckDB's SQL; nothing can be written.

    Works at any time: it sees all of a run or nothing of it.
    A table on a terminal is cut to fit; the other formats give every value.

    [bold]Examples[/bold]

      $ copydesk sql "select title, authors from latest_articles limit 5"
      $ copydesk sql "from problem_summary" --format json
      $ copydesk sql "from articles" --format parquet --output articles.parquet
      $ copydesk sql - < question.sql
    """
    statement = _read_statement(query)
    if format is RowFormat.PARQUET:
        _write_parquet(warehouse, statement, output)
        return ExitCode.WELL

    from flows.show import rows as show
    from warehouse.read import run_query

    result = run_query(warehouse, statement)
    with _open_output(output) as stream:
        if format is RowFormat.CSV:
            show.write_csv(result.columns, result.rows, stream)
        elif format is RowFormat.JSON:
            show.write_json(result.columns, result.rows, stream)
        else:
            show.show_table(result.columns, result.rows, rows, stream)
    return ExitCode.WELL


def _write_parquet(warehouse: Path, statement: str, output: Path | None) -> None:
    if output is None:
        raise UsageError("Parquet is not printed.", "Name a file with --output FILE.")
    from warehouse.read import write_query

    write_query(warehouse, statement, "parquet", output)


def _read_statement(query: str) -> str:
    import sys

    text = sys.stdin.buffer.read().decode("utf-8", "replace") if query == "-" else query
    if not text.strip():
        raise UsageError("The query is empty.", 'Write one: copydesk sql "from latest_articles".')
    return text


@contextmanager
def _open_output(output: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that appears only when it is complete."""
    import sys

    if output is None:
        yield sys.stdout
        return
    part = output.with_name(output.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
