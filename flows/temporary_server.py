"""Prefect's temporary server, tied to this process: Ctrl-C in the terminal does not end it before
its time, and it does not outlive us, however we end.

A terminal sends SIGINT to every process of the group. Without its server, Prefect tries for more
than a minute to report the interruption, and then fails with a connection error. After a SIGKILL,
on the other hand, nobody would end the server.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from concurrent.futures import Future

from flows.server import find_server, prepare_environment, take_turns

# Waits until its input ends, which it does when the process that holds the other end dies.
_MOURNER = 'trap "" INT TERM HUP; read -r _; kill "$0" 2>/dev/null'


def start_server() -> None:
    """Start the temporary server, deaf to SIGINT, where no server is configured; it ends with this
    process. Ctrl-C stays possible meanwhile. Raises what Prefect raises when it does not start."""
    prepare_environment()
    if find_server():
        return
    started: Future[int] = Future()
    thread = threading.Thread(target=_start_deaf, args=(started,), name="server", daemon=True)
    with take_turns():
        thread.start()
        _end_with_us(started.result())


def stop_server() -> None:
    """End the temporary server now, where there is one."""
    from prefect.server.api.server import SubprocessASGIServer

    SubprocessASGIServer().stop()


def _start_deaf(started: Future[int]) -> None:
    """A process inherits the signals that the thread which starts it has blocked."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    from prefect.server.api.server import SubprocessASGIServer

    server = SubprocessASGIServer()
    try:
        server.start()
        assert server.server_process is not None, "a started server has a process"
        started.set_result(server.server_process.pid)
    except Exception as error:  # noqa: BLE001 - it is raised where the result is awaited
        started.set_exception(error)


def _end_with_us(pid: int) -> None:
    """Have the process ended when this one is gone: the pipe's other end closes then, and only
    then, for it is never closed here and no child inherits it."""
    theirs, _ = os.pipe()
    command = ["/bin/sh", "-c", _MOURNER, str(pid)]
    quiet = subprocess.DEVNULL
    subprocess.Popen(command, stdin=theirs, stdout=quiet, stderr=quiet, start_new_session=True)
    os.close(theirs)
