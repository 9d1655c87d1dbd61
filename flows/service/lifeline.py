"""Ending with the process that started us, however that ended: our standard input is a pipe whose
other end it holds, and which closes when it dies."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from io import FileIO
from typing import TextIO

PATIENCE = 5.0  # seconds for an orderly end


def take_input() -> FileIO:
    """Our standard input, without a buffer, and none for what we start: it would hold the pipe
    open."""
    ours = os.fdopen(os.dup(0), "rb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return ours


def take_output() -> TextIO:
    """Our standard output; what else is printed goes to standard error."""
    ours = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    return ours


def end_with_parent() -> None:
    """Have this process end when its standard input does."""
    threading.Thread(target=_wait_for_end, args=(take_input(),), daemon=True).start()


def _wait_for_end(stream: FileIO) -> None:
    while stream.read(4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os.kill(os.getpid(), signal.SIGKILL)


def end_with(sentinel: int) -> None:
    """Have this process killed when a sentinel of `multiprocessing` (a pipe that a process holds
    open) is ready."""
    threading.Thread(target=_wait_for_death, args=(sentinel,), daemon=True).start()


def _wait_for_death(sentinel: int) -> None:
    from multiprocessing.connection import wait

    wait([sentinel])
    os.kill(os.getpid(), signal.SIGKILL)


def refuse_signals() -> None:
    """Ctrl-C and SIGTERM are for who started us, and who ends us in good order: a terminal sends
    them to a whole group of processes, and so do those who start services."""
    if sys.platform != "win32":
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
