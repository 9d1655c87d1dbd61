"""`copydesk ingest` and what follows it, as users run it: whole processes, servers of their own."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.flows.pages import write_page

pytestmark = pytest.mark.slow
COPYDESK = [sys.executable, "-m", "flows.cli"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A home of Prefect's own, and no server."""
    home = tmp_path_factory.mktemp("prefect")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "COPYDESK_"))}
    return {**kept, "PREFECT_HOME": str(home)}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, environment) -> Path:
    """A folder with twelve pages, one of them empty, and the warehouse made of them."""
    folder = tmp_path_factory.mktemp("desk")
    write_pages(folder / "pages", 12)
    (folder / "pages" / "p03.html").write_bytes(b"")
    run = copydesk(folder, environment, "ingest", "pages")
    assert run.returncode == 3, run.stderr
    assert run.stderr == ""
    rows = [" ".join(line.split()) for line in run.stdout.splitlines()]
    assert rows[0].startswith("ingest: starting")
    assert {"Read 12", "New 11", "Problems 1 empty-file 1", "Warehouse: news.duckdb"} <= set(rows)
    return folder


def write_pages(folder: Path, count: int) -> None:
    folder.mkdir()
    for number in range(count):
        url = f"https://post.example/{folder.name}/{number}"
        write_page(folder, f"p{number:02}.html", title=f"Ferry number {number}", url=url)


def copydesk(folder: Path, environment: dict[str, str], *arguments: str):
    return subprocess.run(
        [*COPYDESK, *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_second_run_changes_nothing_and_reports_json(desk, environment):
    run = copydesk(desk, environment, "ingest", "pages", "--json")
    report = json.loads(run.stdout)
    assert run.returncode == 3
    assert run.stderr == ""
    assert (report["read"], report["unchanged"], report["problems"]) == (12, 11, 1)
    assert report["new"] == report["updated"] == 0
    count = copydesk(desk, environment, "sql", "select count(*) n from documents", "-f", "json")
    assert json.loads(count.stdout) == [{"n": 12}]


def test_a_dry_run_of_unchanged_rules_changes_no_field(desk, environment):
    run = copydesk(desk, environment, "reprocess", "--all", "--dry-run")
    assert run.returncode == 0, run.stderr
    assert "0 fields of 0 articles would change; 12 documents were read again." in run.stdout


def test_problems_are_tried_again(desk, environment):
    run = copydesk(desk, environment, "problems", "retry", "--json")
    assert run.returncode == 3, run.stderr
    assert json.loads(run.stdout)["problem_codes"] == {"empty-file": 1}
    listed = copydesk(desk, environment, "problems", "list", "--json")
    assert [row["attempts"] for row in json.loads(listed.stdout)] == [2]


def test_quiet_prints_nothing(desk, environment):
    run = copydesk(desk, environment, "ingest", "pages", "--quiet")
    assert (run.returncode, run.stdout, run.stderr) == (3, "", "")


def test_a_server_that_does_not_answer_is_one_sentence(desk, environment):
    away = {**environment, "PREFECT_API_URL": "http://127.0.0.1:9/api"}
    run = copydesk(desk, away, "ingest", "pages", "--quiet")
    assert run.returncode == 1
    [line] = run.stderr.splitlines()
    assert "http://127.0.0.1:9/api" in line
    assert "prefect server start" in line


def start_on_terminal(folder: Path, environment: dict[str, str], *arguments: str):
    """(pid, descriptor) of a copydesk on a terminal of its own."""
    pid, descriptor = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execve(
            sys.executable,
            [*COPYDESK, *arguments],
            {**environment, "TERM": "xterm", "COLUMNS": "120"},
        )
    return pid, descriptor


def read_until(descriptor: int, words: bytes | None, seconds: float) -> bytes:
    """What is written until `words` were, or the terminal is closed."""
    text, end = b"", time.monotonic() + seconds
    while time.monotonic() < end and (words is None or words not in text):
        if select.select([descriptor], [], [], 0.1)[0]:
            try:
                piece = os.read(descriptor, 65536)
            except OSError:
                break
            text += piece
    return text


def list_servers(home: str) -> list[int]:
    """Temporary servers that belong to this test's home of Prefect."""
    import psutil

    found = []
    for process in psutil.process_iter():
        try:
            if "uvicorn" in process.cmdline() and process.environ().get("PREFECT_HOME") == home:
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def test_ctrl_c_on_a_terminal_stops_and_the_next_run_resumes(tmp_path, environment):
    write_pages(tmp_path / "many", 100)
    slow = ["--batch-size", "5", "--workers", "1"]
    pid, terminal = start_on_terminal(tmp_path, environment, "ingest", "many", *slow)
    shown = read_until(terminal, b"documents/s", 120)
    assert b"documents/s" in shown
    os.write(terminal, b"\x03")
    started = time.monotonic()
    said = read_until(terminal, None, 60).decode()
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 130
    assert time.monotonic() - started < 15
    assert "Stopped; what is loaded stays loaded, and the next run resumes." in said
    assert "Traceback" not in said
    assert list_servers(environment["PREFECT_HOME"]) == []
    run = copydesk(tmp_path, environment, "ingest", "many", "--json")
    report = json.loads(run.stdout)
    assert run.returncode == 0, run.stderr
    assert report["new"] + report["unchanged"] == report["read"] == 100


def test_no_server_outlives_a_killed_run(tmp_path, environment):
    write_pages(tmp_path / "many", 100)
    command = [*COPYDESK, "ingest", "many", "--batch-size", "5"]
    run = subprocess.Popen(
        command,
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 120
    while not list_servers(environment["PREFECT_HOME"]) and time.monotonic() < end:
        time.sleep(0.2)
    while not (tmp_path / "news.copydesk").exists() and time.monotonic() < end:
        time.sleep(0.2)
    run.send_signal(signal.SIGKILL)
    run.wait()
    end = time.monotonic() + 30
    while list_servers(environment["PREFECT_HOME"]) and time.monotonic() < end:
        time.sleep(0.1)
    assert list_servers(environment["PREFECT_HOME"]) == []
