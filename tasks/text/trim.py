"""What is cut from the chosen body again: boxes, what follows a "Related", stray ends."""

from __future__ import annotations

from collections import Counter
from itertools import islice, takewhile

from tasks.model import Label
from tasks.text.candidates import inside
from tasks.text.dom import Block, Frame, Where
from tasks.text.sheet import HEADINGS, Sheet, holder, is_prose, list_kept
from tasks.text.signoffs import SIGNOFF_LINES, is_signoff, names_people, opens_with_name
from tasks.text.witness import read_author_names

# One parent holds the text, and boxes with headings stand in it, with this share of the words; with
# this one, or where a heading opens it, all that comes after is something else.
BOXED_SHARE, MAIN_SHARE = 0.7, 0.85
ELSEWHERE = -1
# Below a "Related" heading nothing is body, when this share of the words stands above it.
ABOVE_SHARE = 0.6
# A prompt or a poll has no more words in its box; no page has more of them.
PROMPT_WORDS, MOST_PROMPTS = 60, 30
# A shorter quote may be in a paragraph by chance.
QUOTE_WORDS = 6
ABOVE_TEXT = frozenset({Label.BYLINE, Label.DATE_LINE})
# Two summaries of other stories are a list of them; they are no longer, and linked so much.
TEASERS, SUMMARY_WORDS, SUMMARY_LINKED, SUMMARY_SHARE = 2, 60, 0.25, 0.5
# More headings than these above the first paragraph are part of the text.
KICKERS = 2
# A smaller part with so many headings is one of the text: a recipe, questions and answers.
CHAPTERS = 3


def drop_boxes(sheet: Sheet) -> None:
    """Where one parent holds nearly all of the text, boxes with a heading of their own inside it,
    and whatever comes after it, belong to something else."""
    kept = list_kept(sheet)
    words = weigh_parents(sheet, kept)
    if not words:
        return
    main, most = words.most_common(1)[0]
    if most < BOXED_SHARE * words.total():
        return
    alone = most >= MAIN_SHARE * words.total()  # All but a few words are the main frame's.
    last = max(n for n in kept if holder(sheet.blocks[n]).number == main)
    boxes = {n: find_box(sheet.blocks[n], main) for n in kept}
    headings = Counter(boxes[n] for n in kept if sheet.blocks[n].tag in HEADINGS)
    headed = {
        box
        for box, count in headings.items()
        if box is not None and (alone or (box != ELSEWHERE and count < CHAPTERS))
    }
    after = [number for number in kept if number > last and boxes[number] == ELSEWHERE]
    if after and not alone and not is_stray(sheet, after[0]):
        after = []
    for number in kept:
        if boxes[number] in headed:
            sheet.decide(number, Label.BOILERPLATE, "html.box")
    for number in after:
        sheet.decide(number, Label.BOILERPLATE, "html.after-main")


def weigh_parents(sheet: Sheet, kept: list[int]) -> Counter[int]:
    """The words of these blocks under each parent, by its number."""
    words: Counter[int] = Counter()
    for number in kept:
        words[holder(sheet.blocks[number]).number] += sheet.shapes[number].words
    return words


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


def drop_related(sheet: Sheet) -> None:
    """What stands below a heading such as "Related", in another parent than the text before it,
    when most of the text stands above it."""
    kept = list_kept(sheet)
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


def drop_prompts(sheet: Sheet) -> None:
    """What stands in one small box with a heading such as "Follow us", and the question that has
    answers to choose from below it."""
    kept = list_kept(sheet)
    openers = (
        n for n in range(len(sheet.blocks)) if is_prompt(sheet, n) or opens_answers(sheet, n)
    )
    for number in islice(openers, MOST_PROMPTS):
        poll = sheet.blocks[number].tag == "label"
        for other in list_boxed(sheet, number, kept):
            if poll and sheet.shapes[other].text.endswith(("?", "？")):
                sheet.decide(other, Label.PROMO, "html.poll")
            elif other > number and not poll:
                sheet.decide(other, Label.PROMO, "html.prompt")


def is_prompt(sheet: Sheet, number: int) -> bool:
    """Whether this is a heading that invites to something else."""
    verdict = sheet.verdicts[number]
    return (
        sheet.blocks[number].tag in HEADINGS and verdict is not None and verdict[0] is Label.PROMO
    )


def opens_answers(sheet: Sheet, number: int) -> bool:
    """Whether this is the first of two or more labels of a form's fields."""
    if sheet.blocks[number].tag != "label" or number + 1 == len(sheet.blocks):
        return False
    first = number == 0 or sheet.blocks[number - 1].tag != "label"
    return first and sheet.blocks[number + 1].tag == "label"


def list_boxed(sheet: Sheet, number: int, kept: list[int]) -> list[int]:
    """The kept blocks in the largest box around a block that holds few words of the text."""
    boxed: list[int] = []
    frame: Frame | None = sheet.blocks[number].frame
    while frame is not None:
        found = [n for n in kept if inside(sheet.blocks[n], frame)]
        if sum(sheet.shapes[n].words for n in found) > PROMPT_WORDS or len(found) == len(kept):
            break
        boxed, frame = found, frame.parent
    return boxed


def drop_pull_quotes(sheet: Sheet) -> None:
    """A quote that stands in a paragraph as well was pulled out of it, and so was the short line
    with the speaker's name below."""
    kept = list_kept(sheet)
    quotes = [n for n in kept if sheet.blocks[n].where & Where.QUOTE]
    prose = "|".join(sheet.keys[n] for n in kept if not sheet.blocks[n].where & Where.QUOTE)
    for number in quotes:
        if sheet.shapes[number].words < QUOTE_WORDS or sheet.keys[number] not in prose:
            continue
        sheet.decide(number, Label.REPEAT, "html.pull-quote")
        below = number + 1
        if below in kept and is_stray(sheet, below) and sheet.blocks[below].tag not in HEADINGS:
            sheet.decide(below, Label.REPEAT, "html.pull-quote-speaker")


def drop_key_points(sheet: Sheet) -> None:
    """A list between headline and byline says in short what the text says below."""
    kept = list_kept(sheet)
    points = list(takewhile(lambda number: sheet.blocks[number].where & Where.LIST, kept))
    if not points or len(points) == len(kept):
        return
    between = range(points[-1] + 1, kept[len(points)])
    if any((v := sheet.verdicts[n]) is not None and v[0] in ABOVE_TEXT for n in between):
        for number in points:
            sheet.decide(number, Label.BOILERPLATE, "html.key-points")


def drop_teasers(sheet: Sheet) -> None:
    """Below the text, two or more lines outside of its parent that each follow a link to another
    story, or hold one: the summaries of those stories."""
    kept = list_kept(sheet)
    words = weigh_parents(sheet, kept)
    main = words.most_common(1)[0][0] if words else ELSEWHERE
    found = list(takewhile(lambda number: is_summary(sheet, number, main), reversed(kept)))
    share = sum(sheet.shapes[n].words for n in found) / max(1, words.total())
    if len(found) >= TEASERS and share < SUMMARY_SHARE:  # else the page is a list of stories
        for number in found:
            sheet.decide(number, Label.RELATED, "html.teaser")


def is_summary(sheet: Sheet, number: int, main: int) -> bool:
    """A short line outside of the main parent, with a link to a story in it or right above."""
    block, above = sheet.blocks[number], number - 1
    if holder(block).number == main or sheet.shapes[number].words > SUMMARY_WORDS:
        return False
    if block.linked >= SUMMARY_LINKED:
        return True
    return above >= 0 and sheet.blocks[above].linked > 0.8 and sheet.shapes[above].words >= 3


def label_ends(sheet: Sheet) -> None:
    """Short lines before the first and after the last prose are no part of the text."""
    kept = list_kept(sheet)
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
    first = list(takewhile(lambda number: is_stray(sheet, number), kept))
    makes = {sheet.blocks[n].frame.signature for n in kept[len(first) :]}
    for number in first:
        # A heading or two of their own make are a kicker and the headline in other words.
        block = sheet.blocks[number]
        if block.tag in HEADINGS and (len(first) > KICKERS or block.frame.signature in makes):
            break
        sheet.decide(number, Label.BOILERPLATE, "html.short-first")


def drop_signoffs(sheet: Sheet) -> None:
    """Sign-offs below the text, what it says of its author, and a signature as its last line."""
    authors = read_author_names(sheet.structured)
    kept = list_kept(sheet)
    for number in reversed(kept[1:][-SIGNOFF_LINES:]):
        block, shape = sheet.blocks[number], sheet.shapes[number]
        if block.where & (Where.LIST | Where.TABLE | Where.QUOTE):
            return
        if is_signoff(shape):
            sheet.decide(number, Label.CREDIT, "html.sign-off")
        elif opens_with_name(shape.text, authors):
            sheet.decide(number, Label.BIO, "html.bio-author")
        elif number == kept[-1] and block.tag not in HEADINGS and names_people(shape):
            sheet.decide(number, Label.BYLINE, "html.signature")


def is_stray(sheet: Sheet, number: int) -> bool:
    """A short block that ends no sentence and is no item, row or quote."""
    block, shape = sheet.blocks[number], sheet.shapes[number]
    if block.where & (Where.LIST | Where.TABLE | Where.QUOTE):
        return False
    return shape.words < 12 and not shape.ends
