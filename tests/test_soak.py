"""The soak in its short form: `make soak` with two minutes, and the schedule of ten seconds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.soak.verdict import check_pace, check_runs, check_versions, now
from tests.world.news_world import PageVersion

ROOT = Path(__file__).parents[1]


def make_version(number: int = 1, version: int = 1) -> PageVersion:
    return PageVersion(
        site=1, page=number, version=version, url=f"http://127.0.1.1/{number}", title="A bridge",
        author="Ann Lee", mark=f"A1-{number}-r{version}", current=True, served=1, told=True,
        made_at="", published_at="", deleted=None, forbidden=False,
    )  # fmt: skip


def list_faults(checks):
    return {check.name: len(check.faults) for check in checks if check.faults}


def make_run(state, began="2026-01-01T10:00:00+00:00"):
    return {"name": "x", "state_type": state.upper(), "state_name": state, "start_time": began,
            "expected_start_time": began, "state": {"message": "no"}}  # fmt: skip


def test_the_verdict_on_versions():
    wanted = [make_version(1), make_version(1, 2), make_version(2)]
    whole = [("A1-1-r1", "A bridge"), ("A1-1-r2", "A bridge"), ("A1-2-r1", "A bridge")]
    assert list_faults(check_versions(wanted, whole)) == {}
    assert list_faults(check_versions(wanted, whole[1:])) == {"missing in the warehouse": 1}
    twice = [*whole, whole[0]]
    assert list_faults(check_versions(wanted, twice)) == {"more than once in the warehouse": 1}
    strange = [*whole, ("", "Log in")]
    assert list_faults(check_versions(wanted, strange)) == {"never published": 1}
    wrong = [*whole[:2], ("A1-2-r1", "Home")]
    assert list_faults(check_versions(wanted, wrong)) == {"with another title": 1}


def test_the_verdict_on_runs():
    assert list_faults(check_runs([make_run("Completed")], 60, now())) == {}
    assert list_faults(check_runs([], 60, now())) == {"runs": 1}
    stuck = [make_run("Completed"), make_run("Running"), make_run("Pending"), make_run("Failed")]
    faults = list_faults(check_runs(stuck, 60, now()))
    assert faults == {"runs that hang": 2, "runs that failed": 1}
    fresh = [make_run("Completed"), make_run("Running", now().isoformat())]
    assert list_faults(check_runs(fresh, 60, now())) == {}
    coming = [make_run("Completed"), make_run("Scheduled", "2999-01-01T00:00:00+00:00")]
    assert list_faults(check_runs(coming, 60, now())) == {}


def test_the_verdict_on_pace():
    def judge(gap, busy=1, agent="copydesk/1"):
        row = {"least_gap": gap, "most_busy": busy, "requests": 9, "agents": [agent]}
        return list_faults(check_pace({"a": row}, {"a": 0.2}))

    assert judge(0.2) == judge(None) == {}
    assert judge(0.19) == {"least gap at a host": 1}
    assert judge(0.5, busy=2) == {"hosts asked twice at a time": 1}
    assert judge(0.5, agent="curl/8") == {"user agents": 1}


@pytest.mark.slow
@pytest.mark.timed
def test_a_short_soak(tmp_path):
    command = [sys.executable, "-m", "bench.soak", "--minutes", "2", "--every", "10"]
    done = subprocess.run(
        [*command, "--keep", str(tmp_path / "soak")],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=1_500,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
