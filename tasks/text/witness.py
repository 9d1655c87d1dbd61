"""Witnesses: texts that say which blocks are body, asked by squeezed text.

Texts are compared by letters and digits alone, so that spacing, quotes and mark-up play no part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from tasks.fields.claims import list_texts
from tasks.model import Structured
from tasks.text.shape import count_words, squeeze

# A block this long (in squeezed characters) is looked for anywhere, a shorter one as a line.
LONG = 24
# A long block that is there only in part is kept when at least this share of its pieces is.
PARTS = 0.6
PIECE = 32


@dataclass(frozen=True, slots=True)
class Witness:
    """One text, squeezed: as a whole, and its lines."""

    whole: str
    lines: frozenset[str]
    words: int

    @property
    def length(self) -> int:
        """Squeezed characters in all."""
        return len(self.whole)

    def has(self, key: str) -> bool:
        """Whether a block with this squeezed text is in the witness's text."""
        if not key:
            return False
        if key in self.lines:
            return True
        if len(key) < LONG:
            return False
        if key in self.whole:
            return True
        if len(key) < 2 * PIECE:
            return False
        pieces = [key[at : at + PIECE] for at in range(0, len(key) - PIECE + 1, PIECE)]
        return sum(piece in self.whole for piece in pieces) >= PARTS * len(pieces)


def read_witness(text: str) -> Witness:
    """The witness that speaks this text."""
    lines = [squeeze(line) for line in text.split("\n")]
    return Witness("".join(lines), frozenset(filter(None, lines)), count_words(text))


_TAGS = re.compile(r"<[^>]{1,200}>")


def read_told(structured: Structured) -> Witness:
    """What the JSON-LD article says its body is; an empty witness when it says nothing."""
    body = (structured.article or {}).get("articleBody")
    if not isinstance(body, str):
        return read_witness("")
    return read_witness(_TAGS.sub("\n", unescape(body)))


def read_titles(structured: Structured) -> tuple[frozenset[str], frozenset[str]]:
    """Squeezed printings of the headline, and of the standfirst, that the page gives."""
    meta = structured.meta or {}
    article = structured.article or {}
    titles: list[Any] = [*meta.get("og:title", ()), *meta.get("twitter:title", ())]
    titles += [article.get(key) for key in ("headline", "name")]
    titles += [structured.title_tag, *(structured.h1 if len(structured.h1) == 1 else ())]
    stands: list[Any] = [
        *meta.get("og:description", ()),
        *meta.get("description", ()),
        *meta.get("twitter:description", ()),
        article.get("description"),
    ]
    return _squeeze_titles(titles), _squeeze_all(stands)


def read_author_names(structured: Structured) -> str:
    """The authors that the page names to machines, squeezed, parted by bars."""
    article, meta = structured.article or {}, structured.meta or {}
    names = [*list_texts(article.get("author")), *meta.get("author", ())]
    return "|".join(map(squeeze, names))


# What is longer is no title.
TITLE_CHARS = 2_000
_SITE_NAME = re.compile(r"\s+[|–—\-•·»:]+\s+")


def _squeeze_titles(values: list[Any]) -> frozenset[str]:
    """Each title as given and with the part after its last bar or dash cut off."""
    found = set()
    for value in values:
        if not isinstance(value, str):
            continue
        value = " ".join(value[:TITLE_CHARS].split())
        found.add(squeeze(value))
        cuts = list(_SITE_NAME.finditer(value))
        for cut in (cuts[0], cuts[-1]) if cuts else ():
            head = squeeze(value[: cut.start()])
            if len(head) >= 12:
                found.add(head)
    found.discard("")
    return frozenset(found)


def _squeeze_all(values: list[Any]) -> frozenset[str]:
    found = {squeeze(value) for value in values if isinstance(value, str)}
    found.discard("")
    return frozenset(found)
