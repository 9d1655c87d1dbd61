"""From what a format prints of a page to an `Entry`, the same for all formats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tasks.fields.urls import normalise_url
from tasks.listings.faults import fault_too_many
from tasks.listings.moments import read_moment
from tasks.live import Entry, Listing
from tasks.told import make_told

_LONGEST_SUMMARY, _LONGEST_TEXT, _MOST_TAGS = 2_000, 500, 40


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry as printed, its texts free of markup; `base` is what its link is relative to."""

    link: str | None
    base: str
    title: str | None = None
    byline: str | None = None
    published: str | None = None
    modified: str | None = None
    summary: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    outlet: str | None = None


def make_listing(drafts: Iterable[Draft], by: str, most: int) -> Listing:
    """The entries in their order, at most `most`. Of one address the first counts; what has none
    is none."""
    entries: dict[str, Entry] = {}
    for draft in drafts:
        url = normalise_url(draft.link, draft.base) if draft.link else None
        if url is None or url in entries:
            continue
        if len(entries) == most:
            return Listing(tuple(entries.values()), fault=fault_too_many(most))
        entries[url] = _make_entry(url, draft, by)
    return Listing(tuple(entries.values()))


def _make_entry(url: str, draft: Draft, by: str) -> Entry:
    values = {
        "title": _bound(draft.title, _LONGEST_TEXT),
        "byline": _bound(draft.byline, _LONGEST_TEXT),
        "published": _bound(draft.published, _LONGEST_TEXT),
        "modified": _bound(draft.modified, _LONGEST_TEXT),
        "summary": _bound(draft.summary, _LONGEST_SUMMARY),
        "tags": _bound("; ".join(draft.tags[:_MOST_TAGS]), _LONGEST_SUMMARY),
        "outlet": _bound(draft.outlet, _LONGEST_TEXT),
    }
    # A language alone is the listing's, and says nothing of this page.
    aside = {"language": draft.language, "by": by} if any(values.values()) else {}
    told = make_told({**values, **aside})
    return Entry(url, told, read_moment(draft.published), read_moment(draft.modified))


def _bound(text: str | None, most: int) -> str | None:
    """The text, cut at a word where it is too long."""
    text = " ".join((text or "").split())
    return text if len(text) <= most else text[:most].rpartition(" ")[0] or text[:most]


def join_texts(texts: Iterable[str]) -> str | None:
    """Different texts in one line, joined by semicolons."""
    return "; ".join(dict.fromkeys(filter(None, texts))) or None


def drop_published(draft: Draft) -> Draft:
    """The entry without a time that says nothing of it."""
    return replace(draft, published=None)
