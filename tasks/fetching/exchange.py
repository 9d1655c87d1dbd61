"""One request and its answer: deadlines, bounds, and what each failure is called."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import h2.exceptions
import h11
import httpcore

from tasks.fetching.connections import Connections
from tasks.fetching.guard import AddressRefused
from tasks.model import Fault, Stage

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PAGES = frozenset({200, 203})

_MOST_OF_REDIRECT = 64 * 1024  # read only to keep the connection
_MOST_OF_ERROR = 1024 * 1024
_TOO_MUCH_HEADER = 431


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds: to be connected (with the lookup of the name), of silence while reading, and for
    the whole of a request with its redirects."""

    connect: float = 10.0
    read: float = 20.0
    whole: float = 60.0

    def as_extensions(self) -> dict[str, dict[str, float]]:
        """As httpcore takes them."""
        return {"timeout": {"connect": self.connect, "read": self.read, "write": self.read}}


@dataclass(slots=True)
class Reply:
    """What came of one request: the body as sent, at most one byte more than its bound. With a
    fault, what had come until then; `transient` says that another try may help. Where there is a
    `sink`, the body of an answer that is a page goes there, piece by piece."""

    status: int | None = None
    headers: dict[bytes, bytes] = field(default_factory=dict)
    reason: str = ""
    body: bytearray = field(default_factory=bytearray)
    size: int = 0
    seconds: float = 0.0
    fault: Fault | None = None
    transient: bool = False
    sink: Callable[[bytes], None] | None = None

    def get_header(self, name: bytes, most: int = 2_000) -> str | None:
        """A header's text, the first where it comes twice; None without one that is sensible."""
        value = self.headers.get(name, b"").strip()
        return value.decode("latin-1") if 0 < len(value) <= most else None


def fail(code: str, message: str) -> Fault:
    """A fault of the network."""
    return Fault(Stage.DISCOVER, code, message)


async def ask(
    connections: Connections,
    request: httpcore.Request,
    most_bytes: int,
    whole: float,
    pause: float = 0.0,
    sink: Callable[[bytes], None] | None = None,
) -> Reply:
    """The reply to a request within `whole` seconds; raises nothing but CancelledError, and what
    `sink` raises (no OSError: that is one of the network).

    A kept connection that turns out to be dead before it answered is no failure of the server's
    (RFC 9112, 9.3.1): then the request is sent once more, on a new connection, after `pause`
    seconds, since the server may have seen the first. They do not count.
    """
    reply = Reply(sink=sink)
    begun = time.monotonic()
    try:
        async with asyncio.timeout(whole):
            answered = await _try(connections, request, reply, most_bytes)
        if not answered:
            begun += pause
            await asyncio.sleep(pause)
            async with asyncio.timeout(whole):
                await _try(connections, request, reply, most_bytes, again=True)
    except AddressRefused as error:
        reply.fault = fail("address-refused", str(error))
    except (TimeoutError, httpcore.ReadTimeout, httpcore.WriteTimeout) as error:
        _fail_late(reply, isinstance(error, TimeoutError), whole)
    except (httpcore.ProtocolError, h2.exceptions.H2Error) as error:
        _fail_protocol(reply, error)
    except (httpcore.ReadError, httpcore.WriteError) as error:
        _fail_open(reply, "broken-off", f"The server broke off: {_tell(error)}; try again later.")
    except (httpcore.NetworkError, httpcore.TimeoutException, OSError) as error:
        _fail_connect(reply, error)
    reply.seconds = time.monotonic() - begun
    return reply


async def _try(
    connections: Connections,
    request: httpcore.Request,
    reply: Reply,
    most_bytes: int,
    *,
    again: bool = False,
) -> bool:
    """Whether an answer came; False only where a kept connection was dead, and not `again`."""
    origin = request.url.origin
    pool = connections.take(origin)
    stale, sound = pool.served and not again, False
    try:
        response = await pool.connections.handle_async_request(request)
        try:
            sound = await _receive(response, reply, most_bytes)
        finally:
            await response.aclose()
    except (httpcore.ReadError, httpcore.WriteError, httpcore.ProtocolError):
        if not stale or reply.status is not None:
            raise
        return False
    finally:
        await connections.give_back(origin, pool, sound=sound)
    return True


async def _receive(response: httpcore.Response, reply: Reply, most_bytes: int) -> bool:
    """Read the answer into `reply`; whether its body came to its end within the bound."""
    reply.status = response.status
    reply.headers = _join_headers(response.headers)
    reply.reason = _read_extension(response, "reason_phrase")
    most = _bound_body(response.status, most_bytes)
    sink = reply.sink if response.status in PAGES else None
    # Raw and piece by piece: a bomb is unpacked later, within bounds of its own.
    async for piece in response.aiter_stream():
        reply.size += len(piece)
        if sink is None:
            reply.body += piece
        else:
            sink(piece)
        if reply.size > most:
            del reply.body[most + 1 :]
            return False
    return True


def _bound_body(status: int, most_bytes: int) -> int:
    if status in PAGES:
        return most_bytes
    return min(most_bytes, _MOST_OF_REDIRECT if status in REDIRECTS else _MOST_OF_ERROR)


def _join_headers(pairs: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """The first of each name, but all codings of the content, in their order."""
    headers: dict[bytes, bytes] = {}
    for name, value in pairs:
        key = name.lower()
        if key not in headers:
            headers[key] = value
        elif key == b"content-encoding":
            headers[key] += b"," + value
    return headers


def _read_extension(response: httpcore.Response, name: str) -> str:
    value = response.extensions.get(name, b"")
    return value.decode("latin-1") if isinstance(value, bytes) else ""


def _fail_open(reply: Reply, code: str, message: str) -> None:
    reply.fault, reply.transient = fail(code, message), True
    reply.body.clear()


def _fail_late(reply: Reply, whole_over: bool, whole: float) -> None:
    """What came of the body is kept: a page that only drips shows what it is."""
    message = "The server did not answer in time; try again later."
    if reply.status is not None:
        after = f"after {whole:g} s" if whole_over else "when the server fell silent"
        message = f"The page was not complete {after}; try again later."
    reply.fault, reply.transient = fail("timeout", message), True


def _fail_protocol(reply: Reply, error: Exception) -> None:
    cause = error.args[0] if error.args else None
    if _is_oversized(error) or _is_oversized(cause):
        message = "The server sends more headers than a page needs; ask its owner."
        reply.fault = fail("header-too-large", message)
    elif reply.status is None and isinstance(cause, h11.ProtocolError):
        reply.fault = fail("not-http", f"It does not answer in HTTP ({cause}); check the address.")
    else:
        _fail_open(reply, "broken-off", f"The server broke off: {_tell(error)}; try again later.")


def _is_oversized(error: object) -> bool:
    if isinstance(error, h11.RemoteProtocolError):
        return error.error_status_hint == _TOO_MUCH_HEADER
    return isinstance(error, h2.exceptions.DenialOfServiceError)


def _fail_connect(reply: Reply, error: Exception) -> None:
    cause = error.args[0] if error.args else None
    if isinstance(cause, ssl.SSLError):
        reply.fault = fail("tls-failed", f"No secure connection: {_tell(cause)}; ask its owner.")
        return
    _fail_open(reply, "unreachable", f"The server cannot be reached: {_tell(error)}.")


def _tell(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
