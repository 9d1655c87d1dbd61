"""What a reader sees printed in one element: its text, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

from tasks.text.class_words import Marks, read_marks
from tasks.text.dom import BLOCKS, clean_text

_UNWANTED = frozenset(
    {"script", "style", "noscript", "template", "button", "svg", "select", "iframe", "head"}
)
# Elements that begin a piece, and those that only part words.
_PARTS = BLOCKS | {"small", "cite"}
_SPACED = frozenset({"br", "span", "img"})


# More elements are a part of the page, not a picture with its words.
MOST_ELEMENTS = 600


class Piece(NamedTuple):
    """A stretch of text and the block element that it stands in."""

    text: str
    owner: HtmlElement


def is_unseen(element: HtmlElement) -> bool:
    """Whether an element is shown to no eye: scripts, buttons, words for screen readers."""
    if element.tag in _UNWANTED or not isinstance(element.tag, str):
        return True
    attributes = element.attrib
    if not attributes:
        return False
    style = (attributes.get("style") or "").replace(" ", "").lower()
    hidden = "hidden" in attributes or "display:none" in style
    return hidden or bool(read_marks(attributes.get("class") or "") & Marks.UNSEEN)


def list_pieces(element: HtmlElement) -> list[Piece]:
    """The texts of the block elements in an element, in order, none of them empty."""
    pieces: list[Piece] = []
    owner, words = element, [""]
    for place, text in walk_texts(element):
        if place is not None:
            add_piece(pieces, owner, words)
            owner, words = place, [""]
        words.append(text)
    add_piece(pieces, owner, words)
    return pieces


def add_piece(pieces: list[Piece], owner: HtmlElement, words: list[str]) -> None:
    """End a piece."""
    text = clean_text("".join(words))
    if text:
        pieces.append(Piece(text, owner))


def walk_texts(top: HtmlElement) -> Iterator[tuple[HtmlElement | None, str]]:
    """Every visible stretch of text, with the block element that begins with it, if one does."""
    walker = etree.iterwalk(top, events=("start", "end", "comment", "pi"))
    unseen: HtmlElement | None = None
    for event, element in walker:
        if event == "start":
            if element is not top and is_unseen(element):
                unseen = element
                walker.skip_subtree()
            elif unseen is None:
                yield begin_text(element), _space(element) + (element.text or "")
        elif element is not top:
            ends_block = unseen is None and element.tag in _PARTS
            unseen = None if element is unseen else unseen
            if unseen is None:
                parent = element.getparent() if ends_block else None
                yield parent, _space(element) + (element.tail or "")


def begin_text(element: HtmlElement) -> HtmlElement | None:
    """The element, if a piece of text begins with it."""
    return element if element.tag in _PARTS else None


def _space(element: HtmlElement) -> str:
    return " " if element.tag in _SPACED else ""


def visible_text(element: HtmlElement) -> str:
    """The text of an element without scripts, buttons and the like."""
    return clean_text(" ".join(piece.text for piece in list_pieces(element)))


def has_text(element: HtmlElement) -> bool:
    """Whether a reader sees a word in an element."""
    return is_longer(element, 0) and bool(list_pieces(element))


def is_longer(element: HtmlElement, limit: int) -> bool:
    """Whether there are more characters of text in an element, or so many elements that it holds
    more than a picture and its words; stops as soon as it knows."""
    count = 0
    for number, place in enumerate(element.iter()):
        seen = isinstance(place.tag, str) and place.tag not in _UNWANTED
        count += len((place.text or "").strip()) if seen else 0
        count += len((place.tail or "").strip()) if place is not element else 0
        if count > limit or number > MOST_ELEMENTS:
            return True
    return False
