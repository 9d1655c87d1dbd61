"""People, organisations and places beside labels made by hand: `make mentions CORPUS=DIR`.

usage: python -m bench.mentions CORPUS [--verbose] [--labels FILE]

CORPUS holds folders `<set>/truth.jsonl` (rows with `id` and `body`). A row of the labels
(`bench/labels/mentions.jsonl`) lists the names in the first `extent` characters of a body, every
name with the forms that are right; `optional` ones may be found or not. A found name is right where
a form of it is one of the label's, folded, in the label's kind. Pages whose label says "held" were
labelled before anybody saw what Copydesk finds there, and are not for making rules. Exit code 2: no
such pages.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.captions import rate
from tasks.fields.mentions.mentions import find_mentions
from tasks.identity import fold_name
from tasks.model import Mention, MentionKind

LABELS = Path(__file__).parent / "labels" / "mentions.jsonl"
PARTS = ("tune", "held", "all")
KINDS = tuple(kind.value for kind in MentionKind)


@dataclass(frozen=True, slots=True)
class Page:
    """One labelled page: by kind the names, each as the set of its right forms, folded."""

    id: str
    set: str
    part: str
    language: str | None
    extent: int
    names: dict[str, tuple[frozenset[str], ...]]
    optional: frozenset[str]


@dataclass(slots=True)
class Score:
    """By kind (right, found, labelled); notes for people."""

    counts: dict[str, list[int]] = field(default_factory=lambda: {k: [0, 0, 0] for k in KINDS})
    pages: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Take up the counts of another page or part."""
        for kind, counts in other.counts.items():
            self.counts[kind] = [a + b for a, b in zip(self.counts[kind], counts, strict=True)]
        self.pages += other.pages
        self.notes += other.notes


def load_labels(path: Path) -> list[Page]:
    """The labelled pages, in the file's order."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        Page(
            row["id"], row["set"], row["part"], row["language"], row["extent"],
            {kind: tuple(frozenset(map(fold_name, name)) for name in row[kind]) for kind in KINDS},
            frozenset(map(fold_name, row["optional"])),
        )
        for row in rows
    ]  # fmt: skip


def score_page(page: Page, mentions: Iterable[Mention]) -> Score:
    """What is found, right and missed in the labelled part of one page."""
    score = Score(pages=1)
    where = f"{page.part} {page.language} {page.id[:24]}"
    left = {kind: list(names) for kind, names in page.names.items()}
    done: dict[str, list[frozenset[str]]] = {kind: [] for kind in KINDS}
    for mention in mentions:
        if not any(offset < page.extent for offset in mention.offsets):
            continue
        kind, forms = mention.kind.value, {fold_name(form) for form in mention.forms}
        hit = next((name for name in left[kind] if name & forms), None)
        if hit is not None:
            left[kind].remove(hit)
            done[kind].append(hit)
        elif forms & page.optional or any(name & forms for name in done[kind]):
            continue
        score.counts[kind][0] += hit is not None
        score.counts[kind][1] += 1
        if hit is None:
            score.notes.append(f"{where} FALSE  {kind[:6]} {mention.name} ({mention.rule})")
    for kind in KINDS:
        score.counts[kind][2] += len(page.names[kind])
        for name in left[kind]:
            score.notes.append(f"{where} MISSED {kind[:6]} {max(name, key=len)}")
    return score


def load_bodies(corpus: Path, pages: Iterable[Page]) -> dict[tuple[str, str], str]:
    """The bodies of the labelled pages by (set, id), as the corpus gives them."""
    found = {}
    for name in sorted({page.set for page in pages}):
        truth = corpus / name / "truth.jsonl"
        for line in truth.read_text(encoding="utf-8").splitlines() if truth.exists() else ():
            row = json.loads(line)
            found[name, row["id"]] = row.get("body") or ""
    return found


def print_scores(scores: dict[str, Score], verbose: str) -> None:
    """One row a kind and half."""
    out = sys.stdout.write
    notes = [n for n in scores["all"].notes if verbose == "all" or n.startswith(verbose)]
    out("".join(f"{note}\n" for note in notes) if verbose else "")
    out(f"{'':19}{'pages':>6}{'right':>7}{'found':>7}{'truth':>7}{'P':>8}{'R':>8}{'F1':>8}\n")
    for kind in KINDS:
        for part, score in scores.items():
            p, r, f = rate(score.counts[kind])
            numbers = "".join(f"{count:7}" for count in score.counts[kind])
            out(f"{kind:14}{part:5}{score.pages:6}{numbers}{p:8.3f}{r:8.3f}{f:8.3f}\n")


def main(given: Sequence[str] | None = None) -> None:
    """Parse the arguments, read the pages, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("corpus", type=Path, help="the folder that holds the sets")
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument(
        "--verbose", choices=("tune", "all"), default="", help="list what was missed and false"
    )
    arguments = parser.parse_args(given)
    pages = load_labels(arguments.labels)
    bodies = load_bodies(arguments.corpus, pages)
    present = [page for page in pages if (page.set, page.id) in bodies]
    if not present:
        sys.stderr.write(f"{arguments.corpus}: none of the labelled pages is there\n")
        sys.exit(2)
    if len(present) < len(pages):
        sys.stdout.write(f"{len(pages) - len(present)} labelled pages are not in this corpus\n")
    scores = {part: Score() for part in PARTS}
    find_mentions("", None)
    seconds = 0.0
    for page in present:
        began = time.process_time()
        found = find_mentions(bodies[page.set, page.id], page.language)
        seconds += time.process_time() - began
        score = score_page(page, found)
        scores[page.part].add(score)
        scores["all"].add(score)
    print_scores(scores, arguments.verbose)
    sys.stdout.write(f"CPU a page: {1000 * seconds / len(present):.2f} ms\n")


if __name__ == "__main__":
    main()
