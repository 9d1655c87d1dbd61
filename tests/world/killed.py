"""`copydesk`, killed with SIGKILL at one moment: as often as an event of Python's own (PEP 578)
came whose arguments match, before what it tells of is done.

python -m tests.world.killed $'os.rename\\t/journal/\\t2\\t0.01' poll --now --pace 0

The program is the one that users run; with a moment of "-" it is not killed. Its segments are small
here, so that a little world fills several.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import time
from dataclasses import dataclass, replace
from functools import partial

SEGMENT_PAGES = 10


@dataclass(frozen=True, slots=True)
class Moment:
    """The `count`th event of this name with `pattern` in its arguments, and `delay` seconds on."""

    event: str
    pattern: str
    count: int = 1
    delay: float = 0.0

    def print(self) -> str:
        """The moment as an argument."""
        return f"{self.event}\t{self.pattern}\t{self.count}\t{self.delay}"


def parse_moment(text: str) -> Moment | None:
    """A moment as it was printed; None for "-"."""
    if text == "-":
        return None
    event, pattern, count, delay = text.split("\t")
    return Moment(event, pattern, int(count), float(delay))


def wait_for(moment: Moment) -> None:
    """Have this process killed at the moment."""
    seen, wanted, reached = [0], re.compile(moment.pattern), threading.Event()

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if event == moment.event and wanted.search(" ".join(map(str, arguments))):
            seen[0] += 1
            if seen[0] == moment.count:
                reached.set() if moment.delay else kill()

    threading.Thread(target=partial(kill_later, reached, moment.delay), daemon=True).start()
    sys.addaudithook(hear)


def kill_later(reached: threading.Event, delay: float) -> None:
    """Kill this process so many seconds after the event."""
    reached.wait()
    time.sleep(delay)
    kill()


def kill() -> None:
    """End this process as the kernel does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def shrink_segments() -> None:
    """Let crawls close a segment after a few pages."""
    from flows.server import prepare_environment

    prepare_environment()  # before Prefect is imported
    from flows import harvest, maintain, poll

    made = harvest.make_settings
    for flow in (poll, maintain):
        flow.make_settings = lambda *how: replace(made(*how), segment_pages=SEGMENT_PAGES)


def main() -> None:
    """Run the command after the moment."""
    moment = parse_moment(sys.argv.pop(1))
    if moment is not None:
        wait_for(moment)
    if sys.argv[1] in ("poll", "maintain"):
        shrink_segments()
    from flows.cli import main as run

    run()


if __name__ == "__main__":
    main()
