"""The boxes of a page around one picture and the words that belong to it."""

from __future__ import annotations

from lxml.html import HtmlElement

from tasks.text.class_words import Marks, read_marks
from tasks.text.pictures import leads_away, list_images, shows_picture
from tasks.text.printed import has_text, is_longer, visible_text

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
HEADED = (*HEADINGS, "form", "time", "figure")
# A box around an image and its words that no class tells of holds no more characters.
BOX_CHARS = 330
# A longer text is a paragraph, where captions are not marked as such.
LINE_CHARS = 80
# How many elements up a box, and the picture above a caption, are sought.
CLIMB, REACH = 4, 6


def list_marked(element: HtmlElement, mark: int) -> list[HtmlElement]:
    """The outermost elements in this one whose class bears a mark, but no credits."""
    found: list[HtmlElement] = []
    for child in element.iterdescendants("*"):
        marks = read_marks(child.get("class") or "")
        outermost = not any(place in found for place in child.iterancestors()) if found else True
        if marks & mark and not marks & Marks.CREDIT and outermost:
            found.append(child)
    return found


def find_box(element: HtmlElement, beside: int) -> HtmlElement | None:
    """The nearest element around a caption that shows a picture and holds little text besides."""
    limit = len(visible_text(element)) + beside
    box: HtmlElement | None = element
    for _ in range(CLIMB):
        if box is None or is_longer(box, limit):
            return None
        if shows_picture(box):
            return box
        box = box.getparent()
    return None


def find_picture_above(element: HtmlElement) -> HtmlElement | None:
    """The element with a picture that comes right before a caption, with no text between."""
    place: HtmlElement | None = element
    for _ in range(REACH):
        if place is None:
            return None
        for above in place.itersiblings("*", preceding=True):
            if shows_picture(above):
                return above
            if has_text(above):
                return None
        place = place.getparent()
    return None


def climb_box(image: HtmlElement) -> HtmlElement | None:
    """The nearest element around one image that has words in it, if these are few, and if there
    is neither a heading nor another picture with them."""
    box = image.getparent()
    for _ in range(CLIMB):
        if box is None or is_longer(box, BOX_CHARS):
            return None
        if box.tag not in ("picture", "a") and has_text(box):
            headed = next(box.iter(*HEADED), None)
            return None if headed is not None or list_images(box) != [image] else box
        box = box.getparent()
    return None


def holds_more(element: HtmlElement) -> bool:
    """Whether an element is no mere caption: it holds a figure of its own, or paragraphs, or a
    heading and a text."""
    if element.find(".//figure") is not None:
        return True
    if is_longer(element, 2 * LINE_CHARS) and next(element.iter(*HEADINGS), None) is not None:
        return True
    return len([p for p in element.iter("p") if is_longer(p, LINE_CHARS)]) > 2


def is_byline(element: HtmlElement) -> bool:
    """Whether a class or id around an element tells of the author."""
    places = [element, *element.iterancestors()][:CLIMB]
    return any(
        read_marks(f"{place.get('class') or ''} {place.get('id') or ''}")
        & (Marks.BYLINE | Marks.BIO)
        for place in places
    )


def has_linked_image(box: HtmlElement, url: str | None) -> bool:
    """Whether the image of a box is a link to another page."""
    image = first_image(box)
    return image is not None and is_link_away(image, url)


def is_link_away(image: HtmlElement, url: str | None) -> bool:
    """Whether an image lies in a link to another page."""
    return any(leads_away(link, url) for link in image.iterancestors("a"))


def first_image(box: HtmlElement) -> HtmlElement | None:
    """The image of a box."""
    return next(iter(list_images(box)), None)
