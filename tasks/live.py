"""The nouns of live news: sources that are polled, what they list, and what became of each fetch.

No I/O, no libraries. An address is known by its normal form (`tasks.fields.urls.normalise_url`), a
host by its authority in lower case ("news.example", "127.0.0.1:8080"): robots.txt, pace and pauses
are the host's. All times are aware and in UTC, all durations seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tasks.model import Fault, Told


class Kind(StrEnum):
    """What a source is: a feed (RSS, Atom, RDF, JSON Feed), a sitemap (an index or news sitemap
    too), a list of addresses (text, a line each), an outlet's home page (its feeds and news
    sitemaps are found), an archive (a list of WARC paths), or an inbox (a folder of page files)."""

    FEED = "feed"
    SITEMAP = "sitemap"
    LIST = "list"
    HOME = "home"
    ARCHIVE = "archive"
    INBOX = "inbox"


@dataclass(frozen=True, slots=True)
class Source:
    """One thing that is polled. `name` is its key, chosen by people: letters, digits, dots, dashes.

    `url` is an http(s) address, for an inbox or archive also a path. `every` is a fixed time
    between polls; None follows how often it publishes. `pace` is the least time between two
    requests to one of its hosts, `most` how many new pages a poll may take from it, `revisits` the
    ages at which a page is fetched again; None means the setting of the run.
    """

    name: str
    kind: Kind
    url: str
    outlet: str | None = None
    zone: str | None = None
    language: str | None = None
    every: int | None = None
    pace: float | None = None
    most: int | None = None
    revisits: tuple[int, ...] | None = None
    enabled: bool = True


class Role(StrEnum):
    """What an address is to us: a listing (a feed, a sitemap, a home page …) or a page."""

    LISTING = "listing"
    PAGE = "page"


class Outcome(StrEnum):
    """How one fetch ended."""

    FETCHED = "fetched"  # 200 with bytes that are new
    UNCHANGED = "unchanged"  # 304, or 200 with the bytes we have
    MOVED = "moved"  # for good, to an address that is known already
    GONE = "gone"  # 404, 410
    REFUSED = "refused"  # another 4xx
    BUSY = "busy"  # 429, or 503 with Retry-After: the host is left alone until then
    FAILED = "failed"  # the network, a time limit, another 5xx: tried again later
    FORBIDDEN = "forbidden"  # by robots.txt
    BLOCKED = "blocked"  # a private address, or no http(s)
    UNSUITABLE = "unsuitable"  # too large, a picture, a body that cannot be decoded
    POSTPONED = "postponed"  # the host was too slow for this run


@dataclass(frozen=True, slots=True)
class Entry:
    """One page that a listing names. `told` is what the listing says of it; `updated_at` the time
    it gives for its last change, where it gives one."""

    url: str
    told: Told | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Nested:
    """A listing that a listing names: a sitemap of an index, a feed of a home page."""

    url: str
    kind: Kind
    updated_at: datetime | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a listing holds, in its order. With a fault, what could be read of it."""

    entries: tuple[Entry, ...] = ()
    nested: tuple[Nested, ...] = ()
    title: str | None = None
    language: str | None = None
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class FetchState:
    """All that is remembered of one address, and when it is due.

    `next_at` is None when it is never fetched again. `visits` counts the fetches that ended well,
    `failures` those since that did not. `sha256` and the validators are those of the bytes last
    kept; they came from `answered_by`, where it redirects. `moved_to` is where it redirects for
    good, or the address of the same page. `interval` is a listing's time between polls as it is
    now; `nested_in` names the listing that a listing was found in.
    """

    url: str
    host: str
    role: Role
    found_at: datetime
    source: str | None = None
    told: Told | None = None
    next_at: datetime | None = None
    fetched_at: datetime | None = None
    changed_at: datetime | None = None
    status: int | None = None
    outcome: Outcome | None = None
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    visits: int = 0
    failures: int = 0
    moved_to: str | None = None
    answered_by: str | None = None
    interval: int | None = None
    kind: Kind | None = None
    nested_in: str | None = None


@dataclass(frozen=True, slots=True)
class Fetch:
    """One fetch, redirects and all: a row of the log.

    `size` counts the bytes of the body as sent, `seconds` the time from asking to its end; `robots`
    says what allowed or forbade it ("no rule", "Disallow: /private", "robots.txt: 404"), `found`
    how many new pages a listing named.
    """

    id: str
    url: str
    host: str
    role: Role
    started_at: datetime
    outcome: Outcome
    source: str | None = None
    final_url: str | None = None
    status: int | None = None
    size: int = 0
    seconds: float = 0.0
    content_type: str | None = None
    robots: str | None = None
    code: str | None = None
    message: str | None = None
    found: int | None = None
    document_uri: str | None = None


@dataclass(frozen=True, slots=True)
class HostState:
    """What is remembered of one host. `robots` is the text of its robots.txt, at most 512 KiB
    (RFC 9309, 2.5), `robots_status` how its server answered for it (None: it could not be reached).
    `pace` is the time between requests that it seems to bear, `latency` how long it takes to answer
    on the average. Until `paused_until` it is not asked; `pause_reason` says why."""

    host: str
    robots: str | None = None
    robots_status: int | None = None
    robots_at: datetime | None = None
    pace: float | None = None
    latency: float | None = None
    failures: int = 0
    paused_until: datetime | None = None
    pause_reason: str | None = None
    postponed: int = 0
