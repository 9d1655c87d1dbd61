"""Pages that contradict themselves about their times."""

from dataclasses import replace

import pytest

from tasks.fields.times.dates import find_modified, find_published
from tasks.model import ZoneFrom
from tests.tasks.fields.pages import jsonld, make_page, make_text_page, wrap


def article(**facts):
    inner = ",".join(f'"{k}": "{v}"' for k, v in facts.items())
    return jsonld(f'{{"@type": "NewsArticle", "headline": "Bridge opens at last", {inner}}}')


def read(head="", body="", *, url="https://example.com/a/1", zone=None, lang="en", lines=()):
    page = make_page(wrap(f"<title>Bridge opens</title>{head}", body, lang), lines, url=url)
    return replace(page, zone=zone)


def published(*args, **options):
    found = find_published(read(*args, **options))
    return found[0].value if found else None


HEAD = "<h1>Bridge opens</h1>"


def test_local_time_marked_z_where_the_page_prints_the_offset():
    body = f'{HEAD}<time datetime="2024-08-13T10:40:00+03:00">13 August 2024 10:40</time>'
    stamp = published(article(datePublished="2024-08-13T10:40:00Z"), body)
    assert stamp.isoformat() == "2024-08-13T10:40:00+03:00"


def test_an_instant_in_utc_is_told_as_the_page_prints_it():
    body = f'{HEAD}<p class="date">3 de mayo de 2024, 21:25</p>'
    head = article(datePublished="2024-05-04T00:25:56Z")
    stamp = published(head, body, url="https://example.com.ar/a", lang="es")
    assert stamp.isoformat() == "2024-05-03T21:25:56-03:00"


def test_a_gap_that_the_outlets_zone_forbids_stays():
    body = f'{HEAD}<p class="date">13 August 2024, 11:40</p>'
    head = article(datePublished="2024-08-13T10:40:00Z")
    assert published(head, body, zone="Asia/Tokyo").isoformat() == "2024-08-13T10:40:00+00:00"


def test_the_offset_of_another_time_of_the_page():
    head = article(datePublished="2024-08-13T10:40", dateModified="2024-08-13T11:27:00+03:00")
    stamp = published(head)
    assert stamp.isoformat() == "2024-08-13T10:40+03:00"
    assert stamp.zone_from is ZoneFrom.OFFSET


def test_an_offset_of_the_other_season_is_not_taken():
    head = article(datePublished="2024-01-13T10:40", dateModified="2024-08-13T11:27:00+02:00")
    assert published(head).utc is None


@pytest.mark.parametrize(
    ("url", "zone", "expected", "source"),
    [
        ("https://example.com/a", "America/New_York", "2024-08-13T10:40-04:00", ZoneFrom.OUTLET),
        ("https://example.de/a", None, "2024-08-13T10:40+02:00", ZoneFrom.ASSUMED),
        ("https://example.de/a", "Asia/Tokyo", "2024-08-13T10:40+09:00", ZoneFrom.OUTLET),
        ("https://example.de/a", "No/Where", "2024-08-13T10:40+02:00", ZoneFrom.ASSUMED),
        ("https://example.com/a", None, "2024-08-13T10:40", None),
    ],
)
def test_where_the_zone_comes_from(url, zone, expected, source):
    stamp = published(f"{HEAD}<time>13 August 2024, 10:40</time>", url=url, zone=zone)
    assert (stamp.isoformat(), stamp.zone_from) == (expected, source)


def test_the_clock_of_the_server_is_no_publication():
    body = f'{HEAD}<p class="date">13 August 2024</p>'
    assert (
        published(article(datePublished="2024-08-31T23:59:30Z"), body).isoformat() == "2024-08-13"
    )


def test_a_first_of_january_is_a_guess():
    body = f'{HEAD}<p class="date">13 August 2024</p>'
    stamp = published(
        '<meta property="article:published_time" content="2024-01-01T00:00:00">', body
    )
    assert stamp.isoformat() == "2024-08-13"


def test_published_anew_but_printed_before():
    body = f'{HEAD}<time datetime="2023-03-09">9 March 2023</time>'
    head = '<meta property="article:published_time" content="2024-05-17T10:33:13Z">'
    assert published(head, body).isoformat() == "2023-03-09"


def test_midnight_gives_way_to_a_clock():
    body = f'{HEAD}<time datetime="2024-08-13T10:40:00+02:00">x</time>'
    stamp = published(article(datePublished="2024-08-13T00:00:00+02:00"), body)
    assert stamp.isoformat() == "2024-08-13T10:40:00+02:00"


def test_modified_before_published_is_dropped():
    head = article(datePublished="2024-08-13T10:40Z", dateModified="2024-08-13T09:40Z")
    assert find_modified(read(head)) == []
    head = article(datePublished="2024-08-13T10:40Z", dateModified="2024-08-13T10:40Z")
    assert find_modified(read(head))[0].value.isoformat() == "2024-08-13T10:40+00:00"


def test_two_witnesses_outweigh_one():
    head = article(datePublished="2024-08-10T10:40:00+00:00") + (
        '<meta property="article:published_time" content="2024-08-13T14:25:00+00:00">'
    )
    body = f'{HEAD}<span class="date">13 August 2024, 14:25</span>'
    assert published(head, body).isoformat()[:10] == "2024-08-13"


def test_the_days_of_teasers_and_comments_are_not_the_articles():
    body = (
        f'{HEAD}<p class="post-date">13 August 2024</p><p>{"It did open. " * 30}</p>'
        '<div class="related"><time datetime="2024-07-01">1 July</time>'
        '<time datetime="2024-06-01">1 June</time></div>'
    )
    assert published("", body).isoformat() == "2024-08-13"


def test_the_day_in_the_head_of_the_site_is_not_the_articles():
    body = (
        '<div><div><div><div><div><p class="date">Saturday, 31 August 2024</p></div></div></div>'
        f'</div></div><div><div><div><div><div>{HEAD}<p class="post-date">13 August 2024</p>'
    )
    assert published("", body).isoformat() == "2024-08-13"


def test_both_times_in_one_line():
    page = make_text_page(
        ("title", "T"),
        ("date_line", "Published 3 May 2024, 10:00 · Updated 4 May 2024, 11:30"),
        ("body", "It did."),
    )
    assert find_published(page)[0].value.isoformat() == "2024-05-03T10:00"
    assert find_modified(page)[0].value.isoformat() == "2024-05-04T11:30"


def test_an_update_of_the_same_day():
    page = make_text_page(("date_line", "3 May 2024, 10:00 | Updated 14:20"), ("body", "It did."))
    assert find_published(page)[0].value.isoformat() == "2024-05-03T10:00"
    assert find_modified(page)[0].value.isoformat() == "2024-05-03T14:20"


def test_counted_back_from_the_fetch():
    stamp = published(f'{HEAD}<span class="date">2 hours ago</span>')
    assert stamp.isoformat() == "2024-08-31T22:00+00:00"
    assert stamp.zone_from is ZoneFrom.ASSUMED
    local = published(f'{HEAD}<span class="date">2 hours ago</span>', zone="Asia/Tokyo")
    assert local.isoformat() == "2024-09-01T07:00+09:00"
    assert local.zone_from is ZoneFrom.OUTLET


def test_a_tooltip_knows_more_than_the_text():
    body = f'{HEAD}<abbr class="published" title="2024-08-13T10:40:00+02:00">yesterday</abbr>'
    assert published("", body).isoformat() == "2024-08-13T10:40:00+02:00"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('window.d = {"publishDate":"2024-08-13T10:40:00Z"}', "2024-08-13T10:40:00+00:00"),
        (r'"{\"published_at\":\"2024-08-13T10:40:00Z\"}"', "2024-08-13T10:40:00+00:00"),
        ("var a = {publishTime: 1723545600000}", "2024-08-13T10:40:00+00:00"),
        ('{"unpublishDate":"2024-08-13"}', None),
        ('{"publishDate":"soon"}', None),
    ],
)
def test_times_in_scripts(script, expected):
    stamp = published(f"<script>{script}</script>")
    assert (stamp.isoformat() if stamp else None) == expected


def test_scripts_are_left_alone_where_jsonld_tells():
    page = read(
        article(datePublished="2024-08-13") + '<script>x={"publishDate":"2024-08-01"}</script>'
    )
    assert page.structured.script_dates == ()


@pytest.mark.parametrize(
    ("markup", "lang", "url", "expected"),
    [
        # The page's own 25/06 shows the order; so does its JSON-LD.
        ('<p class="date">05/06/2024</p><p class="date">25/06/2024</p>', "en", "", "2024-06-05"),
        ('<p class="date">05/06/2024</p>', "en-GB", "", "2024-06-05"),
        ('<p class="date">05/06/2024</p>', "en", "https://example.co.uk/a", "2024-06-05"),
        ('<p class="date">05/06/2024</p>', "en", "https://example.com.au/a", "2024-06-05"),
        ('<p class="date">05/06/2024</p>', "en", "https://example.com/a", "2024-05-06"),
        ('<p class="date">05/06/2024</p>', "es", "https://example.com/a", "2024-06-05"),
        ('<p class="date">05.06.2024</p>', "en-US", "", "2024-06-05"),
    ],
)
def test_the_order_of_day_and_month(markup, lang, url, expected):
    stamp = published("", f"{HEAD}{markup}", lang=lang, url=url or "https://example.com/a")
    assert stamp.isoformat() == expected


def test_jsonld_shows_the_order():
    head = article(dateModified="2024-06-05")
    body = f'{HEAD}<p class="date">05/06/2024</p>'
    assert published(head, body, lang="en-US").isoformat() == "2024-06-05"
