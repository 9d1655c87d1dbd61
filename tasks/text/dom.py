"""A parsed page as blocks: one visible block element's text after the other, with DOM facts.

A block is the longest run of inline content inside one block element (HTML Standard, section
"Flow content"; the rendering defaults decide what counts as a block). Two <br> in a row end a
block too. The walk is a flat loop: no page is too deep for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from tasks.text.class_words import NO_MARKS, read_marks


class Where:
    """The kinds of element that a block lies in: bits of an int (an IntFlag costs 4 ms a page)."""

    NOWHERE = 0
    NAV = 1
    ASIDE = 2
    HEADER = 4
    FOOTER = 8
    FIGURE = 16
    CAPTION = 32
    QUOTE = 64
    LIST = 128
    TABLE = 256
    FORM = 512
    BUTTON = 1024
    ARTICLE = 2048
    HIDDEN = 4096
    BODY_PROPERTY = 8192


PLACES = {
    "nav": Where.NAV,
    "menu": Where.NAV,
    "aside": Where.ASIDE,
    "header": Where.HEADER,
    "hgroup": Where.HEADER,
    "footer": Where.FOOTER,
    "figure": Where.FIGURE,
    "figcaption": Where.CAPTION,
    "blockquote": Where.QUOTE,
    "li": Where.LIST,
    "dd": Where.LIST,
    "dt": Where.LIST,
    "tr": Where.TABLE,
    "fieldset": Where.FORM,
    "label": Where.FORM,
    "dialog": Where.FORM,
    "button": Where.BUTTON,
    "article": Where.ARTICLE,
    "main": Where.ARTICLE,
}
ROLES = {
    "navigation": Where.NAV,
    "complementary": Where.ASIDE,
    "banner": Where.HEADER,
    "contentinfo": Where.FOOTER,
    "figure": Where.FIGURE,
    "button": Where.BUTTON,
    "article": Where.ARTICLE,
    "main": Where.ARTICLE,
    "dialog": Where.FORM,
    "search": Where.FORM,
}
# fmt: off
BLOCKS = frozenset(PLACES) | frozenset({
    "html", "body", "form", "div", "p", "section", "h1", "h2", "h3", "h4", "h5", "h6", "ul",
    "ol", "dl", "pre", "address", "center", "details", "summary", "dir", "hr", "table", "tbody",
    "thead", "tfoot", "caption", "legend",
})
# fmt: on
CELLS = frozenset({"td", "th"})
# Inline elements that say something of the block they are in.
TELLING = CELLS | {"a", "br", "b", "strong"}
# Cells of a data table are short: with more text before it, a cell ends the block.
CELL_CHARS = 160
# What a reader never sees as text. `head` is read before, as structured data.
# fmt: off
UNSEEN = (
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed",
    "select", "datalist", "textarea", "head", "audio", "video", "canvas", "map", "progress",
    "meter", "rp", "rt",
)
# fmt: on


@dataclass(slots=True)
class Frame:
    """One block element on the path from the root to a block."""

    number: int
    parent: Frame | None
    tag: str
    where: int
    marks: int
    signature: str
    words: int = 0
    link_words: int = 0


@dataclass(slots=True)
class Block:
    """A stretch of visible text. `linked` is the share of its characters inside links (0 to 1)."""

    number: int
    text: str
    frame: Frame
    tag: str
    linked: float
    links: list[tuple[str, str]] = field(default_factory=list)
    bold: bool = False

    @property
    def where(self) -> int:
        """Every kind of element around the block."""
        return self.frame.where

    @property
    def marks(self) -> int:
        """What the class words around the block say."""
        return self.frame.marks


@dataclass(slots=True)
class Walk:
    """The state of one pass over the tree."""

    blocks: list[Block]
    frame: Frame
    pieces: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    linked: int = 0
    strong: int = 0
    in_link: int = 0
    in_strong: int = 0
    breaks: int = 0

    def add(self, text: str) -> None:
        """Take up a stretch of text; white space alone does not interrupt two breaks."""
        if self.breaks and not text.isspace():
            self.breaks = 0
        self.pieces.append(text)
        if self.in_link:
            self.linked += len(text)
        if self.in_strong:
            self.strong += len(text)

    def flush(self) -> None:
        """End the block, if there is text in it."""
        self.breaks = 0
        if not self.pieces:
            return
        raw = "".join(self.pieces)
        text = clean_text(raw)
        if text:
            share = min(1.0, self.linked / len(raw))
            block = Block(len(self.blocks), text, self.frame, self.frame.tag, share, self.links)
            block.bold = self.strong >= 0.8 * len(raw)
            self.blocks.append(block)
        self.pieces, self.links, self.linked, self.strong = [], [], 0, 0


_INVISIBLE = {0xAD: None, 0x200B: None, 0x2060: None, 0xFEFF: None}


def clean_text(text: str) -> str:
    """White space runs become one space; soft hyphens and zero-width marks go."""
    if not text.isascii():
        text = text.translate(_INVISIBLE)
    return " ".join(text.split())


def strip_unseen(tree: HtmlElement) -> None:
    """Take out of the tree, in place, what no reader sees; tails stay."""
    etree.strip_elements(tree, etree.Comment, etree.ProcessingInstruction, *UNSEEN, with_tail=False)


def collect_blocks(tree: HtmlElement) -> list[Block]:
    """Every visible block of the tree in document order (unseen elements already stripped)."""
    walk = Walk([], Frame(0, None, "html", Where.NOWHERE, NO_MARKS, "html"))
    frames = 1
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if tag in BLOCKS:
                walk.flush()
                walk.frame = open_frame(element, walk.frame, frames)
                frames += 1
            elif tag in TELLING:
                open_inline(walk, tag)
            text = element.text
        else:
            if tag in BLOCKS:
                walk.flush()
                walk.frame = walk.frame.parent or walk.frame
            elif tag in TELLING:
                close_inline(walk, element, tag)
            text = element.tail
        # White space between blocks is most of what there is.
        if text and (walk.pieces or not text.isspace()):
            walk.add(text)
    walk.flush()
    return walk.blocks


def open_inline(walk: Walk, tag: str) -> None:
    """Note links, bold type and line breaks."""
    if tag == "a":
        walk.in_link += 1
    elif tag in CELLS:
        end_cell(walk)
    elif tag == "br":
        walk.breaks += 1
        if walk.breaks > 1:
            walk.flush()
        else:
            walk.pieces.append(" ")
    elif tag in ("b", "strong"):
        walk.in_strong += 1


def close_inline(walk: Walk, element: HtmlElement, tag: str) -> None:
    """The end of a link or of bold type."""
    if tag in CELLS:
        end_cell(walk)
    elif tag == "a":
        walk.in_link -= 1
        href = element.get("href")
        if href and walk.pieces:
            walk.links.append((href, clean_text("".join(element.itertext()))))
    elif tag in ("b", "strong"):
        walk.in_strong -= 1


def end_cell(walk: Walk) -> None:
    """Cells of one row are one block, unless they hold a page's layout."""
    if sum(map(len, walk.pieces)) > CELL_CHARS:
        walk.flush()
    else:
        walk.pieces.append(" ")


def open_frame(element: HtmlElement, parent: Frame, number: int) -> Frame:
    """The frame of a block element: what it adds to what its parents say."""
    tag = element.tag
    where = parent.where | PLACES.get(tag, Where.NOWHERE)
    attributes = element.attrib
    if not attributes:
        return Frame(number, parent, tag, where, parent.marks, tag)
    name = attributes.get("class")
    marks = parent.marks | read_marks(name) if name else parent.marks
    if "id" in attributes:
        marks |= read_marks(attributes["id"])
    where |= read_attributes(attributes)
    return Frame(number, parent, tag, where, marks, f"{tag}.{name}" if name else tag)


def read_attributes(attributes: etree._Attrib) -> int:
    """What role, itemprop and hiding attributes say (WAI-ARIA roles, HTML `hidden`)."""
    where = ROLES.get(attributes.get("role", ""), Where.NOWHERE)
    if attributes.get("itemprop") == "articleBody":
        where |= Where.BODY_PROPERTY
    style = attributes.get("style")
    hidden = style and "none" in style and "display:none" in style.replace(" ", "").lower()
    if hidden or "hidden" in attributes or attributes.get("aria-hidden") == "true":
        where |= Where.HIDDEN
    return where
