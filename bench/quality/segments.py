"""Body against segments: pieces of text that must be in the body, and pieces that must not.

The measure of trafilatura's evaluation: pieces are counted over all pages together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.quality.shingles import Balance


@dataclass(frozen=True, slots=True)
class Segments:
    """One page's pieces: wanted and there, wanted and not there, unwanted and there."""

    kept: int
    lost: int
    leaked: int


def count_segments(wanted: Sequence[str], unwanted: Sequence[str], found: str) -> Segments:
    """How a body stands to the pieces; white space counts as one blank."""
    body = _flatten(found)
    kept = sum(_flatten(piece) in body for piece in wanted)
    leaked = sum(_flatten(piece) in body for piece in unwanted)
    return Segments(kept, len(wanted) - kept, leaked)


def balance_segments(pages: Iterable[Segments]) -> Balance:
    """The pieces of all pages together."""
    kept = lost = leaked = 0
    for page in pages:
        kept, lost, leaked = kept + page.kept, lost + page.lost, leaked + page.leaked
    return Balance(
        precision=kept / (kept + leaked) if kept + leaked else 0.0,
        recall=kept / (kept + lost) if kept + lost else 0.0,
    )


def _flatten(text: str) -> str:
    return " ".join(text.split())
