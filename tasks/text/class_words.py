"""What the words in class and id attributes say of an element: weak evidence, read from a lexicon.

`lines_class_words.tsv` maps a mark to words; a class or id is cut into words at hyphens,
underscores and camel humps, so that "relatedStories" says "related" and "correlated" does not.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.lexicon.lines import load_rows


class Marks:
    """One bit of an int a mark (an IntFlag costs milliseconds a page)."""

    NONE = 0
    CAPTION = 1
    CREDIT = 2
    RELATED = 4
    SHARE = 8
    PROMO = 16
    COMMENT = 32
    BYLINE = 64
    DATE = 128
    BIO = 256
    STANDFIRST = 512
    NAVIGATION = 1024
    LEGAL = 2048
    TITLE = 4096
    BODY = 8192
    LIVE = 16384
    UNSEEN = 32768


NO_MARKS = Marks.NONE
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@lru_cache(maxsize=1)
def _words() -> dict[str, int]:
    found: dict[str, int] = {}
    for mark, word in load_rows("lines_class_words.tsv"):
        found[word] = found.get(word, NO_MARKS) | int(getattr(Marks, mark.upper()))
    return found


@lru_cache(maxsize=8192)
def read_marks(attribute: str) -> int:
    """The marks of one class or id; two neighbouring words count joined as well."""
    table = _words()
    words = [word.lower() for word in _WORD.findall(attribute)]
    marks = NO_MARKS
    for number, word in enumerate(words):
        marks |= table.get(word, NO_MARKS)
        if number:
            marks |= table.get(words[number - 1] + word, NO_MARKS)
    return marks
