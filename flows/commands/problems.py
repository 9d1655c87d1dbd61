"""`copydesk problems list|show|retry`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.exits import DeskCommand, ExitCode
from flows.commands.ingest import judge_end
from flows.commands.options import (
    DEFAULT_WAREHOUSE,
    DEFAULTS,
    Json,
    MaxBytes,
    Quiet,
    TimeLimit,
    Wait,
    Warehouse,
    Workers,
    read_limits,
)
from flows.commands.reprocess import run_selection
from flows.report import ReprocessOptions
from flows.show.console import complain
from tasks.errors import UsageError

if TYPE_CHECKING:
    from warehouse.read import ProblemDetail

problems = typer.Typer(
    name="problems",
    help="Documents that became no article: list them, look at one, try again.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

Code = Annotated[
    str | None, typer.Option("--code", metavar="CODE", help="Only problems with this code.")
]
Limit = Annotated[int, typer.Option("--limit", min=1, help="At most so many, newest first.")]
Id = Annotated[str, typer.Argument(metavar="DOCUMENT", help="A document id, as `list` prints it.")]
Ids = Annotated[
    list[str] | None,
    typer.Argument(metavar="[DOCUMENT…]", help="Document ids; without any, all problems."),
]
Bytes = Annotated[
    bool, typer.Option("--bytes", help="Write the kept bytes of the document, and nothing else.")
]


@problems.command("list", cls=DeskCommand)
def list_open(
    code: Code = None,
    limit: Limit = 50,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    json: Json = False,
) -> int:
    """List open problems, newest first."""
    from flows.records import problem_row_record
    from flows.show.console import write_json_line
    from flows.show.desk import show_problems
    from warehouse.read import list_problems

    found = list_problems(warehouse, code=code, limit=limit)
    if json:
        write_json_line([problem_row_record(row) for row in found])
    else:
        show_problems(found, limit, warehouse)
    return ExitCode.WELL


@problems.command(cls=DeskCommand)
def show(
    document: Id,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    json: Json = False,
    bytes: Bytes = False,
) -> int:
    """Show one problem in full, or the bytes it was read from."""
    from flows.records import problem_detail_record
    from flows.show.console import write_bytes, write_json_line
    from flows.show.desk import show_problem

    found = _find(document, warehouse)
    if bytes:
        from flows.explain import read_kept

        write_bytes(read_kept(found.document, warehouse))
    elif json:
        write_json_line(problem_detail_record(found))
    else:
        show_problem(found, warehouse)
    return ExitCode.WELL


@problems.command(cls=DeskCommand)
def retry(
    document: Ids = None,
    code: Code = None,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    workers: Workers = 0,
    wait: Wait = 60.0,
    quiet: Quiet = False,
    json: Json = False,
    max_bytes: MaxBytes = DEFAULTS.document_bytes,
    time_limit: TimeLimit = DEFAULTS.seconds,
) -> int:
    """Edit problem documents again, from the bytes that were kept.

    [bold]Example[/bold]

      $ copydesk problems retry --code time-limit --time-limit 60
    """
    if document and code:
        raise UsageError("Both documents and a code are given.", "Give one of them, or neither.")
    for name in document or ():
        _find(name, warehouse)
    options = ReprocessOptions(
        warehouse=warehouse,
        document_ids=tuple(document or ()),
        problem_codes=(code,) if code else (),
        only_problems=not (document or code),
        workers=workers,
        wait_seconds=wait,
        limits=read_limits(max_bytes, time_limit),
    )
    if not document and not _has_open(warehouse, code):
        complain("There is no such problem to retry.")
        return ExitCode.WELL
    return judge_end(run_selection(options, quiet=quiet, json=json))


def _find(document: str, warehouse: Path) -> ProblemDetail:
    from warehouse.read import show_problem

    found = show_problem(warehouse, document)
    if found is None:
        hint = "`copydesk problems list` prints the ids."
        raise UsageError(f"{warehouse} has no problem with the document id {document}.", hint)
    return found


def _has_open(warehouse: Path, code: str | None) -> bool:
    from warehouse.read import list_problems

    return bool(list_problems(warehouse, code=code, limit=1))
