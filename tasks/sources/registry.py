"""All kinds of sources, and the one way in: `open_sources`.

To add a kind, write one file of this folder that ends in a `SourceKind`, and name it in KINDS; the
first kind that matches a spec reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.errors import SourceNotFound, UsageError
from tasks.model import Capture, Limits, Skip
from tasks.sources.fetch import Fetcher
from tasks.sources.files import FILES
from tasks.sources.kind import SourceKind
from tasks.sources.manifest import MANIFEST
from tasks.sources.standard_input import STANDARD_INPUT
from tasks.sources.warc import WARC
from tasks.sources.web import WEB

KINDS: tuple[SourceKind, ...] = (STANDARD_INPUT, WEB, WARC, MANIFEST, FILES)


def open_sources(
    specs: Sequence[str], limits: Limits, fetcher: Fetcher | None = None
) -> Iterator[Capture | Skip]:
    """What the sources hold, in the order given, one input at a time.

    Every spec is checked before anything is read: SourceNotFound where one names nothing,
    SourceUnreadable where one cannot be read as a whole, UsageError where '-' comes twice.
    Afterwards nothing is raised: what cannot be read is a `Capture` with a fault. Memory does not
    grow with the input.
    """
    if list(specs).count("-") > 1:
        raise UsageError("Standard input can be read only once.", "Give '-' a single time.")
    chosen = [(find_kind(spec), spec) for spec in specs]
    for kind, spec in chosen:
        kind.check(spec)
    return _read_all(chosen, limits, fetcher or Fetcher())


def find_kind(spec: str) -> SourceKind:
    """The kind that reads a spec; SourceNotFound if it is empty."""
    for kind in KINDS:
        if kind.matches(spec):
            return kind
    raise SourceNotFound(f"{spec!r} names no source.", "Give a path, a web address, or '-'.")


def _read_all(
    chosen: list[tuple[SourceKind, str]], limits: Limits, fetcher: Fetcher
) -> Iterator[Capture | Skip]:
    try:
        for kind, spec in chosen:
            yield from kind.read(spec, limits, fetcher)
    finally:
        fetcher.close()
