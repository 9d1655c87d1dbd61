"""Feeds in every dialect, whole and broken."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tasks.listings.feed_broken import read_broken
from tasks.listings.registry import read_listing
from tasks.live import Entry, Listing
from tasks.model import Told

URL = "https://pilot.example/feeds/all.xml"
SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
)


def rss(*items: str, head: str = "") -> str:
    body = "".join(f"<item>{item}</item>" for item in items)
    channel = f"<title>The Pilot - News</title><link>https://pilot.example/</link>{head}"
    return f'<?xml version="1.0"?>\n<rss version="2.0" {SPACES}><channel>{channel}{body}</channel></rss>'  # noqa: E501


def read(text: str | bytes, url: str = URL, content_type: str | None = None, **more) -> Listing:
    content = text.encode() if isinstance(text, str) else text
    return read_listing(content, content_type, url, **more)


def read_one(text: str | bytes, **more) -> Entry:
    listing = read(text, **more)
    assert listing.fault is None
    [entry] = listing.entries
    return entry


FERRY = """<title>Ferry &amp; quay</title><link>https://pilot.example/2026/ferry?utm_source=rss</link>
<guid isPermaLink="false">https://pilot.example/?p=7</guid><dc:creator>Ann Lee</dc:creator>
<dc:creator>Bo Ek</dc:creator><pubDate>Fri, 20 Nov 2026 10:05:00 +0100</pubDate>
<category>Harbour</category><category><![CDATA[Boats]]></category>
<media:title>A picture</media:title>
<description><![CDATA[<p>The <b>f</b>erry was late.</p><p>Passengers &amp; crew
waited.</p><script>x</script>]]></description>
<content:encoded><![CDATA[<p>All of it</p>]]></content:encoded>
<enclosure url="https://pilot.example/ferry.mp3" type="audio/mpeg" length="1"/>"""


def test_rss_2_tells_all_of_an_entry():
    listing = read(rss(FERRY, head="<language>en-gb</language>"))
    assert (listing.title, listing.language) == ("The Pilot - News", "en-gb")
    assert listing.entries == (
        Entry(
            "https://pilot.example/2026/ferry",
            Told(
                title="Ferry & quay",
                byline="Ann Lee; Bo Ek",
                published="Fri, 20 Nov 2026 10:05:00 +0100",
                summary="The ferry was late. Passengers & crew waited.",
                tags="Harbour; Boats",
                by="feed",
            ),
            datetime(2026, 11, 20, 9, 5, tzinfo=UTC),
        ),
    )


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<link>/a/1</link>", "https://pilot.example/a/1"),
        ("<link> \n https://pilot.example/a?b=1&amp;c=2 </link>", "https://pilot.example/a?b=1&c=2"),
        ("<link><![CDATA[https://pilot.example/a?b=1&c=2]]></link>", "https://pilot.example/a?b=1&c=2"),
        ("<link>https://pilot.example/a?b=1&c=2</link>", "https://pilot.example/a?b=1&c=2"),
        ("<link>https://pilot.example/a?b=1&amp;copy=2</link>", "https://pilot.example/a?b=1&copy=2"),
        ("<guid>https://pilot.example/a</guid>", "https://pilot.example/a"),
        ('<guid isPermaLink="true">https://pilot.example/a</guid>', "https://pilot.example/a"),
        (
            "<link>https://burner.example/~r/1</link>"
            "<feedburner:origLink>https://pilot.example/a</feedburner:origLink>",
            "https://pilot.example/a",
        ),
        ('<link/><atom:link rel="alternate" href="/a"/>', "https://pilot.example/a"),
    ],
)  # fmt: skip
def test_the_address_of_an_rss_entry(item, url):
    assert read_one(rss(item)).url == url


@pytest.mark.parametrize(
    "item",
    [
        '<guid isPermaLink="false">https://pilot.example/?p=1</guid>',
        "<guid>tag:pilot.example,2026:1</guid>",
        '<enclosure url="https://pilot.example/a.mp3"/>',
        "<link>javascript:alert(1)</link>",
        "<link>file:///etc/passwd</link>",
        '<link/><atom:link rel="self" href="https://pilot.example/feed"/>',
        "",
    ],
)
def test_an_entry_without_an_address_is_none(item):
    assert read(rss(f"<title>A</title>{item}")) == Listing((), title="The Pilot - News")


@pytest.mark.parametrize(
    ("item", "byline"),
    [
        ("<author>ann@pilot.example (Ann Lee)</author>", "Ann Lee"),
        ("<author>ann@pilot.example</author>", None),
        ("<author>Ann Lee</author>", "Ann Lee"),
        ("<itunes:author>Ann Lee</itunes:author>", "Ann Lee"),
        ("<atom:author><atom:name>Ann Lee</atom:name></atom:author>", "Ann Lee"),
        ("<dc:creator>Ann Lee</dc:creator><author>desk@pilot.example</author>", "Ann Lee"),
        ("<dc:creator></dc:creator><author>Ann Lee</author>", "Ann Lee"),
        ("<dc:creator>Ann Lee</dc:creator><dc:creator>Ann Lee</dc:creator>", "Ann Lee"),
    ],
)
def test_who_signs(item, byline):
    entry = read_one(rss(f"<title>A</title><link>https://pilot.example/a</link>{item}"))
    assert entry.told.byline == byline


@pytest.mark.parametrize(
    ("printed", "moment"),
    [
        ("Fri, 20 Nov 2026 10:05:00 GMT", datetime(2026, 11, 20, 10, 5)),
        ("Fri, 20 Nov 26 10:05 EST", datetime(2026, 11, 20, 15, 5)),
        ("20 Nov 2026 10:05:00 CET", datetime(2026, 11, 20, 9, 5)),
        ("2026-11-20T10:05:00.25+01:00", datetime(2026, 11, 20, 9, 5, 0, 250_000)),
        ("2026-11-20 10:05:00", datetime(2026, 11, 20, 10, 5)),
        ("2026-11-20", datetime(2026, 11, 20)),
        ("ven., 20 novembre 2026 10:05:00 +0100", datetime(2026, 11, 20, 9, 5)),
        ("0001-01-01T00:00:00+02:00", None),
        ("soon", None),
    ],
)
def test_times_are_read_and_kept_as_printed(printed, moment):
    entry = read_one(rss(f"<link>https://pilot.example/a</link><pubDate>{printed}</pubDate>"))
    assert entry.told.published == printed
    assert entry.published_at == (moment.replace(tzinfo=UTC) if moment else None)


BUILD = "<lastBuildDate>Fri, 20 Nov 2026 10:05:30 GMT</lastBuildDate>"


@pytest.mark.parametrize(
    ("head", "minutes", "kept"),
    [
        (BUILD, [(5, 30)] * 4, 0),
        ("", [(5, 30)] * 4, 0),
        (BUILD, [(5, 30)] * 3 + [(1, 0)], 1),
        ("", [(5, 30)] * 3 + [(1, 0)], 4),
        (BUILD, [(5, 30), (4, 0), (3, 0)], 3),
        (BUILD, [(5, 30), (5, 30)], 2),
    ],
)
def test_the_date_of_the_build_is_no_publication(head, minutes, kept):
    items = [
        f"<link>https://pilot.example/{n}</link>"
        f"<pubDate>Fri, 20 Nov 2026 10:{m:02}:{s:02} GMT</pubDate>"
        for n, (m, s) in enumerate(minutes)
    ]
    entries = read(rss(*items, head=head)).entries
    assert len(entries) == len(minutes)
    assert sum(entry.published_at is not None for entry in entries) == kept


def test_bare_days_may_be_the_same():
    items = [
        f"<link>https://pilot.example/{n}</link><pubDate>2026-11-20</pubDate>" for n in range(5)
    ]
    assert all(entry.published_at for entry in read(rss(*items)).entries)


RDF = """<?xml version="1.0" encoding="iso-8859-1"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://pilot.example/"><title>Hafen</title><dc:language>de</dc:language></channel>
<item rdf:about="https://pilot.example/a"><title>Fähre verspätet</title>
<link>https://pilot.example/a</link><dc:date>2026-11-20T10:05:00+01:00</dc:date>
<dc:subject>Häfen</dc:subject><dc:creator>Änne Lie</dc:creator></item>
<item rdf:about="https://pilot.example/b"><title>B</title></item></rdf:RDF>"""


def test_rss_1_and_its_charset():
    listing = read(RDF.encode("latin-1"))
    first, second = listing.entries
    assert first.told == Told(
        title="Fähre verspätet", byline="Änne Lie", published="2026-11-20T10:05:00+01:00",
        tags="Häfen", by="feed",
    )  # fmt: skip
    assert second.url == "https://pilot.example/b"
    assert (listing.title, listing.language) == ("Hafen", "de")


def test_rss_0_91_with_its_document_type():
    text = (
        '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel>'
        "<title>P</title><item><title>Caf&eacute; &nbsp;open</title>"
        "<link>https://pilot.example/a</link></item></channel></rss>"
    )
    assert read_one(text).told.title == "Café open"


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nb" xml:base="https://pilot.example/x/">
<title type="html">Pilot &amp;amp; lods</title><updated>2026-11-20T12:00:00Z</updated>
<author><name>The Pilot</name></author>
<entry xml:base="y/"><title type="html">Ferry &amp;lt;late&amp;gt; &lt;b&gt;again&lt;/b&gt;</title>
<link rel="enclosure" href="z.mp3"/><link rel="alternate" type="application/json" href="z.json"/>
<link rel="alternate" type="text/html" href="z"/><id>tag:1</id>
<author><name>Ann Lee</name><email>a@pilot.example</email></author>
<author><name>Bo Ek</name></author>
<published>2026-11-20T10:05:00+01:00</published><updated>2026-11-20T11:00:00+01:00</updated>
<summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Late <em>again</em>.</div></summary>
<category term="harbour" label="Harbour"/><category term="boats"/></entry>
<entry><title>One &lt; two</title><id>https://pilot.example/b</id><updated>2026-11-20T09:00:00Z</updated>
</entry></feed>"""


def test_atom():
    listing = read(ATOM)
    assert listing.fault is None
    assert (listing.title, listing.language) == ("Pilot & lods", "nb")
    first, second = listing.entries
    assert first == Entry(
        "https://pilot.example/x/y/z",
        Told(
            title="Ferry <late> again",
            byline="Ann Lee; Bo Ek",
            published="2026-11-20T10:05:00+01:00",
            modified="2026-11-20T11:00:00+01:00",
            summary="Late again.",
            tags="Harbour; boats",
            by="feed",
        ),
        datetime(2026, 11, 20, 9, 5, tzinfo=UTC),
        datetime(2026, 11, 20, 10, 0, tzinfo=UTC),
    )
    assert (second.url, second.told.title) == ("https://pilot.example/b", "One < two")
    assert (second.told.byline, second.published_at) == (None, None)


def test_a_json_feed():
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Pilot",
        "home_page_url": "https://pilot.example/",
        "language": "en",
        "items": [
            {
                "id": "1",
                "url": "/a",
                "external_url": "https://nordby.example/",
                "title": "Ferry &amp; quay",
                "content_html": "<p>All</p>",
                "summary": "Late.",
                "date_published": "2026-11-20T10:05:00+01:00",
                "date_modified": "2026-11-20T11:05:00+01:00",
                "authors": [{"name": "Ann Lee"}, {"url": "https://x.example"}],
                "tags": ["Harbour", 3],
            },
            {"id": "https://pilot.example/b", "author": {"name": "Bo Ek"}},
            {"id": 7, "url": None},
            "no item",
        ],
    }
    listing = read(json.dumps(feed), content_type="application/feed+json")
    first, second = listing.entries
    assert first.told == Told(
        title="Ferry & quay", byline="Ann Lee", published="2026-11-20T10:05:00+01:00",
        modified="2026-11-20T11:05:00+01:00", summary="Late.", tags="Harbour", by="feed",
    )  # fmt: skip
    assert first.url == "https://pilot.example/a"
    assert first.updated_at == datetime(2026, 11, 20, 10, 5, tzinfo=UTC)
    assert (second.url, second.told.byline) == ("https://pilot.example/b", "Bo Ek")
    assert (listing.title, listing.language, listing.fault) == ("The Pilot", "en", None)


@pytest.mark.parametrize("text", ['{"items": [', '{"version": 1}', "{" * 200_000, '{"a":' * 90_000])
def test_broken_json_is_a_fault(text):
    listing = read(text)
    assert listing.fault.code in ("broken-json", "not-a-listing")
    assert listing.entries == ()


@pytest.mark.parametrize(
    "before",
    [
        "\ufeff",
        "\n\n  ",
        "<br />\n<b>Warning</b>: deprecated in x.php on line 3<br />\n",
        "<!-- hi -->",
    ],
)
def test_what_stands_before_a_feed_is_passed_over(before):
    assert read_one(before + rss(FERRY)).told.title == "Ferry & quay"


def test_what_stands_after_a_feed_is_passed_over():
    assert read_one(rss(FERRY) + "<script>count()</script>\n<!-- 0.3 s -->").told.title


@pytest.mark.parametrize(
    "title",
    ["Caf&eacute; open", "Caf&#233; open", "Caf\x0bé open", "Café &#0;&#x1F;open", "Café open"],
)
def test_nearly_xml_is_mended(title):
    text = rss(f"<title>{title}</title><link>https://pilot.example/a?b=1&c=2</link>")
    entry = read_one(text)
    assert (entry.told.title, entry.url) == ("Café open", "https://pilot.example/a?b=1&c=2")


def test_a_charset_that_is_declared_wrongly():
    text = rss("<title>Fähre</title><link>https://pilot.example/a</link>")
    wrong = text.replace('"1.0"?>', '"1.0" encoding="us-ascii"?>').encode()
    assert read_one(wrong).told.title == "Fähre"
    wide = text.replace('"1.0"?>', '"1.0" encoding="utf-8"?>').encode("utf-16")
    assert read_one(wide).told.title == "Fähre"


def test_a_feed_cut_short_keeps_its_whole_entries():
    whole = rss(*(f"<title>T{n}</title><link>https://pilot.example/{n}</link>" for n in range(10)))
    for end in ("example/7", "example/7</link>", "example/7</link></item>"):
        listing = read(whole[: whole.index(end) + len(end) - 1])
        assert listing.fault.code == "broken-xml"
        assert "7 entries" in listing.fault.message
        assert [entry.url[-1] for entry in listing.entries] == list("0123456")
        assert listing.title == "The Pilot - News"


def test_tags_that_do_not_match_are_left_to_feedparser():
    items = [FERRY.replace("2026/ferry", f"2026/{n}") for n in range(4)]
    text = rss(*items).replace("</category>", "</categories>", 1)
    listing = read(text)
    assert listing.fault.code == "broken-xml"
    assert "mismatch: category" in listing.fault.message
    urls = [entry.url for entry in listing.entries]
    assert urls[1:] == [f"https://pilot.example/2026/{n}" for n in (1, 2, 3)]
    told = listing.entries[-1].told
    assert told.summary == "The ferry was late. Passengers & crew waited."
    assert (told.byline, told.tags) == ("Ann Lee; Bo Ek", "Harbour; Boats")
    assert told.modified is None


def test_what_feedparser_stumbles_over_is_salvaged():
    """An end within a tag: feedparser raises KeyError."""
    item = "<item><title>A</title><link>https://pilot.example/{}</link></item>"
    items = (item.format(1).replace("<link>", "<link</item>>"), item.format(2))
    text = f"<rss><channel>{''.join(items)}</channel></rss>"
    with pytest.raises(KeyError):
        read_broken(text, URL)
    listing = read(text)
    assert listing.fault.code == "broken-xml"
    assert "https://pilot.example/2" in [entry.url for entry in listing.entries]


def test_doubles_are_merged_and_the_first_wins():
    items = [
        f"<title>{n}</title><link>https://pilot.example/a{end}</link>"
        for n, end in enumerate(("", "?utm_medium=rss", "#top", "?fbclid=1"))
    ]
    assert read_one(rss(*items)).told.title == "0"


def test_the_bound_is_a_setting():
    items = [f"<link>https://pilot.example/{n}</link>" for n in range(30)]
    listing = read(rss(*items), most=10)
    assert len(listing.entries) == 10
    assert listing.fault.code == "too-many-entries"
    assert read(rss(*items), most=30).fault is None


def test_long_texts_are_cut_at_a_word():
    entry = read_one(
        rss(f"<link>https://pilot.example/a</link><description>{'word ' * 900}</description>")
    )
    assert 1_900 < len(entry.told.summary) <= 2_000
    assert entry.told.summary.endswith("word")


def test_a_feed_without_entries_is_no_fault():
    assert read(rss()) == Listing(title="The Pilot - News")
