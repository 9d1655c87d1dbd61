"""`copydesk doctor`."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.exits import ExitCode
from flows.commands.options import DEFAULT_WAREHOUSE, Json, Wait, Warehouse, Workers

Deep = Annotated[
    bool, typer.Option("--deep", help="Look at every row, every archived page, and both copies.")
]
Sample = Annotated[
    int | None,
    typer.Option(
        "--sample",
        metavar="N",
        min=1,
        help="With --deep: look at N pages and N articles instead of all of them.",
    ),
]
Repair = Annotated[
    bool, typer.Option("--repair", help="With --deep: mend what the archive allows to mend.")
]


def doctor(
    deep: Deep = False,
    sample: Sample = None,
    repair: Repair = False,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    workers: Workers = 0,
    wait: Wait = 60.0,
    json: Json = False,
) -> int:
    """Check versions, the warehouse, its archive, locks, the disk and the Prefect server.

    Changes nothing but with --repair; says what to do about what is not well.
    Exits with 1 when a check fails.

    [bold]Examples[/bold]

      $ copydesk doctor
      $ copydesk doctor --deep --sample 1000
      $ copydesk doctor --deep --repair
    """
    from flows.doctor import examine
    from flows.show.integrity import Findings, follow_check
    from tasks.errors import UsageError

    if (sample is not None or repair) and not deep:
        raise UsageError("--sample and --repair go with --deep.", "Add --deep.")
    findings = Findings(json=json)
    for check in examine(warehouse):
        findings.add(check)
    if deep:
        from flows.integrity import examine_deep

        with follow_check(json) as progress:
            for found in examine_deep(warehouse, sample, progress, wait):
                findings.add(found)
    if repair and findings.is_damaged:
        from flows.report import RepairOptions
        from flows.runner import run_repair
        from flows.show.run import follow_run
        from flows.temporary_server import start_server

        options = RepairOptions(warehouse=warehouse, workers=workers, wait_seconds=wait)
        with follow_run("repair", json=json) as follow:
            start_server()
            run_repair(options, follow)
        findings.begin_again()
        for check in examine(warehouse):
            findings.add(check, silent=True)
        with follow_check(json) as progress:
            for found in examine_deep(warehouse, sample, progress, wait):
                findings.add(found)
    findings.close()
    return ExitCode.NOTHING_DONE if findings.has_failed else ExitCode.WELL
