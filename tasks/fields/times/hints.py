"""What a page tells about how its dates are to be read: its country, the order of day and month,
the moment and the zone to count back in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from tasks.fields.claims import list_articles, list_meta, list_texts
from tasks.fields.times.days import Hints
from tasks.fields.times.digits import normalise_digits
from tasks.fields.times.offsets import load_zone
from tasks.fields.times.outlet_zones import assume_zone, find_country, find_language_country
from tasks.fields.times.stamps import day_of, parse_stamp
from tasks.model import KEPT, Page

_MONTH_FIRST = frozenset({"US", "PH", "PR", "GU"})
_SLASHED = re.compile(r"(?<![\d/.-])(\d{1,2})([/-])(\d{1,2})\2((?:19|20)\d\d)(?![\d/])")
_AMERICAN_DOMAINS = (".us", ".gov", ".edu", ".mil")
# Runs of kana, Hangul, Thai; so many of them are a text in the language.
_SCRIPTS = (
    ("JP", re.compile(r"[\u3041-\u3096\u30a1-\u30fa]{2,}")),
    ("KR", re.compile(r"[\uac00-\ud7a3]{2,}")),
    ("TH", re.compile(r"[\u0e01-\u0e30]{3,}")),
)
# https://web.archive.org/web/20190412101316id_/https://…, and archive.today and its twins.
_ARCHIVED = re.compile(
    r"https?://(?:web\.archive\.org/web|archive\.(?:today|is|ph|li|md|fo|vn))/(\d{14})\w*/"
)
_YEAR_PART = re.compile(r"/((?:19|20)\d\d)(?=/|-(?:0[1-9]|1[0-2])/)")
_RUNS = 15
_BEGINNING = 3_000
_MOST_LINES = 200
_LENGTH = 110


def make_hints(page: Page) -> Hints:
    """The hints of a page; times counted back are counted in the outlet's own zone."""
    country = find_page_country(page)
    fetched = find_moment(page)
    zone = load_zone(page.zone or assume_zone(country))
    if zone is not None:
        fetched = fetched.astimezone(zone)
    return Hints(
        month_first=is_month_first(page, country),
        before=min(fetched.date(), _read_year(page.url)),
        fetched=fetched,
        region=country,
        zone=zone.key if zone else None,
    )


def find_moment(page: Page) -> datetime:
    """When the page was seen at the latest: its fetch, or the moment in an archive's address."""
    archived = _ARCHIVED.match(page.url or "")
    if archived is None:
        return page.fetched_at
    try:
        moment = datetime.strptime(archived[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return page.fetched_at
    return min(moment, page.fetched_at)


def _read_year(address: str | None) -> date:
    """The last day of the year that is a part of an address."""
    year = _YEAR_PART.search(address or "")
    return date(int(year[1]), 12, 31) if year else date.max


def find_page_country(page: Page) -> str | None:
    """The country of a page's outlet: by its domain, else by the language the page declares."""
    country = find_country(_ARCHIVED.sub("", page.url or ""))
    if country:
        return country
    declared = (find_language_country(tag) for tag in list_languages(page))
    return next((found for found in declared if found), None) or _read_script(page.text)


def _read_script(text: str) -> str | None:
    """The country of a script that one country's news are written in."""
    beginning = text[:_BEGINNING]
    if beginning.isascii():
        return None
    counts = ((country, len(run.findall(beginning))) for country, run in _SCRIPTS)
    return next((country for country, count in counts if count >= _RUNS), None)


def list_languages(page: Page) -> Iterator[str]:
    """The language tags that a page declares, the most precise source first."""
    for _, locale in list_meta(page, "og:locale"):
        yield locale
    if page.structured.html_lang:
        yield page.structured.html_lang
    for _, tag in list_meta(page, "content-language", "language", "inlanguage"):
        yield tag


def is_month_first(page: Page, country: str | None) -> bool:
    """Whether 05/06/2024 is the sixth of May here: as the page's own dates show, else as its
    country writes, else as the declared region does."""
    shown = _read_order(page)
    if shown is not None:
        return shown
    if country:
        return country in _MONTH_FIRST
    host = (page.url or "").split("/")[2:3]
    if host and host[0].endswith(_AMERICAN_DOMAINS):
        return True
    tags = [tag.lower().replace("_", "-") for tag in list_languages(page)]
    return "en-us" in tags or (bool(tags) and all(tag == "en" for tag in tags))


def _read_order(page: Page) -> bool | None:
    """What the numeric dates of a page show of their order: a number above 12, or a day that
    JSON-LD or meta know. None where all could be either."""
    known: set[date] | None = None
    for text in _list_short_texts(page):
        for match in _SLASHED.finditer(text):
            first, second, year = int(match[1]), int(match[3]), int(match[4])
            if first > 12 or second > 12:
                return second > 12
            known = set(_list_known_days(page)) if known is None else known
            if first != second and known:
                month_first = _is_known(known, year, first, second)
                if month_first is not _is_known(known, year, second, first):
                    return month_first
    return None


def _is_known(days: set[date], year: int, month: int, number: int) -> bool:
    return any(day.year == year and day.month == month and day.day == number for day in days)


def _list_known_days(page: Page) -> Iterator[date]:
    for node in list_articles(page):
        for key in ("datePublished", "dateModified"):
            for raw in list_texts(node.get(key)):
                if raw[:4].isdecimal() and (stamp := parse_stamp(raw)):
                    yield day_of(stamp)
    for _, raw in list_meta(page, "article:published_time", "article:modified_time"):
        if raw[:4].isdecimal() and (stamp := parse_stamp(raw)):
            yield day_of(stamp)


def _list_short_texts(page: Page) -> Iterator[str]:
    for mark in page.structured.dates:
        if not mark.text.isascii() or mark.text.count("/") > 1 or mark.text.count("-") > 1:
            yield normalise_digits(mark.text)
    for line in page.lines[:_MOST_LINES]:
        if "/20" in line.text and len(line.text) <= _LENGTH and line.label not in KEPT:
            yield line.text
