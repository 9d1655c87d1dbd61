"""poll: what the sources that are due list, fetched and loaded.

fetch (every host in its pace) → of what has come: archive → edit → stage → load → link → publish
then of each inbox and archive: (download →) archive → edit → stage → load → link → publish
"""

from __future__ import annotations

from pathlib import Path

from prefect import flow

from flows.crawling import open_crawl
from flows.file_sources import Desk, take_files
from flows.harvest import harvest, make_settings
from flows.parameters import BatchSize, Bounds, WaitSeconds, Workers
from flows.report import BATCH_SIZE, RunReport
from tasks.model import Limits
from tasks.stages import RUNNER


@flow(
    name="poll",
    description="New pages of the sources that are due, into the warehouse.",
    task_runner=RUNNER,
    persist_result=False,
    validate_parameters=True,
)
def poll(
    warehouse: Path = Path("news.duckdb"),
    sources: list[str] = [],  # noqa: B006 - never changed, and Prefect shows it as the default
    at_once: bool = False,
    pace: float | None = None,
    budget: float = 300.0,
    allow_private: bool = False,
    workers: Workers = 0,
    batch_size: BatchSize = BATCH_SIZE,
    wait_seconds: WaitSeconds = 60.0,
    limits: Bounds = Limits(),  # noqa: B008 - frozen
) -> RunReport:
    """Poll the sources that are due, and load the pages that are new.

    Args:
        warehouse: The DuckDB file that people query.
        sources: The names of the sources to poll; all that are on, where none is named.
        at_once: Poll them now, whether they are due or not.
        pace: Seconds between two requests to one host; the default is 1.
        budget: Seconds for fetching; what is left then is fetched by the next poll.
        allow_private: Fetch from private addresses, too (an intranet, this machine).
        workers: Processes that edit documents; 0 means one a core.
        batch_size: Documents a batch.
        wait_seconds: How long to wait while another run fetches for, or writes to the warehouse.
        limits: The bounds for one document; what is beyond them becomes a problem.
    """
    settings = make_settings(pace, budget, limits)
    with open_crawl(
        warehouse, settings, "news", sources, at_once, allow_private, wait_seconds
    ) as crawl:
        report = harvest("poll", warehouse, crawl, workers, batch_size, wait_seconds, limits)
        desk = Desk(warehouse, settings, workers, batch_size, wait_seconds, limits, allow_private)
        return take_files(report, desk, sources, at_once)
