"""Every time that a page claims for itself, with the place it was read from, for one role.

The confidences are how often a source was found to be right by itself: JSON-LD and meta 98 % of the
days, the address 96 %, <time> and date classes by the headline 93 %, date lines 85 %.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from tasks.fields.claims import list_articles, list_meta, list_texts
from tasks.fields.date_names import MODIFIED_KEYS, MODIFIED_META, PUBLISHED_KEYS, PUBLISHED_META
from tasks.fields.date_roles import Role, name_role, split_roles
from tasks.fields.days import Hints
from tasks.fields.stamps import Reading, day_of, drop_midnight, find_stamp, parse_stamp, with_offset
from tasks.model import KEPT, DateMark, Found, Label, Line, Page, Precision, Stamp

_PLACES = {"head": 0.02, "page": 0.0, "top": -0.14, "body": -0.12, "beside": -0.34}
_URL_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2]|[1-9](?=[/_-]))[/_-]?([0-2]\d|3[01]|[1-9](?=[/_-]|$))(?!\d)"
)
_NAMED_PATH = re.compile(r"/((?:19|20)\d\d)/([a-z]{3})/([0-3]?\d)(?=/)")
_IMAGE_DATE = re.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])/([0-2]\d|3[01])/")
_ARCHIVED = re.compile(r"^https?://web\.archive\.org/web/\d+\w*/")
_DIGIT = re.compile(r"\d")
_NOT_DATED = frozenset({Label.COMMENT, Label.DATE_LINE, Label.BYLINE, Label.LEGAL, Label.BLANK})
_DATED = frozenset({Label.DATE_LINE, Label.BYLINE})
_LOOSE = 110
_OPENING = 60
_MOST_LINES = 120
_JUST_NOW = timedelta(minutes=10)
# Lines before the title that may still be its own.
_ABOVE = 4
# What needs the moment of the fetch, which archives may not know.
_COUNTED = 0.25
# A word says that it is the publication.
_NAMED = 0.08
# So many days in one place are a list.
_LIST = 3


class Kind(StrEnum):
    """Where a claim was read; sources of a kind repeat each other."""

    MACHINE = "machine"
    PRINTED = "printed"
    ADDRESS = "address"
    SOURCE = "source"


class Claim(NamedTuple):
    """One time that the page gives for a role; `printed` is what stands on the page."""

    found: Found[Stamp]
    kind: Kind
    place: str = ""


def claim_machine(page: Page, hints: Hints, role: Role) -> Iterator[Claim]:
    """JSON-LD and meta."""
    keys = PUBLISHED_KEYS if role is Role.PUBLISHED else MODIFIED_KEYS
    names = PUBLISHED_META if role is Role.PUBLISHED else MODIFIED_META
    plain = replace(hints, fetched=None, before=None)
    for node in list_articles(page):
        own = node is page.structured.article
        for key, sure in keys:
            for raw in list_texts(node.get(key)):
                yield from _read(raw, plain, f"jsonld.{key}", sure if own else sure - 0.2)
    for name, sure in names:
        for _, raw in list_meta(page, name):
            yield from _read(raw, plain, f"meta.{name}", sure)


def _read(raw: str, hints: Hints, rule: str, sure: float) -> Iterator[Claim]:
    stamp = parse_stamp(raw, hints)
    if stamp:
        yield Claim(Found(drop_midnight(stamp), raw, rule, sure), Kind.MACHINE)


def claim_told(page: Page, hints: Hints, role: Role) -> Iterator[Claim]:
    """What the source says: the columns of a manifest, and HTTP's Last-Modified (RFC 9110, 8.8.2),
    which many servers set to the moment of the answer: then it says nothing."""
    if page.told is None:
        return
    plain = replace(hints, fetched=None, before=None)
    raw = page.told.published if role is Role.PUBLISHED else page.told.modified
    if raw and (stamp := parse_stamp(raw, plain)):
        yield Claim(Found(drop_midnight(stamp), raw, f"told.{role.value}", 0.85), Kind.SOURCE)
    header = page.told.last_modified if role is Role.MODIFIED else None
    stamp = parse_stamp(header, plain) if header else None
    if header and stamp and stamp.utc and page.fetched_at - stamp.utc > _JUST_NOW:
        yield Claim(Found(stamp, header, "http.last-modified", 0.3), Kind.SOURCE)


def claim_scripts(page: Page, hints: Hints) -> Iterator[Claim]:
    """Times in inline scripts: where all pages of a list are told of, little is known."""
    read = [(key, raw, stamp) for key, raw in page.structured.script_dates
            if (stamp := _read_script(raw, hints))]  # fmt: skip
    days = {stamp.local.isoformat()[:10] for _, _, stamp in read}
    for number, (key, raw, stamp) in enumerate(read[:6]):
        sure = 0.64 if len(days) == 1 else 0.42 - 0.03 * number
        yield Claim(Found(drop_midnight(stamp), raw, f"script.{key}", sure), Kind.MACHINE)


def _read_script(raw: str, hints: Hints) -> Stamp | None:
    """A time as scripts write it: as text, or in seconds or milliseconds since 1970."""
    if raw.isdecimal() and len(raw) in (10, 13):
        moment = datetime.fromtimestamp(int(raw[:10]), UTC).replace(tzinfo=None)
        return with_offset(moment, Precision.SECOND, 0)
    return parse_stamp(raw, replace(hints, fetched=None, before=None))


def claim_marked(page: Page, hints: Hints, role: Role) -> Iterator[Claim]:
    """<time> elements and elements marked as a date; the earlier in the page the better."""
    less = _find_lists(page, hints)
    for mark in page.structured.dates[:40]:
        for reading, named in _read_mark(mark, hints):
            if named is not role:
                continue
            source = "time" if mark.given or mark.how == "time" else "class"
            sure = 0.74 if source == "time" else 0.72
            sure += _PLACES[mark.place] + 0.08 * (mark.how in ("datepublished", "datemodified"))
            sure -= less.get(mark.place, 0.0) + _COUNTED * reading.counted
            less[mark.place] = min(less.get(mark.place, 0.0) + 0.02, 0.3)
            rule = "html.time" if source == "time" else f"html.date-{mark.how}"
            rule += ".counted" if reading.counted else ""
            raw = mark.given or mark.text
            yield Claim(
                Found(drop_midnight(reading.stamp), raw, rule, sure), Kind.PRINTED, mark.place
            )


def _find_lists(page: Page, hints: Hints) -> dict[str, float]:
    """Places away from the headline that hold a list of days, and how much less sure that is."""
    days: dict[str, set[date]] = {}
    for mark in page.structured.dates[:40]:
        if mark.place not in ("head", "beside") and (
            stamp := parse_stamp(mark.given or mark.text, hints)
        ):
            days.setdefault(mark.place, set()).add(day_of(stamp))
    return {place: 0.12 for place, found in days.items() if len(found) >= _LIST}


def _read_mark(mark: DateMark, hints: Hints) -> Iterator[tuple[Reading, Role]]:
    """The times of a mark with their roles. Themes call the publication "updated", too: a class
    alone changes nothing, microdata and words do."""
    by_class = Role.PUBLISHED
    if mark.how == "datemodified":
        by_class = Role.MODIFIED
    label = name_role(mark.label)
    printed = split_roles(mark.text, hints)
    if mark.given:
        given = find_stamp(mark.given, replace(hints, before=None))
        role = printed[0][0] if printed else name_role(mark.text)
        if given:
            yield given, _first_told(role, label, by_class)
            printed = tuple(p for p in printed[:1] if p[1].stamp.utc is None and not p[1].counted)
    for role, reading in printed:
        yield reading, _first_told(role, label, by_class)


def _first_told(*roles: Role) -> Role:
    return next((role for role in roles if role is not Role.OPEN), Role.PUBLISHED)


def claim_lines(page: Page, hints: Hints, role: Role) -> Iterator[Claim]:
    """Date lines, and dates at the end of a byline. Below the text stand comments and teasers."""
    less = 0.0
    plan = plan_lines(page)
    for number in plan.dated:
        line = page.lines[number]
        sure = (0.68 if line.label is Label.DATE_LINE else 0.66) - less
        if number > plan.last:
            sure -= 0.04 if line.label is Label.DATE_LINE else 0.3
        elif number < plan.title - _ABOVE:
            sure -= 0.05
        for named, reading in split_roles(line.text, hints):
            if (named if named is not Role.OPEN else Role.PUBLISHED) is role:
                surer = sure + _NAMED * (named is Role.PUBLISHED)
                yield _claim_line(line, reading, f"line.{line.label}", surer, len(line.text))
                less = min(less + 0.02, 0.2)


class Plan(NamedTuple):
    """Where things stand among the lines of a page, by number: the title (else the first line of
    text), the first and the last line of text, and the lines that tell a date or an author."""

    title: int
    first: int
    last: int
    dated: list[int]


def plan_lines(page: Page) -> Plan:
    """The plan of a page."""
    title = first = None
    last = 0
    dated: list[int] = []
    for number, line in enumerate(page.lines):
        label = line.label
        if label in _DATED:
            if _DIGIT.search(line.text):
                dated.append(number)
        elif label in KEPT:
            last = number
            first = number if first is None else first
        elif label is Label.TITLE and title is None:
            title = number
    start = title if title is not None else first or 0
    return Plan(start, start if first is None else first, last, dated)


def _claim_line(line: Line, reading: Reading, rule: str, sure: float, length: int) -> Claim:
    counted = reading.counted
    found = Found(
        drop_midnight(reading.stamp),
        line.text.strip()[:length],
        rule + ".counted" * counted,
        sure - _COUNTED * counted,
        (line.start, line.end),
    )
    return Claim(found, Kind.PRINTED, "line")


def claim_loose_lines(page: Page, hints: Hints) -> Iterator[Claim]:
    """Short lines of any other label that hold a date, and dates that open the body, the nearer
    to the title the better."""
    plan = plan_lines(page)
    anchor, first = plan.title, plan.first
    near = sorted(range(len(page.lines)), key=lambda n: (abs(n - anchor), -n))
    less = 0.0
    for number in near[:_MOST_LINES]:
        line = page.lines[number]
        if line.label in _NOT_DATED or _DIGIT.search(line.text, 0, _LOOSE) is None:
            continue
        role, reading = _read_loose(line, hints, opens=number <= max(anchor, first) + 12)
        if reading is None:
            continue
        heads = anchor < number <= first or anchor - _ABOVE <= number < anchor
        sure = 0.45 + 0.06 * heads + 2 * _NAMED * (role is Role.PUBLISHED) - less
        yield _claim_line(line, reading, "line.near-title", sure, _LOOSE)
        less += 0.03
        if less > 0.2:
            return


def _read_loose(line: Line, hints: Hints, *, opens: bool) -> tuple[Role, Reading | None]:
    """The publication's time in a line that is no date line, and its role."""
    kept = line.label in KEPT or len(line.text) > _LOOSE
    plain = replace(hints, fetched=None, before=None)
    for role, reading in split_roles(line.text[: _OPENING if kept else _LOOSE], plain):
        if role is Role.MODIFIED:
            break
        if not kept or (opens and (reading.start <= 2 or role is Role.PUBLISHED)):
            return role, reading
        break
    return Role.OPEN, None


def claim_addresses(page: Page) -> Iterator[Claim]:
    """A day in the page's address, or in that of its picture."""
    for source in (page.url, *(page.structured.links or {}).get("canonical", ())[:1]):
        if source and (stamp := _read_path(_URL_DATE, source)):
            yield Claim(Found(stamp, source[-200:], "url.date", 0.76), Kind.ADDRESS)
    for _, source in list(list_meta(page, "og:image"))[:1]:
        if stamp := _read_path(_IMAGE_DATE, source):
            yield Claim(Found(stamp, source[-200:], "image.date", 0.2), Kind.ADDRESS)


def _read_path(pattern: re.Pattern[str], address: str) -> Stamp | None:
    path = _ARCHIVED.sub("", address).split("?")[0]
    if named := _NAMED_PATH.search(path):
        return parse_stamp(f"{named[3]} {named[2]} {named[1]}")
    match = pattern.search(path)
    return parse_stamp(f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}") if match else None


def list_claims(page: Page, hints: Hints, role: Role) -> list[Claim]:
    """All claims for a role but those of loose lines, which are read when the others are weak."""
    found: Sequence[Claim] = [
        *claim_machine(page, hints, role),
        *claim_told(page, hints, role),
        *claim_marked(page, hints, role),
        *claim_lines(page, hints, role),
    ]
    if role is Role.PUBLISHED:
        return [*found, *claim_addresses(page), *claim_scripts(page, hints)]
    return list(found)
