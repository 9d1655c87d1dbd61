"""Captions and credits of a page's figures, harvested before the engine drops them.

Sources: `figure` with `figcaption` (HTML Standard, 4.4.12-13), caption classes beside an image,
and the `caption` of JSON-LD ImageObjects (schema.org/ImageObject) that the article names.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement

from tasks.model import Caption, Structured
from tasks.text.class_words import Marks, read_marks
from tasks.text.credits import split_credit
from tasks.text.dom import clean_text
from tasks.text.shape import squeeze

_CANDIDATES = etree.XPath(
    "//figure | //figcaption[not(ancestor::figure)]"
    " | //*[contains(@class,'aption') and not(ancestor::figure)]"
)
_IMAGES = etree.XPath(".//img | .//amp-img")
_CAPTIONS = etree.XPath(".//figcaption")
_UNWANTED = {"script", "style", "noscript", "template", "button", "svg"}
LONGEST = 1_200


def harvest_captions(
    tree: HtmlElement, url: str | None, structured: Structured
) -> tuple[Caption, ...]:
    """Every caption once, in document order; those only JSON-LD has come last."""
    found: dict[str, Caption] = {}
    for element in _CANDIDATES(tree):
        if skip(element):
            continue
        caption = read_figure(element, url)
        if caption is not None:
            found.setdefault(squeeze(caption.text or caption.credit or ""), caption)
    for caption in read_images(structured, url):
        found.setdefault(squeeze(caption.text or caption.credit or ""), caption)
    return tuple(found.values())


def skip(element: HtmlElement) -> bool:
    """Figures that hold figures, quotes, tables or no caption at all."""
    if element.tag == "figure":
        return element.find(".//figure") is not None or element.find(".//blockquote") is not None
    if element.tag == "figcaption":
        return False
    marks = read_marks(element.get("class") or "")
    nested = any("aption" in (child.get("class") or "") for child in element)
    return not marks & Marks.CAPTION or nested or element.find(".//p") is not None


def read_figure(element: HtmlElement, url: str | None) -> Caption | None:
    """The caption of one figure, or of one element with a caption class."""
    holder = element
    if element.tag == "figure":
        captions = _CAPTIONS(element)
        holder = captions[0] if captions else element
    credit = find_credit(holder) or find_credit(element) or find_neighbour_credit(element)
    text = visible_text(holder)
    if len(text) > LONGEST or not (text or credit):
        return None
    return compose(text, credit, find_image(element), url)


def find_credit(element: HtmlElement) -> str | None:
    """The text of the first descendant whose class or itemprop names a credit."""
    for child in element.iterdescendants():
        named = child.get("itemprop") in ("copyrightHolder", "creditText", "copyrightNotice")
        if named or read_marks(child.get("class") or "") & Marks.CREDIT:
            text = visible_text(child)
            if text:
                return text
    return None


def find_neighbour_credit(element: HtmlElement) -> str | None:
    """The credit in the element after a caption, where it has a class of its own."""
    if element.tag == "figure":
        return None
    after = element.getnext()
    if after is None or not read_marks(after.get("class") or "") & Marks.CREDIT:
        return None
    return visible_text(after) or None


def compose(
    text: str, credit: str | None, image: HtmlElement | None, url: str | None
) -> Caption | None:
    """The caption with its credit split off and the image's address and alt text."""
    if credit and credit in text:
        rest = text.replace(credit, " ")
        text = clean_text(rest).strip(" |·•")
        credit = tidy_credit(credit)
    elif not credit:
        text, credit = split_credit(text, in_caption=True)
    else:
        credit = tidy_credit(credit)
    address, alt = image_facts(image, url)
    if not text and not credit:
        return None
    return Caption(text=text or None, credit=credit or None, image_url=address, alt=alt)


_EDGES = "()[]（）【】 \t|"


def tidy_credit(credit: str) -> str:
    """Without brackets around it."""
    return credit.strip(_EDGES)


def visible_text(element: HtmlElement) -> str:
    """The text of an element without scripts, buttons and the like."""
    pieces: list[str] = []
    for event, child in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            if child.text and not inside_unwanted(child, element):
                pieces.append(child.text)
        elif child is element:
            continue
        elif child.tail and not inside_unwanted(child.getparent(), element):
            pieces.append(child.tail)
        if event == "end" and child.tag in ("p", "div", "br", "span"):
            pieces.append(" ")
    return clean_text("".join(pieces))


def inside_unwanted(element: HtmlElement | None, top: HtmlElement) -> bool:
    """Whether an element lies in a button, a script or the like, up to `top`."""
    while element is not None:
        if element.tag in _UNWANTED:
            return True
        if element is top:
            return False
        element = element.getparent()
    return False


def find_image(element: HtmlElement) -> HtmlElement | None:
    """The image of a figure, or the nearest one before a caption's element."""
    images = _IMAGES(element)
    if images:
        return images[0]
    parent = element.getparent()
    for _ in range(2):
        if parent is None:
            return None
        images = _IMAGES(parent)
        if images:
            return images[0] if len(images) == 1 else None
        parent = parent.getparent()
    return None


_SIZED = re.compile(r"\s+\d+(?:\.\d+)?[wx]\s*$")


def image_facts(image: HtmlElement | None, url: str | None) -> tuple[str | None, str | None]:
    """Absolute address and alt text; lazy-loading attributes before placeholders."""
    if image is None:
        return None, None
    alt = clean_text(image.get("alt") or "") or None
    for name in ("data-src", "data-original", "data-lazy-src", "src", "data-srcset", "srcset"):
        value = (image.get(name) or "").strip()
        if name.endswith("srcset") and value:
            value = _SIZED.sub("", value.split(", ")[-1].strip())
        if value and not value.startswith("data:"):
            return absolute(url, value), alt
    return None, alt


def absolute(base: str | None, address: str) -> str | None:
    """The address joined to the page's, or None when it can't be one."""
    try:
        return urljoin(base or "", address)
    except ValueError:
        return None


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
