"""The commonest first names, and family names that open a name: they bear out that a short line of
capitals is a person (`person_names.tsv`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tasks.identity import fold_name
from tasks.lexicon.lines import load_rows

_HAN = re.compile(r"^[\u3400-\u9fff々〆ヶ]{2,6}$")
_HANGUL = re.compile(r"^[\uac00-\ud7af]{2,4}$")
_UNSPACED_NAME = re.compile(r"[\u3400-\u9fff\uac00-\ud7af々〆ヶ]")
_LETTERS = re.compile(r"[^\W\d_]+")
# What a name of an unspaced script has behind its family name, at most.
_GIVEN_CHARS = 3


@dataclass(frozen=True, slots=True)
class NameWords:
    """First names, folded; family names in Han or Hangul; folded family names that come first."""

    given: frozenset[str]
    unspaced: frozenset[str]
    leading: frozenset[str]

    def is_given(self, word: str) -> bool:
        """Whether the word, or its half before a hyphen, is a common first name."""
        folded = fold_name(word)
        return folded in self.given or folded.partition(" ")[0] in self.given

    def may_name(self, text: str) -> bool:
        """Whether any word of the text could begin a name that is borne out."""
        if not text.isascii() and _UNSPACED_NAME.search(text):
            return True
        words = _LETTERS.findall(text)
        return any(self.is_given(w) or fold_name(w) in self.leading for w in words)

    def bears_out(self, name: str) -> bool:
        """Whether the name begins as a person's does."""
        words = name.split()
        if not words:
            return False
        if _HAN.match(name) or _HANGUL.match(name):
            return self._is_unspaced(name)
        if len(words) > 1 and _HAN.match(words[0]) and len("".join(words)) <= 6:
            return self._is_unspaced("".join(words))
        return len(words) > 1 and (self.is_given(words[0]) or fold_name(words[0]) in self.leading)

    def _is_unspaced(self, name: str) -> bool:
        return any(
            name[:size] in self.unspaced and 1 <= len(name) - size <= _GIVEN_CHARS
            for size in (1, 2, 3)
        )

    def split_run(self, words: Sequence[str]) -> Iterator[str]:
        """Names that stand in a row without a mark between them, cut before each first name that
        follows a family name."""
        name: list[str] = []
        for word in words:
            if len(name) > 1 and self.is_given(word) and not self.is_given(name[-1]):
                yield " ".join(name)
                name = []
            name.append(word)
        yield " ".join(name)


@lru_cache(maxsize=1)
def load_name_words() -> NameWords:
    """The lexicon, read once."""
    given: set[str] = set()
    unspaced: set[str] = set()
    leading: set[str] = set()
    for kind, language, *names in load_rows("person_names.tsv"):
        if kind == "given":
            given.update(fold_name(name) for name in names)
        elif language in ("ja", "zh", "ko"):
            unspaced.update(names)
        else:
            leading.update(fold_name(name) for name in names)
    return NameWords(frozenset(given), frozenset(unspaced), frozenset(leading))
