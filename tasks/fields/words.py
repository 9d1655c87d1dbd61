"""Counts words, also where a script has no spaces."""

from __future__ import annotations

import re

_LETTER = re.compile(r"\w")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_THAI = re.compile(r"[\u0e00-\u0e7f]+")
_LETTERS_A_WORD = 5


def count_words(text: str) -> int:
    """The number of words between spaces; an ideograph or kana counts as half a word, Thai by
    its length."""
    if text.isascii() or not _UNSPACED.search(text):
        return _count_spaced(text)
    ideographs = len(_IDEOGRAPH.findall(text))
    if ideographs:
        text = _IDEOGRAPH.sub(" ", text)
    thai = sum(len(run) for run in _THAI.findall(text))
    if thai:
        text = _THAI.sub(" ", text)
    return _count_spaced(text) + (ideographs + 1) // 2 + thai // _LETTERS_A_WORD


def _count_spaced(text: str) -> int:
    words = text.split()
    marked = [word for word in words if not word[0].isalnum()]
    return len(words) - sum(_LETTER.search(word) is None for word in marked)
