"""Sitemaps, their indexes and lists of addresses."""

from __future__ import annotations

import gzip
import tracemalloc
from datetime import UTC, datetime

import pytest

from tasks.listings.registry import read_listing
from tasks.live import Entry, Kind, Listing, Nested
from tasks.model import Told

URL = "https://pilot.example/sitemap.xml"
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def read(text: str | bytes, **more) -> Listing:
    content = text.encode() if isinstance(text, str) else text
    return read_listing(content, None, URL, **more)


def urlset(*urls: str) -> str:
    body = "".join(f"<url>{url}</url>" for url in urls)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{SPACE}">{body}</urlset>'


def test_a_sitemap():
    listing = read(
        urlset(
            "<loc>\n https://pilot.example/a?x=1&amp;y=2 </loc>"
            "<lastmod>2026-11-20T10:00:00+01:00</lastmod>"
            "<changefreq>daily</changefreq><priority>0.5</priority>",
            "<loc>/b</loc><lastmod>2026-11-20</lastmod>",
            "<loc>https://pilot.example/c#top</loc><lastmod>lately</lastmod>",
            "<loc>https://pilot.example/c</loc>",
            "<loc>mailto:a@pilot.example</loc>",
            "<lastmod>2026</lastmod>",
        )
    )
    assert listing == Listing(
        (
            Entry(
                "https://pilot.example/a?x=1&y=2",
                Told(modified="2026-11-20T10:00:00+01:00", by="sitemap"),
                None,
                datetime(2026, 11, 20, 9, tzinfo=UTC),
            ),
            Entry(
                "https://pilot.example/b",
                Told(modified="2026-11-20", by="sitemap"),
                None,
                datetime(2026, 11, 20, tzinfo=UTC),
            ),
            Entry("https://pilot.example/c", Told(modified="lately", by="sitemap")),
        )
    )


def test_a_news_sitemap():
    text = f"""<urlset xmlns="{SPACE}" xmlns:n="{NEWS}" xmlns:xhtml="http://www.w3.org/1999/xhtml"
    xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
    <url><loc>https://pilot.example/a</loc>
    <xhtml:link rel="alternate" hreflang="de" href="https://pilot.example/de/a"/>
    <image:image><image:loc>https://pilot.example/a.jpg</image:loc><image:title>Img</image:title>
    </image:image>
    <n:news><n:publication><n:name>The Pilot</n:name><n:language>en</n:language></n:publication>
    <n:publication_date>2026-11-20T10:05:00+01:00</n:publication_date>
    <n:title>Ferry &amp;amp; quay</n:title><n:keywords>Harbour, boats,</n:keywords></n:news></url>
    <url><loc>https://pilot.example/b</loc><n:news><n:publication><n:language>en</n:language>
    </n:publication></n:news></url></urlset>"""
    assert read(text).entries == (
        Entry(
            "https://pilot.example/a",
            Told(
                title="Ferry & quay", published="2026-11-20T10:05:00+01:00", outlet="The Pilot",
                language="en", tags="Harbour; boats", by="sitemap",
            ),
            datetime(2026, 11, 20, 9, 5, tzinfo=UTC),
        ),
        Entry("https://pilot.example/b"),
    )  # fmt: skip


def test_an_index():
    text = f"""<sitemapindex xmlns="{SPACE}">
    <sitemap><loc>https://pilot.example/1.xml.gz</loc><lastmod>2026-11-20</lastmod></sitemap>
    <sitemap><loc>/2.xml?a=1&b=2</loc></sitemap><sitemap><loc>{URL}</loc></sitemap>
    <sitemap><loc>/2.xml?a=1&amp;b=2</loc></sitemap></sitemapindex>"""
    assert read(text) == Listing(
        nested=(
            Nested(
                "https://pilot.example/1.xml.gz",
                Kind.SITEMAP,
                datetime(2026, 11, 20, tzinfo=UTC),
            ),
            Nested("https://pilot.example/2.xml?a=1&b=2", Kind.SITEMAP),
        )
    )
    assert read(text, most=1).fault.code == "too-many-entries"


def test_a_sitemap_may_be_packed():
    packed = gzip.compress(urlset("<loc>https://pilot.example/a</loc>").encode())
    assert read(packed) == Listing((Entry("https://pilot.example/a"),))


def test_a_packed_sitemap_cut_short_keeps_its_beginning():
    import random

    chance = random.Random(7)
    urls = [f"<loc>https://pilot.example/{chance.random()}</loc>" for _ in range(5_000)]
    packed = gzip.compress(urlset(*urls).encode())
    listing = read(packed[: len(packed) // 2])
    assert listing.fault.code == "truncated-gzip"
    assert 1_000 < len(listing.entries) < 4_000


def test_a_bomb_is_refused():
    listing = read(gzip.compress(urlset("<loc>" + " " * 40_000_000 + "</loc>").encode()))
    assert listing.fault.code == "decompression-bomb"


@pytest.mark.parametrize(
    ("end", "count"),
    [
        ("<url><loc>https://pilot.example/cut", 2),
        ("<url><loc>https://pilot.example/cut</loc>", 2),
        ("</urlsets>", 2),
        ("<url><loc>https://pilot.example/c</loc></url></urlset><!-- 0.1 s", 3),
        ("<url><loc>https://pilot.example/c</loc></url></urlset>\n<script>1</script>", 3),
    ],
)
def test_what_stands_before_a_break_is_kept(end, count):
    """A cut address is no address."""
    whole = urlset("<loc>https://pilot.example/a</loc>", "<loc>https://pilot.example/b</loc>")
    listing = read(whole.removesuffix("</urlset>") + end)
    assert len(listing.entries) == count
    assert listing.fault.code == "broken-xml"


def test_ampersands_are_mended():
    listing = read(urlset("<loc>https://pilot.example/a?x=1&y=2&copy=3</loc>"))
    assert listing == Listing((Entry("https://pilot.example/a?x=1&y=2&copy=3"),))


def test_many_pages_take_little_memory():
    urls = [f"<loc>https://pilot.example/2026/{n}</loc>" for n in range(5_000)]
    content = urlset(*urls).encode()
    del urls
    tracemalloc.start()
    listing = read(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(listing.entries) == 5_000
    assert peak < 12 * len(content)


def test_a_feed_given_as_a_sitemap_is_read():
    text = "<rss><channel><item><link>https://pilot.example/a</link></item></channel></rss>"
    assert [entry.url for entry in read(text, kind=Kind.SITEMAP).entries] == [
        "https://pilot.example/a"
    ]


LINES = (
    "# pages\r\nhttps://pilot.example/a?utm_source=x\r\n\r\n  https://pilot.example/b  # b\nno\n"
)


@pytest.mark.parametrize("kind", [None, Kind.LIST, Kind.SITEMAP])
def test_a_list_of_addresses(kind):
    assert read("\ufeff" + LINES, kind=kind) == Listing(
        (Entry("https://pilot.example/a"), Entry("https://pilot.example/b"))
    )


def test_a_list_is_bounded():
    listing = read("\n".join(f"https://pilot.example/{n}" for n in range(30)), most=20)
    assert (len(listing.entries), listing.fault.code) == (20, "too-many-entries")


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        ("", None, "empty-listing"),
        (" \n ", Kind.FEED, "empty-listing"),
        ("<!doctype html><html><body><p>404</p></body></html>", Kind.FEED, "not-a-listing"),
        ("<html><p>404</p></html>", Kind.SITEMAP, "not-a-listing"),
        ("Not found.", None, "not-a-listing"),
        ("Not found.", Kind.LIST, "not-a-listing"),
        ("<svg xmlns='x'/>", None, "not-a-listing"),
        ("<opml version='2.0'><body/></opml>", None, "not-a-listing"),
        ('{"error": "none"}', None, "not-a-listing"),
        ("<urlset", None, "not-a-listing"),
        ("<urlset><url><loc>", None, "broken-xml"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), None, "not-a-listing"),
        (b"\x1f\x8b\x08\x00broken", None, "truncated-gzip"),
    ],
)  # fmt: skip
def test_what_is_no_listing_says_so(content, kind, code):
    listing = read(content, kind=kind)
    assert listing.fault.code == code
    assert listing.fault.message.endswith((".", "later."))
    assert listing.entries == ()
