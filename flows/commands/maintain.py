"""`copydesk maintain`."""

from __future__ import annotations

from typing import Annotated

import typer

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
from flows.commands.poll import judge_poll
from flows.report import BATCH_SIZE, MaintainOptions

KeepDays = Annotated[
    int,
    typer.Option(
        "--keep-days", metavar="DAYS", min=1, help="Days that the log of fetches goes back."
    ),
]


def maintain(
    keep_days: KeepDays = 90,
    pace: Pace = None,
    budget: Budget = 900.0,
    allow_private: AllowPrivate = False,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    workers: Workers = 0,
    batch_size: BatchSize = BATCH_SIZE,
    wait: Wait = 600.0,
    quiet: Quiet = False,
    json: Json = False,
    max_bytes: MaxBytes = DEFAULTS.document_bytes,
    time_limit: TimeLimit = DEFAULTS.seconds,
) -> int:
    """Fetch young articles again, and forget what is old.

    A page is fetched again an hour, a day and a week after the first time
    (--revisit of a source): what changed becomes a version.
    The log of fetches is kept for --keep-days.

    [bold]Examples[/bold]

      $ copydesk maintain
      $ copydesk maintain --keep-days 30 --quiet
    """
    from flows.runner import run_maintain
    from flows.show.run import follow_run, show_report
    from flows.temporary_server import start_server

    options = MaintainOptions(
        warehouse=warehouse,
        keep_days=keep_days,
        pace=pace,
        budget=budget,
        allow_private=allow_private,
        workers=workers,
        batch_size=batch_size,
        wait_seconds=wait,
        limits=read_limits(max_bytes, time_limit),
    )
    with follow_run("maintain", quiet=quiet, json=json) as follow:
        start_server()
        report = run_maintain(options, follow)
    show_report(report, warehouse, quiet=quiet, json=json)
    return judge_poll(report)
