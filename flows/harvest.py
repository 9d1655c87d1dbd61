"""Loading what a crawl brings, while it goes on: a run of its own for each portion, so that the
writer's lock is held for seconds only."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from flows.crawling import CrawlThread
from flows.linking import link_loaded
from flows.loading import load_captures
from flows.progress import announce, show_fetches, summarize, tell_fetches
from flows.report import RunReport
from flows.session import open_run, record_run
from tasks.errors import UsageError
from tasks.fetching.agent import name_agent
from tasks.fetching.robots import name_token
from tasks.fetching.settings import Settings
from tasks.model import Limits
from tasks.stages import Run, discover, fetch, load_fetched, publish
from tasks.tally import Tally
from warehouse.segments import StagedSegment

# A portion is loaded at the latest after so long; sooner when it holds two batches.
PORTION_SECONDS = 30.0


def make_settings(pace: float | None, budget: float, limits: Limits) -> Settings:
    """The settings of a crawl; the environment may name us and set the pace. Raises UsageError
    where that is no pace."""
    return Settings(
        agent=name_token(name_agent()),
        pace=read_pace() if pace is None else pace,
        budget=budget,
        limits=limits,
    )


def read_pace() -> float:
    """Seconds between two requests to one host: COPYDESK_PACE, else 1. Raises UsageError."""
    text = os.environ.get("COPYDESK_PACE", "").strip() or "1"
    try:
        pace = float(text)
    except ValueError:
        pace = -1.0
    if not 0.0 <= pace < float("inf"):
        raise UsageError(
            f"COPYDESK_PACE={text} is no number of seconds.", "Unset it, or say 0.5 or 2."
        )
    return pace


def harvest(
    flow: str,
    warehouse: Path,
    crawl: CrawlThread,
    workers: int,
    batch_size: int,
    wait_seconds: float,
    limits: Limits,
) -> RunReport:
    """Load portion by portion until the crawl is over, first what an earlier one left behind. There
    is one run at least: a poll that found nothing is on record, too."""
    started = time.monotonic()

    def load(segments: Sequence[StagedSegment]) -> RunReport:
        parameters = {"segments": len(segments), "fetches": crawl.outcomes.total()}
        with open_run(flow, warehouse, limits, workers, wait_seconds, parameters) as run:
            load_portion(run, segments, batch_size)
            publication = publish(run)
            announce(run, "publish")
        return summarize(run, publication.path)

    reports = [load(crawl.leftovers)] if crawl.leftovers or crawl.is_behind else []
    crawl.watcher = tell_fetches
    crawl.start()
    while not crawl.is_over or not reports:
        segments = fetch(crawl, PORTION_SECONDS, 2 * batch_size)
        if segments or crawl.is_over:
            reports.append(load(segments))
            crawl.release(segments)
    report = sum_up(reports, crawl, time.monotonic() - started)
    show_fetches(report, crawl.list_slowest())
    return report


def load_portion(run: Run, segments: Sequence[StagedSegment], batch_size: int) -> None:
    """The pages of segments, then what is known of their addresses since."""
    if warcs := list_warcs(segments):
        load_captures(run, discover(warcs, run.limits), batch_size)
    load_fetched(run, segments)
    link_loaded(run)
    record_run(run)


def list_warcs(segments: Sequence[StagedSegment]) -> list[str]:
    """The archive files of segments, those that are there."""
    return [str(segment.warc) for segment in segments if segment.warc is not None]


def sum_up(reports: Sequence[RunReport], crawl: CrawlThread, seconds: float) -> RunReport:
    """All runs as one, named by the last."""
    tally = Tally()
    for report in reports:
        tally = tally.plus(report.tally)
    return replace(reports[-1], tally=tally, seconds=seconds, fetches=crawl.outcomes)
