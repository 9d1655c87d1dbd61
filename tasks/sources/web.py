"""Web pages, one a spec: `https://example.org/news/1`."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from tasks.errors import SourceNotFound
from tasks.model import Capture, Limits
from tasks.sources.fetch import Fetcher
from tasks.sources.kind import Item, SourceKind
from tasks.sources.paths import read_clock
from tasks.told import make_told


def _matches(spec: str) -> bool:
    return spec.lower().startswith(("http://", "https://"))


def _check(spec: str) -> None:
    try:
        parts = urlsplit(spec)
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or any(char.isspace() for char in spec):
        raise SourceNotFound(f"{spec!r} is no web address.", "Write it as https://host/path.")


def _read(spec: str, limits: Limits, fetcher: Fetcher) -> Iterator[Item]:
    fetched_at = read_clock()
    fetched = fetcher.fetch(spec, limits)
    yield Capture(
        uri=spec,
        content=fetched.content,
        fetched_at=fetched_at,
        url=fetched.url,
        content_type=fetched.content_type,
        fault=fetched.fault,
        told=make_told({"last_modified": fetched.last_modified}),
    )


WEB = SourceKind("web", _matches, _check, _read)
