"""When an article was published and last modified, from every place a page says so.

Sources in the order they were found to be right: JSON-LD and meta (98 % of the days), the address
(96 %), <time> and date classes (93 %), date lines (85 %), and last any short line that holds a
date, the nearer to the title the better. No library guesses at the whole page: a day that stands
nowhere is no day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from tasks.fields.claims import list_articles, list_meta, list_texts
from tasks.fields.stamps import Hints, day_of, drop_midnight, find_stamp, parse_stamp
from tasks.lexicon.lines import load_rows
from tasks.model import KEPT, Found, Label, Page, Stamp

_MINUTE = timedelta(minutes=1)
_DIGIT = re.compile(r"\d")
_LOOSE = 110
_ENOUGH = 0.55
_MOST_LINES = 120
_NOT_DATED = frozenset({Label.COMMENT, Label.DATE_LINE, Label.BYLINE, Label.LEGAL, Label.BLANK})
_EARLIEST = date(1990, 1, 1)
_PUBLISHED_META = (
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
    ("article_date_original", 0.85),
    ("pubdate", 0.85),
    ("publishdate", 0.85),
    ("publish-date", 0.85),
    ("publish_date", 0.85),
    ("publication_date", 0.85),
    ("datecreated", 0.62),
    ("article:created", 0.8),
    ("dc.date.issued", 0.84),
    ("dcterms.issued", 0.84),
    ("dc.date.created", 0.8),
    ("dcterms.created", 0.8),
    ("citation_publication_date", 0.8),
    ("citation_date", 0.78),
    ("dc.date", 0.62),
    ("dcterms.date", 0.6),
    ("date", 0.64),
    ("timestamp", 0.7),
    ("rnews:datepublished", 0.85),
    ("release_date", 0.75),
    ("displaydate", 0.75),
)
_MODIFIED_META = (
    ("article:modified_time", 0.9),
    ("datemodified", 0.88),
    ("og:updated_time", 0.8),
    ("article:modified", 0.85),
    ("article:modified:time", 0.85),
    ("dcterms.modified", 0.8),
    ("dc.date.modified", 0.8),
    ("lastmod", 0.7),
    ("last-modified", 0.65),
    ("revised", 0.6),
    ("modified", 0.6),
)
_URL_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2]|[1-9](?=[/_-]))[/_-]?([0-2]\d|3[01]|[1-9](?=[/_-]|$))(?!\d)"
)


@lru_cache(maxsize=1)
def _updated() -> re.Pattern[str]:
    """A stem of "updated" in any language."""
    stems = [stem for _language, *row in load_rows("updates.tsv") for stem in row]
    return re.compile("|".join(map(re.escape, stems)), re.IGNORECASE)


def find_published(page: Page) -> Sequence[Found[Stamp]]:
    """Candidates for the time of first publication, best first."""
    found = _finish(page, _claim_published(page))
    if found and found[0].confidence > _ENOUGH:
        return found
    return _finish(page, iter([*found, *_claim_loose_lines(page)]))


def find_modified(page: Page) -> Sequence[Found[Stamp]]:
    """Candidates for the time of the last change, best first."""
    return _finish(page, _claim_modified(page))


def _finish(page: Page, found: Iterator[Found[Stamp]]) -> list[Found[Stamp]]:
    latest = page.fetched_at.date() + timedelta(days=1)
    kept = [f for f in found if _EARLIEST <= day_of(f.value) <= latest]
    kept.sort(key=lambda f: -f.confidence)
    return _prefer_instant(kept)


def _prefer_instant(found: list[Found[Stamp]]) -> list[Found[Stamp]]:
    """The best candidate, or one that says the same and knows more: the clock, the offset, or the
    offset of the place where the best only has UTC."""
    if not found:
        return found
    best = found[0]
    for other in found[1:]:
        if other.confidence >= 0.6 and _says_more(other.value, best.value):
            raised = replace(other, confidence=best.confidence)
            return [raised, *(f for f in found if f is not other)]
    return found


def _says_more(other: Stamp, best: Stamp) -> bool:
    """The same local minute with an offset; or, for a day, a clock time on that day."""
    if not isinstance(best.local, datetime):
        return isinstance(other.local, datetime) and day_of(other) == best.local
    if not isinstance(other.local, datetime) or other.utc is None:
        return False
    if best.utc is not None:
        same = abs(other.utc - best.utc) < _MINUTE
        return same and best.offset_minutes == 0 and other.offset_minutes != 0
    return abs(other.local - best.local) < _MINUTE


def _claim_published(page: Page) -> Iterator[Found[Stamp]]:
    yield from _claim_jsonld(
        page, (("datePublished", 0.94), ("dateCreated", 0.7), ("uploadDate", 0.55))
    )
    yield from _claim_meta(page, _PUBLISHED_META)
    yield from _claim_marked(page, updated=False)
    yield from _claim_lines(page, updated=False)
    yield from _claim_url(page)


def _claim_modified(page: Page) -> Iterator[Found[Stamp]]:
    yield from _claim_jsonld(page, (("dateModified", 0.92),))
    yield from _claim_meta(page, _MODIFIED_META)
    yield from _claim_marked(page, updated=True)
    yield from _claim_lines(page, updated=True)


def _claim_jsonld(page: Page, keys: Sequence[tuple[str, float]]) -> Iterator[Found[Stamp]]:
    for node in list_articles(page):
        own = node is page.structured.article
        for key, sure in keys:
            for raw in list_texts(node.get(key)):
                stamp = parse_stamp(raw, make_hints(page))
                if stamp:
                    sure_here = sure if own else sure - 0.2
                    yield Found(drop_midnight(stamp), raw, f"jsonld.{key}", sure_here)


def _claim_meta(page: Page, names: Sequence[tuple[str, float]]) -> Iterator[Found[Stamp]]:
    for name, sure in names:
        for _, raw in list_meta(page, name):
            stamp = parse_stamp(raw, make_hints(page))
            if stamp:
                yield Found(drop_midnight(stamp), raw, f"meta.{name}", sure)


def _claim_marked(page: Page, *, updated: bool) -> Iterator[Found[Stamp]]:
    """<time> elements, then elements whose class says date; the earlier in the page the better."""
    hints = make_hints(page)
    sure = 0.74
    for given, text in page.structured.times[:12]:
        stamp = parse_stamp(given, hints) or parse_stamp(text, hints)
        if stamp and bool(_updated().search(text)) is updated:
            yield Found(drop_midnight(stamp), given or text, "html.time", sure)
            sure -= 0.02
    sure = 0.72
    for mark, text in page.structured.dates[:12]:
        reading = find_stamp(text, hints)
        is_update = mark in ("updated", "datemodified") and bool(_updated().search(text))
        if reading and is_update is updated:
            yield Found(
                reading.stamp, text, f"html.date-{mark}", sure + 0.1 * (mark == "datepublished")
            )
            sure -= 0.02


def _claim_lines(page: Page, *, updated: bool) -> Iterator[Found[Stamp]]:
    """Date lines, and dates at the end of a byline."""
    hints = make_hints(page)
    less = 0.0
    for line in page.lines:
        if line.label not in (Label.DATE_LINE, Label.BYLINE):
            continue
        reading = find_stamp(line.text, hints)
        if reading is None or bool(_updated().search(line.text[: reading.start])) is not updated:
            continue
        sure = 0.68 if line.label is Label.DATE_LINE else 0.66
        stamp = drop_midnight(reading.stamp)
        span = (line.start, line.end)
        yield Found(stamp, line.text.strip(), f"line.{line.label}", sure - less, span)
        less = min(less + 0.02, 0.2)


def _claim_loose_lines(page: Page) -> Iterator[Found[Stamp]]:
    """Short lines of any other label that hold a date, and dates that open the body."""
    hints = make_hints(page)
    anchor = next((n for n, line in enumerate(page.lines) if line.label is Label.TITLE), None)
    if anchor is None:
        anchor = next((n for n, line in enumerate(page.lines) if line.label in KEPT), 0)
    near = sorted(range(len(page.lines)), key=lambda n: (abs(n - anchor), -n))
    less = 0.0
    for number in near[:_MOST_LINES]:
        line = page.lines[number]
        if line.label in _NOT_DATED or _DIGIT.search(line.text, 0, _LOOSE) is None:
            continue
        kept = line.label in KEPT or len(line.text) > _LOOSE
        reading = find_stamp(line.text[: 30 if kept else _LOOSE], hints)
        if reading is None or (kept and (reading.start > 2 or number > anchor + 12)):
            continue
        if _updated().search(line.text[: reading.start]):
            continue
        span = (line.start, line.end)
        stamp = drop_midnight(reading.stamp)
        yield Found(stamp, line.text.strip()[:_LOOSE], "line.near-title", 0.45 - less, span)
        less += 0.03
        if less > 0.2:
            return


def _claim_url(page: Page) -> Iterator[Found[Stamp]]:
    for source in (page.url, *(page.structured.links or {}).get("canonical", ())[:1]):
        match = _URL_DATE.search(source.split("?")[0]) if source else None
        if match and source:
            stamp = parse_stamp(f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}")
            if stamp:
                yield Found(stamp, match[0], "url.date", 0.76)


def make_hints(page: Page) -> Hints:
    """Month first where the page declares American English."""
    language = (page.structured.html_lang or "").lower().replace("_", "-")
    locales = [raw.lower().replace("_", "-") for _, raw in list_meta(page, "og:locale")]
    return Hints(month_first="en-us" in (language, *locales))
