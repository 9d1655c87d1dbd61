"""What is found on an outlet's home page."""

from __future__ import annotations

import pytest

from tasks.listings.home import is_article
from tasks.listings.registry import read_listing
from tasks.live import Entry, Kind, Listing, Nested

URL = "https://www.pilot.example/"


def read(head: str = "", body: str = "", **more) -> Listing:
    text = f'<!DOCTYPE html><html lang="en"><head>{head}</head><body>{body}</body></html>'
    return read_listing(text.encode(), "text/html", URL, Kind.HOME, **more)


FEEDS = """<title>The Pilot</title>
<link rel="alternate" type="application/rss+xml" title="All &amp; more" href="/feed?utm_source=x">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/replies.xml">
<link rel="alternate" type="application/rss+xml" href="/comments/feed/">
<link rel="ALTERNATE home" type="application/atom+xml; charset=utf-8"
 href="//feeds.pilot.example/a">
<link rel="alternate" type="application/feed+json" href="feed.json">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1">
<link rel="alternate" type="text/xml" href="/rss/top.xml">
<link rel="alternate" type="text/xml+oembed" href="/oembed?url=x">
<link rel="alternate" hreflang="de" href="https://pilot.example/de/">
<link rel="stylesheet" type="application/rss+xml" href="/no.xml">
<link rel="alternate" type="application/rss+xml" href="">"""


def test_the_feeds_of_a_page():
    listing = read(FEEDS, "<a href='/rss-readers'>RSS</a>")
    assert listing.nested == (
        Nested("https://www.pilot.example/feed", Kind.FEED, title="All & more"),
        Nested("https://feeds.pilot.example/a", Kind.FEED),
        Nested("https://www.pilot.example/feed.json", Kind.FEED),
        Nested("https://www.pilot.example/rss/top.xml", Kind.FEED),
    )
    assert (listing.title, listing.language, listing.fault) == ("The Pilot", "en", None)


def test_feeds_that_are_only_linked():
    body = "<a href='/rss'>RSS</a><a href='https://nordby.example/rss'>x</a><a href='/news'>N</a>"
    assert read(body=body).nested == (
        Nested("https://www.pilot.example/rss", Kind.FEED, title="RSS"),
    )


ROBOTS = (
    "https://www.pilot.example/sitemap.xml",
    "https://www.pilot.example/sitemap-news.xml",
    "ftp://www.pilot.example/news.xml",
)


def test_news_sitemaps_of_robots_txt_come_with_the_feeds():
    found = [nested.url for nested in read(FEEDS, sitemaps=ROBOTS).nested]
    assert found[-1] == "https://www.pilot.example/sitemap-news.xml"
    assert "https://www.pilot.example/sitemap.xml" not in found


def test_any_sitemap_is_better_than_nothing():
    link = "<link rel=sitemap href=/map.xml>"
    assert read(link, sitemaps=ROBOTS[:1]).nested == (
        Nested("https://www.pilot.example/map.xml", Kind.SITEMAP),
        Nested("https://www.pilot.example/sitemap.xml", Kind.SITEMAP),
    )


def test_the_articles_that_a_page_links():
    body = """<a href="/2026/11/20/ferry">1</a>
    <a href="/harbour/ferry-late-for-the-third-time#c">2</a>
    <a href="https://m.pilot.example/a-8123456">3</a><a href="/harbour/">4</a>
    <a href="/2026/11/20/ferry?utm_source=home">5</a>
    <a href="https://nordby.example/2026/11/20/x">6</a>
    <a href="/tag/a-long-tag-of-many-words">7</a><a href="mailto:a@b.example">8</a><a>9</a>"""
    assert read(body=body).entries == (
        Entry("https://www.pilot.example/2026/11/20/ferry"),
        Entry("https://www.pilot.example/harbour/ferry-late-for-the-third-time"),
        Entry("https://m.pilot.example/a-8123456"),
    )
    assert len(read(body=body, most=1).entries) == 1


def test_each_port_of_a_bare_address_is_a_site():
    page = b"<html><a href='/2026/11/20/a'>a</a><a href='http://127.0.0.1:81/2026/11/20/b'>b</a>"
    entries = read_listing(page, None, "http://127.0.0.1:82/").entries
    assert [entry.url for entry in entries] == ["http://127.0.0.1:82/2026/11/20/a"]


def test_links_belong_to_the_page_s_base():
    assert read("<base href='/x/'>", "<a href='2026/11/20/y'>y</a>").entries == (
        Entry("https://www.pilot.example/x/2026/11/20/y"),
    )


@pytest.mark.parametrize(
    ("path", "yes"),
    [
        ("2026/11/20/ferry", True),
        ("2026/11/ferry-late", True),
        ("news/20261120/ferry", True),
        ("harbour/ferry-late-for-the-third-time", True),
        ("harbour/ferry-late-123456.html", True),
        ("2026/11/20/", False),
        ("2026/11", False),
        ("harbour/123456", False),
        ("ferry-late", False),
        ("authors/2026/11/ann-lee", False),
        ("2026/11/20/ferry.jpg", False),
        ("", False),
    ],
)
def test_addresses_that_look_like_articles(path, yes):
    assert is_article(f"https://pilot.example/{path}") is yes


def test_a_bare_page_names_nothing():
    assert not read().nested


def test_without_a_kind_a_page_is_a_home_page():
    assert read_listing(f"<html><head>{FEEDS}".encode(), None, URL).nested
