"""JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tasks.fields.claims import clean_text
from tasks.listings.entries import Draft, join_texts, make_listing
from tasks.listings.faults import fault_broken, fault_no_listing
from tasks.listings.feed import MOST_ENTRIES
from tasks.live import Listing


def read_json_feed(text: str, url: str, most: int = MOST_ENTRIES) -> Listing:
    """The pages of a JSON Feed. `external_url`, what an entry is about, is not its page."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Listing(fault=fault_broken("JSON", str(error) or "nested too deep", 0))
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        return Listing(fault=fault_no_listing("JSON without the items of a JSON Feed"))
    home = _read(feed, "home_page_url") or ""
    base = home if home.startswith(("http://", "https://")) else url
    drafts = (_draft(item, base) for item in items if isinstance(item, dict))
    listing = make_listing(drafts, "feed", most)
    return replace(listing, title=_read(feed, "title"), language=_read(feed, "language"))


def _draft(item: Mapping[str, Any], base: str) -> Draft:
    own = _read(item, "id") or ""
    return Draft(
        _read_address(item) or (own if own.startswith(("http://", "https://")) else None),
        base,
        title=_read(item, "title"),
        byline=join_texts(_list_authors(item)),
        published=_read(item, "date_published"),
        modified=_read(item, "date_modified"),
        summary=_read(item, "summary"),
        tags=tuple(_list_texts(item.get("tags"))),
        language=_read(item, "language"),
    )


def _read(node: Mapping[str, Any], name: str) -> str | None:
    value = node.get(name)
    return clean_text(value) or None if isinstance(value, str) else None


def _read_address(item: Mapping[str, Any]) -> str | None:
    url = item.get("url")
    return url.strip() or None if isinstance(url, str) else None


def _list_authors(item: Mapping[str, Any]) -> Iterator[str]:
    """`authors` of 1.1, `author` of 1.0."""
    authors = item.get("authors")
    for author in authors if isinstance(authors, list) else [item.get("author")]:
        if isinstance(author, dict) and (name := _read(author, "name")):
            yield name


def _list_texts(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, str) and (text := clean_text(item)):
            yield text
