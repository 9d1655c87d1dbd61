"""The working sheet of an HTML page: its blocks, what is known of each, and who is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tasks.model import Label, Structured
from tasks.text.class_words import Marks
from tasks.text.dom import Block, Frame, Where
from tasks.text.shape import Shape, read_shape, squeeze
from tasks.text.witness import Witness, read_titles

Verdict = tuple[Label, str]


HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Elements that are held by the one around them.
_HELD = HEADINGS | {"p", "li", "ul", "ol", "blockquote"}
OUTSIDE = Where.NAV | Where.FOOTER | Where.FORM | Where.BUTTON | Where.HIDDEN
# A paragraph of prose has at least so many words and ends like a sentence.
PROSE_WORDS = 10
LINK_SHARE = 0.6


@dataclass(slots=True)
class Sheet:
    """The blocks of a page with all that the labelling knows of each."""

    blocks: Sequence[Block]
    shapes: list[Shape]
    keys: list[str]
    kept: list[bool]
    structured: Structured
    titles: frozenset[str]
    standfirsts: frozenset[str]
    verdicts: list[Verdict | None] = field(default_factory=list)

    def decide(self, number: int, label: Label, rule: str) -> None:
        """Give a block its label, unless it has one."""
        if self.verdicts[number] is None:
            self.verdicts[number] = (label, rule)


def open_sheet(blocks: Sequence[Block], engine: Witness, structured: Structured) -> Sheet:
    """Shapes, squeezed texts and the engine's choice for each block."""
    shapes = [read_shape(block.text) for block in blocks]
    keys = [squeeze(block.text) for block in blocks]
    kept = [engine.has(key) for key in keys]
    titles, standfirsts = read_titles(structured)
    return Sheet(blocks, shapes, keys, kept, structured, titles, standfirsts, [None] * len(blocks))


def is_prose(block: Block, shape: Shape) -> bool:
    """A paragraph that could stand in an article, by itself."""
    return (
        shape.words >= PROSE_WORDS
        and shape.ends
        and block.linked < LINK_SHARE
        and not block.where & (OUTSIDE | Where.CAPTION)
        and not block.marks & (Marks.COMMENT | Marks.CAPTION)
    )


def holder(block: Block) -> Frame:
    """The frame that holds the block's element: the parent of its p, h2 or li."""
    frame = block.frame
    while frame.tag in _HELD and frame.parent is not None:
        frame = frame.parent
    return frame


def stays(sheet: Sheet, number: int) -> bool:
    """Kept so far, and no rule against it."""
    return sheet.kept[number] and sheet.verdicts[number] is None


def list_kept(sheet: Sheet) -> list[int]:
    """The numbers of the blocks that stay, in order."""
    return [number for number in range(len(sheet.blocks)) if stays(sheet, number)]
