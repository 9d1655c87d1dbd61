"""The labels of a text's lines: the rules', revised by a model that has seen many pages.

The model says of each line how likely it is body. It may take up a line that the rules left out,
and leave out one they took; what it says nothing else about keeps the rules' label. When the body
is known, the headline above it is sought again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tasks.model import KEPT, Label
from tasks.text.headline import label_headline
from tasks.text.label import BIO, BULLET, HEADING_WORDS, SEPARATOR, Draft, Verdict, label_by_rules
from tasks.text.line_facts import Facts, find_near, read_facts
from tasks.text.trees import load_trees

MODEL = "text_body"
TAKEN, LEFT = "text.model-body", "text.model-other"
# The bounds of the line between body and the rest, which each page sets for itself.
LOWEST, HIGHEST = 0.15, 0.6
# What a line that goes on with the text needs of it.
HALF = 0.5
# A text of fewer lines has no page around its article; one of more is none of the pages that the
# model has seen, and would take it seconds.
FEW, MANY = 8, 5_000
# What the rules found for certain is no question of body or not.
CERTAIN = frozenset({Label.TITLE, Label.STANDFIRST, Label.IMAGE_ALT, Label.CREDIT, Label.DATE_LINE})
HEADING_RULE = "text.heading"
CERTAIN_RULES = frozenset(
    {"text.title-again", "text.title-glued", "text.caption-credit", SEPARATOR, BIO}
)


def label_texts(texts: Sequence[str]) -> list[Verdict]:
    """A label and a rule id for every line of a text, blank ones already left out."""
    draft, settled = label_by_rules(texts)
    verdicts, facts = revise_all(draft, settled)
    if facts is not None:
        label_headline(draft, verdicts, facts)
    return verdicts


def revise_all(draft: Draft, settled: Sequence[Verdict]) -> tuple[list[Verdict], Facts | None]:
    """The verdicts that the model leaves or makes, and the facts of the lines, if it was asked."""
    if not FEW <= len(settled) <= MANY:
        return list(settled), None
    facts = read_facts(draft, settled)
    near = find_near(facts)
    chance = np.zeros(len(settled))
    chance[near] = load_trees(MODEL).score(facts[near])
    body = choose_body(draft, settled, chance)
    if not any(body):  # no page that the model knows: what the rules see is better than nothing
        return list(settled), facts
    verdicts = [revise(draft, n, verdict, body[n]) for n, verdict in enumerate(settled)]
    return verdicts, facts


def choose_body(
    draft: Draft, settled: Sequence[Verdict], chance: NDArray[np.float64]
) -> list[bool]:
    """Which lines are body: the rules where they are certain, else those that are likely enough.
    What the rules took and follows on body needs half of that; a heading goes with the paragraph
    below it."""
    limit = find_limit(chance, np.array([shape.words for shape in draft.shapes], float))
    body, goes_on = [], False
    for verdict, likely in zip(settled, chance.tolist(), strict=True):
        ruled = verdict[0] in KEPT
        if is_certain(verdict):
            body.append(ruled)
        else:
            goes_on = likely >= (limit * HALF if ruled and goes_on else limit)
            body.append(goes_on)
    begun = False
    for number in range(len(body) - 1):
        begun = begun or body[number]
        if begun and settled[number][1] == HEADING_RULE and body[number + 1]:
            body[number] = True
    return body


def find_limit(chance: NDArray[np.float64], words: NDArray[np.float64]) -> float:
    """The least chance of a body line: the one that makes the expected F1 of the words greatest
    (where all chances of a page are low, the best of them are its body)."""
    order = np.argsort(-chance, kind="stable")
    weight = np.minimum(words, 100.0)[order] + 1.0
    right = np.cumsum(weight * chance[order])
    balance = 2.0 * right / (np.cumsum(weight) + right[-1])
    limit = float(chance[order[int(np.argmax(balance))]])
    return min(HIGHEST, max(LOWEST, limit))


def is_certain(verdict: Verdict) -> bool:
    """Whether the model has no say."""
    return verdict[0] in CERTAIN or verdict[1] in CERTAIN_RULES


def revise(draft: Draft, number: int, verdict: Verdict, body: bool) -> Verdict:
    """The rules' verdict, unless the model says otherwise."""
    label, _rule = verdict
    if body == (label in KEPT) or is_certain(verdict):
        return verdict
    if body:
        return name_kept(draft, number), TAKEN
    if number < draft.start:
        return Label.NAVIGATION, LEFT
    return (Label.RELATED if number >= draft.end else Label.BOILERPLATE), LEFT


def name_kept(draft: Draft, number: int) -> Label:
    """What a body line is, by its shape."""
    shape = draft.shapes[number]
    if BULLET.match(shape.text):
        return Label.LIST_ITEM
    short = not shape.ends and shape.words <= HEADING_WORDS
    follows = number + 1 < len(draft.shapes) and draft.shapes[number + 1].ends
    return Label.HEADING if short and follows else Label.BODY
