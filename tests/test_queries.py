"""docs/queries.md can be followed from top to bottom, and shows what comes out."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from setup.cookbook import COOKBOOK, list_recipes, open_demo, print_answer
from tests.test_readme import ingest
from warehouse.migrate import list_views

TEXT = COOKBOOK.read_text("utf-8")


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("cookbook")
    ingest(home)
    return home / "demo.duckdb"


@pytest.mark.slow
def test_every_output_is_what_the_query_prints(demo):
    shown, printed = [], []
    with open_demo(demo) as connection:
        for query, output in list_recipes(TEXT):
            answer = print_answer(connection, query)
            shown.append((query, output or ""))
            printed.append((query, answer))
    assert len(shown) > 15
    assert printed == shown


def test_every_view_is_there():
    queries = " ".join(query for query, _ in list_recipes(TEXT))
    views = [script.name.removeprefix("views/").removesuffix(".sql") for script in list_views()]
    assert [view for view in views if not re.search(rf"\b{view}\b", queries)] == []


def squeeze(text: str) -> list[str]:
    """The lines of a table, without the blanks and dashes that fill it: versions differ in how wide
    they think a letter is."""
    return [re.sub(r" +", " ", re.sub(r"-+", "-", line)) for line in text.splitlines() if line]


def find_command_line() -> str | None:
    """DuckDB's command line: beside this Python, as pip puts it there, or on the PATH."""
    return shutil.which("duckdb", path=Path(sys.executable).parent) or shutil.which("duckdb")


@pytest.mark.slow
@pytest.mark.skipif(find_command_line() is None, reason="DuckDB's command line is not here")
def test_the_command_line_prints_the_same(demo):
    script = "".join(query for query, _ in list_recipes(TEXT))
    result = subprocess.run(
        [find_command_line(), "-no-init", "-readonly", str(demo)],
        input=script,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    wanted = "".join(output or "" for _, output in list_recipes(TEXT))
    assert squeeze(result.stdout) == squeeze(wanted)
