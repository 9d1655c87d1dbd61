"""The parts of `copydesk up` that need no server."""

from __future__ import annotations

import json
import multiprocessing
import os
import socket
import string
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import typer

from flows.commands.up import parse_interval
from flows.server import check_server
from flows.service.children import Backoff, open_log, start_child
from flows.service.desk import be_alone, name_warehouse
from flows.service.lines import WORDS, make_teller
from flows.service.plan import ANCHOR, Job, Plan, read_plan
from flows.service.server import Server, find
from flows.service.settings import UpSettings, list_jobs
from tasks.errors import AlreadyUp, ServerUnreachable
from warehouse.layout import locate, prepare


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("20s", 20), ("10m", 600), ("1.5h", 5400), ("1 D", 86_400)]
)
def test_an_interval_is_a_number_and_a_unit(text, seconds):
    assert parse_interval(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-5m", "0", "1s", "5 weeks", "m"])
def test_what_is_no_interval_is_refused(text):
    with pytest.raises(typer.BadParameter):
        parse_interval(text)


def test_a_schedule_keeps_its_beat_whenever_it_is_asked():
    job = Job("a:b", 600, {}, offset=300)
    start = job.next_start(datetime(2026, 11, 22, 9, 7, 1, tzinfo=UTC))
    assert start == datetime(2026, 11, 22, 9, 15, tzinfo=UTC)
    assert job.next_start(start) == start + timedelta(minutes=10)
    assert job.next_start(start - timedelta(seconds=1)) == start
    assert job.next_start(ANCHOR - timedelta(days=1)) > ANCHOR - timedelta(days=1)


def test_a_plan_survives_its_way_to_the_runner():
    plan = Plan("1a2b", list_jobs(UpSettings(Path("n")), Path("/srv/n.duckdb")), "logs", 5.0)
    assert "\n" not in plan.to_json()
    assert read_plan(plan.to_json()) == plan


def test_pauses_grow_and_begin_anew_after_a_long_life():
    backoff = Backoff()
    assert [backoff.after(1) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert [backoff.after(100), backoff.after(1)] == [1, 2]


def test_every_event_reads_as_a_sentence(capsys):
    tell = make_teller(json=False)
    for event, words in WORDS.items():
        names = {name for _, name, _, _ in string.Formatter().parse(words) if name}
        facts = {
            name: 1.0 if name in ("wait", "seconds", "every", "grace") else "x" for name in names
        }
        tell(event, **facts)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(WORDS)
    assert all("{" not in line for line in lines)


def test_a_teller_writes_json_and_shows_controls_to_people(capsys):
    make_teller(json=True)("run-failed", flow="poll", run="a", message="\x1b[2J")
    assert json.loads(capsys.readouterr().out)["message"] == "\x1b[2J"
    make_teller(json=False)("run-failed", flow="poll", run="a", message="\x1b[2J")
    assert "\x1b" not in capsys.readouterr().out


def test_a_warehouse_is_kept_up_by_one_process(tmp_path):
    layout = locate(tmp_path / "news.duckdb")
    with be_alone(layout) as announce:
        announce("http://127.0.0.1:4200")
        with pytest.raises(AlreadyUp) as caught, be_alone(layout):
            pass
    assert f"process {os.getpid()}" in str(caught.value)
    assert "Watch it at http://127.0.0.1:4200" in str(caught.value)
    with be_alone(layout):
        assert json.loads((layout.private / "up.json").read_text())["pid"] == os.getpid()


def test_a_warehouse_keeps_its_name_and_shares_it_with_none(tmp_path):
    names = set()
    for file in ("a.duckdb", "b.duckdb"):
        layout = locate(tmp_path / file)
        prepare(layout)
        assert name_warehouse(layout) == name_warehouse(layout)
        names.add(name_warehouse(layout))
    assert len(names) == 2


def start_python(code: str, hear=print, complain=print):
    return start_child([sys.executable, "-c", code], os.environ, hear, complain)


def test_a_child_is_heard_spoken_to_and_ended():
    heard: list[str] = []
    child = start_python("print(input(), flush=True); import time; time.sleep(60)", heard.append)
    child.say("good morning")
    end = time.monotonic() + 30
    while not heard and time.monotonic() < end:
        time.sleep(0.01)
    assert heard == ["good morning"]
    assert child.is_alive()
    child.end(30)
    assert child.describe_end() == "signal 15"
    child.say("nobody hears this")


LIFELINE = """
from flows.service.lifeline import end_with_parent
end_with_parent()
print("ready", flush=True)
import time; time.sleep(60)
"""


def test_a_child_ends_when_its_input_does():
    heard: list[str] = []
    child = start_python(LIFELINE, heard.append)
    end = time.monotonic() + 30
    while not heard and time.monotonic() < end:
        time.sleep(0.01)
    child.process.stdin.close()
    child.process.wait(30)
    assert child.describe_end() == "signal 15"


def sleep_beside(pipe) -> None:
    from flows.service.process import _live_with_runner

    _live_with_runner()
    pipe.send(os.getpid())
    time.sleep(60)


def parent_of_sleeper(pipe) -> None:
    context = multiprocessing.get_context("forkserver")
    context.Process(target=sleep_beside, args=(pipe,)).start()
    time.sleep(60)


def test_a_run_dies_with_the_runner_however_that_dies():
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    runner = context.Process(target=parent_of_sleeper, args=(theirs,))
    runner.start()
    pid = ours.recv()
    runner.kill()
    runner.join()
    end = time.monotonic() + 30
    while Path(f"/proc/{pid}/cmdline").exists() and time.monotonic() < end:
        time.sleep(0.01)
    assert not Path(f"/proc/{pid}/cmdline").exists()


def test_a_log_is_bounded(tmp_path):
    log = open_log(tmp_path / "logs", "server")
    for _ in range(90):
        log.warning("x" * 100_000)
    sizes = [file.stat().st_size for file in (tmp_path / "logs").iterdir()]
    assert len(sizes) == 3
    assert sum(sizes) <= 6_000_000


def test_a_port_that_another_program_has_is_passed_over(monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        server = find("127.0.0.1", port, print, print)
    assert server.ours
    assert port < int(server.url.rsplit(":", 1)[1].removesuffix("/api")) < port + 100


def test_the_server_of_a_setting_is_ours_to_start_only_on_this_machine(monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4210/api")
    assert find("127.0.0.1", 4200, print, print).ours
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.2:1/api")
    server = find("127.0.0.1", 4200, print, print)
    assert not server.ours
    with pytest.raises(ServerUnreachable):
        server.ensure(threading.Event())


class Health(BaseHTTPRequestHandler):
    """A server that is busy so many times, then well, as far as anybody can tell from outside."""

    busy = 0

    def do_GET(self):
        status = 503 if type(self).busy > 0 else 200
        type(self).busy -= 1
        self.send_response(status)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"true")

    def log_message(self, *_):
        pass


@pytest.fixture
def other():
    """Another one's server, and how often it is to be busy."""
    kind = type("Other", (Health,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield kind, server.server_address[1]
        server.shutdown()
        thread.join()


def make_server(port: int, said: list[str]) -> Server:
    def tell(event: str, **_: object) -> None:
        said.append(event)

    return Server(f"http://127.0.0.1:{port}/api", "127.0.0.1", tell, print, ours=True)


def test_a_server_that_is_busy_is_not_replaced(other):
    kind, port = other
    said: list[str] = []
    server = make_server(port, said)
    kind.busy = 2
    for _ in range(4):
        server.checked_at = 0.0
        server.look_after()
    assert said == ["server-lost", "server-back"]
    assert server.child is server.start_at is None


def test_no_server_is_started_where_another_one_serves(other):
    """Ours was to be started again, and somebody was quicker."""
    kind, port = other
    said: list[str] = []
    server = make_server(port, said)
    server.well, server.start_at = False, 0.0
    kind.busy = 1
    server.look_after()
    assert server.start_at > time.monotonic()  # it is looked at again soon
    server.start_at = 0.0
    server.look_after()
    assert (said, server.child, server.start_at) == (["server-back"], None, None)


def test_a_busy_server_is_found_and_checked_with_patience(other, monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    kind, port = other
    kind.busy = 1
    assert find("127.0.0.1", port, print, print).port == port
    kind.busy = 1
    check_server(f"http://127.0.0.1:{port}/api")
