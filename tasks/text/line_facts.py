"""What the model is told of each line of a text: the line itself, what the rules said of it, the
lines around it, and its place in the whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tasks.model import KEPT, Label
from tasks.text.label import BULLET, Draft, Verdict
from tasks.text.shape import SHAPES, SHORT_CHARS, Shape

Facts = NDArray[np.float32]
Column = NDArray[np.float64]

# fmt: off
LABELS = (
    Label.TITLE, Label.BYLINE, Label.DATE_LINE, Label.COMMENT, Label.LEGAL, Label.RELATED,
    Label.NAVIGATION, Label.SHARE, Label.PROMO, Label.BOILERPLATE, Label.CREDIT, Label.CAPTION,
    Label.STANDFIRST, Label.REPEAT, Label.IMAGE_ALT,
)
OWN = (
    "words", "chars", "ends", "colon", "question", "capitals", "commas", "quote", "lower",
    "bullet", "copies", "bars",
)
# fmt: on
# Labels after which the article is mostly over, and those that stand around one.
HARD = (Label.COMMENT, Label.RELATED, Label.LEGAL)
SOFT = (Label.SHARE, Label.NAVIGATION, Label.PROMO, Label.BYLINE, Label.DATE_LINE)
# The stretches of the rules' search under other weights: what a line that is no prose costs.
COSTS = (6.0, 1.5)
LINE_COST = 12.0
PROSE_WORDS = 10
NEAR = 12
SHORT_WORDS = 12
# Begins with a set of characters, which the engine seeks fastest.
_CAPITALS = re.compile(
    r"[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽΑ-ΩЀ-Я](?<!\w.)", re.DOTALL
)
_QUOTES = re.compile(r"[\"“”„«»「『]")
_BARS = re.compile(r"[|›»>]")


def read_facts(draft: Draft, settled: Sequence[Verdict]) -> Facts:
    """One row a line, one column a fact. `draft` is the rules' work when they are done, `settled`
    their last word on each line."""
    own = read_own(draft)
    labels = read_labels(draft)
    words, ends, free = own[:, 0], own[:, 2], labels[:, -1]
    prose = (words >= PROSE_WORDS) * ends * free
    kept = np.array([label in KEPT for label, _rule in settled], float)
    hard, soft = pick_labels(labels, HARD), pick_labels(labels, SOFT)
    short = (words <= SHORT_WORDS) * (1.0 - ends)
    near = np.stack([np.minimum(words, 60), ends, prose, kept, free, hard, soft, short], 1)
    near = np.hstack([near, own[:, 5:6]])
    columns = [*read_stretches(draft, words, prose, free)]
    columns += read_places(draft, labels, words, prose, hard, soft, kept)
    facts = [own, labels, np.stack(columns, 1), *look_around(near)]
    return np.hstack(facts).astype(np.float32)


def find_near(facts: Facts) -> NDArray[np.bool_]:
    """Which lines have a paragraph within some lines: the others, mostly menus, are no body."""
    free = facts[:, len(OWN) + len(LABELS)]
    prose = (facts[:, 0] >= PROSE_WORDS) * facts[:, 2] * free
    near: NDArray[np.bool_] = average(prose[:, None].astype(float), -NEAR, NEAR)[:, 0] > 0
    return near


def read_own(draft: Draft) -> NDArray[np.float64]:
    """What each line shows by itself, as `OWN` names it."""
    copies = Counter(draft.keys)
    own = np.array([read_line(shape) for shape in draft.shapes], float)
    own = own.reshape(len(draft.shapes), len(OWN))
    own[:, OWN.index("copies")] = [min(copies[key], 5) for key in draft.keys]
    return own


def read_line(shape: Shape) -> tuple[float, ...]:
    """What one line shows, as `OWN` names it, its copies left out. Remembered as long as the
    shape: the pages of a site share most of their lines."""
    return _remember(shape) if len(shape.text) <= SHORT_CHARS else _look(shape)


def _look(shape: Shape) -> tuple[float, ...]:
    text, words = shape.text, max(1, shape.words)
    commas = text.count(",")
    if not text.isascii():
        commas += text.count("、") + text.count("，")
    return (
        min(shape.words, 150),
        min(len(text), 800),
        shape.ends,
        text[-1:] in ":：",
        text.rstrip("\"'”»’ ")[-1:] in "?？!！",
        len(_CAPITALS.findall(text, 0, 600)) / words,
        commas / words,
        _QUOTES.search(text) is not None,
        text[:1].islower(),
        BULLET.match(text) is not None,
        0,
        _BARS.search(text) is not None,
    )


_remember = lru_cache(maxsize=SHAPES)(_look)


def read_labels(draft: Draft) -> NDArray[np.float64]:
    """One column a label of `LABELS`, and a last one for lines that no rule spoke against."""
    places = {label: column for column, label in enumerate(LABELS)}
    found = np.zeros((len(draft.shapes), len(LABELS) + 1))
    for number, verdict in enumerate(draft.verdicts):
        column = len(LABELS) if verdict is None else places.get(verdict[0], len(LABELS))
        found[number, column] = 1.0
    return found


def pick_labels(labels: NDArray[np.float64], wanted: Sequence[Label]) -> Column:
    """1 on lines that bear one of these labels."""
    picked: Column = labels[:, [LABELS.index(label) for label in wanted]].sum(1)
    return picked


def read_stretches(draft: Draft, words: Column, prose: Column, free: Column) -> Iterator[Column]:
    """Where a line stands to the article's stretch, as the rules found it and as other weights
    would: lines from its start and from its end, in it or not, its share of the prose."""
    number = np.arange(len(words))
    total = (words * prose).sum() + 1.0
    weights = [np.where(prose > 0, np.minimum(words, 60.0), -cost) for cost in COSTS]
    weights.append(words * free - LINE_COST)
    for start, end in ((draft.start, draft.end), *map(find_stretch, weights)):
        inside = ((number >= start) & (number < end)).astype(float)
        yield squash(number - start)
        yield squash(number - end)
        yield inside
        yield np.full(len(words), (words * prose * inside).sum() / total)


def find_stretch(weights: Column) -> tuple[int, int]:
    """The run with the greatest sum (Kadane's algorithm); (0, 0) where none is above zero."""
    sums = np.concatenate([[0.0], np.cumsum(weights)])
    lows = np.minimum.accumulate(sums)
    end = int(np.argmax(sums - lows))
    if sums[end] <= lows[end]:
        return 0, 0
    return int(np.flatnonzero(sums[: end + 1] == lows[end])[-1]), end


def read_places(
    draft: Draft,
    labels: NDArray[np.float64],
    words: Column,
    prose: Column,
    hard: Column,
    soft: Column,
    kept: Column,
) -> list[Column]:
    """Where a line stands in the whole: by lines, by words of prose, by what came before."""
    count = len(words)
    number = np.arange(count)
    flow = np.cumsum(words * prose)
    total = flow[-1] + 1.0
    begun = (number >= draft.start).astype(float)
    title = draft.title
    places = [
        number / count,
        np.full(count, np.log1p(count)),
        flow / total,
        np.full(count, np.log1p(total)),
        np.full(count, float(title is not None)),
        np.full(count, 9.0) if title is None else squash(number - title),
        np.full(count, prose.mean()),
        np.full(count, hard.mean()),
        kept,
        np.minimum(np.cumsum(soft * begun), 30),
    ]
    for label in HARD:
        places.append(np.minimum(np.cumsum(labels[:, LABELS.index(label)] * begun), 9))
    for flag in (hard, soft, prose):
        places += [np.minimum(count_since(flag), 60), np.minimum(count_until(flag), 60)]
    for flag in (hard, soft):  # words of prose since then
        places.append(flow - np.maximum.accumulate(np.where(flag > 0, flow, 0.0)))
    return places


def look_around(near: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """The neighbours: one by one, and their means over windows on both sides."""
    return [
        shift(near, 1),
        shift(near, -1),
        shift(near, 2),
        shift(near, -2),
        average(near, -3, 3),
        average(near, 1, 4),
        average(near, -4, -1),
        average(near, 1, 12),
        average(near, -12, -1),
    ]


def squash(distance: NDArray[np.int_]) -> Column:
    """A signed distance on a logarithmic scale."""
    squashed: Column = np.sign(distance) * np.log1p(np.abs(distance))
    return squashed


def shift(rows: NDArray[np.float64], by: int) -> NDArray[np.float64]:
    """The row `by` lines before (after, if negative); zeros beyond the ends."""
    moved = np.zeros_like(rows)
    if by > 0:
        moved[by:] = rows[:-by]
    else:
        moved[:by] = rows[-by:]
    return moved


def average(rows: NDArray[np.float64], low: int, high: int) -> NDArray[np.float64]:
    """The mean of the rows from `low` to `high` lines away; beyond the ends there are zeros."""
    count = len(rows)
    sums = np.vstack([np.zeros((1, rows.shape[1])), np.cumsum(rows, 0)])
    number = np.arange(count)
    first, last = np.clip(number + low, 0, count), np.clip(number + high + 1, 0, count)
    mean: NDArray[np.float64] = (sums[last] - sums[first]) / (high - low + 1)
    return mean


def count_since(flag: Column) -> Column:
    """Lines since the last flagged one, 0 on it; all lines where none came before."""
    number = np.arange(len(flag))
    last = np.maximum.accumulate(np.where(flag > 0, number, -1))
    return np.where(last < 0, len(flag), number - last).astype(float)


def count_until(flag: Column) -> Column:
    """Lines until the next flagged one."""
    return count_since(flag[::-1])[::-1]
