"""The warehouse at a million articles: `make bench-warehouse [ARTICLES=1000000] [KEEP=folder]`.

usage: python -m bench.warehouse [--articles 1000000] [--minutes 10] [--rounds 5] [--keep DIR]

Fills one warehouse with 10,000 invented articles and one with `--articles`, then measures in both
by turns what 1,000 new ones cost, how large the file is, how quickly it is searched, and what four
readers meet while runs follow each other. With `--keep` the large warehouse stays in that folder,
and the next call goes on from it, a fill that was ended, too. Prints a table in Markdown. Exit code
1: a figure misses its bar at a million articles or more.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.readers import Reader, Readers, Reading
from bench.warehouse.articles import Maker
from bench.warehouse.fill import Workers, fill, prepare_layout, start_workers
from bench.warehouse.questions import QUESTIONS, count_articles
from bench.warehouse.rounds import NEW, Round, find_peak, forget_peak, run_round, run_rounds
from bench.warehouse.searches import has_search, is_found, make_questions, time_searches
from bench.warehouse.sizes import measure_tables
from bench.warehouse.table import (
    SIZE_ARTICLES,
    Row,
    list_costs,
    list_readings,
    list_search,
    list_sizes,
    list_table,
)
from warehouse.layout import Layout

SMALL, FULL = 10_000, 1_000_000
READERS, HELD = 4, 20


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured; the two warehouses by their articles."""

    small: int
    articles: int
    rounds: int
    minutes: float
    seed: int
    makers: int


@contextmanager
def keep_folder(kept: Path | None) -> Iterator[Path]:
    """The folder given, or one that is removed afterwards."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="bench-warehouse-") as scratch:
        yield Path(scratch)


def fill_large(layout: Layout, workers: Workers, plan: Plan) -> dict[str, int]:
    """Fill the large warehouse; the sizes of its tables at 100,000 documents, or at the end where
    fewer are asked for, with the articles that it then had as "articles:"."""
    notes = layout.private / "sizes.json"
    at = min(SIZE_ARTICLES, plan.articles)
    fill(layout, workers, plan.seed, at)
    if not notes.exists():
        sizes = measure_tables(layout.published)
        counted = {"articles:": count_articles(layout.published), **sizes}
        notes.write_text(json.dumps(counted), encoding="utf-8")
    fill(layout, workers, plan.seed, plan.articles)
    known: dict[str, int] = json.loads(notes.read_text(encoding="utf-8"))
    return known


def search(small: Layout, large: Layout, plan: Plan, documents: int) -> Iterator[Row]:
    """What searching takes in both, and whether the large one finds the last of its documents."""
    if not has_search(large.published):
        return iter([Row("search", "", "there is none", "", "", False)])
    maker = Maker(plan.seed)
    asked = make_questions(maker, documents)
    before, after = (time_searches(layout.published, asked) for layout in (small, large))
    return list_search(before, after, is_found(large.published, maker, documents))


def read_meanwhile(
    layout: Layout, workers: Workers, plan: Plan
) -> tuple[list[Reading], list[Round]]:
    """Runs that follow each other while readers ask; one of these keeps its connections open."""
    path = str(layout.published)
    people = [Reader(path, QUESTIONS, HELD if n == 0 else 1) for n in range(READERS)]
    rounds = []
    with Readers(people) as readers:
        ends = time.monotonic() + 60 * plan.minutes
        while time.monotonic() < ends:
            rounds.append(run_round(layout, workers, plan.seed))
        return readers.finish(), rounds


def measure(folder: Path, plan: Plan) -> list[Row]:
    """All rows of the table."""
    with (
        start_workers(plan.makers) as workers,
        tempfile.TemporaryDirectory(prefix="small-", dir=folder) as scratch,
    ):
        small, large = prepare_layout(Path(scratch), "small"), prepare_layout(folder, "large")
        # The rounds make it larger: it has so many in the middle of them.
        fill(small, workers, plan.seed, max(0, plan.small - plan.rounds * NEW // 2))
        forget_peak()
        sizes = fill_large(large, workers, plan)
        filling = find_peak()
        forget_peak()
        costs = run_rounds([small, large], workers, plan.seed, plan.rounds)
        loading = find_peak()
        rows = [*list_costs(*costs)]
        rows += search(small, large, plan, costs[1][-1].documents)
        articles = sizes.pop("articles:")
        rows += list_sizes(sizes, articles)
        rows += list_readings(*read_meanwhile(large, workers, plan))
    rows.append(Row("memory of the process that loads, filling", "", f"{filling:.0f} MB"))
    rows.append(Row("memory of the process that loads, 1,000 new", "", f"{loading:.0f} MB"))
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; see the module for the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--articles", type=int, default=FULL)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--makers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args(arguments)
    small = min(SMALL, chosen.articles // 10)
    plan = Plan(small, chosen.articles, chosen.rounds, chosen.minutes, chosen.seed, chosen.makers)
    started = time.monotonic()
    with keep_folder(chosen.keep) as folder:
        rows = measure(folder, plan)
    sys.stdout.write("\n".join(list_table(rows, plan.small, plan.articles)) + "\n\n")
    sys.stdout.write(f"measured in {(time.monotonic() - started) / 60:.0f} minutes\n")
    missed = [row for row in rows if row.met is False]
    return 1 if missed and plan.articles >= FULL else 0


if __name__ == "__main__":
    sys.exit(main())
