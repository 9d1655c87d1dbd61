"""The gate: what it lets pass, what it refuses, and what it takes to lower a floor."""

import json
from dataclasses import replace

import pytest

from bench.quality.__main__ import check, pin
from bench.quality.baseline import compare, make_baseline, read_baseline, write_baseline
from bench.quality.figures import Row
from tasks.errors import UsageError

ROWS = [
    Row("aeb", "html", "all", 82, {"shingle_f1": 0.9751, "precision": 0.9629, "rouge": 0.981}),
    Row("aeb", "html", "held", 45, {"exact": 0.5}),
    Row("aeb", "html", "en", 60, {"exact": 0.6}),
]


def change(part: str, **figures: float | None):
    """Today's baseline with some figures of one row of ROWS changed, or gone where None."""
    rows = []
    for row in ROWS:
        known = dict(row.figures) | (figures if row.part == part else {})
        rows.append(replace(row, figures={n: f for n, f in known.items() if f is not None}))
    return make_baseline("corpus", rows)


BEFORE = make_baseline("corpus", ROWS)


@pytest.mark.parametrize(
    ("today", "code"),
    [
        (BEFORE, 0),
        (change("all", shingle_f1=0.98), 0),
        (change("all", shingle_f1=0.9746), 0),
        (change("all", shingle_f1=0.97449), 1),
        (change("all", rouge=0.9804), 1),
        (change("all", rouge=0.9805), 0),
        (change("all", precision=0.9), 0),
        (change("all", shingle_f1=None), 1),
        (change("held", exact=0.4), 1),
        (change("en", exact=0.4), 0),
        (change("all", title=0.7), 0),
    ],
)
def test_what_falls_by_more_than_the_tolerance_fails(today, code):
    assert check(BEFORE, today) == code


def test_a_row_that_is_gone_fails():
    assert check(BEFORE, make_baseline("corpus", ROWS[:1])) == 1


def test_another_corpus_is_not_compared(capsys):
    assert check(BEFORE, replace(change("all", shingle_f1=0.1), corpus="other")) == 0
    assert "of another corpus; nothing was compared" in capsys.readouterr().err


def test_differences_are_told(capsys):
    check(BEFORE, change("all", shingle_f1=0.9, precision=0.99, rouge=0.9809))
    said = capsys.readouterr().err.split("\n")
    assert said[0].split() == ["aeb", "html", "all", "shingle_f1", "0.9751", "→", "0.9", "FELL"]
    assert said[1].split()[3:] == ["precision", "0.9629", "→", "0.99", "(not", "pinned)"]
    assert said[2].split()[3:] == ["rouge", "0.981", "→", "0.9809", "lower"]
    assert "3 figures differ, 1 fell" in said[3]


def test_raising_is_free_and_what_is_written_is_read(tmp_path):
    path = tmp_path / "baseline.json"
    assert pin(path, None, BEFORE, allow_lower=False) == 0
    assert read_baseline(path) == BEFORE
    higher = change("all", shingle_f1=0.98)
    assert pin(path, BEFORE, higher, allow_lower=False) == 0
    assert read_baseline(path).figures["aeb html all"]["shingle_f1"] == 0.98
    assert list(compare(read_baseline(path), higher)) == []


@pytest.mark.parametrize(
    "today",
    [
        change("all", shingle_f1=0.975),  # within the tolerance: a floor does not sink by steps
        change("held", exact=None),
        make_baseline("corpus", ROWS[1:]),
        replace(BEFORE, corpus="other"),
    ],
)
def test_lowering_needs_the_flag(tmp_path, today):
    path = tmp_path / "baseline.json"
    write_baseline(path, BEFORE)
    before = path.read_bytes()
    assert pin(path, BEFORE, today, allow_lower=False) == 1
    assert path.read_bytes() == before
    assert pin(path, BEFORE, today, allow_lower=True) == 0
    assert read_baseline(path) == today


def test_a_baseline_has_a_row_a_line(tmp_path):
    path = tmp_path / "baseline.json"
    write_baseline(path, BEFORE)
    rows = [line for line in path.read_text().split("\n") if "aeb html" in line]
    assert len(rows) == 3
    assert set(json.loads(path.read_text())["versions"]) == {"copydesk", "trafilatura", "python"}


def test_a_missing_or_broken_baseline_is_an_error(tmp_path):
    with pytest.raises(UsageError, match="PIN=1"):
        read_baseline(tmp_path / "none.json")
    (tmp_path / "broken.json").write_text('{"corpus": 1}')
    with pytest.raises(UsageError, match="no baseline"):
        read_baseline(tmp_path / "broken.json")
