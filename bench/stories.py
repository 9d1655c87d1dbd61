"""How well stories are found: `make stories CORPUS=DIR`.

usage: python -m bench.stories CORPUS [--shuffles N] [--ingests N]

CORPUS holds `stories/pages.jsonl` (a manifest) and `stories/truth.jsonl` (`id`, `event`, `topic`).
The documents are cleaned by `copydesk clean`, then grouped in shuffled order and batches of 50, as
articles of one moment. Halves are made by a hash of the topic: the limits in
`tasks/stories/clusters.py` were fitted on half 1, so half 0 is the one to believe.
Prints B-cubed F1 of both halves and of all for each shuffle, the agreement of each order with the
first, the merges and splits on the way, and CPU milliseconds a document. Then the same of what is
in a warehouse: `copydesk ingest` in shuffled order, the first time in one run, then in two, in
three, and `story_id` read by `documents.external_id`. Exit code 1: B-cubed F1 of half 0 in a
warehouse, or the agreement, is below its bar. Exit code 2: no such set.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.captions import run_clean
from tasks.stories.sketches import Sketch, make_sketch
from tasks.stories.stories import Stories

BATCH = 50
# B-cubed F1 of the half that nothing was fitted on, and between two orders.
LEAST_F1, LEAST_AGREEMENT = 0.95, 0.98
QUERY = "select external_id, story_id from documents join articles using (article_id)"
_WHEN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Run:
    """One order: the story of each article, and what it took."""

    stories: Mapping[str, str]
    merges: int
    splits: int
    seconds: float


def measure_b_cubed(truth: Mapping[str, str], guess: Mapping[str, str]) -> float:
    """B-cubed F1 over the documents of `truth`, in 0 to 1; a document that is missing in `guess`
    is a story of its own."""
    events, stories = defaultdict(set), defaultdict(set)
    for key, event in truth.items():
        events[event].add(key)
        stories[guess.get(key, f"alone:{key}")].add(key)
    precision = recall = 0.0
    for key, event in truth.items():
        story = stories[guess.get(key, f"alone:{key}")]
        shared = len(events[event] & story)
        precision += shared / len(story)
        recall += shared / len(events[event])
    return 2 * precision * recall / ((precision + recall) * len(truth))


def tell_half(topic: str) -> int:
    """0 or 1, by SHA-256 of the topic."""
    return int(hashlib.sha256(topic.encode()).hexdigest(), 16) % 2


def run_order(sketches: Sequence[Sketch], seed: int) -> Run:
    """Group the sketches in the order of a seed."""
    order = list(sketches)
    random.Random(seed).shuffle(order)
    stories, merges, splits = Stories(), 0, 0
    started = time.process_time()
    for at in range(0, len(order), BATCH):
        done = stories.group(order[at : at + BATCH])
        merges += len(done.merges)
        splits += len(done.splits)
    return Run(dict(stories.story_of), merges, splits, time.process_time() - started)


def ingest(folder: Path, seed: int, runs: int) -> dict[str, str]:
    """The story of each document by its id, as a new warehouse has it: the set in the order of a
    seed, in so many runs."""
    lines = (folder / "pages.jsonl").read_text("utf-8").splitlines()
    random.Random(seed).shuffle(lines)
    with tempfile.TemporaryDirectory() as scratch:
        warehouse = Path(scratch, "news.duckdb")
        for run in range(runs):
            manifest = Path(scratch, f"pages-{run}.jsonl")
            part = lines[run * len(lines) // runs : (run + 1) * len(lines) // runs]
            manifest.write_text("\n".join(part) + "\n", "utf-8")
            run_copydesk("ingest", manifest, "--batch-size", BATCH, "--quiet", "-w", warehouse)
        found = run_copydesk("sql", QUERY, "--format", "json", "-w", warehouse)
    return {row["external_id"]: row["story_id"] for row in json.loads(found)}


def run_copydesk(*arguments: object) -> str:
    """What the command prints; a failure ends the benchmark."""
    command = [sys.executable, "-m", "flows.cli", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        sys.exit(f"copydesk {arguments[0]} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def clean(folder: Path) -> list[dict[str, Any]]:
    """The records that `copydesk clean` makes of the set; problems are left out."""
    lines = (folder / "pages.jsonl").read_text("utf-8").splitlines()
    records = run_clean([json.loads(line) for line in lines])
    return [record for record in records if record.get("body")]


def _sketch(record: Mapping[str, Any]) -> Sketch:
    return make_sketch(
        record["id"], _WHEN, record.get("title"), record["body"], record.get("language")
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.stories")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--shuffles", type=int, default=5)
    parser.add_argument("--ingests", type=int, default=3)
    options = parser.parse_args(arguments)
    folder = options.corpus / "stories"
    if not (folder / "truth.jsonl").exists():
        sys.stderr.write(f"No set of stories: {folder / 'truth.jsonl'} is missing.\n")
        return 2
    rows = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()]
    records = clean(folder)
    started = time.process_time()
    sketches = [_sketch(record) for record in records]
    spent = time.process_time() - started
    runs = [run_order(sketches, seed) for seed in range(options.shuffles)]
    halves = [{row["id"]: row["event"] for row in rows if tell_half(row["topic"]) == half}
              for half in (0, 1)]  # fmt: skip
    show(rows, halves, sketches, runs, spent)
    found = [ingest(folder, seed, seed + 1) for seed in range(options.ingests)]
    return 0 if show_warehouses(halves, found) else 1


def show_warehouses(
    halves: Sequence[Mapping[str, str]], found: Sequence[Mapping[str, str]]
) -> bool:
    """Print how the stories of warehouses score; False when one is below its bar."""
    out = sys.stdout.write
    out("warehouse  runs  half 0 (reported)  half 1 (fitted)  all     agreement\n")
    well = True
    for seed, stories in enumerate(found):
        reported, fitted = (measure_b_cubed(half, stories) for half in halves)
        agreement = measure_b_cubed(found[0], stories)
        well = well and reported >= LEAST_F1 and agreement >= LEAST_AGREEMENT
        everything = measure_b_cubed({**halves[0], **halves[1]}, stories)
        out(f"{seed:9}  {seed + 1:4}  {reported:17.4f}  {fitted:15.4f}  ")
        out(f"{everything:.4f}  {agreement:9.4f}\n")
    return well


def show(
    rows: Sequence[Mapping[str, str]],
    halves: Sequence[Mapping[str, str]],
    sketches: Sequence[Sketch],
    runs: Sequence[Run],
    spent: float,
) -> None:
    """Print what was measured; `spent` is the CPU of all sketches, in seconds."""
    everything = {**halves[0], **halves[1]}
    out = sys.stdout.write
    out(
        f"{len(rows)} documents, {len(sketches)} articles, {len(set(everything.values()))} events\n"
    )
    out(f"sketch {1000 * spent / len(sketches):.2f} ms CPU a document\n")
    out("order  half 0 (reported)  half 1 (fitted)  all     agreement  merges  splits  ms each\n")
    for seed, run in enumerate(runs):
        reported, fitted = (measure_b_cubed(half, run.stories) for half in halves)
        agreement = measure_b_cubed(runs[0].stories, run.stories)
        out(
            f"{seed:5}  {reported:17.4f}  {fitted:15.4f}  "
            f"{measure_b_cubed(everything, run.stories):.4f}  {agreement:9.4f}  "
            f"{run.merges:6}  {run.splits:6}  {1000 * run.seconds / len(sketches):7.2f}\n"
        )


if __name__ == "__main__":
    sys.exit(main())
