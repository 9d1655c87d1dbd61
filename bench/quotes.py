"""Direct speech and its speakers beside labels made by hand: `make quotes CORPUS=DIR`.

usage: python -m bench.quotes CORPUS [--verbose] [--labels FILE] [--part tune|held]

CORPUS holds folders `<set>/` with `truth.jsonl` (rows with `id`, `body`) and `pages.jsonl`. The
labels (`bench/labels/quotes.jsonl`, see the README there) say where in which paragraph a reader
sees direct speech, and who speaks. A quote is right when it begins and ends with the same letters;
the speaker counts on those that are, and nobody is the right answer where a reader cannot tell.
Texts are the truth's own bodies ("truth"), or what `copydesk clean` makes of the page ("page").
--verbose lists errors of the "tune" part only: the other was never looked at while rules were made.
Exit code 2: no such pages.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.captions import digest, rate, run_clean, squeeze
from tasks.fields.mentions.entities import list_mentions
from tasks.fields.mentions.mentions import pick_people
from tasks.fields.speech.quotes import find_quotes
from tasks.identity import fold_name
from tasks.model import Quote

LABELS = Path(__file__).parent / "labels" / "quotes.jsonl"
_PARAGRAPH = re.compile(r"[^\n]+")
_ARTICLE = re.compile(
    r"^(?:the|an?|der|die|das|ein|eine|le|la|les|une?|el|los|las|il|lo|l|os?|as?|de|het|een|det|den)\s"
)
NOBODY = "-"


@dataclass(frozen=True, slots=True)
class Mark:
    """One labelled quote: its place in its paragraph, every right reading of its speaker (none:
    nobody can tell). An `optional` one may be found or not."""

    paragraph: str
    start: int
    end: int
    speakers: frozenset[str]
    words: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled article: the digests of the paragraphs that were read, and their quotes."""

    id: str
    set: str
    part: str
    text: str
    language: str
    paragraphs: frozenset[str]
    quotes: tuple[Mark, ...]


@dataclass(slots=True)
class Score:
    """Right, found and labelled quotes; right and known speakers; what was wrong."""

    spans: list[int] = field(default_factory=lambda: [0, 0, 0])
    speakers: list[int] = field(default_factory=lambda: [0, 0])
    articles: int = 0
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Take up the counts of another."""
        self.spans = [a + b for a, b in zip(self.spans, other.spans, strict=True)]
        self.speakers = [a + b for a, b in zip(self.speakers, other.speakers, strict=True)]
        self.articles += other.articles
        self.seconds += other.seconds
        self.notes += other.notes


def load_labels(path: Path) -> list[Labelled]:
    """The labelled articles, in the file's order."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        Labelled(
            id=row["id"],
            set=row["set"],
            part=row["part"],
            text=row["text"],
            language=row["language"],
            paragraphs=frozenset(row["paragraphs"]),
            quotes=tuple(
                Mark(
                    paragraph=q["paragraph"],
                    start=q["start"],
                    end=q["end"],
                    speakers=frozenset(map(fold_speaker, q["speakers"])),
                    words=q["words"],
                    optional=q.get("optional", False),
                )
                for q in row["quotes"]
            ),
        )
        for row in rows
    ]


def fold_speaker(name: str | None) -> str:
    """A speaker for comparison: no case, accents or article; "-" for nobody."""
    if name is None or name == NOBODY:
        return NOBODY
    return _ARTICLE.sub("", fold_name(name))


def list_paragraphs(body: str, wanted: frozenset[str]) -> Iterator[tuple[str, int, int]]:
    """(digest, start, end) of the paragraphs that were labelled."""
    for match in _PARAGRAPH.finditer(body):
        key = digest(squeeze(match[0]))
        if key in wanted:
            yield key, match.start(), match.end()


def trim_span(body: str, start: int, end: int) -> tuple[int, int]:
    """The bounds without marks and punctuation at either end."""
    while start < end and not body[start].isalnum():
        start += 1
    while end > start and not body[end - 1].isalnum():
        end -= 1
    return start, end


def score_article(article: Labelled, body: str, found: Sequence[Quote]) -> Score:
    """What one article has found, missed, and attributed. A labelled paragraph that the body lacks
    is no miss: that is the work of cleaning."""
    score = Score(articles=1)
    where = f"{article.part} {article.language} {article.id[:24]}"
    places = list(list_paragraphs(body, article.paragraphs))
    inside = [q for q in found if any(start <= q.start < end for _, start, end in places)]
    by_span = {trim_span(body, quote.start, quote.end): quote for quote in inside}
    optional: list[tuple[int, int]] = []
    for key, start, _ in places:
        for mark in article.quotes:
            if mark.paragraph != key:
                continue
            span = trim_span(body, start + mark.start, start + mark.end)
            quote = by_span.pop(span, None)
            if mark.optional:
                optional.append(span)
            else:
                count_mark(score, mark, quote, where)
    for (start, end), quote in by_span.items():
        if not any(start < other_end and other_start < end for other_start, other_end in optional):
            score.spans[1] += 1
            score.notes.append(
                f"{where} FALSE   {quote.text[:100]!r} {quote.rule} {quote.confidence}"
            )
    return score


def count_mark(score: Score, mark: Mark, quote: Quote | None, where: str) -> None:
    """Count one labelled quote, and its speaker where it was found."""
    score.spans[2] += 1
    if quote is None:
        score.notes.append(f"{where} MISSED  {mark.words!r}")
        return
    score.spans[0] += 1
    score.spans[1] += 1
    said = fold_speaker(quote.speaker)
    right = said in mark.speakers or (said == NOBODY and not mark.speakers)
    score.speakers[0] += right
    score.speakers[1] += 1
    if not right:
        wanted = "/".join(sorted(mark.speakers)) or NOBODY
        score.notes.append(
            f"{where} SPEAKER {mark.words!r}: {quote.speaker!r} "
            f"({quote.speaker_raw!r}, {quote.rule}) is {wanted}"
        )


def load_bodies(corpus: Path, articles: Iterable[Labelled]) -> dict[tuple[str, str], str]:
    """The texts of the labelled articles that the corpus has, by (set, id)."""
    bodies: dict[tuple[str, str], str] = {}
    wanted = {(article.set, article.id): article.text for article in articles}
    rows = []
    for name in sorted({key[0] for key in wanted}):
        for row in read_rows(corpus / name / "truth.jsonl"):
            if wanted.get((name, row["id"])) == "truth" and row.get("body"):
                bodies[name, row["id"]] = row["body"]
        for row in read_rows(corpus / name / "pages.jsonl"):
            if wanted.get((name, row["id"])) == "page":
                file = str((corpus / name / row["file"]).resolve())
                rows.append({"id": f"{name}/{row['id']}", "url": row["url"], "file": file})
    for record in run_clean(rows) if rows else ():
        name, _, page = record["id"].partition("/")
        bodies[name, page] = record["body"] or ""
    return bodies


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a file of JSON lines; none where there is no file."""
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def score_articles(
    articles: Iterable[Labelled], bodies: dict[tuple[str, str], str]
) -> dict[tuple[str, str], Score]:
    """The scores by part and language, and of each part ("all" languages)."""
    scores: dict[tuple[str, str], Score] = defaultdict(Score)
    for article in articles:
        body = bodies.get((article.set, article.id))
        if body is None:
            continue
        people = pick_people(list_mentions(body, article.language, ()))
        began = time.process_time()
        found = find_quotes(body, article.language, people)
        score = score_article(article, body, found)
        score.seconds = time.process_time() - began
        scores[article.part, article.language].add(score)
        scores[article.part, "all"].add(score)
    return dict(scores)


def print_scores(scores: dict[tuple[str, str], Score], verbose: bool) -> None:
    """One row a part and language."""
    out = sys.stdout.write
    if verbose:
        notes = scores[("tune", "all")].notes if ("tune", "all") in scores else []
        out("".join(f"{note}\n" for note in notes) + "\n")
    out(
        f"{'':14}{'articles':>9}{'right':>7}{'found':>7}{'truth':>7}{'P':>8}{'R':>8}{'F1':>8}"
        f"{'speakers':>11}{'of':>6}\n"
    )
    for (part, language), score in sorted(scores.items(), key=lambda item: item[0]):
        precision, recall, both = rate(score.spans)
        right, found, truth = score.spans
        share = score.speakers[0] / score.speakers[1] if score.speakers[1] else 1.0
        out(
            f"{part:6}{language:8}{score.articles:9}{right:7}{found:7}{truth:7}{precision:8.3f}"
            f"{recall:8.3f}{both:8.3f}{share:11.3f}{score.speakers[1]:6}\n"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, score, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--part", choices=("tune", "held"))
    parser.add_argument("--verbose", action="store_true")
    chosen = parser.parse_args(arguments)
    articles = [a for a in load_labels(chosen.labels) if chosen.part in (None, a.part)]
    bodies = load_bodies(chosen.corpus, articles)
    if not bodies:
        sys.stderr.write(f"{chosen.corpus} holds none of the labelled articles.\n")
        return 2
    missing = sum((article.set, article.id) not in bodies for article in articles)
    print_scores(score_articles(articles, bodies), chosen.verbose)
    if missing:
        sys.stdout.write(f"{missing} labelled articles are not in this corpus.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
