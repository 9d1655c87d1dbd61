"""Headings of level 1 as readers see them, and what is left of one without its kicker.

Newsrooms print the kicker, the subtitle or the date inside the heading, in an element of its own.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import NamedTuple

from lxml.html import HtmlElement

from tasks.fields.elements import read_visible

# What the classes of such an element say, in the words of several languages.
_BESIDE = re.compile(
    r"kicker|overline|roof-?line|top-?line|eyebrow|dach-?zeile|spitzmarke|title-?header"
    r"|(?:super|sur|pre|over)-?(?:title|head)|sur-?titre|ante-?titulo|volanta|occhiello"
    r"|(?<![a-z])(?:flag|label|badge|category|rubri(?:c|k|que|ca)|date|author|byline)(?![a-z])"
    r"|sub-?(?:title|head|line)|sous-?titre|unter-?(?:titel|zeile)"
)
# What only screen readers are told.
_UNSEEN = re.compile(
    r"visually-?hidden|sr-only|screen-?reader|(?:element|is|u|text)-(?:hidden|invisible)"
)
_BESIDE_TAGS = frozenset({"small", "time", "h2", "h3", "h4", "h5", "h6"})
# The tag of an element whose text is not read, and which sets nothing apart.
_UNREAD = "rt"
_LINKS = " –—-:|·"
_LEAST = 8


class Heading(NamedTuple):
    """A heading's text, and the part of it that is the headline ("" where that is all of it)."""

    text: str
    main: str


def read_heading(element: HtmlElement) -> Heading:
    """The heading; the element is left as it was."""
    text = read_visible(element)
    if not any(map(_is_beside, element.iterdescendants())):
        return Heading(text, "")
    bare = deepcopy(element)
    for child in bare.iterdescendants():
        if _is_beside(child):
            child.tag = _UNREAD
    main = read_visible(bare).strip(_LINKS)
    return Heading(text, main if len(main) >= _LEAST and main != text else "")


def _is_beside(element: HtmlElement) -> bool:
    if not isinstance(element.tag, str):
        return False
    names = (element.get("class") or "").lower()
    return element.tag in _BESIDE_TAGS or bool(_BESIDE.search(names) or _UNSEEN.search(names))
