"""`copydesk export`: where it writes, in what form, and how it ends."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.commands.app import app
from flows.commands.export import ExportFormat, judge_target
from tasks.errors import UsageError
from tests.warehouse.builders import edit, make_batch, make_empty
from warehouse.stage import stage_batch
from warehouse.writer import open_writer


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory) -> Path:
    layout = make_empty(tmp_path_factory.mktemp("desk"))
    with open_writer(layout) as writer:
        writer.load(stage_batch(layout, make_batch("b1", edit("a"), edit("b", tags=("x, y",)))))
        writer.publish()
    return layout.published


def call(warehouse: Path, *arguments: object):
    return CliRunner().invoke(app, ["export", *map(str, arguments), "-w", str(warehouse)])


@pytest.mark.parametrize(
    ("target", "format", "wanted"),
    [
        ("out", None, ("parquet", True)),
        ("out", "csv", ("csv", True)),
        ("out.d", "jsonl", ("jsonl", True)),
        ("a.csv", None, ("csv", False)),
        ("a.csv.gz", "csv", ("csv", False)),
        ("a.ndjson.zst", None, ("jsonl", False)),
        ("a.parquet", None, ("parquet", False)),
        ("-", "jsonl", ("jsonl", False)),
    ],
)
def test_the_name_says_the_form(target, format, wanted):
    asked = ExportFormat(format) if format else None
    assert judge_target(Path(target), asked) == wanted


@pytest.mark.parametrize(
    ("target", "format"),
    [
        ("-", None),
        ("-", "parquet"),
        ("a.gz", None),
        ("a.parquet.gz", None),
        ("a.csv", "jsonl"),
        ("a.xlsx", None),
        ("a.json", "jsonl"),
        ("a.json.gz", None),
    ],
)
def test_a_name_that_says_nothing_or_another_form_is_refused(target, format):
    with pytest.raises(UsageError):
        judge_target(Path(target), ExportFormat(format) if format else None)


def test_a_folder_is_written_and_told(warehouse, tmp_path):
    result = call(warehouse, tmp_path / "out", "--table", "articles", "--table", "tags")
    assert result.exit_code == 0, result.output
    assert "articles  2 rows  1 file" in result.stdout
    record = json.loads(call(warehouse, tmp_path / "out", "--force", "--json").stdout)
    assert record["tables"] == [{"table": "articles", "rows": 2, "files": 1}]
    assert not (tmp_path / "out" / "tags.parquet").exists()


def test_files_are_compressed_by_their_name(warehouse, tmp_path):
    target = tmp_path / "tags.csv.gz"
    assert call(warehouse, target, "-t", "tags", "--quiet").exit_code == 0
    with gzip.open(target, "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert sorted(row["tag"] for row in rows) == ["one", "two", "x, y"]


def test_standard_output_gets_rows_and_nothing_else(warehouse):
    code = [sys.executable, "-m", "flows.cli", "export", "-", "-f", "jsonl", "-w", str(warehouse)]
    result = subprocess.run(
        [*code, "--where", "title like '%of a'"], capture_output=True, encoding="utf-8"
    )
    assert (result.returncode, result.stderr) == (0, "articles: 1 rows.\n")
    assert [json.loads(line)["title"] for line in result.stdout.splitlines()] == ["Title of a"]


def test_a_reader_that_leaves_early_is_no_error(warehouse):
    command = f"{sys.executable} -m flows.cli export - -f csv -t evidence -w {warehouse} | true"
    result = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True
    )
    assert (result.returncode, result.stderr.replace("evidence: 4 rows.\n", "")) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["out", "--all", "--table", "tags"], 2, "--all"),
        (["out", "--all", "--where", "true"], 2, "one table"),
        (["a.csv", "--all"], 2, "one file"),
        (["out", "--table", "tagz"], 2, "There is no table or view tagz"),
        (["a.csv", "--where", "nonsense"], 1, "nonsense"),
        (["none/a.csv"], 1, "no folder"),
        (["a.csv", "--since", "soon"], 2, "ISO 8601"),
    ],
)
def test_a_wrong_call_is_a_sentence(warehouse, tmp_path, monkeypatch, arguments, code, said):
    monkeypatch.chdir(tmp_path)
    result = call(warehouse, *arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_overwritten(warehouse, tmp_path):
    target = tmp_path / "a.csv"
    target.write_text("mine")
    result = call(warehouse, target)
    assert result.exit_code == 2
    assert "--force" in result.stderr
    assert target.read_text() == "mine"
    assert call(warehouse, target, "--force").exit_code == 0
    assert target.read_text().startswith("article_id,")
