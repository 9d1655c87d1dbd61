"""Addresses: normalised so that one article is one article; the canonical one; the lead image.

Normalised is: http and https alike, lower-case host, no default port, no fragment, no tracking
parameters (`tracking.tsv`), the rest of the query sorted; AMP and mobile twins made the page they
are twins of where the form of the address leaves no doubt (RFC 3986, section 6).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from tasks.fields.claims import list_articles, list_meta
from tasks.fields.jsonld import Node
from tasks.lexicon.lines import load_rows
from tasks.model import Found, Page

_AMP_HOST = re.compile(r"^(?:amp|m|mobile|mobil)\.(?=[^.]+\.[^.]+)")
_AMP_PATH = re.compile(r"(?<=.)/amp/?$|\.amp(?=\.html?$|$)")
_AMP_QUERY = frozenset({"amp", "amp=1", "outputtype=amp", "output=amp"})
_CACHE_HOST = re.compile(r"^[\w-]+\.cdn\.ampproject\.org$")
_CACHE_PATH = re.compile(r"^/[cv]/s?/?(?:s/)?")


@lru_cache(maxsize=1)
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    whole: set[str] = set()
    start: set[str] = set()
    for how, *names in load_rows("tracking.tsv"):
        (whole if how == "whole" else start).update(n.lower() for n in names)
    return frozenset(whole), tuple(sorted(start))


def is_tracking(name: str) -> bool:
    """Whether a query parameter only says how the reader came."""
    whole, start = _tracking()
    low = name.lower()
    return low in whole or low.startswith(start)


def normalise_url(url: str, base: str | None = None) -> str | None:
    """The address in its normal form, with its scheme; None for what is no http(s) address."""
    try:
        parts = urlsplit(urljoin(base or "", url.strip()))
        host, port = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host:
        return None
    path = parts.path
    if _CACHE_HOST.match(host) and "/" in path[1:]:
        inner = _CACHE_PATH.sub("", path)
        return normalise_url(f"https://{inner}" + (f"?{parts.query}" if parts.query else ""))
    if port and port not in (80, 443):
        host = f"{host}:{port}"
    query = _clean_query(parts.query.strip())
    path = _cut_amp(re.sub(r"/{2,}", "/", path))
    return urlunsplit((parts.scheme.lower(), host, path, query, ""))


def _cut_amp(path: str) -> str:
    """The path without any ending that only says AMP."""
    while (shorter := _AMP_PATH.sub("", path).strip()) != path:
        path = shorter
    return path or "/"


def _clean_query(query: str) -> str:
    if not query or query.lower() in _AMP_QUERY:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    kept = [(k, v) for k, v in pairs if not is_tracking(k) and f"{k}={v}".lower() not in _AMP_QUERY]
    if len(kept) == len(pairs):
        return query
    return urlencode(kept, errors="surrogateescape") if kept else ""


def identify_url(url: str) -> str:
    """The form by which two addresses are the same article: no scheme, "www." or mobile host,
    closing slash; the query sorted."""
    normal = normalise_url(url) or url
    parts = urlsplit(normal)
    host = re.sub(r"^www\d?\.", "", _AMP_HOST.sub("", parts.netloc))
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    path = unquote(parts.path, errors="surrogateescape").rstrip("/")
    return f"{host}{path}" + (f"?{query}" if query else "")


def root_host(url: str) -> str:
    """The last two labels of the host (three under a short second level such as co.uk)."""
    try:
        labels = (urlsplit(url).hostname or "").lower().split(".")
    except ValueError:
        return ""
    if len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])


def find_canonical(page: Page) -> Sequence[Found[str]]:
    """The page's own address: rel=canonical, og:url, JSON-LD; not where it points elsewhere."""
    found = []
    for rule, raw, confidence in _claim_addresses(page):
        url = normalise_url(raw, page.url)
        if url and is_plausible(url, page.url):
            found.append(Found(url, raw, rule, confidence))
    return found


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
    """Not a home page, and on the same site as the address the page was read from."""
    parts = urlsplit(canonical)
    same_site = url is not None and root_host(url) == root_host(canonical)
    if parts.path in ("", "/") and not parts.query:
        return same_site and urlsplit(url or "").path in ("", "/")
    if url is None:
        return True
    if _CACHE_HOST.match(urlsplit(url).hostname or ""):
        return True
    return same_site


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
    value = node.get("image")
    for item in value if isinstance(value, list) else [value]:
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
