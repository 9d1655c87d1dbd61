"""Listings that mean harm, or that are rubbish: quick, and without an error."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.listings.feed_broken import read_broken
from tasks.listings.registry import read_listing
from tasks.live import Kind, Listing

URL = "https://pilot.example/feed"
LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
ITEM = "<item><title>{}</title><link>https://pilot.example/a</link></item>"


def feed(item: str, doctype: str = "") -> str:
    return f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel>{item}</channel></rss>'


def read(text: str) -> Listing:
    return read_listing(text.encode("utf-8", "surrogatepass"), None, URL)


def test_entities_of_a_document_are_not_resolved(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("not for you")
    for entity in (f'<!ENTITY x SYSTEM "file://{secret}">', f'<!ENTITY l0 "ha">{LAUGHS}'):
        for item in (ITEM.format("&x;&l9;"), ITEM.format("&x;&l9;</titel>")):
            listing = read(feed(item, f"<!DOCTYPE rss [{entity}]>"))
            assert "not for you" not in repr(listing)
            assert len(repr(listing)) < 2_000


def test_a_file_s_name_is_not_opened(tmp_path, monkeypatch):
    """feedparser opens what looks like a name; what we hand it is always content."""
    name = "<rss><channel><item><title>broken"
    (tmp_path / name).write_text(feed(ITEM.format("not for you")))
    monkeypatch.chdir(tmp_path)
    assert "not for you" not in repr(list(read_broken(name, URL).drafts))


HOSTILE = {
    "deep": "<rss>" + "<channel>" * 60_000,
    "deep-mended": "<rss><channel>" + "<a>" * 100_000 + "</b>",
    "cdata": "<rss><channel>" + "<![CDATA[" * 200_000,
    "cdata-items": "<rss><channel>" + "<item><![CDATA[</item>" * 60_000,
    "ampersands": "<rss><channel>" + "&" * 1_000_000,
    "tags": feed(ITEM.format("<" * 500_000)),
    "attributes": "<rss " + 'a="1" ' * 200_000 + "><channel>",
    "quotes": "<rss><channel><item a='" + '"' * 500_000,
    "ends": "<rss><channel>" + "</" * 200_000,
    "declarations": "<rss><channel>" + "<!DOCTYPE " * 100_000,
    "comments": "<rss><channel>" + "<!--" * 200_000,
    "markup": feed(ITEM.format("&lt;p" * 100_000)),
    "nested-markup": feed(ITEM.format("&lt;p>" * 200_000)),
    "entities": "<rss><channel>" + ITEM.format("&aaaaaaaaaaaa" * 100_000),
    "numbers": "<rss><channel>" + ITEM.format("&#99999999999;" * 100_000),
    "sitemap": "<urlset>" + "<url>" * 300_000,
    "sitemap-locs": "<urlset><url>" + "<loc>" * 300_000,
    "lines": "#\n" * 1_000_000,
    "one-line": "https://a.example/" + "a" * 3_000_000,
    "spaces": " " * 5_000_000 + "<rss>",
    "home": "<html><body>" + "<a href='/a-b-c-d" + "-" * 1_000_000 + "'>",
    "links": "<html><body>" + "".join(f"<a href='/x/{n}'>" for n in range(3_000)),
    "opml": "<opml>" * 100_000,
    "long-word": feed(
        f"<item><link>https://pilot.example/a</link><author>{'a' * 500_000}</author></item>"
    ),
    "date": feed(
        f"<item><link>https://pilot.example/a</link><pubDate>{'1' * 500_000}</pubDate></item>"
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_takes_long(name):
    started = time.process_time()
    listing = read(HOSTILE[name])
    assert time.process_time() - started < 4
    assert isinstance(listing, Listing)


WHOLE = [
    feed(ITEM.format("A") * 3),
    "<urlset><url><loc>https://pilot.example/a</loc></url></urlset>",
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/a"/></entry></feed>',
    '{"items": [{"url": "https://pilot.example/a"}]}',
    "<html><head><link rel=alternate type=application/rss+xml href=/f></head></html>",
]
PIECES = st.sampled_from(
    ["<", ">", "</", "&", "]]>", "<![CDATA[", "<item>", "</item>", "<link>", "'", '"', "\0", "é",
     "<loc>", "<base href='http://[::1'>", "http://[", "{", "[", "<a href='//['>", "xml:base='http://['",
     " xmlns='x'", "<dc:date>", "&#xD800;", "\ud800", "<entry>", "<author>", "<rss>", "<html>"]
)  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=400)
@given(
    st.sampled_from(WHOLE), st.lists(st.tuples(st.integers(0, 200), PIECES), max_size=6),
    st.sampled_from([None, *Kind]),
)  # fmt: skip
def test_no_damage_raises(text, damage, kind):
    for at, piece in damage:
        text = text[:at] + piece + text[at:]
    content = text.encode("utf-8", "surrogatepass")
    assert isinstance(read_listing(content, None, URL, kind), Listing)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.binary(max_size=300), st.sampled_from([None, *Kind]), st.none() | st.text(max_size=20))
def test_no_bytes_raise(content, kind, content_type):
    assert isinstance(read_listing(content, content_type, URL, kind), Listing)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.text(max_size=60))
def test_no_texts_of_an_entry_raise(text):
    import json

    names = ("title", "summary", "date_published", "id", "language")
    item = {**dict.fromkeys(names, text), "tags": [text], "authors": [{"name": text}]}
    item["url"] = "https://pilot.example/a"
    assert isinstance(read(json.dumps({"items": [item, {"url": text}]})), Listing)
