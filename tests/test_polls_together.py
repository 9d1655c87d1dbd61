"""Polls at the same moment, changes of the sources meanwhile, and readers all the while."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from multiprocessing.synchronize import Event
from typing import Any

import duckdb
import pytest

from tests.world.killed import Moment
from tests.world.news_world import start_news_world
from tests.world.press import (
    HAD,
    SITES,
    Desk,
    add_sources,
    arm,
    count_marks,
    finish,
    kill,
    list_asked,
)

pytestmark = pytest.mark.slow

PAGES, SOME = 6, 10
COUNTS = """
select (select count(*) from documents), (select count(*) from articles),
       (select count(*) from article_versions), (select count(*) from fetch_state),
       (select count(*) from fetches)
"""
KILLS = (
    Moment("os.rename", r"/staging/.*/journal/", 2, 0.01),
    Moment("os.rename", r"\.new .*news\.duckdb", 1),
    Moment("os.rename", r"\.new .*news\.duckdb", 1, 0.005),
    Moment("os.rename", r"copy-.*\.part .*copies/", 1),
    Moment("os.rename", r"/fetched/.*/journal/", 1, 0.02),
)


@pytest.fixture(scope="module")
def environment(prefect_server):
    return prefect_server.environment


@pytest.fixture
def world():
    with start_news_world(sites=SITES, pages=PAGES) as world:
        arm(world)
        yield world


@pytest.fixture
def desk(tmp_path, environment, world):
    desk = Desk(tmp_path / "news.duckdb", environment)
    add_sources(desk, world)
    return desk


def wait_until(met: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not met():
        assert time.monotonic() < end
        time.sleep(0.02)


def check(desk: Desk, world) -> None:
    """Every page that can be had is there once per version, and nothing was asked for twice."""
    wanted = [page.mark for page in world.published() if page.site in HAD]
    assert count_marks(desk) == Counter(wanted)
    assert desk.list_due() == []
    assert desk.list_litter() == []


@pytest.mark.parametrize("wait", ["0", "60"])
def test_of_two_polls_one_works(desk, world, wait):
    slow = ("poll", "--quiet", "--pace", "0.4", "--workers", "1", "--wait", wait)
    polls = [desk.start(*slow), desk.start(*slow)]
    outputs = [poll.communicate(timeout=120)[0].decode() for poll in polls]
    codes = sorted(poll.returncode for poll in polls)
    assert codes == ([0, 1] if wait == "0" else [0, 0]), outputs
    if wait == "0":
        assert "Another poll fetches for news.duckdb at this moment." in "".join(outputs)
    assert set(Counter(list_asked(world)).values()) == {1}
    check(desk, world)


def test_a_source_is_added_while_others_are_polled(desk, world):
    poll = desk.start("poll", "--quiet", "--pace", "0.4", "--workers", "1")
    wait_until(lambda: len(list_asked(world)) > SOME)
    desk.run("sources", "add", world.site(1).url("/atom.xml"), "--name", "late", "--quiet")
    assert poll.poll() is None, "the poll was over before"
    assert finish(poll) == ""
    assert desk.ask("select count(*) from sources") == [(SITES + 2,)]
    world.control.forget()
    desk.poll()
    assert [seen.target for seen in world.requests(world.site(1).host)] == ["/atom.xml"]
    check(desk, world)


def count_again_and_again(path: str, stop: Event, answers: Any) -> None:
    """A new connection for every count; the counts as they came, or the error."""
    seen = []
    while not stop.is_set():
        try:
            with duckdb.connect(path, read_only=True) as connection:
                seen.append(connection.execute(COUNTS).fetchall()[0])
        except duckdb.Error as error:
            answers.put(str(error))
            return
        time.sleep(0.01)
    answers.put(seen)


def test_readers_never_fail_nor_see_less(desk, world):
    context = multiprocessing.get_context("spawn")
    stop, answers = context.Event(), context.Queue()
    reader = context.Process(
        target=count_again_and_again, args=(str(desk.warehouse), stop, answers)
    )
    reader.start()
    for moment in KILLS:
        kill(desk.start_poll("--now", moment=moment))
        world.control.publish(site=1, count=2)
        world.control.publish(site=6, count=1)
    desk.poll("--now")
    stop.set()
    seen = answers.get(timeout=60)
    reader.join(30)
    assert isinstance(seen, list), seen
    assert len(seen) > 100
    for earlier, later in pairwise(seen):
        assert all(one <= other for one, other in zip(earlier, later, strict=True)), (
            earlier,
            later,
        )
    assert len(set(seen)) > 2
    check(desk, world)
