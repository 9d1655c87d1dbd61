"""The import borders of pyproject.toml hold, and each of them bites."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("flows", "tasks", "warehouse")

TRESPASSES = {
    "Prefect only in flows/ and tasks/stages.py": ("tasks/model.py", "import prefect"),
    "DuckDB only in warehouse/": ("flows/report.py", "import duckdb"),
    "trafilatura only in tasks/text/": ("tasks/tally.py", "from trafilatura import extract"),
    "htmldate only in tasks/fields/times/dates.py": ("tasks/tally.py", "import htmldate"),
    "Nothing imports flows/": ("warehouse/__init__.py", "import flows.report"),
    "Of tasks/ only stages.py imports warehouse/": ("tasks/errors.py", "import warehouse"),
    "Of tasks/ warehouse/ imports only the nouns": ("warehouse/__init__.py", "import tasks.text"),
    "The nouns import none of the rest": ("tasks/identity.py", "import tasks.fields"),
}


def contracts() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return [contract["name"] for contract in project["tool"]["importlinter"]["contracts"]]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [program, "--no-cache"],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env={"PATH": "", "COLUMNS": "120", "PYTHONUTF8": "1"},
        check=False,
    )


@pytest.fixture(scope="module")
def trespassed(tmp_path_factory):
    """What the linter says of a copy of the project with one wrong import a border."""
    copy = tmp_path_factory.mktemp("borders")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("*.pyc"))
    for file, line in TRESPASSES.values():
        with (copy / file).open("a", encoding="utf-8") as module:
            module.write(f"\n\ndef trespass() -> None:\n    {line}\n")
    return lint(copy)


def test_no_import_crosses_a_border():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"Contracts: {len(contracts())} kept, 0 broken." in result.stdout


def test_every_border_has_a_trespass():
    assert sorted(contracts()) == sorted(TRESPASSES)


@pytest.mark.parametrize("border", TRESPASSES)
def test_a_wrong_import_breaks_its_border(trespassed, border):
    assert f"{border} BROKEN" in trespassed.stdout, trespassed.stdout + trespassed.stderr
