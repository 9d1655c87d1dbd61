"""Running the flows from a program: Prefect is imported and made quiet only here."""

from __future__ import annotations

from flows.report import (
    IngestOptions,
    MaintainOptions,
    PollOptions,
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
    prepare_environment()
    load_ahead()
    check_server(find_server())
    from flows.ingest import ingest
    from flows.progress import report_to

    with run_briefly(), report_to(report):
        return ingest(
            sources=list(options.sources),
            warehouse=options.warehouse,
            workers=options.workers,
            batch_size=options.batch_size,
            wait_seconds=options.wait_seconds,
            limits=options.limits,
        )


def run_reprocess(options: ReprocessOptions, report: Reporter) -> RunReport:
    """Run the `reprocess` flow here; raises like `run_ingest`."""
    prepare_environment()
    load_ahead()
    check_server(find_server())
    from flows.progress import report_to
    from flows.reprocess import reprocess

    with run_briefly(), report_to(report):
        return reprocess(
            warehouse=options.warehouse,
            article_ids=list(options.article_ids),
            document_ids=list(options.document_ids),
            outlets=list(options.outlets),
            problem_codes=list(options.problem_codes),
            only_problems=options.only_problems,
            since=options.since,
            dry_run=options.dry_run,
            workers=options.workers,
            batch_size=options.batch_size,
            wait_seconds=options.wait_seconds,
            limits=options.limits,
        )


def run_poll(options: PollOptions, report: Reporter) -> RunReport:
    """Run the `poll` flow here; raises like `run_ingest`, and `FetchBusy`."""
    prepare_environment()
    load_ahead()
    check_server(find_server())
    from flows.poll import poll
    from flows.progress import report_to

    with run_briefly(), report_to(report):
        return poll(
            warehouse=options.warehouse,
            sources=list(options.sources),
            at_once=options.at_once,
            pace=options.pace,
            budget=options.budget,
            allow_private=options.allow_private,
            workers=options.workers,
            batch_size=options.batch_size,
            wait_seconds=options.wait_seconds,
            limits=options.limits,
        )


def run_maintain(options: MaintainOptions, report: Reporter) -> RunReport:
    """Run the `maintain` flow here; raises like `run_poll`."""
    prepare_environment()
    load_ahead()
    check_server(find_server())
    from flows.maintain import maintain
    from flows.progress import report_to

    with run_briefly(), report_to(report):
        return maintain(
            warehouse=options.warehouse,
            keep_days=options.keep_days,
            pace=options.pace,
            budget=options.budget,
            allow_private=options.allow_private,
            workers=options.workers,
            batch_size=options.batch_size,
            wait_seconds=options.wait_seconds,
            limits=options.limits,
        )
