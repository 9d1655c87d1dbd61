"""HTML to a `Page` of labelled lines. The only module that calls trafilatura.

The page is parsed once. In this order the tree gives its structured data, its figures, its visible
blocks, and then itself: the engine runs last and on the same tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

from lxml import etree
from lxml.html import (
    HtmlComment,
    HtmlElement,
    HtmlEntity,
    HTMLParser,
    HtmlProcessingInstruction,
    document_fromstring,
)

from tasks.fields.structured import read_structured
from tasks.model import KEPT, Fault, Limits, Line, Link, Media, Page, Stage
from tasks.text.blocks import label_blocks
from tasks.text.credit_lines import add_credits
from tasks.text.dom import Block, collect_blocks, strip_unseen
from tasks.text.figures import harvest_captions
from tasks.text.sheet import Verdict
from tasks.text.signatures import sign_lines
from tasks.text.witness import read_told, read_witness

# libxml2 cuts off what is nested deeper than this, so such a page can't be told from a deeper one.
PARSER_DEPTH = 2_048
_CONTROLS = bytes([*range(9), 11, *range(14, 32), 127])
_CONTROL_REFERENCE = re.compile(
    rb"&#(?:0*(?:[0-8]|11|1[4-9]|2\d|3[01]|127)(?!\d)"
    rb"|[xX]0*(?:[0-8bBeEfF]|1[\da-fA-F]|7[fF])(?![\da-fA-F]));?"
)
# Of what the engine throws away, it looks at these first.
WEIGHED = frozenset({"form", "figure", "math"})
# Real pages stay below 1,200; twice as many children cost the engine four times the time.
ENGINE_CHILDREN = 4_000


def read_html(
    text: str, *, url: str | None, fetched_at: datetime, source: str | None, limits: Limits
) -> Page | Fault:
    """The page as labelled lines, or a fault 'no-markup' or 'nesting-too-deep'. Never raises for
    what a page holds."""
    tree = parse_html(text)
    if tree is None:
        return Fault(Stage.EDIT, "no-markup", "the document has no element in it")
    if _deeper_than(min(limits.nesting, PARSER_DEPTH - 1))(tree):
        return Fault(
            Stage.EDIT,
            "nesting-too-deep",
            f"elements are nested more than {limits.nesting} deep; this is no page to be read",
        )
    structured = read_structured(tree)
    captions = harvest_captions(tree, url, structured)
    strip_unseen(tree)
    blocks = collect_blocks(tree)
    engine = read_witness("" if is_crowded(tree, text) else run_engine(tree))
    verdicts = label_blocks(blocks, engine, read_told(structured), structured)
    verdicts = sign_lines([block.text for block in blocks], verdicts, marked=True)
    lines = make_lines(blocks, verdicts)
    return Page(
        media=Media.HTML,
        text="\n".join(block.text for block in blocks),
        lines=lines,
        fetched_at=fetched_at,
        url=url,
        source=source,
        structured=structured,
        captions=add_credits(captions, blocks, verdicts),
        body_links=list_links(blocks, verdicts, url),
    )


def parse_html(text: str) -> HtmlElement | None:
    """One tree; bytes are handed over, so that a declared encoding in the text plays no part."""
    content = drop_controls(text.encode("utf-8", "replace"))
    parser = HTMLParser(encoding="utf-8", huge_tree=True)
    parser.set_element_class_lookup(_plain_elements())
    try:
        return document_fromstring(content, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def drop_controls(content: bytes) -> bytes:
    """UTF-8 without control characters, written plainly or as references: a page shows none, and a
    terminal obeys them. White space stays."""
    content = content.translate(None, _CONTROLS)
    return _CONTROL_REFERENCE.sub(b"", content) if b"&#" in content else content


@lru_cache(maxsize=1)
def _plain_elements() -> etree.ElementDefaultClassLookup:
    """One class for all elements: lxml.html asks a Python function for the class of every tag each
    time a node is touched, for the sake of forms, which nobody fills in here."""
    return etree.ElementDefaultClassLookup(
        element=HtmlElement,
        comment=HtmlComment,
        pi=HtmlProcessingInstruction,
        entity=HtmlEntity,
    )


@lru_cache(maxsize=4)
def _deeper_than(depth: int) -> etree.XPath:
    """An XPath that is true of a tree with an element below `depth` levels."""
    return etree.XPath(f"boolean({'/*' * (depth + 1)})")


@lru_cache(maxsize=1)
def _engine() -> Callable[..., Any]:
    """The engine's entry, imported late: plain text never needs it. Its caches are bounded ones of
    pure functions, so they need no reset and change no result."""
    from trafilatura import bare_extraction

    return bare_extraction


def run_engine(tree: HtmlElement) -> str:
    """The engine's text, a block a line; the tree is used up. Settings by measurement: `fast` costs
    10 ms a page instead of 17, and what the slow fallbacks find the container of the page finds
    too."""
    extract = _engine()
    strip_uncounted(tree)
    try:
        document = extract(tree, fast=True, include_comments=False, with_metadata=False)
    except RecursionError:  # nested deeper than the engine can follow: it has no say then
        return ""
    return (document.text or "") if document is not None else ""


def strip_uncounted(tree: HtmlElement) -> None:
    """Take out of the tree, in place, what the engine throws away by the element's name after it
    has copied and searched the tree several times: that costs it a third of its time."""
    etree.strip_elements(tree, *_uncounted(), with_tail=False)
    if tree.find(".//table") is None:  # the engine keeps a figure that holds one
        etree.strip_elements(tree, "figure", with_tail=False)


@lru_cache(maxsize=1)
def _uncounted() -> tuple[str, ...]:
    from trafilatura.settings import MANUALLY_CLEANED

    return tuple(tag for tag in MANUALLY_CLEANED if tag not in WEIGHED)


def is_crowded(tree: HtmlElement, text: str) -> bool:
    """Whether an element has so many children that the engine, whose time grows with the square of
    them, would take longer than all the rest."""
    return text.count("<") > ENGINE_CHILDREN and bool(_crowded()(tree))


@lru_cache(maxsize=1)
def _crowded() -> etree.XPath:
    return etree.XPath(f"boolean(//*[*[{ENGINE_CHILDREN + 1}]])")


def make_lines(blocks: Sequence[Block], verdicts: Sequence[Verdict]) -> tuple[Line, ...]:
    """A line a block, placed in the text that joins the blocks by newlines."""
    lines, at = [], 0
    for block, (label, rule) in zip(blocks, verdicts, strict=True):
        end = at + len(block.text)
        lines.append(Line(block.number, at, end, block.text, label, rule, block.tag))
        at = end + 1
    return tuple(lines)


def list_links(
    blocks: Sequence[Block], verdicts: Sequence[Verdict], url: str | None
) -> tuple[Link, ...]:
    """The web links of kept blocks, absolute, each address once."""
    links: dict[str, Link] = {}
    for block, (label, _rule) in zip(blocks, verdicts, strict=True):
        for href, text in block.links if label in KEPT else ():
            address = resolve(url, href)
            if address is not None and address not in links:
                links[address] = Link(address, text)
    return tuple(links.values())


def resolve(base: str | None, href: str) -> str | None:
    """The absolute http(s) address, or None for anything else."""
    try:
        address = urljoin(base or "", href.strip())
    except ValueError:
        return None
    return address if address.startswith(("http://", "https://")) else None
