"""Labels the blocks of an HTML page: the witnesses choose the body, then the rules.

Rules about the block (figure, link density, the headline again, promo phrases) say what is not
body whatever the witnesses say. Every label carries the id of the rule that gave it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from tasks.model import Label, Structured
from tasks.text.candidates import (
    choose_body,
    restore_between,
    restore_marked,
    restore_separators,
    restore_siblings,
    weigh,
)
from tasks.text.class_words import Marks
from tasks.text.dom import Block, Frame, Where
from tasks.text.rules import find_rule
from tasks.text.shape import squeeze
from tasks.text.sheet import (
    HEADINGS,
    LINK_SHARE,
    Sheet,
    Verdict,
    holder,
    is_prose,
    list_kept,
    open_sheet,
)
from tasks.text.trim import (
    drop_boxes,
    drop_key_points,
    drop_prompts,
    drop_pull_quotes,
    drop_related,
    drop_signoffs,
    drop_teasers,
    label_ends,
)
from tasks.text.witness import Witness

# Blocks whose place says enough, so that the line rules need not be asked.
FAR = Where.NAV | Where.FOOTER | Where.HEADER
# A list whose text is links to this share is no list of the article's.
LIST_LINKS = 0.5
# A standfirst is no longer, in words; a first paragraph is.
STANDFIRST_WORDS = 70
# What a dateline in front of a standfirst looks like.
_PLACE = re.compile(r"[^\W\d_][^.:–—]{1,30}[.:–—]\s")
# Rules too weak to speak against the witnesses.
WEAK_RULES = frozenset(
    {"line.address", "line.symbols", "line.number", "line.breadcrumb", "line.count"}
)


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
    drop_prompts(sheet)
    drop_related(sheet)
    drop_pull_quotes(sheet)
    drop_key_points(sheet)
    drop_teasers(sheet)
    label_ends(sheet)
    drop_signoffs(sheet)
    restore_separators(sheet)
    restore_marked(sheet)
    common = common_marks(sheet)
    return [settle(sheet, number, common) for number in range(len(blocks))]


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
    body = list_kept(sheet)
    prose = [n for n in body if is_prose(sheet.blocks[n], sheet.shapes[n])]
    if not prose or all(sheet.keys[n] in sheet.standfirsts for n in prose):
        return
    later = prose[1:]
    makes = {(holder(sheet.blocks[n]).number, sheet.blocks[n].frame.signature) for n in later}
    printed: set[str] = set()
    for number in range(min(body[-1], len(sheet.blocks))):
        block = sheet.blocks[number]
        told = tells_standfirst(sheet, number)
        if not told and not block.marks & Marks.STANDFIRST:
            continue
        if sheet.shapes[number].words < 5 or (number > (later[0] if later else body[0])):
            continue
        if sheet.shapes[number].words > STANDFIRST_WORDS:
            sheet.kept[number] = sheet.kept[number] or is_prose(block, sheet.shapes[number])
            continue
        if (holder(block).number, block.frame.signature) not in makes:
            if sheet.keys[number] in printed:
                sheet.decide(number, Label.REPEAT, "html.standfirst-again")
            printed.add(sheet.keys[number])
            rule = "html.standfirst-told" if told else "html.standfirst-class"
            sheet.decide(number, Label.STANDFIRST, rule)


def tells_standfirst(sheet: Sheet, number: int) -> bool:
    """Whether the block is the page's own description, as it is or after a place ("Berlin. …")."""
    key = sheet.keys[number]
    if key in sheet.standfirsts:
        return True
    place = _PLACE.match(sheet.blocks[number].text)
    return place is not None and key[len(squeeze(place[0])) :] in sheet.standfirsts


def settle(sheet: Sheet, number: int, common: int) -> Verdict:
    """The verdict of a block, or what it is when only the witnesses spoke; marks in common with
    the text say nothing."""
    verdict = sheet.verdicts[number]
    if verdict is not None:
        return verdict
    block = sheet.blocks[number]
    if sheet.kept[number]:
        return kept_label(block), "html.body"
    return removed_label(block.marks & ~common, block.where), "html.outside"


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
