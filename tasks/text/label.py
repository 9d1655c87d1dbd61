"""Labels the lines of a plain text: by the line, by its neighbours, and by the whole.

The line's own look comes from `tasks.text.rules`. The whole gives the stretch where the article
is: the run of lines whose prose outweighs the furniture in it most. Neighbours tell headings,
captions, alt texts and lists apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.model import Label
from tasks.text.credits import split_credit
from tasks.text.rules import find_rule, is_separator
from tasks.text.shape import Shape, read_shape, squeeze
from tasks.text.signoffs import SIGNOFF_LINES, is_signoff, names_people, opens_with_name

Verdict = tuple[Label, str]

PROSE_WORDS = 10
LONG_WORDS = 22
HEADING_WORDS = 16
CAPTION_WORDS = 70
TITLE_WINDOW = 14
# A headline has mostly this many words, a kicker or a section fewer.
KICKER_WORDS = 5
# A line below a likely headline must look better by so much to be one: it may be the standfirst.
STANDFIRST_LEAD, STANDFIRST_REACH = 1.0, 2
# What a line of this kind weighs, in words of prose, when the article's stretch is sought.
WEIGHTS = {
    Label.COMMENT: -60.0,
    Label.LEGAL: -40.0,
    Label.RELATED: -14.0,
    Label.NAVIGATION: -8.0,
    Label.SHARE: -6.0,
    Label.PROMO: -5.0,
    Label.BOILERPLATE: -2.0,
    Label.DATE_LINE: -6.0,
    Label.BYLINE: -6.0,
    Label.CREDIT: -2.0,
}
SHORT_WEIGHT = -3.5
RUN_WEIGHT = -8.0
MOST_WEIGHT = 60.0
# What prose counts for, by how many sixths of its neighbours are prose: teasers stand alone.
DENSITY = (0.4, 0.6, 0.8, 0.9, 1.0, 1.0, 1.0)
# After so much of an article, what follows a comment line is talk, and counts for less.
ARTICLE_WEIGHT = 80.0
TALK_SHARE = 0.3
LEAD_REACH = 6
TALKER = "line.comment-author"
TALKERS = 3
SIGNOFF = "text.sign-off"
SEPARATOR = "text.separator"
BIO = "text.bio-author"
SYMBOLS = (Label.BOILERPLATE, "line.symbols")
BULLET = re.compile(r"^(?:[•●▪◦‣·*–—-]\s+|\d{1,2}[.)]\s+)\S")


@dataclass(slots=True)
class Draft:
    """The lines of a text with all that the labelling knows of each."""

    shapes: list[Shape]
    keys: list[str]
    verdicts: list[Verdict | None]
    start: int = 0
    end: int = 0
    title: int | None = None

    def decide(self, number: int, label: Label, rule: str) -> None:
        """Give a line its label, unless it has one."""
        if self.verdicts[number] is None:
            self.verdicts[number] = (label, rule)

    def is_prose(self, number: int) -> bool:
        """A line that could be a paragraph and that no rule spoke against."""
        shape = self.shapes[number]
        return self.verdicts[number] is None and (
            (shape.words >= PROSE_WORDS and shape.ends) or shape.words >= LONG_WORDS
        )


def label_by_rules(texts: Sequence[str]) -> tuple[Draft, list[Verdict]]:
    """The rules' work on the lines of a text, blank ones already left out, and their last word on
    each: a label and a rule id."""
    seen = {text: read_shape(text) for text in dict.fromkeys(texts)}
    hits = {text: find_rule(s) if s.words <= 60 else None for text, s in seen.items()}
    shapes, rules = [seen[text] for text in texts], [hits[text] for text in texts]
    verdicts: list[Verdict | None] = [(rule.label, rule.id) if rule else None for rule in rules]
    draft = Draft(shapes, [squeeze(text) for text in texts], verdicts)
    doubt_talkers(draft)
    label_captions(draft)
    find_stretch(draft)
    find_title(draft)
    label_standfirst(draft)
    label_repeats(draft)
    label_signoffs(draft)
    label_inside(draft)
    return draft, [settle(draft, number) for number in range(len(texts))]


def doubt_talkers(draft: Draft) -> None:
    """One or two lines like "Smith said:" are the article's; a thread of comments has more."""
    found = [n for n, v in enumerate(draft.verdicts) if v is not None and v[1] == TALKER]
    if len(found) < TALKERS:
        for number in found:
            draft.verdicts[number] = None


def label_standfirst(draft: Draft) -> None:
    """A sentence or two between the title and the article, above the byline."""
    if draft.title is None:
        return
    for number in range(draft.title + 1, min(draft.title + 4, draft.start)):
        shape = draft.shapes[number]
        if (
            draft.verdicts[number] is None
            and 8 <= shape.words <= 70
            and (shape.ends or shape.words >= PROSE_WORDS + 2)
        ):
            draft.decide(number, Label.STANDFIRST, "text.standfirst")
            return


def label_captions(draft: Draft) -> None:
    """Captions by their credit, and the lines that a credit line follows."""
    for number, shape in enumerate(draft.shapes):
        if shape.words > CAPTION_WORDS:
            continue
        verdict = draft.verdicts[number]
        if verdict is not None and verdict[1] != "line.credit":
            continue
        text, credit = split_credit(shape.text)
        if credit is not None and len(text.split()) >= 3:
            draft.verdicts[number] = (Label.CAPTION, "text.caption-credit")
    for number in range(1, len(draft.shapes)):
        verdict, before = draft.verdicts[number], draft.shapes[number - 1]
        if verdict is None or verdict[0] is not Label.CREDIT:
            continue
        if 4 <= before.words <= 45 and not before.ends:
            draft.decide(number - 1, Label.CAPTION, "text.before-credit")


def find_stretch(draft: Draft) -> None:
    """The run of lines with the greatest weight (Kadane's algorithm)."""
    best, best_span, total, start = 0.0, (0, 0), 0.0, 0
    run, talk = 0, 1.0
    prose = [draft.is_prose(number) for number in range(len(draft.shapes))]
    for number in range(len(draft.shapes)):
        run = run + 1 if is_short(draft, number) else 0
        weight = weigh(draft, number, run)
        if weight > 0:
            weight *= talk * DENSITY[count_near(prose, number)]
        elif opens_comments(draft, number) and best >= ARTICLE_WEIGHT:
            talk = TALK_SHARE
        total += weight
        if total <= 0:
            total, start = 0.0, number + 1
        elif total > best:
            best, best_span = total, (start, number + 1)
    draft.start, draft.end = best_span
    while draft.start < draft.end and not opens(draft, draft.start):
        draft.start += 1
    if draft.start < draft.end:
        extend_start(draft, prose)


def extend_start(draft: Draft, prose: Sequence[bool]) -> None:
    """A first paragraph cut off by a teaser or a picture belongs to the article, when a byline or
    a date stands right above it."""
    for number in range(draft.start - 1, max(0, draft.start - LEAD_REACH), -1):
        above = draft.verdicts[number - 1]
        if prose[number] and above is not None and above[0] in (Label.BYLINE, Label.DATE_LINE):
            draft.start = number
            return


def opens_comments(draft: Draft, number: int) -> bool:
    """Whether readers' comments begin with this line."""
    verdict = draft.verdicts[number]
    return verdict is not None and verdict[0] is Label.COMMENT


def count_near(prose: Sequence[bool], number: int) -> int:
    """Sixths of the neighbours, three on each side, that are prose; all where there are none."""
    low, high = max(0, number - 3), min(len(prose), number + 4)
    if high - low == 1:
        return 6
    return round(6 * (sum(prose[low:high]) - prose[number]) / (high - low - 1))


def opens(draft: Draft, number: int) -> bool:
    """Whether an article can begin with this line."""
    return draft.verdicts[number] is None and not is_short(draft, number)


def is_short(draft: Draft, number: int) -> bool:
    """No prose by itself: few words and no end of a sentence."""
    shape = draft.shapes[number]
    return not shape.ends and shape.words < LONG_WORDS


def weigh(draft: Draft, number: int, run: int) -> float:
    """The weight of one line; `run` counts the short lines up to it."""
    shape, verdict = draft.shapes[number], draft.verdicts[number]
    if verdict is not None:
        return WEIGHTS.get(verdict[0], -1.0)
    if run:
        return SHORT_WEIGHT if run < 3 else RUN_WEIGHT
    if shape.ends and shape.words < PROSE_WORDS:
        return shape.words * 0.4
    return min(MOST_WEIGHT, shape.words * (1.0 if shape.ends else 0.5))


def find_title(draft: Draft) -> None:
    """The best line before the article: repeated, above a byline or a date, of a title's length."""
    counts = Counter(draft.keys)
    best, best_score = None, 2.0
    last = draft.start + asks(draft)
    for number in range(max(0, draft.start - TITLE_WINDOW), last):
        score = score_title(draft, number, counts)
        if score > best_score + (STANDFIRST_LEAD if follows_title(draft, number, best) else 0.0):
            best, best_score = number, score
    if best is None and draft.start < draft.end and len(draft.shapes) > 1:
        best = find_opening_title(draft)
    if best is not None:
        draft.title = best
        draft.start = max(draft.start, best + 1)
        draft.verdicts[best] = (Label.TITLE, "text.title")


def follows_title(draft: Draft, number: int, best: int | None) -> bool:
    """Whether a line stands where the standfirst does, below what may be the headline."""
    return (
        best is not None
        and number - best <= STANDFIRST_REACH
        and draft.shapes[best].words >= KICKER_WORDS
    )


def asks(draft: Draft) -> bool:
    """Whether the article's stretch begins with a line that could be a headline which ends like a
    sentence ("Why now?"), above more of the article."""
    if draft.end - draft.start < 3:
        return False
    shape = draft.shapes[draft.start]
    return shape.words <= 20 and shape.text.rstrip("\"'”’»“ ")[-1:] in ("?", "!", "？", "！")


def find_opening_title(draft: Draft) -> int | None:
    """The very first line, when it is short, ends no sentence, and prose follows at once."""
    shape = draft.shapes[0]
    if draft.verdicts[0] is None and draft.start == 1 and 3 <= shape.words <= 25:
        return 0
    return None


def score_title(draft: Draft, number: int, counts: Counter[str]) -> float:
    """How much a line before the article looks like its headline; 2 or less is no title."""
    shape, verdict = draft.shapes[number], draft.verdicts[number]
    if verdict is not None or not 2 <= shape.words <= 34 or len(draft.keys[number]) < 8:
        return 0.0
    score = 1.0 if 5 <= shape.words <= 22 else 0.0
    score += 0.5 if not shape.ends else -0.5
    if is_echoed(draft, number, counts):
        score += 1.5 if shape.words >= KICKER_WORDS else 0.5  # sections are repeated, too
    if names_people(shape):
        score -= 1.5
    reach = draft.start if number < draft.start else draft.end
    for later in range(number + 1, min(number + 5, reach)):
        verdict = draft.verdicts[later]
        if verdict is not None and verdict[0] in (Label.BYLINE, Label.DATE_LINE):
            score += 1.5 if later - number < 3 else 1.0
            break
    near = draft.start - number
    return score + (0.8 if near <= 3 else 0.4 if near <= 6 else 0.0)


def is_echoed(draft: Draft, number: int, counts: Counter[str]) -> bool:
    """Whether the line is printed again, alone or before a caption."""
    key = draft.keys[number]
    if counts[key] > 1:
        return True
    return len(key) >= 20 and any(
        other.startswith(key) and at != number for at, other in enumerate(draft.keys)
    )


def strip_title(printed: str, title: str) -> str | None:
    """What follows the title at the head of a line, or None where the title isn't there."""
    want, at = squeeze(title), 0
    if not want or not squeeze(printed).startswith(want):
        return None
    seen = 0
    while at < len(printed) and seen < len(want):
        seen += len(squeeze(printed[at]))
        at += 1
    return printed[at:].lstrip(" .:-–—|\u2019'\"”") if seen == len(want) else None


def label_repeats(draft: Draft) -> None:
    """The title again: an alt text before a caption, glued before one, or a mere repeat."""
    if draft.title is None:
        return
    key, title = draft.keys[draft.title], draft.shapes[draft.title].text
    for number in range(len(draft.shapes)):
        if number == draft.title or not draft.keys[number].startswith(key):
            continue
        if draft.keys[number] == key:
            label, rule = name_repeat(draft, number)
            draft.verdicts[number] = (label, rule)
        elif strip_title(draft.shapes[number].text, title) and is_glued(draft, number):
            draft.verdicts[number] = (Label.CAPTION, "text.title-glued")


def is_glued(draft: Draft, number: int) -> bool:
    """A caption after the title on one line: it has a credit, or stands before the article."""
    text = draft.shapes[number].text
    return number < draft.start or split_credit(text)[1] is not None


def name_repeat(draft: Draft, number: int) -> Verdict:
    """Alt text when a caption comes next, else a repeat."""
    after = draft.verdicts[number + 1] if number + 1 < len(draft.verdicts) else None
    if after is not None and after[0] in (Label.CAPTION, Label.CREDIT):
        return Label.IMAGE_ALT, "text.title-alt"
    return Label.REPEAT, "text.title-again"


def label_signoffs(draft: Draft) -> None:
    """Sign-offs below the article, and what it says of its author."""
    lines = zip(draft.keys[: draft.end], draft.verdicts, strict=False)
    authors = "|".join(key for key, v in lines if v is not None and v[0] is Label.BYLINE)
    last = min(len(draft.shapes), draft.end + SIGNOFF_LINES) - 1
    for number in range(last, max(draft.start, draft.end - SIGNOFF_LINES - 1), -1):
        if draft.verdicts[number] is not None:
            continue
        if number < draft.end and is_signoff(draft.shapes[number]):
            draft.decide(number, Label.CREDIT, SIGNOFF)
        elif opens_with_name(draft.shapes[number].text, authors):
            draft.decide(number, Label.BIO, BIO)


def label_inside(draft: Draft) -> None:
    """Headings, lists and stray lines within the article's stretch."""
    seen: set[str] = set()
    for number in range(draft.start, draft.end):
        shape, key = draft.shapes[number], draft.keys[number]
        if draft.verdicts[number] == SYMBOLS and parts_text(draft, number):
            draft.verdicts[number] = (Label.BODY, SEPARATOR)
        if draft.verdicts[number] is not None:
            continue
        if key in seen and shape.words >= 4:
            draft.decide(number, Label.REPEAT, "text.again")
        elif BULLET.match(shape.text):
            draft.decide(number, Label.LIST_ITEM, "text.bullet")
        elif not is_short(draft, number):
            draft.decide(number, Label.BODY, "text.prose")
        elif is_heading(draft, number):
            draft.decide(number, Label.HEADING, "text.heading")
        seen.add(key)


def parts_text(draft: Draft, number: int) -> bool:
    """Whether the line is of stars or dashes, with the article's text on both sides."""
    sides = (number - 1, number + 1)
    return is_separator(draft.shapes[number].text) and all(
        draft.start <= side < draft.end
        and (draft.verdicts[side] is None or draft.verdicts[side] == (Label.BODY, "text.prose"))
        for side in sides
    )


def is_heading(draft: Draft, number: int) -> bool:
    """A short line right before prose, with no other short line on its other side."""
    if draft.shapes[number].words > HEADING_WORDS:
        return False
    following = number + 1
    if following >= draft.end or not draft.is_prose(following):
        return False
    before = number - 1
    return before < draft.start or not (
        draft.verdicts[before] is None or draft.verdicts[before] == (Label.HEADING, "text.heading")
    )


def settle(draft: Draft, number: int) -> Verdict:
    """The verdict of a line, or what its place says."""
    verdict = draft.verdicts[number]
    if verdict is not None:
        return verdict
    if number < draft.start:
        return Label.NAVIGATION, "text.before"
    if number >= draft.end:
        return Label.RELATED, "text.after"
    return Label.BOILERPLATE, "text.stray"
