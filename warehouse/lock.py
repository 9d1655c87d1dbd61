"""One writer at a time: a lock that the kernel frees when its holder dies."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tasks.errors import FetchBusy, WarehouseBusy
from warehouse.layout import Layout, prepare


@dataclass(frozen=True, slots=True)
class Holder:
    """Who writes to the warehouse: `started_at` is ISO 8601 in UTC."""

    pid: int
    host: str
    run_id: str
    started_at: str


@contextmanager
def hold_lock(layout: Layout, run_id: str, wait_seconds: float) -> Iterator[None]:
    """Be the only writer inside. Waits up to `wait_seconds`, then raises `WarehouseBusy`."""
    from filelock import FileLock, Timeout

    prepare(layout)
    lock = FileLock(str(layout.lock), timeout=wait_seconds, poll_interval=0.1)
    try:
        lock.acquire()
    except Timeout as error:
        raise refuse(layout, wait_seconds) from error
    try:
        write_holder(layout, run_id)
        yield
    finally:
        holder_file(layout).unlink(missing_ok=True)
        lock.release()


@contextmanager
def hold_fetch_lock(layout: Layout, wait_seconds: float) -> Iterator[None]:
    """Be the only one that fetches for this warehouse: the pace of a host is kept by one process.
    Waits up to `wait_seconds`, then raises `FetchBusy`."""
    from filelock import FileLock, Timeout

    prepare(layout)
    lock = FileLock(str(layout.private / "fetch.lock"), timeout=wait_seconds, poll_interval=0.1)
    try:
        lock.acquire()
    except Timeout as error:
        raise FetchBusy(
            f"Another poll fetches for {layout.published.name} at this moment.",
            "Let it end: what is due stays due, and the next poll takes it.",
        ) from error
    try:
        yield
    finally:
        lock.release()


def holder_file(layout: Layout) -> Path:
    """The side file that says who holds the lock."""
    return layout.lock.with_name(layout.lock.name + ".json")


def write_holder(layout: Layout, run_id: str) -> None:
    """Say that this process holds the lock."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    holder = Holder(os.getpid(), socket.gethostname(), run_id, now)
    part = holder_file(layout).with_suffix(".part")
    part.write_text(json.dumps(asdict(holder)), encoding="utf-8")
    part.replace(holder_file(layout))


def read_holder(layout: Layout) -> Holder | None:
    """Who holds the lock now; None when nobody does, whatever a killed run left behind."""
    from filelock import FileLock, Timeout

    if not layout.lock.exists():
        return None
    lock = FileLock(str(layout.lock), timeout=0)
    try:
        with lock:
            return None
    except Timeout:
        return parse_holder(layout)


def parse_holder(layout: Layout) -> Holder:
    """The side file's holder; pid 0 when the holder has not written it yet."""
    try:
        return Holder(**json.loads(holder_file(layout).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return Holder(0, "unknown", "unknown", "just now")


def refuse(layout: Layout, wait_seconds: float) -> WarehouseBusy:
    """The error that names who writes, since when, and what to do."""
    holder = parse_holder(layout)
    waited = f" (waited {wait_seconds:g} s)" if wait_seconds > 0 else ""
    return WarehouseBusy(
        f"{layout.published.name} is being written by run {holder.run_id}, process {holder.pid} "
        f"on {holder.host}, since {holder.started_at}{waited}.",
        advise(holder),
    )


def advise(holder: Holder) -> str:
    """What to do about a holder: wait for it, or end what it left behind."""
    if holder.host == socket.gethostname() and holder.pid and not is_alive(holder.pid):
        return f"Process {holder.pid} is gone, but workers it started still run: end them."
    return f"Wait for it with a longer --wait, or stop process {holder.pid}."


def is_alive(pid: int) -> bool:
    """Whether a process of that number runs on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
