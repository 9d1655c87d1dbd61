"""Taking the lines of a site's template out of an article."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tasks.edit import edit_archived, edit_content
from tasks.intake import describe
from tasks.learned import Learned, read_learned, write_learned
from tasks.model import Article, Capture, Label, Limits, Line, Link, Place
from tasks.text.template import (
    RULE,
    apply_template,
    hash_line,
    take_imprint,
)
from tests.world.sites import APP, PROMPT, STORIES, list_paragraphs, make_page

SITE = "valley-herald.example"
TEMPLATE = {SITE: {hash_line(PROMPT): "another", hash_line(APP): "another"}}


def edit(template=None, **options) -> Article:
    capture = Capture("file:///3.html", make_page(SITE, 3, **options), datetime.now(UTC))
    learned = Learned(template or {})
    outcome = edit_content(describe(capture), capture.content, Limits(), learned).outcome
    assert isinstance(outcome, Article)
    return outcome


def test_a_template_line_becomes_a_repeat_of_its_rule():
    before, after = edit(prompt=True), edit(TEMPLATE, prompt=True)
    assert PROMPT in before.body
    assert after.body == "\n\n".join(list_paragraphs(3))
    [line] = [line for line in after.lines if line.rule == RULE]
    assert (line.text, line.label) == (PROMPT, Label.REPEAT)
    assert after.word_count == before.word_count - len(PROMPT.split())
    assert [old.text for old in before.lines] == [new.text for new in after.lines]


def test_the_page_says_what_it_said():
    # Seen again after its template was learned, an article has no new version.
    assert edit(prompt=True).content_hash == edit(TEMPLATE, prompt=True).content_hash


def test_the_first_article_keeps_its_line():
    article = edit(prompt=True)
    assert edit({SITE: {hash_line(PROMPT): article.id}}, prompt=True) == article


def test_another_site_keeps_it():
    assert edit({"other.example": TEMPLATE[SITE]}, prompt=True) == edit(prompt=True)


def test_no_article_is_emptied():
    article = edit(prompt=True)
    lines = tuple(
        line if line.text == PROMPT else line._replace(label=Label.NAVIGATION)
        for line in article.lines
    )
    short = replace(article, lines=lines, body=PROMPT)
    assert apply_template(short, TEMPLATE) == short


@pytest.mark.parametrize("label", [Label.QUOTE, Label.LIST_ITEM, Label.CAPTION, Label.TITLE])
def test_only_body_and_headings_are_removed(label):
    article = edit(prompt=True)
    lines = tuple(
        line._replace(label=label) if line.text == PROMPT else line for line in article.lines
    )
    other = replace(article, lines=lines)
    assert apply_template(other, TEMPLATE) == other


def test_headings_and_links_of_removed_lines_go_with_them():
    article = edit(prompt=True)
    end = Line(99, 0, 0, APP, Label.HEADING, "html.heading", "h3")
    links = tuple(
        Link(f"https://x.example/{n}", text)
        for n, text in enumerate(("our editors", "on Monday", "Our app", ""))
    )
    made = replace(article, lines=(*article.lines, end), links=links)
    after = apply_template(made, TEMPLATE)
    assert after.headings == ()
    assert [link.text for link in after.links] == ["on Monday", ""]


def test_hashes_see_letters_and_digits_alone():
    assert hash_line("Download  our APP!") == hash_line("download our app") != 0
    assert hash_line("Report 1 of ten") != hash_line("Report 2 of ten")
    for text in ("«Download our app»", "Share", "word " * 81, "——————————————", ""):
        assert hash_line(text) == 0


def test_an_imprint_is_the_same_with_and_without_the_template():
    before, after = edit(prompt=True), edit(TEMPLATE, prompt=True)
    assert take_imprint(before) == take_imprint(after)
    assert hash_line(PROMPT) in take_imprint(after).lines
    title, lead, second = take_imprint(after).topic.split("\n")
    assert (title, lead, second) == (*STORIES[3], list_paragraphs(3)[1])


def test_workers_read_the_template_from_its_file(tmp_path):
    from warehouse.archive import write_archive
    from warehouse.layout import locate, prepare

    layout = locate(tmp_path / "news.duckdb")
    prepare(layout)
    capture = Capture("file:///3.html", make_page(SITE, 3, prompt=True), datetime.now(UTC))
    [document] = write_archive(layout, "one", [(describe(capture), capture.content)])
    assert isinstance(document.place, Place)
    path = tmp_path / "learned.tsv"
    lines = [(SITE, hash_line(PROMPT), "another"), ("x.example", 2**64 - 1, "b")]
    write_learned(path, lines, [("x.example", "Asia/Tokyo")])
    assert read_learned(path).lines["x.example"] == {2**64 - 1: "b"}
    assert read_learned(path).zones == {"x.example": "Asia/Tokyo"}
    with_it = edit_archived(document, layout.archive, Limits(), path).outcome
    without = edit_archived(document, layout.archive, Limits()).outcome
    assert PROMPT in without.body
    assert PROMPT not in with_it.body
    assert with_it.imprint == without.imprint
    assert [line.rule for line in with_it.lines if line.text == PROMPT] == [RULE]


def test_names_are_read_anew_in_what_is_left():
    made = edit(prompt=True)
    gone = "Ann Velder, 52, writes the letter from Ankara."
    kept = "Minister John Kardal met her in Lisbon."
    texts = ((gone, Label.BODY), (kept, Label.BODY))
    lines = tuple(Line(n, 0, 0, text, label, "rule") for n, (text, label) in enumerate(texts))
    made = replace(made, lines=lines, body=f"{gone}\n\n{kept}", language="en")
    after = apply_template(made, {SITE: {hash_line(gone): "another"}})
    assert after.body == kept
    assert [(m.name, m.offsets) for m in after.mentions] == [
        ("John Kardal", (9,)),
        ("Lisbon", (32,)),
    ]
