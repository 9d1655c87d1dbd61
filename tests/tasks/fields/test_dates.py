"""Published and modified, chosen among all that a page says."""

from datetime import date

import pytest

from tasks.fields.times.dates import find_modified, find_published
from tests.tasks.fields.pages import jsonld, make_page, make_text_page, wrap


def first(found):
    return found[0].value.isoformat() if found else None


def published(head="", body="", lines=(), **options):
    return first(find_published(make_page(wrap(head, body), lines, **options)))


def article(**facts):
    inner = ",".join(f'"{k}": "{v}"' for k, v in facts.items())
    return jsonld(f'{{"@type": "NewsArticle", "headline": "H", {inner}}}')


def meta(name, content):
    return f'<meta property="{name}" content="{content}">'


def test_jsonld_first():
    head = article(datePublished="2024-08-13T10:40:00+03:00") + meta("date", "2024-08-12")
    assert published(head) == "2024-08-13T10:40:00+03:00"


def test_midnight_without_offset_in_meta_is_a_day():
    assert published(meta("article:published_time", "2024-08-13T00:00:00")) == "2024-08-13"


def test_the_offset_comes_from_whoever_has_it():
    head = article(datePublished="2024-08-13T10:40:00") + meta("date", "2024-08-13T10:40:00+02:00")
    assert published(head) == "2024-08-13T10:40:00+02:00"


def test_the_local_offset_is_kept_rather_than_utc():
    head = article(datePublished="2024-08-12T22:04:00Z") + meta("date", "2024-08-13T00:04:00+02:00")
    assert published(head) == "2024-08-13T00:04:00+02:00"


def test_a_day_gains_the_clock_of_the_page():
    head = article(datePublished="2024-08-13")
    assert (
        published(head, '<time datetime="2024-08-13T10:40+03:00">x</time>')
        == "2024-08-13T10:40+03:00"
    )


def test_nothing_after_the_fetch():
    assert published(article(datePublished="2030-01-01")) is None
    assert published(article(datePublished="1970-01-01T00:00:00Z")) is None


def test_the_address_gives_a_day():
    assert published(url="https://example.com/2024/08/13/bridge") == "2024-08-13"
    assert published(url="https://example.com/20240813-bridge") == "2024-08-13"
    assert published(url="https://example.com/article-2024081399") is None


def test_a_date_near_the_title():
    lines = [
        ("title", "Bridge opens"),
        ("boilerplate", "Town, 13 August 2024"),
        ("body", "It did."),
    ]
    assert published(lines=lines) == "2024-08-13"


def test_a_date_in_a_sentence_is_not_the_publication():
    lines = [("title", "T"), ("body", "The bridge, begun on 3 May 2015, opened at last.")]
    assert published(lines=lines) is None


def test_text_with_both_times():
    page = make_text_page(
        ("title", "T"),
        ("date_line", "Aug 13, 2024 10:40 AM"),
        ("body", "It did."),
        ("date_line", "Last Updated:  Aug 13, 2024 11:27 AM"),
    )
    assert first(find_published(page)) == "2024-08-13T10:40"
    assert first(find_modified(page)) == "2024-08-13T11:27"


def test_text_that_opens_with_a_day():
    found = find_published(make_text_page(("date_line", " date 2024-08-13"), ("body", "It did.")))
    assert found[0].value.local == date(2024, 8, 13)
    assert found[0].value.utc is None


@pytest.mark.parametrize(
    "text", ["Aktualisiert am 13.08.2024", "Mis à jour le 13 août 2024", "更新：2024年8月13日"]
)
def test_an_update_alone_is_the_day_that_readers_know(text):
    page = make_text_page(("date_line", text), ("body", "x"))
    found = find_published(page)[0]
    assert (found.rule, found.value.isoformat()) == ("line.date_line.only-modified", "2024-08-13")
    assert found.confidence < 0.6
    assert first(find_modified(page)) == "2024-08-13"


def test_an_update_is_no_publication_where_another_is_told():
    page = make_text_page(
        ("date_line", "Aktualisiert am 14.08.2024"), ("body", "x"), ("date_line", "13.08.2024")
    )
    assert first(find_published(page)) == "2024-08-13"
    assert first(find_modified(page)) == "2024-08-14"


def test_american_pages_write_the_month_first():
    markup = '<span class="date">05/06/2024</span>'
    assert first(find_published(make_page(wrap(body=markup, lang="en-US")))) == "2024-05-06"
    assert first(find_published(make_page(wrap(body=markup, lang="en-GB")))) == "2024-06-05"
