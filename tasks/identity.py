"""Ids that are the same in every run: 60 bits of SHA-256, as 12 characters of base32.

Twelve characters fit inside a DuckDB string without a heap pointer; among ten million ids the
chance of one collision is below 0.01 %.
"""

from __future__ import annotations

import base64
import hashlib


def make_id(*parts: str) -> str:
    """12 lower-case base32 characters that depend on every part and on their order."""
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(digest[:8])[:12].decode("ascii").lower()


def hash_content(content: bytes) -> str:
    """SHA-256 of the bytes, as 64 lower-case hex digits."""
    return hashlib.sha256(content).hexdigest()
