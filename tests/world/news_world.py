"""The client's side of the test world: start the server, change the world, ask what it saw.

with start_news_world(sites=5, pages=20) as world:
    world.control.publish(site=1, count=3)
    world.site(1).feed_url
    world.requests(world.site(1).host)
    world.published()
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.world.news.records import measure_least_gap
from tests.world.news.state import address_of

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request as the server saw it. `at` and `ended` are seconds of `time.monotonic()`, which all
    processes of a machine share; `version` the page's version that was sent in full, or 0."""

    at: float
    method: str
    target: str
    agent: str
    etag: str | None
    since: str | None
    behaviour: str
    status: int | None
    version: int
    ended: float | None


@dataclass(frozen=True, slots=True)
class PageVersion:
    """One version of a page. Its body holds `mark`, followed by a full stop. `served` counts the
    whole answers with it; `forbidden` says that robots.txt does not let copydesk have it."""

    site: int
    page: int
    version: int
    url: str
    title: str
    author: str
    mark: str
    current: bool
    served: int
    told: bool
    made_at: str
    published_at: str
    deleted: int | None
    forbidden: bool


@dataclass(frozen=True, slots=True)
class NewsSite:
    """One outlet, and where its things are."""

    number: int
    host: str

    @property
    def root(self) -> str:
        """The home page, without the slash."""
        return f"http://{self.host}"

    @property
    def feed_url(self) -> str:
        """Its RSS feed."""
        return f"{self.root}/feed.xml"

    def url(self, path: str) -> str:
        """The address of a path, as "/atom.xml"."""
        return self.root + path

    def wild(self, behaviour: str, more: str = "") -> str:
        """Where a behaviour of the table answers; `more` ("/2", "?seconds=1") makes other ones."""
        return f"{self.root}/wild/{behaviour}{more}"


class Control:
    """The calls that change the world or ask about it; each is one request."""

    def __init__(self, port: int) -> None:
        self._port = port

    def call(self, name: str, **arguments: Any) -> Any:
        """A call by its name; ValueError with what the server says when it refuses."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request("POST", f"/{name}", json.dumps(arguments))
            answer = connection.getresponse()
            content = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise ValueError(content["error"])
        return content

    def publish(self, site: int | None = None, count: int = 1) -> list[str]:
        """New pages at a site, or each at a random one; their addresses."""
        return list(self.call("publish", number=site, count=count))

    def edit(self, site: int, page: int, silent: bool = False) -> int:
        """A new version of a page; its number. A silent one changes no date and no listing."""
        return int(self.call("edit", number=site, page=page, silent=silent))

    def delete(self, site: int, page: int, status: int = 410) -> None:
        """A page is gone (410, 404)."""
        self.call("delete", number=site, page=page, status=status)

    def restore(self, site: int, page: int) -> None:
        """A page that was gone is there again."""
        self.call("restore", number=site, page=page)

    def behave(
        self, site: int, behaviour: str, scope: str = "all", share: float = 1.0,
        turns: int | None = None, seconds: float | None = None,
    ) -> None:  # fmt: skip
        """A site shows a behaviour of the table on its pages, listings, robots, or all; on a share
        of the requests; for so many turns. `seconds` is how long the slow ones take."""
        how = {"scope": scope, "share": share, "turns": turns, "seconds": seconds}
        self.call("behave", site=site, behaviour=behaviour, **how)

    def heal(self, site: int) -> None:
        """A site is as it was again."""
        self.call("heal", site=site)

    def robots(self, site: int, mode: str, crawl_delay: float = 2.0) -> None:
        """Another robots.txt, by its name in the table."""
        self.call("robots", site=site, mode=mode, crawl_delay=crawl_delay)

    def summary(self) -> dict[str, dict[str, Any]]:
        """Host → requests, connections, most_open, most_busy, least_gap, statuses, conditional,
        agents."""
        return dict(self.call("summary"))

    def forget(self) -> None:
        """Empty the log of requests."""
        self.call("forget")


@dataclass(frozen=True, slots=True)
class NewsWorld:
    """A world that is running."""

    port: int
    refused_port: int
    silent_port: int
    pid: int
    sites: Sequence[NewsSite]
    control: Control

    def site(self, number: int) -> NewsSite:
        """A site by its number, from 1 on."""
        return self.sites[number - 1]

    def requests(self, host: str) -> list[SeenRequest]:
        """What a host (address:port) was asked, in the order of its coming."""
        return [SeenRequest(**row) for row in self.control.call("log", host=host)]

    def published(self, site: int | None = None) -> list[PageVersion]:
        """Every version of every page there ever was, the deleted and forbidden ones too."""
        return [PageVersion(**row) for row in self.control.call("published", site=site)]

    def least_gap(self, host: str) -> float | None:
        """The least time between the starts of two requests to a host, as the server saw them."""
        return measure_least_gap([seen.at for seen in self.requests(host)])

    @property
    def refused_url(self) -> str:
        """An address where the connection is refused."""
        return f"http://127.0.0.1:{self.refused_port}/page.html"

    @property
    def silent_url(self) -> str:
        """An address where connecting never ends."""
        return f"http://127.0.0.1:{self.silent_port}/page.html"


@contextmanager
def start_news_world(
    sites: int = 5, pages: int = 20, seed: int = 7, feed_size: int = 30, port: int = 0
) -> Iterator[NewsWorld]:
    """Start a world in a process of its own, and end it afterwards; it ends with this process."""
    options = {"sites": sites, "pages": pages, "seed": seed, "feed-size": feed_size, "port": port}
    listed = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.world.news_server", "--with-parent", *listed],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin and process.stdout
    try:
        first = process.stdout.readline()
        if not first:
            raise RuntimeError(f"the news server ended with {process.wait()}")
        yield _describe(json.loads(first), process.pid, sites)
    finally:
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _describe(ports: dict[str, int], pid: int, sites: int) -> NewsWorld:
    port = ports["port"]
    listed = [NewsSite(number, f"{address_of(number)}:{port}") for number in range(1, sites + 1)]
    control = Control(ports["control"])
    return NewsWorld(port, ports["refused"], ports["silent"], pid, listed, control)
