"""The sign-off: what a desk prints below a story of who helped, edited, translated or sent it."""

from __future__ import annotations

import re

from tasks.fields.bylines.lexicons import load_lexicons
from tasks.text.shape import Shape, squeeze

# Sign-offs are looked for in so many lines at the end.
SIGNOFF_LINES = 5
# A longer line is a paragraph, whatever it begins with.
MOST_WORDS = 50
# Two words are a name from so many letters on.
NAME_CHARS = 7
_INITIALS = re.compile(
    r"^(?:\([^\W\d_]{2,5}(?:[/,]\s?[^\W\d_]{2,5}){0,5}\)|[^\W\d_]{2,5}/[^\W\d_]{2,5})$"
)
_MARKS = re.compile(r"[/,;&+|·]")
_NAME_WORDS = range(2, 5)
_NAME = re.compile(r"^[^\W\d_][\w'’.-]*$")


def is_signoff(shape: Shape) -> bool:
    """Whether the line is a sign-off by its words or shape: a phrase of the lexicon, a byline in
    brackets, a sign such as "(abc/de)", or agencies alone. Asked only of lines at the end of a
    text."""
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
    names = split_names(text.strip("()[]. "))
    return bool(names) and all(load_lexicons().find_agency(name) for name in names)


def names_people(shape: Shape) -> bool:
    """Whether the line could be a signature: one to four names of capitalised words."""
    if shape.ends or len(shape.text) > 100:
        return False
    if not may_name(shape.text):
        return False
    names = [name.split() for name in split_names(shape.text.strip("()[] "))]
    return 1 <= len(names) <= 4 and all(
        len(name) in _NAME_WORDS and all(w[0].isupper() and _NAME.match(w) for w in name)
        for name in names
    )


def may_name(text: str) -> bool:
    """A cheap look: whether each word has a capital, or may join names."""
    joins = load_lexicons().join_parts
    words = _MARKS.sub(" ", text.strip("()[] ")).split()
    return all(w[0].isupper() or w[0] > "\u0dff" or w.lower() in joins for w in words)


def split_names(text: str) -> list[str]:
    """What stands between marks and the words that join names ("and", "mit", "et")."""
    joins = load_lexicons().joins
    pieces = (name for part in _MARKS.split(text) for name in joins.split(f" {part} "))
    return [name.strip() for name in pieces if name.strip()]


def opens_with_name(text: str, names: str) -> bool:
    """Whether the first two words of a sentence or two are a name among `names` (squeezed, in one
    string): at the end of a text that is a note on its author."""
    words = text.split(maxsplit=2)
    if len(words) < 3 or not all(word[:1].isupper() for word in words[:2]):
        return False
    name = squeeze(words[0] + words[1])
    return len(name) >= NAME_CHARS and name in names
