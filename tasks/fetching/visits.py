"""A visit: one address that is to be fetched, and the requests that it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from tasks.fetching.client import ACCEPT_PAGE, Answer, Hop, Request
from tasks.fetching.robots import MOST_BYTES
from tasks.live import FetchState, Role
from tasks.model import Fault, Limits, Stage

# Feeds say what they are with many types, and some servers send HTML to those who accept it.
ACCEPT_LISTING = (
    "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,"
    "text/xml;q=0.9,text/html;q=0.7,*/*;q=0.5"
)
HOP = "redirected"
_MOST_HOPS = 10
# A listing that has not changed for long is now and then asked for without its validators: some
# servers have them lie.
_DISTRUST = timedelta(days=1)
_DISTRUSTED = 10


@dataclass(frozen=True, slots=True)
class Visit:
    """An address that is to be fetched: `at` is what is asked now, after the redirects `hops`;
    `tries` counts those before in this crawl."""

    state: FetchState
    at: str
    hops: tuple[Hop, ...] = ()
    tries: int = 0

    @property
    def is_permanent(self) -> bool:
        """Whether it was redirected, each time for good."""
        return bool(self.hops) and all(hop.permanent for hop in self.hops)


def find_host(url: str) -> str:
    """The authority of an address in lower case: host, and port where it is not the scheme's."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    port = parts.port
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return host if port in (None, usual) else f"{host}:{port}"


def make_request(visit: Visit, limits: Limits, now: datetime) -> Request:
    """The request of a visit: conditional where validators of the very address are known."""
    state = visit.state
    known = state.sha256 is not None and not distrusts(state, now)
    return Request(
        visit.at,
        etag=state.etag if known else None,
        last_modified=state.last_modified if known else None,
        validators_of=state.answered_by or state.moved_to or state.url,
        accept=ACCEPT_LISTING if state.role is Role.LISTING else ACCEPT_PAGE,
        most_bytes=limits.document_bytes,
        ratio=limits.ratio,
    )


def distrusts(state: FetchState, now: datetime) -> bool:
    """Whether a listing is to be fetched whole, whatever its validators say."""
    if state.role is not Role.LISTING or state.visits % _DISTRUSTED != _DISTRUSTED - 1:
        return False
    return state.changed_at is None or now - state.changed_at > _DISTRUST


def make_robots_request(url: str) -> Request:
    """The request for the robots.txt that holds for an address."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return Request(f"{parts.scheme}://{host}/robots.txt", most_bytes=MOST_BYTES)


def read_robots(answer: Answer) -> tuple[int | None, str | None]:
    """How a server answered for its robots.txt, and its text. A file that is too long counts as
    far as it is read; endless redirects are as if there was none (RFC 9309, 2.3.1.2)."""
    code = answer.fault.code if answer.fault else None
    if code in ("too-many-redirects", "redirect-refused", "address-refused"):
        return 404, None
    if answer.status in (200, 203) and (code is None or code == "too-large"):
        return 200, answer.content[:MOST_BYTES].decode("utf-8-sig", "replace")
    return answer.status if answer.status not in (200, 203) else None, None


async def stop_at_hop(url: str) -> Fault:
    """Follow no redirect: the address waits in the line of its host."""
    return Fault(Stage.DISCOVER, HOP, f"It leads to {url}.")


def check_hop(target: str, hops: Sequence[Hop]) -> Fault | None:
    """What speaks against following a redirect."""
    if target in [hop.url for hop in hops] or len(hops) >= _MOST_HOPS:
        message = "The address redirects without end; open it in a browser."
        return Fault(Stage.DISCOVER, "too-many-redirects", message)
    return None
