"""Feeds in XML: read as a tree where they are well-formed or nearly, else by feedparser."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from lxml import etree

from tasks.listings.entries import Draft, drop_published, make_listing
from tasks.listings.faults import fault_broken
from tasks.listings.feed_broken import read_broken
from tasks.listings.feed_xml import Feed, read_tree
from tasks.listings.markup import describe_break, make_parser, mend_xml
from tasks.listings.moments import read_moment
from tasks.live import Listing

MOST_ENTRIES = 10_000
_ROOT = re.compile(r"<((?:[\w.-]+:)?(\w+))")
_ITEM_END = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>")
_ITEM_START = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)(?=[\s>])")
_OPENING = re.compile(r"<((?:[\w.-]+:)?\w+)(?:\s[^<>]{0,2000})?>")
# So many entries of one moment are not a coincidence.
_LEAST_SAME = 3


def read_feed(text: str, url: str, most: int = MOST_ENTRIES) -> Listing:
    """The pages of a feed, whose root element `text` begins with. Broken XML is a fault
    'broken-xml' beside what could be read of it."""
    feed, why = _parse(text, url)
    drafts = _drop_built(list(_take(feed.drafts, most)), feed.built)
    listing = make_listing(drafts, "feed", most)
    fault = fault_broken("XML", why, len(listing.entries)) if why else listing.fault
    return replace(listing, title=feed.title, language=feed.language, fault=fault)


def _take(drafts: Iterable[Draft], most: int) -> Iterator[Draft]:
    """As many as are looked at: twice the bound, for the same address may come again."""
    return (draft for _, draft in zip(range(2 * most + 1), drafts, strict=False))


def _parse(text: str, url: str) -> tuple[Feed, str | None]:
    """The feed, and what is wrong with its XML where mending did not help."""
    text = _cut_end(text)
    try:
        return read_tree(_parse_tree(text), url), None
    except etree.XMLSyntaxError:
        mended = mend_xml(text)
    try:
        return read_tree(_parse_tree(mended), url), None
    except etree.XMLSyntaxError as error:
        why = describe_break(error)
    whole = _close(mended)
    try:
        return read_tree(_parse_tree(whole), url), why
    except etree.XMLSyntaxError:
        return _read_anyhow(whole, url), why


def _read_anyhow(text: str, url: str) -> Feed:
    """What feedparser makes of it; where it stumbles, the entries that are whole."""
    try:
        return read_broken(text, url)
    except Exception:  # noqa: BLE001 - whatever it stumbles over, the feed is told to be broken
        return _salvage(text, url)


def _parse_tree(text: str) -> etree._Element:
    return etree.fromstring(text.encode("utf-8", "replace"), make_parser())


def _salvage(text: str, url: str) -> Feed:
    """Of a feed that nobody can read, the entries that are well-formed by themselves."""
    opening = _OPENING.match(text)
    if opening is None:
        return Feed(None, None, (), iter(()))
    pieces = islice(_list_pieces(text), MOST_ENTRIES)
    trees = (_try_tree(f"{opening[0]}{piece}</{opening[1]}>") for piece in pieces)
    drafts = (draft for tree in trees if tree is not None for draft in read_tree(tree, url).drafts)
    return Feed(None, None, (), drafts)


def _try_tree(text: str) -> etree._Element | None:
    try:
        return _parse_tree(text)
    except etree.XMLSyntaxError:
        return None


def _list_pieces(text: str) -> Iterator[str]:
    """What stands from the last beginning of an entry to its end."""
    after = 0
    for end in _ITEM_END.finditer(text):
        starts = [match.start() for match in _ITEM_START.finditer(text, after, end.start())]
        after = end.end()
        if starts:
            yield text[starts[-1] : after]


def _cut_end(text: str) -> str:
    """Without what follows the end of the root element."""
    root = _ROOT.match(text)
    end = text.rfind(f"</{root[1]}") if root else -1
    return text[: text.find(">", end) + 1 or None] if end > 0 else text


def _close(text: str) -> str:
    """A feed that ends early, up to its last whole entry, and closed: a link may be cut."""
    root = _ROOT.match(text)
    if root is None or f"</{root[1]}" in text[-200:]:
        return text
    end = _find_last_end(text)
    channel = "</channel>" if root[2].lower() == "rss" else ""
    return f"{text[:end]}{channel}</{root[1]}>"


def _find_last_end(text: str) -> int:
    """Where the last whole entry ends; the end of the text where there is none."""
    at = len(text)
    while (at := text.rfind("</", 0, at)) >= 0:
        if match := _ITEM_END.match(text, at):
            return match.end()
    return len(text)


def _drop_built(drafts: list[Draft], built: Iterable[str]) -> list[Draft]:
    """Without the moment at which a feed was built, which some print as the publication of each of
    their entries. A bare day is that of many."""
    moments = [read_moment(draft.published) for draft in drafts]
    own = {read_moment(text) for text in built}
    wrong = {
        moment
        for moment, count in Counter(moments).items()
        if moment and moment.time().isoformat() != "00:00:00" and count >= _LEAST_SAME
        and (moment in own or count == len(drafts))
    }  # fmt: skip
    return [
        drop_published(draft) if moment in wrong else draft
        for draft, moment in zip(drafts, moments, strict=True)
    ]
