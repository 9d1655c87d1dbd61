"""Learns the weights of titles: `python -m bench.titles CORPUS`.

CORPUS is a folder of sets as for `make quality`. Every HTML page whose truth has a title is a
lesson: its candidates, their facts, and which of them is right, if any. The table shows how often
the choice is right, case and punctuation aside: on publishers that the weights have not seen (four
folds), and with weights from the half `tune` on either half. Then the weights are written to
tasks/weights/titles.tsv; what each fact means stays as it stands there.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.quality.corpus import PageSet, find_domain, find_half, read_corpus, read_rows
from tasks.charset import decode
from tasks.errors import CopydeskError
from tasks.fields.titles.claims import Claim, fold_title, list_claims, list_printed
from tasks.fields.titles.facts import NONE, WEIGHTS, list_facts, survey
from tasks.model import Fault, Limits, Media, Page
from tasks.text.html import read_html

FILE = Path(__file__).parent.parent / "tasks" / "weights" / WEIGHTS
FOLDS, STEPS, PACE = 4, 400, 0.05
# How strongly the weights are held near what is expected: sources disagree on few pages, and each
# publisher has its own ways.
RESTRAINT = 10.0
# News pages are few in the corpus beside blogs and institutions, and are what Copydesk is for.
SET_WEIGHTS = {"fundus_tests": 3.0}

Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of the weights file, without its weight."""

    name: str
    expected: float
    meaning: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """A page: the facts of its candidates (the last one is `none`), and which of them is right."""

    page_set: str
    half: str
    fold: int
    facts: Column
    right: int

    @property
    def weight(self) -> float:
        """How often the page counts."""
        return SET_WEIGHTS.get(self.page_set, 1.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0 when the weights are written."""
    parser = argparse.ArgumentParser(prog="python -m bench.titles", description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument(
        "--tune-only",
        action="store_true",
        help="learn from the publishers of the half `tune` alone, so that `make quality` shows in "
        "`held` what the weights are worth on others",
    )
    options = parser.parse_args(arguments)
    rows = read_facts()
    names = [row.name for row in rows]
    expected = np.array([row.expected for row in rows])
    try:
        lessons = [one for s in read_corpus(options.corpus).sets for one in read_set(s, names)]
    except CopydeskError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.writelines(f"{line}\n" for line in compare(lessons, expected))
    learned = fit([o for o in lessons if o.half == "tune" or not options.tune_only], expected)
    write_weights(rows, learned)
    return 0


def read_facts() -> list[Fact]:
    """The rows of the weights file in order, weights left out."""
    lines = FILE.read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [Fact(name, float(expected), meaning) for name, expected, _, meaning in rows]


def read_set(page_set: PageSet, names: Sequence[str]) -> Iterator[Lesson]:
    """A lesson for every page of a set whose title is known and that can be read."""
    manifest = page_set.manifests.get(Media.HTML)
    for row in read_rows(manifest) if manifest else ():
        truth = page_set.truth.get(row["id"], {})
        if not truth.get("title"):
            continue
        page = read_page(manifest.parent / row["file"], row.get("url")) if manifest else None
        if page is not None:
            domain = find_domain(truth.get("url") or "") or str(row["id"])
            facts, right = make_lesson(page, truth["title"], names)
            yield Lesson(page_set.name, find_half(truth), choose_fold(domain), facts, right)


def read_page(path: Path, url: str | None) -> Page | None:
    """The page, or None where it is none."""
    raw = path.read_bytes()
    text = decode(gzip.decompress(raw) if path.suffix == ".gz" else raw, None).text
    at = datetime.now(UTC)
    page = read_html(text, url=url, fetched_at=at, source=None, limits=Limits())
    return None if isinstance(page, Fault) else page


def make_lesson(page: Page, title: str, names: Sequence[str]) -> tuple[Column, int]:
    """The facts of each candidate and of `none`, and the row that is right."""
    printed = list_printed(page)
    groups: dict[str, list[Claim]] = {}
    for claim in list_claims(page, printed):
        groups.setdefault(claim.key, []).append(claim)
    around = survey(page, groups, printed)
    told = [list_facts(key, around) for key in groups] + [{NONE: 1.0}]
    facts = np.array([[row.get(name, 0.0) for name in names] for row in told])
    keys = list(groups)
    wanted = fold_title(title)
    return facts, keys.index(wanted) if wanted in groups else len(keys)


def choose_fold(domain: str) -> int:
    """One of the folds, the same for all pages of a publisher."""
    return hashlib.sha256(domain.encode()).digest()[1] % FOLDS


def fit(lessons: Sequence[Lesson], expected: Column) -> Column:
    """The weights under which the right candidates are most likely (Adam, so many steps)."""
    weights = expected.copy()
    mean, spread = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        slope = RESTRAINT * (weights - expected)
        for one in lessons:
            slope = slope + one.weight * (
                one.facts.T @ chances(one, weights) - one.facts[one.right]
            )
        mean, spread = 0.9 * mean + 0.1 * slope, 0.999 * spread + 0.001 * slope**2
        pace = PACE / (np.sqrt(spread / (1 - 0.999**step)) + 1e-8)
        weights = weights - pace * mean / (1 - 0.9**step)
    return weights


def chances(lesson: Lesson, weights: Column) -> Column:
    """The chance of each candidate."""
    scores = lesson.facts @ weights
    grown = np.exp(scores - scores.max())
    result: Column = grown / grown.sum()
    return result


def compare(lessons: Sequence[Lesson], expected: Column) -> Iterator[str]:
    """Lines of a table: how often the choice is right on publishers not learned from."""
    folds = [fit([one for one in lessons if one.fold != fold], expected) for fold in range(FOLDS)]
    tuned = fit([one for one in lessons if one.half == "tune"], expected)
    yield f"{'set':14} {'pages':>5} {'told':>6} {'unseen':>7} {'tune':>6} {'held':>6}"
    for name in sorted({one.page_set for one in lessons}):
        pages = [one for one in lessons if one.page_set == name]
        told = share(one.right < len(one.facts) - 1 for one in pages)
        unseen = share(is_right(one, folds[one.fold]) for one in pages)
        halves = [
            share(is_right(one, tuned) for one in pages if one.half == half)
            for half in ("tune", "held")
        ]
        figures = f"{told:6.1f} {unseen:7.1f} {halves[0]:6.1f} {halves[1]:6.1f}"
        yield f"{name:14} {len(pages):5} {figures}"


def is_right(lesson: Lesson, weights: Column) -> bool:
    """Whether the likeliest candidate, `none` left out, is the right one."""
    scores = (lesson.facts @ weights)[:-1]
    return bool(len(scores)) and int(np.argmax(scores)) == lesson.right


def share(answers: Iterator[bool]) -> float:
    """Per cent of true ones; nan of none."""
    listed = list(answers)
    return 100.0 * sum(listed) / len(listed) if listed else float("nan")


def write_weights(rows: Sequence[Fact], weights: Column) -> None:
    """The file anew, its remarks kept."""
    remarks = [line for line in FILE.read_text("utf-8").splitlines() if line.startswith("#")]
    lines = [
        f"{row.name}\t{row.expected:g}\t{weight:.2f}\t{row.meaning}"
        for row, weight in zip(rows, weights, strict=True)
    ]
    FILE.write_text("\n".join([*remarks, *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
