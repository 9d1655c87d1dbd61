"""What can be seen of one line by itself: its length, its end, its normal form."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.lexicon.lines import is_unspaced, load_phrases, normalise

_WORDS = re.compile(r"\w+")
_ENDS = frozenset(".!?…。！？؟।։:：;；")
_CLOSERS = "\"'”’»›)]}」』】）*"
# Two Han or kana characters carry about what one word of a spaced script does.
_PER_WORD = 2
# No rule reads the phrases of a longer line.
PHRASE_WORDS = 60


@dataclass(slots=True)
class Shape:
    """A line and its facts. `words` counts unspaced scripts at two characters a word; `normal` and
    `phrases` (the lexicon files that know the line) are empty for long lines."""

    text: str
    normal: str
    words: int
    ends: bool
    phrases: frozenset[str] = frozenset()

    @property
    def short(self) -> bool:
        """Too short for a paragraph of prose."""
        return self.words < 12


def read_shape(text: str) -> Shape:
    """The facts of one line."""
    words = count_words(text)
    if words > PHRASE_WORDS:
        return Shape(text, "", words, ends_sentence(text))
    normal = normalise(text)
    return Shape(text, normal, words, ends_sentence(text), load_phrases().find(normal))


def count_words(text: str) -> int:
    """Words; in unspaced scripts, pairs of characters."""
    words = _WORDS.findall(text)
    if text.isascii():
        return len(words)
    count = 0
    for word in words:
        if word[0] >= "\u0e00" and is_unspaced(word[0]) and not "\uac00" <= word[0] <= "\ud7af":
            count += max(1, len(word) // _PER_WORD)
        else:
            count += 1
    return count


def ends_sentence(text: str) -> bool:
    """Whether the last mark, closing quotes and brackets aside, ends a sentence."""
    bare = text.rstrip(_CLOSERS + " \u00a0")
    return bool(bare) and bare[-1] in _ENDS


def squeeze(text: str) -> str:
    """Letters and digits alone, lower case: two printings of one title squeeze to the same."""
    return "".join(_WORDS.findall(text.casefold().replace("_", "")))
