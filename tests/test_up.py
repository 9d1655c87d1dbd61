"""`copydesk up`: whole processes, kills and signals. The flows are stand-ins (`world/up_flows.py`)
whose runs can be held up; the server, the schedules and the runner are the real ones."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from flows.service import states
from tests.world.desk import (
    ask,
    keep_desk,
    list_runs,
    make_environment,
    post,
    wait_until_gone,
)
from tests.world.prefect_server import find_free_port, start_prefect_server

pytestmark = pytest.mark.slow


class Place:
    """A home, a warehouse and a folder of marks; `up` starts there as often as one likes."""

    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        self.marks = root / "marks"
        self.home.mkdir()
        self.marks.mkdir()
        self.root = root
        self.warehouse = root / "news.duckdb"
        self.port = find_free_port()
        self.environment = make_environment(self.home)

    def up(self, every: float = 5, grace: float = 30, port: int | None = None):
        options = [str(self.warehouse), str(self.marks), str(every), str(port or self.port)]
        command = ["tests.world.up_stand", *options, str(grace)]
        return keep_desk(command, self.environment, self.root)

    def copydesk(self, *arguments: str, **settings: str):
        return subprocess.run(
            [sys.executable, "-m", "flows.cli", *arguments],
            env={**self.environment, **settings},
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def hold(self) -> None:
        (self.marks / "hold").touch()

    def release(self) -> None:
        (self.marks / "hold").unlink(missing_ok=True)

    def wait_until_begun(self, pid: int) -> None:
        """Wait until the run of that process is in the middle of its work."""
        end = time.monotonic() + 60
        while not list(self.marks.glob(f"began-*-{pid}")):
            assert time.monotonic() < end
            time.sleep(0.02)

    def count(self, mark: str) -> int:
        return len(list(self.marks.glob(f"{mark}-*")))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("up"))


@pytest.fixture
def place(shared: Place):
    shared.release()
    (shared.marks / "fail").unlink(missing_ok=True)
    yield shared
    assert wait_until_gone(shared.home) == []


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_clean_home_gets_runs_on_schedule_and_sigterm_leaves_nothing_running(place):
    proxy = f"http://127.0.0.1:{find_free_port()}"  # which leads nowhere, and is not asked
    place.environment |= {"HTTP_PROXY": proxy, "ALL_PROXY": proxy, "NO_PROXY": "", "no_proxy": ""}
    with place.up() as desk:
        ready = desk.wait_for("ready", 120)
        assert httpx.get(f"{ready['ui']}/", follow_redirects=True, timeout=30).is_success
        desk.wait_for("run-completed", flow="poll")
        desk.wait_for("run-completed", flow="poll")
        runs = list_runs(desk.api)
        code = desk.end()
    assert [state for _, state in runs][:2] == ["Completed", "Completed"]
    assert (code, desk.errors) == (0, [])
    assert desk.events[-1]["event"] == "stopped"
    assert place.count("began") == place.count("ended") >= 2
    assert not (place.warehouse.parent / "news.copydesk" / "up.json").exists()
    assert place.warehouse.exists()


def test_a_killed_server_comes_back_and_schedules_go_on(place):
    with place.up() as desk:
        place.hold()
        begun = desk.wait_for("run-started", 90)
        place.wait_until_begun(begun["pid"])
        os.kill(desk.last_pid("server-started"), signal.SIGKILL)
        desk.wait_for("server-ended")
        place.release()
        desk.wait_for("server-started")
        # The run that was under way is none the worse for it.
        desk.wait_for("run-completed", run=begun["run"])
        desk.wait_for("run-completed")
        found = {state for _, state in list_runs(desk.api)}
        assert desk.end() == 0
    assert found <= {"Completed", "Skipped", "Cancelled"}


def test_a_run_of_a_killed_runner_is_marked_and_the_next_one_works(place):
    with place.up() as desk:
        place.hold()
        begun = desk.wait_for("run-started", 90)
        place.wait_until_begun(begun["pid"])
        os.kill(desk.last_pid("runner-started"), signal.SIGKILL)
        desk.wait_for("runner-ended")
        crashed = desk.wait_for("run-crashed", run=begun["run"])
        assert not is_alive(begun["pid"])
        place.release()
        following = desk.wait_for("run-completed")
        found = dict(list_runs(desk.api))
        assert desk.end() == 0
    assert "killed" in crashed["message"]
    assert found[begun["run"]] == "Crashed"
    assert found[following["run"]] == "Completed"


def test_a_restart_doubles_nothing_and_makes_up_for_one_run_at_most(place):
    with place.up() as desk:
        desk.wait_for("run-completed", 90)
        deployments = ask(desk.api, "deployments/filter")
        [poll] = [d for d in deployments if d["entrypoint"].endswith(":poll")]
        yearly = {"schedule": {"cron": "0 0 1 1 *", "timezone": "UTC"}, "active": True}
        address = f"{desk.api}/deployments/{poll['id']}/schedules"
        post(address, [yearly])
        assert desk.end(signal.SIGINT) == 0
    time.sleep(11)  # two runs' time passes
    before = place.count("began")
    with place.up(every=7) as desk:
        desk.wait_for("run-completed", 90)
        begun = place.count("began") - before
        after = ask(desk.api, "deployments/filter")
        found = [state for _, state in list_runs(desk.api)]
        assert desk.end() == 0
    assert sorted(d["id"] for d in after) == sorted(d["id"] for d in deployments)
    [poll] = [d for d in after if d["id"] == poll["id"]]
    schedules = [s["schedule"] for s in poll["schedules"]]
    assert [s["interval"] for s in schedules if "interval" in s] == [7.0]
    assert [s["cron"] for s in schedules if "cron" in s] == ["0 0 1 1 *"]
    assert begun == 1
    assert "Skipped" in found
    assert poll["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    assert poll["global_concurrency_limit"]["limit"] == 1


def test_a_run_gets_its_time_to_finish_and_no_more(place):
    with place.up(every=60) as desk:
        place.hold()
        run_now(desk)
        begun = desk.wait_for("run-started", 90)
        desk.process.send_signal(signal.SIGTERM)
        desk.wait_for("stopping")
        time.sleep(0.2)
        place.release()
        desk.wait_for("run-completed", run=begun["run"])
        assert desk.process.wait(90) == 0
    with place.up(every=60, grace=0.2) as desk:
        place.hold()
        run_now(desk)
        begun = desk.wait_for("run-started", 90)
        started = time.monotonic()
        assert desk.end() == 0
        assert (
            time.monotonic() - started < 30
        )  # as long as it is held, it would go on for two minutes
        crashed = desk.wait_for("run-crashed", run=begun["run"])
    assert "copydesk up was stopped" in crashed["message"]
    assert not is_alive(begun["pid"])


def test_a_signal_while_the_server_starts_is_heeded(place):
    with place.up() as desk:
        desk.wait_for("server-started")
        assert desk.end() == 0
        assert desk.count("ready") == desk.count("runner-started") == 0


def run_now(desk) -> str:
    """Ask for a run, as the UI's "Quick run" does; its name."""
    desk.wait_for("ready", 120)
    desk.wait_for("scheduled", flow="maintain")
    deployments = ask(desk.api, "deployments/filter")
    [poll] = [d for d in deployments if d["entrypoint"].endswith(":poll")]
    asked = {"state": {"type": "SCHEDULED"}}
    return ask(desk.api, f"deployments/{poll['id']}/create_flow_run", **asked)["name"]


def test_a_cancelled_run_ends_at_once_and_a_failed_one_says_why(place):
    with place.up(every=60) as desk:
        place.hold()
        run_now(desk)
        begun = desk.wait_for("run-started")
        [run] = ask(desk.api, "flow_runs/filter", flow_runs={"name": {"any_": [begun["run"]]}})
        ask(desk.api, f"flow_runs/{run['id']}/set_state", state={"type": "CANCELLING"})
        desk.wait_for("run-cancelled", run=begun["run"])
        assert not is_alive(begun["pid"])
        (place.marks / "fail").touch()
        place.release()
        desk._seen = 0
        name = run_now(desk)
        failed = desk.wait_for("run-failed", run=name)
        assert desk.end() == 0
    assert "Nothing can be fetched. Check the cable." in failed["message"]


def test_a_second_up_is_refused_and_a_killed_one_takes_all_with_it(place):
    with place.up(every=60) as desk:
        desk.wait_for("runner-started", 120)
        second = place.copydesk("up", "--warehouse", str(place.warehouse))
        assert (second.returncode, second.stdout) == (1, "")
        [line] = second.stderr.splitlines()
        assert f"kept up already by process {desk.process.pid}" in line
        assert f"kill {desk.process.pid}" in line
        desk.process.kill()
        desk.process.wait()
        assert wait_until_gone(place.home) == []
    with place.up(every=60) as desk:  # and nothing of it is in the way
        desk.wait_for("scheduled", 90)
        assert desk.end() == 0


def test_a_server_that_runs_is_used_and_left_alone(place, tmp_path):
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with start_prefect_server(tmp_path) as server:
        port = int(server.url.rsplit(":", 1)[1].removesuffix("/api"))
        with place.up(port=port) as desk:
            desk.wait_for("server-found", 120)
            desk.wait_for("run-completed")
            assert desk.end() == 0
            assert desk.count("server-started") == 0
        with (
            temporary_settings({PREFECT_API_URL: server.url}),
            get_client(sync_client=True) as client,
        ):
            # A run that was deleted in the UI a moment ago ends nothing here.
            assert states.secure(client, uuid4()) == "It was deleted."
            states.skip(client, uuid4())
        assert httpx.get(f"{server.url}/health", timeout=30).json() is True


def test_a_configured_server_that_is_away_is_one_sentence(place):
    away = "http://127.0.0.2:1/api"
    run = place.copydesk("up", "--warehouse", str(place.warehouse), PREFECT_API_URL=away)
    assert run.returncode == 1
    [line] = run.stderr.splitlines()
    assert "The Prefect server at http://127.0.0.2:1/api does not answer" in line
