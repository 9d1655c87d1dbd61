"""What 1,000 new articles cost: rounds of a run each, as a poll or an ingest makes it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.warehouse.fill import (
    Clock,
    Workers,
    count_documents,
    finish_run,
    link_new,
    stage_parts,
)
from warehouse.layout import Layout
from warehouse.writer import open_writer

NEW, BATCH = 1_000, 200


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds of one run by what they went into, and when it began and was published (monotonic);
    `documents` are those that the warehouse has after it, `shown` the seconds of publishing until
    readers saw it. Opening brings in what the run before loaded into the other copy; `copied` says
    that this was done by copying the file. Making and staging the articles is not counted."""

    documents: int
    seconds: dict[str, float]
    began: float
    published: float
    shown: float
    copied: bool

    def sum_of(self, start: str) -> float:
        """Seconds of all parts whose names begin so."""
        return sum(value for name, value in self.seconds.items() if name.startswith(start))


def run_round(layout: Layout, workers: Workers, seed: int) -> Round:
    """Load, link and publish the next 1,000 documents, with the writer opened for it."""
    clock = Clock()
    began = time.monotonic()
    with open_writer(layout) as writer:
        clock.seconds["open"] = time.monotonic() - began
        first = count_documents(writer)
        for folder in stage_parts(layout, workers, seed, range(first, first + NEW), BATCH):
            with clock.time("load"):
                writer.load(folder)
        link_new(layout, writer, workers, clock)
        publication = finish_run(layout, writer, clock, first + NEW)
        published = time.monotonic()
    shown = publication.seen_after
    return Round(first + NEW, clock.seconds, began, published, shown, writer.copied)


def run_rounds(
    layouts: Sequence[Layout], workers: Workers, seed: int, count: int
) -> list[list[Round]]:
    """Rounds in each of the warehouses in turn, so that what else the machine does hits all alike;
    a list for each warehouse."""
    rounds: list[list[Round]] = [[] for _ in layouts]
    for _ in range(count):
        for layout, done in zip(layouts, rounds, strict=True):
            done.append(run_round(layout, workers, seed))
    return rounds


def find_peak() -> float:
    """Megabytes of memory that this process had at most, since `forget_peak`."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1e3
    raise OSError("the kernel tells no VmHWM")


def forget_peak() -> None:
    """Begin to measure the peak anew (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")
