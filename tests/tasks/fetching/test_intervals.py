"""When addresses are fetched again, worked through with clocks of our own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.fetching.intervals import (
    BOUNDS,
    DAY,
    HOUR,
    MINUTE,
    REVISITS,
    choose_interval,
    measure_gap,
    next_visit,
    retry_after_failure,
    should_take,
)
from tasks.live import Entry

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


def ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=m) for m in minutes]


@pytest.mark.parametrize(
    ("minutes", "gap"),
    [
        ([], None),
        ([5], None),
        ([10, 30, 70], 30 * MINUTE),
        ([70, 10, 30], 30 * MINUTE),
        ([10, 10.2, 10.4, 70, 70.1], HOUR),  # two batches
        ([-600, 10, 30], 20 * MINUTE),  # one is announced for tomorrow
    ],
)
def test_the_gap_is_that_between_the_newest_publications(minutes, gap):
    assert measure_gap(ago(*minutes), NOW) == gap


@pytest.mark.parametrize(
    ("previous", "new", "minutes", "seconds"),
    [
        (None, 20, [10, 30, 50, 70], 10 * MINUTE),
        (None, 20, [], 30 * MINUTE),
        (None, 20, [43_200, 43_210, 43_220], DAY),  # silent for a month
        (None, 20, [60, 61.5, 63], 20 * MINUTE),  # a burst an hour ago
        (600, 0, [10, 30, 50], 900),
        (600, 2, [1, 3, 5], 5 * MINUTE),
        (DAY, 1, [1, 41, 81], 20 * MINUTE),  # quickly back
        (DAY, 0, [], DAY),
        (1200, 3, [], 600),
        (300, 0, [0, 0, 0], 450),  # a feed that dates all at the poll does not hold us
    ],
)
def test_the_interval_follows_what_the_source_publishes(previous, new, minutes, seconds):
    assert choose_interval(previous, new, ago(*minutes), NOW) == seconds


@settings(derandomize=True)
@given(
    st.one_of(st.none(), st.integers(1, 10**7)), st.integers(0, 10**6), st.lists(MOMENTS), MOMENTS
)
def test_the_interval_keeps_its_bounds(previous, new, times, now):
    assert BOUNDS[0] <= choose_interval(previous, new, times, now) <= BOUNDS[1]
    assert choose_interval(previous, new, times, now, (2, 3)) in (2, 3)


def poll(published: list[datetime], days: int) -> list[tuple[datetime, int]]:
    """The polls of a feed with the 20 newest of what was published: when, and how many new."""
    now, interval, polls, seen = NOW, None, [], 0
    while now < NOW + timedelta(days=days):
        out = [time for time in published if time <= now]
        new, seen = len(out) - seen, len(out)
        polls.append((now, new))
        interval = choose_interval(interval, new, out[-20:], now)
        now += timedelta(seconds=interval)
    return polls


def test_a_busy_outlet_is_met_within_minutes_and_left_alone_at_night():
    """A story each 20 minutes by day, none in twelve hours of night."""
    days = [NOW + timedelta(days=d, minutes=20 * n) for d in range(5) for n in range(36)]
    polls = poll(days, 5)
    assert len(polls) < 5 * 100
    lags = []
    for time in days[20:]:
        later = [when for when, _ in polls if when >= time]
        lags += [later[0] - time] if later else []
    assert sorted(lags)[len(lags) // 2] < timedelta(minutes=15)
    assert max(lags) < timedelta(hours=8)


def test_a_silent_feed_costs_a_poll_a_day():
    old = [NOW - timedelta(days=60 + n) for n in range(20)]
    polls = poll(old, 30)
    assert len(polls) <= 31


def test_revisits_decay_with_the_age():
    found = NOW
    after = [next_visit(found, n, REVISITS, found + timedelta(minutes=n)) for n in range(1, 5)]
    ages = [moment - found if moment else None for moment in after]
    assert ages == [timedelta(hours=1), timedelta(days=1), timedelta(days=7), None]
    assert next_visit(found, 1, (), NOW) is None


def test_a_late_revisit_still_comes_and_not_at_once():
    late = NOW + timedelta(hours=5)
    assert next_visit(NOW, 1, REVISITS, late) == late + timedelta(minutes=15)


def test_failures_are_tried_again_later_and_later():
    waits = [retry_after_failure(n, NOW, "https://a.example/") - NOW for n in range(1, 40)]
    assert timedelta(minutes=5) <= waits[0] < timedelta(minutes=10)
    assert timedelta(minutes=10) <= waits[1] < timedelta(minutes=20)
    assert all(timedelta(hours=12) <= wait < timedelta(days=1) for wait in waits[9:])
    assert sum(waits[:12], timedelta()) < timedelta(days=6)


def test_the_jitter_is_the_same_for_the_same_address_alone():
    assert retry_after_failure(3, NOW, "a") == retry_after_failure(3, NOW, "a")
    moments = {retry_after_failure(3, NOW, f"https://a.example/{n}") for n in range(100)}
    assert len(moments) == 100
    assert max(moments) - min(moments) > timedelta(minutes=15)


@pytest.mark.parametrize(
    ("published", "updated", "taken"),
    [
        (None, None, True),
        (13, None, True),
        (15, None, False),
        (None, 13, True),
        (None, 15, False),
        (700, 0, False),  # the template changed
        (-1, None, True),
    ],
)
def test_only_fresh_pages_of_a_first_poll_are_taken(published, updated, taken):
    times = [NOW - timedelta(days=d) if d is not None else None for d in (published, updated)]
    assert should_take(Entry("https://a.example/1", None, *times), NOW) is taken


def test_the_age_is_a_setting():
    entry = Entry("https://a.example/1", None, NOW - timedelta(days=2))
    assert not should_take(entry, NOW, timedelta(days=1))
