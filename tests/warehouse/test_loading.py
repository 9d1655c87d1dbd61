from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from tasks.model import Media, Mention, MentionKind, Told
from tests.warehouse.builders import (
    START,
    edit,
    fail,
    make_batch,
    make_document,
    make_empty,
    many,
    repeat,
)
from warehouse.stage import stage_batch
from warehouse.writer import Selection, Writer, open_writer


def load(writer: Writer, batch_id: str, *edited, **changes):
    return writer.load(stage_batch(writer.layout, make_batch(batch_id, *edited, **changes)))


def fetch(writer: Writer, sql: str):
    return writer.open().execute(sql).fetchall()


def test_every_document_is_counted_once(writer):
    tally = load(writer, "b1", edit("a"), edit("b"), fail("c"), fail("d", code="binary"))
    assert (tally.read, tally.new, tally.problems) == (4, 2, 2)
    assert dict(tally.problem_codes) == {"no-text": 1, "binary": 1}
    assert tally.read == tally.finished


def test_all_fields_of_an_article_are_stored(writer):
    one = edit("a", "text")
    load(writer, "b1", one)
    row = writer.open().execute("select * from articles").fetchone()
    names = [column[0] for column in writer.open().description]
    stored = dict(zip(names, row, strict=True))
    article = one.outcome
    for field in ("body", "title", "site", "outlet", "section", "byline", "language"):
        assert stored[field] == getattr(article, field)
    assert stored["article_id"] == article.id
    assert stored["published_at"] == article.published.utc
    assert stored["published_on"] == article.published.local.date()
    assert stored["published_local"] == "2026-03-01T09:30"
    assert stored["published_offset_minutes"] == 60
    assert stored["published_precision"] == "minute"
    assert stored["published_zone_from"] == "offset"
    assert (stored["modified_at"], stored["modified_local"]) == (None, "2026-03-01")
    assert stored["document_id"] == one.document.id
    assert stored["first_seen_at"] == stored["last_seen_at"] == START


def test_children_follow_their_article_in_order(writer):
    load(writer, "b1", edit("a"))
    assert fetch(writer, "select position, name, kind, role from article_authors order by 1") == [
        (0, "Ann Lee", "person", "Reporter"),
        (1, "Newsroom", "desk", None),
    ]
    assert fetch(writer, "select tag from tags order by position") == [("one",), ("two",)]
    assert fetch(writer, "select text, credit, image_url from captions") == [
        ("A port at dawn.", "Photo Desk", "https://example.org/a.jpg")
    ]
    assert fetch(writer, "select text, level from headings") == [("What next", 2)]
    assert fetch(writer, "select url from links") == [("https://example.org/more",)]
    assert fetch(writer, "select rule, chosen from evidence order by position") == [
        ("jsonld.headline", True),
        ("h1", False),
    ]


def test_facts_for_analysis_are_stored(writer):
    load(writer, "b1", edit("a"))
    assert fetch(
        writer,
        "select kind, dateline, dateline_place, dateline_country, dateline_agency, agency, "
        "credit_line, paywalled, truncated, reading_seconds, language_confidence, other_language "
        "from articles",
    ) == [("news", "OSLO (NTB) —", "Oslo", "NO", "NTB", "NTB", "(NTB)", False, None, 12, 0.5, None)]
    assert fetch(writer, "select * exclude (article_id, load_number) from quotes") == [
        (0, "says", "Ann Lee", "she", "said", 2, 6, False, "quote.after", 0.75)
    ]
    assert fetch(
        writer, "select name, kind, times, offsets, forms, country from mentions order by position"
    ) == [
        ("Ann Lee", "person", 2, [0, 9], ["Ann Lee", "Lee"], None),
        ("Oslo", "place", 1, [4], ["Oslo"], "NO"),
    ]
    assert fetch(writer, "select site from links") == [("example.org",)]


def test_facts_of_an_older_version_go_with_it(writer):
    load(writer, "b1", edit("a", "A"))
    load(writer, "b2", edit("a", "B", hours=1, quotes=(), dateline=None))
    assert fetch(writer, "select count(*) from quotes") == [(0,)]
    assert fetch(writer, "select dateline from article_versions order by version") == [
        ("OSLO (NTB) —",),
        (None,),
    ]


def test_names_with_half_a_surrogate_are_mended(writer):
    broken = Mention("A\ud800b", MentionKind.PERSON, (0,), ("A\ud800b",), None, "name", 0.5)
    load(writer, "b1", edit("a", mentions=(broken,)))
    assert fetch(writer, "select name, forms from mentions") == [("A\ufffdb", ["A\ufffdb"])]


def test_removed_lines_leave_out_kept_and_blank_ones(writer):
    load(writer, "b1", edit("a"))
    assert fetch(writer, "select line_number, label from removed_lines order by 1") == [
        (1, "navigation"),
        (3, "promo"),
        (5, "navigation"),
        (7, "promo"),
    ]


def test_documents_say_how_they_were_read(writer):
    load(writer, "b1", edit("a"), fail("b"))
    rows = fetch(
        writer,
        "select outcome, media, charset, archive_file, archive_offset, run_id, batch_id, "
        "round(edit_ms) from documents order by position",
    )
    assert rows == [
        ("new", "html", "utf-8", "b.warc.gz", 100, "run-a", "b1", 25.0),
        ("problem", "html", None, "b.warc.gz", 100, "run-a", "b1", 0.0),
    ]


def versions(writer: Writer):
    return fetch(
        writer,
        "select version, is_current, body from article_versions order by version, body",
    )


def test_text_that_changes_and_changes_back_makes_three_versions(writer):
    outcomes = []
    for number, text in enumerate(["A", "A", "B", "A"]):
        tally = load(writer, f"b{number}", edit("a", text, hours=number))
        outcomes.append((tally.new, tally.updated, tally.unchanged))
    assert outcomes == [(1, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 0)]
    assert versions(writer) == [
        (1, False, "a says.\n\nA"),
        (2, False, "a says.\n\nB"),
        (3, True, "a says.\n\nA"),
    ]
    assert fetch(writer, "select count(*) from articles") == [(1,)]
    assert fetch(writer, "select count(*) from tags") == [(2,)]


def table_rows(writer: Writer, table: str, without: tuple[str, ...]):
    left_out = f"exclude ({', '.join(without)})" if without else ""
    return sorted(map(repr, fetch(writer, f"select * {left_out} from {table}")))


RUN_COLUMNS = {
    "documents": ("batch_id", "load_number", "position"),
    "articles": ("load_number",),
    "superseded_versions": ("load_number",),
    "authors": (),
    "removed_lines": ("load_number",),
    "evidence": ("load_number",),
    "captions": ("load_number",),
}


def test_how_documents_are_cut_into_batches_changes_nothing(tmp_path):
    first = edit("a", "A")
    documents = [
        first,
        edit("b", "x"),
        edit("a", "A", hours=1),
        edit("a", "B", hours=2),
        repeat(first, hours=3),
        fail("c"),
        edit("a", "A", hours=4),
        edit("b", "y", hours=5),
        repeat(fail("c"), hours=6),
    ]
    results = []
    for size in (1, 2, 4, 9):
        (tmp_path / str(size)).mkdir()
        with open_writer(make_empty(tmp_path / str(size))) as writer:
            for start in range(0, len(documents), size):
                load(writer, f"b{start}", *documents[start : start + size])
            results.append({t: table_rows(writer, t, w) for t, w in RUN_COLUMNS.items()})
    assert results[0]["superseded_versions"]
    for result in results[1:]:
        assert result == results[0]


def test_a_duplicate_ends_as_its_original_did(writer):
    good, bad = edit("a"), fail("b")
    tally = load(writer, "b1", good, bad, repeat(good), repeat(bad))
    assert (tally.new, tally.unchanged, tally.problems) == (1, 1, 2)
    tally = load(writer, "b2", repeat(good, 5), repeat(bad, 5))
    assert (tally.unchanged, tally.problems, tally.problem_codes["no-text"]) == (1, 1, 1)
    rows = fetch(
        writer,
        "select outcome, article_id is not null, duplicate_of is not null from documents "
        "order by load_number, position",
    )
    assert rows == [
        ("new", True, False),
        ("problem", False, False),
        ("unchanged", True, True),
        ("problem", False, True),
        ("unchanged", True, True),
        ("problem", False, True),
    ]
    assert {row[0] for row in fetch(writer, "select code from problems")} == {"no-text"}


def test_a_duplicate_of_a_duplicate_is_one_of_the_first(writer):
    good = edit("a")
    second = repeat(good, 1)
    third = repeat(good, 2)
    third = replace(third, document=replace(third.document, duplicate_of=second.document.id))
    tally = load(writer, "b1", good, second, third)
    assert (tally.new, tally.unchanged) == (1, 2)


def test_seeing_an_article_again_moves_only_its_last_sight(writer):
    load(writer, "b1", edit("a", hours=5))
    load(writer, "b2", edit("a", hours=9), edit("a", hours=2))
    rows = fetch(
        writer,
        "select hour(first_seen_at), hour(version_seen_at), hour(last_seen_at), version "
        "from articles",
    )
    assert rows == [(10, 13, 17, 1)]


def test_a_batch_loaded_twice_returns_its_counts_and_changes_nothing(writer):
    batch = [edit("a"), fail("b")]
    first = load(writer, "b1", *batch)
    again = load(writer, "b1", *batch)
    assert again == first
    assert fetch(writer, "select count(*) from documents") == [(2,)]
    assert not list(writer.layout.staging.iterdir())


def test_documents_loaded_under_another_batch_are_unchanged(writer):
    load(writer, "b1", edit("a"), fail("b"))
    tally = load(writer, "b2", edit("a"), fail("b"), edit("c"))
    assert (tally.read, tally.new, tally.unchanged, tally.problems) == (3, 1, 2, 0)
    assert fetch(writer, "select count(*) from documents") == [(3,)]


def test_forms_of_a_name_are_gathered(writer):
    load(writer, "b1", edit("a", authors=(author("ANN LEE"),)))
    load(writer, "b2", edit("b", authors=(author("Ann Lee"),)))
    load(writer, "b3", edit("c", outlet="Other", authors=(author("Ann Lee"),)))
    rows = fetch(writer, "select name, outlet, forms from authors order by outlet")
    assert rows == [
        ("Ann Lee", "Other", ["Ann Lee"]),
        ("Ann Lee", "The Example", ["ANN LEE", "Ann Lee"]),
    ]


def author(name: str):
    from tasks.model import Author, AuthorKind

    return Author(name, AuthorKind.PERSON, name)


def test_texts_that_utf8_cannot_hold_are_mended(writer):
    tally = load(writer, "b1", edit("a", title="half \ud83d here", byline="nul \x00 here"))
    assert tally.new == 1
    assert fetch(writer, "select title, byline from articles") == [("half � here", "nul \x00 here")]


def test_a_document_keeps_its_fault_for_another_edit(writer):
    from tasks.model import Fault, Stage

    fault = Fault(Stage.DISCOVER, "too-large", "The page is too large.")
    broken = fail("a")
    broken = replace(broken, document=replace(broken.document, fault=fault))
    load(writer, "b1", broken)
    assert next(writer.documents(Selection(everything=True))).documents[0] == broken.document


def test_known_uris_and_bytes_are_found(writer):
    first = edit("a", "A")
    newer = edit("a", "B", hours=1)
    load(writer, "b1", first, fail("b"))
    load(writer, "b2", newer)
    known = writer.look_up(
        [first.document.uri, "file:///in/b.html", "file:///in/new.html"],
        [first.document.sha256, "0" * 64],
    )
    assert set(known.by_uri) == {first.document.uri, "file:///in/b.html"}
    found = known.by_uri[first.document.uri]
    assert (found.document_id, found.sha256, found.count, found.outcome) == (
        newer.document.id,
        newer.document.sha256,
        2,
        "updated",
    )
    assert found.article_id == first.outcome.id
    assert known.by_uri["file:///in/b.html"].article_id is None
    [same] = known.by_hash[first.document.sha256]
    assert (same.document_id, same.place) == (first.document.id, first.document.place)


def test_groups_of_documents_are_articles_in_order_of_loading(writer):
    good, bad = edit("a", "A"), fail("b")
    load(writer, "b1", good, bad, edit("c"))
    load(writer, "b2", edit("a", "B", hours=1), repeat(bad), repeat(good, 7))
    groups = list(writer.documents(Selection(everything=True)))
    assert [len(group.documents) for group in groups] == [3, 2, 1]
    assert [group.article_id is None for group in groups] == [False, True, False]
    assert groups[0].documents[0] == good.document
    assert groups[0].documents[2].duplicate_of == good.document.id


def test_selections_name_what_they_say(writer):
    load(writer, "b1", edit("a"), edit("b", outlet="Other"), fail("c"), fail("d", code="binary"))
    load(writer, "b2", edit("e", hours=48))

    def names(**conditions) -> set[str]:
        groups = writer.documents(Selection(**conditions))
        return {Path(d.uri).stem for group in groups for d in group.documents}

    assert names() == set()
    assert names(everything=True) == {"a", "b", "c", "d", "e"}
    assert names(only_problems=True) == {"c", "d"}
    assert names(problem_codes=("binary",)) == {"d"}
    assert names(outlets=("Other",)) == {"b"}
    assert names(article_ids=(edit("a").outcome.id,)) == {"a"}
    assert names(document_ids=(fail("c").document.id,)) == {"c"}
    assert names(since=START.replace(day=2)) == {"e"}
    assert names(everything=True, since=START.replace(day=2)) == {"e"}


def test_long_selections_come_in_pages_while_loading_goes_on(writer, monkeypatch):
    monkeypatch.setattr("warehouse.selection.PAGE", 5)
    load(writer, "b1", *many("a", 9))
    load(writer, "b2", *many("a", 9, "changed"))
    seen = []
    for number, group in enumerate(writer.documents(Selection(everything=True))):
        seen.append([document.id for document in group.documents])
        load(writer, f"c{number}", edit(f"new-{number}"))
    assert len(seen) == 9
    assert all(len(ids) == 2 for ids in seen)


def test_reprocessing_replaces_articles_and_updates_documents(writer):
    load(writer, "b1", edit("a", "A"), edit("b"), fail("c"))
    load(writer, "b2", edit("a", "B", hours=1))
    old = edit("a").outcome.id
    again = [
        replace(edit("a", "A"), outcome=edit("a", "A and more").outcome, media=Media.TEXT),
        replace(edit("a", "B", hours=1), outcome=edit("a", "B and more").outcome),
    ]
    tally = load(writer, "r1", *again, kind="reprocess", replaced_articles=(old,))
    assert (tally.new, tally.updated, tally.unchanged) == (1, 1, 0)
    assert versions(writer) == [
        (1, False, "a says.\n\nA and more"),
        (1, True, "b says.\n\n"),
        (2, True, "a says.\n\nB and more"),
    ]
    assert fetch(writer, "select count(*) from documents") == [(4,)]
    assert fetch(writer, "select media from documents where uri like '%/a.html' order by 1") == [
        ("html",),
        ("text",),
    ]
    assert fetch(writer, "select count(*) from tags") == [(4,)]


def test_reprocessing_can_give_an_article_another_identity(writer):
    load(writer, "b1", edit("a", authors=(author("Wrong Name"),)))
    old = edit("a").outcome.id
    moved = replace(edit("a"), outcome=edit("z").outcome)
    load(writer, "r1", moved, kind="reprocess", replaced_articles=(old,))
    assert fetch(writer, "select article_id from articles") == [(moved.outcome.id,)]
    assert fetch(writer, "select article_id from documents") == [(moved.outcome.id,)]
    assert fetch(writer, "select name from authors order by 1") == [("Ann Lee",), ("Newsroom",)]


def problem_rows(writer: Writer):
    return fetch(
        writer, "select code, attempts, resolved_at is not null from problems order by uri"
    )


def test_problems_are_tried_again_and_resolved(writer):
    load(writer, "b1", fail("a"), fail("b"), edit("c"))
    tally = load(writer, "r1", fail("a", code="time-limit"), edit("b"), kind="reprocess")
    assert (tally.new, tally.problems) == (1, 1)
    assert problem_rows(writer) == [("time-limit", 2, False), ("no-text", 2, True)]
    lost = replace(edit("c"), outcome=fail("c").outcome)
    replaced = (edit("c").outcome.id,)
    load(writer, "r2", lost, fail("b"), kind="reprocess", replaced_articles=replaced)
    assert problem_rows(writer) == [
        ("time-limit", 2, False),
        ("no-text", 3, False),
        ("no-text", 1, False),
    ]


def test_reprocessing_what_is_there_changes_no_row(writer):
    documents = [edit("a", "A"), edit("b"), edit("a", "B", hours=3), repeat(edit("a", "A"), 4)]
    load(writer, "b1", *documents)
    before = {t: table_rows(writer, t, w) for t, w in RUN_COLUMNS.items()}
    ids = tuple({edit("a").outcome.id, edit("b").outcome.id})
    load(writer, "r1", *documents, kind="reprocess", replaced_articles=ids)
    assert {t: table_rows(writer, t, w) for t, w in RUN_COLUMNS.items()} == before


def test_stored_articles_print_as_edited_ones_do(writer):
    from warehouse.printing import print_article

    one, bare = edit("a", "text"), edit("b", authors=(), published=None, tags=(), captions=())
    load(writer, "b1", one, bare)
    ids = [one.outcome.id, bare.outcome.id, "unknown"]
    assert writer.article_rows(ids) == {
        one.outcome.id: print_article(one.outcome),
        bare.outcome.id: print_article(bare.outcome),
    }


def test_a_load_that_fails_leaves_nothing_behind(writer, monkeypatch):
    staged = stage_batch(writer.layout, make_batch("b1", edit("a")))

    def explode(*_):
        raise duckdb.ConversionException("no")

    with monkeypatch.context() as patched:
        patched.setattr("warehouse.apply_documents.write_documents", explode)
        with pytest.raises(duckdb.ConversionException):
            writer.load(staged)
    assert fetch(writer, "select count(*) from articles") == [(0,)]
    assert not list(writer.layout.journal.iterdir())
    assert writer.load(staged).new == 1


def test_entries_staged_before_a_column_was_added_still_load(writer):
    import pyarrow.parquet as pq

    staged = stage_batch(writer.layout, make_batch("b1", edit("a")))
    file = staged / "articles.parquet"
    pq.write_table(pq.read_table(file).drop_columns(["section"]), file)
    about = json.loads((staged / "entry.json").read_text())
    (staged / "entry.json").write_text(json.dumps(about | {"format": "older"}))
    assert writer.load(staged).new == 1
    assert fetch(writer, "select section, title from articles") == [(None, "Title of a")]


def test_staging_a_batch_again_replaces_it(layout):
    stage_batch(layout, make_batch("b1", edit("a"), edit("b")))
    staged = stage_batch(layout, make_batch("b1", edit("c")))
    with open_writer(layout) as writer:
        staged = stage_batch(layout, make_batch("b1", edit("c")))
        assert writer.load(staged).read == 1
    assert make_document("c").uri.endswith("c.html")


def test_what_the_source_told_comes_back_with_the_document(writer):
    told = Told(title="Ein Titel – 試", published="2026-03-01T09:30+01:00", zone="Europe/Oslo")
    one = edit("a")
    load(writer, "b1", replace(one, document=replace(one.document, told=told)), edit("b"))
    groups = writer.documents(Selection(everything=True))
    assert [document.told for group in groups for document in group.documents] == [told, None]
    assert fetch(
        writer, "select json_extract_string(told, '$.zone') from documents order by position"
    ) == [
        ("Europe/Oslo",),
        (None,),
    ]


def test_what_allowed_the_fetch_is_kept_with_the_document(writer):
    one = edit("a")
    load(writer, "b1", replace(one, document=replace(one.document, robots="no rule")), edit("b"))
    groups = writer.documents(Selection(everything=True))
    assert [document.robots for group in groups for document in group.documents] == [
        "no rule",
        None,
    ]
    assert fetch(writer, "select robots from documents order by position") == [
        ("no rule",),
        (None,),
    ]
