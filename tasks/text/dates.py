"""Whether a line is a date line: a date, a time, an "Updated", and next to nothing else.

Only the shape is read here (digits, month names, clock, zone); what the date is, is found by
`tasks.fields.times.dates`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.fields.times.digits import normalise_digits
from tasks.fields.times.relative import is_counted
from tasks.lexicon.lines import load_rows
from tasks.text.shape import Shape

_LEAD = re.compile(
    r"^\s*(?:date|datum|fecha|data|tarih|дата|التاريخ|日期|日付|날짜)?\s*[:：]?\s*"
    r"(?P<day>(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?)"
    r"(?=\s|$)",
    re.IGNORECASE,
)
_DIGITS = re.compile(
    r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}"
    r"|(?:19|20)\d\d\s*년\s*\d{1,2}\s*월\s*\d{1,2}"
    r"|\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*(?:19|20)?\d\d(?!\d)"
)
_YEAR_OR_DAY = re.compile(r"(?<!\d)(?:(?:19|20)\d\d|[0-3]?\d)(?:st|nd|rd|th|er|º|ª|\.)?(?![\d%])")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]+")
_CLOCK = re.compile(r"(?<!\d)[0-2]?\d\s?[:.h時时点시]\s?[0-5]\d")


@lru_cache(maxsize=1)
def _calendar() -> tuple[frozenset[str], frozenset[str]]:
    """Month names, and other words that belong in a date line."""
    months: set[str] = set()
    others: set[str] = set()
    for kind, *words in load_rows("lines_calendar.tsv"):
        (months if kind == "month" else others).update(words)
    return frozenset(months), frozenset(others)


def find_leading_date(text: str) -> int:
    """Where a leading `date 2024-08-13` (with or without the word) ends, or 0."""
    match = _LEAD.match(text)
    return match.end() if match else 0


def is_date_line(shape: Shape) -> bool:
    """A date or a clock time with only calendar words around it, or after an "Updated"."""
    if shape.words > 18 or not _DIGIT.search(shape.text):
        return False
    text = shape.normal
    if len(text) > 110:
        return False
    if is_counted(normalise_digits(text)):
        return True
    months, others = _calendar()
    words = _WORD.findall(text)
    known = sum(1 for word in words if word in months or word in others)
    has_month = any(word in months for word in words)
    dated = bool(_DIGITS.search(text)) or (has_month and bool(_YEAR_OR_DAY.search(text)))
    if not dated and not _CLOCK.search(text):
        return False
    strange = len(words) - known
    if strange == 0:
        return dated or len(words) <= 4
    if dated and "updated" in shape.phrases:
        return strange <= 5 and not (shape.ends and strange > 3)
    return dated and strange <= 1 and known > 2 and not shape.ends
