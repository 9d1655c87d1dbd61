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
