"""`copydesk up` as a process of its own: its events, its memory, and who is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.world.prefect_server import find_free_port

WELL_FIRST = 120.0
PAGE = 200  # runs that Prefect lists at a time, at most


class Service:
    """One `copydesk up`, started by its constructor. `events` are its lines of JSON."""

    def __init__(
        self, warehouse: Path, home: Path, every: int, settings: Mapping[str, str]
    ) -> None:
        self.port = find_free_port()
        self._home = home
        self.events: list[dict[str, Any]] = []
        self.most_mb = 0.0
        options = ["--every", f"{every}s", "--maintain-every", f"{every}s", "--grace", "20"]
        command = [sys.executable, "-m", "flows.cli", "up", "--warehouse", str(warehouse)]
        environment = make_environment(home, settings)
        with (home / "up.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *options, "--port", str(self.port), "--json"],
                env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._weigh, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with (self._home / "up.jsonl").open("ab") as kept:
            for line in self._process.stdout:
                kept.write(line)
                kept.flush()
                self.events.append(json.loads(line))

    def _weigh(self) -> None:
        while self._process.poll() is None:
            self.most_mb = max(self.most_mb, weigh(self._process.pid))
            time.sleep(2)

    def await_event(self, name: str, patience: float = WELL_FIRST) -> dict[str, Any]:
        """The first event of this name from now on, or one that was there already at the start."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if found := self.find(name):
                return found
            if self._process.poll() is not None:
                raise RuntimeError(f"copydesk up ended with {self._process.returncode}")
            time.sleep(0.1)
        raise TimeoutError(f"no event {name!r} from copydesk up in {patience} s")

    def find(self, name: str) -> dict[str, Any] | None:
        """The last event of this name."""
        return next((e for e in reversed(self.events) if e["event"] == name), None)

    def kill(self, name: str) -> int:
        """SIGKILL the server or the runner, as its last event tells; its process id."""
        event = self.find(f"{name}-started")
        if event is None:
            raise RuntimeError(f"copydesk up never said that it had started its {name}")
        os.kill(int(event["pid"]), signal.SIGKILL)
        return int(event["pid"])

    def count_events(self) -> Counter[str]:
        """How often each event came."""
        return Counter(event["event"] for event in self.events)

    def list_runs(self) -> list[dict[str, Any]]:
        """All flow runs that the server knows and that were to begin by now."""
        runs: list[dict[str, Any]] = []
        url = f"http://127.0.0.1:{self.port}/api/flow_runs/filter"
        while True:
            body = {"sort": "EXPECTED_START_TIME_DESC", "limit": PAGE, "offset": len(runs)}
            page = httpx.post(url, json=body, timeout=30, trust_env=False).raise_for_status().json()
            runs += page
            if len(page) < PAGE:
                return runs

    def stop(self) -> tuple[int, list[int]]:
        """SIGTERM; the exit code, and the descendants that are left three seconds later."""
        children = psutil.Process(self._process.pid).children(recursive=True)
        self._process.terminate()
        code = self._process.wait(60)
        _, left = psutil.wait_procs(children, timeout=3)
        return code, [child.pid for child in left]

    def end(self) -> None:
        """Whatever happened: nothing that this started goes on."""
        if self._process.poll() is None:
            children = psutil.Process(self._process.pid).children(recursive=True)
            self._process.kill()
            for child in children:
                if child.is_running():
                    child.kill()
            self._process.wait()


def make_environment(home: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of this process, with a Prefect of its own."""
    environment = {
        **os.environ,
        "PREFECT_HOME": str(home / "prefect"),
        "NO_PROXY": "*",
        "COPYDESK_ALLOW_PRIVATE": "1",
        **settings,
    }
    environment.pop("PREFECT_API_URL", None)
    return environment


def run_command(home: Path, settings: Mapping[str, str], *arguments: str) -> str:
    """One `copydesk …` to its end; what it printed. Raises RuntimeError when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", *arguments],
        env=make_environment(home, settings),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"copydesk {arguments[0]} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def weigh(pid: int) -> float:
    """Megabytes of a process and its descendants (unique set size)."""
    try:
        root = psutil.Process(pid)
        tree = [root, *root.children(recursive=True)]
        return float(sum(process.memory_full_info().uss for process in tree)) / 1e6
    except psutil.Error:
        return 0.0
