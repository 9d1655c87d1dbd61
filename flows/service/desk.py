"""What `copydesk up` does: the warehouse made ready, a server, a runner, and both kept alive until
a signal ends it all in good order."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from uuid import uuid4

from flows.service.children import Backoff, Child, open_log, start_child
from flows.service.lines import Teller
from flows.service.plan import Plan
from flows.service.server import Server
from tasks.errors import AlreadyUp
from warehouse.layout import Layout, prepare

TICK = 0.5  # seconds
HANGS_AFTER = 180.0  # seconds without a word from the runner
TAIL = 5.0  # seconds the runner gets to file how runs ended, beyond their own
QUIET = frozenset({"alive", "server-silent"})  # said by the runner, and not told to people


@dataclass(frozen=True, slots=True)
class Holder:
    """Who keeps a warehouse up."""

    pid: int
    host: str
    ui: str
    started_at: str


@dataclass(slots=True)
class Runner:
    """The runner's process, kept alive."""

    plan: Plan
    url: str
    tell: Teller
    complain: Callable[[str], object]
    child: Child | None = None
    backoff: Backoff = field(default_factory=Backoff)
    start_at: float = 0.0
    heard_at: float = 0.0

    def look_after(self) -> None:
        """Start it where that is due, end it where it hangs; returns at once."""
        now = time.monotonic()
        if self.child is None:
            if now >= self.start_at:
                self._start()
        elif not self.child.is_alive():
            wait = self.backoff.after(self.child.age)
            self.tell("runner-ended", reason=self.child.describe_end(), wait=wait)
            self.child, self.start_at = None, now + wait
        elif now > self.heard_at + HANGS_AFTER:
            self.tell("runner-hangs", seconds=HANGS_AFTER)
            self.child.kill()

    def stop(self, hurry: threading.Event) -> None:
        """Have it finish what is under way, within the plan's grace; at once in a hurry."""
        if self.child is None:
            return
        self.child.say("stop")
        end = time.monotonic() + self.plan.grace + TAIL
        while self.child.is_alive() and time.monotonic() < end and not hurry.is_set():
            time.sleep(0.05)
        if self.child.is_alive():
            self.child.kill()

    def _start(self) -> None:
        command = [sys.executable, "-m", "flows.service.runner"]
        environment = {**os.environ, "PREFECT_API_URL": self.url}
        self.child = start_child(command, environment, self._hear, self.complain)
        self.heard_at = time.monotonic()
        self.child.say(self.plan.to_json())
        self.tell("runner-started", pid=self.child.pid)

    def _hear(self, line: str) -> None:
        self.heard_at = time.monotonic()
        try:
            fields = json.loads(line)
            event = fields.pop("event")
        except (ValueError, KeyError, AttributeError):
            self.complain(line)
            return
        if event in QUIET:
            if event != "alive":
                self.complain(line)
        else:
            self.tell(event, **fields)


@dataclass(slots=True)
class Signals:
    """What was asked of us: to stop, and the second time, to hurry."""

    stop: threading.Event = field(default_factory=threading.Event)
    hurry: threading.Event = field(default_factory=threading.Event)

    def take(self, _number: int, _frame: FrameType | None) -> None:
        """Handle a signal."""
        (self.hurry if self.stop.is_set() else self.stop).set()


def keep_up(plan: Plan, server: Server, tell: Teller, greet: Callable[[], object]) -> bool:
    """Keep the server and the runner alive until SIGTERM or Ctrl-C; then end them in good order.
    True when all of that was done, False when a second signal cut it short. `greet` is called once
    the server answers."""
    signals = Signals()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signals.take)
    log = open_log(Path(plan.log_folder), "runner")
    server.ensure(signals.stop)
    if not signals.stop.is_set():
        greet()
    runner = Runner(plan, server.url, tell, log.warning)
    while not signals.stop.is_set():
        server.look_after()
        runner.look_after()
        signals.stop.wait(TICK)
    tell("stopping", grace=plan.grace)
    runner.stop(signals.hurry)
    server.stop(0.0 if signals.hurry.is_set() else 8.0)
    tell("stopped")
    return not signals.hurry.is_set()


@contextmanager
def be_alone(layout: Layout) -> Iterator[Callable[[str], None]]:
    """Be the only `copydesk up` of a warehouse inside, and get a function that says where its UI
    is. Raises `AlreadyUp`."""
    from filelock import FileLock, Timeout

    prepare(layout)
    lock = FileLock(str(layout.private / "up.lock"), timeout=0)
    side = layout.private / "up.json"
    try:
        lock.acquire()
    except Timeout as error:
        raise _refuse(layout, side) from error
    try:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        us = Holder(os.getpid(), socket.gethostname(), "", now)
        _write(side, us)
        yield lambda ui: _write(side, replace(us, ui=ui))
    finally:
        side.unlink(missing_ok=True)
        lock.release()


def name_warehouse(layout: Layout) -> str:
    """What tells this warehouse from others on a server: made once, and kept with it."""
    path = layout.private / "id"
    if not path.exists():
        part = path.with_suffix(".part")
        part.write_text(uuid4().hex[:8], encoding="ascii")
        part.replace(path)
    return path.read_text(encoding="ascii").strip()


def _write(path: Path, holder: Holder) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(asdict(holder)), encoding="utf-8")
    part.replace(path)


def _refuse(layout: Layout, side: Path) -> AlreadyUp:
    try:
        holder = Holder(**json.loads(side.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        holder = Holder(0, "this machine", "", "just now")
    watch = f"Watch it at {holder.ui}, or stop" if holder.ui else "Stop"
    return AlreadyUp(
        f"{layout.published.name} is kept up already by process {holder.pid} on {holder.host}, "
        f"since {holder.started_at}.",
        f"{watch} it with: kill {holder.pid}",
    )
