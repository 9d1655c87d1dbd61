"""What it costs to load 1,000 new articles into a warehouse that has many, beside an empty one.

usage: python -m bench.growth [--articles 200000] [--rounds 3]

The articles are real results of the desk on invented pages, copied under new ids with bodies of
about 4.6 KB, loaded through staging as a run does. A measured round stages, loads and publishes
1,000 new articles in batches of 200, and learns from them as a run's end does, with the writer
opened and closed around it.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tasks.edit import edit_content
from tasks.identity import hash_content, make_id
from tasks.intake import describe
from tasks.model import Article, Capture, Edited, Imprint, Limits
from tasks.tally import Tally
from tasks.text.repetition import learn_lines
from tests.world import make_page
from warehouse.layout import Layout, locate, prepare
from warehouse.stage import Batch, RunRecord, stage_batch, stage_run
from warehouse.writer import Writer, open_writer

BATCH = 200
NEW = 1_000
BODY = 4_600  # characters, the mean of real articles
LINES = 30


@dataclass(frozen=True)
class Cost:
    """Seconds of one measured round, by what they went into."""

    total: float
    publish: float


def edit_templates(count: int) -> list[Edited]:
    """Real outcomes to copy from."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    templates = []
    for number in range(count):
        capture = Capture(f"file:///{number}.html", make_page(number, 3), now)
        edited = edit_content(describe(capture), capture.content, Limits())
        assert isinstance(edited.outcome, Article)
        templates.append(edited)
    return templates


def copy_edited(templates: list[Edited], numbers: range) -> Iterator[Edited]:
    """Distinct articles, as far as the warehouse can tell."""
    for number in numbers:
        template = templates[number % len(templates)]
        article = template.outcome
        assert isinstance(article, Article)
        digest = hash_content(str(number).encode())
        document = replace(
            template.document,
            id=make_id("document", str(number)),
            sha256=digest,
            uri=f"file:///world/{number}.html",
            fetched_at=template.document.fetched_at + timedelta(seconds=number),
        )
        rng = random.Random(number)
        words = article.body.split()
        body = article.body
        while len(body) < BODY:
            body += " " + " ".join(rng.sample(words, 40))
        fresh = replace(
            article,
            id=make_id("article", str(number)),
            content_hash=digest,
            body=body,
            imprint=make_imprint(rng, article),
        )
        yield replace(template, document=document, outcome=fresh)


def make_imprint(rng: random.Random, article: Article) -> Imprint:
    """Lines of its own, and on every other article one that the others have, too."""
    lines = tuple(rng.getrandbits(63) + 2 for _ in range(LINES))
    shared = (1,) if rng.random() < 0.5 else ()
    return Imprint((*lines, *shared), (), f"{article.title}\n{article.body[:500]}")


def load(layout: Layout, templates: list[Edited], numbers: range, size: int = BATCH) -> Cost:
    """Stage, load and publish the articles of these numbers."""
    batches = [
        Batch(
            id=make_id("batch", str(start)),
            run_id="bench",
            number=start,
            edited=tuple(copy_edited(templates, range(start, min(start + size, numbers.stop)))),
            loaded_at=datetime.now(UTC),
        )
        for start in range(numbers.start, numbers.stop, size)
    ]
    started = time.perf_counter()
    with open_writer(layout) as writer:
        for batch in batches:
            writer.load(stage_batch(layout, batch))
        record(layout, writer, make_id("run", str(numbers.start)))
        publishing = time.perf_counter()
        writer.publish()
        published = time.perf_counter()
    return Cost(time.perf_counter() - started, published - publishing)


def record(layout: Layout, writer: Writer, run_id: str) -> None:
    """File the run, with what it learned of the sites."""
    lines = [
        line
        for site, pages, known in writer.sites()
        for line in learn_lines(site, pages, known, writer.bodies)
    ]
    now = datetime.now(UTC)
    run = RunRecord(run_id, "ingest", now, now, "completed", "{}", Tally())
    writer.load(stage_run(layout, run, lines))


def fill(layout: Layout, templates: list[Edited], count: int) -> None:
    """Load `count` articles, in runs of 20,000."""
    for start in range(0, count, 20_000):
        load(layout, templates, range(start, min(start + 20_000, count)), 2_000)
        sys.stderr.write(f"\r{min(start + 20_000, count)} of {count} articles loaded")
    sys.stderr.write("\n")


def prepare_layout(folder: Path, name: str) -> Layout:
    """An empty warehouse."""
    layout = locate(folder / f"{name}.duckdb")
    prepare(layout)
    return layout


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    templates = edit_templates(200)
    with tempfile.TemporaryDirectory() as scratch:
        empty, full = [], []
        large = prepare_layout(Path(scratch), "large")
        fill(large, templates, arguments.articles)
        for number in range(arguments.rounds):
            start = arguments.articles + number * NEW
            small = prepare_layout(Path(scratch), f"empty-{number}")
            empty.append(load(small, templates, range(start, start + NEW)))
            full.append(load(large, templates, range(start, start + NEW)))
        size = large.published.stat().st_size
    ratio = statistics.median(f.total / e.total for f, e in zip(full, empty, strict=True))
    out = sys.stdout.write
    out(f"{NEW} new articles, medians of {arguments.rounds} rounds\n")
    out(f"{'into':>10} {'all s':>8} {'publish s':>10}\n")
    for name, costs in (("empty", empty), (f"{arguments.articles}", full)):
        total = statistics.median(c.total for c in costs)
        publish = statistics.median(c.publish for c in costs)
        out(f"{name:>10} {total:8.2f} {publish:10.2f}\n")
    out(f"ratio {ratio:.2f}; the large database is {size / 1e6:.0f} MB\n")


if __name__ == "__main__":
    main()
