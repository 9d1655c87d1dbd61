"""A poll that is killed anywhere, and polled again, leaves the warehouse of an undisturbed one.

Each case starts a real `copydesk poll` of the same small press, kills it with SIGKILL at one
moment, polls again until nothing is due, and compares. What was kept is not asked for again, and
nothing stays behind. With COPYDESK_KILLS=all every moment is tried, else one of each kind.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

from tests.world.killed import Moment
from tests.world.news_world import start_news_world
from tests.world.press import (
    GONE,
    HAD,
    PAGES,
    SITES,
    Desk,
    add_sources,
    arm,
    copy_desk,
    count_marks,
    finish,
    kill,
    list_asked,
)

pytestmark = pytest.mark.slow

WARC = r"archive/fetched-.*\.part"
MOMENTS = {
    "first-request": Moment("socket.connect", r"127\.0\.1\.", 1),
    "fetching": Moment("socket.connect", r"127\.0\.1\.", 5),
    "before-warc": Moment("open", WARC, 1),
    "in-warc": Moment("os.rename", WARC, 1),
    "in-second-warc": Moment("os.rename", WARC, 2),
    "between-warc-and-folder": Moment("open", r"fetched/.*\.part/entry\.json", 1),
    "in-folder": Moment("os.rename", r"fetched/[^ /]*\.part .*fetched/", 2),
    "after-folder": Moment("os.rename", r"fetched/[^ /]*\.part .*fetched/", 1, 0.005),
    "staging-documents": Moment("open", r"staging/.*\.part/entry\.json", 1),
    "before-documents": Moment("os.rename", r"/staging/.*/journal/", 1),
    "in-documents": Moment("os.rename", r"/staging/.*/journal/", 1, 0.02),
    "in-later-documents": Moment("os.rename", r"/staging/.*/journal/", 4, 0.01),
    "before-fetches": Moment("os.rename", r"/fetched/.*/journal/", 1),
    "in-fetches": Moment("os.rename", r"/fetched/.*/journal/", 1, 0.02),
    "in-later-fetches": Moment("os.rename", r"/fetched/.*/journal/", 3, 0.005),
    "before-record": Moment("os.rename", r"staging/run-.*/journal/", 1),
    "in-record": Moment("os.rename", r"staging/run-.*/journal/", 1, 0.02),
    "before-publish": Moment("os.rename", r"\.new .*killed\.duckdb", 1),
    "in-second-publish": Moment("os.rename", r"\.new .*killed\.duckdb", 2),
    "after-publish": Moment("os.rename", r"\.new .*killed\.duckdb", 1, 0.005),
    "before-second-copy": Moment("subprocess.Popen", r"copyfile", 1),
    "in-second-copy": Moment("os.rename", r"copy-.*\.part .*copies/", 1),
    "before-journal-is-dropped": Moment("os.rename", r"/journal/.*/gone-", 1),
    "before-end": Moment("os.remove", r"run\.json", 2),
}
# All in one portion: when it is killed, nothing waits to be loaded.
AT_ONCE = {
    "at-once-before-record": Moment("os.rename", r"staging/run-.*/journal/", 1),
    "at-once-before-publish": Moment("os.rename", r"\.new .*killed\.duckdb", 1),
    "at-once-after-publish": Moment("os.rename", r"\.new .*killed\.duckdb", 1, 0.005),
}
CHOSEN = (
    [*MOMENTS, *AT_ONCE]
    if os.environ.get("COPYDESK_KILLS") == "all"
    else ["in-warc", "between-warc-and-folder", "in-documents", "before-fetches", "before-record",
          "at-once-before-publish"]
)  # fmt: skip


@pytest.fixture(scope="module")
def environment(prefect_server):
    return prefect_server.environment


@pytest.fixture(scope="module")
def world():
    with start_news_world(sites=SITES, pages=PAGES) as world:
        yield world


@pytest.fixture(scope="module")
def begun(tmp_path_factory, environment, world):
    """A warehouse with its sources, never polled."""
    desk = Desk(tmp_path_factory.mktemp("begun") / "begun.duckdb", environment)
    add_sources(desk, world)
    return desk


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, begun, world):
    desk = copy_desk(begun, tmp_path_factory.mktemp("calm") / "calm.duckdb")
    arm(world)
    desk.poll()
    check_pages(desk, world)
    return desk.dump()


def check_pages(desk: Desk, world) -> None:
    """Every page that can be had is an article once per version, and every lost one a problem."""
    wanted = [page.mark for page in world.published() if page.site in HAD]
    assert count_marks(desk) == Counter(wanted)
    assert len(desk.ask("select * from problems where resolved_at is null")) == PAGES
    lost = desk.ask("select distinct code from problems")
    assert lost == [("http-410",)]
    assert [page.site for page in world.published(GONE)] == [GONE] * PAGES


def compare(desk: Desk, expected: dict) -> None:
    found = desk.dump()
    for table, rows in expected.items():
        assert found[table] == rows, table


@pytest.mark.parametrize("name", CHOSEN)
def test_killed_and_polled_again(name, begun, undisturbed, world, tmp_path):
    desk = copy_desk(begun, tmp_path / "killed.duckdb")
    arm(world)
    if name in AT_ONCE:
        kill(desk.start_poll("--batch-size", "500", moment=AT_ONCE[name]))
    else:
        kill(desk.start_poll(moment=MOMENTS[name]))
    kept = desk.list_kept()
    world.control.forget()
    desk.poll()
    asked = Counter(list_asked(world))
    assert not desk.list_due()
    pages = {page.url for page in world.published()}
    assert not kept & set(asked), "what was kept is fetched again"
    assert kept | set(asked) == pages
    compare(desk, undisturbed)
    assert desk.list_litter() == []


def test_an_undisturbed_poll_asks_once(begun, undisturbed, world, tmp_path):
    desk = copy_desk(begun, tmp_path / "news.duckdb")
    arm(world)
    desk.poll()
    compare(desk, undisturbed)
    moved = Counter(list_asked(world))
    assert set(moved.values()) == {1}
    world.control.forget()
    finish(desk.start_poll("--now"))
    assert list_asked(world) == []
    compare(desk, {name: undisturbed[name] for name in ("documents", "articles", "problems")})
    assert desk.list_litter() == []
