"""What an outlet's home page leads to: its feeds, its news sitemaps, and its newest articles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree, html

from tasks.fields.claims import clean_text
from tasks.fields.urls import normalise_url, root_host
from tasks.lexicon.lines import load_rows
from tasks.listings.faults import fault_no_listing
from tasks.live import Entry, Kind, Listing, Nested

MOST_ENTRIES = 300
_MOST_NESTED = 50
_FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
)
_XML_TYPES = frozenset({"text/xml", "application/xml"})
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_DATED = re.compile(r"/(?:19|20)\d\d[/-]?(?:0?[1-9]|1[0-2])(?:[/-]|\d\d(?!\d))")
_SLUG = re.compile(r"(?:[^\W_]+[-_]){3,}[^\W_]+")
_NUMBERED = re.compile(r"[-_/.a-z]\d{5,}")
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|css|js|zip|xml|json|ico)$", re.I)
_LEAST_SLUG = 20


def read_home(
    text: str, url: str, most: int = MOST_ENTRIES, sitemaps: Sequence[str] = ()
) -> Listing:
    """The feeds that a page names (not those of comments) and the news sitemaps among `sitemaps`,
    those of its robots.txt (all of them where it has nothing else); as entries, the links on its
    site that look like articles'."""
    try:
        root = html.document_fromstring(text)
    except (etree.ParserError, ValueError):
        return Listing(fault=fault_no_listing("an empty page"))
    base = _find_base(root, url)
    feeds = list(_list_feeds(root, base)) or list(_list_linked_feeds(root, base, url))
    maps = [*_list_linked_sitemaps(root, base), *_list_sitemaps(sitemaps)]
    news = [nested for nested in maps if _has_word("news", nested.url)]
    found = [*feeds, *news] or maps
    nested = {one.url: one for one in reversed(found) if one.url != normalise_url(url)}
    return Listing(
        tuple(islice(_list_articles(root, base, url), most)),
        tuple(reversed(nested.values()))[:_MOST_NESTED],
        clean_text(root.findtext(".//title") or "") or None,
        root.get("lang"),
    )


@lru_cache(maxsize=8)
def _words(what: str) -> tuple[str, ...]:
    return tuple(word for how, *words in load_rows("listings.tsv") if how == what for word in words)


def _has_word(what: str, text: str) -> bool:
    text = unquote(text).lower()
    known = _words(what)
    return any(word in known for word in (*_WORD.findall(text), *_PART.findall(text)))


def _find_base(root: html.HtmlElement, url: str) -> str:
    base = next((e.get("href", "") for e in root.iter("base")), "")
    return normalise_url(base, url) or url if base else url


def _list_feeds(root: html.HtmlElement, base: str) -> Iterator[Nested]:
    for link in root.iter("link"):
        if "alternate" in (link.get("rel") or "").lower().split() and _is_feed(link):
            yield from _name_feed(link.get("href"), base, link.get("title"))


def _is_feed(link: html.HtmlElement) -> bool:
    kind = (link.get("type") or "").partition(";")[0].strip().lower()
    return kind in _FEED_TYPES or (
        kind in _XML_TYPES and _has_word("feed", urlsplit(link.get("href") or "").path)
    )


def _name_feed(href: str | None, base: str, title: str | None) -> Iterator[Nested]:
    address = normalise_url(href, base) if href else None
    title = clean_text(title or "")
    if address and not _has_word("comments", urlsplit(address).path + " " + title):
        yield Nested(address, Kind.FEED, title=title or None)


def _list_linked_feeds(root: html.HtmlElement, base: str, url: str) -> Iterator[Nested]:
    """Feeds that the page links for readers, for want of others."""
    for address, anchor in _list_links(root, base, url):
        last = urlsplit(address).path.rstrip("/").rpartition("/")[2]
        if _has_word("feed", last):
            yield from _name_feed(address, base, anchor.text_content()[:100])


def _list_linked_sitemaps(root: html.HtmlElement, base: str) -> Iterator[Nested]:
    links = (link for link in root.iter("link") if (link.get("rel") or "").lower() == "sitemap")
    return _list_sitemaps(urljoin(base, link.get("href") or "") for link in links)


def _list_sitemaps(addresses: Iterable[str]) -> Iterator[Nested]:
    for address in addresses:
        if url := normalise_url(address):
            yield Nested(url, Kind.SITEMAP)


def _name_site(url: str) -> str:
    """What addresses of one site share: the end of the host's name; of a bare IP address all."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.netloc if ":" in host or host[-1:].isdecimal() else root_host(url)


def _list_links(
    root: html.HtmlElement, base: str, url: str
) -> Iterator[tuple[str, html.HtmlElement]]:
    """The addresses on the same site that the page links, each once."""
    site, seen = _name_site(url), {normalise_url(url)}
    for anchor in root.iter("a"):
        address = normalise_url(anchor.get("href") or "", base)
        if address and address not in seen and _name_site(address) == site:
            seen.add(address)
            yield address, anchor


def _list_articles(root: html.HtmlElement, base: str, url: str) -> Iterator[Entry]:
    return (Entry(address) for address, _ in _list_links(root, base, url) if is_article(address))


def is_article(url: str) -> bool:
    """Whether an address is that of an article by its looks: a date in it, or as its last part a
    long name of several words or with a number."""
    path = unquote(urlsplit(url).path).lower()
    parts = [part for part in path.split("/") if part]
    if not parts or _FILE.search(path) or any(part in _words("aside") for part in parts[:-1]):
        return False
    last = parts[-1]
    if _DATED.search(path) and len(parts) > 1 and not last.isdecimal():
        return True
    slug = _SLUG.search(last)
    return bool(slug and len(slug[0]) >= _LEAST_SLUG) or bool(
        _NUMBERED.search(last) and "-" in last
    )
