"""Every time that a page claims for itself, with the place it was read from, for one role.

The confidences are how often a source was found to be right by itself: JSON-LD and meta 98 % of the
days, the address 96 %, <time> and date classes by the headline 93 %, date lines 85 %.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from tasks.fields.claims import list_articles, list_meta, list_texts, name_teller
from tasks.fields.times.days import Hints
from tasks.fields.times.names import MODIFIED_KEYS, MODIFIED_META, PUBLISHED_KEYS, PUBLISHED_META
from tasks.fields.times.roles import Role, name_role, split_roles
from tasks.fields.times.stamps import (
    Reading,
    day_of,
    drop_midnight,
    find_stamp,
    parse_stamp,
    with_offset,
)
from tasks.model import DateMark, Found, Page, Precision, Stamp

PLACES = {"head": 0.02, "page": 0.0, "top": -0.24, "body": -0.12, "beside": -0.34}
_URL_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2]|[1-9](?=[/_-]))[/_-]?([0-2]\d|3[01]|[1-9](?=[/_-]|$))(?!\d)"
)
_NAMED_PATH = re.compile(r"/((?:19|20)\d\d)/([a-z]{3})/([0-3]?\d)(?=/)")
_IMAGE_DATE = re.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])/([0-2]\d|3[01])/")
_ARCHIVED = re.compile(r"^https?://web\.archive\.org/web/\d+\w*/")
_JUST_NOW = timedelta(minutes=10)
# What needs the moment of the fetch, which archives may not know.
COUNTED = 0.25
_MOST_MARKS = 40
# What a teller's time is worth. A page's own marks outweigh a feed, which may print the day it was
# built; the lastmod of a sitemap is often that of the template.
_TELLERS: Mapping[tuple[str, Role], float] = MappingProxyType(
    {
        ("told", Role.PUBLISHED): 0.85,
        ("told", Role.MODIFIED): 0.85,
        ("feed", Role.PUBLISHED): 0.72,
        ("feed", Role.MODIFIED): 0.72,
        ("sitemap", Role.PUBLISHED): 0.72,
        ("sitemap", Role.MODIFIED): 0.3,
    }
)
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d+")
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
    meta = page.structured.meta or {}
    for name, sure in names:
        for raw in meta.get(name, ()):
            yield from _read(raw, plain, f"meta.{name}", sure)


def _read(raw: str, hints: Hints, rule: str, sure: float) -> Iterator[Claim]:
    stamp = parse_stamp(raw, hints)
    if stamp:
        yield Claim(Found(drop_midnight(stamp), raw, rule, sure), Kind.MACHINE)


def claim_told(page: Page, hints: Hints, role: Role) -> Iterator[Claim]:
    """What the source says: the columns of a manifest, the entry of a feed or sitemap, and HTTP's
    Last-Modified (RFC 9110, 8.8.2), which many servers set to the moment of the answer: then it
    says nothing."""
    if page.told is None:
        return
    plain = replace(hints, fetched=None, before=None)
    raw = page.told.published if role is Role.PUBLISHED else page.told.modified
    teller = name_teller(page.told)
    if raw and (stamp := parse_stamp(raw, plain)):
        sure = _TELLERS[teller, role]
        yield Claim(Found(drop_midnight(stamp), raw, f"{teller}.{role.value}", sure), Kind.SOURCE)
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


def claim_marked(page: Page, hints: Hints) -> Iterator[tuple[Role, Claim]]:
    """<time> elements and elements marked as a date; the earlier in the page the better."""
    marks = page.structured.dates[:_MOST_MARKS]
    lists = _find_lists(marks, hints)
    less: dict[tuple[Role, str], float] = {}
    for number, mark in enumerate(marks):
        many = lists.get((mark.place, _shape(mark)), 0.0) if lists else 0.0
        twin = marks[number - 1] if number and mark.how == "updated" else None
        for reading, role in _read_mark(mark, hints, twin):
            source = "time" if mark.given or mark.how == "time" else "class"
            sure = 0.74 if source == "time" else 0.72
            sure += PLACES[mark.place] + 0.08 * (mark.how in ("datepublished", "datemodified"))
            before = less.get((role, mark.place), 0.0)
            sure -= before + many + COUNTED * reading.counted
            less[role, mark.place] = min(before + 0.02, 0.3)
            rule = "html.time" if source == "time" else f"html.date-{mark.how}"
            rule += ".counted" if reading.counted else ""
            raw = mark.given or mark.text
            found = Found(drop_midnight(reading.stamp), raw, rule, sure)
            yield role, Claim(found, Kind.PRINTED, mark.place)


def _find_lists(marks: Sequence[DateMark], hints: Hints) -> dict[tuple[str, str], float]:
    """Places and shapes of text that hold a list of days, and how much less sure that makes each
    of them."""
    days: dict[tuple[str, str], set[date]] = {}
    for mark in marks:
        if mark.place != "beside" and (stamp := parse_stamp(mark.given or mark.text, hints)):
            days.setdefault((mark.place, _shape(mark)), set()).add(day_of(stamp))
    return {key: 0.12 for key, found in days.items() if len(found) >= _LIST}


def _shape(mark: DateMark) -> str:
    """What the entries of a list have in common by the headline, where other dates stand, too."""
    return mark.how + _NUMBER.sub("9", _WORD.sub("x", mark.text)) if mark.place == "head" else ""


def _read_mark(
    mark: DateMark, hints: Hints, twin: DateMark | None
) -> Iterator[tuple[Reading, Role]]:
    """The times of a mark with their roles. Themes call the publication "updated", too: a class
    alone changes nothing, microdata and words do, and so does a `twin` right before it that is
    not called so."""
    by_class = Role.PUBLISHED
    if mark.how == "datemodified" or (twin and twin.how == "time" and twin.place == mark.place):
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
