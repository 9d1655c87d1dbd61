"""Titles: what several sources say together."""

import pytest

from tasks.fields.titles import find_title
from tests.tasks.fields.pages import jsonld, make_page, make_text_page, wrap


def title_of(head="", body="", **options):
    found = find_title(make_page(wrap(head, body), **options))
    return found[0].value if found else None


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ("<title>Bridge opens | Example</title>", "", "Bridge opens"),
        ("<title>Bridge opens - example.com</title>", "", "Bridge opens"),
        ("<title>Example News – Bridge opens after nine years</title>"
         '<meta property="og:site_name" content="Example News">',
         "", "Bridge opens after nine years"),
        ("<title>Bridge opens after nine years | City | The Paper</title>",
         "<h1>Bridge opens after nine years</h1>", "Bridge opens after nine years"),
        ('<meta property="og:title" content="Bridge opens after nine years - The Paper">',
         "<h1>Bridge opens after nine years</h1>", "Bridge opens after nine years"),
        ("<title>Bridge opens</title>", "<h1>Example</h1>", "Bridge opens"),
        ('<meta property="og:title" content="Bridge opens after nine years">',
         "<h1>Traffic: Bridge opens after nine years</h1>", "Bridge opens after nine years"),
        ('<meta property="og:title" content="Tom &amp;amp; Ann wed">', "", "Tom & Ann wed"),
        ("", "", None),
    ],
)  # fmt: skip
def test_title(head, body, expected):
    assert title_of(head, body) == expected


def test_two_that_agree_beat_one():
    head = '<meta property="og:title" content="You will not believe this bridge">' + jsonld(
        '{"@type": "NewsArticle", "headline": "Bridge opens after nine years"}'
    )
    assert (
        title_of(head, "<h1>Bridge opens after nine years</h1>") == "Bridge opens after nine years"
    )


def test_losing_candidates_follow_with_less_confidence():
    page = make_page(wrap('<meta property="og:title" content="One">', "<h1>Two words here</h1>"))
    found = find_title(page)
    assert {f.value for f in found} == {"One", "Two words here"}
    assert found[0].confidence > found[1].confidence > 0


def test_a_text_has_the_line_labelled_title_or_none():
    found = find_title(make_text_page(("title", "Bridge opens"), ("body", "It did.")))
    assert [(f.value, f.span) for f in found] == [("Bridge opens", (0, 12))]
    assert find_title(make_text_page(("body", "It did."))) == []
