"""A real `copydesk up` in a process of its own, with a home of Prefect of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

ROOT = str(Path(__file__).parents[2])


class Desk:
    """A process that runs `copydesk up --json`, and what it says."""

    def __init__(self, command: list[str], environment: dict[str, str], folder: Path) -> None:
        self.events: list[dict[str, Any]] = []
        self.errors: list[str] = []
        self._seen = 0
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._readers = [
            threading.Thread(target=self._read_events, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def _read_events(self) -> None:
        for line in self.process.stdout:
            self.events.append(json.loads(line))

    def _read_errors(self) -> None:
        self.errors.extend(self.process.stderr)

    def wait_for(self, event: str, seconds: float = 60.0, **facts: object) -> dict[str, Any]:
        """The next such event that no earlier call has got past."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            while self._seen < len(self.events):
                said = self.events[self._seen]
                self._seen += 1
                if said["event"] == event and all(said.get(k) == v for k, v in facts.items()):
                    return said
            if self.process.poll() is not None and not self._readers[0].is_alive():
                break
            time.sleep(0.02)
        raise AssertionError(f"no {event} in {seconds} s: {self.events} {self.errors}")

    def count(self, event: str) -> int:
        return sum(said["event"] == event for said in self.events)

    def first(self, event: str) -> dict[str, Any]:
        return next(said for said in self.events if said["event"] == event)

    def last_pid(self, event: str) -> int:
        return next(said["pid"] for said in reversed(self.events) if said["event"] == event)

    @property
    def api(self) -> str:
        return f"{self.first('ready')['ui']}/api"

    def end(self, number: int = signal.SIGTERM, seconds: float = 90.0) -> int:
        """Send a signal; the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(seconds)
        for reader in self._readers:
            reader.join(5)
        return code


def make_environment(home: Path, **settings: str) -> dict[str, str]:
    """This process's environment with none of Prefect's and Copydesk's settings, and a home."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "COPYDESK_"))}
    path = os.pathsep.join(filter(None, [ROOT, os.environ.get("PYTHONPATH")]))
    return {**kept, "PYTHONPATH": path, "HOME": str(home), **settings}


@contextmanager
def keep_desk(command: list[str], environment: dict[str, str], folder: Path) -> Iterator[Desk]:
    """Run it; whatever is left of it at the end of the block is killed."""
    desk = Desk([sys.executable, "-m", *command], environment, folder)
    try:
        yield desk
    finally:
        if desk.process.poll() is None:
            desk.process.kill()
            desk.process.wait()


def ask(api: str, path: str, **body: object) -> Any:
    """What Prefect's server answers to a POST."""
    return post(f"{api}/{path}", body)


def post(url: str, body: object, seconds: float = 20.0) -> Any:
    """What Prefect's server answers. While its database is busy it says 503, having done nothing:
    Prefect's own client asks again then, and so do we, for so many seconds."""
    end = time.monotonic() + seconds
    while (answer := httpx.post(url, json=body, timeout=30)).status_code == 503:
        if time.monotonic() > end:
            break
        time.sleep(0.2)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def list_runs(api: str) -> list[tuple[str, str]]:
    """(name, name of its state) of all runs that are over or under way, the earliest first."""
    runs = ask(api, "flow_runs/filter", sort="EXPECTED_START_TIME_ASC")
    return [(r["name"], r["state_name"]) for r in runs if r["state_name"] not in SCHEDULED]


SCHEDULED = ("Scheduled", "Late")


def list_family(home: Path) -> list[str]:
    """Command lines of the processes whose home lies there."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("HOME") == str(home) and process.status() != "zombie":
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


def wait_until_gone(home: Path, seconds: float = 30.0) -> list[str]:
    """What still runs of the home's processes after so many seconds."""
    end = time.monotonic() + seconds
    while (left := list_family(home)) and time.monotonic() < end:
        time.sleep(0.1)
    return left
