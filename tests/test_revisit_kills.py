"""Pages that are fetched again: what changed is a version, killed or not, and what did not is not
loaded. With COPYDESK_KILLS=all every moment is tried, else one of each kind."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from tests.world.killed import Moment
from tests.world.news_world import start_news_world
from tests.world.press import (
    HAD,
    MOVING,
    PAGES,
    SITES,
    Desk,
    add_sources,
    arm,
    copy_desk,
    count_marks,
    kill,
)

pytestmark = pytest.mark.slow

MAINTAIN = ("maintain", "--pace", "0", "--workers", "1", "--quiet")
EDITED = [(1, 3), (MOVING, 1), (MOVING, 2)]
SILENT = [(1, 4), (3, 2)]
DELETED = [(1, 5), (3, 7)]
MOMENTS = {
    "fetching": Moment("socket.connect", r"127\.0\.1\.", 3),
    "in-warc": Moment("os.rename", r"archive/fetched-.*\.part", 1),
    "before-documents": Moment("os.rename", r"/staging/.*/journal/", 1),
    "in-documents": Moment("os.rename", r"/staging/.*/journal/", 1, 0.02),
    "before-fetches": Moment("os.rename", r"/fetched/.*/journal/", 1),
    "before-publish": Moment("os.rename", r"\.new .*killed\.duckdb", 1),
    "before-retention": Moment("os.rename", r"/staging/.*/journal/.*retention", 1),
    "in-last-publish": Moment("os.rename", r"\.new .*killed\.duckdb", 2),
}
CHOSEN = (
    [*MOMENTS]
    if os.environ.get("COPYDESK_KILLS") == "all"
    else ["fetching", "in-documents", "before-publish", "before-retention"]
)


@pytest.fixture(scope="module")
def environment(prefect_server):
    return prefect_server.environment


@pytest.fixture(scope="module")
def world():
    with start_news_world(sites=SITES, pages=PAGES) as world:
        yield world


@pytest.fixture(scope="module")
def polled(tmp_path_factory, environment, world):
    """A warehouse whose pages are due again, of a world that has changed since."""
    desk = Desk(tmp_path_factory.mktemp("polled") / "polled.duckdb", environment)
    add_sources(desk, world, revisits="1s")
    arm(world)
    desk.poll()
    for site, page in EDITED:
        world.control.edit(site, page)
    for site, page in SILENT:
        world.control.edit(site, page, silent=True)
    for site, page in DELETED:
        world.control.delete(site, page)
    return desk


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, polled, world):
    desk = copy_desk(polled, tmp_path_factory.mktemp("calm") / "calm.duckdb")
    desk.run(*MAINTAIN)
    return desk


def test_what_changed_is_a_version(polled, undisturbed, world):
    changed = [*EDITED, *SILENT]
    marks = [page.mark for page in world.published() if page.site in HAD]
    assert len(marks) == len(HAD) * PAGES + len(changed)
    assert count_marks(undisturbed) == Counter(marks)
    before, after = polled.dump(), undisturbed.dump()
    assert len(after["documents"]) == len(before["documents"]) + len(changed)
    assert len(after["articles"]) == len(before["articles"])
    versions = dict(undisturbed.ask("select version, count(*) from articles group by all"))
    assert versions == {1: len(HAD) * PAGES - len(changed), 2: len(changed)}


def test_what_is_deleted_keeps_its_article(undisturbed, world):
    gone = [page.url for page in world.published() if page.deleted]
    assert len(gone) == len(DELETED)
    for url in gone:
        states = undisturbed.ask(f"select outcome, next_at from fetch_state where url = '{url}'")
        assert states == [("gone", None)]
        assert undisturbed.ask(f"select version from articles where url = '{url}'") == [(1,)]
    assert sorted(undisturbed.ask("select url, status from deleted_articles")) == sorted(
        (url, 410) for url in gone
    )


def test_edits_that_no_date_tells_are_silent(undisturbed, world):
    silent = [page.url for page in world.published() if not page.told]
    assert len(silent) == len(SILENT)
    found = undisturbed.ask("select url, fields, paragraphs_added from silent_edits")
    assert sorted(found) == sorted((url, ["body"], 1) for url in silent)


def test_what_did_not_change_is_asked_for_with_its_validators(undisturbed):
    outcomes = dict(undisturbed.ask(
        "select outcome, count(*) from fetches where role = 'page' and document_uri is null "
        "and status = 304 group by all"
    ))  # fmt: skip
    assert outcomes == {"unchanged": len(HAD) * PAGES - len([*EDITED, *SILENT, *DELETED])}
    assert undisturbed.list_due() == []


@pytest.mark.parametrize("name", CHOSEN)
def test_killed_and_maintained_again(name, polled, undisturbed, tmp_path):
    desk = copy_desk(polled, tmp_path / "killed.duckdb")
    kill(desk.start(*MAINTAIN, moment=MOMENTS[name]))
    desk.run(*MAINTAIN)
    expected, found = undisturbed.dump(), desk.dump()
    for table, rows in expected.items():
        assert found[table] == rows, table
    assert desk.list_due() == []
    assert desk.list_litter() == []
