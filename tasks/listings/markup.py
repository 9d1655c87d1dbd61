"""XML and HTML as listings have it: mended where it is nearly right, and stripped to its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5

from lxml import etree, html

from tasks.fields.claims import clean_text

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_AMPERSAND = re.compile(r"&(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|\w{1,32};)?")
_XML_NAMES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_TAG = re.compile(r"<[a-zA-Z!/][^<>]*>")
_BLOCK = re.compile(
    r"<(?=/?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|blockquote|figure|figcaption)\b)", re.IGNORECASE
)
_UNSEEN = ("script", "style")
# Markup longer than this is a whole page; its beginning is enough for a summary.
_LONGEST = 20_000


def make_parser() -> etree.XMLParser:
    """A strict parser that neither opens anything nor resolves entities."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def describe_break(error: etree.XMLSyntaxError) -> str:
    """What broke a parse, and in which line."""
    what = (error.msg or "it is no XML").split("\n")[0].split(", line ")[0]
    return f"{what}, line {error.lineno}" if error.lineno else what


def mend_xml(text: str) -> str:
    """Without control characters, and outside CDATA without ampersands that begin nothing that XML
    knows: HTML's named characters are written out, all others escaped."""
    pieces = _split_cdata(drop_controls(text))
    return "".join(p if raw else _AMPERSAND.sub(_mend_ampersand, p) for raw, p in pieces)


def drop_controls(text: str) -> str:
    """Without the characters that XML 1.0 has no place for (section 2.2)."""
    return _CONTROL.sub("", text)


def _split_cdata(text: str) -> Iterator[tuple[bool, str]]:
    """The pieces of a text, and whether each is a CDATA section; one that does not end is none."""
    at = 0
    while (start := text.find("<![CDATA[", at)) >= 0 and (end := text.find("]]>", start)) >= 0:
        yield False, text[at:start]
        yield True, text[start : end + 3]
        at = end + 3
    yield False, text[at:]


def _mend_ampersand(match: re.Match[str]) -> str:
    name = match[1]
    if name is None:
        return "&amp;"
    if name in _XML_NAMES:
        return match[0]
    if name.startswith("#"):
        return match[0] if _is_xml(_read_number(name[1:-1])) else ""
    return html5.get(name, f"&amp;{name}")


def _read_number(digits: str) -> int:
    return int(digits[1:], 16) if digits[0] in "xX" else int(digits)


def _is_xml(code: int) -> bool:
    """Whether XML 1.0 allows a character (section 2.2)."""
    return code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or (
        0x10000 <= code < 0x110000
    )  # fmt: skip


def read_text(element: etree._Element) -> str:
    """All text below an element."""
    return "".join(element.itertext()) if len(element) else element.text or ""


def read_address(element: etree._Element) -> str:
    """An address as it stands, "&copy=1" in it too; where it was escaped twice, once less."""
    return read_text(element).strip().replace("&amp;", "&")


def strip_markup(text: str) -> str:
    """One line of the words that a reader sees."""
    text = text[:_LONGEST]
    if not _TAG.search(text):
        return clean_text(text)
    try:
        root = html.fragment_fromstring(_BLOCK.sub(" <", text), create_parent="div")
    except (etree.ParserError, ValueError):
        return clean_text(_TAG.sub(" ", text))
    etree.strip_elements(root, *_UNSEEN, etree.Comment, with_tail=False)
    return clean_text("".join(root.itertext()))
