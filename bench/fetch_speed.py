"""How fast a crawl fetches and archives, what memory it holds, and what one slow host costs.

usage: python -m bench.fetch_speed [--pages 20000] [--sites 50] [--slow-pages 2000]

The world is on the same machine and shares its cores. Pace limits are off, nothing is edited or
loaded. First all pages of all sites: pages a second, and memory at each tenth. Then fewer, three
times by turns without and with one more site that takes 10 s an answer.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import psutil

from flows.crawling import open_crawl
from tasks.fetching.settings import Settings
from tasks.live import Kind, Source
from tests.world.news_world import NewsWorld, start_news_world
from warehouse.layout import locate, prepare
from warehouse.live_state import save_sources
from warehouse.lock import hold_lock
from warehouse.writer import open_writer

SLOW_SECONDS = 10.0
FAST = Settings(pace=0.0, budget=3_600.0, most=1_000_000, pages=10_000_000)


@dataclass(frozen=True, slots=True)
class Speed:
    """One crawl: how its fetches ended, seconds of wall time, CPU seconds of this process, and its
    resident megabytes at each tenth of the way."""

    fetched: int
    others: int
    seconds: float
    cpu: float
    memory: tuple[float, ...]


def measure_crawl(world: NewsWorld, sites: Sequence[int], pages: int, folder: Path) -> Speed:
    """Fetch all that the lists of these sites name, into the archive of a new warehouse."""
    warehouse = folder / "news.duckdb"
    make_warehouse(warehouse, [list_source(world, site) for site in sites])
    memory: list[float] = []
    started, cpu = time.monotonic(), time.process_time()

    def watch(count: int) -> None:
        if count >= len(memory) * pages / 10:
            memory.append(psutil.Process().memory_info().rss / 1e6)

    outcomes = fetch_all(warehouse, watch)
    seconds = time.monotonic() - started
    listings = len(sites)
    fetched = outcomes.pop("fetched", 0) - listings
    return Speed(fetched, sum(outcomes.values()), seconds, time.process_time() - cpu, tuple(memory))


def fetch_all(warehouse: Path, watch: Callable[[int], None]) -> dict[str, int]:
    """One crawl to its end, whose segments nobody loads; how its fetches ended."""
    with open_crawl(warehouse, replace(FAST), allow_private=True) as crawl:
        crawl.watcher = watch
        crawl.start()
        while not crawl.is_over:
            crawl.release(crawl.collect(1.0, 1))
        return dict(crawl.outcomes)


def make_warehouse(warehouse: Path, sources: Sequence[Source]) -> None:
    """A new warehouse that knows these sources."""
    layout = locate(warehouse)
    prepare(layout)
    with hold_lock(layout, "bench", 5.0), open_writer(layout) as writer:
        save_sources(writer, layout, sources, (), datetime.now(UTC))
        writer.publish()


def list_source(world: NewsWorld, site: int) -> Source:
    """The list of all pages of a site."""
    return Source(f"site-{site}", Kind.LIST, world.site(site).url("/list.txt"))


def measure_speed(sites: int, pages: int) -> None:
    """Pages a second, and memory on the way."""
    with start_news_world(sites, pages // sites) as world, tempfile.TemporaryDirectory() as folder:
        speed = measure_crawl(world, range(1, sites + 1), pages, Path(folder))
        server = psutil.Process(world.pid).cpu_times()
        archive = sum(f.stat().st_size for f in Path(folder).rglob("*.warc.gz"))
    out = sys.stdout.write
    out(f"{speed.fetched} pages of {sites} sites, {speed.others} other fetches, ")
    out(f"on {os.cpu_count()} cores\n")
    out(f"pages a second           {speed.fetched / speed.seconds:.0f}\n")
    out(f"CPU a page               {1e3 * speed.cpu / speed.fetched:.2f} ms (the crawl), ")
    out(f"{1e3 * (server.user + server.system) / speed.fetched:.2f} ms (the server)\n")
    out(f"archived                 {archive / 1e6:.0f} MB\n")
    out(f"memory at each tenth, MB {' '.join(f'{mb:.0f}' for mb in speed.memory)}\n")


def measure_slow_host(sites: int, pages: int, rounds: int = 3) -> None:
    """The time for the fast sites alone, and with a slow one beside them, by turns."""
    fast, slow = range(1, sites + 1), sites + 1
    times: dict[str, list[float]] = {"without": [], "with": []}
    with start_news_world(sites + 1, pages // sites) as world:
        world.control.behave(slow, "slow", seconds=SLOW_SECONDS)
        for _ in range(rounds):
            for name, chosen in (("without", [*fast]), ("with", [*fast, slow])):
                with tempfile.TemporaryDirectory() as folder:
                    speed = measure_crawl(world, chosen, pages, Path(folder))
                times[name].append(speed.seconds)
    without, beside = (statistics.median(times[name]) for name in ("without", "with"))
    out = sys.stdout.write
    out(f"{pages} pages of {sites} sites, alone and beside one that takes {SLOW_SECONDS:.0f} s\n")
    out(f"seconds without it       {without:.2f}\n")
    out(f"seconds with it          {beside:.2f}, {100 * (beside / without - 1):+.1f} %\n")


def main() -> None:
    """Parse the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--sites", type=int, default=50)
    parser.add_argument("--slow-pages", type=int, default=5_000)
    arguments = parser.parse_args()
    if arguments.pages:
        measure_speed(arguments.sites, arguments.pages)
    if arguments.slow_pages:
        measure_slow_host(arguments.sites, arguments.slow_pages)


if __name__ == "__main__":
    main()
