from __future__ import annotations

import shutil

import duckdb
import pytest

from tasks.errors import MigrationChanged, WarehouseTooNew
from tests.warehouse.builders import edit, make_batch, make_layout, make_old
from tests.warehouse.test_publishing import assert_copies_equal, count, dump, run
from warehouse import migrate as module
from warehouse.connect import create_database
from warehouse.copies import find_published, wal_file
from warehouse.migrate import Script, fingerprint, list_migrations, migrate, parse_header
from warehouse.stage import stage_batch
from warehouse.writer import open_writer


@pytest.fixture
def connection(tmp_path):
    create_database(tmp_path / "x.duckdb")
    with duckdb.connect(str(tmp_path / "x.duckdb")) as opened:
        yield opened


def add_migration(monkeypatch, *more: Script) -> None:
    scripts = [*list_migrations(), *more]
    monkeypatch.setattr(module, "list_migrations", lambda: scripts)


def test_every_table_view_and_column_has_a_comment(connection):
    migrate(connection)
    bare = connection.execute(
        "select table_name from duckdb_tables() where comment is null "
        "union all select view_name from duckdb_views() where comment is null and not internal "
        "union all select table_name || '.' || column_name from duckdb_columns() "
        "where comment is null and not internal"
    ).fetchall()
    assert bare == []


def test_comments_are_there_in_the_published_file(tmp_path):
    layout = make_layout(tmp_path)
    run(layout, "b1", edit("a"))
    with duckdb.connect(str(layout.published), read_only=True) as connection:
        rows = connection.execute(
            "select count(*), count(comment) from duckdb_columns() where not internal"
        ).fetchone()
        assert rows[0] == rows[1] > 250
        [(comment,)] = connection.execute(
            "select comment from duckdb_columns() "
            "where table_name = 'article_versions' and column_name = 'title'"
        ).fetchall()
        assert comment == "Headline"


def test_migrating_twice_does_nothing(connection):
    assert len(migrate(connection)) > 5
    assert migrate(connection) == []


def test_migrations_are_read_from_the_log_after_a_kill(tmp_path):
    path, killed = make_old(tmp_path / "x.duckdb", 13), tmp_path / "killed.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "insert into mentions values ('a', 0, 'So', 'place', 1, [5], ['So'], null, 'm', 0, 1);"
            "insert into search_words values (md5_number_lower('so'), 'so', 7, true);"
            "insert into story_sketches values (1, [1300]);"
            "create macro search_key(word) as md5_number_lower(word);"
            "create macro search_asked(asked) as table select search_key(asked) as form;"
            "insert into removed_lines values ('a', 3, 'Menu', 'navigation', 'r', 1);"
            "checkpoint"
        )
        migrate(connection)
        shutil.copy(path, killed)
        shutil.copy(wal_file(path), wal_file(killed))
    with duckdb.connect(str(killed)) as connection:
        assert migrate(connection) == []
        assert connection.execute("select forms from mentions").fetchall() == [(["So"],)]
    assert dump(killed) == dump(path)


def test_a_migration_that_fails_leaves_nothing(connection, monkeypatch):
    migrate(connection)
    add_migration(
        monkeypatch, Script("002_bad.sql", 2, "create table half (x int); select * from nowhere")
    )
    with pytest.raises(duckdb.CatalogException):
        migrate(connection)
    assert not connection.execute("from duckdb_tables() where table_name = 'half'").fetchall()


def test_a_changed_migration_is_refused(connection, monkeypatch):
    migrate(connection)
    first, second, *rest = list_migrations()
    changed = Script(second.name, second.number, second.text + "\n-- changed")
    monkeypatch.setattr(module, "list_migrations", lambda: [first, changed, *rest])
    with pytest.raises(MigrationChanged, match=r"001_start\.sql"):
        migrate(connection)


def test_line_ends_do_not_change_a_checksum():
    assert Script("a", 1, "x\r\ny").checksum == Script("a", 1, "x\ny").checksum


def test_a_newer_warehouse_is_refused_and_left_as_it_is(tmp_path, monkeypatch):
    layout = make_layout(tmp_path)
    with monkeypatch.context() as newer:
        add_migration(newer, Script("099_x.sql", 99, "create table later (x int)"))
        run(layout, "b1", edit("a"))
    names = set(layout.copies.iterdir())
    with pytest.raises(WarehouseTooNew, match=r"newer Copydesk \(schema 99"), open_writer(layout):
        pass
    assert set(layout.copies.iterdir()) == names
    assert count(layout.published) == 1


def test_both_copies_get_a_new_column(tmp_path, monkeypatch):
    layout = make_layout(tmp_path)
    run(layout, "b1", edit("a"))
    with open_writer(layout) as writer:
        writer.load(stage_batch(layout, make_batch("b2", edit("b"))))
    sql = "alter table articles add column mood VARCHAR; comment on column articles.mood is 'Mood'"
    add_migration(monkeypatch, Script("002_mood.sql", 2, sql))
    old = fingerprint()
    run(layout, "b3", edit("c"))
    assert find_published(layout).record.schema == old == fingerprint()
    with duckdb.connect(str(layout.published), read_only=True) as connection:
        assert connection.execute("select count(*), count(mood) from articles").fetchone() == (3, 0)
        # The view was made again, with the column and its comment.
        assert connection.execute(
            "select comment from duckdb_columns() "
            "where table_name = 'article_versions' and column_name = 'mood'"
        ).fetchall() == [("Mood",)]
    assert_copies_equal(layout, 3)


def test_a_view_is_made_again_when_its_text_changes(connection, monkeypatch):
    migrate(connection)
    views = module.list_views()
    text = "-- Counted.\n-- @column n: How many\ncreate view counted as select 1 as n;"
    monkeypatch.setattr(
        module, "list_views", lambda: [*views[1:], Script("views/counted.sql", None, text)]
    )
    migrate(connection)
    names = {
        row[0]
        for row in connection.execute(
            "select view_name from duckdb_views() where not internal"
        ).fetchall()
    }
    assert "counted" in names
    assert module.view_name(views[0].name) not in names


def test_headers_of_views_are_parsed():
    header = parse_header("-- What\n-- comes out.\n-- @column day: A: b\n-- @like t\nselect 1 -- x")
    assert header.comment == "What comes out."
    assert header.columns == {"day": "A: b"}
    assert header.like == ("t",)
