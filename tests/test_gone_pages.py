"""Pages that are taken down, and put up again: real servers, `copydesk maintain`, and the history
that it leaves."""

from __future__ import annotations

import json
import time

import pytest

from tests.world.news_world import start_news_world
from tests.world.press import Desk

pytestmark = pytest.mark.slow

MAINTAIN = ("maintain", "--pace", "0", "--workers", "1", "--quiet")
# Pages are fetched again every few seconds, for long enough.
AGES = ",".join(f"{seconds}s" for seconds in range(1, 600, 3))
LOST, ENDED, KEPT = 1, 2, 3


@pytest.fixture(scope="module")
def world():
    with start_news_world(sites=1, pages=3) as world:
        yield world


@pytest.fixture(scope="module")
def desk(tmp_path_factory, prefect_server, world):
    folder = tmp_path_factory.mktemp("gone")
    desk = Desk(folder / "news.duckdb", prefect_server.environment)
    file = folder / "sources.toml"
    head = f'[defaults]\nrevisits = "{AGES}"\n'
    file.write_text(f'{head}[[source]]\nname = "post"\nurl = "{world.site(1).feed_url}"\n')
    desk.run("sources", "sync", str(file), "--quiet")
    desk.poll()
    return desk


def maintain_until(desk: Desk, sql: str, expected: list[tuple]) -> None:
    end = time.monotonic() + 180
    while (found := sorted(desk.ask(sql))) != expected:
        assert time.monotonic() < end, found
        desk.run(*MAINTAIN)


def test_a_page_is_gone_and_comes_back_and_another_stays_away(desk, world):
    urls = {page.page: page.url for page in world.published()}
    text = desk.ask("select url, body from articles order by url")
    assert len(text) == 3
    world.control.delete(1, LOST, 404)
    world.control.delete(1, ENDED, 410)
    gone = sorted([(urls[LOST], 404), (urls[ENDED], 410)])
    maintain_until(desk, "select url, status from deleted_articles", gone)
    assert desk.ask("select url, body from articles order by url") == text

    world.control.edit(1, LOST, silent=True)
    world.control.restore(1, LOST)
    maintain_until(desk, "select url, status from deleted_articles", [(urls[ENDED], 410)])
    [(status, ends, version)] = desk.ask(
        "select status, back_at > checked_at and checked_at >= gone_at, version "
        f"from absences join articles using (article_id) where absences.url = '{urls[LOST]}'"
    )
    assert (status, ends, version) == (404, True, 2)

    shown = desk.run("history", urls[LOST])
    assert f"{urls[LOST]} answered 404" in shown
    assert "paragraph 2 changed" in shown
    assert shown.index("Gone · ") < shown.index("  back ") < shown.index("Version 2 · ")
    record = json.loads(desk.run("history", urls[ENDED], "--json"))
    assert [absence["back_at"] for absence in record["absences"]] == [None]
    assert json.loads(desk.run("history", urls[KEPT], "--json"))["absences"] == []
