"""The sites' side of the server: connections, what a path answers, what a behaviour makes of it."""

from __future__ import annotations

import asyncio
import random
import re
import socket
from collections import defaultdict
from contextlib import suppress
from zlib import crc32

from tests.world.news.listings import LISTINGS, write_sitemap
from tests.world.news.pages import write_page
from tests.world.news.records import HostRecord
from tests.world.news.robots import ROBOTS
from tests.world.news.state import Article, Fault, Site, Version, World
from tests.world.news.table import BEHAVIOURS
from tests.world.news.wire import MOST_HEAD, Answer, Exchange, Request, read_request

_SITEMAP = re.compile(r"/sitemap-(\d+)\.xml")
# Feeds that are not where they were: path → status, and where to.
MOVED_FEEDS = {
    "/feeds/moved.xml": (301, "/feed.xml"),
    "/feeds/moved-308.xml": (308, "/feed.xml"),
    "/feeds/for-now.xml": (302, "/feed.xml"),
    "/feeds/gone.xml": (410, None),
    "/feeds/missing.xml": (404, None),
}
# Articles at /wild have numbers beyond those of any site.
WILD = 1 << 22


class SiteServer:
    """Answers for all sites of a world on one port."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.records: defaultdict[str, HostRecord] = defaultdict(HostRecord)
        self._rng = random.Random(world.seed)

    async def start(self, listener: socket.socket) -> asyncio.Server:
        """Listen; loopback addresses only are answered."""
        return await asyncio.start_server(
            self._serve, sock=listener, limit=MOST_HEAD, backlog=2_048
        )

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address, port = writer.get_extra_info("sockname")[:2]
        if not address.startswith("127."):
            writer.transport.abort()
            return
        record = self.records[f"{address}:{port}"]
        record.connect()
        try:
            # A client that goes away in the middle is nothing to tell of, nor is our own end:
            # asyncio.run cancels what is under way, and streams print that as an error.
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._converse(reader, writer)
        finally:
            record.open_now -= 1
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (request := await read_request(reader)) is not None:
            record = self.records[request.host]
            seen, turn = record.begin(request)
            try:
                site = self.world.by_host.get(request.host)
                stranger = site is None
                site = site or self.world.sites[0]
                answer = _miss() if stranger else find_answer(site, request, self.world.feed_size)
                exchange = Exchange(self.world, site, request, answer, reader, writer, seen, turn)
                await self._act(exchange)
            finally:
                record.end(seen)
            if exchange.closing or request.headers.get("connection", "").lower() == "close":
                return

    async def _act(self, exchange: Exchange) -> None:
        name = self._choose(exchange)
        exchange.seen.behaviour = name
        await BEHAVIOURS[name].act(exchange)
        if exchange.whole and exchange.answer.article and exchange.answer.status == 200:
            exchange.seen.version = exchange.answer.version
            exchange.answer.article.versions[exchange.answer.version - 1].served += 1

    def _choose(self, exchange: Exchange) -> str:
        path, site = exchange.request.path, exchange.site
        if path.startswith("/wild/"):
            return path.split("/")[2]
        if path == "/robots.txt" and (behaviour := ROBOTS[site.robots].behaviour):
            return behaviour
        for fault in site.faults:
            if self._hits(fault, exchange):
                exchange.seconds = fault.seconds
                return fault.behaviour
        return "ok"

    def _hits(self, fault: Fault, exchange: Exchange) -> bool:
        path = exchange.request.path
        if path.startswith("/moved/") or fault.scope not in ("all", name_scope(path)):
            return False
        if fault.turns == 0 or (fault.share < 1 and self._rng.random() >= fault.share):
            return False
        if fault.turns is not None:
            fault.turns -= 1
        return True


def name_scope(path: str) -> str:
    """What a path is to a fault: robots, listings or pages."""
    if path == "/robots.txt":
        return "robots"
    listing = path in LISTINGS or path in MOVED_FEEDS or _SITEMAP.fullmatch(path)
    return "listings" if listing else "pages"


def find_answer(site: Site, request: Request, feed_size: int) -> Answer:
    """What a path answers in the ordinary way."""
    path = request.path
    wild = "/wild/" in path and path.removeprefix("/moved").startswith("/wild/")
    if wild and path.startswith("/wild/") and path.split("/")[2] not in BEHAVIOURS:
        return _miss()
    path = path.removeprefix("/moved")
    if wild:
        return _answer_wild(site, path)
    if path == "/robots.txt":
        return _answer_robots(site)
    if path in LISTINGS or path in MOVED_FEEDS or _SITEMAP.fullmatch(path):
        return _answer_listing(site, path, feed_size)
    if path == "/story":
        path = f"-{request.asked.get('id', '')}.html"
    article = site.find(path)
    return _answer_article(site, article, path.startswith("/amp/")) if article else _miss()


def _answer_article(site: Site, article: Article, amp: bool) -> Answer:
    if article.deleted:
        return Answer(article.deleted, b"<html><title>Gone</title><p>Not here any more.</p></html>")
    latest = article.versions[-1].made_at
    return Answer(
        body=write_page(site, article, amp),
        etag=f'"{site.number}-{article.number}-{article.version}{"-amp" if amp else ""}"',
        changed_at=latest,
        article=article,
        version=article.version,
    )


def _answer_wild(site: Site, path: str) -> Answer:
    at = site.articles[0].published_at if site.articles else site.changed_at
    article = Article(WILD + crc32(path.encode()) % WILD, at, [Version(at)])
    body = write_page(site, article, at=path)
    return Answer(
        body=body, etag=f'"wild-{article.number}"', changed_at=at, article=article, version=1
    )


def _answer_listing(site: Site, path: str, feed_size: int) -> Answer:
    if path in MOVED_FEEDS:
        status, target = MOVED_FEEDS[path]
        headers = [("Location", f"{site.root}{target}")] if target else []
        return Answer(status, b"Not here.", headers=headers)
    part = _SITEMAP.fullmatch(path)
    if part:
        body, content_type = write_sitemap(site, int(part[1])), "application/xml"
    else:
        _, content_type, write = LISTINGS[path]
        body = write(site, feed_size)
    etag = f'"{crc32(path.encode()):x}-{site.revision}"'
    return Answer(body=body, content_type=content_type, etag=etag, changed_at=site.changed_at)


def _answer_robots(site: Site) -> Answer:
    robots = ROBOTS[site.robots]
    if robots.text is None:
        return _miss()
    text = robots.text(site).encode("utf-8")
    return Answer(body=text, content_type=robots.content_type)


def _miss() -> Answer:
    return Answer(404, b"<html><title>404 Not Found</title><p>No such page.</p></html>")
