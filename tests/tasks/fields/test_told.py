"""What a source tells of a page beside its bytes: evidence that the page's own words outweigh."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tasks.edit import edit_content
from tasks.intake import describe
from tasks.model import Article, Capture, Limits, Precision, Told, ZoneFrom

FETCHED = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
TEXT = "\n\n".join(
    f"The harbour board met for the {nth} time on Monday and heard what the pilots had to say "
    "about the silted channel, the buoys and the price of dredging it once more before winter."
    for nth in ("first", "second", "third", "fourth")
)
PAGE = f"""<html lang="en"><head><title>Channel to be dredged again</title>
<meta property="og:title" content="Channel to be dredged again">
<meta name="author" content="Ann Lee"></head><body><article><h1>Channel to be dredged again</h1>
{"".join(f"<p>{text}</p>" for text in TEXT.split(chr(10) * 2))}</article></body></html>"""


def edit(content: str, **told) -> Article:
    capture = Capture("file:///a", content.encode(), FETCHED, told=Told(**told))
    outcome = edit_content(describe(capture), capture.content, Limits()).outcome
    assert isinstance(outcome, Article)
    return outcome


def list_rules(article: Article, field: str) -> list[str]:
    return [found.rule for found in article.evidence if found.field == field]


def test_a_bare_text_has_the_fields_that_its_source_tells():
    article = edit(
        TEXT, title="Channel &amp; buoys", byline="By Ann Lee and Bo Ek", outlet="The Pilot",
        section="Harbour", published="2026-03-02T09:30:00+01:00",
    )  # fmt: skip
    assert article.title == "Channel & buoys"
    assert [author.name for author in article.authors] == ["Ann Lee", "Bo Ek"]
    assert (article.outlet, article.section) == ("The Pilot", "Harbour")
    assert article.published.isoformat() == "2026-03-02T09:30:00+01:00"
    assert list_rules(article, "published")[0] == "told.published"


def test_what_the_page_says_clearly_stays_and_the_other_is_kept_as_evidence():
    article = edit(PAGE, title="Another title", byline="Cy Dahl")
    assert article.title == "Channel to be dredged again"
    assert [author.name for author in article.authors] == ["Ann Lee"]
    assert "told.title" in list_rules(article, "title")
    assert "told.byline" in list_rules(article, "authors")


def test_a_zone_that_is_told_places_local_times():
    local = "<time datetime='2026-03-02T09:30:00'>2 March 2026, 09:30</time></h1>"
    article = edit(PAGE.replace("</h1>", f"</h1>{local}"), zone="Asia/Tokyo")
    assert article.published.utc == datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
    assert article.published.zone_from is ZoneFrom.OUTLET


def test_last_modified_is_a_weak_witness_of_the_change():
    dated = PAGE.replace("</h1>", "</h1><time datetime='2026-03-01'>1 March 2026</time>")
    article = edit(dated, last_modified="Tue, 03 Mar 2026 08:15:00 GMT")
    assert article.published.precision is Precision.DAY
    assert article.modified.utc == datetime(2026, 3, 3, 8, 15, tzinfo=UTC)
    assert list_rules(article, "modified") == ["http.last-modified"]


@pytest.mark.parametrize(
    "told",
    [
        {"last_modified": "Wed, 04 Mar 2026 11:59:30 GMT"},
        {"last_modified": "yesterday or so"},
        {"published": "soon", "language": "klingon", "title": " ", "byline": "|", "zone": "Moon/X"},
    ],
)
def test_what_says_nothing_changes_nothing(told):
    assert edit(PAGE, **told) == edit(PAGE)


def test_last_modified_alone_is_no_publication():
    article = edit(PAGE, last_modified="Tue, 03 Mar 2026 08:15:00 GMT")
    assert article.published is None
    assert article.modified.utc == datetime(2026, 3, 3, 8, 15, tzinfo=UTC)


SILENT = PAGE.replace('<meta name="author" content="Ann Lee">', "")
MARKED = SILENT.replace("</h1>", "</h1><time datetime='2026-03-01'>1 March 2026</time>")


def test_where_the_page_is_silent_the_feed_is_believed():
    article = edit(
        SILENT, by="feed", byline="Bo Ek", published="Mon, 02 Mar 2026 09:30:00 +0100",
        modified="2026-03-02T11:00:00Z", tags="Harbour; Dredging; Uncategorized",
        summary="Pilots ask for a deeper channel, and the board looks for the money.",
    )  # fmt: skip
    assert [author.name for author in article.authors] == ["Bo Ek"]
    assert article.published.isoformat() == "2026-03-02T09:30:00+01:00"
    assert article.modified.isoformat() == "2026-03-02T11:00:00+00:00"
    assert article.tags == ("Harbour", "Dredging")
    assert article.standfirst == (
        "Pilots ask for a deeper channel, and the board looks for the money."
    )
    for field, name in (("authors", "byline"), ("published", "published"), ("tags", "tags")):
        assert list_rules(article, field)[0] == f"feed.{name}"
    assert list_rules(article, "standfirst") == ["feed.summary"]


def test_the_feed_does_not_overrule_a_date_by_the_headline():
    """Some feeds print the day on which they were built."""
    article = edit(MARKED, by="feed", published="Tue, 03 Mar 2026 12:00:00 GMT")
    assert article.published.isoformat() == "2026-03-01"
    assert "feed.published" in list_rules(article, "published")


def test_a_feed_adds_the_time_to_the_day_that_the_page_prints():
    article = edit(MARKED, by="feed", published="Sun, 01 Mar 2026 07:05:00 GMT")
    assert article.published.utc == datetime(2026, 3, 1, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize("name", ["admin", "Redaktion", "editor"])
def test_a_default_author_of_the_feed_signs_nothing_that_a_person_signs(name):
    article = edit(PAGE, by="feed", byline=name)
    assert [author.name for author in article.authors] == ["Ann Lee"]
    weak = SILENT.replace("</h1>", "</h1><p>By Ann Lee</p>")
    assert [author.name for author in edit(weak, by="feed", byline=name).authors] == ["Ann Lee"]


@pytest.mark.parametrize(
    "summary",
    [
        TEXT[:300].replace("\n", " "),
        TEXT[:120] + " […] The post Channel to be dredged again appeared first on The Pilot.",
        "Pilots ask for a deeper channel, and the board looks for […]",
        "Channel to be dredged again",
        "Article: https://news.example/1 Comments: 12 on the site",
        "Read on",
    ],
)
def test_a_summary_that_nobody_wrote_is_no_standfirst(summary):
    told = {"by": "feed", "title": "Channel to be dredged again", "summary": summary}
    assert edit(SILENT, **told).standfirst is None


def test_the_page_s_own_standfirst_stays():
    own = '<p class="standfirst">The board wants to dredge before the winter storms come.</p>'
    page = SILENT.replace("</h1>", f"</h1>{own}")
    article = edit(page, by="feed", summary="A summary in the feed that says something else.")
    assert article.standfirst == "The board wants to dredge before the winter storms come."


def test_the_lastmod_of_a_sitemap_is_no_publication():
    article = edit(SILENT, by="sitemap", modified="2026-03-03T08:15:00Z")
    assert article.published is None
    assert article.modified.utc == datetime(2026, 3, 3, 8, 15, tzinfo=UTC)
    assert list_rules(article, "modified") == ["sitemap.modified"]


def test_a_news_sitemap_tells_title_time_and_outlet():
    article = edit(TEXT, by="sitemap", title="Channel & buoys", published="2026-03-02", outlet="P!")
    assert (article.title, article.outlet) == ("Channel & buoys", "P!")
    assert list_rules(article, "published") == ["sitemap.published"]


@pytest.mark.parametrize(
    ("robots", "outlet", "expected"),
    [
        (None, None, "pilot-feed"),  # a manifest's column
        ("no rule", None, "The Pilot"),
        ("no rule", "The Pilot Weekly", "The Pilot Weekly"),
    ],
)
def test_the_key_of_a_polled_source_is_no_outlet(robots, outlet, expected):
    page = PAGE.replace("<title>", '<meta property="og:site_name" content="The Pilot"><title>')
    told = Told(outlet=outlet, by="sitemap")
    capture = Capture(
        "u", page.encode(), FETCHED, source="pilot-feed", told=told, robots=robots
    )  # fmt: skip
    document = describe(capture)
    article = edit_content(document, capture.content, Limits()).outcome
    assert (article.outlet, document.source) == (expected, "pilot-feed")


def test_only_feeds_and_sitemaps_name_rules():
    article = edit(TEXT, by="an oracle", title="Channel & buoys")
    assert list_rules(article, "title")[0] == "told.title"
