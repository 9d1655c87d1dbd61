"""Speech begun by a dash, as much of Europe prints it: "— Ya es tarde —dijo Marlen", "– Det går
bra, sier Marlen".

A dash at the start of a paragraph may also begin a list: it counts as speech where a verb of saying
cuts in, or where the custom of the language and the sentence's own end bear it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tasks.fields.speech.marks import PARAGRAPH, Span, trim
from tasks.fields.speech.sayings import Sayings

_DASH_OPENS = re.compile(r"\n[ \t]*[—–―-][ \t\xa0]?\S")
_DASH_BEHIND = re.compile(r"[.!?…] [—–-] ")
_OPEN = re.compile(r"\s*([—–―-])[ \t\xa0]?(?=[^\s—–-])")
_INNER = re.compile(
    r"(?<=[\s,.!?…»”\"])[—–―-]\s*(?=\S)|\s[—–-](?=[^\W\d_])|(?<=\w)[—–][.,;:]?\s+(?=\S)"
)
_ANEW = re.compile(r"[.!?…»”\"]\s+[—–-]\s+(?=[^\W\d_a-zß-öø-ÿа-яё])")
_COMMA = re.compile(r"[,!?…][\"”»]?\s+(?=([^\W\d_]+)[\s,]+([^\W\d_]+[^\s,.]*))")
_STOP = re.compile(r"[.!?…]\s+[^\W\d_a-zß-öø-ÿа-яё]")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ENDS = frozenset('.!?…»”")')
# Where a dash paragraph is speech unless it is a list.
_CUSTOM = frozenset({"no", "da", "sv"})
_CUT_WORDS = 5


class _Cut(NamedTuple):
    """Where an attribution cuts in: speech ends at `end`, narration begins at `start`."""

    end: int
    start: int


def has_dash(body: str) -> bool:
    """Whether a dash in a body may begin speech: at the start of a line, or behind a sentence."""
    if _DASH_OPENS.search(f"\n{body}") is not None:
        return True
    return _DASH_BEHIND.search(body) is not None


def list_dashed(body: str, sayings: Sayings) -> Iterator[Span]:
    """The stretches of speech that a dash begins, in order."""
    if not sayings.dashed or not has_dash(body):
        return
    spoke = False
    before = ""
    for paragraph in PARAGRAPH.finditer(body):
        first, last = paragraph.span()
        spans = list(_read_paragraph(body, first, last, sayings, spoke or before.endswith(":")))
        yield from spans
        spoke, before = bool(spans), body[max(first, last - 2) : last].rstrip()


def _read_paragraph(
    body: str, first: int, last: int, sayings: Sayings, expected: bool
) -> Iterator[Span]:
    opening = _OPEN.match(body, first, last)
    begin = opening.end() if opening else None
    cuts = list(_list_cuts(body, first, last, sayings))
    at = first
    if begin is not None and not cuts:
        if _stands_alone(body, begin, last, sayings, expected, opening[1] if opening else ""):
            yield _make_span(body, begin, last, first, last)
        return
    for cut in cuts:
        begin = begin if begin is not None else _find_anew(body, at, cut.end)
        spoken = begin is not None and begin < cut.end
        if begin is not None and spoken:
            yield _make_span(body, begin, cut.end, first, last)
        at, begin = cut.start, None
        resumed = _INNER.search(body, at, last) if spoken else None
        if resumed and _resumes(body, at, resumed.start()):
            begin = resumed.end()
    if begin is not None and cuts and begin < last:
        yield _make_span(body, begin, last, first, last)


def _resumes(body: str, start: int, dash: int) -> bool:
    """Whether speech goes on behind the dash that ends an attribution."""
    if dash - start > 200:
        return False
    between = body[start:dash].rstrip()
    return not _STOP.search(between, 0, max(0, len(between) - 1))


def _find_anew(body: str, first: int, end: int) -> int | None:
    """Where the last dash behind a full stop begins speech within a paragraph."""
    found = None
    for match in _ANEW.finditer(body, max(first, end - 1_500), end):
        found = match.end()
    return found


def _make_span(body: str, begin: int, end: int, first: int, last: int) -> Span:
    start, end = trim(body, begin, end)
    while end > start and body[end - 1] in ",—–-":
        start, end = trim(body, start, end - 1)
    return Span(start, end, max(first, begin - 2), end, first, last, "—")


def _stands_alone(
    body: str, begin: int, last: int, sayings: Sayings, expected: bool, dash: str
) -> bool:
    """Whether a dash paragraph without any attribution is speech."""
    text = body[begin:last].rstrip()
    if not text or text[-1] not in _ENDS or dash == "-" or len(text.split()) < 3:
        return False
    if not text[0].isupper() and text[0] not in '«¿¡“"…':
        return False
    return sayings.language in _CUSTOM or expected


def _list_cuts(body: str, first: int, last: int, sayings: Sayings) -> Iterator[_Cut]:
    """Where an attribution begins: a verb of saying behind a dash, or behind a comma."""
    at = first
    for match in _find_breaks(body, first, last, sayings):
        if match.start() >= at:
            sharp = body[match.start()] in "!?…"
            yield _Cut(match.start() + sharp, match.end())
            at = match.end()


def _find_breaks(body: str, first: int, last: int, sayings: Sayings) -> list[re.Match[str]]:
    opening = _OPEN.match(body, first, last)
    begin = opening.end() if opening else first
    breaks = [m for m in _INNER.finditer(body, begin, last) if _tells(body, m.end(), last, sayings)]
    anew = opening or (sayings.language in _CUSTOM and _ANEW.search(body, first, last))
    if anew and sayings.inverted:
        begin = begin if opening else anew.start()
        breaks += [m for m in _COMMA.finditer(body, begin, last) if _says(m, sayings)]
    return sorted(breaks, key=lambda match: match.start())


def _tells(body: str, at: int, last: int, sayings: Sayings) -> bool:
    """Whether the words at a place begin an attribution: a verb of saying among the first, in lower
    case from the first on."""
    words = _WORD.findall(body, at, min(last, at + 80))[:_CUT_WORDS]
    if not words or (words[0][0].isupper() and words[0].lower() not in sayings.say):
        return False
    for place, word in enumerate(words):
        head = word.lower().split("-")[0]
        if head in sayings.say or (place == 0 and head in sayings.weak):
            return not any(w.lower() in sayings.persons for w in words[: place + 2])
    return False


def _says(match: re.Match[str], sayings: Sayings) -> bool:
    """Whether a comma stands before a verb of saying and its subject."""
    verb, subject = match[1], match[2]
    low = verb.lower()
    if verb[0].isupper() or low not in sayings.spoken:
        return False
    return (
        subject.lower() not in sayings.unspoken
        or subject[0].isupper()
        or (subject.lower() in sayings.pronouns or subject.lower() in sayings.determiners)
    )
