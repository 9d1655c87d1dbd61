"""Lines that sign an article without a word that says so: names alone, or with a role or a date
("Jane Doe", "Jane Doe, Political Editor", "4 May 2024 • Jane Doe"), above the text or right below.

Only lines that are no part of the body are looked at, so the body stays as it is. Their place
decides with them: near the headline or a date, borne out by a common first name, a role, or a note
on the author elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tasks.fields.bylines.lexicons import load_lexicons
from tasks.fields.bylines.name_words import load_name_words
from tasks.fields.bylines.names import parse_byline
from tasks.fields.bylines.parts import strip_prefix
from tasks.fields.bylines.person_names import CJK
from tasks.fields.bylines.signers import Signer
from tasks.fields.bylines.text import EDGE, clean_byline, cut_end, list_sections, read_asian
from tasks.fields.times.stamps import find_stamp
from tasks.identity import fold_name
from tasks.lexicon.lines import is_unspaced
from tasks.model import KEPT, Author, AuthorKind, Label

Verdict = tuple[Label, str]

SIGNATURE, SIGNED_BELOW = "text.signature", "text.signature-below"
# Lines above the body and below it in which a signature is looked for, and into the body.
ABOVE, INTO, BELOW = 24, 6, 7
LONGEST, MOST_WORDS = 140, 16
# What follows the names, a date and its like, at most.
LONGEST_TAIL = 60
# What a line must score to sign; one more beside it, less.
ENOUGH, ENOUGH_BESIDE = 2.5, 1.5
# More than the words of a line can add to its place.
_MOST = 10.0
# A line of so many words between a signature and the text speaks against it, up to so many lines.
LONG_WORDS, MOST_LONG, LONG_COST = 6, 3, 0.35
# Words of a headline.
HEADLINE = (5, 25)
# From so many printings on, a line is the page's furniture.
MANY = 4
_OPEN = frozenset({Label.NAVIGATION, Label.BOILERPLATE, Label.RELATED, Label.BIO, Label.BYLINE})
# These sign only with a date beside the names; a line of names and a date stays a date's, too.
_HALF_OPEN = frozenset({Label.TITLE, Label.STANDFIRST, Label.DATE_LINE})
# Rules that read the line itself know what it is; the others judged by its place alone.
_SURE = ("line.", "html.nav", "html.link", "html.comment", "html.bio")
# "Jane Doe · 2 May 2024 · 3 min read" looks like a trail of links.
_TRAIL = "line.breadcrumb"
# What the page itself marks up as a byline keeps that mark.
_MARKED = "html."
_NOTE = re.compile(r"(?<=[^\W\d_])\d{1,2}(?=\W|$)")
_AMOUNT = re.compile(r"\d+[\d.,:]*\s?[^\W\d_]*")
_LETTER = re.compile(r"[^\W\d_]")
_ENDS = re.compile(r"[.!?…。！？:]$")
# "Reporter Reporter": a role printed for the eye and again for the ear.
_TWICE = re.compile(r"(?<=\s)(\S.{3,40}?)\s+\1$")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(slots=True)
class _Sheet:
    """The lines of a page as far as their place counts."""

    texts: Sequence[str]
    labels: list[Label]
    rules: list[str]
    first: int
    last: int
    title: int | None
    marked: bool = False
    folded: dict[int, str] = field(default_factory=dict)
    dated: dict[int, bool] = field(default_factory=dict)
    whole: str | None = None
    low: list[str] | None = None

    def fold(self, number: int) -> str:
        """The beginning of a line, folded."""
        if number not in self.folded:
            self.folded[number] = fold_name(self.texts[number][:LONGEST])
        return self.folded[number]

    def list_mentions(self, word: str) -> list[int]:
        """The lines that hold a word, in whatever case."""
        if self.low is None:
            self.low = [text[: 4 * LONGEST].casefold() for text in self.texts]
        wanted = word.casefold()
        return [number for number, text in enumerate(self.low) if wanted in text]

    def is_dated(self, number: int) -> bool:
        """Whether the line is or holds a date."""
        if not 0 <= number < len(self.texts) or self.labels[number] in KEPT:
            return False
        if number not in self.dated:
            text = self.texts[number]
            self.dated[number] = self.labels[number] is Label.DATE_LINE or (
                len(text) < LONGEST and any(map(str.isdigit, text)) and find_stamp(text) is not None
            )
        return self.dated[number]

    def writes_small(self, name: str) -> bool:
        """Whether a word of the name is written small elsewhere on the page: no name, then."""
        if self.whole is None:
            self.whole = "\n".join(self.texts)
        lows = (word.lower() for word in _WORD.findall(name) if len(word) > 3)
        return any(low.islower() and _holds_word(self.whole, low) for low in lows)


def _holds_word(text: str, word: str) -> bool:
    """Whether the word stands in the text with no other letter beside it."""
    at = text.find(word) if _WORD.fullmatch(word) else -1
    while at >= 0:
        end = at + len(word)
        if not (_LETTER.match(text, at - 1) and at) and not _LETTER.match(text, end):
            return True
        at = text.find(word, at + 1)
    return False


def sign_lines(
    texts: Sequence[str], verdicts: Sequence[Verdict], *, marked: bool = False
) -> list[Verdict]:
    """The verdicts, those of lines that sign changed to BYLINE. `marked`: the page could have said
    so itself, so only what common first names or roles bear out is taken."""
    revised = list(verdicts)
    kept = [n for n, (label, _) in enumerate(verdicts) if label in KEPT]
    if not kept:
        return revised
    labels = [label for label, _ in verdicts]
    titles = [n for n in range(kept[0]) if labels[n] is Label.TITLE]
    rules = [rule for _, rule in verdicts]
    sheet = _Sheet(texts, labels, rules, kept[0], kept[-1], titles[-1] if titles else None, marked)
    top = (
        sheet.first - ABOVE
        if marked or sheet.title is None
        else min(sheet.first - ABOVE, sheet.title - 2)
    )
    above = _choose(sheet, range(max(0, top), min(sheet.first + INTO, sheet.last)))
    for number in above:
        if labels[number] is not Label.DATE_LINE:
            revised[number] = (Label.BYLINE, SIGNATURE)
    if not above and not _is_signed(sheet):
        for number in _choose(sheet, _list_below(sheet)):
            revised[number] = (Label.BYLINE, SIGNED_BELOW)
    return revised


def _list_below(sheet: _Sheet) -> range:
    """The lines below the text; where nothing else tells comments apart, before they begin."""
    end = min(len(sheet.texts), sheet.last + 1 + BELOW)
    if sheet.marked:
        return range(sheet.last + 1, end)
    comments = (n for n in range(sheet.last + 1, end) if sheet.labels[n] is Label.COMMENT)
    return range(sheet.last + 1, next(comments, end))


def _is_signed(sheet: _Sheet) -> bool:
    """Whether a byline stands between headline and text."""
    top = sheet.first - INTO if sheet.title is None else sheet.title - 2
    near = range(max(0, top), min(len(sheet.labels), sheet.first + 3))
    return any(sheet.labels[n] is Label.BYLINE for n in near)


def _choose(sheet: _Sheet, numbers: range) -> list[int]:
    """The lines that sign: the best, and what signs beside it."""
    scores: dict[int, float] = {}
    for number in numbers:
        if number < len(sheet.texts) and _is_open(sheet, number):
            text = sheet.texts[number]
            place = _score_place(sheet, number) if _may_sign(text) else -LONGEST
            if place + _bound(text) >= ENOUGH_BESIDE and (authors := read_signature(text)):
                scores[number] = place + _score(sheet, number, authors)
    best = max(scores, key=lambda n: (scores[n], n), default=None)
    if best is None or scores[best] < ENOUGH:
        return []
    beside = sorted(n for n in scores if n == best or scores[n] >= ENOUGH_BESIDE)
    at = low = high = beside.index(best)
    while low > 0 and _is_beside(sheet, beside[low - 1], beside[low]):
        low -= 1
    while high + 1 < len(beside) and _is_beside(sheet, beside[high], beside[high + 1]):
        high += 1
    return beside[low : high + 1] if low < high else [beside[at]]


def _may_sign(text: str) -> bool:
    """A cheap look that spares most lines the reading: one word, unless it is a desk or an agency,
    and words that are all written small sign nothing."""
    if not 2 <= len(text) <= LONGEST or text.islower():
        return False
    if text.isascii() and text.isalpha():
        return load_lexicons().find_kind(text) is not None
    return True


def _bound(text: str) -> float:
    """What a line's words can add to its place at most: little without a date, a role, a common
    name or a byline word."""
    if any(map(str.isdigit, text)) or not text.isascii():
        return _MOST
    lexicons = load_lexicons()
    if lexicons.may_begin(text.lstrip()) or lexicons.marks.search(text):
        return _MOST
    return _MOST if load_name_words().may_name(text) or lexicons.is_role(text) else 1.0


def _is_open(sheet: _Sheet, number: int) -> bool:
    """Whether no rule knows the line for something else."""
    label, rule = sheet.labels[number], sheet.rules[number]
    if label in _HALF_OPEN:
        return any(map(str.isdigit, sheet.texts[number]))
    if label is Label.BYLINE:
        return not rule.startswith(_MARKED)
    if rule == _TRAIL:
        return any(map(str.isdigit, sheet.texts[number]))
    return label in _OPEN and not rule.startswith(_SURE)


def _is_beside(sheet: _Sheet, upper: int, lower: int) -> bool:
    """Whether two lines that sign follow each other: marks, byline words, dates and notes on the
    authors aside."""
    words = load_lexicons().prefix_words | load_lexicons().join_words
    name = sheet.fold(upper)
    return all(
        not sheet.fold(n)
        or sheet.fold(n) in words
        or sheet.fold(n).startswith(name)
        or (sheet.is_dated(n) and lower - upper == 2)
        for n in range(upper + 1, lower)
    )


def read_signature(text: str, signer: Signer | None = None) -> tuple[Author, ...]:
    """The authors of a line that is nothing but a byline: names, roles, a date; else nobody.
    `signer` tells the outlet's own names."""
    if not 2 <= len(text) <= LONGEST or len(text.split()) > MOST_WORDS or not _LETTER.search(text):
        return ()
    lexicons = load_lexicons()
    text = _TWICE.sub(r"\1", text if lexicons.find_agency(text) else _NOTE.sub("", text))
    if _ENDS.search(text.rstrip()) and not text.rstrip().lower().endswith(("jr.", "sr.")):
        return ()
    authors = parse_byline(text, signer)
    if not authors:
        words = [w.strip(",;") for w in text.split()]
        run = list(load_name_words().split_run(words)) if 4 <= len(words) <= 12 else []
        authors = parse_byline("; ".join(run), signer) if len(run) > 1 else ()
    bare = signer.drop_outlet(text.rstrip(EDGE)) if signer else text
    if not authors or not _covers(authors, bare):
        return ()
    return authors if all(_is_whole(a) for a in authors) else ()


def _is_whole(author: Author) -> bool:
    """A person has more than one name, or, in an unspaced script, a family name or a role; a desk
    is a known one."""
    if author.kind is AuthorKind.OUTLET:
        return True
    if author.kind is not AuthorKind.PERSON:
        return load_lexicons().find_kind(author.name) is not None
    if CJK.search(author.name):
        foreign = "・" in author.name or "·" in author.name
        return foreign or author.role is not None or load_name_words().bears_out(author.name)
    return " " in author.name


def _covers(authors: Sequence[Author], text: str) -> bool:
    """Whether names, roles and places are nearly all that stands there besides dates."""
    text = clean_byline(text)
    rest = cut_end(text, load_lexicons())
    if len(text) - len(rest) > LONGEST_TAIL:
        return False
    lexicons = load_lexicons()
    rest = _AMOUNT.sub(" ", strip_prefix(read_asian(rest, lexicons), lexicons))
    if is_unspaced(rest[:1]):
        rest = " ".join(w for w in rest.split() if not lexicons.is_noname(fold_name(w)))
    rest = " ".join(section.text for section in list_sections(rest, lexicons))
    told = "".join(f"{a.name}{a.role or ''}{a.location or ''}" for a in authors)
    return len(_LETTER.findall(told)) >= 0.72 * len(_LETTER.findall(rest))


def _score(sheet: _Sheet, number: int, authors: Sequence[Author]) -> float:
    """How much a line looks like a signature, its place aside: its names, what stands beside
    them."""
    people = [a for a in authors if a.kind is AuthorKind.PERSON]
    score = 0.0
    dated = any(map(str.isdigit, sheet.texts[number]))
    if not people:
        agencies = all(a.kind is AuthorKind.AGENCY for a in authors)
        return score + (1.0 if agencies else 0.0) + (1.0 if dated else 0.0)
    borne = sum(load_name_words().bears_out(a.name) for a in people)
    roles = any(a.role for a in people)
    score += 1.5 * borne / len(people) + (0.5 if borne > 1 else 0.0)
    score += (1.5 if roles else 0.0) + (1.0 if dated else 0.0)
    if not borne:
        plain = roles or dated or not sheet.writes_small(people[0].name)
        told = roles and sheet.marked and number < sheet.first
        score += 0.0 if told else 0.5 if plain and not sheet.marked else -1.5
    return score + _score_mentions(sheet, number, people, borne > 0)


def _score_place(sheet: _Sheet, number: int) -> float:
    """Near the headline, the text's end, a date, or behind a byline word on a line of its own."""
    score = 0.0
    if number > 0 and fold_name(sheet.texts[number - 1][:40]) in load_lexicons().prefix_words:
        score += 2.0
    if number > sheet.last:
        above = range(max(sheet.last + 1, number - 2), number)
        if any(_is_contact(sheet, n) or _is_topic(sheet, n) for n in above):
            return score - 3.0
        return score + {1: 1.5, 2: 1.0, 3: 0.3}.get(number - sheet.last, -1.0)
    long = sum(
        len(sheet.texts[n].split()) >= LONG_WORDS and not sheet.is_dated(n)
        for n in range(number + 1, sheet.first)
    )
    score -= LONG_COST * min(long, MOST_LONG)
    below = number - sheet.title if sheet.title is not None else 0
    headed = 1.5 if 1 <= below <= 3 else 0.4 if below > 0 else 0.0
    score += max(
        headed,
        1.0 if _follows_headline(sheet, number) else 0.0,
        0.8 if sheet.first - number <= BELOW or 1 <= below <= 6 else 0.0,
    )
    if any(sheet.is_dated(n) for n in (number - 2, number - 1, number + 1, number + 2)):
        score += 1.0
    return score


def _is_contact(sheet: _Sheet, number: int) -> bool:
    """Whether a line heads whom to ask ("Media contact"), and not who wrote."""
    return not load_lexicons().contacts.isdisjoint(sheet.fold(number).split()[:4])


def _is_topic(sheet: _Sheet, number: int) -> bool:
    """Whether a line heads whom and what the text is about ("People")."""
    return sheet.fold(number) in load_lexicons().topics


def _follows_headline(sheet: _Sheet, number: int) -> bool:
    """Whether a line that could be a headline stands right above, or above what is short."""
    for above in range(number - 1, max(-1, number - 4), -1):
        words = len(sheet.texts[above].split())
        if HEADLINE[0] <= words <= HEADLINE[1]:
            return sheet.labels[above] is not Label.DATE_LINE
    return False


def _score_mentions(sheet: _Sheet, number: int, people: Sequence[Author], borne: bool) -> float:
    """A note on the author bears a name out; the story is about whom its headline and its text
    name."""
    name = fold_name(people[0].name)
    surname = name.rpartition(" ")[2]
    if sheet.title is not None and len(surname) > 2 and surname in sheet.fold(sheet.title).split():
        return -1.5
    same = told = 0
    noted = 0.0
    for other in sheet.list_mentions(people[0].name.split()[-1]):
        if other == number:
            continue
        line = sheet.fold(other)
        if line == name:
            same += 1
        elif sheet.labels[other] in KEPT and other < sheet.first + INTO:
            told += name in line
        elif line.startswith(name) and sheet.labels[other] is not Label.CAPTION:
            noted = max(noted, 1.2 if load_lexicons().is_role(line) else 0.7)
    score = -1.5 if told else 0.0
    if same >= MANY:
        return score - (0.5 if borne else 1.5)
    return score + (noted + (0.5 if same else 0.0) if borne else -0.5 * min(same, 1))
