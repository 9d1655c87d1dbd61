"""Authors from every place a page puts them."""

from dataclasses import replace

import pytest

from tasks.fields.bylines.authors import find_authors, find_byline
from tests.tasks.fields.pages import jsonld, make_page, make_text_page, wrap


def authors_of(head="", body="", lines=()):
    found = find_authors(make_page(wrap(head, body), lines))
    return [(a.name, str(a.kind)) for a in found[0].value] if found else []


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ('{"@type": "Person", "name": "Jane Doe"}', [("Jane Doe", "person")]),
        ('"Jane Doe and John Smith"', [("Jane Doe", "person"), ("John Smith", "person")]),
        ('[{"name": "Jane Doe"}, {"name": "JANE DOE"}]', [("Jane Doe", "person")]),
        ('[{"@id": "#j"}]', [("Jo Linked", "person")]),
        (
            '{"name": ["Jane Doe", "John Smith"]}',
            [("Jane Doe", "person"), ("John Smith", "person")],
        ),
        ('{"@type": "Organization", "name": "Example"}', [("Example", "outlet")]),
        ('{"@type": "Organization", "name": "AFP"}', [("AFP", "agency")]),
        ("null", []),
        ("17", []),
    ],
)
def test_jsonld_authors(author, expected):
    script = (
        '[{"@type": "Person", "@id": "#j", "name": "Jo Linked"},'
        f'{{"@type": "NewsArticle", "headline": "H", "author": {author}}}]'
    )
    assert authors_of(jsonld(script)) == expected


def test_people_in_the_page_beat_an_outlet_in_meta():
    head = '<meta name="author" content="Example">'
    assert authors_of(head, '<p class="byline">By Jane Doe</p>') == [("Jane Doe", "person")]


def test_address_in_article_author_is_no_name():
    assert authors_of('<meta property="article:author" content="https://fb.example/x">') == []


def test_labelled_reading_card():
    label = '<meta name="twitter:label1" content="Written by">'
    head = label + '<meta name="twitter:data1" content="Jane Doe">'
    assert authors_of(head) == [("Jane Doe", "person")]
    other = head.replace("Written by", "Reading time")
    assert authors_of(other) == []


def test_byline_line_of_a_text():
    page = make_text_page(("title", "T"), ("byline", "By Newsroom"), ("body", "It did."))
    assert [f.value for f in find_byline(page)] == ["By Newsroom"]
    assert [(a.name, str(a.kind)) for a in find_authors(page)[0].value] == [("Newsroom", "desk")]


def test_an_unlabelled_byline_outside_the_body_counts_a_little():
    page = make_page(lines=[("boilerplate", "Von Erika Muster"), ("body", "Es geschah.")])
    found = find_authors(page)
    assert [a.name for a in found[0].value] == ["Erika Muster"]
    assert found[0].confidence <= 0.5


def test_comments_do_not_sign():
    assert find_authors(make_page(lines=[("comment", "By Jane Troll")])) == []


def test_an_outlet_that_jsonld_lists_beside_people_stays():
    listed = '[{"name": "Jane Doe"}, {"name": "Example"}]'
    one = '"Jane Doe, Example"'
    for author, expected in ((listed, ["Jane Doe", "Example"]), (one, ["Jane Doe"])):
        script = f'{{"@type": "NewsArticle", "headline": "H", "author": {author}}}'
        assert [name for name, _ in authors_of(jsonld(script))] == expected


def test_who_edited_signs_less_than_who_wrote():
    head = jsonld('{"@type": "NewsArticle", "headline": "H", "author": {"name": "Max Sample"}}')
    lines = [("byline", "Editor: Max Sample"), ("byline", "By Jane Doe"), ("body", "It did.")]
    assert authors_of(head, lines=lines) == [("Jane Doe", "person")]
    assert authors_of(head, lines=lines[:1]) == [("Max Sample", "person")]


def test_one_word_of_a_system_signs_for_want_of_a_name():
    assert authors_of('<meta name="author" content="jdoe">') == [("jdoe", "person")]
    assert authors_of('<meta name="author" content="admin">') == []
    named = '<p class="byline">By Jane Doe</p>'
    assert authors_of('<meta name="author" content="jdoe">', named) == [("Jane Doe", "person")]


def test_lines_that_sign_together_are_one_byline():
    page = make_text_page(("title", "T"), ("byline", "Jane Doe"), ("byline", "Max Sample"))
    lines = tuple(line._replace(rule="text.signature") for line in page.lines)
    found = find_authors(replace(page, lines=lines))
    assert [a.name for a in found[0].value] == ["Jane Doe", "Max Sample"]


def test_names_on_the_line_of_the_date():
    page = make_text_page(("title", "T"), ("date_line", "山田太郎2025年1月13日 21時37分"))
    assert [a.name for a in find_authors(page)[0].value] == ["山田太郎"]
    page = make_text_page(("title", "T"), ("date_line", "The View Sep 6, 2019"))
    assert find_authors(page) == []


def test_a_byline_far_from_the_text_counts_little():
    far = [("related", "x")] * 20
    page = make_text_page(("body", "It did."), *far, ("byline", "By Jane Doe"))
    (found,) = find_authors(page)
    assert found.confidence < 0.4
