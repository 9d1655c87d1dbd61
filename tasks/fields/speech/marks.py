"""Where quotation marks open and close: the stretches of a body between them.

Every paragraph is read by itself, once, from left to right. One without a closing mark runs to the
end of its paragraph, and is `open_ended`; where the next paragraph opens anew, the speech goes on.
Marks inside marks belong to the text. Single marks count where no double ones stand around them,
and an apostrophe, inches and minutes are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# Each pattern begins with a set of characters, which the engine seeks fastest; what stands before
# them is looked at behind.
_ANY_DOUBLE = re.compile('["“”„‟«»‹›「」『』〝〞〟＂]')
_ANY_SINGLE = re.compile("['‘‚](?<![^\\s(\\[—–-].)\\w")
PARAGRAPH = re.compile(r"[^\n]+")
_DOUBLE = re.compile(
    "[\"“”„‟«»「」『』〝〞〟＂'’`‘](?:(?<=[\"“”„‟«»「」『』〝〞〟＂])|(?<=')'|(?<=’)’|(?<=`)`|(?<=‘)‘(?=\\w))"
)
_SINGLE_OPEN = re.compile("['‘‚‹](?<![^\\s(\\[—–:-].)(?=[^\\W\\d])")
_SINGLE_CLOSE = re.compile("['’‘›](?<=[^\\s(\\[—–].)(?!\\w)")
_OPENERS = frozenset("„‟「『〝")
_CLOSERS = frozenset("」』〞〟")
# What may close what was opened.
_PAIRS = {
    "„": "“”\"‟„''’’«", "‟": "”\"", "“": "”\"''’’“»", "”": "”\"''’’", '"': "\"”“''’’", "«": "»",
    "»": "«»", "「": "」", "『": "』", "〝": "〞〟", "＂": "＂", "``": "''’’\"”", "‘‘": "’’''",
}  # fmt: skip
_BEFORE_OPEN = frozenset(" \t\xa0\u202f\u2009([{—–-/:：，。、！？…；'‘’“„«「『¿¡|>*’")
_AFTER_CLOSE = frozenset(" \t\xa0\u202f.,;:!?…)]}—–-/'’”»“«」』|<*")
# So many characters and marks away a quotation is closed, if at all.
_REACH, _NEAR = 2_000, 40
# A paragraph with more marks than these and one for every ten characters is no prose.
_FEW = 40
_SPACES = " \t\xa0\u202f\u2009\u200b\u3000\ufeff"


class Span(NamedTuple):
    """A stretch between marks. `start` and `end` are its text's, in the body; `outer_start` and
    `outer_end` take in the marks; `first` and `last` are the paragraph's bounds. `mark` is the
    opening one, "—" for speech begun by a dash. `open_ended`: no closing mark. `carried`: goes on
    from the paragraph before."""

    start: int
    end: int
    outer_start: int
    outer_end: int
    first: int
    last: int
    mark: str
    open_ended: bool = False
    carried: bool = False


class _Mark(NamedTuple):
    text: str
    at: int
    side: str  # "open", "close" or "either"


def has_mark(body: str) -> bool:
    """Whether anything in a body may open or close a quotation."""
    return _ANY_DOUBLE.search(body) is not None or _ANY_SINGLE.search(body) is not None


def list_spans(body: str) -> Iterator[Span]:
    """The stretches between marks in order, none inside another."""
    before: Span | None = None
    for paragraph in PARAGRAPH.finditer(body):
        first, last = paragraph.span()
        spans = _read_paragraph(body, first, last)
        for index, span in enumerate(spans):
            if index == 0 and before is not None and _continues(body, before, span):
                span = span._replace(carried=True)
            yield span
            before = span
        if not spans:
            before = None


def _continues(body: str, before: Span, span: Span) -> bool:
    """Whether a paragraph's first span takes up the unclosed one of the paragraph before."""
    opens = not body[span.first : span.outer_start].strip()
    return before.open_ended and opens and before.outer_end >= before.last - 1


def _read_paragraph(body: str, first: int, last: int) -> list[Span]:
    marks = list(_list_marks(body, first, last))
    if len(marks) > _FEW + (last - first) // 10:
        return []
    spans = list(_pair(body, marks, first, last)) if marks else []
    singles = list(_pair_singles(body, spans, first, last))
    return sorted([*spans, *singles]) if singles else spans


def _list_marks(body: str, first: int, last: int) -> Iterator[_Mark]:
    for match in _DOUBLE.finditer(body, first, last):
        at, end = match.span()
        prev = body[at - 1] if at > first else " "
        following = body[end] if end < last else " "
        yield _Mark(match[0], at, _find_side(match[0], prev, following))


def _find_side(mark: str, prev: str, following: str) -> str:
    """Whether a mark opens or closes, as far as it and its neighbours tell."""
    if mark in _OPENERS or mark in ("``", "‘‘"):
        return "open"
    if mark in _CLOSERS or mark in ("''", "’’"):
        return "close"
    if mark in "«»":
        return _find_angle_side(mark, prev, following)
    if mark == "”" and prev in "。！？，；…":
        return "close"
    may_open = prev in _BEFORE_OPEN and following not in _SPACES
    may_close = following in _AFTER_CLOSE and prev not in _SPACES
    if may_open != may_close:
        return "open" if may_open else "close"
    if mark == '"' and prev.isdigit():
        return "close"
    return "either"


def _find_angle_side(mark: str, prev: str, following: str) -> str:
    """Whether a guillemet opens or closes: French has blanks inside, German turns them round."""
    if following in _SPACES and prev in _SPACES:
        return "either"
    outward = prev in _BEFORE_OPEN and (following.isalnum() or mark == "«")
    return "open" if outward else "close" if mark == "»" or following in _AFTER_CLOSE else "either"


def _pair(body: str, marks: list[_Mark], first: int, last: int) -> Iterator[Span]:
    """Pair the marks of a paragraph. Where nested pairs leave one unclosed, the outer one ends
    before the next that opens."""
    index = 0
    last_close = max((i for i, mark in enumerate(marks) if mark.side != "open"), default=-1)
    while index < len(marks):
        mark = marks[index]
        if not _may_open(mark, body, last):
            index += 1
            continue
        closing = _find_close(marks, index) if index < last_close else None
        if closing is not None:
            yield _make_span(body, mark, marks[closing], first, last)
            index = closing + 1
            continue
        following = _find_next_open(marks, index)
        stop = marks[following].at if following < len(marks) else last
        closed = _find_flat_close(marks, index, following)
        if closed is not None:
            yield _make_span(body, mark, marks[closed], first, last)
            index = closed + 1
            continue
        yield _make_open(body, mark, stop, first, last)
        index = following


def _may_open(mark: _Mark, body: str, last: int) -> bool:
    """Whether a mark that stands where nothing is open begins something."""
    if mark.text in ("''", "’’") or mark.text in _CLOSERS:
        return False
    if mark.text == "»":
        return mark.side != "close"
    return mark.side == "open" or (mark.side == "either" and mark.at + 1 < last)


def _find_close(marks: list[_Mark], index: int) -> int | None:
    """The mark that closes the one at `index`, pairs between them taken as nested."""
    opener = marks[index].text
    closers = _PAIRS[opener]
    depth = 1
    for place in range(index + 1, min(len(marks), index + _NEAR)):
        mark = marks[place]
        if mark.side == "open" or (mark.text == opener and opener not in closers):
            depth += mark.text == opener
        elif mark.text in closers:
            depth -= 1
            if depth == 0:
                return place
    return None


def _find_next_open(marks: list[_Mark], index: int) -> int:
    """The next mark that opens; the number of marks where none is near."""
    near = range(index + 1, min(len(marks), index + _NEAR))
    return next((place for place in near if marks[place].side == "open"), len(marks))


def _find_flat_close(marks: list[_Mark], index: int, stop: int) -> int | None:
    """The first mark before `stop` that closes the one at `index`."""
    closers = _PAIRS[marks[index].text]
    for place in range(index + 1, min(stop, index + _NEAR)):
        if marks[place].text in closers:
            return place
    return None


def _make_span(body: str, mark: _Mark, closing: _Mark, first: int, last: int) -> Span:
    start, end = trim(body, mark.at + len(mark.text), closing.at)
    outer_end = closing.at + len(closing.text)
    return Span(start, end, mark.at, outer_end, first, last, mark.text)


def _make_open(body: str, mark: _Mark, stop: int, first: int, last: int) -> Span:
    start, end = trim(body, mark.at + len(mark.text), stop)
    return Span(start, end, mark.at, end, first, last, mark.text, open_ended=True)


def trim(body: str, start: int, end: int) -> tuple[int, int]:
    """The bounds without white space at either end."""
    while start < end and body[start] in _SPACES:
        start += 1
    while end > start and body[end - 1] in _SPACES:
        end -= 1
    return start, end


def _pair_singles(body: str, spans: list[Span], first: int, last: int) -> Iterator[Span]:
    """Stretches between single marks, outside of the double ones."""
    at = first
    for span in [*spans, None]:
        stop = span.outer_start if span else last
        yield from _pair_between(body, at, stop, first, last)
        at = span.outer_end if span else last


def _pair_between(body: str, at: int, stop: int, first: int, last: int) -> Iterator[Span]:
    while (opening := _SINGLE_OPEN.search(body, at, stop)) is not None:
        reach = min(stop, opening.end() + _REACH)
        closing = _close_single(body, opening.end(), reach)
        if closing is None:
            at = reach
            continue
        start, end = trim(body, opening.end(), closing)
        yield Span(start, end, opening.start(), closing + 1, first, last, opening[0])
        at = closing + 1


def _close_single(body: str, at: int, stop: int) -> int | None:
    """Where a single quotation ends: at the first mark behind punctuation, else at the first mark
    that no letter follows, for it may be an apostrophe."""
    found = None
    following = _SINGLE_OPEN.search(body, at, stop)
    for closing in _SINGLE_CLOSE.finditer(body, at, stop):
        nxt = body[closing.end() : closing.end() + 1]
        if body[closing.start() - 1] in ".,!?…;—–。，！？" or (nxt and nxt in ",.;:!?)"):
            return closing.start()
        if found is None:
            found = closing.start()
        if following is not None and closing.end() > following.start():
            break
    return found
