"""Feeds that are no XML: tags that do not match, quotes that do not close. feedparser reads them,
at twenty times the cost of the tree."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from tasks.listings.entries import Draft, join_texts
from tasks.listings.feed_xml import Feed
from tasks.listings.markup import strip_markup

# What is read of such a feed; 300 letters take 0.1 ms.
_LONGEST = 1_000_000


def read_broken(text: str, url: str) -> Feed:
    """What feedparser makes of it, which may raise anything."""
    import feedparser

    # Bytes by themselves would be tried as the name of a file.
    parsed: Any = feedparser.parse(
        io.BytesIO(text[:_LONGEST].encode("utf-8", "replace")),
        response_headers={"content-type": "text/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    feed = parsed.feed
    built = (feed.get("updated"), feed.get("published"))
    title = strip_markup(feed.get("title") or "") or None
    return Feed(title, feed.get("language"), tuple(filter(None, built)), _list(parsed, url))


def _list(parsed: Any, url: str) -> Iterator[Draft]:  # noqa: ANN401 - feedparser is untyped
    home = parsed.feed.get("link") or ""
    base = home if home.startswith(("http://", "https://")) else url
    return iter([_draft(entry, base) for entry in parsed.entries])


def _draft(entry: Any, base: str) -> Draft:  # noqa: ANN401
    names = (author.get("name") or "" for author in entry.get("authors") or ())
    return Draft(
        entry.get("feedburner_origlink") or entry.get("link"),
        base,
        title=strip_markup(entry.get("title") or "") or None,
        byline=join_texts(names),
        published=entry.get("published"),
        modified=entry.get("updated") if "updated" in entry else None,
        summary=strip_markup(entry.get("summary") or "") or None,
        tags=tuple(term for tag in entry.get("tags") or () if (term := tag.get("term"))),
        language=entry.get("language"),
    )
