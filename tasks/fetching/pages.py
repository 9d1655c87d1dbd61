"""A fetched page as a capture, and what its source says of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from html import unescape

from tasks.fetching.client import Answer
from tasks.fields.urls import normalise_url
from tasks.live import FetchState, Source
from tasks.model import Capture, Told

_HEAD = 128 * 1024
_LINK = re.compile(rb"<link\b[^>]{0,2000}>", re.IGNORECASE)
_REL = re.compile(rb"\brel\s*=\s*[\"']?canonical\b", re.IGNORECASE)
_HREF = re.compile(rb"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)


def find_canonical(answer: Answer) -> str | None:
    """The normal form of the address that a page's head names as its own; None where it names none,
    or but the site itself."""
    for match in _LINK.finditer(answer.content[:_HEAD]):
        link = match[0]
        if _REL.search(link) and (href := _HREF.search(link)):
            given = next(value for value in href.groups() if value is not None)
            url = normalise_url(unescape(given.decode("utf-8", "replace")).strip(), answer.url)
            return url if url and url.split("/", 3)[3:] not in ([], [""]) else None
    return None


def tell_source(told: Told | None, source: Source | None, last_modified: str | None) -> Told | None:
    """What the listing says of a page, with what is set for its source and HTTP's own header."""
    told = replace(told or Told(), last_modified=last_modified)
    if source is not None:
        told = replace(
            told,
            outlet=source.outlet or told.outlet,
            zone=source.zone or told.zone,
            language=source.language or told.language,
        )
    return None if told == Told() else told


def make_capture(
    uri: str,
    state: FetchState,
    answer: Answer,
    told: Told | None,
    robots: str | None,
    now: datetime,
) -> Capture:
    """The document as it was fetched, its fault with it."""
    return Capture(
        uri=uri,
        content=answer.content,
        fetched_at=now,
        url=answer.url,
        source=state.source,
        content_type=answer.content_type,
        fault=answer.fault,
        told=told,
        robots=robots,
    )
