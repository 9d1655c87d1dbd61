"""What a source kind is: the shape that each file of this folder fills in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tasks.model import Capture, Limits, Skip
from tasks.sources.fetch import Fetcher

Item = Capture | Skip


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One kind of source.

    `matches` tells whether a spec is of this kind, looking at no more than the first bytes of a
    file. `check` raises SourceNotFound or SourceUnreadable where nothing could come of it, and
    takes nothing from the source. `read` streams what is there, and raises nothing: what cannot be
    read is a `Capture` with a fault. The fetcher is one for a whole run, so that its pauses hold
    across specs.
    """

    name: str
    matches: Callable[[str], bool]
    check: Callable[[str], None]
    read: Callable[[str, Limits, Fetcher], Iterator[Item]]
