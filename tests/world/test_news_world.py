"""What the test world publishes, how it changes, and what it notes of its visitors."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from email.utils import formatdate
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.world.news.listings import LISTINGS
from tests.world.news.robots import ROBOTS, is_forbidden
from tests.world.news.site_server import MOVED_FEEDS
from tests.world.news.table import TABLE
from tests.world.news_world import ROOT, start_news_world
from tests.world.plain_client import ask, is_article, receive


@pytest.fixture(scope="module")
def world():
    with start_news_world(sites=4, pages=12) as started:
        yield started


@pytest.mark.parametrize("path", LISTINGS)
def test_listings(world, path):
    reply = ask(world.site(2).url(path), enough=2_000_000)
    _, content_type, _ = LISTINGS[path]
    assert (reply.status, reply.headers["content-type"]) == (200, content_type)
    assert {"etag", "last-modified"} <= reply.headers.keys()
    if path.endswith(".xml") and path != "/feeds/broken.xml":
        ElementTree.fromstring(reply.body)
    if path.endswith(".json"):
        assert len(json.loads(reply.body)["items"]) == 12
    if path == "/feeds/broken.xml":
        with pytest.raises(ElementTree.ParseError):
            ElementTree.fromstring(reply.body)
    newest = world.published(2)[-1].url.encode()
    assert (newest in reply.body or newest.split(b"/", 3)[3] in reply.body) == (
        path not in ("/sitemap.xml", "/feeds/empty.xml")
    )


def test_the_addresses_of_twins_are_one_page(world):
    url = world.published(1)[4].url
    path = url.removeprefix(world.site(1).root)
    twins = [url, f"{url}?utm_source=x", world.site(1).url(f"/amp{path}"),
             world.site(1).url("/story?id=5")]  # fmt: skip
    for twin in twins:
        reply = ask(twin)
        assert is_article(reply)
        assert f'<link rel="canonical" href="{url}">'.encode() in reply.body


@pytest.mark.parametrize("path", MOVED_FEEDS)
def test_feeds_that_are_not_there(world, path):
    status, target = MOVED_FEEDS[path]
    reply = ask(world.site(1).url(path))
    assert (reply.status, reply.headers.get("location")) == (
        status,
        target and world.site(1).url(target),
    )


@pytest.mark.parametrize("mode", ROBOTS)
def test_robots(world, mode):
    world.control.robots(3, mode, crawl_delay=4)
    reply = ask(world.site(3).url("/robots.txt"), enough=2_000_000)
    statuses = {"missing": 404, "forbidden": 403, "gone": 410, "moved": 301, "far": 302}
    statuses |= {"broken": 500, "busy": 503} | dict.fromkeys(("reset", "closed", "silent"))
    assert reply.status == statuses.get(mode, 200)
    if mode == "delay":
        assert b"Crawl-delay: 4\n" in reply.body
    if mode == "huge":
        assert reply.body.index(b"/letters/") < 512_000 < reply.body.index(b"Disallow: /\n")
    if mode == "moved":
        assert b"/letters/" in ask(reply.headers["location"]).body
    forbidden = {row.forbidden for row in world.published(3)}
    everything = {"all", "against-us", "broken", "busy", "reset", "closed", "silent"}
    partly = {"part", "wildcards", "by-name", "bom", "huge", "moved"}
    assert (True in forbidden) == (mode in everything | partly)
    assert (False in forbidden) == (mode not in everything)


def test_what_robots_forbid():
    assert is_forbidden("by-name", "/sport/x.html") and not is_forbidden("by-name", "/town/x.html")
    assert is_forbidden("longest", "/sport/x") and not is_forbidden("longest", "/sport/2026/x")
    assert is_forbidden("wildcards", "/town/?a") and not is_forbidden("wildcards", "/culture/x")


def test_the_world_changes(world):
    control, site = world.control, world.site(4)
    feed = ask(site.feed_url)
    [url] = control.publish(4)
    again = ask(site.feed_url, If_None_Match=feed.headers["etag"])
    assert again.status == 200 and url.encode() in again.body
    page = ask(url)
    same = ask(site.feed_url, If_None_Match=again.headers["etag"])
    assert same.status == 304
    assert control.edit(4, 13, silent=True) == 2
    assert ask(site.feed_url, If_None_Match=again.headers["etag"]).status == 304
    second = ask(url, If_None_Match=page.headers["etag"])
    assert second.status == 200 and b"modified_time" not in second.body
    assert control.edit(4, 13) == 3
    assert ask(site.feed_url, If_None_Match=again.headers["etag"]).status == 200
    assert b"modified_time" in ask(url).body
    rows = [row for row in world.published(4) if row.page == 13]
    assert [(r.version, r.served, r.current, r.told) for r in rows] == [
        (1, 1, False, True),
        (2, 1, False, False),
        (3, 1, True, True),
    ]
    assert f"{rows[1].mark}.".encode() in second.body
    control.delete(4, 13, 404)
    assert ask(url).status == 404
    assert url.encode() not in ask(site.feed_url).body


def test_faults_of_a_site(world):
    control, site = world.control, world.site(2)
    url = world.published(2)[0].url
    control.behave(2, "500", scope="pages", turns=2)
    assert [ask(url).status for _ in range(3)] == [500, 500, 200]
    assert ask(site.feed_url).status == 200
    control.behave(2, "reset", scope="listings")
    assert ask(site.feed_url).ended == "reset"
    control.behave(2, "503", scope="robots")
    assert ask(site.url("/robots.txt")).status == 503
    control.heal(2)
    assert [ask(u).status for u in (site.feed_url, url, site.url("/robots.txt"))] == [200] * 3
    control.behave(2, "403", share=0.5)
    assert {ask(url).status for _ in range(40)} == {200, 403}
    control.heal(2)
    with pytest.raises(ValueError, match="no-such-thing"):
        control.behave(2, "no-such-thing")


def test_what_the_server_saw(world):
    site = world.site(3)
    world.control.robots(3, "allow")
    url = world.published(3)[0].url
    world.control.forget()
    begun = time.monotonic()
    ask(url, User_Agent="reader/1", If_Modified_Since=formatdate(usegmt=True))
    time.sleep(0.1)
    ask(url + "?a=b", User_Agent="reader/2", If_None_Match='"x"')
    first, second = world.requests(site.host)
    assert begun < first.at < first.ended < second.at < time.monotonic()
    assert (first.agent, first.status, first.version) == ("reader/1", 304, 0)
    assert (second.etag, second.status, second.version) == ('"x"', 200, 1)
    assert second.target == url.removeprefix(site.root) + "?a=b"
    assert 0.1 <= world.least_gap(site.host) < 1
    figures = world.control.summary()[site.host]
    assert figures["least_gap"] == world.least_gap(site.host)
    assert (figures["requests"], figures["conditional"], figures["most_busy"]) == (2, 2, 1)
    assert figures["statuses"] == {"200": 1, "304": 1}


def test_connections_at_once_are_counted(world):
    site = world.site(3)
    world.control.forget()
    host, _, port = site.host.partition(":")
    lines = [socket.create_connection((host, int(port))) for _ in range(4)]
    for line in lines:
        line.sendall(f"GET /wild/slow?seconds=0.1 HTTP/1.1\r\nHost: {site.host}\r\n\r\n".encode())
    for line in lines:
        receive(line, 100_000, 1)
        line.close()
    figures = world.control.summary()[site.host]
    assert figures["most_open"] >= 4
    assert figures["most_busy"] == 4


def test_the_same_seed_makes_the_same_pages():
    def read(seed):
        with start_news_world(sites=1, pages=3, seed=seed) as world:
            body = ask(world.published()[1].url).body
            return re.search(rb"<p>.*</p>", body)[0], world.published()[1].title

    assert read(3) == read(3) != read(4)


def test_it_ends_with_its_parent(tmp_path):
    code = (
        "import time\nfrom tests.world.news_world import start_news_world\n"
        "with start_news_world(1, 1) as world:\n"
        "    print(world.pid, flush=True)\n    time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 30
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(pid)
    parent.stdout.close()


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_the_command_line():
    options = ["--sites", "2", "--pages", "1", "--publish-every", "0.02", "--feed-size", "2"]
    options += ["--behave", "1=403", "--robots", "2=all"]
    command = [sys.executable, "-m", "tests.world.news_server"]
    with subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE) as server:
        port = json.loads(server.stdout.readline())["port"]
        assert ask(f"http://127.0.1.1:{port}/feed.xml").status == 403
        assert b"Disallow: /\n" in ask(f"http://127.0.1.2:{port}/robots.txt").body
        deadline = time.monotonic() + 30
        while (feed := ask(f"http://127.0.1.2:{port}/feed.xml").body).count(b"<item>") < 2:
            assert time.monotonic() < deadline, feed
        server.terminate()
        assert server.wait(30) == 0


def test_it_ends_quietly_in_the_middle_of_answers():
    command = [sys.executable, "-m", "tests.world.news_server", "--sites", "1", "--pages", "1"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe) as server:
        port = json.loads(server.stdout.readline())["port"]
        address = ("127.0.1.1", port)
        with (
            closing(socket.create_connection(address)) as slow,
            closing(socket.create_connection(address)) as idle,
        ):
            slow.sendall(f"GET /wild/drip/x HTTP/1.1\r\nHost: 127.0.1.1:{port}\r\n\r\n".encode())
            assert slow.recv(12) == b"HTTP/1.1 200"
            idle.sendall(b"GET /wild")
            server.terminate()
            assert server.wait(30) == 0
        assert server.stderr.read() == b""


def test_all_that_there_is_can_be_printed():
    command = [sys.executable, "-m", "tests.world.news_server", "--table"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    names = {line.split()[0] for line in done.stdout.splitlines()}
    assert names >= {"/wild/gzip-bomb", "/feeds/twins.xml", "/feeds/gone.xml"}
    assert len(done.stdout.splitlines()) == len({*TABLE, *LISTINGS, *MOVED_FEEDS, *ROBOTS})


def test_only_hosts_of_the_world_are_known(world):
    host, _, port = world.site(1).host.partition(":")
    with socket.create_connection((host, int(port))) as line:
        line.sendall(b"GET /feed.xml HTTP/1.1\r\nHost: post.example\r\n\r\n")
        assert receive(line, 10_000, 0.15).status == 404
    with socket.create_connection((host, int(port))) as line:
        line.sendall(b"\r\n\r\n")
        assert receive(line, 10_000, 0.15).ended == "closed"
