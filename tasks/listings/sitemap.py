"""Sitemaps and sitemap indexes (sitemaps.org), with Google's news extension.

Pictures, videos and versions in other languages are left out. A sitemap is read as a stream, so
that 50,000 pages take little memory.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace

from lxml import etree

from tasks.fields.claims import clean_text
from tasks.fields.urls import normalise_url
from tasks.listings.entries import Draft, make_listing
from tasks.listings.faults import fault_broken, fault_too_many
from tasks.listings.markup import describe_break, mend_xml, read_address, read_text
from tasks.listings.moments import read_moment
from tasks.live import Kind, Listing, Nested

# The bound that the protocol sets.
MOST_ENTRIES = 50_000


class _Stream:
    """The elements of a text; where it is broken they end without an error, and `why` says it."""

    def __init__(self) -> None:
        self.why: str | None = None

    def list(self, text: str, *names: str) -> Iterator[etree._Element]:
        """The whole elements of these names, each forgotten when the next is asked for."""
        tags = [f"{{*}}{name}" for name in names]
        content = io.BytesIO(text.encode("utf-8", "replace"))
        try:
            for _, element in etree.iterparse(
                content, tag=tags, resolve_entities=False, no_network=True, load_dtd=False,
                huge_tree=False, remove_comments=True, remove_pis=True,
            ):  # fmt: skip
                yield element
                _forget(element)
        except etree.XMLSyntaxError as error:
            self.why = describe_break(error)


def _forget(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def read_sitemap(text: str, url: str, most: int = MOST_ENTRIES) -> Listing:
    """The pages of a sitemap, whose root element `text` begins with. What is nearly XML is mended;
    broken XML is a fault 'broken-xml' beside what stands before the break."""
    listing, why = _read_pages(text, url, most)
    if why:
        listing, why = _read_pages(mend_xml(text), url, most)
    fault = fault_broken("XML", why, len(listing.entries)) if why else listing.fault
    return replace(listing, fault=fault)


def _read_pages(text: str, url: str, most: int) -> tuple[Listing, str | None]:
    stream = _Stream()
    drafts = (_draft(element, url) for element in stream.list(text, "url"))
    return make_listing(drafts, "sitemap", most), stream.why


def _draft(element: etree._Element, base: str) -> Draft:
    texts = {etree.QName(e).localname: e for e in element}
    news = {etree.QName(e).localname: e for e in texts.get("news", ())}
    outlet = {etree.QName(e).localname: e for e in news.get("publication", ())}
    return Draft(
        _read_loc(texts),
        base,
        title=_read(news.get("title")),
        published=_read(news.get("publication_date")),
        modified=_read(texts.get("lastmod")),
        tags=tuple(filter(None, map(clean_text, (_read(news.get("keywords")) or "").split(",")))),
        language=_read(outlet.get("language")),
        outlet=_read(outlet.get("name")),
    )


def _read_loc(texts: Mapping[str, etree._Element]) -> str | None:
    return read_address(texts["loc"]) if "loc" in texts else None


def _read(element: etree._Element | None) -> str | None:
    return clean_text(read_text(element)) or None if element is not None else None


def read_index(text: str, url: str, most: int = MOST_ENTRIES) -> Listing:
    """The sitemaps that an index names, with the time each was last changed."""
    listing, why = _read_sitemaps(text, url, most)
    if why:
        listing, why = _read_sitemaps(mend_xml(text), url, most)
    if why:
        return replace(listing, fault=fault_broken("XML", why, len(listing.nested)))
    return listing


def _read_sitemaps(text: str, url: str, most: int) -> tuple[Listing, str | None]:
    stream, nested = _Stream(), dict[str, Nested]()
    for element in stream.list(text, "sitemap"):
        texts = {etree.QName(e).localname: e for e in element}
        address = normalise_url(_read_loc(texts) or "", url)
        if address is None or address in nested or address == url:
            continue
        if len(nested) == most:
            return Listing(nested=tuple(nested.values()), fault=fault_too_many(most)), None
        changed = read_moment(_read(texts.get("lastmod")))
        nested[address] = Nested(address, Kind.SITEMAP, changed)
    return Listing(nested=tuple(nested.values())), stream.why
