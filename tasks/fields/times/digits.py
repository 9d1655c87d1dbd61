"""Digits of any script, and the marks around them, as ASCII."""

from __future__ import annotations

import unicodedata

_UNSEEN = (
    "\u200e\u200f\u202a\u202b\u202c\u202d\u2066\u2067\u2068\u2069\u061c\ufeff\u200b\u200c\u00ad"
)
# White space and punctuation of full width; the Arabic comma.
_ALIKE = dict(zip("\u00a0\u202f\u2009\u3000：／．－，（）،\u2212", "    :/.-,(),-", strict=True))
_PLAIN: dict[int, str | None] = {
    **dict.fromkeys(map(ord, _UNSEEN)),
    **{ord(char): plain for char, plain in _ALIKE.items()},
}


def normalise_digits(text: str) -> str:
    """The text with every decimal digit as ASCII, plain blanks and punctuation, and without
    invisible marks; the same length except for those marks."""
    if text.isascii():
        return text
    text = text.translate(_PLAIN)
    return "".join(_ascii_digit(c) if c.isdecimal() else c for c in text)


def lower(text: str) -> str:
    """Lower case of the same length, whatever the letters."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(c.lower() if len(c.lower()) == 1 else "i" for c in text)


def _ascii_digit(char: str) -> str:
    return char if "0" <= char <= "9" else str(unicodedata.decimal(char))
