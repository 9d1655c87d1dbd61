"""Ids that are the same in every run: 60 bits of SHA-256, as 12 characters of base32.

Twelve characters fit inside a DuckDB string without a heap pointer; among ten million ids the
chance of one collision is below 0.01 %.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from functools import lru_cache

_ACCENTS = re.compile(r"[\u0300-\u036f]")
_WORDS = re.compile(r"[^\W_]+")
# Letters that no decomposition takes apart, as names without them are written.
_PLAIN = str.maketrans(
    {"ß": "ss", "ı": "i", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th"}
)


def make_id(*parts: str) -> str:
    """12 lower-case base32 characters that depend on every part and on their order."""
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(digest[:8])[:12].decode("ascii").lower()


def hash_content(content: bytes) -> str:
    """SHA-256 of the bytes, as 64 lower-case hex digits."""
    return hashlib.sha256(content).hexdigest()


def fold_name(name: str) -> str:
    """A name as people are told apart by: no case, no accents, no punctuation, single spaces, and
    initials apart ("J.R. Stone" and "J. R. STONE" fold alike). Folding twice changes nothing."""
    return _fold_short(name) if len(name) <= _SHORT else _fold(name)


def _fold(name: str) -> str:
    if name.isascii():
        low = name.lower()
    else:
        low = unicodedata.normalize("NFKD", name).casefold().translate(_PLAIN)
        low = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", low).casefold())
        low = unicodedata.normalize("NFC", _ACCENTS.sub("", low)).translate(_PLAIN)
    return " ".join(_WORDS.findall(low))


# The fields of one page fold the same names again and again. Some 4 MB at most.
_SHORT = 80
_fold_short = lru_cache(maxsize=8_192)(_fold)
