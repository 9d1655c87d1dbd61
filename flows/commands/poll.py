"""`copydesk poll`."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.exits import ExitCode
from flows.commands.options import (
    DEFAULT_WAREHOUSE,
    DEFAULTS,
    AllowPrivate,
    BatchSize,
    Budget,
    Json,
    MaxBytes,
    Pace,
    Quiet,
    TimeLimit,
    Wait,
    Warehouse,
    Workers,
    read_limits,
)
from flows.report import BATCH_SIZE, PollOptions, RunReport

Names = Annotated[
    list[str],
    typer.Argument(
        metavar="[SOURCE…]",
        help="Names of sources (`copydesk sources list`); all that are on, where none is named.",
        show_default=False,
    ),
]
Now = Annotated[
    bool, typer.Option("--now", help="Poll them whether they are due or not.", show_default=False)
]


def poll(
    sources: Names = [],  # noqa: B006 - never changed
    now: Now = False,
    pace: Pace = None,
    budget: Budget = 300.0,
    allow_private: AllowPrivate = False,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    workers: Workers = 0,
    batch_size: BatchSize = BATCH_SIZE,
    wait: Wait = 60.0,
    quiet: Quiet = False,
    json: Json = False,
    max_bytes: MaxBytes = DEFAULTS.document_bytes,
    time_limit: TimeLimit = DEFAULTS.seconds,
) -> int:
    """Fetch what is new from the sources that are due, and load it.

    Unchanged feeds cost one small request, and no page is fetched twice without need.
    Each host is asked in its own pace, within its robots.txt.
    What is not done when it ends, or is killed, is due in the next poll.

    [bold]Examples[/bold]

      $ copydesk sources add https://example.org/feed.xml
      $ copydesk poll
      $ copydesk poll example-org --now
      $ */10 * * * * copydesk poll --quiet --warehouse /srv/news.duckdb
    """
    from flows.runner import run_poll
    from flows.show.run import follow_run, show_report
    from flows.temporary_server import start_server

    options = PollOptions(
        warehouse=warehouse,
        sources=tuple(sources),
        at_once=now,
        pace=pace,
        budget=budget,
        allow_private=allow_private,
        workers=workers,
        batch_size=batch_size,
        wait_seconds=wait,
        limits=read_limits(max_bytes, time_limit),
    )
    check_names(options)
    with follow_run("poll", quiet=quiet, json=json) as follow:
        start_server()
        report = run_poll(options, follow)
    show_report(report, warehouse, quiet=quiet, json=json)
    return judge_poll(report)


def judge_poll(report: RunReport) -> int:
    """The exit code: on the web some pages are always problems, and no reason to fail."""
    return ExitCode.WELL if report.status == "completed" else ExitCode.NOTHING_DONE


def check_names(options: PollOptions) -> None:
    """Raise UsageError for a name that no source has, and where there is no source at all."""
    from tasks.errors import UsageError
    from warehouse.live_state import read_sources

    known = {source.name for source in read_sources(options.warehouse)}
    unknown = [name for name in options.sources if name not in known]
    if unknown:
        raise UsageError(
            f"There is no source named {', '.join(unknown)}.", "See `copydesk sources list`."
        )
    if not known:
        raise UsageError(
            f"{options.warehouse} has no sources yet.",
            "Add one: copydesk sources add https://example.org/feed.xml",
        )
