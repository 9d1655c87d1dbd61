"""Who was first: an order of articles that does not depend on when they were loaded.

An article is placed by the instant it was published. Where only the day is printed, by when it was
first fetched, moved into that day as it is anywhere on Earth; where no date is, by when it was
first fetched. Of two with one place the one first fetched was first, and then the lower id.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

# A day begins first at UTC+14 and ends last at UTC-12.
EARLIEST, LATEST = timedelta(hours=-14), timedelta(hours=36)


class Rank(NamedTuple):
    """The place of an article in time, to be sorted by: microseconds since 1970 in UTC. `begin` and
    `end` say between which times it must have been published, where the page tells."""

    moment: int
    seen: int
    id: str
    begin: int | None = None
    end: int | None = None


NOWHERE = Rank(0, 0, "")


class FirstBy(StrEnum):
    """What tells who of two was first: instants, days, the fetches, or nothing (the lower id)."""

    PUBLISHED_AT = "published_at"
    PUBLISHED_ON = "published_on"
    FIRST_SEEN_AT = "first_seen_at"
    ARTICLE_ID = "article_id"


def rank_article(
    article_id: str, first_seen_at: datetime, published_at: datetime | None, on: date | None
) -> Rank:
    """The place of an article; the times are aware, `on` is the day as printed."""
    seen = _count(first_seen_at)
    if published_at is not None:
        moment = _count(published_at)
        return Rank(moment, seen, article_id, moment, moment)
    if on is None:
        return Rank(seen, seen, article_id)
    midnight = datetime.combine(on, time(), UTC)
    begin, end = _count(midnight + EARLIEST), _count(midnight + LATEST)
    return Rank(min(max(seen, begin), end), seen, article_id, begin, end)


def tell_order(first: Rank, later: Rank) -> FirstBy:
    """Why the first of two was first."""
    if first.end is not None and later.begin is not None and first.end < later.begin:
        is_instant = first.begin == first.end and later.begin == later.end
        return FirstBy.PUBLISHED_AT if is_instant else FirstBy.PUBLISHED_ON
    same = (first.moment, first.seen) == (later.moment, later.seen)
    return FirstBy.ARTICLE_ID if same else FirstBy.FIRST_SEEN_AT


def _count(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
