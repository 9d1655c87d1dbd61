"""What can be seen of one line by itself: its length, its end, its normal form."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.lexicon.lines import is_unspaced, load_phrases, normalise

_WORDS = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
# Tables of bytes: ASCII, which most lines are in, is read several times faster by them.
_WORD_BYTES = frozenset(b"_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_SPLITS = bytes(code if code in _WORD_BYTES else 0x20 for code in range(256))
_LOWERS = bytes(range(256)).lower()
_DROPPED = bytes({*range(256)} - _WORD_BYTES | {*b"_"})
_ENDS = frozenset(".!?…。！？؟।։")
_HALF_ENDS = frozenset(":：;；")
# A line that ends in a colon opens a quote or a list; a shorter one is a form's label.
COLON_WORDS = 6
_CLOSERS = "\"'”’“‘»›«‹)]}」』】）*"
# Two Han or kana characters carry about what one word of a spaced script does.
_PER_WORD = 2
# No rule reads the phrases of a longer line.
PHRASE_WORDS = 60
PHRASE_CHARS = 800
# Lines remembered in a process, and up to which length: some megabytes.
SHAPES, SHORT_CHARS = 8_192, 120


class Shape:
    """A line and its facts. `words` counts unspaced scripts at two characters a word; `normal` and
    `phrases` (the lexicon files that know the line) are found when first asked for, and empty for
    long lines."""

    __slots__ = ("_normal", "_phrases", "ends", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = count_words(text)
        self.ends = ends_sentence(text, self.words)
        self._normal: str | None = None
        self._phrases: frozenset[str] | None = None

    @property
    def normal(self) -> str:
        """The line in lower case, without punctuation at its ends."""
        if self._normal is None:
            short = self.words <= PHRASE_WORDS and len(self.text) <= PHRASE_CHARS
            self._normal = normalise(self.text) if short else ""
        return self._normal

    @property
    def phrases(self) -> frozenset[str]:
        """The short names of the phrase files that know the line."""
        if self._phrases is None:
            self._phrases = load_phrases().find(self.normal) if self.normal else frozenset()
        return self._phrases


def read_shape(text: str) -> Shape:
    """The facts of one line. Short ones are remembered: the pages of a site share most of them."""
    return _remember(text) if len(text) <= SHORT_CHARS else Shape(text)


@lru_cache(maxsize=SHAPES)
def _remember(text: str) -> Shape:
    return Shape(text)


def count_words(text: str) -> int:
    """Words; in unspaced scripts, pairs of characters."""
    if text.isascii():
        return len(text.encode("ascii").translate(_SPLITS).split())
    words = _WORDS.findall(text)
    if not _UNSPACED.search(text):
        return len(words)
    count = 0
    for word in words:
        if word[0] >= "\u0e00" and is_unspaced(word[0]) and not "\uac00" <= word[0] <= "\ud7af":
            count += max(1, len(word) // _PER_WORD)
        else:
            count += 1
    return count


def ends_sentence(text: str, words: int) -> bool:
    """Whether the last mark, closing quotes and brackets aside, ends a sentence."""
    bare = text.rstrip(_CLOSERS + " \u00a0")
    if not bare:
        return False
    if bare[-1] in _HALF_ENDS:
        return words >= COLON_WORDS
    return bare[-1] in _ENDS


def squeeze(text: str) -> str:
    """Letters and digits alone, lower case: two printings of one title squeeze to the same."""
    if text.isascii():
        return text.encode("ascii").translate(_LOWERS, _DROPPED).decode("ascii")
    return "".join(_WORDS.findall(text)).casefold().replace("_", "")
