"""What a command costs: wall time, CPU and peak memory of the process and all its descendants.

The caller becomes the "child subreaper" (`prctl(2)`, Linux): descendants whose parents have ended
are handed to it, so that `wait4(2)` accounts for every one of them.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Cost:
    """Seconds of wall time and CPU, and megabytes of memory at the peak (proportional set size of
    all processes together, sampled)."""

    wall: float
    cpu: float
    peak_mb: float
    code: int


def measure(
    command: list[str], environment: dict[str, str] | None = None, log: Path | None = None
) -> Cost:
    """Run `command` to its end, descendants included."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    with (log or Path(os.devnull)).open("ab") as sink:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink
        )
        meter = _MemoryMeter(process.pid)
        meter.start()
        code = process.wait()
        wall = time.monotonic() - started
        meter.stop()
    _reap_orphans()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu, meter.peak / 1e6, code)


def _reap_orphans(patience: float = 10.0) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            time.sleep(0.01)


class _MemoryMeter(threading.Thread):
    """Samples the memory of a process tree four times a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._root = psutil.Process(pid)
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(0.25):
            self.peak = max(self.peak, self._sample())

    def stop(self) -> None:
        self._done.set()
        self.join()

    def _sample(self) -> int:
        total = 0
        try:
            for process in [self._root, *self._root.children(recursive=True)]:
                total += _proportional_size(process.pid)
        except psutil.Error:
            return total
        return total


def _proportional_size(pid: int) -> int:
    """Bytes, with shared pages divided among those who share them; 0 for a process that ended."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return 0
    return 0
