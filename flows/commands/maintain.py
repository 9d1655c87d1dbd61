"""`copydesk maintain`."""

from __future__ import annotations

from typing import Annotated, Any

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


def _keep(name: str, said: str) -> Any:  # noqa: ANN401 - typer's option
    """An option for how long something is kept."""
    return typer.Option(f"--keep-{name}", metavar="AGE", help=said, show_default="for ever")


KeepBodies = Annotated[str, _keep("bodies", "How long the text of articles is kept.")]
KeepSuperseded = Annotated[
    str, _keep("superseded-bodies", "How long the text of earlier versions is kept.")
]
KeepLines = Annotated[str, _keep("removed-lines", "How long lines that are no text are kept.")]
KeepEvidence = Annotated[str, _keep("evidence", "How long it is kept why a field is what it is.")]
KeepArchive = Annotated[
    str, _keep("archive", "How long the bytes of documents are kept in the archive.")
]
Compact = Annotated[
    bool, typer.Option("--compact", help="Write the file anew, as small as it can be.")
]


def maintain(
    keep_days: KeepDays = 90,
    keep_bodies: KeepBodies = "",
    keep_superseded_bodies: KeepSuperseded = "",
    keep_removed_lines: KeepLines = "",
    keep_evidence: KeepEvidence = "",
    keep_archive: KeepArchive = "",
    compact: Compact = False,
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
    The log of fetches is kept for --keep-days; all else for ever, unless a --keep option
    or the environment (COPYDESK_KEEP_ARCHIVE=2y …) says how many days (30d), weeks (26w)
    or years (2y). What is dropped is gone for good, and stands in the table upkeep.

    [bold]Examples[/bold]

      $ copydesk maintain
      $ copydesk maintain --keep-days 30 --quiet
      $ copydesk maintain --keep-removed-lines 90d --keep-archive 2y --compact
    """
    from flows.ages import check_age
    from flows.runner import run_maintain
    from flows.show.run import follow_run, show_report
    from flows.temporary_server import start_server

    given = {
        "bodies": keep_bodies,
        "superseded-bodies": keep_superseded_bodies,
        "removed-lines": keep_removed_lines,
        "evidence": keep_evidence,
        "archive": keep_archive,
    }
    keep = {name: check_age(name, age) for name, age in given.items() if age}
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
        keep=keep,
        compact=compact,
    )
    with follow_run("maintain", quiet=quiet, json=json) as follow:
        start_server()
        report = run_maintain(options, follow)
    show_report(report, warehouse, quiet=quiet, json=json)
    return judge_poll(report)
