"""Large files from the web, one at a time: asked for as pages are, and written to the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from tasks.fetching.agent import name_agent
from tasks.fetching.client import Answer, Client, Request
from tasks.fetching.exchange import Deadlines
from tasks.fetching.guard import Guard, may_go_private
from tasks.fetching.robots import Rules, name_token
from tasks.fetching.visits import make_robots_request, read_robots
from tasks.model import Fault, Stage

# The whole of a file of a gigabyte over a slow line; a silent server is given up long before.
DEADLINES = Deadlines(connect=10.0, read=60.0, whole=3 * 3600.0)
ACCEPT_ANY = "*/*"


def fetch_small(url: str, most_bytes: int, private: bool = False) -> Answer:
    """The answer to one fetch, its content in memory; raises nothing. robots.txt is obeyed, for
    what it redirects to, too: fault 'robots'. Not for a thread that runs an event loop."""
    request = Request(url, accept=ACCEPT_ANY, most_bytes=most_bytes)
    return asyncio.run(_ask(request, private, lambda client, allow: client.fetch(request, allow)))


def save_large(url: str, path: Path, most_bytes: int, private: bool = False) -> Answer:
    """Like `fetch_small`, with the body in the file `path`. Raises OSError where that cannot be
    written."""
    request = Request(url, accept=ACCEPT_ANY, most_bytes=most_bytes)
    return asyncio.run(
        _ask(request, private, lambda client, allow: client.save(request, path, allow))
    )


async def _ask(
    request: Request,
    private: bool,
    fetch: Callable[[Client, Callable[[str], Awaitable[Fault | None]]], Awaitable[Answer]],
) -> Answer:
    guard = Guard(private=private or may_go_private())
    async with Client(guard, DEADLINES) as client:
        porter = Porter(client)
        fault = await porter.allow(request.url)
        if fault is not None:
            return Answer(request.url, fault=fault, transient=fault.code == "robots-unreachable")
        answer = await fetch(client, porter.allow)
        late = answer.fault is not None and answer.fault.code == "robots-unreachable"
        return replace(answer, transient=True) if late else answer


class Porter:
    """Asks each host's robots.txt once, and says what it allows."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._agent = name_token(name_agent())
        self._rules: dict[str, Rules] = {}

    async def allow(self, url: str) -> Fault | None:
        """The fault of an address that may not be fetched: 'robots', or 'robots-unreachable' where
        the server could not say."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        if origin not in self._rules:
            answer = await self._client.fetch(make_robots_request(url))
            status, text = read_robots(answer)
            self._rules[origin] = Rules(text, status, self._agent)
        rules = self._rules[origin]
        ruling = rules.judge(url)
        if ruling.allowed:
            return None
        code = "robots" if rules.reachable else "robots-unreachable"
        return Fault(
            Stage.DISCOVER, code, f"robots.txt does not let it be fetched: {ruling.reason}."
        )
