"""What retention drops by age, in both copies alike, and what stays."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tasks.model import Edited, Place
from tests.warehouse.builders import START, make_article, make_document, make_empty
from tests.warehouse.test_publishing import level
from tests.world.damage import NOON, change_rows, copy_warehouse, fetch, make_warehouse
from warehouse.copies import list_copies
from warehouse.inspection import list_dropped_files
from warehouse.layout import Layout
from warehouse.stage import Batch, stage_batch
from warehouse.upkeep import Upkeep, stage_upkeep
from warehouse.writer import open_writer

AFTER = NOON + timedelta(days=400)


def make_edited(name: str, hours: int, text: str = "", file: str = "b.warc.gz") -> Edited:
    document = make_document(name, text, hours, place=Place(file, 100, 50))
    return Edited(document, make_article(name, text))


@pytest.fixture(scope="module")
def loaded_once(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """An old and a young article, and one of which an old version is superseded by a young one."""
    first = [make_edited("old", 0), make_edited("twice", 0, "first")]
    second = [
        make_edited("young", 1000, file="c.warc.gz"),
        make_edited("twice", 1000, "second", file="c.warc.gz"),
        make_edited("late", 1, file="c.warc.gz"),
    ]
    layout = make_empty(tmp_path_factory.mktemp("retention"))
    with open_writer(layout) as writer:
        writer.load(stage_batch(layout, Batch("b1", "r", 1, tuple(first), START)))
        writer.load(stage_batch(layout, Batch("b2", "r", 2, tuple(second), START)))
        writer.publish()
    return layout


@pytest.fixture
def loaded(loaded_once: Layout, tmp_path: Path) -> Layout:
    return copy_warehouse(loaded_once, tmp_path)


def drop(layout: Layout, what, hours: int = 500):
    before = START + timedelta(hours=hours)
    with open_writer(layout) as writer:
        writer.load(stage_upkeep(layout, Upkeep("r9", AFTER, [(what, before)])))
        writer.publish()


def read_copies(layout: Layout, sql: str) -> list:
    """What each copy says; they must agree."""
    found = []
    for copy in list_copies(layout):
        with duckdb.connect(str(copy.path), read_only=True) as connection:
            found.append(connection.execute(sql).fetchall())
    assert len(found) == 2
    assert found[0] == found[1]
    return found[0]


def test_bodies(loaded):
    drop(loaded, "bodies")
    rows = read_copies(
        loaded, "select title, body = '', body_dropped_at is null from articles order by title"
    )
    assert rows == [
        ("Title of late", True, False),
        ("Title of old", True, False),
        ("Title of twice", False, True),
        ("Title of young", False, True),
    ]
    assert read_copies(loaded, "select count(*) from superseded_versions where body = ''") == [(0,)]
    [(kind, what, items, size)] = read_copies(loaded, "select kind, what, items, bytes from upkeep")
    assert (kind, what, items) == ("retention", "bodies", 2)
    assert size == len("old says.\n\n") + len("late says.\n\n")
    drop(loaded, "bodies", 501)
    assert read_copies(loaded, "select items from upkeep order by items") == [(0,), (2,)]


def test_many_bodies_are_dropped_as_few_are(loaded, monkeypatch):
    from warehouse import apply_upkeep

    kept = "select * exclude (body, body_dropped_at) from articles order by article_id"
    before = read_copies(loaded, kept)
    monkeypatch.setattr(apply_upkeep, "UPDATED_BYTES", 0)
    drop(loaded, "bodies")
    assert read_copies(loaded, kept) == before
    assert read_copies(loaded, "select count(*) from articles where body = ''") == [(2,)]
    assert read_copies(loaded, "select items, bytes from upkeep") == [(2, 23)]
    drop(loaded, "bodies", 501)
    assert read_copies(loaded, "select items from upkeep order by items") == [(0,), (2,)]


@pytest.mark.slow
def test_many_bodies_fit_into_little_memory(layout):
    with open_writer(layout, memory=100_000_000) as writer:
        edited = make_edited("old", 0)
        writer.load(stage_batch(layout, Batch("b1", "r", 1, (edited,), START)))
        with writer.reading() as connection:
            connection.execute(
                "insert into articles by name select articles.* replace ("
                "article_id || i as article_id, repeat(md5(i::varchar), 150) as body) "
                "from articles, range(30000) numbers(i)"
            )
            connection.execute("checkpoint")
        upkeep = Upkeep("r9", AFTER, [("bodies", START + timedelta(hours=500))])
        writer.load(stage_upkeep(layout, upkeep))
        with writer.reading() as connection:
            assert connection.execute(
                "select items from upkeep where what = 'bodies'"
            ).fetchone() == (30_001,)


def test_superseded_bodies(loaded):
    drop(loaded, "superseded-bodies")
    rows = read_copies(loaded, "select version, body from article_versions where title like '%tw%'")
    assert sorted(rows) == [(1, ""), (2, "twice says.\n\nsecond")]


@pytest.mark.parametrize("what", ["removed-lines", "evidence"])
def test_rows_of_old_articles(loaded, what):
    table = what.replace("-", "_")
    query = f"select article_id, count(*) from {table} group by all order by all"
    before = dict(read_copies(loaded, query))
    drop(loaded, what)
    after = dict(read_copies(loaded, query))
    young = {make_article(name).id for name in ("young", "twice")}
    assert after == {article: count for article, count in before.items() if article in young}
    assert len(before) == 4
    [(items,)] = read_copies(loaded, "select items from upkeep")
    assert items == sum(before.values()) - sum(after.values())


@pytest.mark.parametrize("what", ["removed-lines", "evidence"])
def test_rows_and_bytes_of_packed_and_loose_rows_are_counted(loaded, what):
    """Those that an earlier version wrote, too, and only where they are old."""
    table = what.replace("-", "_")
    names = "article_id, line_number, text, label, rule, load_number"
    if what == "evidence":
        names = "article_id, position, field, value, raw, rule, confidence, chosen, load_number"
    old = make_article("old").id
    change_rows(loaded, f"insert into loose_{table} ({names}) select {names} from {table}")
    text = "text" if what == "removed-lines" else "concat(value, raw)"
    old_ids = f"('{old}', '{make_article('late').id}')"
    [expected] = read_copies(
        loaded,
        f"select count(*), sum(strlen({text})) from {table} where article_id in {old_ids}",
    )
    drop(loaded, what)
    assert read_copies(loaded, "select items, bytes from upkeep") == [expected]
    assert read_copies(loaded, f"from {table} where article_id in {old_ids}") == []
    assert expected[0] > 0


def test_versions_are_compared_before_their_texts_go(loaded):
    """Of a warehouse that did not keep differences before."""
    known = read_copies(loaded, "select * from version_paragraphs order by all")
    assert known
    change_rows(
        loaded,
        "insert into uncompared_versions select article_id, version from version_changes; "
        "delete from version_changes; delete from version_fields; delete from version_paragraphs",
    )
    drop(loaded, "superseded-bodies", 2000)
    kept = "article_id, version, kind, before, after"
    found = read_copies(loaded, f"select {kept} from version_paragraphs order by all")
    assert len(found) == len(known)
    assert read_copies(loaded, "from uncompared_versions") == []


def test_an_archive_file_goes_when_all_in_it_are_old(loaded):
    drop(loaded, "archive")
    rows = read_copies(
        loaded,
        "select archive_file, archive_dropped_at is null, count(*) from documents "
        "group by all order by all",
    )
    assert rows == [("c.warc.gz", True, 3), (None, False, 2)]
    assert read_copies(loaded, "select archive_file, documents, bytes from dropped_files") == [
        ("b.warc.gz", 2, 100)
    ]
    with open_writer(loaded) as writer, writer.reading() as connection:
        assert list_dropped_files(connection) == {"b.warc.gz"}


def test_the_same_page_again_is_known_though_its_bytes_are_gone(loaded):
    drop(loaded, "archive")
    with open_writer(loaded) as writer:
        document = make_document("old")
        known = writer.look_up([document.uri], [document.sha256])
        assert known.by_uri[document.uri].sha256 == document.sha256
        assert [found.place for found in known.by_hash[document.sha256]] == [None]


def test_an_entry_loaded_twice_drops_once(loaded):
    upkeep = Upkeep("r9", AFTER, [("bodies", START + timedelta(hours=500))])
    with open_writer(loaded) as writer:
        writer.load(stage_upkeep(loaded, upkeep))
        writer.load(stage_upkeep(loaded, upkeep))
        writer.publish()
    assert read_copies(loaded, "select items from upkeep") == [(2,)]


def test_a_warc_of_somebody_else_is_never_given_up(layout):
    edited = make_edited("old", 0, file="/elsewhere/b.warc.gz")
    with open_writer(layout) as writer:
        writer.load(stage_batch(layout, Batch("b1", "r", 1, (edited,), START)))
        writer.publish()
    drop(layout, "archive")
    assert read_copies(layout, "select archive_file from documents") == [("/elsewhere/b.warc.gz",)]


def test_what_retention_dropped_is_no_damage(tmp_path: Path):
    from flows.doctor import Check
    from flows.integrity import examine_deep

    layout = copy_warehouse(make_warehouse(tmp_path), _fresh(tmp_path))
    limits = [
        (what, AFTER)
        for what in ("bodies", "superseded-bodies", "removed-lines", "evidence", "archive")
    ]
    with open_writer(layout) as writer:
        writer.load(stage_upkeep(layout, Upkeep("r9", AFTER, limits)))
        writer.publish()
    assert fetch(layout, "select count(*) from documents where archive_file is not null") == [(0,)]
    for file in layout.archive.iterdir():
        file.unlink()
    said = list(examine_deep(layout.published, None, lambda *_: None, 0.0))
    assert all(isinstance(one, Check) for one in said), said


def _fresh(folder: Path) -> Path:
    made = folder / "copy"
    made.mkdir()
    return made


def test_writing_the_file_anew_keeps_rows_views_and_comments(loaded):
    before = loaded.published.resolve()
    rows = read_copies(loaded, "select * from articles order by article_id")
    with open_writer(loaded) as writer:
        sizes = writer.compact()
        # The published one and the new one: there is room for the second copy.
        assert len(list_copies(loaded)) == 2
        writer.publish()
    assert loaded.published.resolve() != before
    assert not before.exists()
    assert len(list_copies(loaded)) == 2
    assert loaded.published.stat().st_size <= sizes[0]
    assert {copy.closes for copy in list_copies(loaded)} == {0}
    assert read_copies(loaded, "select * from articles order by article_id") == rows
    [(tables,)] = read_copies(loaded, "select count(comment) from duckdb_tables()")
    [(columns,)] = read_copies(
        loaded, "select count(*) from duckdb_columns() where comment is null and not internal"
    )
    assert tables > 20
    assert columns == 0
    assert read_copies(loaded, "select count(*) from latest_articles") == [(4,)]
    with open_writer(loaded) as writer:
        writer.load(stage_batch(loaded, Batch("b3", "r", 3, (make_edited("more", 2),), START)))
        writer.publish()
    level(loaded)
    assert read_copies(loaded, "select count(*) from articles") == [(5,)]


def test_a_file_with_much_unused_room_is_worth_it(loaded, monkeypatch):
    from warehouse import compaction

    with open_writer(loaded) as writer, writer.reading() as connection:
        connection.execute("create table ballast as select md5(range::varchar) from range(1000000)")
        connection.execute("checkpoint")
        # More than fits into holes before the ballast: what is free at the end is cut off.
        connection.execute("create table after_it as select md5(range::varchar) from range(300000)")
        connection.execute("checkpoint")
        assert not compaction.is_worth_it(connection)
        connection.execute("drop table ballast")
        connection.execute("checkpoint")
        assert not compaction.is_worth_it(connection), "small files never are"
        monkeypatch.setattr(compaction, "LEAST_BYTES", 1)
        assert compaction.is_worth_it(connection)
