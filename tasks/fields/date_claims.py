"""Every time that a page claims for itself, with the place it was read from, for one role.

The confidences are how often a source was found to be right by itself: JSON-LD and meta 98 % of the
days, the address 96 %, <time> and date classes by the headline 93 %, date lines 85 %.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from tasks.fields.claims import list_articles, list_meta, list_texts
from tasks.fields.date_roles import Role, name_role, split_roles
from tasks.fields.days import Hints
from tasks.fields.stamps import Reading, drop_midnight, find_stamp, parse_stamp, with_offset
from tasks.model import KEPT, DateMark, Found, Label, Line, Page, Precision, Stamp

PUBLISHED_META = (
    ("article:published_time", 0.93),
    ("datepublished", 0.91),
    ("og:article:published_time", 0.9),
    ("og:published_time", 0.9),
    ("article:published", 0.88),
    ("article:published:time", 0.88),
    ("article:publicationdate", 0.86),
    ("article.published", 0.86),
    ("parsely-pub-date", 0.88),
    ("sailthru.date", 0.85),
    ("cxenseparse:recs:publishtime", 0.86),
    ("cxenseparse:publishtime", 0.84),
    ("article_date_original", 0.85),
    ("pubdate", 0.85),
    ("publishdate", 0.85),
    ("publish-date", 0.85),
    ("publish_date", 0.85),
    ("published_time", 0.85),
    ("publication_date", 0.85),
    ("publication-date", 0.85),
    ("publicationdate", 0.85),
    ("published-date", 0.85),
    ("published_at", 0.85),
    ("og:pubdate", 0.85),
    ("article:post_date", 0.85),
    ("bt:pubdate", 0.85),
    ("dc.date.publication", 0.84),
    ("datecreated", 0.62),
    ("article:created", 0.8),
    ("dc.date.issued", 0.84),
    ("dcterms.issued", 0.84),
    ("dc.date.created", 0.8),
    ("dcterms.created", 0.8),
    ("citation_publication_date", 0.8),
    ("citation_online_date", 0.8),
    ("citation_date", 0.78),
    ("prism.publicationdate", 0.8),
    ("dc.date", 0.62),
    ("dcterms.date", 0.6),
    ("date", 0.64),
    ("news_publish_date", 0.8),
    ("timestamp", 0.7),
    ("rnews:datepublished", 0.85),
    ("release_date", 0.75),
    ("displaydate", 0.75),
)
MODIFIED_META = (
    ("article:modified_time", 0.9),
    ("datemodified", 0.88),
    ("og:updated_time", 0.8),
    ("og:article:modified_time", 0.85),
    ("article:modified", 0.85),
    ("article:modified:time", 0.85),
    ("article_date_updated", 0.8),
    ("dcterms.modified", 0.8),
    ("dc.date.modified", 0.8),
    ("lastmod", 0.7),
    ("last-modified", 0.65),
    ("revised", 0.6),
    ("modified", 0.6),
)
_PUBLISHED_KEYS = (("datePublished", 0.94), ("dateCreated", 0.7), ("uploadDate", 0.55))
_MODIFIED_KEYS = (("dateModified", 0.92),)
_PLACES = {"head": 0.02, "page": 0.0, "top": -0.14, "body": -0.12, "beside": -0.34}
_URL_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2]|[1-9](?=[/_-]))[/_-]?([0-2]\d|3[01]|[1-9](?=[/_-]|$))(?!\d)"
)
_IMAGE_DATE = re.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])/([0-2]\d|3[01])/")
_ARCHIVED = re.compile(r"^https?://web\.archive\.org/web/\d+\w*/")
_DIGIT = re.compile(r"\d")
_NOT_DATED = frozenset({Label.COMMENT, Label.DATE_LINE, Label.BYLINE, Label.LEGAL, Label.BLANK})
_LOOSE = 110
_OPENING = 60
_MOST_LINES = 120
# Lines before the title that may still be its own.
_ABOVE = 4
_COUNTED = 0.12


class Kind(StrEnum):
    """Where a claim was read; sources of a kind repeat each other."""

    MACHINE = "machine"
    PRINTED = "printed"
    ADDRESS = "address"


class Claim(NamedTuple):
    """One time that the page gives for a role; `printed` is what stands on the page."""

    found: Found[Stamp]
    kind: Kind
    place: str = ""


def claim_machine(page: Page, hints: Hints, role: Role) -> Iterator[Claim]:
    """JSON-LD and meta."""
    keys = _PUBLISHED_KEYS if role is Role.PUBLISHED else _MODIFIED_KEYS
    names = PUBLISHED_META if role is Role.PUBLISHED else MODIFIED_META
    for node in list_articles(page):
        own = node is page.structured.article
        for key, sure in keys:
            for raw in list_texts(node.get(key)):
                yield from _read(raw, hints, f"jsonld.{key}", sure if own else sure - 0.2)
    for name, sure in names:
        for _, raw in list_meta(page, name):
            yield from _read(raw, hints, f"meta.{name}", sure)


def _read(raw: str, hints: Hints, rule: str, sure: float) -> Iterator[Claim]:
    stamp = parse_stamp(raw, replace(hints, fetched=None, before=None))
    if stamp:
        yield Claim(Found(drop_midnight(stamp), raw, rule, sure), Kind.MACHINE)


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
    less: dict[str, float] = {}
    for mark in page.structured.dates[:40]:
        for reading, named in _read_mark(mark, hints):
            if named is not role:
                continue
            source = "time" if mark.given or mark.how == "time" else "class"
            sure = 0.74 if source == "time" else 0.72
            sure += _PLACES[mark.place] + 0.08 * (mark.how in ("datepublished", "datemodified"))
            sure -= less.get(mark.place, 0.0) + _COUNTED * reading.counted
            less[mark.place] = min(less.get(mark.place, 0.0) + 0.02, 0.2)
            rule = "html.time" if source == "time" else f"html.date-{mark.how}"
            rule += ".counted" if reading.counted else ""
            raw = mark.given or mark.text
            yield Claim(
                Found(drop_midnight(reading.stamp), raw, rule, sure), Kind.PRINTED, mark.place
            )


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
            printed = [p for p in printed[:1] if p[1].stamp.utc is None and not p[1].counted]
    for role, reading in printed:
        yield reading, _first_told(role, label, by_class)


def _first_told(*roles: Role) -> Role:
    return next((role for role in roles if role is not Role.OPEN), Role.PUBLISHED)


def claim_lines(page: Page, hints: Hints, role: Role) -> Iterator[Claim]:
    """Date lines, and dates at the end of a byline. Below the text stand comments and teasers."""
    less = 0.0
    last = max((n for n, line in enumerate(page.lines) if line.label in KEPT), default=0)
    title = _find_title(page)
    for number, line in enumerate(page.lines):
        if line.label not in (Label.DATE_LINE, Label.BYLINE):
            continue
        sure = (0.68 if line.label is Label.DATE_LINE else 0.66) - less
        if number > last:
            sure -= 0.04 if line.label is Label.DATE_LINE else 0.3
        elif number < title - _ABOVE:
            sure -= 0.05
        for named, reading in split_roles(line.text, hints):
            if (named if named is not Role.OPEN else Role.PUBLISHED) is role:
                yield _claim_line(line, reading, f"line.{line.label}", sure, len(line.text))
                less = min(less + 0.02, 0.2)


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


def _find_title(page: Page) -> int:
    """The number of the title's line; of the first line of text where there is none."""
    titles = (n for n, line in enumerate(page.lines) if line.label is Label.TITLE)
    kept = (n for n, line in enumerate(page.lines) if line.label in KEPT)
    return next(titles, next(kept, 0))


def claim_loose_lines(page: Page, hints: Hints) -> Iterator[Claim]:
    """Short lines of any other label that hold a date, and dates that open the body, the nearer
    to the title the better."""
    anchor = _find_title(page)
    first = next((n for n, line in enumerate(page.lines) if line.label in KEPT), anchor)
    near = sorted(range(len(page.lines)), key=lambda n: (abs(n - anchor), -n))
    less = 0.0
    for number in near[:_MOST_LINES]:
        line = page.lines[number]
        if line.label in _NOT_DATED or _DIGIT.search(line.text, 0, _LOOSE) is None:
            continue
        reading = _read_loose(line, hints, opens=number <= max(anchor, first) + 12)
        if reading is None:
            continue
        heads = anchor < number <= first or anchor - _ABOVE <= number < anchor
        sure = 0.45 + 0.06 * heads - less
        yield _claim_line(line, reading, "line.near-title", sure, _LOOSE)
        less += 0.03
        if less > 0.2:
            return


def _read_loose(line: Line, hints: Hints, *, opens: bool) -> Reading | None:
    """The publication's time in a line that is no date line."""
    kept = line.label in KEPT or len(line.text) > _LOOSE
    plain = replace(hints, fetched=None, before=None)
    for role, reading in split_roles(line.text[: _OPENING if kept else _LOOSE], plain):
        if role is Role.MODIFIED:
            return None
        if not kept or (opens and (reading.start <= 2 or role is Role.PUBLISHED)):
            return reading
        return None
    return None


def claim_addresses(page: Page) -> Iterator[Claim]:
    """A day in the page's address, or in that of its picture."""
    for source in (page.url, *(page.structured.links or {}).get("canonical", ())[:1]):
        if source and (stamp := _read_path(_URL_DATE, source)):
            yield Claim(Found(stamp, source[-200:], "url.date", 0.76), Kind.ADDRESS)
    for _, source in list(list_meta(page, "og:image"))[:1]:
        if stamp := _read_path(_IMAGE_DATE, source):
            yield Claim(Found(stamp, source[-200:], "image.date", 0.4), Kind.ADDRESS)


def _read_path(pattern: re.Pattern[str], address: str) -> Stamp | None:
    match = pattern.search(_ARCHIVED.sub("", address).split("?")[0])
    return parse_stamp(f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}") if match else None


def list_claims(page: Page, hints: Hints, role: Role) -> list[Claim]:
    """All claims for a role but those of loose lines, which are read when the others are weak."""
    found: Sequence[Claim] = [
        *claim_machine(page, hints, role),
        *claim_marked(page, hints, role),
        *claim_lines(page, hints, role),
    ]
    if role is Role.PUBLISHED:
        return [*found, *claim_addresses(page), *claim_scripts(page, hints)]
    return list(found)
