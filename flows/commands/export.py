"""`copydesk export`."""

from __future__ import annotations

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.exits import ExitCode
from flows.commands.options import DEFAULT_WAREHOUSE, Json, Quiet, Warehouse, parse_moment
from tasks.errors import UsageError

if TYPE_CHECKING:
    from flows.show.export import Tell
    from warehouse.export import Exported
    from warehouse.relations import Choice


class ExportFormat(StrEnum):
    """What `export` writes."""

    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"


SUFFIXES = {
    ".parquet": ExportFormat.PARQUET,
    ".csv": ExportFormat.CSV,
    ".jsonl": ExportFormat.JSONL,
    ".ndjson": ExportFormat.JSONL,
}
# Names that ask for a file, and would be given a folder.
UNWRITTEN = frozenset(
    {
        *(".json", ".tsv", ".txt", ".xml", ".html", ".xls", ".xlsx", ".ods"),
        *(".db", ".duckdb", ".sqlite", ".arrow", ".feather"),
    }
)
COMPRESSED = (".gz", ".zst")

Target = Annotated[
    Path,
    typer.Argument(
        metavar="TARGET",
        help="A folder; or a file for one table: .parquet, .csv, .jsonl, also .gz, .zst; or - for "
        "standard output.",
        show_default=False,
    ),
]
Format = Annotated[
    ExportFormat | None,
    typer.Option(
        "--format", "-f", help="By the name of a file; of a folder Parquet.", show_default=False
    ),
]
Tables = Annotated[
    list[str],
    typer.Option(
        "--table", "-t", metavar="NAME", help="A table or view; repeatable. By default articles."
    ),
]
All = Annotated[bool, typer.Option("--all", help="Every table but indexes and the like.")]
Since = Annotated[
    datetime | None,
    typer.Option(
        "--since",
        metavar="TIME",
        parser=parse_moment,
        help="Articles published since a day or a time, UTC where it has no offset; without a "
        "date, those first seen since.",
    ),
]
Until = Annotated[
    datetime | None,
    typer.Option("--until", metavar="TIME", parser=parse_moment, help="… and before this."),
]
Outlets = Annotated[
    list[str],
    typer.Option("--outlet", metavar="NAME", help="Articles of an outlet or site; repeatable."),
]
Where = Annotated[
    str | None,
    typer.Option("--where", metavar="SQL", help="Rows of one table: a condition on its columns."),
]
Force = Annotated[
    bool, typer.Option("--force", help="Replace the file, or the folder that an export made.")
]


def export(
    target: Target,
    format: Format = None,
    table: Tables = [],  # noqa: B006 - typer's default of a repeatable option
    everything: All = False,
    since: Since = None,
    until: Until = None,
    outlet: Outlets = [],  # noqa: B006
    where: Where = None,
    force: Force = False,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Write articles, or any table or view, as Parquet, CSV or JSON lines.

    Works at any time: it shows one state, and holds up nobody. The target is there whole or not at
    all. In a folder, Parquet with a day of publication is parted by month
    (articles/month=2026-11/…). --since, --until and --outlet choose articles, and of other tables
    what belongs to them.

    Rows have a fixed order. In CSV and JSON lines instants are ISO 8601 in UTC; in CSV lists are
    JSON, and null is an empty cell.

    [bold]Examples[/bold]

      $ copydesk export news-parquet --since 2026-11-01
      $ copydesk export articles.csv --outlet "The Daily Example"
      $ copydesk export quotes.jsonl.gz --table quote_index
      $ copydesk export - --format jsonl --where "language = 'de'" | head
      $ copydesk export everything --all --force

    A dbt source file: copydesk tables --format dbt > sources.yml
    """
    from flows.show.export import follow_export, show_exported
    from warehouse.relations import Choice

    if where is not None and (everything or len(set(table)) > 1):
        raise UsageError("--where is for one table.", "Name it with --table.")
    if everything and table:
        raise UsageError("Both --all and tables are given.", "Give one of them.")
    tables = () if everything else tuple(table) or ("articles",)
    choice = Choice(tables, since, until, tuple(outlet), where)
    form, is_folder = judge_target(target, format)
    with follow_export(quiet) as tell:
        done = _write(warehouse, target, choice, form, is_folder, force, tell)
    show_exported(done, target, quiet, json)
    return ExitCode.WELL


def judge_target(target: Path, format: ExportFormat | None) -> tuple[ExportFormat, bool]:
    """What is written, and whether into a folder. Raises `UsageError` where that is not clear."""
    if str(target) == "-":
        if format in (None, ExportFormat.PARQUET):
            raise UsageError("Standard output takes CSV or JSON lines.", "Add --format csv.")
        return format, False
    name = target.with_suffix("") if target.suffix in COMPRESSED else target
    by_name = SUFFIXES.get(name.suffix)
    if name.suffix.lower() in UNWRITTEN:
        raise UsageError(
            f"{name.suffix} is not among the forms that are written.",
            f"Name it {name.with_suffix('.csv')}, .jsonl or .parquet.",
        )
    if name != target and by_name is None:
        raise UsageError(
            f"{target} does not say what it is.", f"Name it {name}.csv{target.suffix}."
        )
    if name != target and by_name is ExportFormat.PARQUET:
        raise UsageError("Parquet is compressed by itself.", f"Name it {name}.")
    if by_name and format not in (None, by_name):
        raise UsageError(f"{target} is to be {format}, by its name {by_name}.", "Leave out one.")
    return format or by_name or ExportFormat.PARQUET, by_name is None


def _write(
    warehouse: Path,
    target: Path,
    choice: Choice,
    format: ExportFormat,
    is_folder: bool,
    force: bool,
    tell: Tell,
) -> tuple[Exported, ...]:
    from warehouse.export import Form, export_file, export_folder, export_stream

    form = Form(format.value)
    if str(target) == "-":
        sys.stdout.flush()
        return (export_stream(warehouse, sys.stdout.buffer, choice, form, tell),)
    if is_folder:
        return export_folder(warehouse, target, choice, form, force, tell)
    return (export_file(warehouse, target, choice, form, force, tell),)
