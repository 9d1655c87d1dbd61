"""How fetching behaves: all that can be set, with its unit."""

from __future__ import annotations

from dataclasses import dataclass, field

from tasks.model import Limits

HOUR, DAY = 3600, 24 * 3600


@dataclass(frozen=True, slots=True)
class Settings:
    """The manners and bounds of one crawl; times in seconds.

    `pace` is the least pause between two requests to a host, `seats` how many hosts are asked at
    the same time. `budget` bounds the crawl: what is left then is due in the next one. A fetch
    that failed is tried `tries` times in a crawl, then again after `retry` seconds, twice as many,
    and so on; a page is given up after `page_failures` crawls. A host that failed `host_failures`
    times in a row is paused. One that takes `slow_factor` times as long as is usual, and at least
    `slow_least`, is not waited for when the others are done, until that was so in `put_offs` crawls
    running. `patience` is the longest Retry-After that a crawl waits for itself.
    `most` is the number of new pages taken from one source, `pages` that of all; `entries` those
    read from one listing, `nested` the listings it may name. Listings are polled every `fastest`
    to `slowest` seconds, and pages that are older than `oldest` when a sitemap first names them
    are not taken. A page is fetched again at the ages `revisits`. A segment is closed after so
    many `segment_pages`, bytes or seconds.
    """

    agent: str = "copydesk"
    pace: float = 1.0
    seats: int = 64
    budget: float = 300.0
    tries: int = 3
    page_failures: int = 12  # with the doubled waits between them, some five days
    slow_factor: float = 5.0
    slow_least: float = 2.0
    put_offs: int = 2
    retry: float = 300.0
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
