"""From a page to an article: identity, content hash, evidence."""

from dataclasses import replace
from datetime import timedelta

from flows.records import make_record
from tasks.fields.registry import FIELDS, MAX_CANDIDATES, MAX_RAW, find_article
from tasks.model import Edited
from tests.tasks.fields.pages import jsonld, make_document, make_page, make_text_page, wrap

HEAD = (
    '<link rel="canonical" href="https://example.com/a/1?utm_source=x">'
    '<meta property="og:title" content="Bridge opens after nine years">'
    '<meta property="og:site_name" content="Example">'
    + jsonld(
        '{"@type": "NewsArticle", "headline": "Bridge opens after nine years",'
        '"datePublished": "2024-08-13T10:40:00+03:00", "dateModified": "2024-08-13T11:27:00+03:00",'
        '"author": {"name": "Jane Doe"}}'
    )
)
LINES = [("title", "Bridge opens after nine years"), ("body", "It did."), ("body", "At last.")]


def edit(head=HEAD, lines=LINES, uri="file:///x.html", **options):
    page = make_page(wrap(head, "<h1>Bridge opens after nine years</h1>"), lines, **options)
    return find_article(page, make_document(uri, page.url))


def test_an_article():
    article = edit()
    assert article.title == "Bridge opens after nine years"
    assert article.body == "It did.\n\nAt last."
    assert [a.name for a in article.authors] == ["Jane Doe"]
    assert article.published.isoformat() == "2024-08-13T10:40:00+03:00"
    assert article.modified.isoformat() == "2024-08-13T11:27:00+03:00"
    assert (article.site, article.outlet) == ("example.com", "Example")
    assert article.canonical_url == "https://example.com/a/1"
    assert article.word_count == 4


def test_identity_is_the_address_not_the_input():
    assert edit(uri="file:///y.html").id == edit().id
    assert edit(url="https://www.example.com/a/1?fbclid=2").id == edit().id
    assert edit(head="", url="https://example.com/a/1").id == edit().id
    assert (
        edit(head="", url=None, uri="file:///y").id != edit(head="", url=None, uri="file:///z").id
    )


def test_content_hash_is_what_a_reader_sees():
    known = edit().content_hash
    assert edit(uri="file:///y.html").content_hash == known
    assert edit(lines=[*LINES, ("related", "Read also")]).content_hash == known
    assert edit(HEAD + '<meta name="keywords" content="new">').content_hash == known
    assert edit(HEAD.replace("11:27", "12:27")).content_hash == known
    assert edit(lines=[*LINES, ("body", "More.")]).content_hash != known
    assert edit(HEAD.replace("Jane Doe", "John Smith")).content_hash != known
    assert edit(HEAD.replace("10:40", "10:41")).content_hash != known


def test_content_hash_does_not_depend_on_the_fetch():
    page = make_page(wrap(HEAD), LINES)
    later = replace(page, fetched_at=page.fetched_at + timedelta(days=400))
    assert (
        find_article(page, make_document()).content_hash
        == find_article(later, make_document()).content_hash
    )


def test_evidence_of_chosen_and_losing():
    article = edit(
        HEAD + '<meta name="date" content="2024-08-12">' + '<meta name="author" content="A B">' * 30
    )
    rows = [e for e in article.evidence if e.field == "published"]
    assert [e.chosen for e in rows] == [True, False]
    assert rows[0].value == "2024-08-13T10:40:00+03:00"
    assert rows[1].rule == "meta.date"
    for field in FIELDS:
        mine = [e for e in article.evidence if e.field == field.name]
        assert len(mine) <= MAX_CANDIDATES
        assert sum(e.chosen for e in mine) == bool(mine)
        assert all(len(e.raw) <= MAX_RAW and 0 <= e.confidence <= 1 for e in mine)


def test_a_text_without_title_or_date():
    article = find_article(make_text_page(("body", "It did.")), make_document("file:///t.txt"))
    assert (article.title, article.byline, article.published, article.authors) == (
        None,
        None,
        None,
        (),
    )
    assert article.canonical_url is None


def test_field_names_are_unique():
    names = [field.name for field in FIELDS]
    assert len(names) == len(set(names))


def test_names_of_the_body_are_in_the_article_and_its_record():
    text = "Minister Ann Velder flew to Lisbon. Velder was glad."
    article = edit(lines=[("title", "Off"), ("body", text)])
    assert [(m.name, m.offsets) for m in article.mentions] == [
        ("Ann Velder", (9, 36)),
        ("Lisbon", (28,)),
    ]
    record = make_record(Edited(make_document("file:///x.html", None), article))
    assert record["mentions"][1] == {
        "name": "Lisbon", "kind": "place", "times": 1, "country": "PT", "offsets": [28],
    }  # fmt: skip
