"""What the warehouse knows of changes: differences as they are loaded, and the views on them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from tasks.model import Caption, Label, Line, Precision, SiteLine, Stamp, ZoneFrom
from tasks.tally import Tally
from tests.warehouse.builders import START, edit, make_batch, make_empty
from tests.warehouse.test_publishing import assert_copies_equal
from warehouse.apply import apply_entries
from warehouse.history import read_history
from warehouse.journal import read_entry
from warehouse.stage import RunRecord, stage_batch, stage_run
from warehouse.versions import TABLES
from warehouse.writer import Writer, open_writer

FIRST = "The quay was closed on Monday.\n\nNobody was hurt, the harbour master said."
SECOND = "The quay was closed on Tuesday.\n\nNobody was hurt, the harbour master said."
PROMPT = "Get our letter every morning at seven."


def load(writer: Writer, batch_id: str, *edited, **changes):
    return writer.load(stage_batch(writer.layout, make_batch(batch_id, *edited, **changes)))


def fetch(writer: Writer, sql: str):
    return writer.open().execute(sql).fetchall()


def page(body: str, hours: int = 0, name: str = "a", **changes):
    return edit(name, body, hours, body=body, modified=None, **changes)


def stamp(hour: int, offset: int | None = None) -> Stamp:
    utc = datetime(2026, 3, 1, hour, 30, tzinfo=UTC) - timedelta(minutes=offset or 0)
    local = datetime(2026, 3, 1, hour, 30)
    if offset is None:
        return Stamp(local, Precision.MINUTE)
    return Stamp(local, Precision.MINUTE, utc, offset, ZoneFrom.OUTLET)


def test_fields_and_paragraphs_of_a_new_version(writer):
    load(writer, "b1", page(FIRST))
    load(writer, "b2", page(SECOND, 2, title="Quay closed longer", section=None))
    assert fetch(writer, "select version, field, before, after from version_fields order by 2") == [
        (2, "section", "World", None),
        (2, "title", "Title of a", "Quay closed longer"),
    ]
    before, after = FIRST.split("\n\n")[0], SECOND.split("\n\n")[0]
    assert fetch(writer, "select * exclude (article_id, load_number) from version_paragraphs") == [
        (2, 0, "changed", 0, 0, before, after)
    ]
    assert fetch(writer, "select * exclude (article_id, load_number) from version_changes") == [
        (2, START + timedelta(hours=2), ["body", "section", "title"], False, 0, 0, 1, 0, 1, 1)
    ]


def test_an_article_seen_again_or_new_leaves_no_difference(writer):
    load(writer, "b1", page(FIRST), page(FIRST, name="b"))
    load(writer, "b2", page(FIRST, 3), page(SECOND, name="c"))
    for table in TABLES:
        assert fetch(writer, f"select count(*) from {table}") == [(0,)]


def test_who_signs_and_captions_are_compared_though_only_the_newest_are_kept(writer):
    one = page(FIRST)
    load(writer, "b1", one)
    authors = one.outcome.authors[:1]
    captions = (Caption("A port at noon.", None), Caption(None, "Ann Lee"))
    load(writer, "b2", page(SECOND, 1, authors=authors, captions=captions))
    assert fetch(writer, "select field, before, after from version_fields order by 1") == [
        ("authors", "Ann Lee; Newsroom", "Ann Lee"),
        ("captions", "A port at dawn. (Photo Desk)", "A port at noon.; (Ann Lee)"),
    ]


def test_a_zone_that_was_learned_is_no_change_of_a_time(writer):
    load(writer, "b1", page(FIRST, published=stamp(9)))
    load(writer, "b2", page(SECOND, 1, published=stamp(9, 60)))
    load(writer, "b3", page(FIRST, 2, published=stamp(10, 120)))
    assert fetch(writer, "select count(*) from version_fields") == [(0,)]
    load(writer, "b4", page(SECOND, 3, published=stamp(11, 120)))
    assert fetch(writer, "select version, field, before, after from version_fields") == [
        (4, "published_at", "2026-03-01T10:30+02:00", "2026-03-01T11:30+02:00")
    ]


def test_another_time_without_a_zone_is_a_change(writer):
    load(writer, "b1", page(FIRST, published=stamp(9)))
    load(writer, "b2", page(SECOND, 1, published=stamp(11)))
    assert fetch(writer, "select before, after from version_fields") == [
        ("2026-03-01T09:30", "2026-03-01T11:30")
    ]


def learn(writer: Writer, text: str, label: Label | None = Label.REPEAT) -> None:
    line = SiteLine("example.org", 7, text, label, "template", 5, 4, "x", START, START)
    record = RunRecord("run-a", "ingest", START, START, "completed", "{}", Tally())
    writer.load(stage_run(writer.layout, record, [line]))


def test_a_template_learned_in_between_is_no_edit(writer):
    load(writer, "b1", page(f"{FIRST}\n\n{PROMPT}"))
    line = Line(3, 0, 9, PROMPT + " ", Label.REPEAT, "site.template")
    load(writer, "b2", page(SECOND, 1, lines=(line,)))
    assert fetch(writer, "select kind, position_before from version_paragraphs") == [("changed", 0)]
    # A new version whose text is the same but for that line.
    load(writer, "b3", page(f"{SECOND}\n\n{PROMPT}", 2, title="Other"))
    assert fetch(writer, "select fields from version_changes where version = 3") == [(["title"],)]


def test_a_template_is_known_by_its_site_too(writer):
    learn(writer, PROMPT.upper())
    load(writer, "b1", page(f"{FIRST}\n\n{PROMPT}"))
    load(writer, "b2", page(FIRST, 1, title="Other"))
    assert fetch(writer, "select fields from version_changes") == [(["title"],)]


def test_a_line_that_repeats_and_stays_is_text(writer):
    learn(writer, PROMPT, None)
    load(writer, "b1", page(f"{FIRST}\n\n{PROMPT}"))
    load(writer, "b2", page(FIRST, 1))
    assert fetch(writer, "select kind, before from version_paragraphs") == [("removed", PROMPT)]


def test_a_reprocess_compares_anew(writer):
    both = (page(FIRST), page(SECOND, 1), page(FIRST, 0, name="b"), page(SECOND, 1, name="b"))
    load(writer, "b1", *both)
    body = f"{SECOND}\n\n{FERRY}"
    again = [both[0], replace(both[1], outcome=replace(both[1].outcome, body=body))]
    ids = (both[0].outcome.id,)
    load(writer, "r1", *again, kind="reprocess", replaced_articles=ids)
    paragraphs = "select article_id = '{}', kind from version_paragraphs order by 1, place"
    assert fetch(writer, paragraphs.format(*ids)) == [
        (False, "changed"),
        (True, "changed"),
        (True, "added"),
    ]
    assert fetch(writer, "select words_added from version_changes order by 1") == [(1,), (11,)]


def list_rows(writer: Writer) -> dict[str, list[str]]:
    tables = (*TABLES, "superseded_versions")
    return {
        name: sorted(map(repr, fetch(writer, f"select * exclude (load_number) from {name}")))
        for name in tables
    }


def make_story(seed: int) -> list:
    """Documents of three articles whose texts, titles and captions come and go."""
    rng = random.Random(seed)
    sentences = [FERRY.replace("nine", word) for word in ("nine", "ten", "noon")] + [FIRST, PROMPT]
    return [
        page(
            "\n\n".join(rng.sample(sentences, rng.randrange(1, 4))),
            hour,
            rng.choice("abc"),
            title=rng.choice(["One", "Two", None]),
            published=rng.choice([stamp(9), stamp(9, 60), stamp(10, 120), None]),
            captions=rng.choice([(), (Caption("A port.", None),)]),
            lines=rng.choice([(), (Line(1, 0, 5, PROMPT, Label.REPEAT, "site.template"),)]),
        )
        for hour in range(14)
    ]


FERRY = "The ferry leaves the harbour at nine in the morning."


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_any_batching_gives_the_same_differences(tmp_path, seed):
    documents, results = make_story(seed), []
    for size in (1, 3, 14):
        (tmp_path / str(size)).mkdir()
        with open_writer(make_empty(tmp_path / str(size))) as writer:
            for start in range(0, len(documents), size):
                load(writer, f"b{start}", *documents[start : start + size])
            results.append(list_rows(writer))
    assert results[0]["version_changes"]
    assert results[1] == results[0]
    assert results[2] == results[0]


def test_loads_applied_together_are_as_those_applied_one_by_one(tmp_path):
    documents = make_story(11)
    results = []
    for together in (False, True):
        (tmp_path / str(together)).mkdir()
        with open_writer(make_empty(tmp_path / str(together))) as writer:
            connection = writer.open()
            entries = []
            for number in range(7):
                batch = make_batch(f"b{number}", *documents[2 * number : 2 * number + 2])
                entries.append(read_entry(stage_batch(writer.layout, batch), number + 1))
            for group in [entries] if together else [[entry] for entry in entries]:
                apply_entries(connection, group)
            results.append(
                {n: sorted(map(repr, fetch(writer, f"from {n}"))) for n in (*TABLES, "articles")}
            )
    assert results[0] == results[1]


def test_both_copies_hold_the_same(layout):
    for number, text in enumerate([FIRST, SECOND, FIRST]):
        with open_writer(layout) as writer:
            load(writer, f"b{number}", page(text, number))
            writer.publish()
    assert_copies_equal(layout, 3)
    with duckdb.connect(str(layout.published), read_only=True) as connection:
        assert connection.execute("select count(*) from version_changes").fetchall() == [(2,)]


def test_versions_of_an_older_warehouse_are_compared_by_the_next_load(writer):
    load(writer, "b1", page(FIRST), page(SECOND, 1), page(FIRST, 2))
    expected = list_rows(writer)
    for table in TABLES:
        fetch(writer, f"delete from {table}")
    fetch(writer, "insert into uncompared_versions "
                  "select article_id, version + 1 from superseded_versions")  # fmt: skip
    load(writer, "b2", page(FIRST, name="b"))
    assert list_rows(writer) == expected
    assert fetch(writer, "select count(*) from uncompared_versions") == [(0,)]


def test_edits_are_silent_where_the_page_tells_no_new_time(writer):
    load(
        writer, "b1",
        page(FIRST, name="same", section="A"),
        edit("told", "x", body=FIRST, modified=stamp(9, 60)),
        edit("kept", "x", body=FIRST, modified=stamp(9, 60)),
        page(FIRST, name="author"),
    )  # fmt: skip
    load(
        writer, "b2",
        page(SECOND, 3, name="same", title="New title"),
        edit("told", "y", 3, body=SECOND, modified=stamp(11, 60)),
        edit("kept", "y", 3, body=SECOND, modified=stamp(10, 120)),
        page(FIRST, 3, name="author", content_hash="other", authors=()),
    )  # fmt: skip
    columns = (
        "url, title_before, title_after, seen_at, last_seen_before_at, hours_after_first_seen, "
        "paragraphs_changed, words_added, words_removed, modified_local"
    )
    seen = START + timedelta(hours=3)
    assert fetch(writer, f"select {columns} from silent_edits order by url") == [
        ("https://www.example.org/kept", "Title of kept", "Title of kept", seen, START, 3.0, 1,
         1, 1, "2026-03-01T09:30"),
        ("https://www.example.org/same", "Title of same", "New title", seen, START, 3.0, 1,
         1, 1, None),
    ]  # fmt: skip


def test_headlines_that_changed(writer):
    load(writer, "b1", page(FIRST), page(FIRST, name="b"))
    load(writer, "b2", page(SECOND, 6, title="Quay closed"), page(SECOND, 6, name="b"))
    rows = fetch(writer, "select * exclude (article_id) from headline_changes")
    assert rows == [
        ("The Example", "Title of a", "Quay closed", START + timedelta(hours=6), 6.0, True, 2,
         "https://www.example.org/a")
    ]  # fmt: skip


def test_all_differences_in_one_list(writer):
    load(writer, "b1", page(FIRST), page(f"{SECOND}\n\n{FERRY}", 1, title="New title"))
    rows = fetch(writer, "select version, field, kind, place, position from version_differences")
    assert rows == [
        (2, "title", "changed", None, None),
        (2, "body", "changed", 0, 0),
        (2, "body", "added", 1, 2),
    ]


def test_the_history_of_an_article_is_read(layout):
    with open_writer(layout) as writer:
        load(writer, "b1", page(FIRST), page(SECOND, 1))
        writer.publish()
        [(article_id,)] = fetch(writer, "select article_id from articles")
    history = read_history(layout.published, article_id)
    assert [version.version for version in history.versions] == [1, 2]
    assert history.versions[0].change is None
    assert [one.kind for one in history.versions[1].change.paragraphs] == ["changed"]
    assert read_history(layout.published, "nothing") is None
