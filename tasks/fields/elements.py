"""Elements of a page as a reader sees them: their text, and what stands beside the article."""

from __future__ import annotations

import re
from collections.abc import Container

from lxml.html import HtmlElement

_SKIPPED_CLASS = re.compile(
    r"comment|related|sidebar|teaser|recirc|recommend|most-?read|popular|footer|trending|newsletter"
    r"|(?<![a-z])(?:nav|menu|promo|widget|carousel)(?![a-z])|more-?(?:news|stories|from)"
)
# The end of an article bears its date and author.
_OWN_FOOTER = re.compile(r"(?:post|entry|article|content|story)[-_]*footer")
_UNSEEN_TAGS = ("script", "style", "noscript", "template", "svg", "button", "rt", "rp")
_FORMATTING = frozenset(
    {"b", "i", "em", "strong", "u", "sup", "sub", "mark", "font", "wbr", "abbr", "ruby", "rt", "rp"}
)
_MAX_DEPTH = 40


def is_beside(element: HtmlElement, around: Container[HtmlElement] = ()) -> bool:
    """Whether the element stands in comments, teasers, sidebars or another page furniture; what is
    `around` the headline is none of these, and neither is the footer of an article."""
    for node in (element, *element.iterancestors()):
        if node.tag in ("body", "html", "article") or node in around:
            return False
        names = f"{node.get('class') or ''} {node.get('id') or ''}".lower()
        if around and _OWN_FOOTER.search(names):
            return False
        if node.tag in ("aside", "footer", "nav"):
            return True
        if len(names) > 1 and _SKIPPED_CLASS.search(names):
            return True
    return False


def read_visible(element: HtmlElement, limit: int = 2_000) -> str:
    """The element's text with single spaces, scripts left out; at most a little over `limit`."""
    parts: list[str] = []
    _gather(element, parts, 0)
    return clean("".join(parts)[: 4 * limit]).replace(" ,", ",")


def read_parts(element: HtmlElement, limit: int) -> str:
    """The element's text, what stands in elements of their own set apart by line breaks."""
    parts: list[str] = []
    _gather(element, parts, 0, "\n")
    pieces = (clean(piece) for piece in "".join(parts)[: 4 * limit].split("\n"))
    return "\n".join(piece for piece in pieces if piece)


def _gather(element: HtmlElement, parts: list[str], depth: int, mark: str = " ") -> None:
    """The texts in order, on one line each; all but formatting elements are set apart by `mark`."""
    if element.text:
        parts.append(element.text.replace("\n", " "))
    for child in element:
        tag = child.tag
        gap = "" if tag in _FORMATTING else mark
        if isinstance(tag, str) and tag not in _UNSEEN_TAGS and depth < _MAX_DEPTH:
            parts.append(gap)
            _gather(child, parts, depth + 1, mark)
        parts.append(gap)
        if child.tail:
            parts.append(child.tail.replace("\n", " "))


def clean(text: str) -> str:
    """Single blanks, none at the ends."""
    return " ".join(text.split())
