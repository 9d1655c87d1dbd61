"""Words with a capital in running text, and the chains they stand in."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from tasks.fields.mentions.word_facts import WordFacts, read_word

_UPPER = "".join(c for c in map(chr, range(0x41, 0x1FFF)) if c.isupper() or c.istitle())
# Capitals of Latin may stand in Korean and Japanese words: "SBS는".
_LETTER = r"[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
# Begins with a set of characters, which the engine seeks fastest; articles before are added later.
_WORD = re.compile(
    rf"[{_UPPER}](?<!\w.){_LETTER}*(?:(?:\xad|['’.&‑-](?=\w)){_LETTER}*)*(?:(?<=\b[{_UPPER}])\.)?"
)
_ARTICLES = frozenset({"al-", "dl-", "el-"})
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
_STOPS = frozenset(".!?")
_BLANKS = frozenset(" \u00a0\t")
# How far back the word before is sought.
_FAR = 30
# No gap is as wide as this.
_WIDEST = 24


class Word(NamedTuple):
    """A word with a capital: as printed, folded, where it stands, whether it opens a sentence,
    what stands before it on the line up to a space, the text between the word before in its chain
    and it ("" for a chain's first), and what is known of it."""

    text: str
    key: str
    start: int
    end: int
    first: bool
    before: str
    gap: str
    facts: WordFacts


# Words come by the hundred: so they are made in half the time.
_make = tuple.__new__


def list_chains(body: str, language: str) -> list[list[Word]]:
    """Words with a capital that stand side by side, or with small words between; left out are
    those that say nothing and stand alone."""
    chains: list[list[Word]] = []
    chain: list[Word] = []
    end = 0
    for start, text in list_words(body):
        gap = body[end:start] if chain and start - end < _WIDEST else ""
        if gap != " " and not _links(gap):
            gap = ""
        # Bounded, so that chains cannot grow with a text that is all capitals.
        if not gap or len(chain) >= _LONGEST:
            gap = ""
            if len(chain) > 1 or (chain and not chain[0].facts.idle):
                chains.append(chain)
            chain = []
        end = start + len(text)
        facts = read_word(text, language)
        first, before = look_back(body, start)
        chain.append(_make(Word, (text, facts.key, start, end, first, before, gap, facts)))
    if chain:
        chains.append(chain)
    return chains


@lru_cache(maxsize=1_024)  # a few small words stand between names, again and again
def _links(gap: str) -> bool:
    """Whether what stands between two words leaves them one chain."""
    return gap[:1] == " " and _GAP.match(gap) is not None


def list_words(body: str) -> Iterator[tuple[int, str]]:
    """(start, word) without elided articles before it and endings after an apostrophe."""
    for match in _WORD.finditer(body):
        start, text = match.start(), match[0]
        if start > 2 and body[start - 1] == "-" and _stands_apart(body, start - 3):
            start, text = start - 3, body[start - 3 : start] + text
        if "'" in text or "’" in text:
            elided = _ELISION.match(text)
            if elided:
                start, text = start + elided.end(), text[elided.end() :]
            text = _SUFFIX.sub("", text)
        if text and len(text) <= _LONGEST:
            yield start, text


def _stands_apart(body: str, start: int) -> bool:
    """Whether an article that is joined by a hyphen begins here, and no word before it."""
    before = body[start - 1 : start] if start else ""
    return body[start : start + 3] in _ARTICLES and not (before.isalnum() or before == "_")


def look_back(body: str, start: int) -> tuple[bool, str]:
    """Whether a sentence, a quote or a bracket begins here, and the word before, with what is
    joined to it; what is joined to this one, where it is."""
    if not start or body[start - 1] == "\n":
        return True, ""
    end = start - 1 if body[start - 1] in _BLANKS else start
    if end != start and (body[end] == "\t" or (end and body[end - 1] in _BLANKS)):
        return _look_far(body, start)
    low = start - _FAR if start > _FAR else 0
    blank = body.rfind(" ", low, end)
    before = body[low if blank < 0 else blank + 1 : end]
    first = not end or body[end - 1] in _OPENERS
    return first, before.rpartition("\n")[2] if "\n" in before else before


def _look_far(body: str, start: int) -> tuple[bool, str]:
    """The same over several blanks."""
    end = start - 1
    while end >= 0 and body[end] in _BLANKS and start - end < 4:
        end -= 1
    tail = body[max(0, start - _FAR) : start].rstrip(" \u00a0").rpartition("\n")[2]
    return end < 0 or body[end] in _OPENERS, tail.rpartition(" ")[2]


def list_titled(body: str) -> list[tuple[int, int]]:
    """The lines that are headlines with a capital in every word, or nothing but capitals."""
    found, start = [], 0
    for line in body.split("\n"):
        end = start + len(line)
        if len(line) > _HEADLINE or (line[-1:] in _STOPS and not line.isupper()):
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
    at = bisect_right(spans, (start, sys.maxsize)) - 1
    return at >= 0 and start < spans[at][1]
