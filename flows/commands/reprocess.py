"""`copydesk reprocess`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from flows.commands.exits import ExitCode
from flows.commands.ingest import judge_end
from flows.commands.options import (
    DEFAULT_WAREHOUSE,
    DEFAULTS,
    BatchSize,
    Json,
    MaxBytes,
    Quiet,
    TimeLimit,
    Wait,
    Warehouse,
    Workers,
    parse_moment,
    read_limits,
)
from flows.report import BATCH_SIZE, ReprocessOptions, RunReport
from tasks.errors import UsageError

All = Annotated[bool, typer.Option("--all", help="Everything in the archive.")]
Articles = Annotated[
    list[str], typer.Option("--article", metavar="ID", help="An article, by its id; repeatable.")
]
Documents = Annotated[
    list[str], typer.Option("--document", metavar="ID", help="A document, by its id; repeatable.")
]
Outlets = Annotated[
    list[str], typer.Option("--outlet", metavar="NAME", help="All of an outlet; repeatable.")
]
Codes = Annotated[
    list[str], typer.Option("--code", metavar="CODE", help="Problems with this code; repeatable.")
]
Since = Annotated[
    datetime | None,
    typer.Option(
        "--since",
        metavar="TIME",
        parser=parse_moment,
        help="What was fetched since a day or a time, UTC where it has no offset.",
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only print which fields would change; write nothing.")
]


def reprocess(
    everything: All = False,
    article: Articles = [],  # noqa: B006 - typer's default of a repeatable option
    document: Documents = [],  # noqa: B006
    outlet: Outlets = [],  # noqa: B006
    since: Since = None,
    code: Codes = [],  # noqa: B006
    dry_run: DryRun = False,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    workers: Workers = 0,
    batch_size: BatchSize = BATCH_SIZE,
    wait: Wait = 60.0,
    quiet: Quiet = False,
    json: Json = False,
    max_bytes: MaxBytes = DEFAULTS.document_bytes,
    time_limit: TimeLimit = DEFAULTS.seconds,
) -> int:
    """Edit documents again, from the bytes in the archive.

    For when rules or fields have become better.
    Several selections add up; --since narrows them.

    [bold]Examples[/bold]

      $ copydesk reprocess --all --dry-run
      $ copydesk reprocess --outlet "The Daily Example" --since 2026-11-01
      $ copydesk reprocess --code time-limit --time-limit 60
    """
    if everything == bool(article or document or outlet or since or code):
        raise UsageError(
            "Say what to reprocess.",
            "Give --all, or a selection: --article, --document, --outlet, --since, --code.",
        )
    options = ReprocessOptions(
        warehouse=warehouse,
        article_ids=tuple(article),
        document_ids=tuple(document),
        outlets=tuple(outlet),
        problem_codes=tuple(code),
        since=since,
        dry_run=dry_run,
        workers=workers,
        batch_size=batch_size,
        wait_seconds=wait,
        limits=read_limits(max_bytes, time_limit),
    )
    report = run_selection(options, quiet=quiet, json=json)
    return judge_end(report) or _judge_selection(report, everything)


def run_selection(options: ReprocessOptions, quiet: bool, json: bool) -> RunReport:
    """Run it, show its progress and what came of it."""
    from flows.runner import run_reprocess
    from flows.show.run import follow_run, show_changes, show_report
    from flows.temporary_server import start_server

    with follow_run("reprocess", quiet=quiet, json=json) as follow:
        start_server()
        report = run_reprocess(options, follow)
    if options.dry_run and not (quiet or json):
        show_changes(report)
        return report
    show_report(report, options.warehouse, quiet=quiet, json=json)
    return report


def _judge_selection(report: RunReport, everything: bool) -> int:
    """A selection that finds nothing is a slip of the caller; an empty warehouse is not."""
    from flows.show.console import complain

    if report.tally.read == 0 and not everything:
        complain("The selection matches no document.", "Nothing was reprocessed.")
        return ExitCode.NOTHING_DONE
    return ExitCode.WELL
