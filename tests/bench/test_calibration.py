"""Scales are counted from candidates that were judged, rise, and are read between their points."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import calibration
from bench.calibration import Case, fit_scale, judge_value, write_scales
from tasks.fields.confidence import load_scales, rate_confidence, read_scale
from tasks.model import Author, AuthorKind, Found, Media


def make_cases(*groups: tuple[float, int, int], half: str = "tune") -> list[Case]:
    """(score, right ones, wrong ones) each."""
    return [
        Case("title", Media.HTML, True, half, score, right)
        for score, good, bad in groups
        for right in [True] * good + [False] * bad
    ]


def test_a_scale_tells_the_share_that_was_right():
    assert fit_scale(make_cases((0.9, 89, 9), (0.5, 49, 49))) == [[0.5, 0.5], [0.9, 0.9]]


def test_scores_in_the_wrong_order_are_pooled():
    assert fit_scale(make_cases((0.4, 30, 18), (0.8, 18, 30))) == [[0.6, 0.5]]


def test_a_few_candidates_make_no_point_of_their_own():
    assert len(fit_scale(make_cases((0.5, 40, 40), (0.9, 3, 0)))) == 1


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=200))
def test_scales_rise_and_stay_between_nothing_and_certainty(pairs):
    cases = [Case("title", Media.HTML, True, "tune", score, right) for score, right in pairs]
    points = fit_scale(cases)
    assert points == sorted(points)
    assert all(0 < chance < 1 for _, chance in points)
    chances = [chance for _, chance in points]
    assert chances == sorted(chances)


def test_between_two_points_a_scale_is_straight():
    scale = ((0.2, 0.1), (0.6, 0.5), (0.8, 0.9))
    assert [read_scale(scale, x) for x in (0.0, 0.2, 0.4, 0.7, 0.8, 1.0)] == pytest.approx(
        [0.1, 0.1, 0.3, 0.7, 0.9, 0.9]
    )


def test_a_field_that_was_never_counted_keeps_its_score():
    assert rate_confidence("no_such_field", Media.TEXT, 1.7, chosen=True) == 1.0
    assert rate_confidence("no_such_field", Media.TEXT, 0.3, chosen=False) == 0.3


def test_the_scales_of_the_data_file_rise():
    scales = load_scales()
    assert {"title html chosen", "authors html chosen", "published html chosen"} <= set(scales)
    for points in scales.values():
        assert list(points) == sorted(points)
        assert [c for _, c in points] == sorted(c for _, c in points)


def test_only_the_half_that_rules_are_made_on_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(calibration, "WEIGHTS", tmp_path / "confidence.json")
    write_scales(make_cases((0.5, 20, 20)) + make_cases((0.5, 90, 0), half="held"))
    data = json.loads((tmp_path / "confidence.json").read_text("utf-8"))
    assert data["candidates"] == {"title html chosen": 40}
    assert data["scales"]["title html chosen"] == [[0.5, 0.5]]


def test_a_truth_without_authors_tells_nothing():
    found = Found((Author("Ann Lee", AuthorKind.PERSON, "Ann Lee"),), "Ann Lee", "x", 0.5)
    assert judge_value("authors", {"authors": []}, found) is None
    assert judge_value("authors", {"authors": ["Ann Lee"]}, found) is True
    assert judge_value("authors", {"authors": ["Bo Ek"]}, found) is False
