"""`copydesk ingest` with no Prefect server: whole processes in homes of all kinds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.flows.pages import write_page
from tests.world.prefect_server import find_free_port

pytestmark = pytest.mark.slow

COPYDESK = [sys.executable, "-m", "flows.cli"]
ROOT = str(Path(__file__).parents[1])


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three pages."""
    folder = tmp_path_factory.mktemp("pages")
    for number in range(3):
        url = f"https://post.example/{number}"
        write_page(folder, f"p{number}.html", title=f"Ferry number {number}", url=url)
    return folder


def make_environment(**settings: str) -> dict[str, str]:
    """This process's environment without any setting of Prefect or Copydesk, and no home."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "COPYDESK_"))}
    kept.pop("HOME", None)
    return {**kept, "PYTHONPATH": ROOT, **settings}


def start(folder: Path, pages: Path, environment: dict[str, str], name: str, *options: str):
    return subprocess.Popen(
        [*COPYDESK, "ingest", str(pages), "--warehouse", str(folder / name), "--quiet", *options],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process) -> tuple[int, str, str]:
    stdout, stderr = process.communicate(timeout=240)
    return process.returncode, stdout, stderr


def test_a_fresh_home_sees_no_noise_even_from_two_first_runs_at_once(tmp_path, pages):
    environment = make_environment(HOME=str(tmp_path))
    runs = [start(tmp_path, pages, environment, f"{n}.duckdb") for n in "ab"]
    assert [finish(run) for run in runs] == [(0, "", ""), (0, "", "")]
    assert (tmp_path / ".prefect" / "prefect.db").exists()
    assert finish(start(tmp_path, pages, environment, "a.duckdb")) == (0, "", "")
    assert list_family(tmp_path) == []


def test_prefects_home_may_lie_elsewhere_and_home_be_unset(tmp_path, pages):
    environment = make_environment(PREFECT_HOME=str(tmp_path / "elsewhere"))
    assert finish(start(tmp_path, pages, environment, "news.duckdb")) == (0, "", "")
    assert (tmp_path / "elsewhere" / "prefect.db").exists()


def test_an_unwritable_home_is_one_sentence(tmp_path, pages):
    (tmp_path / "file").write_text("not a folder")
    environment = make_environment(HOME=str(tmp_path / "file"))
    code, stdout, stderr = finish(start(tmp_path, pages, environment, "news.duckdb"))
    assert (code, stdout) == (1, "")
    [line] = stderr.splitlines()
    assert str(tmp_path / "file" / ".prefect") in line
    assert "Set PREFECT_HOME to a folder" in line
    assert not (tmp_path / "news.copydesk").exists()


def write_profile(home: Path, name: str, value: str) -> None:
    text = f'active = "mine"\n[profiles.mine]\n{name} = "{value}"\n'
    (home / "profiles.toml").write_text(text)


def test_the_server_of_a_profile_is_used(tmp_path, pages):
    address = f"http://127.0.0.1:{find_free_port()}/api"
    write_profile(tmp_path, "PREFECT_API_URL", address)
    environment = make_environment(PREFECT_HOME=str(tmp_path))
    code, _, stderr = finish(start(tmp_path, pages, environment, "news.duckdb"))
    assert code == 1
    [line] = stderr.splitlines()
    assert f"The Prefect server at {address} does not answer" in line


def test_a_profile_without_a_server_and_a_proxy_are_no_hindrance(tmp_path, pages):
    write_profile(tmp_path, "PREFECT_LOGGING_LEVEL", "DEBUG")
    proxy = f"http://127.0.0.1:{find_free_port()}"
    environment = make_environment(PREFECT_HOME=str(tmp_path), HTTP_PROXY=proxy, ALL_PROXY=proxy)
    assert finish(start(tmp_path, pages, environment, "news.duckdb")) == (0, "", "")


def list_family(home: Path) -> list[str]:
    """Command lines of the processes whose home of Prefect lies in `home`: runs, their server,
    fork server and workers."""
    found = []
    for process in psutil.process_iter():
        try:
            environment = process.environ()
            if str(home) in (environment.get("PREFECT_HOME"), environment.get("HOME")):
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


def test_a_killed_run_leaves_no_process_behind(tmp_path):
    many = tmp_path / "many"
    many.mkdir()
    for number in range(200):
        url = f"https://post.example/many/{number}"
        write_page(many, f"p{number:03}.html", title=f"Ferry number {number}", url=url)
    environment = make_environment(PREFECT_HOME=str(tmp_path))
    run = start(tmp_path, many, environment, "news.duckdb", "--batch-size", "5", "--workers", "2")
    end = time.monotonic() + 120
    while not list(tmp_path.glob("news.copydesk/journal/*")) and time.monotonic() < end:
        time.sleep(0.02)
    family = list_family(tmp_path)
    for part in ("flows.cli", "uvicorn", "forkserver", "resource_tracker"):
        assert any(part in line for line in family), family
    run.send_signal(signal.SIGKILL)
    run.communicate()
    end = time.monotonic() + 30
    while list_family(tmp_path) and time.monotonic() < end:
        time.sleep(0.1)
    assert list_family(tmp_path) == []
    assert finish(start(tmp_path, many, environment, "news.duckdb")) == (0, "", "")
