"""Addresses of sources: their normal form, kind and name."""

from pathlib import Path

import pytest

from flows.sources.addresses import guess_kind, name_sources, normalise_address, propose_name
from tasks.errors import UsageError
from tasks.live import Kind, Source

HERE = Path("/srv/desk")


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://post.example/", Kind.HOME),
        ("https://post.example/world", Kind.HOME),
        ("https://post.example/feed/", Kind.FEED),
        ("https://post.example/?feed=rss2", Kind.FEED),
        ("https://post.example/rss/news.xml", Kind.FEED),
        ("https://post.example/index.rdf", Kind.FEED),
        ("https://post.example/atom", Kind.FEED),
        ("https://post.example/feeds/sport?format=xml", Kind.FEED),
        ("https://post.example/feed.json", Kind.FEED),
        ("https://feeds.post.example/top", Kind.FEED),
        ("https://post.example/the-feeding-of-cats", Kind.HOME),
        ("https://post.example/sitemap.xml", Kind.SITEMAP),
        ("https://post.example/sitemap-news.xml.gz", Kind.SITEMAP),
        ("https://post.example/sitemaps/feed.xml", Kind.SITEMAP),
        ("https://post.example/addresses.txt", Kind.LIST),
        ("https://crawl.example/2026/11/warc.paths.gz", Kind.ARCHIVE),
        ("https://crawl.example/2026/11/warc.paths.gz#10-20", Kind.ARCHIVE),
        ("/srv/crawl/warc.paths#hosts=post.example", Kind.ARCHIVE),
        ("s3://crawl/news/", Kind.ARCHIVE),
        ("/srv/crawl/warc.paths", Kind.ARCHIVE),
        ("/srv/inbox", Kind.INBOX),
    ],
)
def test_the_kind_is_judged_by_the_address(address, kind):
    assert guess_kind(address) is kind


@pytest.mark.parametrize(
    ("text", "kind", "address"),
    [
        (" HTTPS://Post.Example:443/feed ", None, "https://post.example/feed"),
        ("https://post.example", None, "https://post.example/"),
        ("https://post.example/feed?utm_source=x#top", None, "https://post.example/feed"),
        ("http://127.0.0.1:8080/rss", None, "http://127.0.0.1:8080/rss"),
        ("s3://crawl/paths.gz", None, "s3://crawl/paths.gz"),
        ("./inbox", None, "/srv/desk/inbox"),
        ("../inbox/", Kind.INBOX, "/srv/inbox"),
        ("inbox", Kind.INBOX, "/srv/desk/inbox"),
        ("/srv/in box", None, "/srv/in box"),
        ("file:///srv/in%20box", None, "/srv/in box"),
        ("list.paths", Kind.ARCHIVE, "/srv/desk/list.paths"),
        ("./list.paths#2-", None, "/srv/desk/list.paths#2-"),
        ("file:///srv/list.paths#2-", None, "/srv/list.paths#2-"),
        (
            "HTTPS://Crawl.Example/warc.paths.gz#2-3",
            None,
            "https://crawl.example/warc.paths.gz#2-3",
        ),
        ("https://crawl.example/files#1-", Kind.ARCHIVE, "https://crawl.example/files#1-"),
        ("s3://crawl/paths.gz#7", None, "s3://crawl/paths.gz#7"),
    ],
)
def test_addresses_have_one_form(text, kind, address):
    assert normalise_address(text, kind, HERE) == address


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("post.example/feed", None, "https://post.example/feed"),
        ("https://", None, "https://host/path"),
        ("https://post example/", None, "no web address"),
        ("http://post.example:99999/", None, "no web address"),
        ("ftp://post.example/feed", None, "Only http and https"),
        ("gopher://post.example/", None, "Only http and https"),
        ("javascript:alert(1)", None, "Only http and https"),
        ("file:///etc/passwd", Kind.FEED, "no web address"),
        ("/etc/passwd", Kind.FEED, "no web address"),
        ("s3://crawl/x", Kind.FEED, "no web address"),
        ("https://post.example/", Kind.INBOX, "folder"),
        ("", None, "https://host/path"),
        ("", Kind.INBOX, "empty"),
        ("https://crawl.example/warc.paths.gz#9-2", None, "9-2 is empty"),
        ("https://crawl.example/warc.paths.gz#first", None, "selects nothing"),
    ],
)
def test_what_cannot_be_polled_is_refused(text, kind, said):
    with pytest.raises(UsageError, match=said):
        normalise_address(text, kind, HERE)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://www.post.example/", "post.example"),
        ("https://post.example/rss/sport.xml", "post.example-rss-sport"),
        ("https://post.example/?feed=rss2", "post.example-feed-rss2"),
        ("http://127.0.0.1:8080/feed.xml", "127.0.0.1-8080-feed"),
        ("/srv/inbox", "inbox"),
        ("s3://crawl/news/warc.paths.gz", "crawl-news-warc"),
        ("https://post.example/%E6%96%B0%E9%97%BB", "post.example-新闻"),
    ],
)
def test_names_are_made_from_host_and_path(address, name):
    assert propose_name(address) == name


def test_long_names_are_cut_and_stay_apart():
    names = {propose_name(f"https://post.example/{'a' * 80}/{n}") for n in range(3)}
    assert len(names) == 3
    assert all(len(name) <= 60 for name in names)


def test_a_taken_name_gets_a_mark_and_a_known_address_keeps_its_name():
    old = Source("post.example-rss", Kind.FEED, "https://post.example/rss")
    twin = Source("", Kind.FEED, "https://post.example/rss.xml")
    [named] = name_sources([twin], [old])
    assert named.name.startswith("post.example-rss-")
    assert name_sources([twin], [old, named]) == [named]
    assert name_sources([Source("", Kind.FEED, old.url)], [old]) == [old]
