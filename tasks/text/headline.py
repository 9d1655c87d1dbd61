"""The headline of a plain text: the line above the body that a small model finds most like one.

It is sought when the body is known, and decides nothing about the body: only lines that are not
kept can be the headline. The model is told what `line_facts` says of a line, and what is asked of a
headline alone: do its words come up in the body, is it printed again, what stands below it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tasks.lexicon.lines import is_unspaced
from tasks.model import KEPT, Label
from tasks.text.label import Draft, Verdict
from tasks.text.line_facts import Facts
from tasks.text.signoffs import names_people
from tasks.text.trees import load_trees

MODEL = "text_title"
# How many lines above the body are looked at, how many of the body are read.
REACH, BODY_LINES, BODY_CHARS = 45, 25, 6_000
FEWEST_CHARS, MOST_WORDS = 4, 45
# Words are compared by so many letters: endings differ.
STEM = 6
# A title is printed again where so many letters are.
ECHO = 16
# Where no line is as likely as this, the text shows no headline; above `SURE`, it mostly is one
# (measured on publishers not learned from: right on 5 % below, on 60 % between, on 85 % above).
LIKELY, SURE = 0.2, 0.6
# A line of so many words may be the standfirst, of as few a menu's entry.
STANDFIRST_WORDS, TITLE_WORDS, MENU_WORDS = 10, 4, 3
SIDE = 3
FOUND, DOUBTED = "text.headline", "text.headline-doubted"
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]{4,}|[\u3040-\u30ff\u3400-\u9fff]{2,}")
# Labels that a line has by its place alone: it may turn out to be the title again.
_OPEN = frozenset({Label.TITLE, Label.NAVIGATION, Label.RELATED, Label.BOILERPLATE})
_TOLD = frozenset({Label.BYLINE, Label.DATE_LINE})


@dataclass(frozen=True, slots=True)
class Scene:
    """What the facts of all lines of a text are told by: where the body begins, its words, the
    longer lines by their first and their last letters, and how many lines of menus and of more
    than a few words stand between a line and the body."""

    draft: Draft
    verdicts: Sequence[Verdict]
    body: int
    words: frozenset[str]
    heads: dict[str, list[int]]
    tails: dict[str, list[int]]
    between: dict[int, tuple[int, int]]


def label_headline(draft: Draft, verdicts: list[Verdict], facts: Facts) -> None:
    """Gives the headline its label, and takes it from a line that the rules took for it."""
    scene = survey(draft, verdicts)
    numbers = list_candidates(scene) if scene else []
    if scene is None or not numbers:
        return
    chances = load_trees(MODEL).score(tell(scene, numbers, facts))
    best = int(np.argmax(chances))
    title = numbers[best] if chances[best] >= LIKELY else None
    demote(draft, verdicts, title)
    if title is not None:
        verdicts[title] = (Label.TITLE, FOUND if chances[best] >= SURE else DOUBTED)


def demote(draft: Draft, verdicts: list[Verdict], title: int | None) -> None:
    """Labels anew what is no headline: a repeat of the true one, or the standfirst below it."""
    for number, (label, _rule) in enumerate(verdicts):
        if number == title or label not in _OPEN:
            continue
        if title is not None and draft.keys[number] == draft.keys[title]:
            verdicts[number] = (Label.REPEAT, "text.title-again")
        elif label is not Label.TITLE:
            continue
        elif title is not None and is_standfirst(draft, title, number):
            verdicts[number] = (Label.STANDFIRST, "text.standfirst")
        else:
            verdicts[number] = (Label.NAVIGATION, "text.before")


def is_standfirst(draft: Draft, title: int, number: int) -> bool:
    """Whether a line that looked like a headline stands below the true one, and is long."""
    return 0 < number - title <= SIDE and draft.shapes[number].words >= STANDFIRST_WORDS


def survey(draft: Draft, verdicts: Sequence[Verdict]) -> Scene | None:
    """Reads once what the facts need; None without a body."""
    body = next((n for n, (label, _) in enumerate(verdicts) if label in KEPT), None)
    if body is None:
        return None
    kept = [n for n in range(body, len(verdicts))[:BODY_LINES] if verdicts[n][0] in KEPT]
    text = " ".join(draft.shapes[n].text for n in kept)[:BODY_CHARS]
    words = list_words(text)
    heads: dict[str, list[int]] = {}
    tails: dict[str, list[int]] = {}
    for number, key in enumerate(draft.keys):
        if len(key) >= ECHO:
            heads.setdefault(key[:ECHO], []).append(number)
            tails.setdefault(key[-ECHO:], []).append(number)
    between = count_between(draft, verdicts, body)
    return Scene(draft, verdicts, body, frozenset(words), heads, tails, between)


def count_between(
    draft: Draft, verdicts: Sequence[Verdict], body: int
) -> dict[int, tuple[int, int]]:
    """Of each line above the body: the lines of menus, and those of more than a few words, between
    it and the body."""
    found, menu, longer = {}, 0, 0
    for number in range(body - 1, max(0, body - REACH) - 1, -1):
        found[number] = (menu, longer)
        menu += verdicts[number][1].startswith("line.nav")
        longer += draft.shapes[number].words > TITLE_WORDS
    return found


def list_candidates(scene: Scene) -> list[int]:
    """The lines above the body that could be a headline at all."""
    return [
        number
        for number in range(max(0, scene.body - REACH), scene.body)
        if len(scene.draft.keys[number]) >= FEWEST_CHARS
        and scene.draft.shapes[number].words <= MOST_WORDS
    ]


def list_words(text: str) -> list[str]:
    """The beginnings of words; pairs of characters where a script has no spaces."""
    words: list[str] = []
    for word in _WORD.findall(text.casefold()):
        if is_unspaced(word[0]):
            words.extend(word[at : at + 2] for at in range(len(word) - 1))
        else:
            words.append(word[:STEM])
    return words


def tell(scene: Scene, numbers: Sequence[int], facts: Facts) -> Facts:
    """One row a candidate: what is asked of a headline, then what is known of any line."""
    shared = [set(list_words(scene.draft.shapes[n].text)) for n in numbers]
    most = max((len(words & scene.words) for words in shared), default=0)
    rows = []
    for number, words in zip(numbers, shared, strict=True):
        common = len(words & scene.words)
        own = (common, common / max(1, len(words)), common >= most, len(words))
        rows.append([*own, *_list_place(scene, number), *_list_echoes(scene, number)])
        rows[-1].extend(_look_around(scene, number))
    return np.hstack([np.array(rows, np.float32), facts[list(numbers)]])


def _list_place(scene: Scene, number: int) -> tuple[float, ...]:
    """Where the line stands, and what it shows by itself."""
    shape, verdicts = scene.draft.shapes[number], scene.verdicts
    menu, longer = scene.between[number]
    far = scene.body - number
    return (
        far,
        number,
        len(verdicts),
        menu / max(1, far - 1),
        min(longer, 10),
        len(_DIGIT.findall(shape.text)) / len(shape.text),
        names_people(shape),
        verdicts[number][1].startswith("line."),
        number == scene.draft.title,
    )


def _list_echoes(scene: Scene, number: int) -> tuple[float, ...]:
    """Whether the line begins a longer one (before a site's name or a caption), ends one above (a
    path), or is longer by its head than one below (without a kicker)."""
    key, keys = scene.draft.keys[number], scene.draft.keys
    if len(key) < ECHO:
        return 0.0, 0.0, 0.0
    begun = [keys[n] for n in scene.heads[key[:ECHO]] if keys[n] != key]
    ended = [n for n in scene.tails[key[-ECHO:]] if keys[n] != key]
    most = 3 * len(key) + 40
    return (
        any(len(other) <= most and other.startswith(key) for other in begun),
        any(n < number and len(keys[n]) <= most and keys[n].endswith(key) for n in ended),
        any(n > number and key.endswith(keys[n]) for n in ended),
    )


def _look_around(scene: Scene, number: int) -> tuple[float, ...]:
    """What stands next to the line: byline and date below a headline, other entries by a menu's."""
    shapes, verdicts = scene.draft.shapes, scene.verdicts
    here, last = shapes[number], len(shapes)
    below = [n for n in range(number + 1, min(scene.body, number + 6)) if verdicts[n][0] in _TOLD]
    above = [n for n in range(max(0, number - 5), number) if verdicts[n][0] in _TOLD]
    after = shapes[number + 1] if number + 1 < last else None
    side = [n for n in range(max(0, number - SIDE), min(last, number + SIDE + 1)) if n != number]
    over = any(
        TITLE_WORDS <= shapes[n].words < here.words
        and not shapes[n].ends
        and not verdicts[n][1].startswith("line.")
        for n in range(max(0, number - 2), number)
    )
    under = any(
        shapes[n].words >= STANDFIRST_WORDS and shapes[n].words > here.words
        for n in range(number + 1, min(last, number + 3))
    )
    return (
        below[0] - number if below else 9,
        number - above[-1] if above else 9,
        after.words if after else 0,
        bool(after and after.ends),
        shapes[number - 1].words if number else 0,
        over and here.words >= STANDFIRST_WORDS,
        under,
        sum(shapes[n].words <= MENU_WORDS for n in side),
    )
