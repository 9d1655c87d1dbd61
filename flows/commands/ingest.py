"""`copydesk ingest`."""

from __future__ import annotations

from flows.commands.exits import STOPPED, ExitCode
from flows.commands.options import (
    DEFAULT_WAREHOUSE,
    DEFAULTS,
    AllowPrivate,
    BatchSize,
    Json,
    MaxBytes,
    Quiet,
    Sources,
    TimeLimit,
    Wait,
    Warehouse,
    Workers,
    read_limits,
    set_private,
)
from flows.report import BATCH_SIZE, IngestOptions, RunReport


def ingest(
    sources: Sources,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    workers: Workers = 0,
    batch_size: BatchSize = BATCH_SIZE,
    wait: Wait = 60.0,
    quiet: Quiet = False,
    json: Json = False,
    max_bytes: MaxBytes = DEFAULTS.document_bytes,
    time_limit: TimeLimit = DEFAULTS.seconds,
    allow_private: AllowPrivate = False,
) -> int:
    """Read pages, clean them and load them into the warehouse.

    What is known already changes nothing: run it again at any time.
    A run that was stopped goes on where it was.

    [bold]Examples[/bold]

      $ copydesk ingest pages/ more/*.html.gz crawl.warc.gz
      $ copydesk ingest manifest.jsonl --warehouse news.duckdb --workers 4
      $ copydesk ingest https://example.org/news/story.html --json
    """
    from flows.runner import run_ingest
    from flows.show.run import follow_run, show_report
    from flows.temporary_server import start_server
    from tasks.sources.registry import open_sources
    from warehouse.layout import check_place, locate

    set_private(allow_private)
    limits = read_limits(max_bytes, time_limit)
    options = IngestOptions(tuple(sources), warehouse, workers, batch_size, wait, limits)
    open_sources(sources, limits)  # a slip in a path is told before a server is started for it
    check_place(locate(warehouse))
    with follow_run("ingest", quiet=quiet, json=json) as follow:
        start_server()
        report = run_ingest(options, follow)
    show_report(report, warehouse, quiet=quiet, json=json)
    return judge_end(report) or _judge_reading(report)


def judge_end(report: RunReport) -> int:
    """The exit code of a run: what was loaded with problems counts as finished."""
    from flows.show.console import complain

    if report.status == "interrupted":
        complain(STOPPED)
        return ExitCode.INTERRUPTED
    if report.status == "failed":
        complain(f"The run {report.run_id} failed.", "What was loaded before stays loaded.")
        return ExitCode.NOTHING_DONE
    return ExitCode.WITH_PROBLEMS if report.tally.problems else ExitCode.WELL


def _judge_reading(report: RunReport) -> int:
    from flows.show.console import complain

    if report.tally.read == 0:
        complain("There was nothing to read.", "The sources hold no document.")
        return ExitCode.NOTHING_DONE
    return ExitCode.WELL
