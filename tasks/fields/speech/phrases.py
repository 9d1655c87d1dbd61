"""The small grammar of an attribution: words, sentences, names, and who a verb of saying has.

Only the few words around a quotation are read. A name is a run of words with capitals, offices and
trades before it taken off; a description ("the minister", "una portavoz") stays as it is printed.
Scripts without capitals are read in `tasks.fields.speech.scripts`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from tasks.fields.bylines.lexicons import load_lexicons
from tasks.fields.speech.given import is_given
from tasks.fields.speech.sayings import Sayings

_WORD = re.compile(r"[^\W_]+(?:['’‑\-&]+[^\W_]+)*|[,;:()\[\]—–]|\.(?=\s*$)|\s-\s")
_SENTENCE_END = re.compile(
    r"(?<=[.!?…。！？؟;])[\"”“»’')\]]*\s+(?=[\"“„«‘'(\[—–-]*[^\W\d_a-zß-öø-ÿа-яё])"
)
_SHORTENED = re.compile(
    r"(?:^|[\s(.\-])(?:[^\W\d_]|[A-Z]\.[A-Z]|[A-Z][a-z]|Mrs|Col|Gen|Prof|Cmdr|Capt|Sgt|Supt|Hon|Inc|Corp|Gov|Sen|Rep"
    r"|Gen|Sept|Oct|Nov|Dec|Aug|Jan|Feb|nr|bzw|ca|vs|etc|št|г|т|др|р|ul|im|św|proc|tys|inż|hab)\.$"
)
_POSSESSIVE = ("'s", "’s")
_ELIDED = re.compile(
    r"^(?:[cdjlmnstCJLS]|qu|Qu|[Dd]ell|[Aa]ll|[Nn]ell|[Ss]ull|[Dd]all|[Uu]n)['’](?=[^\W\d_])"
)
# Particles inside a name, by how many capital words may stand before them: more, and what follows
# is where somebody belongs ("Ada Brook von der Universität"). The last only follow another.
# fmt: off
_LOOSE = frozenset(("de", "da", "dos", "das", "bin", "bint", "ibn", "ben", "al", "el", "y", "e"))
_CLOSE = frozenset((
    "van", "von", "di", "del", "della", "dello", "du", "do", "ter", "ten", "zu", "zum", "af", "av",
    "la", "le", "dal", "d",
))
_SECOND = frozenset(("der", "den", "het", "la", "las", "los", "le"))
# fmt: on
_JOINING = frozenset(("y", "e"))
PARTICLES = _LOOSE | _CLOSE | _SECOND
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


# Words come by the thousand: so they are made in half the time.
_make = tuple.__new__


class Phrase(NamedTuple):
    """Who is named: `raw` as printed, `name` without offices, the words it takes up."""

    kind: Kind
    raw: str
    name: str
    first: int
    last: int


def list_words(text: str) -> list[Word]:
    """The words and marks of a short text, in order."""
    words: list[Word] = []
    for match in _WORD.finditer(text):
        word = match[0]
        start, end = match.span()
        if word.isalnum() or word in _STOPS:
            words.append(_make(Word, (word, word.lower(), start, end, word[0].isupper())))
            continue
        elided = _ELIDED.match(word)
        if elided:
            head = elided[0][:-1]
            words.append(Word(head, head.lower(), start, start + len(head), False))
            start += elided.end()
            word = word[elided.end() :]
        if word.strip() == "-":
            word = "—"
        words.append(_make(Word, (word, word.lower(), start, end, word[0].isupper())))
    return words


def ends_short(text: str) -> bool:
    """Whether a text ends with an abbreviation or an initial, so that its sentence goes on."""
    return _SHORTENED.search(text) is not None


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
        gap = text[words[index - 1].end : word.start]
        if word.cap and joins(words[index - 1], gap, sayings):
            if words[last].low.endswith(_POSSESSIVE):
                return read_run(text, words, index, sayings)
            last = index
        elif not gap.isspace() or not _is_inside(
            words, _skip_offices(words, at, index, sayings), index
        ):
            break
        index += 1
    return name_run(text, words, at, last, sayings)


def joins(before: Word, gap: str, sayings: Sayings) -> bool:
    """Whether what stands between two words leaves them one name: a blank, a hyphen, the full stop
    of an initial or a title."""
    if gap == ". ":
        return len(before.text) == 1 or sayings.is_role(before.text)
    return gap in (" ", "-", "\xa0", ' "', " «")


def _is_inside(words: Sequence[Word], at: int, index: int) -> bool:
    """Whether a small word stands inside a name: "van der Berg", "Centre for Policy Research"."""
    low = words[index].low
    second = words[index - 1].low in PARTICLES
    if low in PARTICLES:
        if low in _JOINING and _joins_two(words, at, index):
            return False
        most = 3 if low in _LOOSE or second else 1
        alone = low not in _SECOND or second or low in _CLOSE
        return alone and index - at - second <= most and _leads_on(words, index)
    body = low in ("of", "for", "and") and load_lexicons().is_organisation(words[at].text)
    return body and index + 1 < len(words) and words[index + 1].cap


def _skip_offices(words: Sequence[Word], at: int, index: int, sayings: Sayings) -> int:
    """Where a name begins behind the offices of its run."""
    while at + 1 < index and sayings.is_role(words[at].text):
        at += 1
    return at


def _joins_two(words: Sequence[Word], at: int, index: int) -> bool:
    """Whether "y" or "e" stands between two people, not in one's family name."""
    following = words[index + 1 : index + 3]
    if not following or not following[0].cap:
        return True
    return is_given(following[0].text) or (len(following) > 1 and following[1].cap)


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
    while (
        first <= last and words[first].low in sayings.small and not _is_dotted(text, words[first])
    ):
        first += 1
    start = first
    for index in range(first, last + 1):
        if sayings.is_role(words[index].text) and not _is_dotted(text, words[index]):
            if (index - start >= 2 and start > first) or (index - start >= 2 and index == last):
                last = index - 1
                break
            start = index + 1
    if sayings.language == "de" and _hangs_on(words, start, last, sayings):
        start = last - 1
    while start <= last and words[start].text in PARTICLES:
        start += 1
    if first > last or _possesses(words, last, sayings):
        return None
    raw = text[words[first].start : words[last].end]
    if start > last:
        return Phrase(Kind.DESCRIPTION, raw, raw, first, last)
    name = text[words[start].start : words[last].end].strip('«"')
    return Phrase(Kind.NAME, raw, name, first, last)


def _is_dotted(text: str, word: Word) -> bool:
    """Whether a word is an initial."""
    return len(word.text) == 1 and text[word.end : word.end + 1] == "."


def _hangs_on(words: Sequence[Word], start: int, last: int, sayings: Sayings) -> bool:
    """Whether a German run of three and more begins with a noun: behind an article."""
    if last - start < 2 or not start or any(w.low in PARTICLES for w in words[start:last]):
        return False
    before = words[start - 1]
    return before.low in sayings.determiners or (not before.cap and before.low.endswith("en"))


def _possesses(words: Sequence[Word], last: int, sayings: Sayings) -> bool:
    """Whether a word in "'s" has something: "Epstein's neighbour", but not "Moody's said"."""
    if not words[last].low.endswith(_POSSESSIVE) or sayings.language != "en":
        return False
    if last + 1 == len(words) or words[last + 1].text in _STOPS:
        return False
    return words[last + 1].low not in sayings.verbal


def read_phrase(text: str, words: Sequence[Word], at: int, sayings: Sayings) -> Phrase | None:
    """Who is named from a word on: a pronoun, a name, a description with or without a name."""
    if at >= len(words):
        return None
    word = words[at]
    article = word.low in sayings.determiners and _opens_phrase(words, at, sayings)
    if word.low in sayings.pronouns and not article:
        return Phrase(Kind.PRONOUN, word.text, word.low, at, at)
    if word.cap and word.low not in sayings.determiners:
        return read_capitals(text, words, at, sayings)
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
    return words[following].low not in sayings.unnamed


def read_capitals(text: str, words: Sequence[Word], at: int, sayings: Sayings) -> Phrase | None:
    """Who is named from a capital on: a name, also behind a place or an office ("Carrow author Ada
    Brook"), or an office alone."""
    run = read_run(text, words, at, sayings)
    if run is None:
        return None
    if run.kind is Kind.NAME:
        behind = run.last + 1
        if behind < len(words) and not words[behind].cap and sayings.is_role(words[behind].text):
            rest = _read_description(text, words, behind, sayings)
            if rest is not None and rest.kind is Kind.NAME:
                return rest._replace(first=at, raw=text[words[at].start : words[rest.last].end])
        return run
    rest = _read_description(text, words, at, sayings)
    return rest if rest is not None and rest.kind is Kind.NAME else run


def _read_description(text: str, words: Sequence[Word], at: int, sayings: Sayings) -> Phrase | None:
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
        elif (word.text in _STOPS or word.low in sayings.verbal or word.text.isdigit()) or (
            word.low in sayings.aside and not _links(words, index, sayings)
        ):
            break
        elif word.cap:
            run = read_run(text, words, index, sayings)
            if run is not None and run.kind is Kind.NAME and _ends_named(words, index, run.last):
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


def _ends_named(words: Sequence[Word], first: int, last: int) -> bool:
    """Whether a run begins with a noun and ends with a name: "(ministre de la) Santé Marc Viel"."""
    return last - first >= 2 and all(word.cap for word in words[first : last + 1])


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
