"""Running the flows from a program: Prefect is imported and made quiet only here."""

from __future__ import annotations

from dataclasses import fields
from importlib import import_module
from typing import Any, cast

from flows.report import (
    IngestOptions,
    MaintainOptions,
    PollOptions,
    RepairOptions,
    Reporter,
    ReprocessOptions,
    RunReport,
)
from flows.server import check_server, find_server, prepare_environment, run_briefly
from tasks.pool import load_ahead


def run_ingest(options: IngestOptions, report: Reporter) -> RunReport:
    """Run the `ingest` flow here, on the server that Prefect is set to use or a temporary one.

    Raises a `CopydeskError` that says what to do: no such source, a busy, damaged or newer
    warehouse, a full disk, an unreachable server.
    """
    return _run_flow("ingest", options, report)


def run_reprocess(options: ReprocessOptions, report: Reporter) -> RunReport:
    """Run the `reprocess` flow here; raises like `run_ingest`."""
    return _run_flow("reprocess", options, report)


def run_poll(options: PollOptions, report: Reporter) -> RunReport:
    """Run the `poll` flow here; raises like `run_ingest`, and `FetchBusy`."""
    return _run_flow("poll", options, report)


def run_maintain(options: MaintainOptions, report: Reporter) -> RunReport:
    """Run the `maintain` flow here; raises like `run_poll`."""
    return _run_flow("maintain", options, report)


def run_repair(options: RepairOptions, report: Reporter) -> RunReport:
    """Run the `repair` flow here; raises like `run_ingest`."""
    return _run_flow("repair", options, report)


def _run_flow(
    name: str,
    options: IngestOptions | ReprocessOptions | PollOptions | MaintainOptions | RepairOptions,
    report: Reporter,
) -> RunReport:
    """Run `flows.<name>.<name>` with the options as its parameters, whose names they bear."""
    prepare_environment()
    load_ahead()
    check_server(find_server())
    from flows.progress import report_to

    run = getattr(import_module(f"flows.{name}"), name)
    with run_briefly(), report_to(report):
        return cast("RunReport", run(**list_parameters(options)))


def list_parameters(options: object) -> dict[str, Any]:
    """The fields of some options by name; tuples are lists, as the flows' parameters are."""
    given = {field.name: getattr(options, field.name) for field in fields(cast("Any", options))}
    return {k: list(v) if isinstance(v, tuple) else v for k, v in given.items()}
