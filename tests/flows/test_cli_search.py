"""`copydesk search` on a warehouse that was loaded and linked."""

import json

import pytest
from typer.testing import CliRunner

from flows.commands.app import app
from tests.warehouse.builders import make_empty
from tests.warehouse.test_search import fill, write
from warehouse.writer import open_writer


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    layout = make_empty(tmp_path_factory.mktemp("search"))
    with open_writer(layout) as writer:
        fill(
            writer,
            write("a", "The harbour \x1b[2m is closed.", "Storm at sea"),
            write("b", "A harbour was built.", "Roads"),
        )
        writer.publish()
    return layout.published


def call(warehouse, *arguments):
    return CliRunner().invoke(app, ["search", "--warehouse", str(warehouse), *arguments])


def test_hits_are_shown_with_matches_marked(warehouse):
    result = call(warehouse, "harbours storms")
    assert result.exit_code == 0
    assert result.stdout.startswith("1. **Storm** at sea\n   The Example · 2026-03-01 · ")
    assert "   The **harbour** ␛[2m is closed.\n" in result.stdout
    assert "1 article matches (" in result.stdout
    assert "\x1b" not in result.stdout


def test_json_has_the_hits_and_the_counts(warehouse):
    found = json.loads(call(warehouse, "harbour", "--json", "-n", "1").stdout)
    assert (found["matched"], found["complete"], found["words"]) == (2, True, ["harbour"])
    [hit] = found["hits"]
    assert "body" not in hit and "**harbour**" in hit["snippet"]


def test_what_to_do_where_nothing_is_found(warehouse):
    result = call(warehouse, "volcano")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "No article matches volcano. Try a beginning" in result.stderr
    result = call(warehouse, "harbour", "--since", "2027-01-01")
    assert "Ask again without --outlet, --since" in result.stderr


def test_a_question_without_words_is_refused(warehouse):
    for words in ("", " ", '""', "-harbour"):
        result = call(warehouse, "--", words) if words.startswith("-") else call(warehouse, words)
        assert result.exit_code == 2, words
        assert "There is no word to search for." in result.stderr
    assert call(warehouse, "rain", "--since", "soon").exit_code == 2
