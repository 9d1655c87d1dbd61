"""The data dictionary says of every column what it holds, and the documents say the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from warehouse.dbt import print_dbt
from warehouse.dictionary import print_chapters, print_overview, read_dictionary
from warehouse.keys import INTERNAL

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def notes():
    return read_dictionary()


def test_every_table_view_and_column_has_a_comment(notes):
    bare = [note.name for note in notes if not note.comment]
    bare += [f"{n.name}.{c.name}" for n in notes for c in n.columns if not c.comment]
    assert bare == []
    assert {"articles", "quotes", "mentions", "byline_index"} <= {note.name for note in notes}


def test_readme_holds_the_overview_of_today(notes):
    assert print_overview(notes) in (ROOT / "README.md").read_text("utf-8")


def test_the_document_of_tables_is_that_of_today(notes):
    written = (ROOT / "docs" / "tables.md").read_text("utf-8")
    assert written.endswith("\n\n" + print_chapters(notes))


def test_the_dbt_sources_are_those_of_today(notes):
    written = (ROOT / "docs" / "dbt_sources.yml").read_text("utf-8")
    assert written == print_dbt(notes)


def test_the_dbt_sources_say_what_the_dictionary_says(notes):
    [source] = yaml.safe_load(print_dbt(notes))["sources"]
    assert source["name"] == "copydesk"
    told = [
        (t["name"], t["description"], [(c["name"], c["description"]) for c in t["columns"]])
        for t in source["tables"]
    ]
    assert told == [
        (n.name, n.comment, [(c.name, c.comment) for c in n.columns])
        for n in notes
        if n.name not in INTERNAL and n.kind != "macro"
    ]
    tests = {
        (t["name"], c["name"]): c.get("data_tests", [])
        for t in source["tables"]
        for c in t["columns"]
    }
    assert tests["articles", "article_id"] == ["not_null", "unique"]
    assert tests["headings", "article_id"] == ["not_null"]
    assert tests["articles", "title"] == []


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flows.cli", "tables", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)


def test_the_command_prints_a_row_for_each_column():
    result = call("quotes", "--format", "json")
    rows = json.loads(result.stdout)
    assert {row["table"] for row in rows} == {"quotes"}
    assert "speaker" in {row["column"] for row in rows}


def test_the_command_says_what_a_view_is_for(notes):
    view = next(note for note in notes if note.name == "byline_index")
    assert call("byline_index").stdout.startswith(f"byline_index (view): {view.comment}\n")
    rows = json.loads(call("byline_index", "--format", "json").stdout)
    assert {(row["is_view"], row["about"]) for row in rows} == {(True, view.comment)}


def test_the_command_says_what_a_macro_takes_and_gives(notes):
    shown = call("search", "--format", "markdown").stdout
    assert "`search(asked, most := …, outlet := …, since := …, until := …" in shown
    assert "| `score` | DOUBLE | BM25" in shown
    macros = [note for note in notes if note.kind == "macro"]
    assert [(note.name, note.parameters[0]) for note in macros] == [("search", "asked")]


def test_a_table_that_is_not_there_is_named_with_those_that_are():
    result = call("quotez")
    assert result.returncode == 2
    assert "quotez" in result.stderr
    assert "quotes" in result.stderr.replace("quotez", "")
