"""Captions and credits of a page's figures, harvested before the engine drops them.

Sources, in the order of the page: `figure` with `figcaption` (HTML Standard, 4.4.12-13), elements
with a caption or credit class beside an image, and boxes of one image and few words that end in a
credit. What only machines are told, the `caption` of JSON-LD ImageObjects (schema.org/ImageObject)
that the article names, counts where the page prints no caption at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from lxml import etree
from lxml.html import HtmlElement

from tasks.model import Caption, Label, Structured
from tasks.text.boxes import (
    BOX_CHARS,
    HEADED,
    LINE_CHARS,
    climb_box,
    find_box,
    find_picture_above,
    first_image,
    has_linked_image,
    holds_more,
    is_byline,
    is_link_away,
    list_marked,
)
from tasks.text.captions import (
    LONGEST,
    compose,
    read_bare,
    read_holder,
    read_images,
    read_pieces,
)
from tasks.text.class_words import Marks, read_marks
from tasks.text.credits import is_credit_line, tidy_credit
from tasks.text.pictures import image_facts, is_icon, list_images, shows_picture
from tasks.text.printed import has_text, is_longer, list_pieces, visible_text
from tasks.text.rules import find_rule
from tasks.text.shape import read_shape, squeeze
from tasks.text.teasers import has_linked_heading, is_linked, is_teaser

# No reader sees a figure in these, or it is not the article's.
_APART = frozenset({"script", "style", "noscript", "template", "svg", "head", "nav", "select"})
_FIGURES = frozenset({"figure", "figcaption", "img", "amp-img"})
_TOLD = Marks.CAPTION | Marks.CREDIT
# Elements that become a figcaption where they are found to be captions.
_RENAMED = frozenset({"p", "div", "span", "small", "em", "i", "h4", "h5", "h6", "footer"})
# What a box around an image and its caption may hold besides, in characters; around a credit less:
# a prompt like "Enlarge image".
BESIDE, BESIDE_CREDIT = 250, 15
# Real pages have a few hundred images and captions at most; what a look costs grows with the page.
MOST_LOOKS = 1_500
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
    taken: set[HtmlElement] = field(default_factory=set)
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
        return element in self.taken or any(a in self.taken for a in element.iterancestors())


def harvest_captions(
    tree: HtmlElement, url: str | None, structured: Structured
) -> tuple[Caption, ...]:
    """Every caption once, in document order. Elements outside of figures that were found to be
    captions become `figcaption` elements of the tree, so that the labelling knows them."""
    finder = Finder(url)
    walker = etree.iterwalk(tree, events=("start",))
    looks = 0
    for _event, element in walker:
        tag, name = element.tag, element.get("class")
        told = name is not None and read_marks(name) & _TOLD
        looks += bool(told or tag in _FIGURES)
        if looks > MOST_LOOKS:
            break
        if tag in _APART or ((told or tag in _FIGURES) and look_at(finder, element)):
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
    if not has_text(figure):
        return True
    holders = [*figure.iter("figcaption"), *list_marked(figure, Marks.CAPTION)]
    holders = [h for h in holders if not has_linked_heading(h, None, finder.url)]
    if figure.find(".//blockquote") is not None and not (holders and shows_picture(figure)):
        return True
    holder = next((h for h in holders if has_text(h)), None)
    caption = read_holder(holder, figure, finder.url) if holder is not None else None
    caption = caption or read_bare(figure, finder.url)
    if caption is not None and not is_teaser(figure, finder.url):
        add_checked(finder, caption)
    return True


def take_caption(finder: Finder, element: HtmlElement) -> bool:
    """An element with a caption class near an image."""
    if not has_text(element):
        return False
    if is_longer(element, LONGEST) or finder.has_taken(element) or holds_more(element):
        return False
    if has_linked_heading(element, None, finder.url):
        return False
    inner = list_marked(element, Marks.CAPTION)
    if len(inner) > 1 and len(list_images(element)) > 1:
        return False
    holder = next((part for part in inner if has_text(part)), element)
    box = find_box(element, BESIDE)
    picture = box if box is not None else find_picture_above(element)
    if picture is None or is_teaser(element, finder.url):
        return False
    caption = read_holder(holder, element if box is None else box, finder.url)
    if caption is not None and box is None:
        address, alt = image_facts(first_image(picture), finder.url)
        caption = replace(caption, image_url=address, alt=alt)
    add_checked(finder, caption)
    finder.taken.add(element if box is None else box)
    finder.printed.append(holder)
    return True


def take_credit(finder: Finder, element: HtmlElement) -> bool:
    """An element with a credit class beside an image, and no caption with them."""
    text = tidy_credit(visible_text(element))
    if not text or len(text) > BOX_CHARS // 4 or _YEAR.search(text) or finder.has_taken(element):
        return False
    box = find_box(element, BESIDE_CREDIT)
    if is_credit_line(text):
        box = box if box is not None else find_picture_above(element)
    elif is_byline(element) or next(element.iter(*HEADED), None) is not None:
        return False
    if box is None or is_teaser(element, finder.url) or has_linked_image(box, finder.url):
        return False
    if squeeze(text) not in finder.credited:
        add_checked(finder, compose("", text, first_image(box), finder.url))
    finder.printed.append(element)
    return True


def take_box(finder: Finder, image: HtmlElement) -> bool:
    """An image and, in one box with it, few words that end in a credit."""
    if is_icon(image) or is_link_away(image, finder.url):
        return False
    box = climb_box(image)
    if box is None or finder.has_taken(image):
        return False
    if list_marked(box, Marks.CAPTION):
        return False
    pieces = list_pieces(box)
    caption = read_pieces(pieces, image, finder.url)
    if caption is None or _YEAR.search(caption.credit or ""):
        return False
    if is_linked(box, finder.url) or is_teaser(box, finder.url):
        return False
    add_checked(finder, caption)
    finder.taken.add(box)
    finder.printed += [piece.owner for piece in pieces]
    return True


def add_checked(finder: Finder, caption: Caption | None) -> None:
    """Add a caption that is more than a prompt or a time."""
    if caption is None:
        return
    text = caption.text or caption.credit or ""
    letters = sum(char.isalpha() for char in text)
    rule = find_rule(read_shape(text)) if caption.text and len(text) < LINE_CHARS else None
    if letters > 1 and (rule is None or rule.label not in _FURNITURE):
        finder.add(caption)
