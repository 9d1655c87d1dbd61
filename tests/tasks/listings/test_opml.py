"""OPML in and out: what feed readers export, and what we write."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.errors import SourceUnreadable
from tasks.listings.opml import read_opml, write_opml
from tasks.live import Kind, Source

EXPORTED = """<?xml version="1.0" encoding="UTF-8"?>
<!-- exported by a reader -->
<opml version="1.0"><head><title>Subscriptions</title></head><body>
 <outline text="Harbours" title="Harbours">
  <outline type="rss" text="The Pilot - News" title="The Pilot - News"
    xmlUrl="https://Pilot.example/feed?utm_source=reader" htmlUrl="https://pilot.example/"/>
  <outline text="Nordby" ><outline type="atom" text="Nordby Avis" xmlurl="http://nordby.example/a.xml"/>
  </outline>
 </outline>
 <outline type="rss" text="The Pilot again" xmlUrl="https://pilot.example/feed"/>
 <outline type="link" text="A page" url="https://pilot.example/about"/>
 <outline type="rss" text="A bare & and no address" xmlUrl=""/>
 <outline type="rss" text="Mail" xmlUrl="mailto:a@pilot.example"/>
</body></opml>"""


def test_the_feeds_of_a_reader_s_export():
    assert read_opml(EXPORTED.encode(), "x.opml") == [
        Source("", Kind.FEED, "https://pilot.example/feed"),
        Source("", Kind.FEED, "http://nordby.example/a.xml"),
    ]


SOURCES = [
    Source("pilot", Kind.FEED, "https://pilot.example/feed", "The Pilot & Sons", "Europe/Oslo"),
    Source("pilot-map", Kind.SITEMAP, "https://pilot.example/s.xml", language="no", enabled=False),
    Source("home", Kind.HOME, "https://nordby.example/", every=600, pace=0.5, most=20),
    Source("never", Kind.LIST, "https://nordby.example/l.txt", revisits=()),
    Source("often", Kind.FEED, "https://nordby.example/a.xml", revisits=(60, 3600)),
    Source("inbox", Kind.INBOX, "/srv/in box/*.html"),
    Source("crawl", Kind.ARCHIVE, "https://data.example/warc.paths.gz#10-20"),
]


def test_our_own_file_is_read_as_the_same_sources():
    assert read_opml(write_opml(SOURCES), "x.opml") == SOURCES


def test_of_two_with_one_address_the_first_stays():
    twice = [Source("one", Kind.FEED, "https://a.example/f"),
             Source("two", Kind.FEED, "https://a.example/f")]  # fmt: skip
    assert read_opml(write_opml(twice), "x.opml") == twice[:1]


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1).filter(
    lambda text: not any(c in text for c in "\ufffe\uffff")
)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(TEXTS, st.none() | TEXTS, st.none() | st.integers(1, 10**6))
def test_any_names_come_back(name, outlet, every):
    source = Source(name, Kind.FEED, "https://a.example/f", outlet, every=every)
    assert read_opml(write_opml([source]), "x") == [source]


def test_other_readers_see_the_feeds():
    from lxml import etree

    root = etree.fromstring(write_opml(SOURCES))
    assert root.get("version") == "2.0"
    feeds = root.findall("body/outline[@type='rss']")
    assert [feed.get("xmlUrl") for feed in feeds] == [
        "https://pilot.example/feed", "https://nordby.example/a.xml",
    ]  # fmt: skip
    assert all(outline.get("text") for outline in root.iter("outline"))


OURS = '<opml xmlns:c="urn:copydesk:sources"><outline %s/></opml>'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no xml",
        "<rss><channel/></rss>",
        "<opml><body><outline",
        OURS % 'xmlUrl="http://a.example" c:every="soon"',
        OURS % 'url="http://a.example" c:kind="zoo"',
    ],
)
def test_what_is_no_opml_is_refused(text):
    with pytest.raises(SourceUnreadable) as caught:
        read_opml(text.encode(), "x.opml")
    assert caught.value.message.startswith("x.opml")
    assert caught.value.hint


def test_what_xml_cannot_hold_is_left_out():
    source = Source("a", Kind.FEED, "https://a.example/f", "The\x00 Pilot\x1b")
    assert read_opml(write_opml([source]), "x")[0].outlet == "The Pilot"


def test_entities_are_not_resolved():
    text = (
        '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        '<opml><body><outline type="rss" text="&x;" xmlUrl="https://a.example/&x;"/></body></opml>'
    )
    assert [source.url for source in read_opml(text.encode(), "x")] == ["https://a.example/&x;"]
