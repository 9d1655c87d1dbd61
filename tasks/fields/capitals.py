"""Words with a capital in running text, and the chains they stand in."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tasks.fields.gazetteer import fold_place

_UPPER = "".join(c for c in map(chr, range(0x41, 0x1FFF)) if c.isupper() or c.istitle())
# Capitals of Latin may stand in Korean and Japanese words: "SBS는".
_LETTER = r"[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_WORD = re.compile(
    rf"(?<!\w)(?:[ad]l-|[Aa]l-|el-)?[{_UPPER}](?:{_LETTER}|\xad|['’.&‑-](?=\w))*(?:(?<=\b[{_UPPER}])\.)?"
)
_ELISION = re.compile(
    rf"(?:[dDlLsScCnNjJmM]|[Dd]ell|[Aa]ll|[Nn]ell|[Ss]ull|[Dd]all|[Uu]n|[Qq]u)['’](?=[{_UPPER}])"
)
_SUFFIX = re.compile(rf"['’][^{_UPPER}]{{0,6}}$")
_GAP = re.compile(r"(?: | (?:[^\W\d_A-Z]{1,5}['’ ] ?){1,3})\Z")
# What stands before the first word of a sentence.
_OPENERS = frozenset('.!?…:;\n“"„«»‹›‘(–—-•*·|>[¿¡>')
# A line so full of capitals is a headline, and tells nothing of what is a name.
_TITLED, _LEAST_WORDS = 0.7, 4
_LONGEST = 60
_HEADLINE = 160


class Word(NamedTuple):
    """A word with a capital: as printed, folded, where it stands, whether it opens a sentence,
    the text between the word before in its chain and it (None for a chain's first), and what stands
    before it on the line up to a space."""

    text: str
    key: str
    start: int
    end: int
    first: bool
    gap: str | None
    before: str


def list_chains(body: str, idle: frozenset[str]) -> Iterator[list[Word]]:
    """Words with a capital that stand side by side, or with small words between; left out are
    words of `idle` that stand alone."""
    chain: list[Word] = []
    for start, text in list_words(body):
        end = start + len(text)
        gap = None
        if chain:
            between = body[chain[-1].end : start]
            # Bounded, so that chains cannot grow with a text that is all capitals.
            if len(between) < 24 and len(chain) < _LONGEST and _GAP.match(between):
                gap = between
        if gap is None and chain:
            if len(chain) > 1 or chain[0].key not in idle:
                yield chain
            chain = []
        first = opens_sentence(body, start)
        chain.append(Word(text, fold_place(text), start, end, first, gap, read_before(body, start)))
    if chain:
        yield chain


def list_words(body: str) -> Iterator[tuple[int, str]]:
    """(start, word) without elided articles before it and endings after an apostrophe."""
    for match in _WORD.finditer(body):
        start, text = match.start(), match[0]
        if "'" in text or "’" in text:
            elided = _ELISION.match(text)
            if elided:
                start, text = start + elided.end(), text[elided.end() :]
            text = _SUFFIX.sub("", text)
        if text and len(text) <= _LONGEST:
            yield start, text


def read_before(body: str, start: int) -> str:
    """The word before, with what is joined to it; what is joined to this one, where it is."""
    tail = body[max(0, start - 30) : start]
    if tail[-1:] in ("\n", ""):
        return ""
    return tail.rstrip(" \u00a0").rpartition("\n")[2].rpartition(" ")[2]


def opens_sentence(body: str, start: int) -> bool:
    """Whether a sentence, a quote or a bracket begins here."""
    at = start - 1
    while at >= 0 and body[at] in " \u00a0\t" and start - at < 4:
        at -= 1
    return at < 0 or body[at] in _OPENERS


def list_titled(body: str) -> list[tuple[int, int]]:
    """The lines that are headlines with a capital in every word, or nothing but capitals."""
    found, start = [], 0
    for line in body.split("\n"):
        end = start + len(line)
        if len(line) > _HEADLINE:
            start = end + 1
            continue
        words = line.split()
        capitals = sum(word[0].isupper() for word in words)
        if (
            len(words) >= _LEAST_WORDS
            and line[-1:] not in ".!?"
            and capitals > _TITLED * len(words)
        ):
            if capitals > 3 or line.isupper():
                found.append((start, end))
        elif len(words) >= 2 and line.isupper():
            found.append((start, end))
        start = end + 1
    return found


def is_within(spans: Sequence[tuple[int, int]], start: int) -> bool:
    """Whether a place in the text is inside one of the spans, which are in order."""
    from bisect import bisect_right

    at = bisect_right(spans, (start, sys.maxsize)) - 1
    return at >= 0 and start < spans[at][1]
