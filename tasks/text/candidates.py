"""Which blocks are body: the engine's choice, set against the page's own witnesses, and mended.

Where the engine holds little of what the JSON-LD `articleBody` says or of the prose in the page's
container, that is taken instead; then paragraphs, headings and quotes that stand among kept ones
come back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from tasks.model import Label
from tasks.text.class_words import Marks
from tasks.text.dom import Block, Frame, Where
from tasks.text.rules import find_rule, is_separator
from tasks.text.sheet import (
    HEADINGS,
    LINK_SHARE,
    OUTSIDE,
    Sheet,
    holder,
    is_prose,
    list_kept,
    stays,
)
from tasks.text.witness import Witness

ASIDE_MARKS = Marks.RELATED | Marks.PROMO | Marks.COMMENT | Marks.NAVIGATION | Marks.SHARE
# In a box of its own a line without an end is a heading by its class.
HEADING_MARKS = Marks.TITLE | Marks.STANDFIRST
# The engine has missed the body when it holds less of the container's prose than this.
ENGINE_SHARE = 0.6
# A frame is the container while no child of it holds this share of its prose.
CONTAINER_SHARE = 0.75
# Short blocks of the container belong to paragraphs this near.
NEAR = 4
SYMBOLS = (Label.BOILERPLATE, "line.symbols")
# How many blocks (adverts, boxes) may stand between two parts of one article.
REACH = 12
# The container holds teasers, not one text, with so many linked headings a paragraph.
TEASERS = 0.25


# A page without prose has a text of so many words at least.
MARKED_WORDS = 20
# Looks that paragraphs share although nothing else holds them.
LIKE = 2


def choose_body(sheet: Sheet, told: Witness) -> None:
    """Where the engine found little of what the page tells or holds, take that instead."""
    if told.length >= 200:
        spoken = [told.has(key) for key in sheet.keys]
        if weigh(sheet, spoken) * 1.2 > told.words and weigh(sheet, spoken) > 1.5 * weigh_common(
            sheet, spoken
        ):
            sheet.kept = spoken
            return
    container = find_container(sheet)
    if container is None:
        return
    mine = [
        inside(block, container)
        and not block.where & OUTSIDE
        and block.linked < LINK_SHARE
        and not block.marks & ASIDE_MARKS
        for block in sheet.blocks
    ]
    end = find_related_heading(sheet, mine)
    mine = [m and number < end for number, m in enumerate(mine)]
    if count_teasers(sheet, mine, container) > TEASERS:
        return
    prose = [m and is_prose(b, s) for m, b, s in zip(mine, sheet.blocks, sheet.shapes, strict=True)]
    if weigh_common(sheet, prose) < ENGINE_SHARE * weigh(sheet, prose):
        sheet.kept = [
            (m and has_prose_near(prose, number)) or kept
            for number, (m, kept) in enumerate(zip(mine, sheet.kept, strict=True))
        ]


def find_container(sheet: Sheet) -> Frame | None:
    """The smallest frame that holds most of the page's prose outside asides."""
    words: dict[int, int] = {}
    frames: dict[int, Frame] = {}
    children: dict[int, set[int]] = {}
    for block, shape in zip(sheet.blocks, sheet.shapes, strict=True):
        if not is_prose(block, shape) or block.where & Where.ASIDE:
            continue
        frame: Frame | None = holder(block)
        while frame is not None:
            words[frame.number] = words.get(frame.number, 0) + shape.words
            frames[frame.number] = frame
            if frame.parent is not None:
                children.setdefault(frame.parent.number, set()).add(frame.number)
            frame = frame.parent
    if not words:
        return None
    at = 0
    while True:
        best = max(sorted(children.get(at, ())), key=lambda n: words[n], default=None)
        if best is None or words[best] < CONTAINER_SHARE * words[at]:
            return frames[at]
        at = best


def inside(block: Block, container: Frame) -> bool:
    """Whether the block lies in this frame."""
    frame: Frame | None = block.frame
    while frame is not None and frame.number >= container.number:
        if frame is container:
            return True
        frame = frame.parent
    return False


def find_related_heading(sheet: Sheet, mine: Sequence[bool]) -> int:
    """Where "Related" or "Comments" stands as a heading below the first prose, or the end."""
    begun = False
    for number, (block, shape) in enumerate(zip(sheet.blocks, sheet.shapes, strict=True)):
        begun = begun or (mine[number] and is_prose(block, shape))
        if begun and block.tag in HEADINGS:
            rule = find_rule(shape)
            if rule is not None and rule.id in ("line.related", "line.comments"):
                return number
    return len(sheet.blocks)


def has_prose_near(prose: Sequence[bool], number: int) -> bool:
    """Whether a paragraph stands within NEAR blocks: menus in the container have none."""
    return any(prose[max(0, number - NEAR) : number + NEAR + 1])


def count_teasers(sheet: Sheet, mine: Sequence[bool], container: Frame) -> float:
    """Linked headings in the container for each paragraph of prose in it."""
    prose = sum(
        m and is_prose(b, s) for m, b, s in zip(mine, sheet.blocks, sheet.shapes, strict=True)
    )
    headings = sum(
        1
        for block, shape in zip(sheet.blocks, sheet.shapes, strict=True)
        if block.linked > 0.8
        and (shape.words >= 3 or block.tag in HEADINGS)
        and not block.where & (OUTSIDE | Where.ASIDE | Where.LIST)
        and inside(block, container)
    )
    return headings / max(1, prose)


def weigh(sheet: Sheet, chosen: Sequence[bool]) -> int:
    """Words in the chosen blocks."""
    return sum(shape.words for shape, yes in zip(sheet.shapes, chosen, strict=True) if yes)


def weigh_common(sheet: Sheet, chosen: Sequence[bool]) -> int:
    """Words in blocks that are both chosen and in the engine's text."""
    return weigh(sheet, [a and b for a, b in zip(chosen, sheet.kept, strict=True)])


def restore_siblings(sheet: Sheet) -> None:
    """Paragraphs beside kept ones, or in a twin of their parent, of the same make, come back."""
    makes: Counter[tuple[object, ...]] = Counter()
    for number, block in enumerate(sheet.blocks):
        if sheet.kept[number] and is_prose(block, sheet.shapes[number]):
            makes.update(name_makes(block))
    for number, block in enumerate(sheet.blocks):
        if sheet.kept[number] or sheet.verdicts[number] is not None:
            continue
        if not is_prose(block, sheet.shapes[number]):
            continue
        own, twin, like = name_makes(block)
        if makes[own] >= 2 or makes[twin] >= 2 or (makes[like] >= LIKE and goes_on(sheet, number)):
            sheet.kept[number] = True


def goes_on(sheet: Sheet, number: int) -> bool:
    """Whether kept text stands a few blocks before, with no linked heading in between."""
    for before in range(number - 1, max(-1, number - REACH), -1):
        if stays(sheet, before):
            return True
        block = sheet.blocks[before]
        if block.tag in HEADINGS and block.linked > LINK_SHARE:
            return False
    return False


def name_makes(block: Block) -> tuple[tuple[object, ...], ...]:
    """What paragraphs of one article share: their parent and looks, or the looks of both under
    one grandparent, or the looks of both anywhere."""
    frame, parent = block.frame, holder(block)
    above = parent.parent.number if parent.parent is not None else -1
    plain = frame.marks == parent.marks and frame.tag == "p"
    own = (parent.number, frame.tag if plain else frame.signature)
    looks = (parent.signature, frame.signature)
    return own, (above, *looks), ("like", *looks) if "." in parent.signature else ("none", -1)


def restore_between(sheet: Sheet) -> None:
    """Headings and quotes that stand among kept blocks of one parent come back."""
    kept = list_kept(sheet)
    for before, after in pairwise(kept):
        if after - before > 12:
            continue
        parents = {holder(sheet.blocks[before]).number, holder(sheet.blocks[after]).number}
        for number in range(before + 1, after):
            if sheet.verdicts[number] is None and belongs(sheet, number, parents):
                sheet.kept[number] = True


def belongs(sheet: Sheet, number: int, parents: set[int]) -> bool:
    """A quote, or a short line before prose, right under one of the parents."""
    block, shape = sheet.blocks[number], sheet.shapes[number]
    if block.where & (OUTSIDE | Where.ASIDE | Where.FIGURE) or block.linked >= LINK_SHARE:
        return False
    if block.where & Where.QUOTE:
        frame: Frame | None = block.frame
        while frame is not None and frame.number not in parents:
            frame = frame.parent
        return frame is not None
    above = block.frame.parent
    boxed = above is not None and above.number in parents
    alone = boxed and (shape.ends or block.marks & HEADING_MARKS)
    if not alone and not {holder(block).number, block.frame.number} & parents:
        return False
    heading = block.tag in HEADINGS or block.bold or stays(sheet, number - 1)
    return heading and shape.words <= 20 and stays(sheet, number + 1)


def restore_marked(sheet: Sheet) -> None:
    """Where nothing is left, a page without prose: what stands in an element that its class calls
    the text, whatever is around that (a menu that was never closed holds all of a page)."""
    if list_kept(sheet):
        return
    found = [number for number in range(len(sheet.blocks)) if is_marked(sheet, number)]
    if sum(sheet.shapes[number].words for number in found) >= MARKED_WORDS:
        for number in found:
            sheet.kept[number], sheet.verdicts[number] = True, None


def is_marked(sheet: Sheet, number: int) -> bool:
    """Whether a block of an element that is called the text is none of its other parts."""
    block, verdict = sheet.blocks[number], sheet.verdicts[number]
    free = verdict is None or verdict[1] == "html.nav"
    return (
        free
        and bool(block.marks & Marks.BODY)
        and block.linked < LINK_SHARE
        and not block.marks & (ASIDE_MARKS & ~Marks.NAVIGATION)
        and not block.where & (OUTSIDE & ~Where.NAV)
    )


def restore_separators(sheet: Sheet) -> None:
    """A line of stars or dashes between two kept blocks of its own parent parts the text."""
    for number in range(1, len(sheet.blocks) - 1):
        if sheet.verdicts[number] != SYMBOLS or not is_separator(sheet.shapes[number].text):
            continue
        parent = holder(sheet.blocks[number])
        if all(
            stays(sheet, n) and holder(sheet.blocks[n]) is parent for n in (number - 1, number + 1)
        ):
            sheet.verdicts[number] = (Label.BODY, "html.separator")
