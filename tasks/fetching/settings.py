"""How fetching behaves: all that can be set, with its unit."""

from __future__ import annotations

from dataclasses import dataclass, field

from tasks.model import Limits

HOUR, DAY = 3600, 24 * 3600


@dataclass(frozen=True, slots=True)
class Settings:
    """The manners and bounds of one crawl; times in seconds.

    `pace` is the least pause between two requests to a host; `seats` how many hosts are asked at
    the same time. `budget` bounds the crawl: what is left then is due in the next one. A fetch that
    failed is tried `tries` times in a crawl, then in later ones, `page_failures` of them in all for
    a page. A host that failed `host_failures` times in a row is paused. `patience` is the longest
    Retry-After that a crawl waits for itself. `most` is the number of new pages taken from one
    source, `pages` that of all; `entries` those read from one listing. Listings are polled every
    `fastest` to `slowest` seconds, and pages that are older than `oldest` when a sitemap first
    names them are not taken. A page is fetched again at the ages `revisits`. A segment is closed
    after so many `segment_pages`, bytes or seconds.
    """

    agent: str = "copydesk"
    pace: float = 1.0
    seats: int = 64
    budget: float = 300.0
    tries: int = 3
    page_failures: int = 6
    host_failures: int = 5
    patience: float = 5.0
    most: int = 200
    pages: int = 20_000
    entries: int = 50_000
    nested: int = 200
    fastest: int = 5 * 60
    slowest: int = DAY
    oldest: int = 14 * DAY
    revisits: tuple[int, ...] = (HOUR, DAY, 7 * DAY)
    robots_age: int = DAY
    segment_pages: int = 500
    segment_bytes: int = 32 * 1024 * 1024
    segment_seconds: float = 10.0
    limits: Limits = field(default_factory=Limits)


class Slowness:
    """When a host is too slow for the others to wait for: `FACTOR` times the usual answer, and at
    least `LEAST` seconds. One that was put off `OWED` crawls running is waited for once."""

    FACTOR = 5.0
    LEAST = 2.0
    OWED = 2
