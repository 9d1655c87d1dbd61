"""The table: what was measured, beside what the issue asks for."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bench.readers import Reading
from bench.warehouse.rounds import Round

# At a hundred times the articles, 1,000 new ones may cost so many times what they did.
GROWTH = 1.5
SIZE_MB, SIZE_ARTICLES = 450.0, 100_000
SEARCH_MS = 100.0
STALENESS = 1
# What reprints and stories cost: they share the digests of texts with search.
COMPARED = ("link: digest", "link: reprints", "link: stories")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table, its figures as text; `met` is None where nothing was promised."""

    measure: str
    small: str
    large: str
    ratio: str = ""
    bar: str = ""
    met: bool | None = None


def list_table(rows: Sequence[Row], small: int, large: int) -> Iterator[str]:
    """The rows as Markdown."""
    yield f"| measure | at {small:,} | at {large:,} | ratio | to reach | |"
    yield "|---|---:|---:|---:|---:|---|"
    for row in rows:
        mark = {True: "met", False: "**missed**", None: ""}[row.met]
        figures = (row.measure, row.small, row.large, row.ratio, row.bar, mark)
        yield f"| {' | '.join(figures)} |"


def list_costs(small: Sequence[Round], large: Sequence[Round]) -> Iterator[Row]:
    """What 1,000 new articles cost, the parts of a run apart and together."""
    names = list(dict.fromkeys(name for one in (*small, *large) for name in one.seconds))
    parts = [name for name in names if name.startswith("link: ")]
    yield _compare("linking 1,000 new articles, all", small, large, _sum("link: "), GROWTH)
    compared = "reprints and stories of 1,000 new articles, with the digests of their texts"
    yield _compare(compared, small, large, lambda one: sum(map(one.sum_of, COMPARED)), GROWTH)
    for name in parts:
        yield _compare(name, small, large, _sum(name), None)
    shown = "publishing after 1,000 new articles, until readers see them"
    yield _compare(shown, small, large, lambda one: one.shown, GROWTH)
    both = "publishing, with what the next run spends on the second copy"
    yield _compare(
        both, small, large, lambda one: one.sum_of("publish") + one.sum_of("open"), GROWTH
    )
    for name in names:
        if name not in (*parts, "publish"):
            yield _compare(name, small, large, _sum(name), None)
    yield _compare("the whole run", small, large, _sum(""), None)
    copied = [str(sum(one.copied for one in rounds)) for rounds in (small, large)]
    yield Row("runs that began by copying the file", copied[0], copied[1])


def _sum(start: str) -> Callable[[Round], float]:
    return lambda one: one.sum_of(start)


def _compare(
    measure: str,
    small: Sequence[Round],
    large: Sequence[Round],
    cost: Callable[[Round], float],
    bar: float | None,
) -> Row:
    before, after = [cost(one) for one in small], [cost(one) for one in large]
    # Of rounds side by side: the machine's speed drifts.
    ratio = statistics.median(b / max(a, 1e-9) for a, b in zip(before, after, strict=True))
    return Row(
        measure,
        print_seconds(before),
        print_seconds(after),
        f"{ratio:.2f}",
        f"≤ {bar}" if bar else "",
        ratio <= bar if bar else None,
    )


def print_seconds(values: Sequence[float]) -> str:
    """The median with the least and the most."""
    return f"{statistics.median(values):.2f} s ({min(values):.2f}–{max(values):.2f})"


def list_sizes(tables: dict[str, int], articles: int) -> Iterator[Row]:
    """Megabytes for 100,000 articles, in all and by table."""
    share = SIZE_ARTICLES / articles / 1e6
    total = sum(tables.values()) * share
    bar = f"≤ {SIZE_MB:.0f} MB"
    name = f"file size for {SIZE_ARTICLES:,} articles, measured at {articles:,}"
    yield Row(name, "", f"{total:.0f} MB", "", bar, total <= SIZE_MB)
    for table, size in tables.items():
        if size * share >= 1:
            yield Row(f"– {table}", "", f"{size * share:.1f} MB")


def list_readings(readings: Sequence[Reading], rounds: Sequence[Round]) -> Iterator[Row]:
    """What the readers met while those runs went on."""
    wrong = [error for reading in readings for error in reading.wrong]
    seconds = sorted(one for reading in readings for one in reading.seconds)
    stale = max(find_staleness(readings, rounds), default=0)
    minutes = (rounds[-1].published - rounds[0].began) / 60
    yield Row(
        f"failures of {len(readings)} readers in {minutes:.1f} minutes, {len(rounds)} runs",
        "",
        f"{len(wrong)} of {len(seconds):,}",
        "",
        "0",
        not wrong and bool(seconds),
    )
    yield Row("staleness, in runs", "", str(stale), "", f"≤ {STALENESS}", stale <= STALENESS)
    typical = f"{statistics.median(seconds):.2f} s" if seconds else ""
    yield Row("a reader's query, median", "", typical)
    yield Row("a reader's query, slowest", "", f"{seconds[-1]:.2f} s" if seconds else "")
    yield Row("a run of 1,000 beside them", "", print_seconds([one.sum_of("") for one in rounds]))
    yield Row("– its publishing", "", print_seconds([one.sum_of("publish") for one in rounds]))
    yield Row("– begun by copying the file", "", str(sum(one.copied for one in rounds)))
    for error in sorted(set(wrong))[:5]:
        yield Row(f"– {error[:200]}", "", str(wrong.count(error)))


def find_staleness(readings: Sequence[Reading], rounds: Sequence[Round]) -> Iterator[int]:
    """For each look at the warehouse, the runs that had begun by then and were not to be seen; one
    that was published by then counts twice, as nothing excuses it."""
    for reading in readings:
        for opened_at, documents in reading.sightings:
            unseen = [one for one in rounds if one.began < opened_at and one.documents > documents]
            yield len(unseen) + sum(one.published < opened_at for one in unseen)


def list_search(small: Sequence[float], large: Sequence[float], is_found: bool) -> Iterator[Row]:
    """Milliseconds of searches."""
    before, after = statistics.median(small), statistics.median(large)
    yield Row(
        f"search, top 10, median of {len(large)}",
        f"{before:.0f} ms",
        f"{after:.0f} ms",
        f"{after / before:.2f}",
        f"≤ {SEARCH_MS:.0f} ms",
        after <= SEARCH_MS,
    )
    tails = [statistics.quantiles(values, n=20)[-1] for values in (small, large)]
    ratio = f"{tails[1] / tails[0]:.2f}"
    yield Row("search, 95th percentile", f"{tails[0]:.0f} ms", f"{tails[1]:.0f} ms", ratio)
    found = "yes" if is_found else "no"
    yield Row("a new article is found in its run", "", found, "", "yes", is_found)
