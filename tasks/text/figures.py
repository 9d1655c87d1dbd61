"""Captions and credits of a page's figures, harvested before the engine drops them.

Sources, in the order of the page: `figure` with `figcaption` (HTML Standard, 4.4.12-13), elements
with a caption or credit class beside an image, and boxes of one image and few words that end in a
credit. What only machines are told, the `caption` of JSON-LD ImageObjects (schema.org/ImageObject)
that the article names, counts where the page prints no caption at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from tasks.model import Caption, Label, Structured
from tasks.text.class_words import Marks, read_marks
from tasks.text.credits import find_dangling, is_credit_line, split_credit, tidy_credit
from tasks.text.dom import clean_text
from tasks.text.pictures import absolute, image_facts, leads_away, list_images, shows_picture
from tasks.text.printed import Piece, is_longer, list_pieces, visible_text
from tasks.text.rules import find_rule
from tasks.text.shape import read_shape, squeeze
from tasks.text.teasers import has_linked_heading, is_linked, is_teaser

# No reader sees a figure in these, or it is not the article's.
_APART = frozenset({"script", "style", "noscript", "template", "svg", "head", "nav", "select"})
_CREDIT_PROPERTIES = frozenset({"copyrightHolder", "creditText", "copyrightNotice"})
# What tells a caption's element: a figcaption where no figure is becomes one to the labelling.
_RENAMED = frozenset({"p", "div", "span", "small", "em", "i", "h4", "h5", "h6", "footer"})
_HEADED = ("h1", "h2", "h3", "h4", "h5", "h6", "form", "time", "figure")
# A longer text is no caption, in characters.
LONGEST = 1_200
# What a box around an image and its caption may hold besides, and a box without any class words.
BESIDE, BOX_CHARS = 250, 330
# A longer text is a paragraph, where captions are not marked as such.
LINE_CHARS = 80
CLIMB, REACH = 4, 6
# The site's own notice of copyright, unlike a picture's, has a year.
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# Lines of these kinds are no captions.
_FURNITURE = frozenset(
    {
        Label.NAVIGATION,
        Label.SHARE,
        Label.PROMO,
        Label.RELATED,
        Label.COMMENT,
        Label.LEGAL,
        Label.BYLINE,
        Label.DATE_LINE,
    }
)


@dataclass(slots=True)
class Finder:
    """What was found so far: captions by their squeezed text, and the elements they are in."""

    url: str | None
    captions: dict[str, Caption] = field(default_factory=dict)
    credited: set[str] = field(default_factory=set)
    taken: list[HtmlElement] = field(default_factory=list)
    printed: list[HtmlElement] = field(default_factory=list)

    def add(self, caption: Caption) -> None:
        """Take up a caption, unless it is known; one with a credit replaces one without."""
        key = squeeze(caption.text) if caption.text else f"© {squeeze(caption.credit or '')}"
        known = self.captions.get(key)
        if known is None or (caption.credit and not known.credit):
            self.captions[key] = caption
        self.credited.add(squeeze(caption.credit or ""))

    def has_taken(self, element: HtmlElement) -> bool:
        """Whether an element lies in one that was read before."""
        return any(place in self.taken for place in [element, *element.iterancestors()])


def harvest_captions(
    tree: HtmlElement, url: str | None, structured: Structured
) -> tuple[Caption, ...]:
    """Every caption once, in document order. Elements outside of figures that were found to be
    captions become `figcaption` elements of the tree, so that the labelling knows them."""
    finder = Finder(url)
    walker = etree.iterwalk(tree, events=("start",))
    for _event, element in walker:
        if element.tag in _APART:
            walker.skip_subtree()
        elif isinstance(element.tag, str) and look_at(finder, element):
            walker.skip_subtree()
    for element in finder.printed:
        if element.tag in _RENAMED:
            element.tag = "figcaption"
    found = tuple(finder.captions.values())
    return found or tuple(dict.fromkeys(read_images(structured, url)))


def look_at(finder: Finder, element: HtmlElement) -> bool:
    """Read one element, if it is any kind of figure; whether all in it is dealt with."""
    if element.tag == "figure":
        return take_figure(finder, element)
    if element.tag in ("img", "amp-img"):
        return take_box(finder, element)
    marks = read_marks(element.get("class") or "")
    if element.tag == "figcaption" or marks & Marks.CAPTION:
        return take_caption(finder, element)
    if marks & Marks.CREDIT:
        return take_credit(finder, element)
    return False


def take_figure(finder: Finder, figure: HtmlElement) -> bool:
    """A figure that holds no other; quotes and tables are figures, too."""
    if figure.find(".//figure") is not None:
        return False
    holders = [*figure.iter("figcaption"), *list_marked(figure, Marks.CAPTION)]
    holders = [h for h in holders if not has_linked_heading(h, None, finder.url)]
    if figure.find(".//blockquote") is not None and not (holders and shows_picture(figure)):
        return True
    holder = next((h for h in holders if visible_text(h)), None)
    if is_teaser(figure, finder.url):
        return True
    caption = read_holder(finder, holder, figure) if holder is not None else None
    add_checked(finder, caption or read_bare(finder, figure))
    return True


def take_caption(finder: Finder, element: HtmlElement) -> bool:
    """An element with a caption class near an image."""
    if is_longer(element, LONGEST) or finder.has_taken(element) or holds_more(element):
        return False
    if has_linked_heading(element, None, finder.url):
        return False
    inner = list_marked(element, Marks.CAPTION)
    if len(inner) > 1 and len(list_images(element)) > 1:
        return False
    holder = next((part for part in inner if visible_text(part)), element)
    box = find_box(element, BESIDE)
    picture = box if box is not None else find_picture_above(element)
    if picture is None or is_teaser(element, finder.url):
        return False
    caption = read_holder(finder, holder, element if box is None else box)
    if caption is not None and box is None:
        address, alt = image_facts(first_image(picture), finder.url)
        caption = replace(caption, image_url=address, alt=alt)
    add_checked(finder, caption)
    finder.taken.append(element if box is None else box)
    finder.printed.append(holder)
    return True


def holds_more(element: HtmlElement) -> bool:
    """Whether an element is no mere caption: it holds a figure of its own, or paragraphs."""
    paragraphs = [p for p in element.iter("p") if is_longer(p, LINE_CHARS)]
    return element.find(".//figure") is not None or len(paragraphs) > 2


def take_credit(finder: Finder, element: HtmlElement) -> bool:
    """An element with a credit class beside an image, and no caption with them."""
    text = tidy_credit(visible_text(element))
    if not text or len(text) > BOX_CHARS // 4 or _YEAR.search(text) or finder.has_taken(element):
        return False
    box = find_box(element, len("Enlarge image"))
    if box is None or is_teaser(element, finder.url) or has_linked_image(box, finder.url):
        return False
    if not is_credit_line(text) and is_byline(element):
        return False
    if squeeze(text) not in finder.credited:
        add_checked(finder, compose("", text, first_image(box), finder.url))
    finder.printed.append(element)
    return True


def is_byline(element: HtmlElement) -> bool:
    """Whether a class or id around an element tells of the author."""
    places = [element, *element.iterancestors()][:CLIMB]
    return any(
        read_marks(f"{place.get('class') or ''} {place.get('id') or ''}")
        & (Marks.BYLINE | Marks.BIO)
        for place in places
    )


def take_box(finder: Finder, image: HtmlElement) -> bool:
    """An image and, in one box with it, few words that end in a credit."""
    box = climb_box(image)
    if box is None or finder.has_taken(image) or has_linked_image(box, finder.url):
        return False
    if list_marked(box, Marks.CAPTION):
        return False
    pieces = list_pieces(box)
    caption = read_pieces(finder, pieces, image)
    if caption is None or _YEAR.search(caption.credit or ""):
        return False
    if is_linked(box, finder.url) or is_teaser(box, finder.url):
        return False
    add_checked(finder, caption)
    finder.taken.append(box)
    finder.printed += [piece.owner for piece in pieces]
    return True


def climb_box(image: HtmlElement) -> HtmlElement | None:
    """The nearest element around one image that has words in it, if these are few, and if there
    is neither a heading nor another picture with them."""
    box = image.getparent()
    for _ in range(CLIMB):
        if box is None or is_longer(box, BOX_CHARS):
            return None
        if box.tag not in ("picture", "a") and visible_text(box):
            headed = next(box.iter(*_HEADED), None)
            return None if headed is not None or list_images(box) != [image] else box
        box = box.getparent()
    return None


def read_pieces(finder: Finder, pieces: list[Piece], image: HtmlElement) -> Caption | None:
    """A caption whose last words, in an element of their own or not, are a credit."""
    texts = [piece.text for piece in pieces]
    credit = next((text for text in texts if is_credit_line(text)), None)
    if credit is not None:
        rest = " ".join(text for text in texts if text != credit)
        return compose(rest, credit, image, finder.url)
    text, split = split_credit(" ".join(texts))
    return compose(text, split, image, finder.url) if split and is_credit_line(split) else None


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
            if visible_text(above):
                return None
        place = place.getparent()
    return None


def list_marked(element: HtmlElement, mark: int) -> list[HtmlElement]:
    """The outermost elements in this one whose class bears a mark, but no credits."""
    found: list[HtmlElement] = []
    for child in element.iterdescendants("*"):
        marks = read_marks(child.get("class") or "")
        if marks & mark and not marks & Marks.CREDIT:
            if not any(place in found for place in child.iterancestors()):
                found.append(child)
    return found


def read_holder(finder: Finder, holder: HtmlElement, box: HtmlElement) -> Caption | None:
    """The caption of one element; its credit in it, or elsewhere in the box around it."""
    text = visible_text(holder)
    if len(text) > LONGEST or is_linked(holder, finder.url):
        return None
    credit = find_credit(holder) or find_credit(box) or find_credit_line(box, text)
    return compose(text, credit, first_image(box), finder.url)


def read_bare(finder: Finder, figure: HtmlElement) -> Caption | None:
    """A figure without a caption element: its credit alone, or a sentence beside the image."""
    if is_linked(figure, finder.url) or has_linked_image(figure, finder.url):
        return None
    credit = find_credit(figure)
    pieces = list_pieces(figure)
    if credit is None:
        credit = next((piece.text for piece in pieces if is_credit_line(piece.text)), None)
    return compose("", credit, first_image(figure), finder.url) if credit else None


def find_credit(element: HtmlElement) -> str | None:
    """The text of the innermost descendants whose class or itemprop names a credit."""
    for child in element.iter():
        if isinstance(child.tag, str) and is_marked_credit(child):
            text = visible_text(child)
            if text and not any(is_marked_credit(inner) for inner in child.iterdescendants("*")):
                return text
    return None


def is_marked_credit(element: HtmlElement) -> bool:
    """Whether an element's itemprop or class names a credit."""
    if element.get("itemprop") in _CREDIT_PROPERTIES:
        return True
    return bool(read_marks(element.get("class") or "") & Marks.CREDIT)


def find_credit_line(box: HtmlElement, caption: str) -> str | None:
    """A line of the box, beside its caption, that is a credit by its words."""
    texts = [piece.text for piece in list_pieces(box)]
    return next((text for text in texts if text not in caption and is_credit_line(text)), None)


def compose(
    text: str, credit: str | None, image: HtmlElement | None, url: str | None
) -> Caption | None:
    """The caption with its credit split off and the image's address and alt text."""
    address, alt = image_facts(image, url)
    if credit and credit in text:
        head, _, tail = text.rpartition(credit)
        text, credit = join_dangling(head.rstrip(), credit)
        text = clean_text(f"{text} {tail}").strip(" |·•")
    elif not credit and is_credit_line(text):
        text, credit = split_alt(text, alt)
    elif not credit:
        text, credit = split_credit(text, in_caption=True)
    credit = tidy_credit(credit or "")
    if not text and not credit:
        return None
    return Caption(text=text or None, credit=credit or None, image_url=address, alt=alt)


def join_dangling(head: str, credit: str) -> tuple[str, str]:
    """(text, credit) where a word before the credit's element belongs to it: "Photo:"."""
    match = find_dangling().search(head)
    return (head[: match.start("word")], f"{match['word']} {credit}") if match else (head, credit)


def split_alt(text: str, alt: str | None) -> tuple[str, str]:
    """(caption, credit) of names alone: those that the image's alt text says first are no credit."""
    if alt and text.startswith(alt) and is_credit_line(rest := text[len(alt) :].strip(" /|,-–—")):
        return alt, rest
    return "", text


def add_checked(finder: Finder, caption: Caption | None) -> None:
    """Add a caption that is more than a prompt or a time."""
    if caption is None:
        return
    text = caption.text or caption.credit or ""
    letters = sum(char.isalpha() for char in text)
    rule = find_rule(read_shape(text)) if caption.text and len(text) < LINE_CHARS else None
    if letters > 1 and (rule is None or rule.label not in _FURNITURE):
        finder.add(caption)


def has_linked_image(box: HtmlElement, url: str | None) -> bool:
    """Whether the image of a box is a link to another page."""
    image = first_image(box)
    return image is not None and any(leads_away(link, url) for link in image.iterancestors("a"))


def first_image(box: HtmlElement) -> HtmlElement | None:
    """The image of a box."""
    return next(iter(list_images(box)), None)


def read_images(structured: Structured, url: str | None) -> list[Caption]:
    """Captions of ImageObjects under the JSON-LD article's `image`."""
    found = []
    for image in as_list((structured.article or {}).get("image")):
        text = image.get("caption") or image.get("description") if isinstance(image, dict) else None
        if not isinstance(text, str) or not text.strip():
            continue
        credit = image.get("creditText") or image.get("credit")
        caption = compose(clean_text(text), credit if isinstance(credit, str) else None, None, url)
        if caption is not None:
            address = image.get("contentUrl") or image.get("url")
            picture = absolute(url, address) if isinstance(address, str) else None
            found.append(Caption(caption.text, caption.credit, image_url=picture))
    return found


def as_list(value: object) -> list[Any]:
    """JSON-LD lets a single value stand for a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
