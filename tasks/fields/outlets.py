"""Who publishes: the site's own name for itself, the outlet, and the names a byline may repeat."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from tasks.fields.bylines.signers import Signer
from tasks.fields.claims import clean_text, list_articles, list_meta, list_texts, resolve_node
from tasks.fields.same import Same
from tasks.model import Found, Page

_HOST_PREFIX = re.compile(r"^(?:www\d?|amp|m|mobile)\.(?=[^.]+\.)")
_HANDLE = re.compile(r"^@")


def read_host(url: str | None) -> str | None:
    """The host name without "www."; None without an address."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return _HOST_PREFIX.sub("", host.lower()) if host else None


def find_site(page: Page) -> Sequence[Found[str]]:
    """The host of the page, else of its canonical address."""
    found = []
    if host := read_host(page.url):
        found.append(Found(host, page.url or "", "url.host", 0.95))
    for raw in (page.structured.links or {}).get("canonical", ()):
        if host := read_host(raw):
            found.append(Found(host, raw, "link.canonical", 0.9))
    for _name, raw in list_meta(page, "og:url"):
        if host := read_host(raw):
            found.append(Found(host, raw, "meta.og:url", 0.85))
    return found


def find_outlet(page: Page) -> Sequence[Found[str]]:
    """`source` of the manifest, og:site_name, the publisher of the article, else the host."""
    found = []
    if page.source and page.source.strip():
        found.append(Found(page.source.strip(), page.source, "manifest.source", 0.99))
    for rule, raw, confidence in _claim_names(page):
        name = clean_text(raw)
        if 1 < len(name) <= 80:
            found.append(Found(name, raw, rule, confidence))
    if host := read_host(page.url):
        found.append(Found(host, page.url or "", "url.host", 0.4))
    return found


def _claim_names(page: Page) -> Iterator[tuple[str, str, float]]:
    for name, raw in list_meta(page, "og:site_name"):
        yield f"meta.{name}", raw, 0.92
    for node in list_articles(page):
        for raw in list_texts(resolve_node(page, node.get("publisher"))):
            yield "jsonld.publisher", raw, 0.88 if node is page.structured.article else 0.6
    for name, raw in list_meta(page, "application-name", "publisher", "dc.publisher", "copyright"):
        if not raw.startswith("http"):
            yield f"meta.{name}", raw, 0.6


def make_signer(page: Page) -> Signer:
    """Every name the outlet goes by, to tell it from a person in a byline."""
    return _make_signer(Same(page))


@lru_cache(maxsize=1)  # several fields of one page ask for it
def _make_signer(same: Same) -> Signer:
    page = same.page
    names: list[str | None] = [page.source, read_host(page.url)]
    names.extend(found.value for found in find_outlet(page))
    for node in page.structured.jsonld:
        kinds = node.get("@type")
        if isinstance(kinds, str) and kinds in ("NewsMediaOrganization", "Organization", "WebSite"):
            names.extend(list_texts(node.get("name")))
            names.extend(list_texts(node.get("alternateName")))
    names.extend(_HANDLE.sub("", raw) for _name, raw in list_meta(page, "twitter:site"))
    return Signer.of(names)
