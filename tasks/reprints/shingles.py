"""A body as overlapping runs of words, each hashed: what two texts share shows in equal hashes.

Runs are of seven words; where a script is written without spaces, of eleven characters. Case,
punctuation and the kind of quotation marks do not count. The hashes are the same in every process,
on every machine: they may be stored (HASHING names their making).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

# Grows whenever the same body would give other hashes: what is stored must be made anew then.
HASHING = 1
# Words, characters in a run. Seven words: half of a template whose every fifth word differs is
# covered no more, and with each twentieth word changed nine tenths still are.
WORDS, CHARACTERS = 7, 11

Hashes = NDArray[np.uint64]
Marks = NDArray[np.bool_]

# Thai, Lao, Burmese, Khmer, kana, Han: a token is one character. Elsewhere it is a run of letters
# and digits, with the vowel signs of Indic, Hebrew and Arabic scripts: no letters to `\w`.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
_SIGNS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
_LETTERS = rf"[^\W_{_UNSPACED}]"
_TOKEN = re.compile(rf"[{_UNSPACED}]|{_LETTERS}+(?:[{_SIGNS}]+{_LETTERS}*)*")
# Patterns that begin with a set of characters, which the engine seeks fastest.
_SPACED_TOKEN = re.compile(r"[^\W_][^\W_]*")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
_IS_SIGNED = re.compile(rf"[{_SIGNS}]")
# ASCII by a table of bytes: what is no letter and no digit is a space.
_SPLITS = bytes(
    ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else 0x20 for code in range(256)
)
# Direct speech inside a paragraph, from 20 characters on; a quotation that goes on in the next
# paragraph is not closed in the first.
_SPEECH = re.compile(
    r"[“„«»「『\"](?:"
    r"(?<=[“„])[^“”„\n]{20,}(?:[”“]|$)"
    r"|(?<=«)[^«»\n]{20,}(?:»|$)"
    r"|(?<=»)[^«»\n]{20,}«"
    r"|(?<=「)[^「」\n]{10,}(?:」|$)"
    r"|(?<=『)[^『』\n]{10,}』"
    r"|(?<=\")(?<!\w\")[^\"\n]{20,}(?:\"|$))",
    re.MULTILINE,
)
_MIXERS = np.array([0xBF58476D1CE4E5B9, 0x94D049BB133111EB], dtype=np.uint64)


def _draw_factors(count: int) -> Hashes:
    """One odd factor a place in a run: powers of the golden ratio's odd 64-bit multiple."""
    factors, factor = [], 1
    for _ in range(count):
        factor = factor * 0x9E3779B97F4A7C15 % 2**64
        factors.append(factor | 1)
    return np.array(factors, dtype=np.uint64)


_FACTORS = _draw_factors(max(WORDS, CHARACTERS))


@dataclass(frozen=True, slots=True, eq=False)
class Shingles:
    """A body's runs in its order. `hashes[n]` covers tokens n to n + width - 1; `known` are the
    different ones, ascending. `spoken` has a mark a token, set inside of quotation marks."""

    hashes: Hashes
    known: Hashes
    spoken: Marks
    width: int

    @property
    def tokens(self) -> int:
        """Words of the body, or characters where the script has no spaces."""
        return len(self.spoken)


def make_shingles(body: str) -> Shingles:
    """The runs of a body. A body of fewer tokens than a run has makes one run of all; an empty one
    makes none."""
    tokens: list[int] = []
    spoken: list[bool] = []
    unspaced = 0
    for stretch, is_speech in _split_speech(unicodedata.normalize("NFC", body)):
        found = _list_tokens(stretch)
        unspaced += 0 if stretch.isascii() else len(_IS_UNSPACED.findall(stretch))
        tokens += map(crc32, found)
        spoken += [is_speech] * len(found)
    width = CHARACTERS if unspaced * 2 > len(tokens) else WORDS
    hashes = _hash_runs(np.array(tokens, dtype=np.uint64), width)
    width = min(width, len(tokens))
    return Shingles(hashes, _list_different(hashes), np.array(spoken, dtype=np.bool_), width)


def _split_speech(body: str) -> Iterator[tuple[str, bool]]:
    """The stretches outside and inside of quotation marks, in order."""
    at = 0
    for match in _SPEECH.finditer(body):
        yield body[at : match.start()], False
        yield match[0], True
        at = match.end()
    yield body[at:], False


def _list_tokens(text: str) -> list[bytes]:
    """Words in lower case, as UTF-8; characters of scripts without spaces."""
    if text.isascii():
        return text.encode("ascii").translate(_SPLITS).split()
    text = text.casefold()
    plain = not (_IS_UNSPACED.search(text) or _IS_SIGNED.search(text))
    tokens = (_SPACED_TOKEN if plain else _TOKEN).findall(text)
    return [token.encode("utf-8", "surrogatepass") for token in tokens]


def _list_different(hashes: Hashes) -> Hashes:
    """Each hash once, ascending."""
    known = np.sort(hashes)
    return known[np.concatenate(([True], known[1:] != known[:-1]))] if len(known) else known


def _hash_runs(tokens: Hashes, width: int) -> Hashes:
    """One mixed 64-bit hash for each run of `width` tokens (mixing as in splitmix64)."""
    if not len(tokens):
        return tokens
    width = min(width, len(tokens))
    count = len(tokens) - width + 1
    hashes = np.zeros(count, dtype=np.uint64)
    for place in range(width):
        hashes += tokens[place : place + count] * _FACTORS[place]
    hashes ^= hashes >> np.uint64(30)
    hashes *= _MIXERS[0]
    hashes ^= hashes >> np.uint64(27)
    hashes *= _MIXERS[1]
    return hashes ^ (hashes >> np.uint64(31))
