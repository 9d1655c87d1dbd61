"""Times as listings print them: RFC 822 in RSS, ISO 8601 (W3C's profile of it) in all others.

They decide when something is fetched, no more: what is told of a page keeps the text as printed.
So a time without an offset is taken for UTC, and a day for its first moment.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tasks.fields.times.stamps import parse_stamp

_LONGEST = 80
_MAIL_ZONE = re.compile(r"(?:\s[+-]\d{4}|\s(?:GMT|UTC?|Z))$")


def read_moment(text: str | None) -> datetime | None:
    """The time in UTC; None for what is none."""
    text = (text or "").strip()[:_LONGEST]
    if not text:
        return None
    found = _read_iso(text) or _read_mail(text) or _read_printed(text)
    try:
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC) if found else None
    except OverflowError:
        return None


def _read_iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _read_mail(text: str) -> datetime | None:
    """RFC 822 and 2822, years of two digits too. Zones by name are left to the next reader, which
    knows more of them."""
    try:
        return parsedate_to_datetime(text) if _MAIL_ZONE.search(text) else None
    except (ValueError, TypeError):
        return None


def _read_printed(text: str) -> datetime | None:
    """Names of months in other languages, names of zones, odd orders."""
    stamp = parse_stamp(text)
    if stamp is None:
        return None
    if stamp.utc is not None:
        return stamp.utc
    day = stamp.local
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)
