"""A plain, polite fetcher of single pages: it waits between requests, tries again, gives up in
time."""

from __future__ import annotations

import random
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tasks.model import Fault, Limits

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal

    from tasks.fetching.client import Answer, Client


@dataclass(frozen=True, slots=True)
class Manners:
    """How a fetcher behaves; times in seconds.

    `pause` lies between two requests to one host. `whole` bounds a fetch with its redirects, but
    not the pauses. `backoff` is the least wait before a second try, doubled before each further
    one, and up to half as much longer by chance. `patience` is the longest Retry-After that is
    waited for.
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


class Fetcher:
    """Fetches pages one after the other, and remembers when it last asked each host.

    The asynchronous client of live news does the work, on a thread of its own that ends with
    `close`. It names itself as `name_agent` says; private addresses are refused as everywhere.
    """

    def __init__(self, manners: Manners | None = None) -> None:
        self._manners = manners or Manners()
        self._asked: dict[str, float] = {}
        self._open = ExitStack()
        self._running: tuple[BlockingPortal, Client] | None = None

    def fetch(self, url: str, limits: Limits) -> Fetched:
        """The page at `url` after at most ten redirects; raises nothing.

        Fault codes: those of `tasks.fetching.client.Client.fetch`. What may pass (failures of the
        network, 429, 503 and their like) is tried again, with growing pauses or those that
        Retry-After asks for; a server that has used up all its time is not.
        """
        answer = self._try(url, limits)
        for turn in range(1, self._manners.tries):
            wait = answer.retry_after or 0.0
            spent = answer.seconds >= self._manners.whole
            if not answer.transient or spent or wait > self._manners.patience:
                break
            backoff = self._manners.backoff * 2 ** (turn - 1) * random.uniform(1.0, 1.5)
            time.sleep(max(wait, backoff))
            answer = self._try(url, limits)
        return Fetched(
            answer.url, answer.content, answer.content_type, answer.last_modified, answer.fault
        )

    def close(self) -> None:
        """Let the connections and the thread go."""
        self._running = None
        self._open.close()

    def _try(self, url: str, limits: Limits) -> Answer:
        from tasks.fetching.client import Request

        portal, client = self._running or self._start()
        request = Request(url, most_bytes=limits.document_bytes, ratio=limits.ratio)

        async def fetch() -> Answer:
            await self._pause(url)
            return await client.fetch(request, self._pause)

        fetching = portal.start_task_soon(fetch)
        try:
            return fetching.result()
        except BaseException:  # Ctrl-C: `close` would wait for what is under way
            fetching.cancel()
            raise

    def _start(self) -> tuple[BlockingPortal, Client]:
        from anyio.from_thread import start_blocking_portal

        from tasks.fetching.client import Client
        from tasks.fetching.exchange import Deadlines

        manners = self._manners
        client = Client(
            deadlines=Deadlines(manners.connect, manners.read, manners.whole),
            redirects=manners.redirects,
        )
        portal = self._open.enter_context(start_blocking_portal())
        self._open.enter_context(portal.wrap_async_context_manager(client))
        self._running = portal, client
        return self._running

    async def _pause(self, url: str) -> None:
        import asyncio

        host = urlsplit(url).hostname or ""
        since = time.monotonic() - self._asked.get(host, float("-inf"))
        if since < self._manners.pause:
            await asyncio.sleep(self._manners.pause - since)
        self._asked[host] = time.monotonic()
