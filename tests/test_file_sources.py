"""Polls of inbox folders and archives: real runs, killed at many moments and run again."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.flows.pages import write_page
from tests.test_exactly_once import Moment, finish, kill_at
from tests.world.dump import dump_warehouse
from tests.world.prefect_server import PrefectServer
from tests.world.runs import ask
from tests.world.warcs import write_warc

pytestmark = pytest.mark.slow

COPYDESK = [sys.executable, "-m", "flows.cli"]
PAGES = 120
TAKEN = "select count(*), count(distinct uri), count(distinct sha256) from documents"
# What a run calls itself and when it was is another in each.
STATES = (
    "select url, role, kind, source, outcome, visits, failures, next_at is null, etag "
    "from fetch_state order by url"
)


@pytest.fixture(scope="module")
def server(prefect_server: PrefectServer) -> PrefectServer:
    return prefect_server


class Press:
    """A warehouse, and the commands that are given it."""

    def __init__(self, folder: Path, server: PrefectServer) -> None:
        self.warehouse = folder / "news.duckdb"
        self.private = folder / "news.copydesk"
        self.environment = {**server.environment, "COPYDESK_ALLOW_PRIVATE": "1"}

    def add(self, url: object, *options: str) -> None:
        finish(self.start("sources", "add", str(url), *options))

    def poll(self, *options: str) -> dict:
        process = self.start("poll", "--json", *options)
        output, errors = process.communicate(timeout=240)
        assert process.returncode == 0, (output + errors).decode(errors="replace")
        return json.loads(output)

    def start(self, *command: str) -> subprocess.Popen:
        return subprocess.Popen(
            [*COPYDESK, *command, "--warehouse", str(self.warehouse)],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if "--json" in command else subprocess.STDOUT,
        )

    def ask(self, sql: str) -> list[tuple]:
        return ask(self.warehouse, sql)


@pytest.fixture
def press(tmp_path, server) -> Press:
    return Press(tmp_path, server)


def fill(folder: Path, names: Iterator[str] | list[str], text: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        url = f"https://post.example/{name}"
        rest(write_page(folder, f"{name}.html", title=f"Ferry {name} {text}", url=url))


def rest(path: Path, seconds: float = 60.0) -> None:
    """As if nobody had written to it for a while."""
    before = time.time() - seconds
    os.utime(path, (before, before))


def test_an_inbox_takes_what_is_new_or_changed_and_leaves_the_files(press, tmp_path):
    inbox = tmp_path / "inbox"
    fill(inbox, ["a", "b"])
    fill(inbox / "deep", ["c"])
    write_page(inbox, "young.html.part", title="Being written")
    press.add(inbox, "--outlet", "Aldvik Post", "--zone", "Europe/Oslo", "--every", "1h")
    press.add(tmp_path / "gone", "--kind", "inbox")
    assert press.poll()["new"] == 3
    assert press.ask("select code from fetches where source = 'gone'") == [("unreadable",)]
    rows = press.ask("select distinct source, told from documents")
    assert [(source, json.loads(told)["zone"]) for source, told in rows] == [
        ("inbox", "Europe/Oslo")
    ]
    assert press.poll()["read"] == 0  # not due for an hour
    fill(inbox, ["b"], "turns back")
    rest((inbox / "young.html.part").rename(inbox / "young.html"), 30)
    (inbox / "a.html").unlink()
    report = press.poll("--now")
    assert (report["read"], report["new"], report["updated"]) == (2, 1, 1)
    assert press.poll("--now")["read"] == 0
    assert sorted(path.name for path in inbox.rglob("*.html")) == ["b.html", "c.html", "young.html"]
    outcomes = press.ask("select outcome, found from fetches where role = 'listing' "
                         "and source = 'inbox' order by started_at")  # fmt: skip
    assert outcomes == [("fetched", 3), ("fetched", 2), ("unchanged", 0)]


def test_an_inbox_is_taken_in_portions(press, tmp_path):
    fill(tmp_path / "inbox", [f"p{n}" for n in range(5)])
    press.add(tmp_path / "inbox", "--max-pages", "2")
    assert [press.poll("--now")["new"] for _ in range(4)] == [2, 2, 1, 0]


@pytest.fixture(scope="module")
def crawl(tmp_path_factory) -> Path:
    """A folder with three WARC files, and the list of them."""
    root = tmp_path_factory.mktemp("crawl")
    folder = root / "crawl/11"
    folder.mkdir(parents=True)
    for name, first in (("a", 0), ("b", PAGES), ("c", 2 * PAGES)):
        write_warc(folder / f"{name}.warc.gz", range(first, first + PAGES))
    names = [f"crawl/11/{name}.warc.gz\n" for name in "abc"]
    (folder / "warc.paths.gz").write_bytes(gzip.compress("".join(names).encode()))
    return root


@pytest.fixture(scope="module")
def site(crawl) -> Iterator[str]:
    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = partial(Handler, directory=str(crawl))
    made = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    made.daemon_threads = True
    threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()


def test_an_archive_on_the_web_is_taken_file_by_file(press, site):
    press.add(f"{site}/crawl/11/warc.paths.gz#2-", "--name", "crawl", "--language", "en")
    assert [press.poll("--now")["new"] for _ in range(3)] == [PAGES, PAGES, 0]
    assert press.ask(TAKEN) == [(2 * PAGES,) * 3]
    uris = press.ask("select min(uri), max(source), count(*) filter (archive_file like '%/%') "
                     "from documents")  # fmt: skip
    assert uris[0][0].startswith(f"{site}/crawl/11/b.warc.gz#")
    assert uris[0][1:] == ("crawl", 0)  # the bytes are in the warehouse's own archive
    assert not list((press.private / "downloads").glob("*"))


def test_an_archive_of_this_machine_stays_where_it_is(press, crawl):
    press.add(f"{crawl}/crawl/11/warc.paths.gz#1&hosts=site7.example", "--name", "crawl")
    report = press.poll()
    assert 0 < report["new"] < PAGES
    assert report["skipped"]["other-host"] == PAGES - report["new"]
    assert press.ask("select distinct archive_file from documents") == [
        (f"{crawl}/crawl/11/a.warc.gz",)
    ]


def test_a_file_that_is_away_keeps_no_other_from_being_read(press, crawl, tmp_path):
    for name in "ac":
        shutil.copy(crawl / f"crawl/11/{name}.warc.gz", tmp_path)
    (tmp_path / "warc.paths").write_text("b.warc.gz\na.warc.gz\nc.warc.gz\n")
    press.add(tmp_path / "warc.paths", "--name", "crawl")
    assert [press.poll("--now")["new"] for _ in range(3)] == [0, PAGES, PAGES]
    states = press.ask(
        "select failures, next_at > now() + interval 4 minutes from fetch_state "
        "where url like '%b.warc.gz'"
    )
    assert states == [(1, True)]


MOMENTS = [
    Moment("reading", "archive/*", 1),
    Moment("editing", "staging/*", 2),
    Moment("loading", "journal/*", 2),
    Moment("later", "journal/*", 4, 0.05),
    Moment("noting", "fetched/*", 1),
    Moment("noted", "fetched/*", 1, 0.02),
]
FETCHING = [Moment("downloading", "downloads/*", 1), Moment("downloaded", "downloads/*", 1, 0.2)]


def run_all(press: Press, kill: Moment | None = None) -> bool:
    """Poll until nothing is left; whether the first poll was killed."""
    killed = False
    if kill is not None:
        process = press.start("poll", "--now", "--quiet", "--batch-size", "20")
        killed = kill_at(kill, process, press.private)
    while press.poll("--now", "--batch-size", "20")["read"]:
        pass
    return killed


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, server, site):
    press = Press(tmp_path_factory.mktemp("undisturbed"), server)
    press.add(f"{site}/crawl/11/warc.paths.gz#1-2", "--name", "crawl", "--max-pages", "2")
    run_all(press)
    assert press.ask(TAKEN) == [(2 * PAGES,) * 3]
    return dump_warehouse(press.warehouse), press.ask(STATES)


@pytest.mark.parametrize("moment", [*FETCHING, *MOMENTS], ids=lambda moment: moment.name)
def test_an_archive_killed_and_polled_again_is_whole(moment, press, site, undisturbed):
    press.add(f"{site}/crawl/11/warc.paths.gz#1-2", "--name", "crawl", "--max-pages", "2")
    assert run_all(press, moment)
    assert press.ask(TAKEN) == [(2 * PAGES,) * 3]
    expected, states = undisturbed
    assert press.ask(STATES) == states
    actual = dump_warehouse(press.warehouse)
    assert actual.keys() == expected.keys()
    for table in expected.keys() - LIVE:
        assert list_rows(actual, table) == list_rows(expected, table), table
    assert not list((press.private / "downloads").glob("*"))


# Their times are those of the polls, and the names of what was noted go by them.
LIVE = {"fetches", "fetch_state", "hosts", "sources"}


def list_rows(dump: dict[str, list[tuple]], table: str) -> list[tuple]:
    noted = {"fetches", "sources"}
    return [row for row in dump[table] if table != "batches" or row[1] not in noted]


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.name)
def test_an_inbox_killed_and_polled_again_is_whole(moment, press, tmp_path):
    inbox = tmp_path / "inbox"
    fill(inbox, [f"p{n}" for n in range(PAGES)])
    press.add(inbox)
    assert run_all(press, moment)
    assert press.ask(TAKEN) == [(PAGES,) * 3]
    assert press.ask("select count(*), count(etag) from fetch_state where role = 'page'") == [
        (PAGES, PAGES)
    ]
    assert press.ask("select count(*) from articles")[0][0] == PAGES
