"""The control side of the server: calls in JSON over HTTP, on a port of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tests.world.news.records import print_row
from tests.world.news.robots import ROBOTS, is_forbidden
from tests.world.news.site_server import SiteServer
from tests.world.news.state import Fault, Site, describe, mark
from tests.world.news.table import BEHAVIOURS
from tests.world.news.wire import MOST_HEAD, read_request


class Control:
    """Each public method is a call: POST /name with its arguments as a JSON object."""

    def __init__(self, server: SiteServer) -> None:
        self._server = server
        self._world = server.world
        self._calls: dict[str, Callable[..., Any]] = {
            "/publish": self._world.publish,
            "/edit": self._world.edit,
            "/delete": self._world.delete,
            "/restore": self._world.restore,
            "/behave": self.behave,
            "/heal": self.heal,
            "/robots": self.set_robots,
            "/log": self.read_log,
            "/summary": self.sum_up,
            "/forget": self.forget,
            "/published": self.list_published,
            "/sites": self.list_sites,
        }

    async def start(self) -> asyncio.Server:
        """Listen on a free port of 127.0.0.1."""
        return await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=MOST_HEAD)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.CancelledError):
            while (request := await read_request(reader)) is not None:
                status, answer = self._call(request.path, request.body)
                body = json.dumps(answer).encode()
                head = f"HTTP/1.1 {status} -\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + body)
                await writer.drain()
        writer.close()

    def _call(self, path: str, body: bytes) -> tuple[int, Any]:
        try:
            return 200, self._calls[path](**(json.loads(body) if body else {}))
        except (KeyError, IndexError, TypeError, ValueError) as error:
            return 400, {"error": repr(error), "calls": sorted(self._calls)}

    def behave(self, site: int, behaviour: str, **how: Any) -> None:
        """A site shows a behaviour from now on; the newest is asked first."""
        self._world.site(site).faults.insert(0, Fault(BEHAVIOURS[behaviour].name, **how))

    def heal(self, site: int) -> None:
        """A site shows no behaviour any more."""
        self._world.site(site).faults.clear()

    def set_robots(self, site: int, mode: str, crawl_delay: float = 2.0) -> None:
        """A site has another robots.txt from now on."""
        if mode not in ROBOTS:
            raise ValueError(f"no robots.txt {mode!r}")
        self._world.site(site).robots = mode
        self._world.site(site).crawl_delay = crawl_delay

    def read_log(self, host: str) -> list[dict[str, Any]]:
        """The requests that a host (address:port) saw."""
        return [print_row(seen) for seen in self._server.records[host].rows]

    def sum_up(self) -> dict[str, dict[str, Any]]:
        """Host → its figures, for hosts that saw anything."""
        return {host: record.sum_up() for host, record in self._server.records.items()}

    def forget(self) -> None:
        """Empty the log."""
        for record in self._server.records.values():
            record.forget()

    def list_sites(self) -> list[dict[str, Any]]:
        """Number, host, name and count of pages of every site."""
        return [
            {"number": s.number, "host": s.host, "name": s.name, "pages": len(s.articles)}
            for s in self._world.sites
        ]

    def list_published(self, site: int | None = None) -> list[dict[str, Any]]:
        """Every version of every page."""
        sites = [self._world.site(site)] if site else self._world.sites
        return [row for one in sites for row in _list_versions(one)]


def _list_versions(site: Site) -> list[dict[str, Any]]:
    rows = []
    for article in site.articles:
        path = site.path_of(article)
        title, author, _ = describe(site.seed, site.number, article.number)
        for number, version in enumerate(article.versions, 1):
            rows.append(
                {
                    "site": site.number,
                    "page": article.number,
                    "version": number,
                    "url": site.root + path,
                    "title": title,
                    "author": author,
                    "mark": mark(site.number, article.number, number),
                    "current": number == article.version,
                    "served": version.served,
                    "told": version.told,
                    "made_at": version.made_at.isoformat(),
                    "published_at": article.published_at.isoformat(),
                    "deleted": article.deleted,
                    "forbidden": is_forbidden(site.robots, path),
                }
            )
    return rows
