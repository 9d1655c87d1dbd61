"""One appearance of a name in a text, before those of one name are joined."""

from __future__ import annotations

from typing import NamedTuple

from tasks.model import MentionKind


class Sighting(NamedTuple):
    """`key` is the name folded; two sightings of one kind and key are one name."""

    kind: MentionKind
    start: int
    end: int
    key: str
    country: str | None
    rule: str
    confidence: float
