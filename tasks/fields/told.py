"""What the source says of a page, as candidates among the page's own.

The page comes first where it speaks clearly: each of these stands before the candidates that are
less sure. Times are no part of this: they are witnesses among others (`times.claims`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from tasks.fields.bylines.names import parse_byline
from tasks.fields.claims import clean_text
from tasks.fields.outlets import make_signer
from tasks.model import Found, Page

_LONGEST = 400


class _Telling(NamedTuple):
    """A field that sources tell of: under which name, how it is read, and how sure it is."""

    name: str
    read: Callable[[Page, str], Any]
    sure: float


def _read_text(_page: Page, raw: str) -> str | None:
    text = clean_text(raw)
    return text if 1 < len(text) <= _LONGEST else None


def _read_language(_page: Page, raw: str) -> str | None:
    """The first part of a language tag (RFC 5646), where it is one of ISO 639-1."""
    code = raw.replace("_", "-").split("-")[0].strip().lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


_TELLINGS: Mapping[str, _Telling] = MappingProxyType(
    {
        "title": _Telling("title", _read_text, 0.75),
        "byline": _Telling("byline", _read_text, 0.3),
        "authors": _Telling(
            "byline",
            lambda page, raw: parse_byline(raw, make_signer(page), trusted=True) or None,
            0.75,
        ),
        "outlet": _Telling("outlet", _read_text, 0.97),
        "section": _Telling("section", _read_text, 0.7),
        "language": _Telling("language", _read_language, 0.55),
    }
)


def add_told(field: str, page: Page, found: Sequence[Found[Any]]) -> list[Found[Any]]:
    """The candidates of a field, with what the source says of it where it says anything."""
    telling = _TELLINGS.get(field)
    raw = getattr(page.told, telling.name, None) if telling and page.told else None
    value = telling.read(page, raw) if telling and raw else None
    if telling is None or raw is None or value is None:
        return list(found)
    told = Found(value, raw, f"told.{telling.name}", telling.sure)
    place = next((i for i, f in enumerate(found) if f.confidence < told.confidence), len(found))
    return [*found[:place], told, *found[place:]]
