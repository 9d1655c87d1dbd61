"""Tells the article's own figures from those of teasers: by their links and by the boxes they
are in."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from tasks.text.class_words import Marks, read_marks
from tasks.text.pictures import leads_away
from tasks.text.printed import is_longer, visible_text

_AWAY = Marks.RELATED | Marks.PROMO | Marks.COMMENT | Marks.NAVIGATION | Marks.BIO
_CARDS = frozenset({"li", "article", "section", "aside"})
_APART = frozenset({"nav", "footer"})
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
# A box with more text, in characters, is no teaser and no list of teasers.
CARD_CHARS = 3_000
# A link of so many words is a headline.
HEADLINE_WORDS = 3
LINKED = 0.8


def is_linked(element: HtmlElement, url: str | None) -> bool:
    """Whether nearly all the text of an element is a link to another page."""
    if any(leads_away(link, url) for link in element.iterancestors("a")):
        return True
    text = visible_text(element)
    linked = sum(len(visible_text(a)) for a in element.iter("a") if leads_away(a, url))
    return bool(text) and linked >= LINKED * len(text)


def is_teaser(element: HtmlElement, url: str | None) -> bool:
    """Whether an element lies in a box that leads to other pages, or in the page's furniture."""
    for place in element.iterancestors():
        if place.tag in ("body", "main"):
            return False
        if place.tag in _APART:
            return True
        marks = read_marks(place.get("class") or "") | read_marks(place.get("id") or "")
        if not (marks & _AWAY or place.tag in _CARDS):
            continue
        if is_page(place):
            return False
        if marks & _AWAY and next(headline_links(place, element, url), None) is not None:
            return True
        if place.tag in _CARDS and has_linked_heading(place, element, url):
            return True
    return False


def is_page(place: HtmlElement) -> bool:
    """Whether an element holds the page's headline, or too much text for a box."""
    return place.find(".//h1") is not None or is_longer(place, CARD_CHARS)


def headline_links(
    place: HtmlElement, apart_from: HtmlElement | None, url: str | None
) -> Iterator[HtmlElement]:
    """Links to other pages in an element that read like headlines, outside of its caption."""
    for link in place.iter("a"):
        outside = leads_away(link, url) and apart_from not in link.iterancestors()
        if outside and len(visible_text(link).split()) >= HEADLINE_WORDS:
            yield link


def has_linked_heading(place: HtmlElement, apart_from: HtmlElement | None, url: str | None) -> bool:
    """Whether a heading in an element is a link, or in one."""
    return any(
        any(parent.tag in _HEADINGS for parent in link.iterancestors())
        or next(link.iter(*_HEADINGS), None) is not None
        for link in headline_links(place, apart_from, url)
    )
