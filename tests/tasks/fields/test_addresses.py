"""One article, one address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.fields.addresses import find_canonical, find_image
from tasks.fields.urls import identify_url, normalise_url
from tests.tasks.fields.pages import FIXED, make_page, wrap


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Example.com/a#top", "https://example.com/a"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("https://example.com:8080/a", "https://example.com:8080/a"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com/a?utm_source=x&utm_medium=y", "https://example.com/a"),
        ("https://example.com/a?id=7&fbclid=z", "https://example.com/a?id=7"),
        ("https://example.com/a?id=7&page=2", "https://example.com/a?id=7&page=2"),
        ("https://example.com/a?ref=rss", "https://example.com/a"),
        ("https://example.com/a/amp/", "https://example.com/a"),
        ("https://example.com/a.amp.html", "https://example.com/a.html"),
        ("https://example.com/a?amp=1", "https://example.com/a"),
        ("https://example.com/camp/", "https://example.com/camp/"),
        ("https://example-com.cdn.ampproject.org/c/s/example.com/a", "https://example.com/a"),
        ("mailto:x@example.com", None),
        ("javascript:void(0)", None),
        ("http://[broken", None),
        ("", None),
    ],
)
def test_normal_form(url, expected):
    assert normalise_url(url) == expected


def test_relative_addresses_need_a_base():
    assert normalise_url("/a?x=1", "https://example.com/b") == "https://example.com/a?x=1"


@pytest.mark.parametrize(
    "twin",
    [
        "http://example.com/a",
        "https://www.example.com/a/",
        "https://m.example.com/a?utm_campaign=x",
        "https://amp.example.com/a",
        "https://example.com/a/amp",
        "https://example.com/%61",
    ],
)
def test_twins_are_one_article(twin):
    assert identify_url(twin) == identify_url("https://example.com/a")


@pytest.mark.parametrize(
    "other", ["https://example.com/b", "https://example.com/a?id=1", "https://example.org/a"]
)
def test_others_are_not(other):
    assert identify_url(other) != identify_url("https://example.com/a")


@FIXED
@given(st.text(max_size=120))
def test_no_string_breaks_it_and_twice_changes_nothing(text):
    for url in (text, f"https://example.com/{text}"):
        once = normalise_url(url)
        if once is not None:
            assert normalise_url(once) == once
        identify_url(url)


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("https://example.com/a/1?utm_source=x", "https://example.com/a/1"),
        ("/a/one", "https://example.com/a/one"),
        ("https://www.example.com/a/1", "https://www.example.com/a/1"),
        ("https://example.com/", None),
        ("https://elsewhere.org/", None),
        ("https://elsewhere.org/a/1", None),
    ],
)
def test_canonical_only_where_it_can_be_true(canonical, expected):
    found = find_canonical(make_page(wrap(f'<link rel="canonical" href="{canonical}">')))
    assert (found[0].value if found else None) == expected


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("https://example.com/politics", None),
        ("https://example.com/politics/2024", None),
        ("https://example.com/politics/2024/a-bridge-is-open", "same"),
        ("https://example.com/politics/a-bridge-opens-12345", "same"),
    ],
)
def test_a_canonical_that_names_the_section_lies(canonical, expected):
    url = "https://example.com/politics/2024/a-bridge-is-open"
    head = f'<link rel="canonical" href="{canonical}">'
    found = find_canonical(make_page(wrap(head), url=url))
    assert (found[0].value if found else None) == (canonical if expected else None)
    told = f'{head}<meta property="og:url" content="{url}">'
    both = find_canonical(make_page(wrap(told), url=url))
    assert both[0].value in (canonical, url)
    assert expected or (both[0].value, both[1].confidence) == (url, 0.0)


def test_lead_image():
    page = make_page(wrap('<meta property="og:image" content="/i.jpg">'))
    assert find_image(page)[0].value == "https://example.com/i.jpg"
