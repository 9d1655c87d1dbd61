"""A Prefect server for one run, where none is configured. It ends with this process, however that
ends, and not before.

Prefect can start one by itself, but for that it imports the whole server into the run as well
(3.5 s of CPU), the terminal's Ctrl-C ends it before the run, and a SIGKILL leaves it behind.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import tempfile
import time
from typing import IO

from flows.server import find_server, prepare_environment, take_turns
from tasks.errors import ServerUnreachable

PATIENCE = 180.0  # seconds; a cold start on a busy small machine takes half a minute
TRIES = 3  # another program may take the port in the moment before the server does

# Waits until its input ends, which it does when the process that holds the other end dies.
_MOURNER = (
    'exec 2>/dev/null; trap "" INT TERM HUP; read -r _; '
    'for second in 1 2 3 4 5; do kill "$0" || exit 0; sleep 1; done; kill -9 "$0"'
)

# This process's server, if any: what ends the process has nothing else to go by.
_RUNNING: list[subprocess.Popen[bytes]] = []


def start_server() -> None:
    """Start a server and make it Prefect's in this process, where none is configured. Raises
    `ServerUnreachable` when it does not start, `FolderUnwritable` when it has no home."""
    prepare_environment()
    if find_server():
        return
    with take_turns(), tempfile.TemporaryFile() as log:
        spare_proxies()
        os.environ["PREFECT_API_URL"] = _start(log)
    from prefect.context import refresh_global_settings_context

    refresh_global_settings_context()


def stop_server() -> None:
    """End the server now, where there is one."""
    while _RUNNING:
        process = _RUNNING.pop()
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def spare_proxies() -> None:
    """No proxy leads back to this machine."""
    for name in ("NO_PROXY", "no_proxy"):
        hosts = os.environ.get(name, "")
        os.environ[name] = f"{hosts},127.0.0.1".lstrip(",")


def _start(log: IO[bytes]) -> str:
    """The API address of a new server, which answers."""
    for _ in range(TRIES):
        port = _choose_port()
        url = f"http://127.0.0.1:{port}/api"
        process = _launch(port, log)
        _RUNNING.append(process)
        _end_with_us(process.pid)
        import tasks.stages  # noqa: F401 - a run needs it, and the server takes its time

        if _wait_until_healthy(url, process):
            atexit.register(stop_server)
            return url
        stop_server()
    log.seek(0)
    lines = log.read().decode(errors="replace").split("\n")
    said = next((line for line in reversed(lines) if line.strip()), "it said nothing")
    raise ServerUnreachable(
        f"Prefect's temporary server does not start ({said.strip()[:300]}).",
        "Try `prefect server start` to see why, or set PREFECT_HOME to an empty folder.",
    )


def _launch(port: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
    """The server's process, in a session of its own: Ctrl-C in our terminal is not for it."""
    from prefect.settings import get_current_settings

    command = [sys.executable, "-m", "uvicorn", "--factory", "prefect.server.api.server:create_app"]
    options = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    settings = get_current_settings().to_environment_variables(exclude_unset=True)
    temporary = {
        "PREFECT_UI_ENABLED": "0",
        "PREFECT__SERVER_EPHEMERAL": "1",
        "PREFECT__SERVER_FINAL": "1",
    }
    return subprocess.Popen(
        [*command, *options],
        env={**os.environ, **settings, **temporary},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def _choose_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> bool:
    """Whether the server answers, before it ends or patience does."""
    import httpx

    end = time.monotonic() + PATIENCE
    with httpx.Client(timeout=5.0) as client:
        while process.poll() is None and time.monotonic() < end:
            try:
                if client.get(f"{url}/health").is_success:
                    return True
            except httpx.TransportError:
                pass
            time.sleep(0.05)
    return False


def _end_with_us(pid: int) -> None:
    """Have the process ended when this one is gone: the pipe's other end closes then, and only
    then, for it is never closed here and no child inherits it."""
    theirs, _ = os.pipe()
    command = ["/bin/sh", "-c", _MOURNER, str(pid)]
    quiet = subprocess.DEVNULL
    subprocess.Popen(command, stdin=theirs, stdout=quiet, stderr=quiet, start_new_session=True)
    os.close(theirs)
