"""Labels the blocks of an HTML page: three witnesses, then the rules.

Witnesses of the body are the engine's extraction, the container that holds most of the page's
prose, and the JSON-LD `articleBody`. Rules about the block (figure, link density, the headline
again, promo phrases) say what is not body whatever the witnesses say. Every label carries the id
of the rule that gave it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tasks.model import Label, Structured
from tasks.text.class_words import Marks
from tasks.text.dom import Block, Frame, Where
from tasks.text.rules import find_rule
from tasks.text.shape import Shape, read_shape, squeeze
from tasks.text.witness import Witness, read_titles

Verdict = tuple[Label, str]

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
OUTSIDE = Where.NAV | Where.FOOTER | Where.FORM | Where.BUTTON | Where.HIDDEN
# Blocks whose place says enough, so that the line rules need not be asked.
FAR = Where.NAV | Where.FOOTER | Where.HEADER
ASIDE_MARKS = Marks.RELATED | Marks.PROMO | Marks.COMMENT | Marks.NAVIGATION | Marks.SHARE
# A paragraph of prose has at least so many words and ends like a sentence.
PROSE_WORDS = 10
# The engine has missed the body when it holds less of the container's prose than this.
ENGINE_SHARE = 0.6
# A frame is the container while no child of it holds this share of its prose.
CONTAINER_SHARE = 0.75
LINK_SHARE = 0.6
# A list whose text is links to this share is no list of the article's.
LIST_LINKS = 0.5
# One parent holds the text, and the rest are boxes, with this share of the words.
MAIN_SHARE = 0.85
ELSEWHERE = -1
# Below a "Related" heading nothing is body, when this share of the words stands above it.
ABOVE_SHARE = 0.6
# Short blocks of the container belong to paragraphs this near.
NEAR = 4
# How many blocks (adverts, boxes) may stand between two parts of one article.
REACH = 12
# Rules too weak to speak against the witnesses.
WEAK_RULES = frozenset(
    {"line.address", "line.symbols", "line.number", "line.breadcrumb", "line.count"}
)
# The container holds teasers, not one text, with so many linked headings a paragraph.
TEASERS = 0.25


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


def label_blocks(
    blocks: Sequence[Block], engine: Witness, told: Witness, structured: Structured
) -> list[Verdict]:
    """A label and a rule id for every block."""
    sheet = open_sheet(blocks, engine, structured)
    choose_body(sheet, told)
    label_titles(sheet)
    label_by_dom(sheet)
    label_lists(sheet)
    label_by_line(sheet)
    restore_siblings(sheet)
    restore_between(sheet)
    label_standfirst(sheet)
    drop_boxes(sheet)
    drop_related(sheet)
    label_ends(sheet)
    return [settle(sheet, number) for number in range(len(blocks))]


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
    while frame.parent is not None and frame.tag in (
        "p",
        "li",
        "ul",
        "ol",
        "blockquote",
        *HEADINGS,
    ):
        frame = frame.parent
    return frame


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
        if makes[own] >= 2 or makes[twin] >= 2 or (makes[like] >= 3 and goes_on(sheet, number)):
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
    kept = [n for n in range(len(sheet.blocks)) if stays(sheet, n)]
    for before, after in pairwise(kept):
        if after - before > 12:
            continue
        parents = {holder(sheet.blocks[before]).number, holder(sheet.blocks[after]).number}
        for number in range(before + 1, after):
            if sheet.verdicts[number] is None and belongs(sheet, number, parents):
                sheet.kept[number] = True


def stays(sheet: Sheet, number: int) -> bool:
    """Kept so far, and no rule against it."""
    return sheet.kept[number] and sheet.verdicts[number] is None


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
    if holder(block).number not in parents and block.frame.number not in parents:
        return False
    heading = block.tag in HEADINGS or block.bold or stays(sheet, number - 1)
    return heading and shape.words <= 20 and stays(sheet, number + 1)


def label_titles(sheet: Sheet) -> None:
    """The headline once; every other printing of it is a repeat."""
    seen = False
    for number, block in enumerate(sheet.blocks):
        is_title = sheet.keys[number] in sheet.titles
        if is_title and not seen and block.tag in ("h1", "h2"):
            sheet.decide(number, Label.TITLE, "html.title")
            seen = True
        elif is_title:
            sheet.decide(number, Label.REPEAT, "html.title-again")
        elif block.tag == "h1":
            sheet.decide(number, Label.TITLE if not seen else Label.REPEAT, "html.h1")
            seen = True


def common_marks(sheet: Sheet) -> int:
    """Marks that most of the kept text bears: they say nothing on this page."""
    common, words = 0, weigh(sheet, sheet.kept)
    for mark in (Marks.CAPTION, Marks.CREDIT, Marks.BIO, Marks.BYLINE, Marks.COMMENT):
        marked = [k and bool(b.marks & mark) for k, b in zip(sheet.kept, sheet.blocks, strict=True)]
        common |= mark if 2 * weigh(sheet, marked) > words else 0
    return common


def label_by_dom(sheet: Sheet) -> None:
    """What the element and its surroundings say by themselves."""
    common = common_marks(sheet)
    for number, block in enumerate(sheet.blocks):
        where, marks, shape = block.where, block.marks & ~common, sheet.shapes[number]
        if where & Where.CAPTION or (
            marks & (Marks.CAPTION | Marks.CREDIT) and shape.words < 60 and where & Where.FIGURE
        ):
            sheet.decide(number, Label.CAPTION, "html.figcaption")
        elif where & Where.FIGURE and not where & (Where.QUOTE | Where.TABLE):
            sheet.decide(number, Label.CAPTION, "html.figure")
        elif marks & Marks.CAPTION and shape.words < 60:
            sheet.decide(number, Label.CAPTION, "html.caption-class")
        elif marks & Marks.BIO:
            sheet.decide(number, Label.BIO, "html.bio-class")
        elif marks & Marks.BYLINE and shape.words < 60:
            sheet.decide(number, Label.BYLINE, "html.byline-class")
        elif marks & Marks.COMMENT:
            sheet.decide(number, Label.COMMENT, "html.comment-class")
        elif block.linked > 0.9 and shape.words >= 4 and block.tag in ("p", "div"):
            sheet.decide(number, Label.RELATED, "html.linked-paragraph")
        elif block.linked > 0.9 and shape.words >= 4 and block.tag in HEADINGS:
            sheet.decide(number, Label.RELATED, "html.linked-heading")
        elif where & Where.NAV and not sheet.kept[number]:
            sheet.decide(number, Label.NAVIGATION, "html.nav")
        elif where & (Where.FORM | Where.BUTTON):
            sheet.decide(number, Label.NAVIGATION, "html.form")
        elif block.linked >= 0.85 and shape.words >= 3 and not sheet.kept[number]:
            sheet.decide(number, Label.RELATED, "html.links")


def label_lists(sheet: Sheet) -> None:
    """Lists made of links are other stories."""
    sizes: Counter[int] = Counter()
    linked: Counter[int] = Counter()
    for block in sheet.blocks:
        if block.where & Where.LIST and (frame := list_of(block)) is not None:
            sizes[frame.number] += len(block.text)
            linked[frame.number] += round(len(block.text) * block.linked)
    for number, block in enumerate(sheet.blocks):
        frame = list_of(block) if block.where & Where.LIST else None
        if frame is not None and linked[frame.number] >= LIST_LINKS * sizes[frame.number]:
            sheet.decide(number, Label.RELATED, "html.link-list")


def list_of(block: Block) -> Frame | None:
    """The list that a block is an item of."""
    frame: Frame | None = block.frame
    while frame is not None and frame.tag not in ("ul", "ol", "dl"):
        frame = frame.parent
    return frame


def label_by_line(sheet: Sheet) -> None:
    """The table of line rules, on blocks that are not plain prose."""
    for number, shape in enumerate(sheet.shapes):
        if sheet.verdicts[number] is not None or shape.words > 60:
            continue
        block = sheet.blocks[number]
        if sheet.kept[number] or not (block.where & FAR or block.linked > LINK_SHARE):
            rule = find_rule(shape)
            if rule is not None and not (sheet.kept[number] and rule.id in WEAK_RULES):
                sheet.decide(number, rule.label, rule.id)


def label_standfirst(sheet: Sheet) -> None:
    """The page's own description, printed before the body and made unlike its paragraphs."""
    body = [n for n in range(len(sheet.blocks)) if stays(sheet, n)]
    prose = [n for n in body if is_prose(sheet.blocks[n], sheet.shapes[n])]
    if not prose or all(sheet.keys[n] in sheet.standfirsts for n in prose):
        return
    later = prose[1:]
    makes = {(holder(sheet.blocks[n]).number, sheet.blocks[n].frame.signature) for n in later}
    printed: set[str] = set()
    for number in range(min(body[-1], len(sheet.blocks))):
        block = sheet.blocks[number]
        if sheet.keys[number] not in sheet.standfirsts and not block.marks & Marks.STANDFIRST:
            continue
        if sheet.shapes[number].words < 5 or (number > (later[0] if later else body[0])):
            continue
        if (holder(block).number, block.frame.signature) not in makes:
            told = sheet.keys[number] in sheet.standfirsts
            if sheet.keys[number] in printed:
                sheet.decide(number, Label.REPEAT, "html.standfirst-again")
            printed.add(sheet.keys[number])
            rule = "html.standfirst-told" if told else "html.standfirst-class"
            sheet.decide(number, Label.STANDFIRST, rule)


def label_ends(sheet: Sheet) -> None:
    """Short lines before the first and after the last prose are no part of the text."""
    kept = [n for n in range(len(sheet.blocks)) if stays(sheet, n)]
    if not any(is_prose(sheet.blocks[n], sheet.shapes[n]) for n in kept):
        return
    prose = [n for n in kept if is_prose(sheet.blocks[n], sheet.shapes[n])]
    parent = holder(sheet.blocks[prose[-1]])
    for number in reversed(kept):
        block = sheet.blocks[number]
        if not is_stray(sheet, number) or (
            holder(block) is parent and block.tag not in HEADINGS and block.linked < 0.5
        ):
            break
        sheet.decide(number, Label.RELATED, "html.short-last")
    for number in kept:
        if not is_stray(sheet, number) or sheet.blocks[number].tag in HEADINGS:
            break
        sheet.decide(number, Label.BOILERPLATE, "html.short-first")


def is_stray(sheet: Sheet, number: int) -> bool:
    """A short block that ends no sentence and is no item, row or quote."""
    block, shape = sheet.blocks[number], sheet.shapes[number]
    if block.where & (Where.LIST | Where.TABLE | Where.QUOTE):
        return False
    return shape.words < 12 and not shape.ends


def drop_boxes(sheet: Sheet) -> None:
    """Where one parent holds nearly all of the text, boxes with a heading of their own inside it,
    and whatever comes after it, belong to something else."""
    kept = [n for n in range(len(sheet.blocks)) if stays(sheet, n)]
    words: Counter[int] = Counter()
    for number in kept:
        words[holder(sheet.blocks[number]).number] += sheet.shapes[number].words
    if not words:
        return
    main, most = words.most_common(1)[0]
    if most < MAIN_SHARE * words.total():
        return
    last = max(n for n in kept if holder(sheet.blocks[n]).number == main)
    boxes = {n: find_box(sheet.blocks[n], main) for n in kept}
    headed = {boxes[n] for n in kept if sheet.blocks[n].tag in HEADINGS}
    for number in kept:
        box = boxes[number]
        if box is not None and box in headed:
            sheet.decide(number, Label.BOILERPLATE, "html.box")
        elif box == ELSEWHERE and number > last:
            sheet.decide(number, Label.BOILERPLATE, "html.after-main")


def drop_related(sheet: Sheet) -> None:
    """What stands below a heading such as "Related", in another parent than the text before it,
    when most of the text stands above it."""
    kept = [n for n in range(len(sheet.blocks)) if stays(sheet, n)]
    total = sum(sheet.shapes[n].words for n in kept)
    parents = [holder(block).number for block in sheet.blocks]
    for number, verdict in enumerate(sheet.verdicts):
        if sheet.blocks[number].tag not in HEADINGS or verdict is None:
            continue
        above = sum(sheet.shapes[n].words for n in kept if n < number)
        if verdict[1] in ("line.related", "line.comments") and above > ABOVE_SHARE * total:
            own = {parents[n] for n in kept if n < number}
            for later in kept:
                if later > number and parents[later] not in own:
                    sheet.decide(later, Label.RELATED, "html.after-related")
            return


def find_box(block: Block, main: int) -> int | None:
    """The child of the main frame that the block's parent lies in; None where it is that frame or
    one around it, ELSEWHERE outside of it."""
    frame: Frame | None = holder(block)
    if frame is None or frame.number == main:
        return None
    while frame.parent is not None:
        if frame.parent.number == main:
            return frame.number
        frame = frame.parent
    return ELSEWHERE


def settle(sheet: Sheet, number: int) -> Verdict:
    """The verdict of a block, or what it is when only the witnesses spoke."""
    verdict = sheet.verdicts[number]
    if verdict is not None:
        return verdict
    block = sheet.blocks[number]
    if sheet.kept[number]:
        return kept_label(block), "html.body"
    return removed_label(block.marks, block.where), "html.outside"


def kept_label(block: Block) -> Label:
    """Heading, list item, quote or plain body, by the element."""
    if block.tag in HEADINGS:
        return Label.HEADING
    if block.where & Where.LIST:
        return Label.LIST_ITEM
    return Label.QUOTE if block.where & Where.QUOTE else Label.BODY


REMOVED = (
    (Marks.COMMENT, Label.COMMENT),
    (Marks.RELATED, Label.RELATED),
    (Marks.SHARE, Label.SHARE),
    (Marks.PROMO, Label.PROMO),
    (Marks.BIO, Label.BIO),
    (Marks.BYLINE, Label.BYLINE),
    (Marks.DATE, Label.DATE_LINE),
    (Marks.LEGAL, Label.LEGAL),
    (Marks.NAVIGATION, Label.NAVIGATION),
)


def removed_label(marks: int, where: int) -> Label:
    """The best name for what is not body, by class words and place."""
    if where & Where.FOOTER:
        return Label.LEGAL if marks & Marks.LEGAL else Label.NAVIGATION
    for mark, label in REMOVED:
        if marks & mark:
            return label
    return Label.NAVIGATION if where & (Where.NAV | Where.HEADER) else Label.BOILERPLATE
