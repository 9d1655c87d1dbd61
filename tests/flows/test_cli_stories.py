"""`copydesk stories`."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.commands.app import app
from tests.tasks.stories.articles import NOON
from tests.warehouse.builders import make_empty
from tests.warehouse.test_stories import LEFT, RIGHT, link, load, tell
from warehouse.writer import open_writer


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A story of three outlets, one alone, and one that another merged into."""
    layout = make_empty(tmp_path_factory.mktemp("stories"))
    later = NOON + timedelta(days=2)
    with open_writer(layout) as writer:
        outlets = ("The Post", "Echo", "Courier")
        fires = [tell("fire", at, outlet=outlet) for at, outlet in enumerate(outlets)]
        ferries = [tell("ferry", at, f"{LEFT} {at + 100}.") for at in range(4)]
        wrecks = [tell("wreck", at, f"{RIGHT} {at + 200}.") for at in range(2)]
        storm = tell("storm", outlet=None, site="gull.example", title="Roofs\x1b[31m torn")
        load(writer, 1, *fires, *ferries, *wrecks, storm)
        link(writer)
        both = [tell("both", at, f"{LEFT}. {RIGHT} {at + 300}.", when=later) for at in range(3)]
        load(writer, 2, *both)
        link(writer)
        writer.publish()
    return layout.published


def call(warehouse: Path, *arguments: object):
    return CliRunner().invoke(app, ["stories", *map(str, arguments), "--warehouse", str(warehouse)])


def read(warehouse: Path, *arguments: object):
    result = call(warehouse, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_latest_stories_of_several_articles_come_first(warehouse):
    found = read(warehouse)
    assert [(one["articles"], one["outlets"]) for one in found] == [
        (9, ["The Example"]),
        (3, ["Courier", "Echo", "The Post"]),
    ]
    assert found[0]["last_seen_at"] == "2026-03-06T12:00:00+00:00"
    assert len(read(warehouse, "--articles", 1)) == 3
    assert len(read(warehouse, "--articles", 1, "--limit", 1)) == 1


def test_stories_are_chosen_by_time_and_outlet(warehouse):
    assert [one["articles"] for one in read(warehouse, "--since", "2026-03-05")] == [9]
    assert [one["articles"] for one in read(warehouse, "--outlet", "echo")] == [3]
    assert read(warehouse, "--outlet", "Nobody") == []
    assert "no such stories" in call(warehouse, "--outlet", "Nobody").stdout


def test_a_story_is_shown_with_its_articles(warehouse):
    [_, fire] = read(warehouse)
    shown = read(warehouse, fire["story_id"])
    assert {one["title"] for one in shown["members"]} == {"fire 0", "fire 1", "fire 2"}
    assert shown["articles"] == 3
    article = shown["members"][0]
    assert read(warehouse, article["article_id"]) == shown == read(warehouse, article["url"])
    page = call(warehouse, fire["story_id"]).stdout
    assert "Courier, Echo, The Post" in page and article["article_id"] in page


def test_a_story_that_merged_is_found_by_its_old_id(warehouse):
    [ferry, _] = read(warehouse)
    [change] = read(warehouse, ferry["story_id"])["changes"]
    assert (change["change"], change["other_id"]) == ("merged", ferry["story_id"])
    assert read(warehouse, change["story_id"])["story_id"] == ferry["story_id"]
    assert f"{change['story_id']} came into it" in call(warehouse, ferry["story_id"]).stdout


def test_a_table_of_stories_says_how_to_see_one(warehouse):
    result = call(warehouse, "--articles", 1)
    assert "Look at one: copydesk stories" in result.stdout
    assert "\x1b[31m" not in result.stdout


def test_a_key_that_names_nothing_is_a_wrong_call(warehouse):
    result = call(warehouse, "nothing")
    assert result.exit_code == 2
    assert "List them: copydesk stories --articles 1" in result.output
