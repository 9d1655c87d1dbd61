"""Addresses that a page gives: its own canonical one, and the lead image."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urljoin, urlsplit

from tasks.fields.claims import as_list, list_articles, list_meta
from tasks.fields.jsonld import Node
from tasks.fields.urls import normalise_url, root_host
from tasks.model import Found, Page

_CACHE = re.compile(r"(?:\.cdn\.ampproject\.org|\bgoogle\.[a-z.]{2,6})$")
# The last part of an article's address: several words, or a number.
_SLUG = re.compile(r"[^-_][-_][^-_]+[-_]|\d{5}")


def find_canonical(page: Page) -> Sequence[Found[str]]:
    """The page's own address: rel=canonical, og:url, JSON-LD; not where it points to a front page,
    a section or another site. Such a claim stays behind a good one, as evidence."""
    found, refused = [], []
    for rule, raw, confidence in _claim_addresses(page):
        url = normalise_url(raw, page.url)
        if url and is_plausible(url, page.url):
            found.append(Found(url, raw, rule, confidence))
        elif url:
            refused.append(Found(url, raw, rule, 0.0))
    return [*found, *refused] if found else []


def _claim_addresses(page: Page) -> Iterator[tuple[str, str, float]]:
    for raw in (page.structured.links or {}).get("canonical", ()):
        yield "link.canonical", raw, 0.95
    for name, raw in list_meta(page, "og:url", "parsely-link", "twitter:url"):
        yield f"meta.{name}", raw, 0.9 if name == "og:url" else 0.8
    article = page.structured.article
    if article is None:
        return
    for key in ("mainEntityOfPage", "url", "@id"):
        value = article.get(key)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str) and value.startswith("http"):
            yield f"jsonld.{key}", value, 0.7


def is_plausible(canonical: str, url: str | None) -> bool:
    """Neither a home page nor a section above the article, and on the same site as the address the
    page was read from."""
    parts = urlsplit(canonical)
    same_site = url is not None and root_host(url) == root_host(canonical)
    if parts.path in ("", "/") and not parts.query and not parts.fragment:
        return same_site and urlsplit(url or "").path in ("", "/")
    if url is None or _CACHE.search(urlsplit(url).hostname or ""):
        return True
    return same_site and not is_above(parts.path, urlsplit(url).path)


def is_above(folder: str, path: str) -> bool:
    """Whether the path goes on from the folder to an article's name that the folder does not end
    with."""
    mine, its = ([part for part in p.split("/") if part] for p in (folder, path))
    goes_on = len(mine) < len(its) and its[: len(mine)] == mine
    return goes_on and not _SLUG.search(mine[-1]) and bool(_SLUG.search(its[-1]))


def find_image(page: Page) -> Sequence[Found[str]]:
    """The lead image: og:image, JSON-LD, twitter:image."""
    found = []
    for name, raw in list_meta(
        page, "og:image", "og:image:secure_url", "twitter:image", "twitter:image:src"
    ):
        if url := _absolute(raw, page.url):
            found.append(Found(url, raw, f"meta.{name}", 0.9 if name.startswith("og") else 0.85))
    for node in list_articles(page):
        for raw in _list_images(node):
            if url := _absolute(raw, page.url):
                found.append(
                    Found(
                        url, raw, "jsonld.image", 0.87 if node is page.structured.article else 0.5
                    )
                )
    return found


def _list_images(node: Node) -> Iterator[str]:
    for item in as_list(node.get("image")):
        if isinstance(item, dict):
            item = item.get("url") or item.get("contentUrl")
        if isinstance(item, str):
            yield item


def _absolute(raw: str, base: str | None) -> str | None:
    try:
        url = urljoin(base or "", raw.strip())
    except ValueError:
        return None
    return url if url.startswith(("http://", "https://")) else None
