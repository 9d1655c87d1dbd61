"""A plain, polite HTTP client: it says who it is, waits between requests, and gives up in time."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from tasks.model import Fault, Limits, Stage
from tasks.sources.http_body import decode_body

if TYPE_CHECKING:
    import httpx

_ACCEPT = "text/html,application/xhtml+xml;q=0.9,text/plain;q=0.8,*/*;q=0.1"
_TRY_AGAIN = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Manners:
    """How a fetcher behaves; times in seconds.

    `pause` lies between two requests to one host. `whole` bounds a body from the request on.
    `patience` is the longest Retry-After that is waited for.
    """

    pause: float = 1.0
    connect: float = 10.0
    read: float = 20.0
    whole: float = 60.0
    tries: int = 3
    backoff: float = 1.0
    patience: float = 30.0
    redirects: int = 10


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, its body decoded. With a fault, `content` is what came of it (an error page,
    the first part of a body)."""

    url: str
    content: bytes = b""
    content_type: str | None = None
    last_modified: str | None = None
    fault: Fault | None = None
    wait: float | None = None


class Fetcher:
    """Fetches pages one after the other, and remembers when it last asked each host.

    It names itself `copydesk/<version>`, or what COPYDESK_USER_AGENT says.
    """

    def __init__(self, manners: Manners | None = None) -> None:
        self._manners = manners or Manners()
        self._asked: dict[str, float] = {}
        self._client: httpx.Client | None = None

    def fetch(self, url: str, limits: Limits) -> Fetched:
        """The page at `url` after at most ten redirects; raises nothing.

        Fault codes: 'unreachable', 'broken-off', 'timeout', 'too-many-redirects', 'http-<status>',
        and those of `decode_body`. Failures of the network and the statuses 429, 502, 503 and 504
        are tried again, with growing pauses or those that Retry-After asks for.
        """
        fetched = self._try(url, limits)
        for turn in range(1, self._manners.tries):
            if fetched.wait is None or fetched.wait > self._manners.patience:
                break
            time.sleep(max(fetched.wait, self._manners.backoff * 2 ** (turn - 1)))
            fetched = self._try(url, limits)
        return fetched

    def close(self) -> None:
        """Let the connections go."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _try(self, url: str, limits: Limits) -> Fetched:
        import httpx

        try:
            with self._open().stream("GET", url) as response:
                return self._receive(response, limits)
        except httpx.TooManyRedirects:
            return _fail(url, "too-many-redirects", "The address redirects without end.")
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            return _fail(url, "unreachable", f"It leads to no web address: {error}.")
        except (httpx.ReadTimeout, httpx.WriteTimeout):
            failed = _fail(url, "timeout", "The server did not answer in time; try again later.")
        except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError) as error:
            failed = _fail(url, "broken-off", f"The server broke off: {error}; try again later.")
        except (httpx.TransportError, OSError) as error:
            failed = _fail(url, "unreachable", f"The server cannot be reached: {error}.")
        return replace(failed, wait=0.0)

    def _receive(self, response: httpx.Response, limits: Limits) -> Fetched:
        raw, late = self._read(response, limits)
        body = decode_body(
            raw[: limits.document_bytes + 1], response.headers.get("content-encoding"), None, limits
        )
        fetched = Fetched(
            url=str(response.url),
            content=body.content,
            content_type=response.headers.get("content-type"),
            last_modified=response.headers.get("last-modified"),
            fault=body.fault,
        )
        if response.status_code not in (200, 203):
            return _refuse(fetched, response)
        if late:
            message = f"The page was not complete after {self._manners.whole:g} s; try again later."
            return replace(fetched, fault=Fault(Stage.DISCOVER, "timeout", message))
        return fetched

    def _read(self, response: httpx.Response, limits: Limits) -> tuple[bytes, bool]:
        """The body as sent, one byte more than the bound at most, and whether time ran out."""
        until = time.monotonic() + self._manners.whole
        pieces: list[bytes] = []
        size = 0
        # Raw, since httpx would unpack a bomb as a whole; and piece by piece as they arrive.
        for piece in response.iter_raw():
            pieces.append(piece)
            size += len(piece)
            if size > limits.document_bytes or time.monotonic() > until:
                break
        return b"".join(pieces), size <= limits.document_bytes and time.monotonic() > until

    def _open(self) -> httpx.Client:
        if self._client is None:
            import httpx

            manners = self._manners
            self._client = httpx.Client(
                headers={
                    "User-Agent": _name_agent(),
                    "Accept": _ACCEPT,
                    "Accept-Encoding": "gzip",
                },
                timeout=httpx.Timeout(manners.read, connect=manners.connect),
                follow_redirects=True,
                max_redirects=manners.redirects,
                event_hooks={"request": [self._pause]},
            )
        return self._client

    def _pause(self, request: httpx.Request) -> None:
        host = request.url.host
        since = time.monotonic() - self._asked.get(host, float("-inf"))
        if since < self._manners.pause:
            time.sleep(self._manners.pause - since)
        self._asked[host] = time.monotonic()


def _name_agent() -> str:
    from importlib.metadata import metadata

    chosen = os.environ.get("COPYDESK_USER_AGENT", "").strip()
    if chosen:
        return chosen
    package = metadata("copydesk")
    addresses = [url.partition(",")[2].strip() for url in package.get_all("Project-URL") or ()]
    about = f" (+{addresses[0]})" if addresses else ""
    return f"copydesk/{package['Version']}{about}"


def _refuse(fetched: Fetched, response: httpx.Response) -> Fetched:
    status = response.status_code
    message = f"The server answered {status} {response.reason_phrase}".rstrip() + ", not a page."
    wait = None
    if status in _TRY_AGAIN:
        wait = _read_retry_after(response.headers.get("retry-after"))
    return replace(fetched, fault=Fault(Stage.DISCOVER, f"http-{status}", message), wait=wait)


def _read_retry_after(value: str | None) -> float:
    """Seconds to wait (RFC 9110, 10.2.3: seconds, or a date); 0 when nothing sensible is said."""
    if not value:
        return 0.0
    if value.strip().isdigit():
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _fail(url: str, code: str, message: str) -> Fetched:
    return Fetched(url, fault=Fault(Stage.DISCOVER, code, message))
