"""Dateline, agency, kind and their kin beside labels made by hand: `make facts CORPUS=DIR`.

usage: python -m bench.facts CORPUS [--verbose] [--labels FILE]

CORPUS holds folders `<set>/pages.jsonl` (rows with `id`, `url`, `file`). A label of
`bench/labels/facts.jsonl` (see the README there) is null where the page has no such fact, "?" where
readers would not agree, else every right answer. A value that the program gives is right or false;
a fact that it does not give is missed. Of the kind, news is no finding and is not counted. Pages
whose label says "held" were never looked at while rules were made. Exit code 2: no such pages.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.captions import clean_pages, rate, squeeze

LABELS = Path(__file__).parent / "labels" / "facts.jsonl"
PARTS = ("tune", "held", "all")
FIELDS = (
    "dateline", "country", "agency", "kind", "paywalled", "section", "language", "outlet", "image",
    "standfirst",
)  # fmt: skip
OPEN = "?"
Label = dict[str, Any]
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One labelled page."""

    id: str
    set: str
    part: str
    label: Label


@dataclass(slots=True)
class Score:
    """(right, found, labelled) of each field, and notes for people."""

    counts: dict[str, list[int]] = field(default_factory=lambda: {f: [0, 0, 0] for f in FIELDS})
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, *, right: bool, found: bool, labelled: bool) -> None:
        """Count one field of one page."""
        row = self.counts[name]
        row[:] = [row[0] + right, row[1] + found, row[2] + labelled]


def load_labels(path: Path) -> list[Page]:
    """The labelled pages, in the file's order."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Page(row["id"], row["set"], row["part"], row) for row in rows]


def read_truth(label: Label, name: str) -> Any:  # noqa: ANN401 - JSON
    """Every right answer of a field, None, or "?"."""
    if name in ("dateline", "country"):
        dateline = label["dateline"]
        return dateline if dateline in (None, OPEN) else [dateline[name == "country"]]
    truth = [label[name]] if name == "language" else label[name]
    if name == "kind" and truth != OPEN and truth == ["news"]:
        return None
    if name == "image":
        return True if truth else None
    return truth


def read_found(record: Record | None, name: str) -> Any:  # noqa: ANN401 - JSON
    """What the program says of a field, None for nothing."""
    record = record or {}
    if name in ("dateline", "country"):
        return (record.get("dateline") or {}).get("place" if name == "dateline" else "country")
    if name == "image":
        return True if record.get("image_url") else None
    value = record.get(name)
    return None if name == "kind" and value == "news" else value


def is_right(name: str, truth: Any, found: Any) -> bool:  # noqa: ANN401 - JSON
    """Whether the value is one of the right ones; a standfirst by its first words."""
    if isinstance(truth, bool):
        return truth is found
    if name == "standfirst":
        return squeeze(found).startswith(squeeze(truth))
    return squeeze(str(found)) in {squeeze(answer) for answer in truth}


def score_pages(pages: Iterable[Page], records: dict[tuple[str, str], Record]) -> dict[str, Score]:
    """The scores of the halves and of all."""
    scores = {part: Score() for part in PARTS}
    for page in pages:
        record = records.get((page.set, page.id))
        for name in FIELDS:
            truth, found = read_truth(page.label, name), read_found(record, name)
            if truth == OPEN:
                continue
            right = truth is not None and found is not None and is_right(name, truth, found)
            optional = name == "kind" and truth is not None and "news" in truth
            labelled = truth is not None and not (optional and found is None)
            for part in (page.part, "all"):
                scores[part].add(name, right=right, found=found is not None, labelled=labelled)
            if (found is not None or labelled) and not right:
                note = f"{page.part} {page.id[:24]:24} {name:10} {found!r} for {truth!r}"
                scores["all"].notes.append(note)
    return scores


def print_scores(scores: dict[str, Score], verbose: bool) -> None:
    """One row a field and half."""
    out = sys.stdout.write
    if verbose:
        out("".join(f"{note}\n" for note in scores["all"].notes) + "\n")
    out(f"{'':17}{'right':>7}{'found':>7}{'truth':>7}{'P':>8}{'R':>8}{'F1':>8}\n")
    for name in FIELDS:
        for part in PARTS:
            counts: Sequence[int] = scores[part].counts[name]
            p, r, f = rate(counts)
            numbers = "".join(f"{count:7}" for count in counts)
            out(f"{name:12}{part:5}{numbers}{p:8.3f}{r:8.3f}{f:8.3f}\n")


def main(given: Sequence[str] | None = None) -> None:
    """Parse the arguments, clean the pages, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("corpus", type=Path, help="the folder that holds the sets")
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--verbose", action="store_true", help="list what was missed and false")
    parser.add_argument("--part", choices=PARTS, default="all", help="list misses of one half only")
    arguments = parser.parse_args(given)
    pages = load_labels(arguments.labels)
    records = clean_pages(arguments.corpus, pages)
    if not records:
        sys.stderr.write(f"{arguments.corpus}: none of the labelled pages is there\n")
        sys.exit(2)
    present = [page for page in pages if (page.set, page.id) in records]
    if len(present) < len(pages):
        sys.stdout.write(f"{len(pages) - len(present)} labelled pages are not in this corpus\n")
    scores = score_pages(present, records)
    if arguments.part != "all":
        scores["all"].notes = [n for n in scores["all"].notes if n.startswith(arguments.part)]
    print_scores(scores, arguments.verbose)


if __name__ == "__main__":
    main()
