"""Captions and credits beside labels made by hand: `make captions CORPUS=DIR`.

usage: python -m bench.captions CORPUS [--verbose] [--labels FILE]

CORPUS holds folders `<set>/pages.jsonl` (rows with `id`, `url`, `file`). The labels
(`bench/labels/captions.jsonl`, see the README there) hold hashes of what a reader sees as the
captions and credits of a page's figures. A caption counts as found with its credit split off or
not; credits are counted apart. A leak is a labelled caption or credit inside the body. Pages whose
label says "held" were never looked at while rules were made. Exit code 2: no such pages.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

LABELS = Path(__file__).parent / "labels" / "captions.jsonl"
PARTS = ("tune", "held", "all")
# Within a longer line of the body, a caption or credit of so many letters is a leak: a shorter one
# may be a name.
LEAK_LETTERS = 40
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Figure:
    """One labelled figure: the hashes of every right reading of its caption and of its credit
    (empty where it has none), and of both together. `optional` ones may be found or not."""

    caption: frozenset[str]
    credit: frozenset[str]
    whole: frozenset[str]
    letters: tuple[int, int]
    words: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One labelled page."""

    id: str
    set: str
    part: str
    figures: tuple[Figure, ...]


@dataclass(slots=True)
class Score:
    """Right, found and labelled captions and credits; leaks into the body; notes for people."""

    captions: list[int] = field(default_factory=lambda: [0, 0, 0])
    credits: list[int] = field(default_factory=lambda: [0, 0, 0])
    leaks: int = 0
    pages: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Take up the counts of another page or part."""
        for mine, its in ((self.captions, other.captions), (self.credits, other.credits)):
            mine[:] = [a + b for a, b in zip(mine, its, strict=True)]
        self.leaks += other.leaks
        self.pages += other.pages
        self.notes += other.notes


def squeeze(text: str) -> str:
    """Letters and digits alone, composed (NFC) and casefolded."""
    joined = "".join(_WORDS.findall(unicodedata.normalize("NFC", text)))
    return joined.casefold().replace("_", "")


def digest(squeezed: str) -> str:
    """The first 16 hex digits of the SHA-256."""
    return hashlib.sha256(squeezed.encode()).hexdigest()[:16]


def load_labels(path: Path) -> list[Page]:
    """The labelled pages, in the file's order."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        Page(row["id"], row["set"], row["part"], tuple(map(read_figure, row["figures"])))
        for row in rows
    ]


def read_figure(row: dict[str, Any]) -> Figure:
    """One figure of a label row."""
    return Figure(
        caption=frozenset(row["caption"]),
        credit=frozenset(row["credit"]),
        whole=frozenset(row.get("whole", ())),
        letters=(row["letters"][0], row["letters"][1]),
        words=row["words"],
        optional=row.get("optional", False),
    )


def score_page(page: Page, record: dict[str, Any] | None) -> Score:
    """What one cleaned page has found, missed and leaked; None is a page that made no article."""
    found = [pair for pair in read_pairs(record) if any(pair)]
    score = Score(pages=1)
    figures = list(page.figures)
    for caption, credit in found:
        figure = find_figure(figures, caption, credit)
        if figure is not None:
            figures.remove(figure)
        count_found(score, page, figure, caption, credit)
    for figure in figures:
        count_missed(score, page, figure)
    for figure in page.figures:
        if record and leaks(figure, record.get("body") or ""):
            score.leaks += 1
            score.notes.append(f"{page.part} {page.id[:20]} LEAK   {figure.words}")
    return score


def read_pairs(record: dict[str, Any] | None) -> list[tuple[str, str]]:
    """(caption, credit) of every caption of a record, each pair once."""
    captions = (record or {}).get("captions") or []
    return list(dict.fromkeys((c["caption"] or "", c["credit"] or "") for c in captions))


def find_figure(figures: Sequence[Figure], caption: str, credit: str) -> Figure | None:
    """The labelled figure that a found caption is, its credit split off or not."""
    one, two = squeeze(caption), squeeze(credit)
    if one:
        keys = {digest(one), digest(one + two), digest(two + one)}
        hits = [figure for figure in figures if keys & (figure.caption | figure.whole)]
        right = [figure for figure in hits if digest(two) in figure.credit]
        return next(iter(right or hits), None)
    alone = [figure for figure in figures if not figure.caption]
    return next((figure for figure in alone if digest(two) in figure.credit), None)


def count_found(score: Score, page: Page, figure: Figure | None, caption: str, credit: str) -> None:
    """Count one found caption, and its credit."""
    where = f"{page.part} {page.id[:20]}"
    if figure is not None and figure.optional:
        return
    if caption:
        score.captions[1] += 1
        score.captions[0] += figure is not None
        score.captions[2] += figure is not None
        if figure is None:
            score.notes.append(f"{where} FALSE  {caption[:90]} | {credit[:40]}")
    right = figure is not None and digest(squeeze(credit)) in figure.credit
    if credit:
        score.credits[1] += 1
        score.credits[0] += right
        if not right and (figure is not None or not caption):
            score.notes.append(f"{where} CREDIT {caption[:50]} | {credit[:60]}")
    if figure is not None and figure.credit:
        score.credits[2] += 1
        if not right and not credit:
            score.notes.append(f"{where} UNCUT  {caption[-90:]}")


def count_missed(score: Score, page: Page, figure: Figure) -> None:
    """Count one labelled figure that nothing found is."""
    if figure.optional:
        return
    score.captions[2] += bool(figure.caption)
    score.credits[2] += bool(figure.credit)
    score.notes.append(f"{page.part} {page.id[:20]} MISSED {figure.words}")


def leaks(figure: Figure, body: str) -> bool:
    """Whether a caption stands in the body: as a whole line, or within one; a short credit only
    as a whole line."""
    lines = [squeeze(line) for line in body.split("\n") if line.strip()]
    wanted = figure.caption | figure.credit | figure.whole
    if any(digest(line) in wanted for line in lines):
        return True
    sizes = [size for size in figure.letters if size >= LEAK_LETTERS]
    return any(
        digest(line[at : at + size]) in wanted
        for size in sizes
        for line in lines
        for at in range(len(line) - size + 1)
    )


class Listed(Protocol):
    """A labelled page, whatever its label says."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def set(self) -> str: ...  # noqa: D102


def clean_pages(corpus: Path, pages: Iterable[Listed]) -> dict[tuple[str, str], dict[str, Any]]:
    """The records that `copydesk clean` makes of the labelled pages, by (set, id)."""
    rows = []
    listed = [(page.set, page.id) for page in pages]
    for name in sorted({name for name, _ in listed}):
        ids = {key for of, key in listed if of == name}
        manifest = corpus / name / "pages.jsonl"
        for line in manifest.read_text(encoding="utf-8").splitlines() if manifest.exists() else ():
            row = json.loads(line)
            if row["id"] in ids:
                file = (manifest.parent / row["file"]).resolve()
                rows.append({"id": f"{name}/{row['id']}", "url": row["url"], "file": str(file)})
    return {tuple(r["id"].split("/", 1)): r for r in run_clean(rows)} if rows else {}


def run_clean(rows: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    """Run the command over a manifest of `rows`; documents that end as problems are none of ours,
    other failures end the benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        manifest = Path(folder) / "pages.jsonl"
        manifest.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        command = [sys.executable, "-m", "flows.cli", "clean", str(manifest)]
        done = subprocess.run(
            [*command, "--format", "jsonl", "--quiet"], capture_output=True, check=False
        )
    if done.returncode not in (0, 3):
        sys.exit(f"copydesk clean ended with {done.returncode}: {done.stderr.decode()}")
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]


def score_pages(
    pages: Iterable[Page], records: dict[tuple[str, str], dict[str, Any]]
) -> dict[str, Score]:
    """The scores of the halves and of all."""
    scores = {part: Score() for part in PARTS}
    for page in pages:
        score = score_page(page, records.get((page.set, page.id)))
        scores[page.part].add(score)
        scores["all"].add(score)
    return scores


def rate(counts: Sequence[int]) -> tuple[float, float, float]:
    """Precision, recall and F1 of (right, found, labelled)."""
    right, found, labelled = counts
    precision = right / found if found else 1.0
    recall = right / labelled if labelled else 1.0
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0


def print_scores(scores: dict[str, Score], verbose: bool) -> None:
    """One row a half for captions and for credits."""
    out = sys.stdout.write
    if verbose:
        out("".join(f"{note}\n" for note in scores["all"].notes) + "\n")
    out(f"{'':14}{'pages':>6}{'right':>7}{'found':>7}{'truth':>7}{'P':>8}{'R':>8}{'F1':>8}\n")
    for what in ("captions", "credits"):
        for part, score in scores.items():
            counts = score.captions if what == "captions" else score.credits
            p, r, f = rate(counts)
            numbers = "".join(f"{count:7}" for count in counts)
            out(f"{what:9}{part:5}{score.pages:6}{numbers}{p:8.3f}{r:8.3f}{f:8.3f}\n")
    out(f"in the body: {', '.join(f'{p} {s.leaks}' for p, s in scores.items())}\n")


def main() -> None:
    """Parse the arguments, clean the pages, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("corpus", type=Path, help="the folder that holds the sets")
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--verbose", action="store_true", help="list what was missed and false")
    arguments = parser.parse_args()
    pages = load_labels(arguments.labels)
    records = clean_pages(arguments.corpus, pages)
    if not records:
        sys.stderr.write(f"{arguments.corpus}: none of the labelled pages is there\n")
        sys.exit(2)
    present = [page for page in pages if (page.set, page.id) in records]
    if len(present) < len(pages):
        sys.stdout.write(f"{len(pages) - len(present)} labelled pages are not in this corpus\n")
    print_scores(score_pages(present, records), arguments.verbose)


if __name__ == "__main__":
    main()
