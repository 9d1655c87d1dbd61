"""Rows that are packed, an article a row: what people query is as it was put in."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tasks.model import Evidence, Label, Line
from tests.warehouse.builders import edit, make_layout, make_old
from tests.warehouse.test_loading import fetch, load
from tests.warehouse.test_publishing import assert_copies_equal, run
from warehouse import packing
from warehouse.journal import Entry
from warehouse.migrate import migrate
from warehouse.packing import list_spans

ODD = [
    'quote " and \\',
    "nul \x00, bell \x07, unit \x1f",
    "new\nline\ttab",
    "港 \U0001f6a2",
    "",
    "null",
]


def line(number: int, text: str) -> Line:
    return Line(number, 0, len(text), text, Label.NAVIGATION, "html.nav")


def test_packed_rows_come_out_as_they_went_in(writer):
    lines = tuple(line(number, text) for number, text in enumerate(ODD))
    evidence = tuple(
        Evidence("title", text, text.upper(), "h1", confidence, not number)
        for number, (text, confidence) in enumerate(
            zip(ODD, (1, 0.9, 1e-7, 0, 1 / 3, 0.25), strict=True)
        )
    )
    load(writer, "b1", edit("a", lines=lines, evidence=evidence))
    assert fetch(writer, "select line_number, text, label, rule from removed_lines order by 1") == [
        (number, text, "navigation", "html.nav") for number, text in enumerate(ODD)
    ]
    rows = fetch(
        writer,
        "select position, field, value, raw, rule, confidence = c::real, chosen from evidence "
        "join (values (0, 1), (1, 0.9), (2, 1e-7), (3, 0), (4, 1 / 3), (5, 0.25)) as t(p, c) "
        "on p = position order by position",
    )
    assert rows == [
        (number, "title", text, text.upper(), "h1", True, number == 0)
        for number, text in enumerate(ODD)
    ]


def test_a_packed_table_has_a_row_for_each_current_version(writer):
    load(writer, "b1", edit("a", "A"), edit("b"))
    load(writer, "b2", edit("a", "B", hours=1))
    query = "select load_number, count(*) from {} group by all order by all"
    for name in ("packed_removed_lines", "packed_evidence"):
        assert fetch(writer, query.format(name)) == [(1, 1), (2, 1)]
    assert fetch(writer, query.format("evidence")) == [(1, 2), (2, 2)]


def test_an_article_without_removed_lines_has_none(writer):
    load(writer, "b1", edit("a", lines=()), edit("b"))
    assert fetch(writer, "select count(distinct article_id) from removed_lines") == [(1,)]


def test_rows_of_earlier_versions_are_shown_with_the_others(tmp_path):
    with duckdb.connect(str(make_old(tmp_path / "x.duckdb", 13))) as connection:
        connection.execute(
            "insert into removed_lines values ('old', 3, 'Menu', 'navigation', 'r', 1)"
        )
        connection.execute(
            "insert into evidence values ('old', 0, 'f', 'v', 'w', 'r', 0.5, true, 1)"
        )
        connection.execute(
            "insert into site_pages values ('s', 'old', '2026-01-01', 'topic', [1], [], 1, 0)"
        )
        migrate(connection)
        connection.execute(
            "insert into packed_removed_lines values ('new', 2, "
            """'{"line_number": [7], "text": ["Foot"], "label": ["promo"], "rule": ["q"]}')"""
        )
        assert connection.execute("from removed_lines order by article_id").fetchall() == [
            ("new", 7, "Foot", "promo", "q", 2),
            ("old", 3, "Menu", "navigation", "r", 1),
        ]
        assert connection.execute("from evidence").fetchall() == [
            ("old", 0, "f", "v", "w", "r", 0.5, True, 1)
        ]
        assert connection.execute("select topic, line_hashes from site_pages").fetchall() == [
            ("topic", [1])
        ]


def test_rows_of_earlier_versions_go_with_their_version(writer):
    load(writer, "b1", edit("a", "A"))
    with writer.reading() as connection:
        connection.execute(
            "insert into loose_removed_lines from removed_lines; delete from packed_removed_lines;"
            "insert into loose_evidence from evidence; delete from packed_evidence"
        )
    load(writer, "b2", edit("a", "B", hours=1))
    for name in ("removed_lines", "evidence"):
        assert fetch(writer, f"select distinct load_number from {name}") == [(2,)]


def test_copies_are_the_same_however_rows_are_packed_together(tmp_path, monkeypatch):
    monkeypatch.setattr(packing, "PACKED_TOGETHER", 3)
    layout = make_layout(tmp_path)
    run(layout, "b1", *(edit(f"a{number}") for number in range(7)))
    run(layout, "b2", edit("b1"), edit("b2"))
    run(layout, "b3", edit("c1"))
    assert_copies_equal(layout, 3)
    with duckdb.connect(str(layout.published), read_only=True) as connection:
        [counts] = connection.execute(
            "select (select count(*) from articles), (select count(*) from packed_evidence), "
            "(select count(*) from evidence), (select count(*) from removed_lines)"
        ).fetchall()
    assert counts == (10, 10, 20, 40)


def entry(number: int, documents: int) -> Entry:
    return Entry(number, Path(), "x", "batch", {"documents": documents})


def test_few_documents_are_packed_together_and_many_apart():
    assert list_spans([entry(1, 600), entry(2, 100), entry(3, 60)], 10_000) == [
        (10_000, 10_249),
        (10_250, 10_499),
        (10_500, 20_099),
        (30_000, 30_059),
    ]
    assert list_spans([entry(1, 80), entry(2, 80), entry(3, 80)], 10_000) == [(10_000, 30_079)]
    assert list_spans([entry(4, 0)], 10_000) == []


def test_template_lines_of_the_packed_version_are_no_difference(writer):
    prompt = "Read more of our coverage every day"
    template = Line(1, 0, len(prompt), prompt, Label.REPEAT, "site.template")
    load(writer, "b1", edit("a", "Ferries are late.", lines=(template,)), edit("b", "Late."))
    load(
        writer,
        "b2",
        edit("a", f"Ferries are late.\n\n{prompt}", hours=1),
        edit("b", f"Late.\n\n{prompt}", hours=1),
    )
    rows = fetch(writer, "select after from version_paragraphs where after is not null")
    assert rows == [(prompt,)]
