"""RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0 (RFC 4287), as a tree of well-formed XML.

A page's address is its feedburner:origLink, its link (Atom: rel=alternate), else a guid or id that
is one; an enclosure never. Names of other vocabularies are told by their namespace: Dublin Core,
iTunes, FeedBurner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin

from lxml import etree

from tasks.fields.claims import clean_text
from tasks.listings.entries import Draft, join_texts
from tasks.listings.markup import read_address, read_text, strip_markup

_SPACES = {
    "": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://www.w3.org/2005/Atom": "atom:",
    "http://purl.org/atom/ns#": "atom:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
}
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_PUBLISHED = ("pubDate", "dc:date", "dcterms:created", "dcterms:issued", "atom:published")
_MODIFIED = ("atom:updated", "dcterms:modified")
_ATOM_PUBLISHED = ("atom:published", "atom:issued", "dcterms:created", "dc:date")
_ATOM_MODIFIED = ("atom:updated", "atom:modified", "dcterms:modified")
_BUILT = ("lastBuildDate", "pubDate", "dc:date", "atom:updated", "atom:modified")
_SIGNED = ("dc:creator", "author", "itunes:author", "atom:author")
_MAILED = re.compile(r"^[^\s@]+@[^\s@()]+(?:\s*\((.*)\))?$")


class _Node(NamedTuple):
    """An element with its children by name ("dc:creator"), in their order."""

    element: etree._Element
    children: dict[str, list[etree._Element]]

    def first(self, *names: str) -> str | None:
        """The text of the first of these that has any."""
        texts = (clean_text(read_text(e)) for name in names for e in self.list(name))
        return next(filter(None, texts), None)

    def find_address(self, *names: str) -> str | None:
        """The first of these that is not empty, as an address."""
        texts = (read_address(e) for name in names for e in self.list(name))
        return next(filter(None, texts), None)

    def list(self, name: str) -> list[etree._Element]:
        return self.children.get(name, [])


class Feed(NamedTuple):
    """A feed's own facts, and its entries, which are read one by one. `built` are the times that
    it gives for itself."""

    title: str | None
    language: str | None
    built: tuple[str, ...]
    drafts: Iterator[Draft]


def read_tree(root: etree._Element, url: str) -> Feed:
    """The feed that a tree holds; `url` is where it was read."""
    atom = _name(root) == "atom:feed"
    channel = _open(root if atom else _find_channel(root))
    language = channel.first("language", "dc:language") or channel.element.get(_LANG)
    return Feed(
        channel.first("atom:title" if atom else "title"),
        clean_text(language or root.get(_LANG) or "") or None,
        tuple(text for name in _BUILT if (text := channel.first(name))),
        _list_atom(root, url) if atom else _list_rss(root, _find_home(channel, url)),
    )


def _find_channel(root: etree._Element) -> etree._Element:
    return next((child for child in root if _name(child) == "channel"), root)


def _find_home(channel: _Node, url: str) -> str:
    """What relative links are taken to be relative to: the site, which the channel links."""
    home = channel.find_address("link") or ""
    return home if home.startswith(("http://", "https://")) else url


def _name(element: etree._Element) -> str:
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    space, _, local = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
    return _SPACES.get(space, "other:") + local


def _open(element: etree._Element) -> _Node:
    children: dict[str, list[etree._Element]] = {}
    for child in element:
        children.setdefault(_name(child), []).append(child)
    return _Node(element, children)


def _list_rss(root: etree._Element, base: str) -> Iterator[Draft]:
    for element in root.iter("{*}item"):
        if _name(element) == "item":
            yield _draft_rss(_open(element), base)


def _draft_rss(item: _Node, base: str) -> Draft:
    return Draft(
        _find_link(item),
        _read_base(item.element, base),
        title=_read_rich(item, "title"),
        byline=join_texts(_list_signers(item)),
        published=item.first(*_PUBLISHED),
        modified=item.first(*_MODIFIED),
        summary=_read_rich(item, "description") or _read_rich(item, "itunes:summary"),
        tags=_list_tags(item, "category", "dc:subject"),
        language=item.first("dc:language"),
    )


def _find_link(item: _Node) -> str | None:
    guids = [e for e in item.list("guid") if e.get("isPermaLink", "true").lower() == "true"]
    return (
        item.find_address("feedburner:origLink", "link")
        or _find_alternate(item)
        or next((text for e in guids if _is_address(text := read_address(e))), None)
        or item.element.get(_ABOUT)
    )


def _find_alternate(node: _Node) -> str | None:
    """Atom's link to the page itself (RFC 4287, 4.2.7.2: without rel, it is this one), of several
    the one that is HTML."""
    links = [e for e in node.list("atom:link") if e.get("rel", "alternate") == "alternate"]
    links.sort(key=lambda e: "html" not in e.get("type", "html"))
    return next((href for e in links if (href := e.get("href", "").strip())), None)


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def _read_base(element: etree._Element, base: str) -> str:
    """The base by the xml:base of the elements around it (W3C XML Base)."""
    around = [e.get(_BASE) for e in (element, *element.iterancestors())]
    for part in reversed([part for part in around if part]):
        try:
            base = urljoin(base, part.strip())
        except ValueError:
            continue
    return base


def _read_rich(node: _Node, name: str) -> str | None:
    """A text that may be HTML, escaped."""
    texts = (strip_markup(read_text(e)) for e in node.list(name))
    return next(filter(None, texts), None)


def _list_signers(item: _Node) -> Iterator[str]:
    """Who signs, of the first kind of element that says it: "a@b (Name)" is the name."""
    for name in _SIGNED:
        texts = [_read_signer(e) for e in item.list(name)]
        if any(texts):
            yield from texts
            return


def _read_signer(element: etree._Element) -> str:
    person = next((e for e in element if _name(e) == "atom:name"), element)
    text = clean_text(read_text(person))
    mailed = _MAILED.match(text)
    return (mailed[1] or "").strip() if mailed else text


def _list_tags(item: _Node, *names: str) -> tuple[str, ...]:
    texts = (clean_text(read_text(e)) for name in names for e in item.list(name))
    return tuple(dict.fromkeys(filter(None, texts)))


def _list_atom(root: etree._Element, url: str) -> Iterator[Draft]:
    for element in root.iter("{*}entry"):
        if _name(element) == "atom:entry":
            yield _draft_atom(_open(element), url)


def _draft_atom(entry: _Node, base: str) -> Draft:
    """Its own authors alone: a feed's author, which RFC 4287 lends to each entry, is mostly the
    outlet."""
    own = entry.find_address("atom:id") or ""
    link = entry.find_address("feedburner:origLink") or _find_alternate(entry)
    return Draft(
        link or (own if _is_address(own) else None),
        _read_base(entry.element, base),
        title=_read_typed(entry, "atom:title"),
        byline=join_texts(_list_signers(entry)),
        published=entry.first(*_ATOM_PUBLISHED),
        modified=entry.first(*_ATOM_MODIFIED),
        summary=_read_typed(entry, "atom:summary"),
        tags=_list_terms(entry),
        language=entry.element.get(_LANG),
    )


def _read_typed(entry: _Node, name: str) -> str | None:
    """A text construct (RFC 4287, 3.1): plain, escaped HTML, or XHTML."""
    for element in entry.list(name):
        text = read_text(element)
        plain = element.get("type", "text") in ("text", "text/plain", "xhtml")
        return (clean_text(text) if plain else strip_markup(text)) or None
    return None


def _list_terms(entry: _Node) -> tuple[str, ...]:
    terms = (clean_text(e.get("label") or e.get("term") or "") for e in entry.list("atom:category"))
    return tuple(dict.fromkeys(filter(None, terms)))
