"""The times in a page's lines: date lines, dates at the end of a byline, short lines of any other
label that hold a date, and datelines that open the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from tasks.fields.times.claims import COUNTED, PLACES, Claim, Kind
from tasks.fields.times.days import Hints
from tasks.fields.times.roles import Role, name_role, names_change, split_roles
from tasks.fields.times.stamps import Reading, drop_midnight
from tasks.model import KEPT, Found, Label, Line, Page, Precision

_DIGIT = re.compile(r"\d")
_NOT_DATED = frozenset({Label.COMMENT, Label.DATE_LINE, Label.BYLINE, Label.LEGAL, Label.BLANK})
_DATED = frozenset({Label.DATE_LINE, Label.BYLINE})
_LOOSE = 110
# A longer line must name its date.
_LONGEST = 160
_OPENING = 60
MOST_LINES = 120
# Where the day is sure, its time of day stands by the title.
FEW_LINES = 20
# Lines before the title that may still be its own.
_ABOVE = 4
# A word says that it is the publication.
_NAMED = 0.08
# So many days in one line are a list.
_LIST = 3
# A line of so few characters may label the date in the next one.
_LABEL = 30
# What stands between a dateline's day and the text: /Wire/ --, (AFP) –.
_DATELINE_END = re.compile(r"[.,]?\s?(?:/[^/]{2,40}/|\([^()]{2,40}\))?\s?(?:--|[—–-])\s")


class Plan(NamedTuple):
    """Where things stand among the lines of a page, by number: the title (else the first line of
    text), the first and the last line of text, the first comment (else the end), and the lines
    that tell a date or an author."""

    title: int
    first: int
    last: int
    comments: int
    dated: list[int]


def plan_lines(page: Page) -> Plan:
    """The plan of a page."""
    title = first = comments = None
    last = 0
    dated: list[int] = []
    heading, comment = Label.TITLE, Label.COMMENT
    for number, line in enumerate(page.lines):
        label = line.label
        if label in _DATED:
            if _DIGIT.search(line.text):
                dated.append(number)
        elif label in KEPT:
            last = number
            first = number if first is None else first
        elif label is heading and title is None:
            title = number
        elif label is comment and comments is None:
            comments = number
    start = title if title is not None else first or 0
    return Plan(
        start,
        start if first is None else first,
        last,
        len(page.lines) if comments is None else comments,
        dated,
    )


def claim_lines(page: Page, plan: Plan, hints: Hints) -> Iterator[tuple[Role, Claim]]:
    """Date lines, and dates at the end of a byline. Below the text stand comments and teasers."""
    less = {Role.PUBLISHED: 0.0, Role.MODIFIED: 0.0}
    places = _find_places(page)
    for number in plan.dated:
        line = page.lines[number]
        readings = split_roles(line.text, hints)
        rated = _rate_line(line, number, plan) - 0.12 * (len(readings) >= _LIST)
        rated += places.get(line.text.strip(), 0.0)
        for named, reading in readings:
            told = named if named is not Role.OPEN else _read_label_before(page, number)
            role = Role.MODIFIED if told is Role.MODIFIED else Role.PUBLISHED
            sure = rated - less[role] + _NAMED * (told is Role.PUBLISHED)
            yield role, _claim_line(line, reading, f"line.{line.label}", sure, len(line.text))
            less[role] = min(less[role] + 0.02, 0.2)


def _find_places(page: Page) -> dict[str, float]:
    """How much less sure texts are that are marked as dates away from the headline alone."""
    places: dict[str, float] = {}
    for mark in page.structured.dates:
        places[mark.text] = max(places.get(mark.text, -1.0), min(PLACES[mark.place], 0.0))
    return places


def _rate_line(line: Line, number: int, plan: Plan) -> float:
    sure = 0.68 if line.label is Label.DATE_LINE else 0.66
    if number > plan.last:
        sure -= 0.04 if line.label is Label.DATE_LINE else 0.3
        sure -= 0.3 * (number > plan.comments)
    elif number < plan.title - _ABOVE:
        sure -= 0.05
    return sure - 0.3 * (line.tag == "aside")


def _read_label_before(page: Page, number: int) -> Role:
    """The role that the line before names, which says nothing else: a term of a list of facts."""
    if number == 0:
        return Role.OPEN
    before = page.lines[number - 1].text
    if len(before) > _LABEL or _DIGIT.search(before):
        return Role.OPEN
    return name_role(before)


def _claim_line(line: Line, reading: Reading, rule: str, sure: float, length: int) -> Claim:
    counted = reading.counted
    found = Found(
        drop_midnight(reading.stamp),
        line.text.strip()[:length],
        rule + ".counted" * counted,
        sure - COUNTED * counted,
        (line.start, line.end),
    )
    return Claim(found, Kind.PRINTED, "line")


def claim_loose_lines(page: Page, plan: Plan, hints: Hints, most: int) -> Iterator[Claim]:
    """Short lines of any other label that hold the day of a publication, and days that open the
    body, among the `most` lines nearest to the title, the nearer the better."""
    anchor, first = plan.title, plan.first
    plain = replace(hints, fetched=None, before=None)
    less = 0.0
    for number in _list_loose(page, plan, most):
        line = page.lines[number]
        role, reading = _read_loose(line, plain, opens=number <= max(anchor, first) + 12)
        if reading is None:
            continue
        heads = anchor < number <= first or anchor - _ABOVE <= number < anchor
        sure = 0.45 + 0.06 * heads + 2 * _NAMED * (role is Role.PUBLISHED) - less
        yield _claim_line(line, reading, "line.near-title", sure, _LOOSE)
        less += 0.03
        if less > 0.2:
            return


def _list_loose(page: Page, plan: Plan, most: int) -> Iterator[int]:
    """The numbers of the lines that hold a digit in their beginning, the nearest to the title
    first."""
    for number in islice(_list_near(plan.title, len(page.lines)), most):
        line = page.lines[number]
        if line.label not in _NOT_DATED and _DIGIT.search(line.text, 0, _LOOSE):
            yield number


def _list_near(anchor: int, count: int) -> Iterator[int]:
    """The numbers below `count`, the nearest to the anchor first, of two the greater."""
    for far in range(max(anchor, count - anchor - 1) + 1):
        if anchor + far < count:
            yield anchor + far
        if 0 < far <= anchor and anchor - far < count:
            yield anchor - far


def _read_loose(line: Line, hints: Hints, *, opens: bool) -> tuple[Role, Reading | None]:
    """The publication's time in a line that is no date line, and its role; in a long line it is
    named so, or opens it."""
    kept, text = line.label in KEPT, line.text[:_LONGEST]
    for role, reading in split_roles(text[:_OPENING] if kept else text, hints):
        if role is Role.MODIFIED:
            break
        if not kept and (role is Role.PUBLISHED or len(text) <= _LOOSE):
            return role, reading
        early = opens and reading.end <= _OPENING and (kept or len(line.text) > _LONGEST)
        if early and (_opens_text(text, reading, role) or _signs(line, reading)):
            return role, reading
        break
    return Role.OPEN, None


def _opens_text(text: str, reading: Reading, role: Role) -> bool:
    """Whether a day at the beginning of a paragraph is that of the report: it stands first, is
    named so, or ends a dateline."""
    if reading.start <= 2 or role is Role.PUBLISHED:
        return True
    return text[:1].isupper() and _DATELINE_END.match(text, reading.end) is not None


def _signs(line: Line, reading: Reading) -> bool:
    """Whether a short line is but a name and a moment, as above the posts of a board."""
    exact = reading.stamp.precision is not Precision.DAY
    return exact and len(line.text) <= _OPENING and reading.end >= len(line.text.rstrip())


def claim_loose_changes(page: Page, plan: Plan, hints: Hints) -> Iterator[Claim]:
    """Short lines of any label that name a change and its time, where no better place does."""
    for number in _list_loose(page, plan, MOST_LINES):
        line = page.lines[number]
        if len(line.text) > _LONGEST or not names_change(line.text):
            continue
        for role, reading in split_roles(line.text, hints):
            if role is Role.MODIFIED:
                yield _claim_line(line, reading, "line.near-title", 0.5, _LOOSE)
                return
