"""Structured data as pages really carry it."""

import time

import pytest
from lxml import html

from tasks.fields.claims import list_texts
from tasks.fields.jsonld import flatten, list_types, parse_jsonld
from tasks.fields.structured import read_structured
from tasks.model import DateMark
from tests.tasks.fields.pages import jsonld, wrap


def read(markup):
    return read_structured(html.document_fromstring(markup))


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "headline": "Bridge opens"}',
        '{"@type": "NewsArticle", "headline": "Bridge opens",}',
        '<!-- {"@type": "NewsArticle", "headline": "Bridge opens"} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Bridge opens"}\n//]]>',
        '/*<![CDATA[*/{"@type": "NewsArticle", "headline": "Bridge opens"}/*]]>*/',
        '{"@type": "NewsArticle", "headline": "Bridge opens", "text": "two\nlines, a\ttab"}',
        '{"@type": "NewsArticle", "headline": "Bridge opens"};',
        "{&quot;@type&quot;:&quot;NewsArticle&quot;,&quot;headline&quot;:&quot;Bridge opens&quot;}",
        '{"@type": "NewsArticle", "headline": "Bridge opens", "path": "a\\d"}',
        '{"@type": "NewsArticle"\n"headline": "Bridge opens"}',
        '{"@type": "NewsArticle", "headline": "Bridge opens", "description": "a "bare" quote"}',
        '\ufeff{"@type": "NewsArticle", "headline": "Bridge opens"}',
    ],
)
def test_broken_jsonld_is_read(script):
    nodes = flatten(parse_jsonld(script))
    assert [node["headline"] for node in nodes] == ["Bridge opens"]
    assert list_types(nodes[0]) == ["newsarticle"]


def test_several_objects_in_one_script():
    assert len(parse_jsonld('{"a": 1}{"b": 2}\n{"c": 3}')) == 3


@pytest.mark.parametrize("script", ["", "no json", "{", "[" * 100_000, '{"a":' * 5_000])
def test_hopeless_scripts_give_nothing(script):
    assert parse_jsonld(script) == []


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ({"givenName": "Jane", "familyName": "Doe"}, ["Jane Doe"]),
        ({"givenName": "Jane"}, ["Jane"]),
        ({"givenName": "Jane", "familyName": {"@value": "Doe"}}, ["Jane Doe"]),
        ({"givenName": "Jane", "familyName": 7}, ["Jane"]),
        ({"givenName": ["Jane", "Ada"], "familyName": ["Doe", "Reed"]}, ["Jane Doe"]),
        ({"givenName": 7, "familyName": "Doe"}, []),
        ({"familyName": "Doe"}, []),
        ({"name": None, "givenName": "Jane"}, ["Jane"]),
        ([{"name": "Jane"}, None, 7, {"@value": " Doe "}], ["Jane", "Doe"]),
    ],
)
def test_the_texts_of_a_jsonld_value(value, texts):
    assert list(list_texts(value)) == texts


def test_texts_nested_beyond_sense_are_none():
    value = "Jane"
    for _ in range(5_000):
        value = [value]
    assert list(list_texts(value)) == []


def test_graph_lists_and_main_entity_are_opened():
    nodes = flatten(
        parse_jsonld(
            '{"@graph": [{"@type": "WebSite", "name": "Example"},'
            '{"@type": "WebPage", "mainEntity": {"@type": "Article", "headline": "Deep"}}]}'
        )
    )
    assert "Deep" in [node.get("headline") for node in nodes]


def test_the_article_is_the_one_that_fits_the_page():
    other = '{"@type": "NewsArticle", "headline": "Another story", "datePublished": "2024-01-01"}'
    own = (
        '{"@type": "NewsArticle", "headline": "Bridge opens after nine years",'
        '"url": "https://example.com/a/1"}'
    )
    head = '<link rel="canonical" href="https://www.example.com/a/1?x=1">' + jsonld(
        f"[{other}, {own}]"
    )
    structured = read(wrap(head, "<h1>Bridge opens after nine years</h1>"))
    assert structured.article["headline"] == "Bridge opens after nine years"


def test_a_page_without_an_article_object():
    structured = read(wrap(jsonld('{"@type": "Organization", "name": "Example"}')))
    assert structured.article is None
    assert len(structured.jsonld) == 1


def test_meta_by_name_property_and_itemprop():
    structured = read(
        wrap(
            '<meta property="OG:Title" content=" A "><meta name="keywords" content="x">'
            '<meta name="keywords" content="y"><meta itemprop="datePublished" content="2024-08-13">'
            '<meta name="empty" content="">'
        )
    )
    assert structured.meta == {
        "og:title": ("A",),
        "keywords": ("x", "y"),
        "datepublished": ("2024-08-13",),
    }


def test_times_links_language_title_and_headings():
    structured = read(
        wrap(
            '<title>\n Bridge \n opens</title><link rel="canonical amphtml" href="/a">',
            "<svg><title>icon</title></svg><h1>Bridge <b>o</b>pens<script>x</script></h1>"
            '<time datetime="2024-08-13">13 Aug</time><time>today</time>',
            lang="en-GB",
        )
    )
    assert structured.title_tag == "Bridge opens"
    assert structured.h1 == ("Bridge opens",)
    assert structured.dates == (
        DateMark("time", "2024-08-13", "13 Aug", place="head"),
        DateMark("time", "", "today", place="head"),
    )
    assert structured.links == {"canonical": ("/a",), "amphtml": ("/a",)}
    assert structured.html_lang == "en-GB"


def test_bylines_by_mark_and_not_from_comments():
    structured = read(
        wrap(
            body='<article><p class="byline">By <a rel="author" href="/j">Jane Doe</a></p>'
            '<span itemprop="author"><b itemprop="name">Jane Doe</b></span></article>'
            '<div class="comments"><span class="author">Troll</span></div>'
            '<aside><span class="author">Neighbour</span></aside>'
        )
    )
    assert "By\nJane Doe" in structured.bylines
    assert set(structured.byline_marks) == {"class-byline", "rel"}
    assert not any("Troll" in text or "Neighbour" in text for text in structured.bylines)


def test_brothers_are_one_byline():
    structured = read(
        wrap(body='<ul><li class="author">Jane Doe</li><li class="author">John Smith</li></ul>')
    )
    assert structured.bylines == ("Jane Doe\nJohn Smith",)


def test_dates_by_class():
    structured = read(
        wrap(body='<span class="post-date">13 Aug 2024</span><p class="update">x 1</p>')
    )
    assert structured.dates == (DateMark("class", "", "13 Aug 2024"),)


def test_the_tree_is_left_as_it_was():
    tree = html.document_fromstring(wrap(jsonld("{}"), '<p class="byline">By Jane</p>'))
    before = html.tostring(tree)
    read_structured(tree)
    assert html.tostring(tree) == before


def test_a_page_of_twenty_thousand_paragraphs_is_read_at_once():
    tree = html.document_fromstring(wrap(body="<p>The council met.</p>" * 20_000))
    started = time.process_time()
    read_structured(tree)
    assert time.process_time() - started < 3  # half a minute where each is compared with all
