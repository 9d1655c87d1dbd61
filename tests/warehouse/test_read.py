from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from tasks.errors import FolderUnwritable, WarehouseMissing
from tasks.fields.speech.quotes import find_quotes
from tasks.model import Mention, MentionKind, Precision, Stamp
from tasks.tally import Tally
from tests.warehouse.builders import START, edit, fail, make_batch, make_empty, many, repeat
from warehouse.failures import QueryFailed, WarehouseForeign
from warehouse.read import (
    await_query,
    find_document,
    list_problems,
    read_status,
    run_query,
    show_problem,
    write_query,
)
from warehouse.stage import RunRecord, stage_batch, stage_run
from warehouse.writer import open_writer

NOTES = edit("a", "A"), edit("b"), fail("c"), fail("d", code="binary")


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    layout = make_empty(tmp_path_factory.mktemp("read"))
    with open_writer(layout) as writer:
        writer.load(stage_batch(layout, make_batch("b1", *NOTES)))
        changed = edit("a", "B", hours=2)
        tally = writer.load(stage_batch(layout, make_batch("b2", changed, repeat(NOTES[2]))))
        finished = START + timedelta(minutes=3)
        stages = [("edit", 6, 2, 1.5), ("load", 6, 2, 0.5)]
        record = RunRecord("run-a", "ingest", START, finished, "completed", "{}", tally, stages)
        writer.load(stage_run(layout, record))
        writer.publish()
    return layout.published


def test_queries_stream_rows_with_names_and_types(path):
    result = run_query(path, "select title, version from articles order by title")
    assert result.columns == ("title", "version")
    assert result.types == ("VARCHAR", "INTEGER")
    assert list(result.rows) == [("Title of a", 2), ("Title of b", 1)]


def test_a_large_result_is_not_held_in_memory(path):
    code = (
        "import sys, resource; from pathlib import Path; from warehouse.read import run_query\n"
        "sql = \"select range n, repeat('x', 1000) from range(1000000)\"\n"
        "print(sum(1 for row in run_query(Path(sys.argv[1]), sql).rows))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    rows, kilobytes = map(int, done.stdout.split())
    assert rows == 1_000_000
    assert kilobytes < 800_000  # of a result of a gigabyte


@pytest.mark.parametrize(
    "sql",
    [
        "delete from articles",
        "create table t (x int)",
        "insert into tags values ('x', 0, 'y', 1)",
        "copy articles to 'stolen.csv'",
        "select * from read_csv('/etc/passwd')",
        "attach 'other.duckdb'",
        "set enable_external_access = true",
        "install httpfs",
        "select * from nowhere",
        "selec 1",
        "select 1/'x'::int",
    ],
)
def test_what_a_query_may_not_do_is_said(path, sql, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(QueryFailed) as caught:
        list(run_query(path, sql).rows)
    assert caught.value.message
    assert not list(tmp_path.iterdir())


def test_results_are_written_in_three_formats(path, tmp_path):
    sql = "select title, version, first_seen_at from articles order by title; -- newest last"
    sql = sql.replace(";", "")
    for format in ("csv", "json", "parquet"):
        write_query(path, sql, format, tmp_path / f"out.{format}")
    rows = list(csv.DictReader((tmp_path / "out.csv").open()))
    assert [row["title"] for row in rows] == ["Title of a", "Title of b"]
    objects = json.loads((tmp_path / "out.json").read_text())
    assert [(one["title"], one["version"]) for one in objects] == [
        ("Title of a", 2),
        ("Title of b", 1),
    ]
    with duckdb.connect() as connection:
        found = connection.execute(
            "select version from read_parquet(?)", [str(tmp_path / "out.parquet")]
        ).fetchall()
    assert found == [(2,), (1,)]
    assert len(list(tmp_path.iterdir())) == 3


def test_writing_a_result_cannot_write_elsewhere(path, tmp_path):
    with pytest.raises(QueryFailed):
        write_query(path, "select 1) to 'x.csv'; copy (select 2", "csv", tmp_path / "o.csv")
    with pytest.raises(QueryFailed):
        write_query(path, "select * from read_text('/etc/hostname')", "csv", tmp_path / "o.csv")
    with pytest.raises(FolderUnwritable, match="no folder"):
        write_query(path, "select 1", "csv", tmp_path / "none" / "o.csv")
    assert not list(tmp_path.iterdir())


def test_the_status_counts_what_is_there(path):
    status = read_status(path)
    assert (status.documents, status.articles, status.superseded_versions) == (6, 2, 1)
    assert status.problems == {"no-text": 2, "binary": 1}
    assert (status.runs, status.last_run.run_id) == (1, "run-a")
    assert status.last_run.documents_read == 2
    assert status.size == path.stat().st_size
    assert status.latest_published_at == NOTES[0].outcome.published.utc


def test_problems_are_listed_and_shown(path):
    assert len(list_problems(path)) == 3
    [binary] = list_problems(path, code="binary")
    assert (binary.document_id, binary.attempts) == (NOTES[3].document.id, 1)
    assert len(list_problems(path, limit=1)) == 1
    detail = show_problem(path, binary.document_id)
    assert detail.document == NOTES[3].document
    assert detail.problem == binary
    assert show_problem(path, NOTES[0].document.id) is None


def test_documents_are_found_by_any_key(path):
    first = NOTES[0].document
    article = NOTES[0].outcome
    for key in (article.id, first.uri, first.url, article.canonical_url):
        found = find_document(path, key)
        assert found[0].id == first.id
        assert len(found) == 2
    assert find_document(path, first.id) == (first,)
    assert find_document(path, "nothing") is None


@pytest.mark.parametrize(
    "view",
    [
        "article_versions",
        "latest_articles",
        "byline_index",
        "quote_index",
        "name_index",
        "rule_impact",
        "field_health",
        "outlet_activity",
        "problem_summary",
    ],
)
def test_views_have_rows(path, view):
    assert list(run_query(path, f"from {view}").rows)


def test_quote_index_says_who_said_what_where_and_when(tmp_path):
    layout = make_empty(tmp_path)
    body = "“We ask for time,” said Ada Brook. Later she left.\n\n“It is over,” she said."
    with open_writer(layout) as writer:
        said = find_quotes(body, "en")
        edited = edit("strait", body=body, outlet="The Carrow Ledger", quotes=said)
        writer.load(stage_batch(layout, make_batch("b1", edited)))
        writer.publish()
    sql = (
        "select speaker, quote, verb, outlet, said_on::varchar, url, "
        "(select substring(body, body_start + 1, body_end - body_start) = quote from articles) "
        "from quote_index"
    )
    day, url = "2026-03-01", "https://www.example.org/strait"
    assert list(run_query(layout.published, sql).rows) == [
        ("Ada Brook", "We ask for time,", "said", "The Carrow Ledger", day, url, True),
        ("Ada Brook", "It is over,", "said", "The Carrow Ledger", day, url, True),
    ]


def test_name_index_counts_articles_and_outlets(tmp_path):
    layout = make_empty(tmp_path)
    oslo = Mention("Oslo", MentionKind.PLACE, (4, 9), ("Oslo",), "NO", "gazetteer", 0.9)
    bergen = oslo._replace(name="Bergen")
    days = [Stamp(date(2026, 3, day), Precision.DAY) for day in (2, 4)]
    shouted = oslo._replace(name="OSLO", offsets=(1,))
    with open_writer(layout) as writer:
        articles = [
            edit("a", outlet="One", mentions=(oslo,), published=days[0]),
            edit("b", outlet="Two", mentions=(oslo,), published=days[1]),
            edit("c", outlet="Two", mentions=(shouted, bergen), published=days[0]),
        ]
        writer.load(stage_batch(layout, make_batch("b1", *articles)))
        writer.publish()
    sql = "select name, kind, country, times, articles, outlets, last_on - first_on from name_index"
    assert list(run_query(layout.published, sql).rows) == [
        ("Oslo", "place", "NO", 5, 3, 2, 2),
        ("Bergen", "place", "NO", 2, 1, 1, 0),
    ]


def test_field_health_compares_with_the_days_before(tmp_path):
    layout = make_empty(tmp_path)
    with open_writer(layout) as writer:
        days = [edit(f"d{n}", hours=24 * n, section="World") for n in range(3)]
        broken = [edit(f"d{n}", hours=24 * n, section=None) for n in (3, 50)]
        writer.load(stage_batch(layout, make_batch("b1", *days, *broken)))
        writer.publish()
    sql = (
        "select day::varchar, null_rate, null_rate_28 from field_health "
        "where field = 'section' order by day"
    )
    assert list(run_query(layout.published, sql).rows) == [
        ("2026-03-01", 0.0, None),
        ("2026-03-02", 0.0, 0.0),
        ("2026-03-03", 0.0, 0.0),
        ("2026-03-04", 1.0, 0.0),
        ("2026-04-20", 1.0, None),
    ]


def test_field_health_counts_what_an_article_has_several_of(tmp_path):
    layout = make_empty(tmp_path)
    with open_writer(layout) as writer:
        bare = edit("b", hours=24, authors=(), captions=(), mentions=())
        writer.load(stage_batch(layout, make_batch("b1", edit("a"), bare)))
        writer.publish()
    sql = (
        "select field, null_rate, mean_length from field_health where day = '2026-03-{}' "
        "and field in ('authors', 'captions', 'mentions', 'quotes') order by field"
    )
    first = list(run_query(layout.published, sql.format("01")).rows)
    assert first == [
        ("authors", 0.0, 2.0),
        ("captions", 0.0, 1.0),
        ("mentions", 0.0, 2.0),
        ("quotes", 0.0, 1.0),
    ]
    second = list(run_query(layout.published, sql.format("02")).rows)
    assert second == [
        ("authors", 1.0, None),
        ("captions", 1.0, None),
        ("mentions", 1.0, None),
        ("quotes", 0.0, 1.0),
    ]


def test_rules_are_counted_where_they_fire(path):
    sql = "select hits, articles, chosen from rule_impact where rule = 'jsonld.headline'"
    assert list(run_query(path, sql).rows) == [(2, 2, 2)]
    sql = "select subject, hits from rule_impact where rule = 'nav.menu' order by 1"
    assert list(run_query(path, sql).rows) == [("navigation", 4), ("promo", 4)]


def test_a_missing_warehouse_is_said(tmp_path):
    with pytest.raises(WarehouseMissing, match="There is no warehouse"):
        read_status(tmp_path / "none.duckdb")
    (tmp_path / "news.duckdb").symlink_to("news.copydesk/copies/copy-1.duckdb")
    with pytest.raises(WarehouseMissing, match="which is gone"):
        run_query(tmp_path / "news.duckdb", "select 1")


def test_other_files_are_no_warehouse(tmp_path):
    (tmp_path / "junk.duckdb").write_bytes(b"junk" * 5000)
    with pytest.raises(WarehouseForeign, match="no database"):
        read_status(tmp_path / "junk.duckdb")
    duckdb.connect(str(tmp_path / "other.duckdb")).close()
    with pytest.raises(WarehouseMissing, match="not a warehouse of Copydesk"):
        read_status(tmp_path / "other.duckdb")


ASK = """
import sys, time
from pathlib import Path
from warehouse.read import open_published, run_query

path, seconds, held = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3] == "held"
SQL = (
    "select (select count(*) from articles) a, (select count(*) from documents) d, "
    "(select count(distinct article_id) from tags) t, (select sum(documents) from batches) b"
)
stop, asked, last = time.monotonic() + seconds, 0, 0
print("ready", flush=True)
with open_published(path) as connection:
    first = connection.execute(SQL).fetchone()
    while time.monotonic() < stop:
        row = connection.execute(SQL).fetchone() if held else next(run_query(path, SQL).rows)
        assert row[0] == row[1] == row[2] == row[3], row
        assert row[0] % 20 == 0 and row[0] >= last, (row, last)
        assert not held or row == first, (row, first)
        last, asked = row[0], asked + 1
print(asked, last)
"""


@pytest.mark.slow
@pytest.mark.timed
def test_readers_in_other_processes_never_fail_nor_see_half_a_run(tmp_path):
    layout = make_empty(tmp_path)

    def load(number: int) -> float:
        started = time.monotonic()
        with open_writer(layout) as writer:
            for part in range(2):
                batch = make_batch(f"b{number}-{part}", *many(f"n{number}-{part}", 10))
                writer.load(stage_batch(layout, batch))
            writer.publish()
        return time.monotonic() - started

    load(0)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", ASK, str(layout.published), "6", way],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for way in ("held", "new", "new", "new")
    ]
    for reader in readers:
        assert reader.stdout.readline() == "ready\n"
    for number in range(1, 11):
        load(number)
    for reader in readers:
        out, err = reader.communicate(timeout=60)
        assert reader.returncode == 0, err
        assert int(out.split()[0]) > 3
    assert Tally(read=220).read == read_status(layout.published).articles


def test_a_signal_ends_a_long_query_at_once(interruptible):
    long = "select sum(a.range * b.range) from range(100_000_000) a, range(1_000) b"
    connection = duckdb.connect()
    for _ in range(4):  # in the main thread DuckDB misses one of three
        timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))

        def ask(timer=timer):
            timer.start()
            return connection.execute(long)

        started = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            await_query(connection, ask)
        timer.join()
        assert time.monotonic() - started < 5
