"""Ages beyond which something is dropped: `30d`, `26w`, `2y`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from tasks.errors import UsageError

_AGE = re.compile(r"\s*(\d{1,9})\s*(d|days?|w|weeks?|y|years?)\s*", re.IGNORECASE)
_DAYS: Mapping[str, int] = MappingProxyType({"d": 1, "w": 7, "y": 365})
EXAMPLES = "30d, 26w or 2y"
# A thousand years: beyond them dates end.
_MOST_DAYS = 365_000


def parse_age(text: str) -> timedelta:
    """An age in days, weeks or years of 365 days. What is older is deleted, so a number without
    a unit is none, and neither is a zero. Raises ValueError with a sentence."""
    match = _AGE.fullmatch(text)
    days = int(match[1]) * _DAYS[match[2][0].lower()] if match else 0
    if not 0 < days <= _MOST_DAYS:
        raise ValueError(f"{text!r} is no age; write {EXAMPLES}.")
    return timedelta(days=days)


def check_age(name: str, text: str) -> str:
    """The text, if it is an age. Raises UsageError, which says what it is for."""
    try:
        parse_age(text)
    except ValueError as error:
        raise UsageError(f"How long to keep {name}: {error}", "") from None
    return text
