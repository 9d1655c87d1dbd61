"""The Prefect server of `copydesk up`: the one that is there, or one of ours that is kept alive."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flows.server import BUSY, BUSY_SECONDS, check_server, find_server, take_turns
from flows.service.children import Backoff, Child, start_child
from flows.service.lines import Teller
from flows.service.settings import PORT
from tasks.errors import ServerUnreachable

PATIENCE = 180.0  # seconds until a server answers first: it may have to make its database
CHECK_SECONDS = 5.0
HANGS_AFTER = 90.0  # seconds without an answer
HOME = "127.0.0.1"

# What a server needs that runs for months; what the user has set wins.
LASTING: Mapping[str, str] = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
    # The page asks whoever served it, whatever name that has in the browser's network.
    "PREFECT_UI_API_URL": "/api",
    # In memory, as is the default, a restart of the server would end the runs under way.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": (
        "prefect.server.concurrency.lease_storage.filesystem"
    ),
    # Runs and their logs are forgotten after a month, or the database grows for ever.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(30 * 86_400),
}


@dataclass(slots=True)
class Server:
    """Where Prefect's server is, and our process for it where it is ours. `ours` says that we may
    start one there."""

    url: str
    host: str
    tell: Teller
    complain: Callable[[str], object]
    ours: bool
    child: Child | None = None
    backoff: Backoff = field(default_factory=Backoff)
    start_at: float | None = None  # by the monotonic clock
    checked_at: float = 0.0
    well_at: float = 0.0
    well: bool = True

    @property
    def ui(self) -> str:
        """The address for a browser."""
        return self.url.removesuffix("/api")

    @property
    def port(self) -> int:
        """Where it listens."""
        return urlsplit(self.url).port or PORT

    def ensure(self, stop: threading.Event) -> None:
        """Have a server that answers before this returns, unless it is told to stop meanwhile.
        Raises `ServerUnreachable`."""
        if self.ours:
            with take_turns():
                if not answers(self.url):
                    self._start()
                    self._wait_until_well(stop)
        else:
            check_server(self.url)
        self.well_at = time.monotonic()
        if self.child is None:
            self.tell("server-found", url=self.url)

    def look_after(self) -> None:
        """Look whether it still answers, and start it where it is due; returns at once."""
        now = time.monotonic()
        if self.child is not None and not self.child.is_alive():
            self._plan_restart(self.child.describe_end(), self.child.age)
        elif self.start_at is not None and now >= self.start_at:
            self._start_again(now)
        elif now >= self.checked_at + CHECK_SECONDS:
            self._check(now)

    def stop(self, patience: float = 8.0) -> None:
        """End the server, where it is ours."""
        if self.child is not None:
            self.child.end(patience)

    def _check(self, now: float) -> None:
        self.checked_at = now
        if answers(self.url):
            self.well_at = now
            self._tell_change(True)
        elif self.child is None and self.start_at is None:
            self._tell_change(False)
            if self.ours and _is_free(self.host, self.port):  # it was another one's, and is gone
                self.start_at = now
        elif self.child is not None and now > max(self.well_at, self.child.started) + HANGS_AFTER:
            self.tell("server-hangs", seconds=HANGS_AFTER)
            self.child.kill()

    def _tell_change(self, well: bool) -> None:
        if well != self.well:
            self.tell("server-back" if well else "server-lost", url=self.url)
        self.well = well

    def _plan_restart(self, reason: str, lived: float) -> None:
        wait = self.backoff.after(lived)
        self.tell("server-ended", reason=reason, wait=wait)
        self.child, self.start_at = None, time.monotonic() + wait
        self.well = False

    def _start_again(self, now: float) -> None:
        """Start it, unless another one serves there meanwhile: two cannot, and ours would end."""
        if answers(self.url):
            self.start_at, self.well_at = None, now
            self._tell_change(True)
        elif _is_free(self.host, self.port):
            self._start()
        else:
            self.start_at = now + CHECK_SECONDS

    def _start(self) -> None:
        command = [sys.executable, "-m", "flows.service.serve", self.host, str(self.port)]
        environment = describe_environment(self.host, self.port)
        self.start_at = None
        self.child = start_child(command, environment, self.complain, self.complain)
        self.tell("server-started", pid=self.child.pid, url=self.url)

    def _wait_until_well(self, stop: threading.Event) -> None:
        assert self.child is not None
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.child.is_alive():
            if stop.wait(0.2) or answers(self.url):
                return
        reason = self.child.describe_end() if not self.child.is_alive() else "it does not answer"
        self.stop()
        raise ServerUnreachable(
            f"The Prefect server does not start at {self.url} ({reason}).",
            "Its words are in server.log beside the warehouse, in NAME.copydesk/logs.",
        )


def find(host: str, port: int, tell: Teller, complain: Callable[[str], object]) -> Server:
    """The server to use: the one that Prefect is set to use, else one that answers at `port` of
    this machine, else one of ours there, or at the next free port when another program has it."""
    configured = find_server()
    if configured:
        ours = urlsplit(configured).hostname in (HOME, "localhost")
        return Server(configured, host, tell, complain, ours)
    for number in range(port, min(port + 100, 65_536)):
        url = f"http://{_name_host(host)}:{number}/api"
        if _is_free(host, number) or answers_soon(url):
            return Server(url, host, tell, complain, ours=True)
    raise ServerUnreachable(f"No port from {port} on is free.", "Name another one with --port.")


def answers(url: str) -> bool:
    """Whether a Prefect server of our kind answers at this address of an API."""
    return bool(ask_health(url))


def answers_soon(url: str) -> bool:
    """The same of one that may be busy, which is waited for a little."""
    end = time.monotonic() + BUSY_SECONDS
    while (healthy := ask_health(url)) is None and time.monotonic() < end:
        time.sleep(0.2)
    return bool(healthy)


def ask_health(url: str) -> bool | None:
    """Whether a Prefect server answers there; None where what is there is too busy to say."""
    import httpx

    try:
        answer = httpx.get(f"{url.rstrip('/')}/health", timeout=5.0)
        if answer.status_code in BUSY:
            return None
        return answer.status_code in (401, 403) or (answer.is_success and answer.json() is True)
    except httpx.ReadTimeout:
        return None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return False


def describe_environment(host: str, port: int) -> dict[str, str]:
    """The environment of a server of ours: the user's settings, and what a lasting one needs."""
    from prefect.settings import get_current_settings

    settings = get_current_settings().to_environment_variables(exclude_unset=True)
    fixed = {
        "PREFECT_SERVER_API_HOST": host,
        "PREFECT_SERVER_API_PORT": str(port),
        # Ours are for the command line; its server's complaints go to a file.
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
        "PREFECT_LOGGING_INTERNAL_LEVEL": "ERROR",
    }
    merged = {**LASTING, **settings, **os.environ, **fixed}
    return {name: value for name, value in merged.items() if name != "PREFECT_API_URL"}


def _name_host(host: str) -> str:
    """How we reach a server that listens there."""
    name = {"0.0.0.0": HOME, "::": "[::1]"}.get(host, host)
    return f"[{name}]" if ":" in name and not name.startswith("[") else name


def _is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
