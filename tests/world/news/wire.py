"""HTTP/1.1 (RFC 9112) on asyncio streams: requests as they come, answers as raw as one likes."""

from __future__ import annotations

import asyncio
import socket
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import parse_qsl

from tests.world.news.state import Article, Site, World, read_clock

REASONS = {status.value: status.phrase for status in HTTPStatus}
MOST_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names are in lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def host(self) -> str:
        """The authority that was asked, in lower case."""
        return self.headers.get("host", "").lower()

    @property
    def asked(self) -> dict[str, str]:
        """The parameters of the query."""
        return dict(parse_qsl(self.query, keep_blank_values=True))


@dataclass(slots=True)
class Answer:
    """What would be answered in the ordinary way. `article` and `version` are those whose text the
    body is."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    etag: str | None = None
    changed_at: datetime | None = None
    headers: list[tuple[str, str]] = field(default_factory=list)
    article: Article | None = None
    version: int = 0


@dataclass(slots=True)
class Seen:
    """A row of the log. `at` is when the request's head was complete, `ended` when its answer was,
    in seconds of the machine's monotonic clock; `version` is the version that was sent in full."""

    at: float
    method: str
    target: str
    agent: str
    etag: str | None
    since: str | None
    behaviour: str = "ok"
    status: int | None = None
    version: int = 0
    ended: float | None = None


@dataclass(slots=True)
class Exchange:
    """One request and the way to answer it. Behaviours set `whole` when all of a body was sent in a
    way that a client can know to be whole, and `closing` when the connection ends with it."""

    world: World
    site: Site
    request: Request
    answer: Answer
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    seen: Seen
    turn: int = 1
    seconds: float | None = None
    whole: bool = False
    closing: bool = False

    async def send(self, answer: Answer | None = None, conditional: bool = True) -> None:
        """Answer in the ordinary way: with 304 where a validator matches, unless told not to."""
        answer = answer or self.answer
        if conditional and answer.status == 200 and is_known(self.request, answer):
            await self.send_raw(304, b"", make_head(answer, None))
            return
        await self.send_raw(answer.status, answer.body, make_head(answer, len(answer.body)))
        self.whole = answer.status == 200

    async def send_raw(self, status: int, body: bytes, head: list[tuple[str, str]]) -> None:
        """A status line, the head as it is given, the body (none for HEAD)."""
        self.seen.status = status
        lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Whatever')}"]
        lines += [f"{name}: {value}" for name, value in head]
        await self.push("\r\n".join([*lines, "", ""]).encode("latin-1"))
        if body and self.request.method != "HEAD":
            await self.push(body)

    async def push(self, content: bytes) -> None:
        """Bytes on the wire."""
        self.writer.write(content)
        await self.writer.drain()

    def reset(self) -> None:
        """End the connection at once, with what was not sent yet thrown away: the peer sees RST."""
        self.closing = True
        line = self.writer.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def wait(self, seconds: float) -> None:
        """Let time pass; ConnectionResetError when the client has gone meanwhile."""
        end = read_clock() + seconds
        while (left := end - read_clock()) > 0:
            await asyncio.sleep(min(left, 0.05))
            if self.reader.at_eof():
                raise ConnectionResetError


def make_head(answer: Answer, length: int | None) -> list[tuple[str, str]]:
    """The headers of an ordinary answer; without a length for 304."""
    head = [("Date", format_datetime(datetime.now(UTC), usegmt=True))]
    if length is not None:
        head += [("Content-Type", answer.content_type), ("Content-Length", str(length))]
    if answer.etag:
        head.append(("ETag", answer.etag))
    if answer.changed_at:
        head.append(("Last-Modified", format_datetime(answer.changed_at, usegmt=True)))
    return head + answer.headers


def is_known(request: Request, answer: Answer) -> bool:
    """Whether the client has this already, by RFC 9110, 13.2.2: If-None-Match goes first."""
    tags = request.headers.get("if-none-match")
    if tags is not None and answer.etag:
        return tags == "*" or answer.etag in [
            tag.strip().removeprefix("W/") for tag in tags.split(",")
        ]
    since = request.headers.get("if-modified-since")
    if since is None or answer.changed_at is None:
        return False
    try:
        return answer.changed_at <= parsedate_to_datetime(since)
    except ValueError:
        return False


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request of a connection; None when it ended, or sends what is no request."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return None
    first, *lines = head[:-4].decode("latin-1").split("\r\n")
    method, _, rest = first.partition(" ")
    target = rest.rpartition(" ")[0]
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    path, _, query = target.partition("?")
    length = int(headers.get("content-length", "0"))
    body = await reader.readexactly(length) if length else b""
    return Request(method, path, query, headers, body) if path else None
