"""The sign-off: what a desk prints below a story of who helped, edited, translated or sent it."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.lexicon.lines import load_rows
from tasks.text.shape import Shape

# A longer line is a paragraph, whatever it begins with.
MOST_WORDS = 50
_INITIALS = re.compile(
    r"^(?:\([^\W\d_]{2,5}(?:[/,]\s?[^\W\d_]{2,5}){0,5}\)|[^\W\d_]{2,5}/[^\W\d_]{2,5})$"
)
_PARTS = re.compile(r"\s*(?:[/,;&+|·]|\b(?:and|und|et|y|e|en|ve|mit|with|avec|con|com|met)\b)\s*")
_NAME_WORDS = range(2, 5)
_NAME = re.compile(r"^[^\W\d_][\w'’.-]*$")


def is_signoff(shape: Shape) -> bool:
    """Whether the line is a sign-off by its words or shape: a phrase of the lexicon, a byline
    in brackets, a sign such as "(abc/de)", or agencies alone. Asked
    only of lines at the end of a text."""
    if shape.words > MOST_WORDS:
        return False
    bracketed = shape.text.startswith(("(", "[")) and shape.text.rstrip(".").endswith((")", "]"))
    return (
        "signoff" in shape.phrases
        or (bracketed and "byline_prefixes" in shape.phrases)
        or _INITIALS.match(shape.text) is not None
        or names_agencies(shape.text)
    )


def names_agencies(text: str) -> bool:
    """Whether the line is made of wire agencies' names and nothing else."""
    if len(text) > 60:
        return False
    parts = [part for part in _PARTS.split(text.strip("()[]. ")) if part]
    return bool(parts) and all(part.casefold() in _agencies() for part in parts)


def names_people(shape: Shape) -> bool:
    """Whether the line could be a signature: one to four names of capitalised words."""
    text = shape.text.strip("()[] ")
    if shape.ends or len(text) > 100:
        return False
    names = [name.split() for name in re.split(r"\s*[,;&/]\s*|\s+(?:and|und|et|y|e|и|і)\s+", text)]
    return len(names) <= 4 and all(
        len(name) in _NAME_WORDS and all(w[0].isupper() and _NAME.match(w) for w in name)
        for name in names
    )


@lru_cache(maxsize=1)
def _agencies() -> frozenset[str]:
    return frozenset(form.casefold() for row in load_rows("agencies.tsv") for form in row)
