"""One article is one address, and two are two."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.fields.urls import identify_url, is_tracking, normalise_url
from tests.tasks.fields.pages import FIXED

ROWS = [
    line.split("\t")
    for line in Path(__file__).with_name("urls.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def test_the_table_is_large_enough():
    assert len(ROWS) >= 100
    assert len({(one, two) for _, one, two, _ in ROWS}) == len(ROWS)


@pytest.mark.parametrize(("verdict", "one", "two", "why"), ROWS)
def test_pairs(verdict, one, two, why):
    assert (identify_url(one) == identify_url(two)) is (verdict == "same"), why


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a"),
        ("https://[::1]:443/a", "https://[::1]/a"),
        ("http://]/a", None),
        ("http://u:p@]/a", None),
        ("http:////:99999", None),
    ],
)
def test_a_host_in_brackets_keeps_them_and_a_stray_one_is_none(given, normal):
    assert normalise_url(given) == normal


@pytest.mark.parametrize("url", sorted({url for _, one, two, _ in ROWS for url in (one, two)}))
def test_twice_changes_nothing(url):
    once = normalise_url(url)
    assert once is not None
    assert normalise_url(once) == once
    assert identify_url(once) == identify_url(url)


URLS = st.builds(
    "{}://{}/{}{}{}".format,
    st.sampled_from(["http", "https", "HTTPS"]),
    st.sampled_from(["example.com", "m.Example.com", "bücher.example", "google.com", "a.co.uk"]),
    st.text(alphabet="aA%2fé /.;-_~ampindexhtlrs", max_size=30),
    st.sampled_from(["", "?", "?id=%7e7", "?a=1&utm_source=x", "?amp=1&b=%C3%bc", "?q=a+b"]),
    st.sampled_from(["", "#top", "#!/a b"]),
)


@FIXED
@given(URLS)
@example("https://example.com/a/amp/amp")
@example("https://example.com/%2541")
@example("https://example.com/.amp/amp")
@example("https://example.com/;sid=1/amp")
def test_any_address_twice_changes_nothing(url):
    once = normalise_url(url)
    assert once is not None
    assert normalise_url(once) == once


KEPT = ("id", "p", "page", "article", "nid", "aid", "sid", "cid", "q", "lang", "story", "idx", "no",
        "date", "year", "t", "v")  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_what_may_say_what_is_read_is_kept(name):
    assert not is_tracking(name)
