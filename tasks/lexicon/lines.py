"""Reads the `lines_*.tsv` lexicons: phrases by which lines are known, in many languages.

A phrase file has rows of language, how, phrase. `how` is "whole" (the line is the phrase), "start"
(it begins with it), "end", or "part" (it is somewhere in the line, as whole words). Lines
beginning with `#` are remarks; `#hit` and `#miss` give examples that the tests run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

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
    """One phrase file, ready to be asked."""

    whole: frozenset[str]
    start: dict[str, tuple[str, ...]]
    end: tuple[str, ...]
    part: re.Pattern[str] | None

    def match(self, normal: str) -> bool:
        """Whether a line (already `normalise`d) is one of these."""
        if normal in self.whole:
            return True
        for phrase in self.start.get(normal[:2], ()):
            if normal.startswith(phrase) and _ends_word(normal, len(phrase)):
                return True
        if self.end and normal.endswith(self.end):
            return True
        return self.part is not None and self.part.search(normal) is not None


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


def _bound(phrase: str) -> str:
    pattern = re.escape(phrase)
    left = "" if is_unspaced(phrase[0]) else r"(?<!\w)"
    right = "" if is_unspaced(phrase[-1]) else r"(?!\w)"
    return f"{left}{pattern}{right}"


@lru_cache(maxsize=64)
def load_phrases(name: str) -> Phrases:
    """The phrases of one file, normalised; read once a process."""
    kinds: dict[str, list[str]] = {"whole": [], "start": [], "end": [], "part": []}
    for _language, how, phrase in load_rows(name):
        kinds[how].append(normalise(phrase))
    start: dict[str, tuple[str, ...]] = {}
    for phrase in kinds["start"]:
        start[phrase[:2]] = (*start.get(phrase[:2], ()), phrase)
    part = "|".join(_bound(phrase) for phrase in kinds["part"])
    return Phrases(
        frozenset(kinds["whole"]), start, tuple(kinds["end"]), re.compile(part) if part else None
    )
