"""Images: which of them are pictures, where they lie, and what their links say of them."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from tasks.text.dom import clean_text

_IMAGES = etree.XPath("descendant-or-self::img[not(ancestor::noscript)] | .//amp-img")
# Of an image that a script puts there later, the page holds a copy for readers without scripts.
_COPIES = etree.XPath(".//noscript//img")
# What may show a picture or a film that a script puts there, or a style.
_SHOWS = etree.XPath(
    "boolean(.//picture | .//video | .//iframe | .//amp-video | .//object | .//canvas"
    " | descendant-or-self::*[contains(@style, 'background-image')])"
)
_SIZED = re.compile(r"\s+\d+(?:\.\d+)?[wx]\s*$")
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|jxl)$", re.IGNORECASE)
# Smaller images, in pixels, are icons and avatars.
ICON_PIXELS = 60


def list_images(element: HtmlElement) -> list[HtmlElement]:
    """The images in an element that are no icons."""
    images = [image for image in _IMAGES(element) if not is_icon(image)]
    return images or [image for image in _COPIES(element) if not is_icon(image)]


def is_icon(image: HtmlElement) -> bool:
    """Whether an image is too small for a picture, or drawn by lines (SVG)."""
    sizes = (image.get("width") or "", image.get("height") or "")
    if any(size.isdigit() and int(size) <= ICON_PIXELS for size in sizes):
        return True
    return split_address(image.get("src") or "")[0].endswith(".svg")


def shows_picture(element: HtmlElement) -> bool:
    """Whether there is an image or a film in an element."""
    return bool(list_images(element)) or bool(_SHOWS(element))


def split_address(address: str) -> tuple[str, str]:
    """Path and query of an address, both empty when it can't be one."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", ""
    return parts.path.rstrip("/"), parts.query


def leads_away(link: HtmlElement, url: str | None) -> bool:
    """Whether a link leads to another page: not to a picture, nor to a place on this page."""
    return is_elsewhere((link.get("href") or "").strip(), url)


@lru_cache(maxsize=2048)
def is_elsewhere(href: str, url: str | None) -> bool:
    """Whether an address is that of another page than `url`, and not a picture's."""
    if not href or href.startswith(("#", "javascript:", "data:")):
        return False
    path, query = split_address(absolute(url, href) or "")
    here, asked = split_address(url or "")
    return not _FILE.search(path) and not (path == here and query in ("", asked))


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
