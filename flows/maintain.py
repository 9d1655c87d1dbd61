"""maintain: what keeps a warehouse true and small.

revisits (pages fetched again: updates, silent edits, deletions) → retention → compacting → health
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

from prefect import flow, get_run_logger
from pydantic import Field

from flows.compacting import compact_file
from flows.crawling import open_crawl
from flows.harvest import harvest, make_settings
from flows.parameters import BatchSize, Bounds, WaitSeconds, Workers
from flows.progress import announce, show_health
from flows.report import BATCH_SIZE, Compaction, RunReport
from flows.retention import list_files, list_limits, remove_files
from flows.session import open_run, record_run
from tasks.errors import DiskFull, WarehouseBusy
from tasks.model import Limits
from tasks.stages import RUNNER, keep_up, publish, retire
from warehouse.compaction import is_worth_it
from warehouse.live_state import read_health
from warehouse.upkeep import Upkeep

# Pages that will never be fetched again are forgotten after so many times as long as the log.
_PAGES_OUTLIVE = 4


@flow(
    name="maintain",
    description="Pages fetched again as they age, old log rows removed, the health of the sources.",
    task_runner=RUNNER,
    persist_result=False,
    validate_parameters=True,
)
def maintain(
    warehouse: Path = Path("news.duckdb"),
    keep_days: Annotated[int, Field(ge=1)] = 90,
    pace: float | None = None,
    budget: float = 900.0,
    allow_private: bool = False,
    workers: Workers = 0,
    batch_size: BatchSize = BATCH_SIZE,
    wait_seconds: WaitSeconds = 600.0,
    limits: Bounds = Limits(),  # noqa: B008 - frozen
    keep: dict[str, str] = {},  # noqa: B006 - never changed, and Prefect shows it as the default
    compact: bool = False,
) -> RunReport:
    """Fetch pages again that are due for it, forget old fetches, and tell what is not well.

    Args:
        warehouse: The DuckDB file that people query.
        keep_days: Days that the log of fetches goes back.
        pace: Seconds between two requests to one host; the default is 1.
        budget: Seconds for fetching; what is left then is fetched the next time.
        allow_private: Fetch from private addresses, too (an intranet, this machine).
        workers: Processes that edit documents; 0 means one a core.
        batch_size: Documents a batch.
        wait_seconds: How long to wait while another run fetches for, or writes to the warehouse.
        limits: The bounds for one document; what is beyond them becomes a problem.
        keep: How long to keep what, as 90d, 26w or 2y: bodies, superseded-bodies, removed-lines,
            evidence, archive. What is not named is kept for ever, unless the environment says
            otherwise (COPYDESK_KEEP_ARCHIVE …).
        compact: Write the database file anew, as small as it can be, even where little of it is
            unused.
    """
    list_limits(keep, datetime.now(UTC))  # refused before anything is fetched
    settings = make_settings(pace, budget, limits)
    with open_crawl(
        warehouse, settings, "revisits", (), False, allow_private, wait_seconds
    ) as crawl:
        report = harvest("maintain", warehouse, crawl, workers, batch_size, wait_seconds, limits)
    is_loose = forget(warehouse, keep_days, workers, wait_seconds, limits, keep)
    if compact:
        report = replace(report, compacted=compact_file(warehouse, wait_seconds))
    elif is_loose:
        report = replace(report, compacted=compact_if_possible(warehouse, wait_seconds))
    health = read_health(warehouse, datetime.now(UTC))
    show_health(health)
    for source in health.sources:
        if source.failures:
            get_run_logger().warning(
                "%s failed %d times in a row: %s", source.name, source.failures, source.message
            )
    return report


def compact_if_possible(warehouse: Path, wait_seconds: float) -> Compaction | None:
    """Write the file anew, though nobody asked for it: what keeps it from that is no failure."""
    try:
        return compact_file(warehouse, wait_seconds)
    except (DiskFull, WarehouseBusy) as error:
        get_run_logger().warning("the file was not written anew: %s", error.message)
        return None


def forget(
    warehouse: Path,
    keep_days: int,
    workers: int,
    wait_seconds: float,
    limits: Limits,
    keep: Mapping[str, str],
) -> bool:
    """Remove what is older than the log is to be, and than what is kept no longer; returns whether
    so much of the file is unused that writing it anew is worth it."""
    now = datetime.now(UTC)
    before = now - timedelta(days=keep_days)
    pages = now - timedelta(days=keep_days * _PAGES_OUTLIVE)
    ages = list_limits(keep, now)
    parameters = {"before": before.isoformat(), "keep": [[n, t.isoformat()] for n, t in ages]}
    with open_run("maintain", warehouse, limits, workers, wait_seconds, parameters) as run:
        retire(run, before, pages)
        if ages:
            keep_up(run, Upkeep(run.id, now, ages))
        record_run(run)
        files = list_files(run)
        with run.writer.reading() as connection:
            is_loose = is_worth_it(connection)
        publish(run)
        announce(run, "publish")
        if freed := remove_files(files):
            get_run_logger().info("%d bytes of archive files removed", freed)
    return is_loose
