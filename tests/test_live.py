"""Live news as people run it: an OPML file, `copydesk up`, and rows that arrive while one reads."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest

from tests.world.desk import ask, keep_desk, make_environment
from tests.world.news_world import NewsWorld, start_news_world
from tests.world.prefect_server import find_free_port

pytestmark = pytest.mark.slow

PAGES = 8


class Reader(threading.Thread):
    """Opens, counts and closes, all the while."""

    def __init__(self, warehouse: Path) -> None:
        super().__init__(daemon=True)
        self.counts: list[int] = []
        self.failures: list[str] = []
        self.done = False
        self._warehouse = warehouse

    def run(self) -> None:
        while not self.done:
            try:
                self.counts.append(count_articles(self._warehouse))
            except duckdb.Error as error:
                self.failures.append(str(error))
            time.sleep(0.05)


def count_articles(warehouse: Path) -> int:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        [(count,)] = connection.execute("select count(*) from articles").fetchall()
        return count


def wait_until(true, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)


@pytest.fixture(scope="module")
def world():
    with start_news_world(sites=4, pages=PAGES) as made:
        yield made


class Home:
    """A machine that never saw Copydesk: its home, its warehouse, its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.warehouse = folder / "news.duckdb"
        (folder / "home").mkdir()
        settings = {"COPYDESK_ALLOW_PRIVATE": "1", "COPYDESK_PACE": "0.05"}
        self.environment = make_environment(folder / "home", **settings)

    def copydesk(self, *arguments: str):
        return subprocess.run(
            [sys.executable, "-m", "flows.cli", *arguments, "--warehouse", str(self.warehouse)],
            env=self.environment, cwd=self.folder, capture_output=True, text=True, timeout=180,
        )  # fmt: skip

    def ask(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


def write_opml(world: NewsWorld, path: Path) -> None:
    outlines = [
        f'<outline type="rss" text="Site {s.number}" xmlUrl="{s.feed_url}"/>' for s in world.sites
    ]
    path.write_text(f'<opml version="2.0"><head/><body>{"".join(outlines)}</body></opml>')


def test_rows_arrive_on_schedule_while_a_reader_queries(home, world):
    write_opml(world, home.folder / "feeds.opml")
    imported = home.copydesk("sources", "import", str(home.folder / "feeds.opml"))
    assert imported.returncode == 0, imported.stderr
    for row in home.ask("select name from sources"):
        edited = home.copydesk("sources", "edit", row[0], "--every", "5s")
        assert edited.returncode == 0, edited.stderr
    reader = Reader(home.warehouse)
    port = find_free_port()
    command = ["flows.cli", "up", "--warehouse", str(home.warehouse), "--every", "10s",
               "--port", str(port), "--json"]  # fmt: skip
    with keep_desk(command, home.environment, home.folder) as desk:
        ready = desk.wait_for("ready", 120)
        reader.start()
        wait_until(lambda: count_articles(home.warehouse) >= 4 * PAGES, 180)
        [new] = world.control.publish(site=2)
        wait_until(lambda: count_articles(home.warehouse) == 4 * PAGES + 1, 180)
        artifacts = {a["key"]: a["data"] for a in ask(f"{ready['ui']}/api", "artifacts/filter")}
        healthy = home.copydesk("health")
        code = desk.end()
    reader.done = True
    reader.join()
    assert (code, reader.failures) == (0, [])
    assert reader.counts == sorted(reader.counts)
    assert home.ask("select count(*), count(distinct url) from articles") == [(33, 33)]
    assert home.ask(f"select source is not null from documents where uri = '{new}'") == [(True,)]
    assert healthy.returncode == 0, healthy.stdout + healthy.stderr
    assert {"copydesk-summary", "copydesk-fetches", "copydesk-hosts"} <= set(artifacts)
    assert "copydesk sql" in artifacts["copydesk-summary"]
    hosts = json.loads(artifacts["copydesk-hosts"])
    assert {row["host"] for row in hosts} == {site.host for site in world.sites}


def test_a_second_poll_of_an_unchanged_world_asks_for_nothing_twice(home, world):
    write_opml(world, home.folder / "feeds.opml")
    assert home.copydesk("sources", "import", str(home.folder / "feeds.opml")).returncode == 0
    first = home.copydesk("poll", "--json")
    assert first.returncode == 0, first.stderr
    told = json.loads(first.stdout)
    before = {site.host: len(world.requests(site.host)) for site in world.sites}
    second = home.copydesk("poll", "--now", "--json")
    assert second.returncode == 0, second.stderr
    again = [
        seen for site in world.sites for seen in world.requests(site.host)[before[site.host] :]
    ]
    assert [(seen.target, seen.status) for seen in again] == [("/feed.xml", 304)] * 4
    assert told["new"] == len([v for v in world.published() if v.current])
    assert json.loads(second.stdout)["read"] == 0
    [(status, rows)] = home.ask(
        "select status, count(*) from fetches where role = 'listing' and outcome = 'unchanged' "
        "group by all"
    )
    assert (status, rows) == (304, 4)
    third = home.copydesk("poll", "--json")  # nothing is due
    assert json.loads(third.stdout)["fetches"] == {}


def test_what_changed_on_the_web_becomes_versions(home, world):
    site = world.site(4)
    with start_news_world(sites=1, pages=3) as own:
        site = own.site(1)
        added = home.copydesk("sources", "add", site.feed_url, "--revisit", "1s,2s,1d")
        assert added.returncode == 0, added.stderr
        assert home.copydesk("poll").returncode == 0
        own.control.edit(1, 1)
        own.control.edit(1, 2, silent=True)
        own.control.delete(1, 3)
        time.sleep(1.5)
        maintained = home.copydesk("maintain", "--json")
        assert maintained.returncode == 0, maintained.stderr
        again = home.copydesk("maintain", "--json")
        urls = [version.url for version in own.published() if version.version == 1]
    versions = dict(home.ask("select url, max(version) from article_versions group by url"))
    assert [versions[url] for url in urls] == [2, 2, 1]
    outcomes = dict(home.ask("select url, outcome from fetch_state where role = 'page'"))
    assert outcomes[urls[2]] == "gone"
    assert json.loads(maintained.stdout)["updated"] == 2
    assert json.loads(again.stdout)["updated"] == 0
