"""Which of the times in a text is that of the publication, and which that of a change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from tasks.fields.times.clocks import list_clocks
from tasks.fields.times.days import Hints
from tasks.fields.times.digits import lower
from tasks.fields.times.stamps import Reading, list_stamps, prepare_text, with_offset
from tasks.lexicon.lines import load_rows
from tasks.model import Precision, Stamp

# How far before or after its time a word that names its role may stand.
_REACH = 60
_REACH_AFTER = 12
_CLOCK_REACH = 25


class Role(StrEnum):
    """What a time is the time of; OPEN where no word says it."""

    PUBLISHED = "published"
    MODIFIED = "modified"
    OPEN = "open"


@lru_cache(maxsize=1)
def _load_roles() -> re.Pattern[str]:
    """Stems of "updated" and of "published" in any language, each in a group of its own."""
    updated, published = (
        "|".join(re.escape(stem) for _language, *row in load_rows(name) for stem in row)
        for name in ("updates.tsv", "published.tsv")
    )
    return re.compile(f"(?P<modified>{updated})|(?P<published>{published})")


def name_role(words: str) -> Role:
    """The role that the last such word of a text names."""
    role = Role.OPEN
    for match in _load_roles().finditer(lower(words)):
        role = Role.MODIFIED if match["modified"] else Role.PUBLISHED
    return role


def names_change(text: str) -> bool:
    """Whether any word of a text names a change."""
    return any(match["modified"] for match in _load_roles().finditer(lower(text)))


@lru_cache(maxsize=512)  # the fields of one page ask for the same texts
def split_roles(text: str, hints: Hints | None = None) -> tuple[tuple[Role, Reading], ...]:
    """Every time of the text with its role: the one named before it, else (as in 10:40 更新) right
    after it; "updated 14:20" belongs to the day before it."""
    readings = list_stamps(text, hints)
    if not readings:
        return ()
    text = prepare_text(text)
    after = _stands_after(text, readings)
    found: list[tuple[Role, Reading]] = []
    at = 0
    for reading, end in zip(readings, [*(r.start for r in readings[1:]), len(text)], strict=True):
        late = _find_later_clock(text, reading, end)
        lead = text[max(at, reading.start - _REACH) : reading.start]
        tail = text[reading.end : min(end, reading.end + _REACH_AFTER)]
        role = name_role(tail if after else lead)
        if role is Role.OPEN and reading is readings[-1] and not late:
            role = name_role(tail)
        found.append((role, reading))
        if late:
            found.append((Role.MODIFIED, late))
        at = late.end if late else reading.end
    return _prefer_named(found)


def _prefer_named(found: Sequence[tuple[Role, Reading]]) -> tuple[tuple[Role, Reading], ...]:
    """Without what no word names, where words name another the publication: "Received 1 March,
    published 3 May"."""
    if any(role is Role.PUBLISHED for role, _ in found):
        return tuple(pair for pair in found if pair[0] is not Role.OPEN)
    return tuple(found)


def _stands_after(text: str, readings: Sequence[Reading]) -> bool:
    """Whether the words stand after their times: none before the first, one that ends the text."""
    tail = text[readings[-1].end :].strip()
    if len(tail) > _REACH_AFTER or name_role(tail) is Role.OPEN:
        return False
    return name_role(text[: readings[0].start]) is Role.OPEN


def _find_later_clock(text: str, reading: Reading, last: int) -> Reading | None:
    """A clock time of the same day after a word for a change."""
    day = reading.stamp.local
    if not isinstance(day, date):
        return None
    for clock in list_clocks(text, reading.end, last):
        lead = text[max(reading.end, clock.start - _CLOCK_REACH) : clock.start]
        if name_role(lead) is not Role.MODIFIED:
            return None
        on = day.date() if isinstance(day, datetime) else day
        precision = Precision.SECOND if clock.seconds else Precision.MINUTE
        moment = datetime.combine(on, clock.time)
        stamp: Stamp = with_offset(moment, precision, reading.stamp.offset_minutes)
        return replace(reading, stamp=stamp, start=clock.start, end=clock.end)
    return None
