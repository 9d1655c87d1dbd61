"""When an address is fetched again: pure functions of what is remembered of it. Durations are
seconds, times aware."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from tasks.live import Entry

MINUTE, HOUR, DAY = 60, 3_600, 86_400
BOUNDS = (5 * MINUTE, DAY)
REVISITS = (HOUR, DAY, 7 * DAY)
OLDEST = timedelta(days=14)
# How much longer a source is left alone after each poll that brought nothing, and how much sooner
# it is asked after one that did, where it does not say when it publishes.
_SLOWER, _SOONER = 1.5, 0.5
# Where nothing is known of a source.
_FIRST = 30 * MINUTE
# Of the newest publications, so many; those within a minute are one.
_MOST_TIMES, _BATCH = 20, timedelta(seconds=MINUTE)
# Polls a typical gap, and the share of its present silence for which a source is left alone.
_POLLS_A_GAP, _SILENCE = 2, 1 / 3
FIRST_WAIT, _LONGEST_BASE = 5 * MINUTE, DAY // 2
# A revisit that is late still comes so much of its age after the visit before.
_LEAST_OF_AGE = 1 / 4


def choose_interval(
    previous: int | None,
    new: int,
    times: Sequence[datetime],
    now: datetime,
    bounds: tuple[int, int] = BOUNDS,
) -> int:
    """The seconds until the next poll of a listing.

    `new` counts the pages that this poll brought, `times` are publication times that the listing
    gives, in any order. Twice in the typical gap between the newest of them, as long as polls
    bring something; half as long again after each that does not. At the first poll (`previous` is
    None) a long silence slows down, too.
    """
    gap = measure_gap(times, now)
    if previous is None:
        silence = min((now - time for time in times if time <= now), default=timedelta())
        wanted = max(gap / _POLLS_A_GAP, silence.total_seconds() * _SILENCE) if gap else _FIRST
    elif not new:
        wanted = previous * _SLOWER
    else:
        wanted = gap / _POLLS_A_GAP if gap else previous * _SOONER
    shortest, longest = bounds
    return round(min(max(wanted, shortest), longest))


def measure_gap(times: Iterable[datetime], now: datetime) -> float | None:
    """The median of the seconds between the newest publications before now; None for less than
    two. What comes in one minute is one publication."""
    moments: list[datetime] = []
    for time in sorted({time for time in times if time <= now}, reverse=True):
        if not moments or moments[-1] - time >= _BATCH:
            moments.append(time)
    gaps = [(late - early).total_seconds() for late, early in pairwise(moments[:_MOST_TIMES])]
    return median(gaps) if gaps else None


def next_visit(
    found_at: datetime, visits: int, revisits: Sequence[int], now: datetime
) -> datetime | None:
    """When a page is fetched again that was just fetched for the `visits`th time; None for never.

    `revisits` are its ages since it was found. A revisit that is late already is not left out, but
    comes a quarter of its age from now.
    """
    if not 1 <= visits <= len(revisits):
        return None
    age = revisits[visits - 1]
    least = now + timedelta(seconds=age * _LEAST_OF_AGE)
    return max(found_at + timedelta(seconds=age), least)


def retry_after_failure(
    failures: int, now: datetime, seed: str, first: float = FIRST_WAIT
) -> datetime:
    """When an address is tried again after so many failures in a row: `first` to twice as many
    seconds from now (5 to 10 minutes), twice that after each further one, 12 to 24 hours at last.
    The same for the same seed (the address), so that what failed together is not tried
    together."""
    doubled = first * 2 ** min(max(failures, 1) - 1, 30)
    digest = hashlib.sha256(f"{seed} {failures}".encode("utf-8", "surrogatepass")).digest()
    jitter = int.from_bytes(digest[:4], "big") / 2**32
    return now + timedelta(seconds=min(doubled, _LONGEST_BASE) * (1 + jitter))


def should_take(entry: Entry, now: datetime, oldest: timedelta = OLDEST) -> bool:
    """Whether a page that a listing names for the first time is fresh enough: published, or where
    that is not said changed, no longer ago than `oldest`. One without any time is taken."""
    moment = entry.published_at or entry.updated_at
    return moment is None or now - moment <= oldest
