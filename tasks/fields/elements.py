"""Elements of a page as a reader sees them: their text, and what stands beside the article."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml.html import HtmlElement

_SKIPPED_CLASS = re.compile(
    r"comment|related|sidebar|teaser|recirc|recommend|most-?read|popular|footer|trending|newsletter"
    r"|(?<![a-z])(?:nav|menu|promo|widget|carousel)(?![a-z])|more-?(?:news|stories|from)"
)
# The end of an article bears its date and author, as do bars of its header, and an <aside> that is
# called so. Builders call every block a widget, that of the author, too.
_OWN_EDGE = re.compile(
    r"(?:post|entry|article|content|story|header|intro|hero|headline|title|meta)[-_]*footer"
    r"|(?:post|entry|article|content|story)[-_]*header[-_]*(?:side|bar|meta|info)"
)
_OWN_ASIDE = re.compile(r"by-?line|author|(?:post|entry|article|story)[-_]*(?:meta|info|header)")
_SIGNING = re.compile(r"(?<![a-z])(?:by-?line|authors?)(?![a-z])")
_BLOCK = "widget"
_UNSEEN_TAGS = ("script", "style", "noscript", "template", "svg", "button", "rt", "rp")
_FORMATTING = frozenset(
    {"b", "i", "em", "strong", "u", "sup", "sub", "mark", "font", "wbr", "abbr", "ruby", "rt", "rp"}
)
_MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Around:
    """What is around the headline: the elements that hold it, and the words of page furniture in
    their classes. Where builders call every block a widget, the word tells nothing."""

    nodes: frozenset[HtmlElement] = frozenset()
    words: frozenset[str] = frozenset()

    @classmethod
    def of(cls, nodes: Iterable[HtmlElement]) -> Around:
        """From the elements around a headline."""
        found = frozenset(nodes)
        words = (word for n in found for word in _SKIPPED_CLASS.findall(_read_names(n)))
        return cls(found, frozenset(words))


NOTHING_AROUND = Around()


def is_beside(element: HtmlElement, around: Around = NOTHING_AROUND) -> bool:
    """Whether the element stands in comments, teasers, sidebars or another page furniture; what is
    `around` the headline is none of these, and neither is the footer of an article."""
    for node in (element, *element.iterancestors()):
        if node.tag in ("body", "html", "article") or node in around.nodes:
            return False
        names = _read_names(node)
        if around.nodes and _is_own(node, names, around):
            return False
        if node.tag in ("aside", "footer", "nav"):
            return True
        if len(names) > 1 and any(
            word not in around.words and not (word == _BLOCK and _SIGNING.search(names))
            for word in _SKIPPED_CLASS.findall(names)
        ):
            return True
    return False


def _read_names(node: HtmlElement) -> str:
    return f"{node.get('class') or ''} {node.get('id') or ''}".lower()


def _is_own(node: HtmlElement, names: str, around: Around) -> bool:
    """Whether a footer, a bar or an <aside> is the article's own."""
    if node.tag == "footer":
        article = next(node.iterancestors("article"), None)
        if article is not None and article in around.nodes:
            return True
    elif node.tag == "aside":
        return _OWN_ASIDE.search(names) is not None
    return _OWN_EDGE.search(names) is not None


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
