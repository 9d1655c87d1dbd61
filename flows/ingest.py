"""ingest: raw pages in, published rows out.

discover → archive → edit (batches in parallel) → stage → load → link → publish
"""

from __future__ import annotations

from pathlib import Path

from prefect import flow

from flows.linking import link_loaded
from flows.loading import load_captures
from flows.parameters import BatchSize, Bounds, Sources, WaitSeconds, Workers
from flows.progress import announce, summarize
from flows.report import BATCH_SIZE, RunReport
from flows.session import open_run, record_run
from tasks.model import Limits
from tasks.stages import RUNNER, discover, publish


@flow(
    name="ingest",
    description="News pages from files, folders, WARC, manifests or URLs into the warehouse.",
    task_runner=RUNNER,
    persist_result=False,
    validate_parameters=True,
)
def ingest(
    sources: Sources,
    warehouse: Path = Path("news.duckdb"),
    workers: Workers = 0,
    batch_size: BatchSize = BATCH_SIZE,
    wait_seconds: WaitSeconds = 60.0,
    limits: Bounds = Limits(),  # noqa: B008 - frozen, and Prefect shows it as the default
) -> RunReport:
    """Ingest sources into a warehouse. One run writes at a time; readers see all of it or nothing.

    Args:
        sources: Files, folders, globs, WARC files, manifests, addresses.
        warehouse: The DuckDB file that people query.
        workers: Processes that edit documents; 0 means one a core.
        batch_size: Documents a batch.
        wait_seconds: How long to wait while another run writes to the warehouse.
        limits: The bounds for one document; what is beyond them becomes a problem.
    """
    captures = discover(sources, limits)
    parameters = {"sources": sources, "batch_size": batch_size}
    with open_run("ingest", warehouse, limits, workers, wait_seconds, parameters) as run:
        load_captures(run, captures, batch_size)
        link_loaded(run)
        record_run(run)
        publication = publish(run)
        announce(run, "publish")
    return summarize(run, publication.path)
