"""The small grammar of an attribution: words, sentences, names, and who a verb of saying has.

Only the few words around a quotation are read. A name is a run of words with capitals, offices and
trades before it taken off; a description ("the minister", "una portavoz") stays as it is printed.
Scripts without capitals are read in `tasks.fields.scripts`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from tasks.fields.sayings import Sayings

_WORD = re.compile(r"[^\W_]+(?:['’‑\-&]+[^\W_]+)*|[,;:()\[\]—–]|\.(?=\s|$)|\s-\s")
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？؟;])[\"”“»’')\]]*\s+(?=[\"“„«‘'(\[—–-]*[^\W\d_a-zß-öø-ÿа-яё])")
_SHORTENED = re.compile(
    r"(?:^|[\s(.\-])(?:[^\W\d_]|[A-Z]\.[A-Z]|[A-Z][a-z]{0,2}|Prof|Cmdr|Capt|Sgt|Supt|Hon|Inc|Corp|Gov|Sen|Rep"
    r"|Gen|Sept|Oct|Nov|Dec|Aug|Jan|Feb|nr|bzw|ca|vs|etc|št|г|т|др|р|ul|im|św|proc|tys|inż|hab)\.$"
)
_POSSESSIVE = ("'s", "’s")
_ELIDED = re.compile(r"^(?:[ldLD]|qu|Qu|dell|Dell|all|nell|sull|un)['’](?=[^\W\d_])")
PARTICLES = frozenset(
    "van von der den de del della di da dos das do du la le bin ibn al el ter ten zu zum af av y e".split()
)
_STOPS = frozenset(",;:()[]—–.")


class Kind(StrEnum):
    """What names a speaker."""

    NAME = "name"
    PRONOUN = "pronoun"
    DESCRIPTION = "description"


class Word(NamedTuple):
    """A word or mark of punctuation; `low` is its lower case, `cap` says that it begins with a
    capital."""

    text: str
    low: str
    start: int
    end: int
    cap: bool


class Phrase(NamedTuple):
    """Who is named: `raw` as printed, `name` without offices, the words it takes up."""

    kind: Kind
    raw: str
    name: str
    first: int
    last: int


def list_words(text: str) -> list[Word]:
    """The words and marks of a short text, in order."""
    words = []
    for match in _WORD.finditer(text):
        word, start = match[0], match.start()
        elided = _ELIDED.match(word)
        if elided:
            head = elided[0][:-1]
            words.append(Word(head, head.lower(), start, start + len(head), False))
            start += elided.end()
            word = word[elided.end() :]
        if word.isspace() or word.strip() == "-":
            word = "—"
        words.append(Word(word, word.lower(), start, match.end(), word[0].isupper()))
    return words


def cut_first(text: str) -> str:
    """The first sentence."""
    for end in _SENTENCE_END.finditer(text):
        if not _SHORTENED.search(text, 0, end.start()):
            return text[: end.start()]
    return text


def cut_last(text: str) -> str:
    """The last sentence; "" where the text ends with a sentence that is complete."""
    return text[find_last(text) :]


def find_last(text: str) -> int:
    """Where the last sentence begins."""
    at = 0
    for end in _SENTENCE_END.finditer(text):
        if not _SHORTENED.search(text, 0, end.start()):
            at = end.end()
    return at


def read_run(text: str, words: Sequence[Word], at: int, sayings: Sayings) -> Phrase | None:
    """The name that begins at a word: capitals in a row, with particles between them."""
    last = at
    index = at + 1
    while index < len(words) and index - at < 9:
        word = words[index]
        gap = text[words[last].end : word.start]
        if word.cap and gap in (" ", "-", ". ", " «", " \"", "\xa0"):
            if words[last].low.endswith(_POSSESSIVE):
                return read_run(text, words, index, sayings)
            last = index
        elif word.low not in PARTICLES or not gap.isspace() or not _leads_on(words, index):
            break
        index += 1
    return name_run(text, words, at, last, sayings)


def _leads_on(words: Sequence[Word], index: int) -> bool:
    """Whether particles lead to another capital: "van der Berg"."""
    following = index + 1
    if following < len(words) and words[following].low in PARTICLES:
        following += 1
    return following < len(words) and words[following].cap


def name_run(
    text: str, words: Sequence[Word], at: int, last: int, sayings: Sayings
) -> Phrase | None:
    """The run as a name without its offices; an office alone is a description; None for what is
    small words or belongs to another word ("Epstein's neighbour")."""
    first = at
    while first <= last and words[first].low in sayings.small and not _is_initial(words[first]):
        first += 1
    start = first
    for index in range(first, last + 1):
        if sayings.is_role(words[index].text) and not _is_initial(words[index]):
            start = index + 1
    while start <= last and words[start].low in PARTICLES and words[start].low not in ("al", "el"):
        start += 1
    if first > last or words[last].low.endswith(_POSSESSIVE):
        return None
    raw = text[words[first].start : words[last].end]
    if start > last:
        return Phrase(Kind.DESCRIPTION, raw, raw, first, last)
    name = text[words[start].start : words[last].end].strip("«\"")
    return Phrase(Kind.NAME, raw, name, first, last)


def _is_initial(word: Word) -> bool:
    return len(word.text) == 1 and word.cap


def read_phrase(text: str, words: Sequence[Word], at: int, sayings: Sayings) -> Phrase | None:
    """Who is named from a word on: a pronoun, a name, a description with or without a name."""
    if at >= len(words):
        return None
    word = words[at]
    if word.low in sayings.pronouns:
        if word.low not in sayings.determiners or not _opens_phrase(words, at, sayings):
            return Phrase(Kind.PRONOUN, word.text, word.low, at, at)
    if word.cap and word.low not in sayings.determiners:
        return _read_capitals(text, words, at, sayings)
    if word.low in sayings.determiners:
        return _read_description(text, words, at, sayings)
    if word.low in sayings.aside or word.low in sayings.small or not word.text[0].isalpha():
        return None
    return _read_description(text, words, at, sayings)


def _opens_phrase(words: Sequence[Word], at: int, sayings: Sayings) -> bool:
    """Whether a word that is article and pronoun ("die", "de") stands before a noun here."""
    following = at + 1
    if following >= len(words) or words[following].text in _STOPS:
        return False
    return words[following].low not in sayings.aside | sayings.say


def _read_capitals(
    text: str, words: Sequence[Word], at: int, sayings: Sayings
) -> Phrase | None:
    run = read_run(text, words, at, sayings)
    if run is None or run.kind is Kind.NAME:
        return run
    rest = _read_description(text, words, at, sayings)
    return rest if rest is not None and rest.kind is Kind.NAME else run


def _read_description(
    text: str, words: Sequence[Word], at: int, sayings: Sayings
) -> Phrase | None:
    """A description of at most ten words, or the name that it leads to."""
    index = at + 1 if words[at].low in sayings.determiners else at
    last = at
    articled = index > at
    while index < len(words) and index - at <= 10:
        word = words[index]
        if word.cap and not _is_linked(words, index, sayings):
            run = read_run(text, words, index, sayings)
            if run is None:
                return None
            near = index == at + 1 or sayings.is_role(words[index - 1].text)
            if run.kind is Kind.NAME and (near or " " in run.name or run.raw != run.name):
                return run._replace(first=at, raw=text[words[at].start : words[run.last].end])
            last = run.last
        elif word.text in _STOPS or word.low in sayings.say or word.text[0].isdigit():
            break
        elif word.low in sayings.aside and not _links(words, index, sayings):
            break
        elif word.cap:
            run = read_run(text, words, index, sayings)
            if run is not None and run.kind is Kind.NAME and run.last - index >= 2:
                name = read_run(text, words, index + 1, sayings)
                if name is not None and name.kind is Kind.NAME:
                    return name._replace(first=at, raw=text[words[at].start : words[name.last].end])
            last = run.last if run is not None else index
        else:
            last = index
        index = max(index, last) + 1
    named = _read_apposition(text, words, last, sayings)
    if named is not None:
        return named._replace(first=at)
    while last > at and (words[last].low in sayings.links or words[last].low in sayings.aside):
        last -= 1
    if last == at and (articled or not sayings.is_role(words[at].text)):
        return None
    raw = text[words[at].start : words[last].end]
    return Phrase(Kind.DESCRIPTION, raw, raw, at, last)


def _is_linked(words: Sequence[Word], index: int, sayings: Sayings) -> bool:
    """Whether a word hangs on "of" and its like before it."""
    return index > 0 and words[index - 1].low in sayings.links and words[index - 1].low != "and"


def _links(words: Sequence[Word], index: int, sayings: Sayings) -> bool:
    """Whether a small word joins the parts of a description."""
    return words[index].low in sayings.links and index + 1 < len(words)


def _read_apposition(
    text: str, words: Sequence[Word], last: int, sayings: Sayings
) -> Phrase | None:
    """The name of two words or more behind a description and its comma."""
    if last + 2 >= len(words) or words[last + 1].text != "," or not words[last + 2].cap:
        return None
    run = read_run(text, words, last + 2, sayings)
    return run if run is not None and run.kind is Kind.NAME and " " in run.name else None
