"""What the source says of a page, as candidates among the page's own.

The page comes first where it speaks clearly: each of these stands before the candidates that are
less sure. Times are no part of this: they are witnesses among others (`times.claims`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from tasks.fields.bylines.names import parse_byline
from tasks.fields.claims import clean_text, name_teller
from tasks.fields.outlets import make_signer
from tasks.fields.sections import split_tags
from tasks.model import KEPT, Author, AuthorKind, Found, Page, Told

_LONGEST = 400
_LEAST_SUMMARY, _LONGEST_SUMMARY = 20, 1_000
# So many letters of a summary in the body, and it is the body's beginning.
_SHARED = 60
_CUT = re.compile(r"(?:…|\.{3}|\[[….]+\])\W*$|https?://")
_NO_LETTER = re.compile(r"[\W_]+")
# What feeds and sitemaps fill in by default, less sure than a row that people wrote.
_BY_DEFAULT: Mapping[tuple[str, str], float] = MappingProxyType({("feed", "language"): 0.3})
_LESS_DESK = 0.5


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


def _read_authors(page: Page, raw: str) -> tuple[Author, ...] | None:
    return parse_byline(raw, make_signer(page), trusted=True) or None


def _read_summary(page: Page, raw: str) -> str | None:
    """A summary that somebody wrote: neither the title again nor the beginning of the body, which
    feeds cut off anywhere."""
    text = clean_text(raw)
    if not _LEAST_SUMMARY <= len(text) <= _LONGEST_SUMMARY or _CUT.search(text):
        return None
    letters = _fold(text)
    body = _fold("".join(line.text for line in page.lines if line.label in KEPT))
    title = _fold((page.told.title if page.told else None) or "")
    return None if letters[:_SHARED] in body or letters == title else text


def _fold(text: str) -> str:
    return _NO_LETTER.sub("", text).casefold()


_TELLINGS: Mapping[str, _Telling] = MappingProxyType(
    {
        "title": _Telling("title", _read_text, 0.75),
        "standfirst": _Telling("summary", _read_summary, 0.3),
        "byline": _Telling("byline", _read_text, 0.3),
        "authors": _Telling("byline", _read_authors, 0.75),
        "outlet": _Telling("outlet", _read_text, 0.97),
        "section": _Telling("section", _read_text, 0.7),
        "tags": _Telling("tags", lambda page, raw: split_tags(page, raw) or None, 0.55),
        "language": _Telling("language", _read_language, 0.55),
    }
)


def add_told(field: str, page: Page, found: Sequence[Found[Any]]) -> list[Found[Any]]:
    """The candidates of a field, with what the source says of it where it says anything."""
    telling = _TELLINGS.get(field)
    raw = getattr(page.told, telling.name, None) if telling and page.told else None
    value = telling.read(page, raw) if telling and raw else None
    if telling is None or page.told is None or raw is None or value is None:
        return list(found)
    sure = _rate(page.told, telling, value)
    told = Found(value, raw, f"{name_teller(page.told)}.{telling.name}", sure)
    place = next((i for i, f in enumerate(found) if f.confidence < told.confidence), len(found))
    return [*found[:place], told, *found[place:]]


def _rate(told: Told, telling: _Telling, value: object) -> float:
    """Less for what systems fill in by themselves: a feed's author who is no person, its
    language."""
    sure = _BY_DEFAULT.get((name_teller(told), telling.name), telling.sure)
    return sure - _LESS_DESK if told.by and _names_nobody(value) else sure


def _names_nobody(value: object) -> bool:
    if not isinstance(value, tuple):
        return False
    authors = [item for item in value if isinstance(item, Author)]
    return bool(authors) and all(author.kind is not AuthorKind.PERSON for author in authors)
