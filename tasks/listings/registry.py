"""Any listing to what it lists, by what its bytes are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tasks.charset import decode
from tasks.compression import unpack_bytes
from tasks.listings.addresses import is_list, read_addresses
from tasks.listings.faults import fault_no_listing, make_fault
from tasks.listings.feed import read_feed
from tasks.listings.feed_json import read_json_feed
from tasks.listings.home import read_home
from tasks.listings.sitemap import read_index, read_sitemap
from tasks.live import Kind, Listing
from tasks.model import Fault, Limits

# What a listing may have once it is unpacked; the sitemap protocol's own bound.
_MOST_BYTES = 50 * 1024 * 1024
_HEAD = 64 * 1024
_ROOT = re.compile(
    r"<(?:[\w.-]+:)?(rss|rdf|feed|urlset|sitemapindex|opml|html|head|body|!doctype\s+html)\b(?=[\s>/])",
    re.IGNORECASE,
)
_FORMS = {"rss": read_feed, "rdf": read_feed, "feed": read_feed, "urlset": read_sitemap,
          "sitemapindex": read_index}  # fmt: skip
_KINDS = {"rss": Kind.FEED, "rdf": Kind.FEED, "feed": Kind.FEED, "urlset": Kind.SITEMAP,
          "sitemapindex": Kind.SITEMAP, "opml": None}  # fmt: skip


def judge_kind(content: bytes, content_type: str | None) -> Kind | None:
    """The kind of listing that the bytes look like, whatever they were taken for; None for none."""
    unpacked = unpack_bytes(content, Limits(document_bytes=_MOST_BYTES))
    text = decode(unpacked.content, content_type).text
    if text.lstrip().startswith("{"):
        return Kind.FEED
    if root := _ROOT.search(text, 0, _HEAD):
        return _KINDS.get(root[1].lower(), Kind.HOME)
    return Kind.LIST if is_list(text) else None


def read_listing(
    content: bytes,
    content_type: str | None,
    url: str,
    kind: Kind | None = None,
    *,
    most: int | None = None,
    sitemaps: Sequence[str] = (),
) -> Listing:
    """What a listing lists; never raises.

    `url` is where it was read, which relative addresses belong to. Its form is judged by content;
    `kind` decides where that can't: a page of HTML is a listing as a home page alone (or if None).
    `most` bounds its entries (None: 10,000 of a feed, 50,000 of a sitemap or list, 300 of a home
    page), `sitemaps` are those that the robots.txt of a home page's host names.

    Faults: 'empty-listing', 'not-a-listing'; beside what could be read, 'broken-xml',
    'broken-json', 'too-many-entries', and those of packed bytes ('truncated-gzip',
    'decompression-bomb', 'too-large' …).
    """
    unpacked = unpack_bytes(content, Limits(document_bytes=_MOST_BYTES))
    text = decode(unpacked.content, content_type).text
    if not text.strip():
        return Listing(fault=unpacked.fault or _fault_empty())
    listing = _read(text, url, kind, most, sitemaps)
    return replace(listing, fault=unpacked.fault) if unpacked.fault else listing


def _fault_empty() -> Fault:
    return make_fault("empty-listing", "The server sent nothing; it is asked again later.")


def _read(
    text: str, url: str, kind: Kind | None, most: int | None, sitemaps: Sequence[str]
) -> Listing:
    bound = {} if most is None else {"most": most}
    root = _ROOT.search(text, 0, _HEAD)
    form = root[1].lower() if root else ""
    if text.lstrip().startswith("{"):
        return read_json_feed(text, url, **bound)
    if root and (read := _FORMS.get(form)):
        return read(text[root.start() :], url, **bound)
    if root and form != "opml":
        if kind in (Kind.HOME, None):
            return read_home(text, url, sitemaps=sitemaps, **bound)
        return Listing(fault=fault_no_listing("a page of HTML"))
    if is_list(text) or (kind is Kind.LIST and not root):
        return read_addresses(text, url, **bound)
    return Listing(fault=fault_no_listing("OPML" if form == "opml" else "something else"))
