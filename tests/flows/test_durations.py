"""Durations as people write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.durations import format_duration, parse_duration, round_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        (90, 90),
        (0.5, 0.5),
        ("0", 0),
        ("45s", 45),
        ("10m", 600),
        ("10 min", 600),
        ("1h", 3600),
        ("1h30m", 5400),
        ("1 h 30 min", 5400),
        ("2 days", 172_800),
        ("1W", 604_800),
        (" 1.5h ", 5400),
        ("1d12h", 129_600),
    ],
)
def test_durations_are_seconds(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "m",
        "10x",
        "-5m",
        "1h 30",
        "ten minutes",
        "10m!",
        "1e9d",
        "1:30",
        True,
        float("nan"),
        float("inf"),
        -1,
    ],
)
def test_what_is_no_duration_is_told_with_examples(text):
    with pytest.raises(ValueError, match="10m"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (90, "1m30s"), (600, "10m"), (5400, "1h30m"), (604_800, "1w"), (0.5, "0.5s")],
)
def test_durations_are_written_short(seconds, text):
    assert format_duration(seconds) == text


@settings(derandomize=True, deadline=None)
@given(st.integers(min_value=0, max_value=10_000_000))
def test_what_is_written_reads_as_the_same(seconds):
    assert parse_duration(format_duration(seconds)) == seconds


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "0 seconds"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (7199, "119 minutes"),
        (7200, "2 hours"),
        (172_800, "2 days"),
    ],
)
def test_about_how_long(seconds, text):
    assert round_duration(seconds) == text
