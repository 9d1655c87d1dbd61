"""A process of ours that is kept alive: started, watched, started again after a pause that grows
while it keeps dying, and ended with us."""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

LONGEST_PAUSE = 60.0  # seconds between two starts
STEADY = 60.0  # a process that lived so long begins anew with the shortest pause
LOG_BYTES = 2_000_000  # of one log file; two older ones are kept


@dataclass(slots=True)
class Backoff:
    """How long to wait before the next start: 1, 2, 4 … seconds."""

    deaths: int = 0

    def after(self, lived: float) -> float:
        """The pause after a process that lived so many seconds."""
        self.deaths = 1 if lived >= STEADY else self.deaths + 1
        return float(min(2.0 ** (self.deaths - 1), LONGEST_PAUSE))


def open_log(folder: Path, name: str) -> logging.Logger:
    """A log file of bounded size, `folder`/`name`.log."""
    folder.mkdir(parents=True, exist_ok=True)
    path = str(folder / f"{name}.log")
    log = logging.Logger(name)
    log.addHandler(RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=2, delay=True))
    return log


@dataclass(slots=True)
class Child:
    """A process; each line that it writes goes to a function."""

    process: subprocess.Popen[str]
    started: float = field(default_factory=time.monotonic)

    @property
    def pid(self) -> int:
        """Its number."""
        return self.process.pid

    @property
    def age(self) -> float:
        """Seconds since its start."""
        return time.monotonic() - self.started

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def describe_end(self) -> str:
        """How it ended."""
        code = self.process.poll()
        return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"

    def say(self, line: str) -> None:
        """Write a line to it; nothing when it is gone."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except (BrokenPipeError, ValueError):
            return

    def kill(self) -> None:
        """End it now."""
        self.process.kill()
        self.process.wait()

    def end(self, patience: float) -> None:
        """Ask it to end, and after `patience` seconds end it."""
        self.process.terminate()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()


def start_child(
    command: Sequence[str],
    environment: Mapping[str, str],
    hear: Callable[[str], object],
    complain: Callable[[str], object],
) -> Child:
    """Start a process in a session of its own, where the terminal's Ctrl-C does not reach it. What
    it writes goes line by line to `hear` (standard output) and `complain` (standard error). Its
    standard input ends when this process does, however that ends."""
    process = subprocess.Popen(
        list(command),
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    for stream, take in ((process.stdout, hear), (process.stderr, complain)):
        threading.Thread(target=_pass_on, args=(stream, take), daemon=True).start()
    return Child(process)


def _pass_on(stream: IO[str], take: Callable[[str], object]) -> None:
    for line in stream:
        take(line.rstrip("\n"))
