"""`copydesk history`: one article's versions, for people and for programs."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.commands.app import app
from tasks.live import Fetch, Outcome, Role
from tests.warehouse.builders import edit, make_batch
from tests.world.terminal import read_all
from warehouse.layout import Layout, locate, prepare
from warehouse.segments import Segment, stage_segment
from warehouse.stage import stage_batch
from warehouse.writer import open_writer

NOON = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
FIRST = "The quay was closed on Monday.\n\nNobody was hurt, the harbour master said."
SECOND = "The quay was closed on Tuesday.\n\nNobody was hurt, the harbour master said."
ARTICLE = edit("a").outcome


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    made = locate(tmp_path_factory.mktemp("desk") / "news.duckdb")
    prepare(made)
    first = edit("a", "x", 0, body=FIRST, section="\x1b[31mWorld")
    second = edit("a", "y", 5, body=SECOND, title="Quay closed longer", section=None)
    uri = first.document.uri
    gone = Fetch("f1", uri, "h", Role.PAGE, NOON, Outcome.GONE, status=410)
    segment = Segment("s1", NOON + timedelta(hours=1), fetches=[gone])
    with open_writer(made) as writer:
        batch = make_batch("b1", first, second, *(edit(f"n{number}") for number in range(40)))
        writer.load(stage_batch(made, batch))
        writer.load(stage_segment(made, segment).folder)
        writer.publish()
    return made


def call(layout: Layout, *arguments: str):
    return CliRunner().invoke(app, ["history", *arguments, "--warehouse", str(layout.published)])


@pytest.mark.parametrize(
    "key",
    [ARTICLE.id, ARTICLE.id[:8], ARTICLE.url, ARTICLE.canonical_url, "https://WWW.example.org/a#x"],
)
def test_versions_are_shown_with_what_they_changed(layout, key):
    result = call(layout, key)
    assert result.exit_code == 0, result.output
    assert result.stdout == (
        "Quay closed longer\n"
        f"The Example · https://www.example.org/a · article {ARTICLE.id}\n"
        "2 versions, seen 2026-03-01 08:00:00Z to 2026-03-01 13:00:00Z\n"
        "\n"
        "Version 1 · 2026-03-01 08:00:00Z\n"
        "  3 words, modified 2026-03-01\n"
        "  Title of a\n"
        "\n"
        "Version 2 · 2026-03-01 13:00:00Z\n"
        "  +1 −1 words; the page told no new time of modification\n"
        "  section\n"
        "  - ␛[31mWorld\n"
        "  title\n"
        "  - Title of a\n"
        "  + Quay closed longer\n"
        "  paragraph 1 changed\n"
        "  - The quay was closed on Monday.\n"
        "  + The quay was closed on Tuesday.\n"
        "\n"
        "Gone · 2026-03-09 12:00:00Z\n"
        "  file:///in/a.html answered 410\n"
        "  it is gone still; the text is kept\n"
    )


def test_json_holds_the_same(layout):
    record = json.loads(call(layout, ARTICLE.id, "--json").stdout)
    assert record["article_id"] == ARTICLE.id
    first, second = record["versions"]
    assert first["change"] is None
    assert second["change"]["fields"][1] == {
        "field": "title", "before": "Title of a", "after": "Quay closed longer",
    }  # fmt: skip
    assert second["change"]["paragraphs"] == [
        {
            "kind": "changed", "position_before": 0, "position_after": 0,
            "before": "The quay was closed on Monday.", "after": "The quay was closed on Tuesday.",
        }
    ]  # fmt: skip
    assert [(a["status"], a["back_at"]) for a in record["absences"]] == [(410, None)]


@pytest.mark.parametrize("key", ["nothing-like-it", "https://example.org/unknown", "", " "])
def test_an_unknown_article_is_told(layout, key):
    result = call(layout, key)
    assert result.exit_code == 2
    assert "has no article" in result.stderr
    assert "latest_articles" in result.stderr


def test_a_beginning_that_fits_several_is_told(layout):
    with open_writer(layout) as writer:
        rows = writer.open().execute("select article_id[1] from articles").fetchall()
    letters = [letter for (letter,) in rows]
    common = max(set(letters), key=letters.count)
    result = call(layout, common)
    assert result.exit_code == 2
    assert "fits several articles" in result.stderr
    assert "Give the whole id." in result.stderr


def test_there_is_colour_on_a_terminal_alone(layout):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "flows.cli", "history", ARTICLE.id]
    process = subprocess.Popen(
        [*command, "--warehouse", str(layout.published)],
        stdout=theirs, cwd=Path(__file__).parents[2], env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    os.close(theirs)
    shown = read_all(ours)
    assert process.wait() == 0
    assert "\x1b[32m  + Quay closed longer" in shown
    assert "\x1b" not in call(layout, ARTICLE.id).stdout


def test_a_warehouse_published_by_an_earlier_version_shows_its_versions(layout, tmp_path):
    import duckdb

    old = tmp_path / "old.duckdb"
    old.write_bytes(layout.published.resolve().read_bytes())
    with duckdb.connect(str(old)) as connection:
        for view in ("silent_edits", "headline_changes", "version_differences", "deleted_articles"):
            connection.execute(f"drop view {view}")
        for table in ("version_changes", "version_fields", "version_paragraphs", "absences"):
            connection.execute(f"drop table {table}")
    result = CliRunner().invoke(app, ["history", ARTICLE.id, "--warehouse", str(old)])
    assert result.exit_code == 0
    assert "Version 2 · " in result.stdout
    assert "the next load does that" in result.stdout
