"""Trains the model that finds the headline of a plain text: `python -m bench.headlines CORPUS`.

CORPUS is a folder of sets as for `make quality`. Every page whose title is known is a lesson: its
text where the set has texts, else its HTML read as a text line by line. Where the truth has no
title, the one that Copydesk finds in the HTML counts, if it is likely enough. First four models are
made, each without a quarter of the publishers, and asked about that quarter. Then one is made of
all, and written to tasks/weights, its card to docs. Needs the extra `train`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.quality.corpus import (
    Corpus,
    PageSet,
    Record,
    find_domain,
    find_half,
    read_corpus,
    read_rows,
)
from bench.titles import choose_fold, read_page
from bench.training import FOLDS, SETTINGS, export
from tasks.errors import CopydeskError
from tasks.fields.titles.titles import find_title
from tasks.model import Media, Page
from tasks.text.headline import MODEL, list_candidates, survey, tell
from tasks.text.label import label_by_rules
from tasks.text.line_facts import Facts
from tasks.text.plain import cut_spans
from tasks.text.revision import revise_all
from tasks.text.shape import squeeze

ROOT = Path(__file__).parent.parent
WEIGHTS = ROOT / "tasks" / "weights" / f"{MODEL}.json"
CARD = ROOT / "docs" / f"{MODEL}_model.md"
TREES = 150
OWN_SETTINGS = {**SETTINGS, "min_data_in_leaf": 30}
# A title that we find ourselves is taken for true from this confidence on.
TRUSTED = 0.8


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text: the facts of its candidates, which of them print the title, whether any line of the
    text does, and whether the rules alone found it."""

    set: str
    half: str
    publisher: str
    facts: Facts | None
    right: NDArray[np.bool_]
    shown: bool
    ruled: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0 when the model is made."""
    parser = argparse.ArgumentParser(prog="python -m bench.headlines", description=__doc__)
    parser.add_argument("corpus", type=Path, help="the folder that holds the sets")
    parser.add_argument(
        "--tune-only",
        action="store_true",
        help="learn from the publishers of the half `tune` alone, so that `make quality` shows in "
        "the rows of `held` what the model is worth elsewhere",
    )
    options = parser.parse_args(arguments)
    try:
        corpus = read_corpus(options.corpus)
    except CopydeskError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    lessons = [one for page_set in corpus.sets for one in read_set(page_set)]
    table = list(compare(lessons))
    print("\n".join(table))  # noqa: T201
    taught = [one for one in lessons if one.half == "tune" or not options.tune_only]
    data = export(fit(taught), count_facts(taught))
    WEIGHTS.write_text(json.dumps(data, separators=(",", ":")) + "\n", encoding="utf-8")
    CARD.write_text(describe(corpus, taught, table), encoding="utf-8")
    return 0


def read_set(page_set: PageSet) -> Iterator[Lesson]:
    """The lessons of one set; one whose truth knows neither titles nor bodies has none."""
    if Media.HTML not in page_set.manifests or not any(
        row.get("title") or row.get("body") or row.get("paragraphs")
        for row in page_set.truth.values()
    ):
        return
    html, plain = page_set.manifests[Media.HTML], page_set.manifests.get(Media.TEXT)
    files = {row["id"]: plain.parent / row["file"] for row in read_rows(plain)} if plain else {}
    for row in read_rows(html):
        truth = page_set.truth.get(row["id"])
        page = read_page(html.parent / row["file"], row.get("url")) if truth else None
        title = read_title(truth, page) if truth and page else None
        if truth and page and title:
            file = files.get(row["id"])
            texts = read_texts(file) if file else tuple(line.text for line in page.lines)
            if texts:
                yield make_lesson(page_set.name, truth, texts, title)


def read_title(truth: Record, page: Page) -> str | None:
    """The true title, else what the page says of itself with enough agreement."""
    if truth.get("title"):
        return str(truth["title"])
    found = find_title(page)
    return found[0].value if found and found[0].confidence >= TRUSTED else None


def read_texts(file: Path) -> tuple[str, ...]:
    """The lines of a text, blank ones left out."""
    text = gzip.decompress(file.read_bytes()).decode("utf-8")
    return tuple(text[start:end] for start, end in cut_spans(text))


def make_lesson(name: str, row: Record, texts: Sequence[str], title: str) -> Lesson:
    """The lesson of one text."""
    draft, settled = label_by_rules(texts)
    verdicts, facts = revise_all(draft, settled)
    scene = survey(draft, verdicts)
    numbers = list_candidates(scene) if scene else []
    key = squeeze(title)
    told = tell(scene, numbers, facts) if scene and numbers and facts is not None else None
    return Lesson(
        set=name,
        half=find_half(row),
        publisher=find_domain(row.get("url") or "") or str(row["id"]),
        facts=told,
        right=np.array([draft.keys[number] == key for number in numbers], bool),
        shown=key in draft.keys,
        ruled=draft.title is not None and draft.keys[draft.title] == key,
    )


def fit(lessons: Sequence[Lesson]) -> Any:  # noqa: ANN401 - LightGBM has no types
    """The booster learned from the texts that show their title above the body."""
    import lightgbm

    taught = [(one.facts, one.right) for one in lessons if one.right.any()]
    facts = np.vstack([told for told, _ in taught if told is not None])
    right = np.concatenate([right for told, right in taught if told is not None])
    return lightgbm.train(OWN_SETTINGS, lightgbm.Dataset(facts, right), TREES)


def compare(lessons: Sequence[Lesson]) -> Iterator[str]:
    """Lines of a table: found by the rules, and on publishers that the model had not seen."""
    folds = [choose_fold(one.publisher) for one in lessons]
    models = [
        fit([one for one, fold in zip(lessons, folds, strict=True) if fold != left])
        for left in range(FOLDS)
    ]
    right = [is_right(one, models[fold]) for one, fold in zip(lessons, folds, strict=True)]
    yield "| set | texts | shown on a line | rules | model |"
    yield "|---|---|---|---|---|"
    for name in dict.fromkeys(one.set for one in lessons):
        at = [n for n, one in enumerate(lessons) if one.set == name]
        shown, ruled = ([getattr(lessons[n], key) for n in at] for key in ("shown", "ruled"))
        figures = [shown, ruled, [right[n] for n in at]]
        yield (
            f"| {name} | {len(at)} | "
            + " | ".join(f"{100 * np.mean(f):.1f}" for f in figures)
            + " |"
        )


def is_right(lesson: Lesson, model: Any) -> bool:  # noqa: ANN401 - LightGBM has no types
    """Whether the likeliest line prints the title."""
    if lesson.facts is None:
        return False
    return bool(lesson.right[int(np.argmax(model.predict(lesson.facts)))])


def count_facts(lessons: Sequence[Lesson]) -> int:
    """How many facts a line has."""
    return next(int(one.facts.shape[1]) for one in lessons if one.facts is not None)


def describe(corpus: Corpus, lessons: Sequence[Lesson], table: Sequence[str]) -> str:
    """The model's card, in Markdown."""
    publishers = len({one.publisher for one in lessons})
    return "\n".join(
        [
            f"# {MODEL}",
            "",
            "How likely a line above the body of a plain text is its headline: decision trees over",
            "the facts that `tasks/text/headline.py` and `line_facts.py` read. Made by",
            "`python -m bench.headlines CORPUS` with LightGBM; asked with numpy alone.",
            "",
            f"- Date: {date.today().isoformat()}",
            f"- Learned from: {len(lessons)} texts of {publishers} publishers; digest "
            f"`{corpus.digest[:16]}`",
            f"- {TREES} trees of at most {SETTINGS['num_leaves']} leaves, {count_facts(lessons)} "
            "facts a line",
            "",
            "Per cent of the texts whose title is found (letters and digits alike), on publishers",
            "that the model had not seen (four folds by publisher), and by the rules alone:",
            "",
            *table,
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
