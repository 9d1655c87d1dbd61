"""A real Prefect server for tests and benchmarks, in a home and on a port of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx


@dataclass(frozen=True)
class PrefectServer:
    """Where the server answers, and the environment that makes a process use it."""

    url: str
    pid: int
    environment: dict[str, str]


@contextmanager
def start_prefect_server(home: Path, patience: float = 180.0) -> Iterator[PrefectServer]:
    """Start a server, wait until it answers, and end it afterwards."""
    port = find_free_port()
    url = f"http://127.0.0.1:{port}/api"
    quiet = {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_API_PORT": str(port),
    }
    environment = {**os.environ, **quiet}
    environment.pop("PREFECT_API_URL", None)
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)],
            env=environment,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )
        try:
            _wait_until_healthy(url, process, patience)
            yield PrefectServer(url, process.pid, {**environment, "PREFECT_API_URL": url})
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def find_free_port() -> int:
    """A port of the loopback interface that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], patience: float) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the Prefect server ended with {process.returncode}")
        try:
            if httpx.get(f"{url}/health", timeout=30).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"no Prefect server at {url} after {patience} s")
