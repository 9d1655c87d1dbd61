"""robots.txt (RFC 9309): what a site lets us fetch, and which line says so."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass

from protego import Protego

# RFC 9309, 2.5: at least this much must be read; what is beyond is left.
MOST_BYTES = 512 * 1024
# A file that names more rules than this is explained without its line.
_EXPLAINED = 5_000
_LINE = re.compile(r"^\s*(user-agent|disallow)\s*:\s*([^#\r\n]*)", re.IGNORECASE | re.MULTILINE)

logging.getLogger("protego").setLevel(logging.ERROR)  # it tells of each odd line in the file


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether an address may be fetched, and what says so: "no rule", "Disallow: /private", "no
    robots.txt (404)"."""

    allowed: bool
    reason: str


class Rules:
    """The rules of one host for us.

    `text` is its robots.txt, `status` how the server answered for it: with another 4xx than 429
    there are no rules (2.3.1.3), with 5xx, 429 or None (unreachable) all is forbidden (2.3.1.4).
    `agent` is our product token.
    """

    def __init__(self, text: str | None, status: int | None, agent: str) -> None:
        self._agent = agent
        self._text = text or ""
        self._verdict = _judge_status(status)
        self._parsed = Protego.parse(self._text) if self._verdict is None else None

    @property
    def reachable(self) -> bool:
        """False where the server could not say, and so all waits until it can."""
        return self._verdict is None or self._verdict.allowed

    @property
    def crawl_delay(self) -> float | None:
        """Seconds that the site asks to leave between two requests, where it does."""
        delay = self._parsed.crawl_delay(self._agent) if self._parsed else None
        return delay if delay is not None and delay > 0 else None

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The sitemaps that the file names, in its order."""
        return tuple(self._parsed.sitemaps) if self._parsed else ()

    def judge(self, url: str) -> Ruling:
        """Whether `url` may be fetched."""
        if self._parsed is None:
            assert self._verdict is not None
            return self._verdict
        if self._parsed.can_fetch(url, self._agent):
            return _ALLOWED
        return Ruling(False, self._find_line(url))

    def _find_line(self, url: str) -> str:
        """The line that forbids it: the longest that would by itself."""
        values = sorted(set(_list_forbidden(self._text, self._agent)), key=len, reverse=True)
        for value in values[:_EXPLAINED]:
            alone = Protego.parse(f"User-agent: *\nDisallow: {value}")
            if not alone.can_fetch(url, self._agent):
                return f"Disallow: {value}"
        return "forbidden by robots.txt"


def name_token(agent: str) -> str:
    """The product token of a User-Agent, by which robots.txt knows us (RFC 9309, 2.2.1)."""
    match = re.match(r"[A-Za-z_-]+", agent)
    return match[0] if match else "copydesk"


_ALLOWED = Ruling(True, "no rule")


def _judge_status(status: int | None) -> Ruling | None:
    """What the answer alone decides; None where the text does."""
    if status is None:
        return Ruling(False, "robots.txt could not be reached")
    if status == 429 or status >= 500:
        return Ruling(False, f"robots.txt could not be reached ({status})")
    return None if 200 <= status < 300 else Ruling(True, f"no robots.txt ({status})")


def _list_forbidden(text: str, agent: str) -> Iterator[str]:
    """The values of the Disallow lines in groups for this agent or for all."""
    ours, in_heads = False, False
    for name, value in _LINE.findall(text):
        value = value.strip()
        if name.lower() == "user-agent":
            ours = (ours and in_heads) or value == "*" or agent.lower() in value.lower()
            in_heads = True
            continue
        in_heads = False
        if ours and value:
            yield value
