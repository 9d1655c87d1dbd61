"""Which sources are meant: names of known ones, or addresses that are none yet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flows.sources.changes import find_source
from flows.sources.settings import make_source
from tasks.errors import UsageError
from tasks.live import Source

# How an address begins, and no name does.
ADDRESSES = ("http://", "https://", "s3://", "file://", "/", "./", "../", "~/")


def find_targets(known: Sequence[Source], names: Sequence[str]) -> list[Source]:
    """The sources of these names or addresses, each once; all that are on where none is given. A
    source that is none yet has no name.

    Raises `UsageError` for a name that no source has, and where there is no source at all.
    """
    if not names:
        enabled = [source for source in known if source.enabled]
        if not enabled:
            raise UsageError("No source is on.", "Add one: copydesk sources add URL")
        return enabled
    found = [_find_target(known, name) for name in names]
    return list({source.url: source for source in found}.values())


def _find_target(known: Sequence[Source], name: str) -> Source:
    if not name.lower().startswith(ADDRESSES):
        return find_source(known, name)
    fresh = make_source({"url": name}, Path.cwd())
    matches = [source for source in known if source.url == fresh.url]
    return matches[0] if matches else fresh
