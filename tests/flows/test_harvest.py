"""The settings of a crawl, as the environment has them."""

from __future__ import annotations

import pytest

from flows.harvest import make_settings
from tasks.errors import UsageError
from tasks.model import Limits


def test_the_pace_of_the_environment(monkeypatch):
    monkeypatch.setenv("COPYDESK_PACE", "0.25")
    assert make_settings(None, 1.0, Limits()).pace == 0.25
    assert make_settings(0.5, 1.0, Limits()).pace == 0.5
    monkeypatch.setenv("COPYDESK_PACE", "")
    assert make_settings(None, 1.0, Limits()).pace == 1.0


@pytest.mark.parametrize("value", ["fast", "-1", "nan", "inf"])
def test_a_pace_that_is_none_is_named(monkeypatch, value):
    monkeypatch.setenv("COPYDESK_PACE", value)
    with pytest.raises(UsageError, match=f"COPYDESK_PACE={value} is no number of seconds"):
        make_settings(None, 1.0, Limits())
