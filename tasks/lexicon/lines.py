"""Reads the `lines_*.tsv` lexicons: phrases by which lines are known, in many languages.

A phrase file has rows of language, how, phrase. `how` is "whole" (the line is the phrase), "start"
(it begins with it), "head" (it begins with it and a colon or bracket), "end", or "part" (it is
somewhere in the line, as whole words). Lines
beginning with `#` are remarks; `#hit` and `#miss` give examples that the tests run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_WORD = re.compile(r"\w+")
_HEAD_MARKS = frozenset({"", ":", "：", "(", "（", "|", "–", "—", ">"})
_EDGE = re.compile(r"^[\W_]+|[\W_]+$")
_FOLD = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "İ": "i", "\u00a0": " ", "ـ": None})


def normalise(text: str) -> str:
    """Lower case without accents lost, straight apostrophes, no punctuation at either end."""
    if not text.isascii():
        text = text.translate(_FOLD)
    return _EDGE.sub("", " ".join(text.casefold().split()))


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
    """Every phrase file in one index, asked once a line. `start` is keyed by two characters,
    `part` by the first word, so that a line is compared with few phrases."""

    whole: dict[str, frozenset[str]]
    start: dict[str, tuple[Entry, ...]]
    head: dict[str, tuple[Entry, ...]]
    end: tuple[Entry, ...]
    part: dict[str, tuple[Entry, ...]]
    unspaced: tuple[Entry, ...]

    def find(self, normal: str) -> frozenset[str]:
        """The files that know this line (already `normalise`d), by their short names."""
        found = set(self.whole.get(normal, ()))
        for phrase, name in self.start.get(normal[:2], ()):
            if normal.startswith(phrase) and _ends_word(normal, len(phrase)):
                found.add(name)
        for phrase, name in self.head.get(normal[:2], ()):
            if normal.startswith(phrase) and normal[len(phrase) :].lstrip()[:1] in _HEAD_MARKS:
                found.add(name)
        for phrase, name in self.end:
            if normal.endswith(phrase):
                found.add(name)
        for word in self.part.keys() & _WORD.findall(normal):
            found.update(name for phrase, name in self.part[word] if _stands_in(phrase, normal))
        if not normal.isascii():
            found.update(name for phrase, name in self.unspaced if phrase in normal)
        return frozenset(found)


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
    return at >= len(text) or not text[at].isalnum() or is_unspaced(text[at - 1])


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
)


@lru_cache(maxsize=1)
def load_phrases() -> Phrases:
    """The phrases of all files, normalised; read once a process."""
    kinds: dict[str, list[Entry]] = {"whole": [], "start": [], "head": [], "end": [], "part": []}
    for name in FILES:
        for _language, how, phrase in load_rows(f"lines_{name}.tsv"):
            kinds[how].append((normalise(phrase), name))
    whole: dict[str, frozenset[str]] = {}
    for phrase, name in kinds["whole"]:
        whole[phrase] = whole.get(phrase, frozenset()) | {name}
    return Phrases(
        whole=whole,
        start=_bucket(kinds["start"], lambda phrase: phrase[:2]),
        head=_bucket(kinds["head"], lambda phrase: phrase[:2]),
        end=tuple(kinds["end"]),
        part=_bucket(
            [entry for entry in kinds["part"] if not is_unspaced(entry[0][0])],
            lambda phrase: _WORD.findall(phrase)[0],
        ),
        unspaced=tuple(entry for entry in kinds["part"] if is_unspaced(entry[0][0])),
    )


def _bucket(entries: list[Entry], key: Callable[[str], str]) -> dict[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(key(entry[0]), []).append(entry)
    return {start: tuple(members) for start, members in found.items()}
