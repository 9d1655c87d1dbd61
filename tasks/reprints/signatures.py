"""What of a body goes into the warehouse so that later articles find it: the least of its hashes.

The smallest hashes of a set are a random sample of it, and two sets that overlap have small hashes
in common (bottom-k minhash: A. Broder, "On the resemblance and containment of documents", 1997;
E. Cohen and H. Kaplan, "Summarizing data using bottom-k sketches", 2007). How many are the same
below the ceiling of both tells how large the overlap is, before a body is read.
"""

from __future__ import annotations

from dataclasses import dataclass

from tasks.reprints.shingles import Hashes, Shingles, make_shingles

# Keys an article: of two texts that share a quarter, ten in the mean.
KEYS = 40
_SPAN = 2.0**64


@dataclass(frozen=True, slots=True, eq=False)
class Signature:
    """The keys of a body (its smallest hashes, ascending, 64 bits each, at most KEYS), and of how
    many different runs they are the least."""

    keys: Hashes
    size: int

    @property
    def ceiling(self) -> int:
        """Every hash of the body up to this one is among the keys."""
        return 2**64 - 1 if len(self.keys) == self.size else int(self.keys[-1])


def make_signature(body: str | Shingles) -> Signature:
    """The signature of a body; an empty one has no keys. The script decides how it is read, so no
    language is asked for."""
    shingles = make_shingles(body) if isinstance(body, str) else body
    return Signature(shingles.known[:KEYS], len(shingles.known))


def estimate_share(shared: int, size_a: int, ceiling_a: int, size_b: int, ceiling_b: int) -> float:
    """About how much of the shorter text is shared, from 0 to 1, by the keys that both have."""
    part = (min(ceiling_a, ceiling_b) + 1) / _SPAN
    return min(1.0, shared / part / max(1, min(size_a, size_b)))
