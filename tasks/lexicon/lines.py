"""Reads the `lines_*.tsv` lexicons: phrases by which lines are known, in many languages.

A phrase file has rows of language, how, phrase. `how` is "whole" (the line is the phrase), "start"
(it begins with it), "end", or "part" (it is somewhere in the line, as whole words). Lines
beginning with `#` are remarks; `#hit` and `#miss` give examples that the tests run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_WORD = re.compile(r"\w+")
_EDGE = re.compile(r"^[\W_]+|[\W_]+$")
_FOLD = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "İ": "i", "\u00a0": " ", "ـ": None})


def normalise(text: str) -> str:
    """Lower case without accents lost, straight apostrophes, no punctuation at either end."""
    return _EDGE.sub("", " ".join(text.translate(_FOLD).casefold().split()))


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


@dataclass(frozen=True, slots=True)
class Phrases:
    """One phrase file, ready to be asked. `start` is keyed by two characters, `part` by the first
    word, so that a line is compared with few phrases."""

    whole: frozenset[str]
    start: dict[str, tuple[str, ...]]
    end: tuple[str, ...]
    part: dict[str, tuple[str, ...]]
    unspaced: tuple[str, ...]

    def match(self, normal: str) -> bool:
        """Whether a line (already `normalise`d) is one of these."""
        if normal in self.whole:
            return True
        for phrase in self.start.get(normal[:2], ()):
            if normal.startswith(phrase) and _ends_word(normal, len(phrase)):
                return True
        if self.end and normal.endswith(self.end):
            return True
        return bool(self.part or self.unspaced) and self._has_part(normal)

    def _has_part(self, normal: str) -> bool:
        for word in set(_WORD.findall(normal)).intersection(self.part):
            for phrase in self.part[word]:
                if _stands_in(phrase, normal):
                    return True
        return not normal.isascii() and any(phrase in normal for phrase in self.unspaced)


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


@lru_cache(maxsize=64)
def load_phrases(name: str) -> Phrases:
    """The phrases of one file, normalised; read once a process."""
    kinds: dict[str, list[str]] = {"whole": [], "start": [], "end": [], "part": []}
    for _language, how, phrase in load_rows(name):
        kinds[how].append(normalise(phrase))
    spaced = [phrase for phrase in kinds["part"] if not is_unspaced(phrase[0])]
    return Phrases(
        whole=frozenset(kinds["whole"]),
        start=_bucket(kinds["start"], lambda phrase: phrase[:2]),
        end=tuple(kinds["end"]),
        part=_bucket(spaced, lambda phrase: _WORD.findall(phrase)[0]),
        unspaced=tuple(phrase for phrase in kinds["part"] if is_unspaced(phrase[0])),
    )


def _bucket(phrases: list[str], key: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for phrase in phrases:
        found[key(phrase)] = (*found.get(key(phrase), ()), phrase)
    return found
