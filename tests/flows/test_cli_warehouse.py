"""The commands that ask a warehouse: sql, status, problems, doctor, explain."""

import csv
import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.commands.app import app
from flows.doctor import Verdict, check_disk, check_server, check_versions
from flows.report import RunReport
from tasks.edit import edit_content
from tasks.intake import describe
from tasks.model import Article, Capture, Limits
from tasks.tally import Tally
from tests.flows.pages import make_page
from warehouse.archive import write_archive
from warehouse.layout import locate, prepare
from warehouse.lock import hold_lock
from warehouse.stage import Batch, stage_batch
from warehouse.writer import open_writer

NOON = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
EMPTY = "file:///pages/empty.html"


def make_captures() -> list[Capture]:
    pages = [
        Capture(
            f"file:///pages/p{n}.html",
            make_page(f"Ferry number {n}", url=f"https://post.example/p{n}").encode(),
            NOON,
        )
        for n in range(3)
    ]
    return [*pages, Capture(EMPTY, b"  ", NOON)]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three articles and a problem, loaded and published without an orchestrator."""
    path = tmp_path_factory.mktemp("desk") / "news.duckdb"
    layout = locate(path)
    prepare(layout)
    captures = {describe(capture).id: capture for capture in make_captures()}
    pairs = [(describe(capture), capture.content) for capture in captures.values()]
    documents = write_archive(layout, "first", pairs)
    edited = [edit_content(d, captures[d.id].content, Limits()) for d in documents]
    assert sum(isinstance(e.outcome, Article) for e in edited) == 3
    with hold_lock(layout, "r1", 0), open_writer(layout) as writer:
        writer.load(stage_batch(layout, Batch("b1", "r1", 1, tuple(edited), NOON)))
        writer.publish()
    return path


def call(*arguments: object, **keywords):
    return CliRunner().invoke(app, [str(a) for a in arguments], **keywords)


def ask(warehouse: Path, query: str, *options: object):
    return call("sql", query, "--warehouse", warehouse, *options)


def test_sql_json_is_a_list_of_objects(warehouse):
    query = "select title, published_at, tags from latest_articles order by title limit 2"
    result = ask(warehouse, query.replace(", tags", ""), "--format", "json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == [
        {"title": f"Ferry number {n}", "published_at": "2026-03-09T09:15:00+00:00"} for n in (0, 1)
    ]


def test_sql_csv_and_table_and_standard_input(warehouse):
    query = "select title, word_count from articles order by title"
    rows = list(csv.reader(io.StringIO(ask(warehouse, query, "-f", "csv").stdout)))
    assert rows[0] == ["title", "word_count"]
    assert [row[0] for row in rows[1:]] == [f"Ferry number {n}" for n in range(3)]
    table = call("sql", "-", "--warehouse", warehouse, input=query).stdout
    assert "│ Ferry number 2 │" in table


def test_the_query_that_is_suggested_works(warehouse):
    import shlex

    from flows.show.run import SUGGESTED

    result = call(*shlex.split(SUGGESTED), "--warehouse", warehouse)
    assert result.exit_code == 0, result.output
    assert "Maja Holm" in result.stdout


def test_sql_writes_files_whole(warehouse, tmp_path):
    import duckdb

    query = "select article_id, body from articles -- all of them"
    for form in ("parquet", "csv", "json"):
        target = tmp_path / f"out.{form}"
        result = ask(warehouse, query, "--format", form, "--output", target)
        assert result.exit_code == 0, result.output
        assert result.stdout == ""
        assert duckdb.sql(f"select count(*) from '{target}'").fetchall() == [(3,)]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.csv", "out.json", "out.parquet"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("selec 1", "syntax error"),
        ("select nonsense from articles", "nonsense"),
        ("from no_such_table", "no_such_table"),
        ("delete from articles", "read-only"),
        ("select 1/0 + cast('x' as int)", "x"),
    ],
)
def test_a_wrong_query_is_a_sentence_and_1(warehouse, query, said):
    result = ask(warehouse, query)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert len(result.stderr.strip().splitlines()) <= 6


def test_a_failed_query_leaves_no_file(warehouse, tmp_path):
    target = tmp_path / "out.csv"
    query = "select cast(title as int) from articles"
    assert ask(warehouse, query, "-f", "csv", "-o", target).exit_code == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [["sql", "select 1"], ["status"], ["problems", "list"]])
def test_no_warehouse_is_a_sentence_and_1(command, tmp_path):
    result = call(*command, "--warehouse", tmp_path / "none.duckdb")
    assert result.exit_code == 1
    [line] = result.stderr.splitlines()
    assert "none.duckdb" in line
    assert "copydesk ingest" in line


def test_a_corrupt_warehouse_is_a_sentence_and_1(tmp_path):
    path = tmp_path / "broken.duckdb"
    path.write_bytes(b"not a database" * 1000)
    result = call("sql", "select 1", "--warehouse", path)
    assert result.exit_code == 1
    assert "broken.duckdb" in result.stderr
    assert "Traceback" not in result.output


def test_the_warehouse_may_come_from_the_environment(warehouse):
    result = CliRunner(env={"COPYDESK_WAREHOUSE": str(warehouse)}).invoke(
        app, ["sql", "select count(*) as n from articles", "-f", "json"]
    )
    assert json.loads(result.stdout) == [{"n": 3}]


def test_status_tells_what_is_there(warehouse):
    result = call("status", "--warehouse", warehouse)
    assert result.exit_code == 0, result.output
    rows = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "Articles 3 of 1 outlets" in rows
    assert "Open problems 1 (empty-file 1)" in rows
    assert "Writes now nobody" in rows
    record = json.loads(call("status", "--warehouse", warehouse, "--json").stdout)
    assert record["articles"] == 3
    assert record["problems"] == {"empty-file": 1}
    assert record["writer"] is None


def test_status_names_who_writes(warehouse):
    with hold_lock(locate(warehouse), "r9", 0):
        record = json.loads(call("status", "--warehouse", warehouse, "--json").stdout)
    assert record["writer"]["pid"] == os.getpid()


def test_problems_are_listed_and_shown_with_their_bytes(warehouse):
    listed = json.loads(call("problems", "list", "--warehouse", warehouse, "--json").stdout)
    assert [(row["code"], row["uri"]) for row in listed] == [("empty-file", EMPTY)]
    document = listed[0]["document_id"]
    table = call("problems", "list", "--warehouse", warehouse).stdout
    assert document in table
    assert EMPTY in table
    assert call("problems", "list", "--code", "binary", "-w", warehouse).stdout.startswith("There")
    shown = call("problems", "show", document, "--warehouse", warehouse)
    assert "empty-file" in shown.stdout
    assert f"copydesk problems retry {document}" in shown.stdout
    record = json.loads(call("problems", "show", document, "-w", warehouse, "--json").stdout)
    assert record["document"]["size"] == 2
    kept = call("problems", "show", document, "--warehouse", warehouse, "--bytes")
    assert kept.stdout_bytes == b"  "


def test_a_problem_nobody_knows(warehouse):
    for verb in ("show", "retry"):
        result = call("problems", verb, "nonsense", "--warehouse", warehouse)
        assert result.exit_code == 2
        assert "nonsense" in result.stderr


def test_retry_and_reprocess_hand_on_their_selection(warehouse, monkeypatch):
    asked = []

    def run(options, report):
        asked.append(options)
        return RunReport("r2", "completed", Tally(read=1, unchanged=1), 0.1, options.warehouse)

    monkeypatch.setattr("flows.runner.run_reprocess", run)
    monkeypatch.setattr("flows.temporary_server.start_server", lambda: None)
    listed = json.loads(call("problems", "list", "--warehouse", warehouse, "--json").stdout)
    document = listed[0]["document_id"]
    assert call("problems", "retry", document, "-w", warehouse, "-q").exit_code == 0
    assert call("problems", "retry", "-w", warehouse, "--code", "empty-file").exit_code == 0
    assert call("problems", "retry", "-w", warehouse).exit_code == 0
    assert call("problems", "retry", "-w", warehouse, "--code", "binary").exit_code == 0
    since = ["--outlet", "Aldvik Post", "--since", "2026-03-01", "--time-limit", "60"]
    assert call("reprocess", "-w", warehouse, *since, "--dry-run").exit_code == 0
    assert [(o.document_ids, o.problem_codes, o.only_problems) for o in asked] == [
        ((document,), (), False),
        ((), ("empty-file",), False),
        ((), (), True),
        ((), (), False),
    ]
    assert asked[3].outlets == ("Aldvik Post",)
    assert asked[3].since == datetime(2026, 3, 1, tzinfo=UTC)
    assert asked[3].limits.seconds == 60
    assert asked[3].dry_run


def test_explain_reads_what_the_warehouse_knows_from_its_archive(warehouse):
    query = "select article_id, canonical_url from articles"
    rows = json.loads(ask(warehouse, query, "-f", "json").stdout)
    for key in (rows[0]["article_id"], rows[0]["canonical_url"]):
        result = call("explain", key, "--warehouse", warehouse, "--json")
        assert result.exit_code == 0, result.output
        record = json.loads(result.stdout)
        assert record["article_id"] == rows[0]["article_id"]
        assert record["lines"]


def test_doctor_finds_nothing_wrong(warehouse):
    result = call("doctor", "--warehouse", warehouse, "--json", env={"PREFECT_API_URL": ""})
    record = json.loads(result.stdout)
    verdicts = {check["name"]: check["verdict"] for check in record["checks"]}
    assert record["well"], [c for c in record["checks"] if c["verdict"] == "fail"]
    assert result.exit_code == 0
    names = {"copydesk", "python", "prefect", "duckdb", "trafilatura", "lxml", "warehouse"}
    assert names | {"link", "lock", "wal", "copies", "archive", "disk", "server"} <= set(verdicts)
    assert "3 articles" in call("doctor", "--warehouse", warehouse).stdout


def test_doctor_finds_what_is_wrong_and_says_what_to_do(warehouse, tmp_path):
    import shutil

    shutil.copytree(warehouse.parent, tmp_path / "desk", symlinks=True)
    path = tmp_path / "desk" / "news.duckdb"
    next((tmp_path / "desk" / "news.copydesk" / "archive").iterdir()).unlink()
    path.with_name("news.duckdb.wal").write_bytes(b"x")
    result = call("doctor", "--warehouse", path, env={"PREFECT_API_URL": "http://127.0.0.1:9/api"})
    assert result.exit_code == 1
    lines = {
        line[6:].split()[0]: line[:4] for line in result.stdout.splitlines() if line[:1] != " "
    }
    assert lines["archive"] == "fail"
    assert lines["server"] == "fail"
    assert lines["wal"] == "warn"
    assert "Restore it from a backup" in result.stdout
    assert "prefect server start" in result.stdout


def test_doctor_without_a_warehouse_only_warns(tmp_path):
    result = call("doctor", "--warehouse", tmp_path / "none.duckdb", env={"PREFECT_API_URL": ""})
    assert result.exit_code == 0, result.stdout
    assert "copydesk ingest" in result.stdout


def test_checks_stand_alone(tmp_path, monkeypatch):
    assert all(check.verdict is Verdict.OK for check in check_versions())
    assert check_server(None).verdict is Verdict.OK
    monkeypatch.setattr("flows.doctor.DISK_FAIL", 1 << 62)
    assert check_disk(locate(tmp_path / "x.duckdb")).verdict is Verdict.FAIL


def test_a_query_does_not_import_prefect(warehouse):
    code = (
        "import sys\nfrom flows.cli import main\n"
        f"sys.argv = ['copydesk', 'sql', 'from articles', '-w', {str(warehouse)!r}]\n"
        "try: main()\nfinally: print('prefect' in sys.modules, file=sys.stderr)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stderr.strip() == "False"
    assert run.returncode == 0
