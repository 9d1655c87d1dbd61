"""A client for the web's many servers: one fetch, redirects and all, that never raises.

It speaks httpcore, which httpx is built on, and reads addresses as httpx does: httpx itself costs
ten times as much for each request. No proxy of the environment is used, no cookie is kept.
"""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import BinaryIO
from urllib.parse import unquote

import httpcore
import httpx

from tasks.compression import Unpacked
from tasks.fetching.agent import name_agent
from tasks.fetching.connections import Connections
from tasks.fetching.exchange import PAGES, REDIRECTS, Deadlines, Reply, ask, fail
from tasks.fetching.guard import AddressRefused, Guard, GuardedNetwork, Resolver, may_go_private
from tasks.model import Fault, Limits
from tasks.sources.http_body import decode_body

ACCEPT_PAGE = "text/html,application/xhtml+xml;q=0.9,text/plain;q=0.8,*/*;q=0.1"

_NOT_MODIFIED = 304
_PERMANENT = frozenset({301, 308})
_TRANSIENT = frozenset({408, 425, 429, 502, 503, 504})
_LONG_BODY = 256 * 1024  # unpacked on a thread, lest the others wait
_LONGEST_URL = 8_000

Allow = Callable[[str], Awaitable[Fault | None]]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. The validators (`etag`, `last_modified`, RFC 9110, 13.1) belong to the
    address they came from: `validators_of`, which is `url` unless it redirected. They are sent to
    that address only, since another one's "not modified" would say nothing of the bytes we have.

    `most_bytes` bounds the body both as sent and decoded, `ratio` how far it may unpack. `pause` is
    the time in seconds before it is sent once more, where a kept connection turns out to be dead.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    validators_of: str | None = None
    accept: str = ACCEPT_PAGE
    most_bytes: int = Limits().document_bytes
    ratio: int = Limits().ratio
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Hop:
    """A redirect: the address that was asked, and the one it named, made absolute."""

    url: str
    status: int
    location: str

    @property
    def permanent(self) -> bool:
        """Whether it is for good (301, 308)."""
        return self.status in _PERMANENT


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a fetch. `url` is the last address asked, `status` what it answered (None: it
    did not). `content` is decoded and bounded; `size` counts the bytes of all bodies as sent,
    `seconds` the time from asking to the end, without what `allow` took.

    With a `fault`, `content` is what could be read (an error page, the first part of a body);
    `transient` says whether another try may help, `retry_after` how many seconds the server wants
    to be left alone.
    """

    url: str
    status: int | None = None
    content: bytes = b""
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    hops: tuple[Hop, ...] = ()
    size: int = 0
    seconds: float = 0.0
    fault: Fault | None = None
    retry_after: float | None = None
    transient: bool = False

    @property
    def moved_to(self) -> str | None:
        """Where the address asked for has moved for good: as far as all hops are permanent."""
        moved = None
        for hop in self.hops:
            if not hop.permanent:
                break
            moved = hop.location
        return moved


@dataclass(slots=True)
class _Walk:
    """A fetch under way."""

    request: Request
    hops: list[Hop] = field(default_factory=list)
    size: int = 0
    seconds: float = 0.0
    sink: Callable[[bytes], None] | None = None

    def end(self, url: str, fault: Fault) -> Answer:
        return Answer(url, hops=tuple(self.hops), size=self.size, seconds=self.seconds, fault=fault)


class Client:
    """Fetches from many hosts at once; an async context manager.

    `at_once` bounds the requests under way, `idle` the origins whose connections are kept alive,
    `redirects` the hops of one fetch. `guard` says which addresses may be connected to: without
    one, the public internet's, or all if COPYDESK_ALLOW_PRIVATE=1. It does not wait between
    requests and asks no robots.txt: that is the caller's.
    """

    def __init__(
        self,
        guard: Guard | None = None,
        deadlines: Deadlines | None = None,
        *,
        agent: str | None = None,
        at_once: int = 256,
        idle: int = 200,
        redirects: int = 10,
        resolve: Resolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._guard = guard or Guard(private=may_go_private())
        self._deadlines = deadlines or Deadlines()
        self._agent = (agent or name_agent()).encode("ascii")
        self._redirects = redirects
        self._slots = asyncio.Semaphore(at_once)
        self._network = GuardedNetwork(self._guard, resolve)
        self._connections = Connections(self._network, tls, idle)

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._connections.close()
        self._network.close()

    async def fetch(self, request: Request, allow: Allow | None = None) -> Answer:
        """The answer to one try, redirects followed; raises nothing but CancelledError.

        Before each redirect is followed, `allow` is asked for its address (robots.txt, pace); the
        fault that it gives, if any, ends the fetch. Fault codes: 'unreachable', 'tls-failed',
        'timeout', 'broken-off', 'not-http', 'header-too-large', 'address-refused',
        'redirect-refused', 'too-many-redirects', 'http-<status>', and those of `decode_body`.
        304 after validators is no fault.
        """
        return await self._walk(_Walk(request), allow)

    async def save(self, request: Request, path: Path, allow: Allow | None = None) -> Answer:
        """Like `fetch`, but the body is written to `path` as it comes and as it was sent, with no
        coding undone, and `content` stays empty. With a fault, the file is not whole (and empty
        where there was no page). Raises OSError where it cannot be written."""
        with path.open("wb") as file:
            try:
                return await self._walk(_Walk(request, sink=partial(_write, file)), allow)
            except _WriteFailed as failed:
                raise failed.error from None

    async def _walk(self, walk: _Walk, allow: Allow | None) -> Answer:
        request = walk.request
        url = self._aim(request.url)
        while isinstance(url, httpx.URL):
            if walk.hops and allow is not None and (fault := await allow(str(url))):
                return walk.end(str(url), fault)
            reply = await self._ask(walk, url)
            location = reply.get_header(b"location", _LONGEST_URL)
            if reply.status not in REDIRECTS or location is None:
                return await self._answer(walk, url, reply)
            url = self._follow(walk, url, reply)
        return walk.end(walk.hops[-1].location if walk.hops else request.url, url)

    async def _ask(self, walk: _Walk, url: httpx.URL) -> Reply:
        headers = _make_headers(walk, url, self._agent)
        extensions: dict[str, object] = {**self._deadlines.as_extensions()}
        if url.host.endswith("."):
            extensions["sni_hostname"] = url.host.rstrip(".")  # certificates never name the dot
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        request = httpcore.Request("GET", target, headers=headers, extensions=extensions)
        left = max(0.0, self._deadlines.whole - walk.seconds)
        async with self._slots:
            most, pause = walk.request.most_bytes, walk.request.pause
            reply = await ask(self._connections, request, most, left, pause, walk.sink)
        walk.seconds += reply.seconds
        walk.size += reply.size
        return reply

    def _aim(self, url: str) -> httpx.URL | Fault:
        """The address, if it is one of the web that the guard lets pass, as far as can be said
        without looking its name up."""
        try:
            parsed = httpx.URL(turn_slashes(url))
            if parsed.scheme not in ("http", "https") or not parsed.host:
                raise httpx.InvalidURL("only http:// and https:// are fetched")
            port = 80 if parsed.port is None else parsed.port
            if "%" in parsed.host.partition("%25")[0] or not 0 < port < 65_536:
                raise httpx.InvalidURL("no such host or port")
            self._guard.check_host(parsed.host, port)
        except httpx.InvalidURL as error:
            return fail("address-refused", f"{url[:200]!r} is no web address: {error}.")
        except AddressRefused as error:
            return fail("address-refused", str(error))
        return parsed

    def _follow(self, walk: _Walk, url: httpx.URL, reply: Reply) -> httpx.URL | Fault:
        """The next address of a walk, or why it ends here."""
        location = turn_slashes(_read_location(reply))
        try:
            joined = url.join(location).copy_with(fragment=None)
            # A password is for the server it was given for.
            home = (joined.scheme, joined.netloc) == (url.scheme, url.netloc)
            joined = joined.copy_with(userinfo=url.userinfo if home else b"")
        except (httpx.InvalidURL, ValueError) as error:
            message = f"It leads to {location[:200]!r}, which is no web address: {error}."
            return fail("redirect-refused", message)
        hop = Hop(str(url), reply.status or 0, str(joined))
        walk.hops.append(hop)
        if len(walk.hops) > self._redirects or hop.location in {h.url for h in walk.hops}:
            return fail("too-many-redirects", "The address redirects without end.")
        if joined.scheme not in ("http", "https"):
            message = f"It leads to {hop.location[:200]!r}; only http and https are fetched."
            return fail("redirect-refused", message)
        return self._aim(hop.location)

    async def _answer(self, walk: _Walk, url: httpx.URL, reply: Reply) -> Answer:
        body = await _decode(reply, walk.request) if walk.sink is None else _bound(reply, walk)
        refusal = _judge_status(reply, walk.request)
        status = reply.status
        return Answer(
            url=str(url),
            status=status,
            content=body.content,
            content_type=reply.get_header(b"content-type"),
            etag=reply.get_header(b"etag"),
            last_modified=reply.get_header(b"last-modified"),
            hops=tuple(walk.hops),
            size=walk.size,
            seconds=walk.seconds,
            fault=refusal or reply.fault or body.fault,
            retry_after=read_retry_after(reply.get_header(b"retry-after")),
            transient=status in _TRANSIENT if refusal else reply.transient,
        )


def turn_slashes(url: str) -> str:
    """The address with "\\" before its query as "/", which is how browsers read it (WHATWG URL):
    whoever reads it otherwise takes another part of it for the host."""
    path, mark, rest = url.partition("?")
    return path.replace("\\", "/") + mark + rest


def read_retry_after(value: str | None) -> float | None:
    """Seconds to wait (RFC 9110, 10.2.3: seconds, or a date); None when nothing sensible is
    said."""
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _make_headers(walk: _Walk, url: httpx.URL, agent: bytes) -> list[tuple[bytes, bytes]]:
    request = walk.request
    headers = [
        (b"Host", url.netloc),
        (b"User-Agent", agent),
        (b"Accept", request.accept.encode("ascii")),
        (b"Accept-Encoding", b"gzip, br" if walk.sink is None else b"identity"),
    ]
    if url.userinfo:
        name, _, password = url.userinfo.partition(b":")
        pair = f"{unquote(name.decode())}:{unquote(password.decode())}"
        headers.append((b"Authorization", b"Basic " + b64encode(pair.encode())))
    asked = str(url) if walk.hops else request.url
    if asked == (request.validators_of or request.url):
        headers += _make_validators(request)
    return headers


def _make_validators(request: Request) -> list[tuple[bytes, bytes]]:
    """What a server gave us is sent back only if it can stand in a header."""
    pairs = ((b"If-None-Match", request.etag), (b"If-Modified-Since", request.last_modified))
    return [
        (name, value.encode("latin-1"))
        for name, value in pairs
        if value and all(" " <= char <= "~" or "\xa0" <= char <= "\xff" for char in value)
    ]


def _read_location(reply: Reply) -> str:
    """Location (RFC 9110, 10.2.2); some servers send it in UTF-8 as it is."""
    raw = reply.headers[b"location"].strip()
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


class _WriteFailed(Exception):
    """The disk's error, which is none of the network."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error


def _write(file: BinaryIO, piece: bytes) -> None:
    try:
        file.write(piece)
    except OSError as error:
        raise _WriteFailed(error) from error


def _bound(reply: Reply, walk: _Walk) -> Unpacked:
    """Nothing, for the body went elsewhere; with a fault where it was longer than it may be."""
    if reply.size <= walk.request.most_bytes:
        return Unpacked(b"")
    message = f"It is longer than {walk.request.most_bytes:,} bytes; fetch it yourself."
    return Unpacked(b"", fail("too-large", message))


async def _decode(reply: Reply, request: Request) -> Unpacked:
    raw = bytes(reply.body)
    coding = reply.get_header(b"content-encoding")
    limits = Limits(document_bytes=request.most_bytes, ratio=request.ratio)
    if coding and len(raw) > _LONG_BODY:
        return await asyncio.to_thread(decode_body, raw, coding, None, limits)
    return decode_body(raw, coding, None, limits)


def _judge_status(reply: Reply, request: Request) -> Fault | None:
    """The fault of a status that brings no page."""
    status = reply.status
    if status is None or status in PAGES:
        return None
    if status == _NOT_MODIFIED and (request.etag or request.last_modified):
        return None
    message = f"The server answered {status} {reply.reason}".rstrip() + ", not a page."
    return fail(f"http-{status}", message)
