"""The set-up files agree with each other and hold nothing of one machine."""

import os
import shutil
import stat
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TARGETS = ("demo", "test", "test-slow", "test-all", "bench", "format", "clean", "help")


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def lock():
    return tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))


def locked(lock, name):
    return next(package for package in lock["package"] if package["name"] == name)


def test_lock_comes_from_the_public_index(lock):
    sources = {str(package["source"]) for package in lock["package"]}
    assert sources == {"{'registry': 'https://pypi.org/simple'}", "{'editable': '.'}"}


def test_lock_files_come_from_the_public_index(lock):
    files = [file for package in lock["package"] for file in package.get("wheels", ())]
    hosts = {file["url"].split("/")[2] for file in files}
    assert hosts == {"files.pythonhosted.org"}


def test_lock_knows_every_requirement(project, lock):
    extras = project["project"]["optional-dependencies"].values()
    wanted = project["project"]["dependencies"] + [name for extra in extras for name in extra]
    known = locked(lock, "copydesk")["metadata"]["requires-dist"]
    assert sorted(wanted) == sorted(entry["name"] + entry["specifier"] for entry in known)


def test_versions_that_do_not_work_together_are_kept_out(project, lock):
    assert locked(lock, "duckdb")["version"] == "1.5.5"
    assert locked(lock, "prefect")["version"].startswith("3.")
    assert tuple(map(int, locked(lock, "fastapi")["version"].split(".")[:2])) < (0, 151)
    assert "fastapi<0.151" in project["project"]["dependencies"]


def test_data_files_are_installed(project):
    patterns = project["tool"]["setuptools"]["package-data"]["*"]
    folders = [ROOT / name for name in ("flows", "tasks", "warehouse")]
    files = [file.relative_to(ROOT) for folder in folders for file in folder.rglob("*.*")]
    files = [file for file in files if not any(part.startswith(".") for part in file.parts)]
    data = [file for file in files if file.suffix not in (".py", ".pyc")]
    assert any(file.suffix == ".sql" for file in data)
    assert [str(file) for file in data if not any(file.match(glob) for glob in patterns)] == []


def test_make_help_names_every_target():
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [t for t in TARGETS if f"make {t} " not in shown.stdout] == []


@pytest.mark.parametrize("script", [".ci/run", "setup/venv.sh"])
def test_scripts_can_be_run(script):
    assert (ROOT / script).stat().st_mode & stat.S_IXUSR
    shell = (ROOT / script).read_text("utf-8").splitlines()[0].split()[-1].rsplit("/", 1)[-1]
    subprocess.run([shell, "-n", script], cwd=ROOT, check=True)


@pytest.mark.parametrize("printed", ["exit 1", "exit 127"])
def test_a_python_that_is_too_old_is_said_so(tmp_path, printed):
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("sh", "cat", "rm", "dirname", "touch"):
        (tools / tool).symlink_to(shutil.which(tool))
    python = tools / "python3"
    python.write_text(f"#!{shutil.which('sh')}\n{printed}\n")
    python.chmod(0o755)
    (tmp_path / "setup").mkdir()
    shutil.copy(ROOT / "setup/venv.sh", tmp_path / "setup")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHON"}
    result = subprocess.run(
        ["sh", "setup/venv.sh"],
        cwd=tmp_path,
        env=environment | {"PATH": str(tools)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    assert "Copydesk needs Python 3.11 or later" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / ".venv").exists()
