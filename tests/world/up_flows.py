"""Flows that stand for `poll` and `maintain` where the keeping up itself is tested: what they do
can be seen and held up from outside, in a folder."""

from __future__ import annotations

import os
import time
from pathlib import Path

from prefect import flow, get_run_logger


@flow(name="poll", persist_result=False)
def poll(warehouse: Path, folder: Path) -> str:
    """Leave a mark; while there is a file `hold`, go on running."""
    (folder / f"began-{time.time_ns()}-{os.getpid()}").touch()
    get_run_logger().info("polled by hand")
    end = time.monotonic() + 120
    while (folder / "hold").exists() and time.monotonic() < end:
        time.sleep(0.05)
    if (folder / "fail").exists():
        raise ValueError("Nothing can be fetched. Check the cable.")
    (folder / f"ended-{time.time_ns()}-{os.getpid()}").touch()
    return "done"


@flow(name="maintain", persist_result=False)
def maintain(warehouse: Path, folder: Path) -> None:
    """Leave a mark."""
    (folder / f"maintained-{time.time_ns()}").touch()
