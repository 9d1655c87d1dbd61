"""What a confidence is worth: `make calibration CORPUS=DIR`.

usage: python -m bench.calibration CORPUS [--fit]

CORPUS holds sets as for `make quality`. Every candidate of title, authors and published of every
page is judged against the truth; the table tells, for tenths of confidence, how many there were,
what they promised and how many were right, for the publishers the scales were fitted on (tune) and
for the others (held). "gap" is the mean difference, weighted by number (expected calibration
error). With --fit the scales are counted anew on `tune` and written to the data file.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.quality.corpus import PageSet, Record, find_half, read_corpus
from bench.quality.fields import match_authors, match_day, match_titles
from tasks.fields.confidence import name_scale, rate_confidence
from tasks.model import Found, Limits, Media, Page

WEIGHTS = Path(__file__).parent.parent / "tasks" / "weights" / "confidence.json"
FIELDS = ("title", "authors", "published")
# A point of a scale stands for at least so many candidates, and none is surer than so many allow.
LEAST = 12
TENTHS = 10


@dataclass(frozen=True, slots=True)
class Case:
    """One candidate: which scale it is read on, its score, and whether it was right."""

    field: str
    media: Media
    chosen: bool
    half: str
    found: Found[Any]
    right: bool

    @property
    def score(self) -> float:
        """What the finder said."""
        return self.found.confidence

    @property
    def key(self) -> str:
        """The key of its scale."""
        return name_scale(self.field, self.media, chosen=self.chosen)


def list_cases(page_set: PageSet) -> Iterator[Case]:
    """The candidates of every page of a set that the truth can judge."""
    for media, manifest in page_set.manifests.items():
        for key, page in read_pages(manifest, media):
            truth = page_set.truth.get(key)
            if truth is not None:
                yield from judge_page(truth, page, media)


def read_pages(manifest: Path, media: Media) -> Iterator[tuple[str, Page]]:
    """(id, page) of every page of a manifest that makes an article."""
    from tasks.charset import decode
    from tasks.model import Capture
    from tasks.sources.registry import open_sources
    from tasks.text.html import read_html
    from tasks.text.plain import read_plain
    from tasks.text.verdict import judge

    limits = Limits()
    read = read_html if media is Media.HTML else read_plain
    for capture in open_sources([str(manifest)], limits):
        if not isinstance(capture, Capture) or capture.fault or capture.external_id is None:
            continue
        text = decode(capture.content, capture.content_type).text
        page = read(
            text, url=capture.url, fetched_at=capture.fetched_at, source=None, limits=limits
        )
        if isinstance(page, Page) and judge(page) is None:
            yield capture.external_id, page


def judge_page(truth: Record, page: Page, media: Media) -> Iterator[Case]:
    """The candidates of one page's fields, where the truth tells."""
    from tasks.fields import registry

    finders = {field.name: field.find for field in registry.FIELDS}
    for field in FIELDS:
        for index, found in enumerate(finders[field](page)[: registry.MAX_CANDIDATES]):
            right = judge_value(field, truth, found)
            if right is not None:
                yield Case(field, media, index == 0, find_half(truth), found, right)


def judge_value(field: str, truth: Record, found: Found[Any]) -> bool | None:
    """Whether a candidate is right; None where the truth does not tell. A truth without authors is
    weak evidence and tells nothing."""
    if field == "title":
        return match_titles(truth.get("title"), found.value)
    if field == "published":
        return match_day(truth.get("published"), found.value.isoformat())
    authors = match_authors(truth.get("authors"), [author.name for author in found.value])
    return authors.same if authors and authors.signed else None


def fit_scale(cases: Sequence[Case]) -> list[list[float]]:
    """Rising points of (score, chance): pools of neighbours whose share of right ones does not
    fall (pool adjacent violators), each with one right and one wrong added."""
    pools: list[Pool] = []
    for pool in pool_scores(cases):
        pools.append(pool)
        while len(pools) > 1 and pools[-2].share >= pools[-1].share:
            pools[-2:] = [pools[-2].join(pools[-1])]
    points: list[list[float]] = []
    for pool in join_small(pools):
        floor = points[-1][1] if points else 0.0
        points.append([round(pool.scores / pool.number, 3), max(floor, round(pool.chance, 3))])
    return points


@dataclass(frozen=True, slots=True)
class Pool:
    """Some candidates: how many, the sum of their scores, and how many were right."""

    number: int
    scores: float
    right: int

    @property
    def share(self) -> float:
        """The share of right ones."""
        return self.right / self.number

    @property
    def chance(self) -> float:
        """The share with one right and one wrong added: nothing is ever certain."""
        return (self.right + 1) / (self.number + 2)

    def join(self, other: Pool) -> Pool:
        """Both together."""
        return Pool(
            self.number + other.number, self.scores + other.scores, self.right + other.right
        )


def pool_scores(cases: Iterable[Case]) -> list[Pool]:
    """One pool for each score, rising."""
    pools: dict[float, Pool] = {}
    for case in sorted(cases, key=lambda case: case.score):
        one = Pool(1, case.score, int(case.right))
        known = pools.get(case.score)
        pools[case.score] = known.join(one) if known else one
    return list(pools.values())


def join_small(pools: Iterable[Pool]) -> list[Pool]:
    """The same with pools of fewer than LEAST candidates joined to the one before."""
    joined: list[Pool] = []
    for pool in pools:
        if joined and min(joined[-1].number, pool.number) < LEAST:
            joined[-1] = joined[-1].join(pool)
        else:
            joined.append(pool)
    return joined


def write_scales(cases: Iterable[Case]) -> None:
    """Count the scales on `tune` and write the data file."""
    groups: Mapping[str, list[Case]] = defaultdict(list)
    for case in cases:
        if case.half == "tune":
            groups[case.key].append(case)
    scales = {key: fit_scale(group) for key, group in sorted(groups.items())}
    counts = {key: len(group) for key, group in sorted(groups.items())}
    about = "Chance that a candidate is right, by its score: see bench/calibration.py"
    data = {"about": about, "date": f"{datetime.now(UTC):%Y-%m-%d}", "candidates": counts}
    lines = [f'  "{key}": {json.dumps(points)}' for key, points in scales.items()]
    head = json.dumps(data, indent=1)[:-2]
    WEIGHTS.write_text(head + ',\n "scales": {\n' + ",\n".join(lines) + "\n }\n}\n", "utf-8")


def print_gaps(cases: Sequence[Case]) -> None:
    """One row for the chosen candidates of each field, medium and half: how many, what they
    promise, how many are right, and the gap between both by tenths."""
    out = sys.stdout.write
    out(f"{'':26}{'pages':>7}{'promised':>10}{'right':>8}{'gap':>8}\n")
    for field in FIELDS:
        for media in Media:
            for half in ("tune", "held"):
                where = (field, media, half, True)
                own = [c for c in cases if (c.field, c.media, c.half, c.chosen) == where]
                if own:
                    rows, gap = bin_cases(own)
                    said = sum(number * said for number, said, _ in rows) / len(own)
                    was = sum(number * was for number, _, was in rows) / len(own)
                    name = f"{field} {media.value} {half}"
                    out(f"{name:26}{len(own):7}{said:10.3f}{was:8.3f}{gap:8.3f}\n")


def bin_cases(cases: Sequence[Case]) -> tuple[list[tuple[int, float, float]], float]:
    """(number, mean confidence, share of right ones) by tenths of confidence, and the gap."""
    tenths: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for case in cases:
        chance = rate_confidence(case.field, case.media, case.found, chosen=case.chosen)
        tenths[min(int(chance * TENTHS), TENTHS - 1)].append((chance, case.right))
    rows = [
        (len(pairs), sum(p for p, _ in pairs) / len(pairs), sum(r for _, r in pairs) / len(pairs))
        for _, pairs in sorted(tenths.items())
    ]
    return rows, sum(number * abs(said - was) for number, said, was in rows) / len(cases)


def print_table(cases: Sequence[Case]) -> None:
    """A block for each field, medium and half: chosen candidates by tenths of confidence."""
    out = sys.stdout.write
    for field in FIELDS:
        for media in Media:
            for half in ("tune", "held"):
                own = [c for c in cases if (c.field, c.media, c.half) == (field, media, half)]
                for chosen in (True, False):
                    print_block([c for c in own if c.chosen is chosen])
    out("\n")


def print_block(cases: Sequence[Case]) -> None:
    """One reliability table, nothing where there are no cases."""
    if not cases:
        return
    first = cases[0]
    rows, gap = bin_cases(cases)
    out = sys.stdout.write
    name = f"{first.field} {first.media.value} {'chosen' if first.chosen else 'lost'}"
    out(f"{name} {first.half}: {len(cases)} candidates, gap {gap:.3f}\n")
    for number, said, was in rows:
        out(f"  {number:6}  says {said:.2f}  right {was:.2f}  {'#' * round(40 * was)}\n")


def main() -> None:
    """Judge every candidate, fit where asked, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("corpus", type=Path, help="the folder that holds the sets")
    parser.add_argument("--fit", action="store_true", help="count the scales anew and write them")
    arguments = parser.parse_args()
    corpus = read_corpus(arguments.corpus)
    cases = [case for page_set in corpus.sets for case in list_cases(page_set)]
    if arguments.fit:
        write_scales(cases)
        sys.stderr.write(f"Wrote {WEIGHTS}.\n")
        from tasks.fields.confidence import load_scales

        load_scales.cache_clear()
    print_table(cases)


if __name__ == "__main__":
    main()
