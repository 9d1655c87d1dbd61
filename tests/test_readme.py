"""What README shows of the demo is what the demo prints."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
SAMPLES = ("tests/samples/pages", "tests/samples/pages.jsonl", "tests/samples/crawl.warc.gz")
BLOCK = re.compile(r"^```console\n\$ copydesk (?P<call>sql .*?)\n(?P<shown>.+?)^```$", re.M | re.S)


def list_queries() -> list[tuple[str, str]]:
    """Each `copydesk sql` that README shows with its output, and the output."""
    readme = (ROOT / "README.md").read_text("utf-8")
    return [(match["call"], match["shown"]) for match in BLOCK.finditer(readme)]


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("home")


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "COPYDESK"))
    }
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *arguments],
        cwd=ROOT,
        env=environment | {"HOME": str(home), "PREFECT_HOME": str(home / "prefect")},
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )


def ingest(home: Path) -> dict[str, object]:
    result = run(home, "ingest", *SAMPLES, "--warehouse", str(home / "demo.duckdb"), "--json")
    assert result.returncode == 3, result.stdout + result.stderr
    assert result.stderr == ""
    report: dict[str, object] = json.loads(result.stdout)
    return report


@pytest.fixture(scope="module")
def first(home) -> dict[str, object]:
    return ingest(home)


def test_the_demo_reads_every_sample(first):
    counts = {key: first[key] for key in ("read", "new", "updated", "unchanged", "problems")}
    assert counts == {"read": 22, "new": 18, "updated": 2, "unchanged": 0, "problems": 2}
    assert first["problem_codes"] == {"not-an-article": 1, "truncated-gzip": 1}
    assert sum(first["skipped"].values()) == 4


def test_the_demo_again_finds_nothing_new(home, first):
    again = ingest(home)
    assert (again["read"], again["new"], again["updated"]) == (first["read"], 0, 0)
    assert (again["unchanged"], again["problems"]) == (20, 2)


def test_the_demo_query_names_every_article(home, first):
    query = (ROOT / "setup/demo.sql").read_text("utf-8")
    result = run(home, "sql", query, "--warehouse", str(home / "demo.duckdb"), "--format", "json")
    assert len(json.loads(result.stdout)) == first["new"]


def test_readme_shows_queries():
    assert len(list_queries()) >= 4


@pytest.mark.parametrize(("call", "shown"), list_queries())
def test_readme_shows_what_a_query_prints(home, first, call, shown):
    arguments = shlex.split(call.replace("demo.duckdb", str(home / "demo.duckdb")))
    result = run(home, *arguments)
    assert result.stdout == shown, result.stdout + result.stderr


@pytest.mark.parametrize("view", ["byline_index", "quote_index", "name_index", "field_health"])
def test_the_views_of_fields_answer_on_the_samples(home, first, view):
    result = run(
        home, "sql", f"from {view}", "--warehouse", str(home / "demo.duckdb"), "--format", "json"
    )
    assert len(json.loads(result.stdout)) >= 10, result.stderr
