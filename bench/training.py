"""Trains the model that revises the labels of plain texts: `python -m bench.training CORPUS`.

CORPUS is a folder of sets as for `make quality`. Texts whose truth tells the body are learned from
as they are; pages of sets without texts are read as texts line by line, with the labels that
Copydesk gives them as HTML for truth, at a lower weight. First four models are made, each without
a quarter of the publishers, and asked about that quarter; the table sets them against the rules.
Then one is made of all, and written to tasks/weights, its card to docs. Needs the extra `train`.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
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
from bench.quality.shingles import balance_matches, count_shingles, match_bodies
from tasks.charset import decode
from tasks.errors import CopydeskError
from tasks.model import KEPT, Fault, Limits, Media
from tasks.text.html import read_html
from tasks.text.label import label_by_rules
from tasks.text.line_facts import Facts, find_near, read_facts
from tasks.text.plain import cut_spans
from tasks.text.revision import MODEL, choose_body, is_certain
from tasks.text.shape import squeeze
from tasks.text.trees import read_trees

ROOT = Path(__file__).parent.parent
WEIGHTS = ROOT / "tasks" / "weights" / f"{MODEL}.json"
CARD = ROOT / "docs" / f"{MODEL}_model.md"
FOLDS = 4
# What a page read by ourselves counts beside one with truth.
OWN_WEIGHT = 0.3
# A long line is body where this share of its shingles is in the true body.
SHARE, LONG = 0.7, 7
# Long pages are not to drown short ones.
PAGE_LINES = 250
TREES = 150
SETTINGS = {
    "objective": "binary",
    "num_leaves": 8,
    "max_depth": 3,
    "learning_rate": 0.1,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "max_bin": 63,
    "seed": 1,
    "num_threads": 1,
    "deterministic": True,
    "verbose": -1,
}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Lesson:
    """One page to learn from. `body` is 1 on body lines, `asked` on lines that the rules leave
    to the model; `ruled` is where the rules see body, and `choose` where they and a model do."""

    set: str
    publisher: str
    half: str
    texts: tuple[str, ...]
    body: NDArray[np.float64]
    facts: Facts
    asked: NDArray[np.float64]
    ruled: NDArray[np.bool_]
    words: NDArray[np.float64]
    truth: str
    own: bool
    choose: Callable[[NDArray[np.float64]], NDArray[np.bool_]]


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 2 for a corpus that cannot be read."""
    parser = argparse.ArgumentParser(prog="bench.training", description=__doc__)
    parser.add_argument("corpus", type=Path, help="the folder that holds the sets")
    parser.add_argument(
        "--tune-only",
        action="store_true",
        help="learn from the publishers of the half `tune` alone, so that `make quality` shows in "
        "the rows of `held` what the model is worth elsewhere; then make it anew of all",
    )
    parser.add_argument("--dry-run", action="store_true", help="print the table, write nothing")
    options = parser.parse_args(arguments)
    try:
        corpus = read_corpus(options.corpus)
    except CopydeskError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    lessons = [one for one in read_lessons(corpus) if one.half == "tune" or not options.tune_only]
    table = list(compare_folds(lessons))
    print("\n".join(table))  # noqa: T201
    if not options.dry_run:
        data = export(fit(lessons), lessons[0].facts.shape[1])
        write_model(data, describe(corpus, lessons, table))
    return 0


def read_lessons(corpus: Corpus) -> Iterator[Lesson]:
    """A lesson of every text with a true body, and of every page of the sets that have no texts."""
    for page_set in corpus.sets:
        own = Media.TEXT not in page_set.manifests
        if own and not any("with" in row for row in page_set.truth.values()):
            continue
        manifest = page_set.manifests[Media.HTML if own else Media.TEXT]
        for row in read_rows(manifest):
            lesson = read_own(row, manifest) if own else read_told(page_set, row, manifest)
            if lesson is not None:
                yield lesson


def read_told(page_set: PageSet, row: Record, manifest: Path) -> Lesson | None:
    """A text with its true body."""
    truth = page_set.truth.get(row["id"], {}).get("body")
    if truth is None:
        return None
    body = truth if isinstance(truth, str) else "\n\n".join(truth)
    text = gzip.decompress((manifest.parent / row["file"]).read_bytes()).decode("utf-8")
    texts = tuple(text[start:end] for start, end in cut_spans(text))
    return make_lesson(page_set.name, row, texts, find_body(body, texts), body, own=False)


def read_own(row: Record, manifest: Path) -> Lesson | None:
    """A page as a text of its lines, with the labels that it gets as HTML."""
    content = gzip.decompress((manifest.parent / row["file"]).read_bytes())
    page = read_html(
        decode(content, None).text,
        url=row.get("url"),
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
        source=None,
        limits=Limits(),
    )
    if isinstance(page, Fault) or not page.lines:
        return None
    texts = tuple(line.text for line in page.lines)
    body = [float(line.label in KEPT) for line in page.lines]
    told = "\n\n".join(t for t, b in zip(texts, body, strict=True) if b)
    return make_lesson(manifest.parent.name, row, texts, body, told, own=True)


def make_lesson(
    name: str, row: Record, texts: tuple[str, ...], body: Sequence[float], truth: str, *, own: bool
) -> Lesson | None:
    """The lesson of one page; None where it has no line."""
    if not texts:
        return None
    draft, settled = label_by_rules(texts)
    facts = read_facts(draft, settled)
    near = find_near(facts)
    return Lesson(
        set=name,
        publisher=find_domain(row.get("url") or "") or str(row["id"]),
        half=find_half(row),
        texts=texts,
        body=np.array(body, float),
        facts=facts,
        asked=np.array([not is_certain(verdict) for verdict in settled], float) * near,
        ruled=np.array([label in KEPT for label, _rule in settled]),
        words=np.array([shape.words for shape in draft.shapes], float),
        truth=truth,
        own=own,
        choose=lambda chance: np.array(choose_body(draft, settled, chance * near)),
    )


def find_body(truth: str, texts: Sequence[str]) -> list[float]:
    """1 for each line that is a line of the true body, or whose words mostly are in it."""
    lines = {squeeze(line) for line in truth.split("\n") if line.strip()}
    wanted = count_shingles(_WORD.findall(truth.casefold()))
    found = []
    for text in texts:
        words = _WORD.findall(text.casefold())
        got = count_shingles(words)
        mostly = len(words) >= LONG and (got & wanted).total() >= SHARE * got.total()
        found.append(float(squeeze(text) in lines or mostly))
    return found


def fit(lessons: Sequence[Lesson]) -> Any:  # noqa: ANN401 - LightGBM has no types
    """A LightGBM booster of these lessons."""
    import lightgbm

    facts = np.vstack([lesson.facts for lesson in lessons])
    body = np.concatenate([lesson.body for lesson in lessons])
    weight = np.concatenate([weigh(lesson) for lesson in lessons])
    data = lightgbm.Dataset(facts, label=body, weight=weight)
    return lightgbm.train(SETTINGS, data, TREES)


def weigh(lesson: Lesson) -> NDArray[np.float64]:
    """What each line counts: longer ones more, those of long pages less."""
    weight: NDArray[np.float64] = (np.minimum(lesson.words, 60) / 20 + 0.5) * lesson.asked
    return weight * min(1.0, PAGE_LINES / len(lesson.texts)) * (OWN_WEIGHT if lesson.own else 1.0)


def compare_folds(lessons: Sequence[Lesson]) -> Iterator[str]:
    """The table: shingle F1 of the rules and of models that never saw the page's publisher."""
    asked: dict[int, NDArray[np.bool_]] = {}
    for fold in range(FOLDS):
        seen = [lesson for lesson in lessons if choose_fold(lesson) != fold]
        trees = read_trees(export(fit(seen), lessons[0].facts.shape[1]))
        for number, lesson in enumerate(lessons):
            if choose_fold(lesson) == fold:
                asked[number] = lesson.choose(trees.score(lesson.facts))
    yield "| set | pages | rules | model |"
    yield "|---|---|---|---|"
    for name in sorted({lesson.set for lesson in lessons}):
        some = [n for n, lesson in enumerate(lessons) if lesson.set == name and lesson.body.sum()]
        rules = score([(lessons[n], lessons[n].ruled) for n in some])
        model = score([(lessons[n], asked[n]) for n in some])
        mark = " (our own labels as truth)" if lessons[some[0]].own else ""
        yield f"| {name}{mark} | {len(some)} | {rules:.4f} | {model:.4f} |"


def choose_fold(lesson: Lesson) -> int:
    """The quarter of the publishers that this page's is in."""
    return hashlib.sha256(lesson.publisher.encode()).digest()[0] % FOLDS


def score(pages: Sequence[tuple[Lesson, NDArray[np.bool_]]]) -> float:
    """Shingle F1 of the chosen lines of each page."""
    matches = []
    for lesson, chosen in pages:
        kept = [t for t, yes in zip(lesson.texts, chosen, strict=True) if yes]
        matches.append(match_bodies(lesson.truth, "\n\n".join(kept)))
    return balance_matches(matches).f1


def export(booster: Any, facts: int) -> dict[str, Any]:  # noqa: ANN401
    """The booster as plain numbers, in the form that `tasks.text.trees` reads."""
    trees = [read_tree(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]
    data: dict[str, Any] = {"facts": facts}
    for key in ("fact", "limit", "yes", "no", "leaf"):
        data[key] = [tree[key] for tree in trees]
    return data


def read_tree(root: dict[str, Any]) -> dict[str, list[float]]:
    """One tree as rows of numbers."""
    tree: dict[str, list[float]] = {key: [] for key in ("fact", "limit", "yes", "no", "leaf")}

    def add(node: dict[str, Any]) -> int:
        if "leaf_value" in node:
            tree["leaf"].append(round(node["leaf_value"], 5))
            return -len(tree["leaf"])
        at = len(tree["fact"])
        tree["fact"].append(node["split_feature"])
        tree["limit"].append(float(f"{node['threshold']:.7g}"))
        tree["yes"].append(0)
        tree["no"].append(0)
        tree["yes"][at], tree["no"][at] = add(node["left_child"]), add(node["right_child"])
        return at

    if add(root) < 0:  # a tree of one leaf: both ways lead to it
        tree.update(fact=[0], limit=[0.0], yes=[-1], no=[-1])
    return tree


def describe(corpus: Corpus, lessons: Sequence[Lesson], table: Sequence[str]) -> str:
    """The model's card, in Markdown."""
    publishers = len({lesson.publisher for lesson in lessons})
    lines = sum(len(lesson.texts) for lesson in lessons)
    return "\n".join(
        [
            f"# {MODEL}",
            "",
            "How likely a line of a plain text is body: decision trees over the facts that",
            "`tasks/text/line_facts.py` reads, the rules' own decisions among them. Made by",
            "`python -m bench.training CORPUS` with LightGBM; asked with numpy alone.",
            "",
            f"- Date: {date.today().isoformat()}",
            f"- Corpus: {len(lessons)} pages of {publishers} publishers, {lines} lines; digest "
            f"`{corpus.digest[:16]}`",
            f"- {TREES} trees of at most {SETTINGS['num_leaves']} leaves, "
            f"{lessons[0].facts.shape[1]} facts a line",
            "",
            "Shingle F1 on publishers that the model had not seen (four folds by publisher), and",
            "that of the rules alone. The rules were made with the sets that have true bodies in",
            "view; the set with our own labels for truth is the one they were not made on.",
            "",
            *table,
            "",
        ]
    )


def write_model(data: dict[str, Any], card: str) -> None:
    """The weights and their card."""
    text = json.dumps(data, separators=(",", ":"))
    WEIGHTS.write_text(text + "\n", encoding="utf-8")
    CARD.write_text(card, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
