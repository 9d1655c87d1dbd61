"""Fills a warehouse with invented articles: made and staged by processes, loaded in order by one.

A fill goes on from the documents that the warehouse has, so one that was ended goes on.
"""

from __future__ import annotations

import gc
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from bench.warehouse.articles import Maker, when_fetched
from flows.linking import ENGINES, digest
from tasks.identity import make_id
from tasks.pool import DocumentPool
from tasks.tally import Tally
from tasks.text.repetition import learn_lines
from warehouse.layout import Layout, locate, prepare
from warehouse.links import Rows, stage_links
from warehouse.stage import Batch, RunRecord, stage_batch, stage_run
from warehouse.writer import Publication, Writer, open_writer

BATCH, RUN = 2_000, 20_000
# Batches that are staged ahead of loading.
AHEAD = 6


@dataclass(slots=True)
class Clock:
    """Seconds by what they went into."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def time(self, name: str) -> Iterator[None]:
        """Add what happens inside."""
        started = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started


def prepare_layout(folder: Path, name: str) -> Layout:
    """A warehouse in the folder, as it is or empty."""
    folder.mkdir(parents=True, exist_ok=True)
    layout = locate(folder / f"{name}.duckdb")
    prepare(layout)
    return layout


class Workers(NamedTuple):
    """Processes that make articles, and those that digest them when they are linked."""

    makers: Executor
    pool: Executor


@contextmanager
def start_workers(count: int) -> Iterator[Workers]:
    """So many processes of each kind."""
    makers = ProcessPoolExecutor(count, mp_context=get_context("forkserver"))
    with makers, DocumentPool(count) as pool:
        yield Workers(makers, pool)


def make_and_stage(layout: Layout, seed: int, numbers: range) -> Path:
    """Stage the documents of these numbers as one batch."""
    gc.disable()  # it only finds what the next batch frees anyway
    maker = Maker(seed)
    return stage_batch(
        layout,
        Batch(
            id=make_id("batch", str(seed), str(numbers.start)),
            run_id=make_id("run", str(seed), str(numbers.start // RUN)),
            number=numbers.start,
            edited=tuple(maker.make_edited(number) for number in numbers),
            loaded_at=when_fetched(numbers.stop),
        ),
    )


def count_documents(writer: Writer) -> int:
    """How many documents were loaded."""
    with writer.reading() as connection:
        row = connection.execute("select count(*) from documents").fetchone()
    return int(row[0]) if row else 0


def fill(layout: Layout, workers: Workers, seed: int, until: int) -> Clock:
    """Load, link and publish all documents up to that number that are not there, a run for every
    20,000 of them."""
    clock = Clock()
    with open_writer(layout) as writer:
        first = count_documents(writer)
        staged = _stage_ahead(layout, workers, seed, _split(range(first, until), BATCH))
        for numbers, folder in staged:
            with clock.time("load"):
                writer.load(folder)
            if numbers.stop % RUN == 0 or numbers.stop == until:
                link_new(layout, writer, workers, clock)
                finish_run(layout, writer, clock, numbers.stop)
                _tell(layout, numbers.stop, until, clock)
    return clock


def _split(numbers: range, size: int) -> list[range]:
    """Ranges that end at multiples of the size."""
    stops = [*range((numbers.start // size + 1) * size, numbers.stop, size), numbers.stop]
    starts = [numbers.start, *stops]
    return [range(a, b) for a, b in zip(starts, stops, strict=False) if b > a]


def _stage_ahead(
    layout: Layout, workers: Workers, seed: int, parts: Sequence[range]
) -> Iterator[tuple[range, Path]]:
    """The parts in order with their staged folders, some made before they are asked for."""
    underway: deque[tuple[range, Future[Path]]] = deque()
    for numbers in parts:
        underway.append((numbers, workers.makers.submit(make_and_stage, layout, seed, numbers)))
        if len(underway) > AHEAD:
            first, future = underway.popleft()
            yield first, future.result()
    for numbers, future in underway:
        yield numbers, future.result()


def stage_parts(
    layout: Layout, workers: Workers, seed: int, numbers: range, size: int
) -> list[Path]:
    """The staged folders of these numbers, in batches of that size."""
    return [
        future.result()
        for future in [
            workers.makers.submit(make_and_stage, layout, seed, part)
            for part in _split(numbers, size)
        ]
    ]


def link_new(layout: Layout, writer: Writer, workers: Workers, clock: Clock) -> None:
    """What `flows.linking` does, with a clock for each engine."""
    while True:
        with clock.time("link: read"):
            changes = writer.changes()
        if changes is None:
            return
        with clock.time("link: digest"):
            digests = digest(changes.fresh, workers.pool)
        found: dict[str, Rows] = {}
        for engine in ENGINES:
            name = engine.__module__.rpartition(".")[2]
            with clock.time(f"link: {name}"), writer.reading() as connection:
                found |= engine(connection, changes, digests)
        with clock.time("link: load"):
            writer.load(stage_links(layout, changes, found))


def finish_run(layout: Layout, writer: Writer, clock: Clock, number: int) -> Publication:
    """Learn from the articles, file the run and publish."""
    with clock.time("learn"):
        lines = [
            line
            for site, pages, known in writer.sites()
            for line in learn_lines(site, pages, known, writer.bodies)
        ]
        now = datetime.now(UTC)
        run_id = make_id("run", str(layout.published), str(number))
        run = RunRecord(run_id, "ingest", now, now, "completed", "{}", Tally())
        writer.load(stage_run(layout, run, lines))
    with clock.time("publish"):
        return writer.publish()


def _tell(layout: Layout, done: int, until: int, clock: Clock) -> None:
    size = layout.published.stat().st_size / 1e6
    spent = ", ".join(f"{name} {seconds:.0f}" for name, seconds in clock.seconds.items())
    sys.stderr.write(f"{done:,} of {until:,} documents, {size:,.0f} MB; seconds: {spent}\n")
    sys.stderr.flush()
