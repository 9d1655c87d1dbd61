"""Reads the `lines_*.tsv` lexicons: phrases by which lines are known, in many languages.

A phrase file has rows of language, how, phrase, hit, miss. `how` is "whole" (the line is the
phrase), "start" (it begins with it), "head" (it begins with it and a colon or bracket), "end", or
"part" (it is somewhere in the line, as whole words). `hit` is a line that the phrase decides,
`miss` one of the like words that no rule may take; a row without them is tried in its language's
frame (`tests/tasks/lexicon/frames.tsv`). Lines beginning with `#` are remarks; `#hit` and `#miss`
give examples of the whole file. The tests run all of them.

Phrase and line are compared without accents and with one letter for those that writers mix: the
alifs of Arabic, the two Turkish i, е and ё; vowel marks, tatweel and direction marks are dropped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_WORD = re.compile(r"\w+")
_HEAD_MARKS = frozenset({"", *":([|–—>/=】]・丨"})
UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Vowel marks and tatweel of Arabic; marks of direction, joining and hyphenation.
_UNSEEN = (*range(0x64B, 0x653), 0x670, 0x640, 0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F),
           *range(0x2060, 0x206A), 0xFEFF)  # fmt: skip
_FOLD: Mapping[int, str | None] = {
    **dict.fromkeys(_UNSEEN),
    **{ord(mark): "'" for mark in "’‘`´"},
    ord("İ"): "i",
    0xA0: " ",
}
_VOWELS = frozenset("aeiouyαεηιουω")
_ACCENTS = frozenset("\u0300\u0301\u0302\u0303")


def _list_accented() -> Iterator[tuple[int, str]]:
    """Vowels with an accent that capitals often lack (À, É, Î, Õ), and the bare ones; ö, ç, ñ and й
    are letters of their own."""
    for code in (*range(0xC0, 0x250), *range(0x386, 0x3CF), *range(0x1EA0, 0x1EFA)):
        parts = unicodedata.normalize("NFD", chr(code))
        if parts[1:] and parts[0].lower() in _VOWELS and set(parts[1:]) <= _ACCENTS:
            yield code, parts[0]


_ALIKE: Mapping[int, str] = {
    **dict(_list_accented()),
    **{ord(letter): "ا" for letter in "أإآٱ"},
    **{ord(letter): "ي" for letter in "ىی"},
    ord("ک"): "ك",
    ord("ı"): "i",
    ord("ё"): "е",
}


def _compile_fold(table: Mapping[int, str | None]) -> Callable[[str], str]:
    """What `str.translate` does with the table, several times faster where few characters are in
    it: those that are not cost a failed look-up there."""
    chars = {chr(code): other or "" for code, other in table.items()}
    pattern = re.compile(f"[{re.escape(''.join(chars))}]")
    return lambda text: pattern.sub(lambda match: chars[match[0]], text)


_fold = _compile_fold(_FOLD)
_unify = _compile_fold(_ALIKE)


def normalise(text: str) -> str:
    """Lower case without accents lost, composed and of full width no more, straight apostrophes, no
    marks that are not seen, no punctuation at either end."""
    if not text.isascii():
        # The edges first: a circled i at the start would become a letter.
        text = unicodedata.normalize("NFKC", _trim(_fold(text)))
    return _trim(" ".join(text.casefold().split()))


def _trim(text: str) -> str:
    """Without what is no letter and no digit at either end."""
    first, last = 0, len(text)
    while first < last and not text[first].isalnum():
        first += 1
    while first < last and not text[last - 1].isalnum():
        last -= 1
    return text[first:last]


def load_rows(name: str) -> list[tuple[str, ...]]:
    """The rows of one lexicon file, remarks and empty lines left out."""
    return [tuple(line.split("\t")) for line in _read(name) if line and not line.startswith("#")]


def load_examples(name: str, kind: str) -> list[str]:
    """The examples of a file: `kind` is "hit" or "miss"."""
    mark = f"#{kind}\t"
    return [line[len(mark) :] for line in _read(name) if line.startswith(mark)]


def _read(name: str) -> Iterator[str]:
    text = files("tasks.lexicon").joinpath(name).read_text("utf-8")
    return (line.rstrip("\n") for line in text.splitlines())


Entry = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Every phrase file in one index, asked once a line. `start` and `head` are keyed by two
    characters, `part` by the first word, so that a line is compared with few phrases; `starts`,
    `heads` and `ends` are their phrases alone, by which most lines are passed at one question."""

    whole: dict[str, frozenset[str]]
    start: dict[str, tuple[Entry, ...]]
    starts: dict[str, tuple[str, ...]]
    head: dict[str, tuple[Entry, ...]]
    heads: dict[str, tuple[str, ...]]
    end: tuple[Entry, ...]
    ends: tuple[str, ...]
    part: dict[str, tuple[Entry, ...]]
    unspaced: tuple[Entry, ...]

    def find(self, normal: str) -> frozenset[str]:
        """The files that know this line (already `normalise`d), by their short names."""
        normal = unify(normal)
        found = set(self.whole.get(normal, ()))
        two = normal[:2]
        if normal.startswith(self.starts.get(two, ())):
            for phrase, name in self.start[two]:
                if normal.startswith(phrase) and _ends_word(normal, len(phrase)):
                    found.add(name)
        if normal.startswith(self.heads.get(two, ())):
            for phrase, name in self.head[two]:
                if normal.startswith(phrase) and _ends_head(normal, len(phrase)):
                    found.add(name)
        for phrase, name in self.head.get(normal[:1], ()) if len(normal) > 1 else ():
            if _ends_head(normal, len(phrase)):
                found.add(name)
        if normal.endswith(self.ends):
            found.update(name for phrase, name in self.end if normal.endswith(phrase))
        words = _WORD.findall(normal)
        if not self.part.keys().isdisjoint(words):
            for word in self.part.keys() & words:
                found.update(name for phrase, name in self.part[word] if _stands_in(phrase, normal))
        if not normal.isascii() and UNSPACED.search(normal):
            found.update(name for phrase, name in self.unspaced if phrase in normal)
        return frozenset(found)


def _normalise_phrase(phrase: str, how: str) -> str:
    """As a line, but "【写真】" at a line's start keeps the bracket that closes it."""
    closed = phrase[-1] if how == "start" and phrase[-1] in "】]" else ""
    return normalise(phrase) + closed


def unify(normal: str) -> str:
    """A normalised text with one letter for those that writers mix."""
    return normal if normal.isascii() else _unify(normal)


def _ends_head(text: str, at: int) -> bool:
    """Whether a mark stands here; after Han or kana a space is one."""
    if text[at : at + 1].isspace() and "\u3040" <= text[at - 1] <= "\u9fff":
        return True
    return text[at:].lstrip()[:1] in _HEAD_MARKS


def _stands_in(phrase: str, text: str) -> bool:
    """Whether the phrase is in the text as whole words."""
    at = text.find(phrase)
    while at >= 0:
        if (at == 0 or not text[at - 1].isalnum()) and _ends_word(text, at + len(phrase)):
            return True
        at = text.find(phrase, at + 1)
    return False


def _ends_word(text: str, at: int) -> bool:
    """Whether no letter goes on at this place; scripts without spaces need no gap."""
    if at >= len(text) or not text[at].isalnum():
        return True
    return is_unspaced(text[at - 1]) or not text[at - 1].isalnum()


def is_unspaced(char: str) -> bool:
    """Han, kana and Thai are written without spaces; Hangul endings follow without one."""
    return char >= "\u0e00" and (
        "\u3040" <= char <= "\u30ff"
        or "\u3400" <= char <= "\u9fff"
        or "\uac00" <= char <= "\ud7af"
        or "\u0e00" <= char <= "\u0e7f"
    )


FILES = (
    "navigation",
    "share",
    "promo",
    "related",
    "comments",
    "legal",
    "updated",
    "byline_prefixes",
    "credit",
    "signoff",
    "bio",
)


@lru_cache(maxsize=1)
def load_phrases() -> Phrases:
    """The phrases of all files, normalised; read once a process."""
    kinds: dict[str, list[Entry]] = {"whole": [], "start": [], "head": [], "end": [], "part": []}
    for name in FILES:
        for _language, how, phrase, *_examples in load_rows(f"lines_{name}.tsv"):
            kinds[how].append((unify(_normalise_phrase(phrase, how)), name))
    whole: dict[str, frozenset[str]] = {}
    for phrase, name in kinds["whole"]:
        whole[phrase] = whole.get(phrase, frozenset()) | {name}
    start = _bucket(kinds["start"], lambda phrase: phrase[:2])
    head = _bucket(kinds["head"], lambda phrase: phrase[:2])
    return Phrases(
        whole=whole,
        start=start,
        starts=_list_phrases(start),
        head=head,
        heads=_list_phrases(head),
        end=tuple(kinds["end"]),
        ends=tuple(phrase for phrase, _name in kinds["end"]),
        part=_bucket(
            [entry for entry in kinds["part"] if not is_unspaced(entry[0][0])],
            lambda phrase: _WORD.findall(phrase)[0],
        ),
        unspaced=tuple(entry for entry in kinds["part"] if is_unspaced(entry[0][0])),
    )


def _list_phrases(buckets: dict[str, tuple[Entry, ...]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(phrase for phrase, _ in entries) for key, entries in buckets.items()}


def _bucket(entries: list[Entry], key: Callable[[str], str]) -> dict[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(key(entry[0]), []).append(entry)
    return {start: tuple(members) for start, members in found.items()}
