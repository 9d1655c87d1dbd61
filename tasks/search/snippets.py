"""Snippets: the passage of a text that shows best why it was found, and what to mark in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from tasks.search.words import (
    LONGEST,
    clean,
    find_tokens,
    fold,
    is_unspaced,
    make_stemmer,
    split,
)

# Characters of a snippet; of scripts without spaces half as many say as much.
WIDTH = 240
_BREAK = re.compile(r"\s+")


class Piece(NamedTuple):
    """A part of a snippet; `marked` is what was searched for."""

    text: str
    marked: bool


class Match(NamedTuple):
    """Where a text has the word of that number."""

    start: int
    end: int
    word: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of a question, folded, and the beginnings of words."""

    words: Sequence[str]
    prefixes: Sequence[str] = ()

    def in_language(self, language: str | None) -> Matcher:
        """What finds them in texts of a language."""
        stem = make_stemmer(language)
        known = {fold(stem(word)): at for at, word in enumerate(self.words)}
        known |= {word: at for at, word in enumerate(self.words)}
        return Matcher(known, tuple(self.prefixes), len(self.words), language)


class Matcher:
    """Says which word of a question a word of a text stands for."""

    def __init__(
        self, known: dict[str, int], prefixes: tuple[str, ...], first: int, language: str | None
    ) -> None:
        self._known = known
        self._prefixes = prefixes
        self._first = first
        self._language = language
        self._stem = make_stemmer(language)
        self._find = lru_cache(maxsize=None)(self._look_up)

    def find(self, text: str) -> Iterator[Match]:
        """The matches in a text, in order; of unspaced scripts each pair of characters."""
        for start, end in find_tokens(text):
            token = text[start:end]
            if is_unspaced(token):
                for at in range(start, end):
                    word = self._find(text[at : at + 2 if at + 1 < end else end])
                    if word is not None:
                        yield Match(at, min(at + 2, end), word)
            elif (word := self._find(token)) is not None:
                yield Match(start, end, word)

    def _look_up(self, token: str) -> int | None:
        for word in split(clean(token, self._language)):
            form = fold(word)[:LONGEST]
            for shown in (form, fold(self._stem(word))[:LONGEST]):
                if shown in self._known:
                    return self._known[shown]
            for at, prefix in enumerate(self._prefixes):
                if form.startswith(prefix):
                    return self._first + at
        return None


def cut_snippet(text: str, matcher: Matcher, width: int = WIDTH) -> tuple[Piece, ...]:
    """The passage of about `width` characters with the most of the words, on one line; the
    beginning of the text where it has none of them."""
    matches = list(matcher.find(text))
    start, end = _choose(matches, len(text), width)
    start, end = _widen(text, start, end)
    pieces = list(_part(text, start, end, matches))
    if start > 0:
        pieces.insert(0, Piece("… ", False))
    if end < len(text):
        pieces.append(Piece(" …", False))
    return tuple(pieces)


def mark_matches(text: str, matcher: Matcher) -> tuple[Piece, ...]:
    """The whole of a text, a headline, with its matches."""
    return tuple(_part(text, 0, len(text), list(matcher.find(text))))


def _choose(matches: Sequence[Match], length: int, width: int) -> tuple[int, int]:
    """The stretch with the most different words, then with the most of them side by side, then
    with the most matches; the first of several."""
    best, chosen = (0, 0, 0), (0, min(length, width))
    for at, first in enumerate(matches):
        inside = []
        for match in matches[at:]:
            if match.end - first.start > width:
                break
            inside.append(match)
        beside = sum(b.start - a.end <= 1 and b.word != a.word for a, b in pairwise(inside))
        worth = (len({match.word for match in inside}), beside, len(inside))
        if inside and worth > best:
            room = max(0, width - (inside[-1].end - first.start))
            start = max(0, first.start - room // 2)
            best, chosen = worth, (start, min(length, start + width))
    return chosen


def _widen(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without halves of words at its ends, where words are short enough."""
    if start > 0 and (gap := _BREAK.search(text, start, min(start + 30, end))):
        start = gap.end()
    if end < len(text):
        cut = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
        end = cut if cut > end - 30 else end
    return start, end


def _part(text: str, start: int, end: int, matches: Sequence[Match]) -> Iterator[Piece]:
    """What is marked and what is not, by turns; white space is one blank."""
    at = start
    for match in matches:
        if match.end <= at or match.start < start or match.end > end:
            continue
        begin = max(match.start, at)
        if begin > at:
            yield Piece(_BREAK.sub(" ", text[at:begin]), False)
        yield Piece(text[begin : match.end], True)
        at = match.end
    if at < end:
        yield Piece(_BREAK.sub(" ", text[at:end]), False)
