"""Ages beyond which something is dropped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.ages import check_age, parse_age
from flows.retention import list_limits
from tasks.errors import UsageError


@pytest.mark.parametrize(
    ("text", "days"),
    [("30d", 30), ("26 weeks", 182), ("2Y", 730), (" 1 day ", 1), ("999y", 364635)],
)
def test_an_age_is_days(text, days):
    assert parse_age(text) == timedelta(days=days)


@pytest.mark.parametrize("text", ["90", "0d", "-3d", "1.5y", "3000y", "9" * 5000 + "d", "", "d"])
def test_what_is_no_age_is_said(text):
    with pytest.raises(UsageError, match="is no age"):
        check_age("bodies", text)


def test_the_longest_age_is_a_date():
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert list_limits({"bodies": "1000y"}, now)[0][1].year == 1027
