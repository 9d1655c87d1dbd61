"""A soak: `copydesk up` on schedule over a world that publishes, edits and fails.

usage: python -m bench.soak [--minutes 30] [--every 20] [--pace 0.2] [--keep FOLDER]

Two processes read all the time. The Prefect server is killed with SIGKILL at a third of the time,
the runner at two thirds. Then nothing is published any more, and when all is quiet every version of
every page must be in the warehouse exactly once. Exit code 1 when anything is off.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench.readers import Reader, Readers, Reading
from bench.soak.press import (
    BAD,
    CRAWL_DELAY,
    SITES,
    Press,
    list_wanted,
    read_versions,
    set_up,
    write_sources,
)
from bench.soak.service import Service, run_command
from bench.soak.verdict import (
    Check,
    check_pace,
    check_runs,
    check_versions,
    list_fast,
    now,
    print_table,
)
from tests.world.news_world import NewsWorld, start_news_world

# Ages at which a page is fetched again, in turns of the schedule; it is edited only well before
# the last of them.
REVISITS = (2, 4, 8)
EDITABLE = 5
SETTLE = 900.0  # seconds: a page that failed in three tries is due again in five to ten minutes


@dataclass(frozen=True, slots=True)
class Plan:
    """How long, how often, how fast; seconds."""

    seconds: float
    every: int
    pace: float


def soak(plan: Plan, folder: Path) -> bool:
    """One soak in `folder`; whether all was well. The table goes to standard output."""
    warehouse = folder / "news.duckdb"
    settings = {"COPYDESK_PACE": str(plan.pace)}
    with start_news_world(SITES + len(BAD), 10, feed_size=400) as world:
        set_up(world)
        revisits = [plan.every * turns for turns in REVISITS]
        write_sources(world, folder / "sources.toml", plan.every, revisits)
        known = ["--warehouse", str(warehouse)]
        run_command(folder, settings, "sources", "sync", str(folder / "sources.toml"), *known)
        with (
            run_up(warehouse, folder, plan, settings) as service,
            Readers([Reader(str(warehouse))] * 2) as readers,
        ):
            press = Press(world, warehouse, plan.every * EDITABLE)
            kills = go_through(plan, service, press)
            settled = settle(world, warehouse, plan)
            checks = judge(world, warehouse, service, plan)
            checks += check_readers(readers.finish())
            checks += check_end(service, kills, press.changes, settled)
    table, well = print_table(checks)
    sys.stdout.write(table)
    return well


@contextmanager
def run_up(
    warehouse: Path, folder: Path, plan: Plan, settings: dict[str, str]
) -> Iterator[Service]:
    """`copydesk up`, ready; nothing of it is left afterwards."""
    service = Service(warehouse, folder, plan.every, settings)
    try:
        service.await_event("ready")
        yield service
    finally:
        service.end()


def go_through(plan: Plan, service: Service, press: Press) -> list[str]:
    """The time itself: publishing, and a kill at each third. Who was killed."""
    kills = []
    press.start()
    time.sleep(plan.seconds / 3)
    kills.append(f"server {service.kill('server')}")
    time.sleep(plan.seconds / 3)
    await_run(service, plan.every * 3)
    kills.append(f"runner {service.kill('runner')}")
    time.sleep(plan.seconds / 3)
    press.stop()
    return kills


def await_run(service: Service, patience: float) -> None:
    """Wait for the moment after a run's start, so that the kill hits a run, too."""
    before = service.count_events()["run-started"]
    deadline = time.monotonic() + patience
    while service.count_events()["run-started"] == before and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.0)


def settle(world: NewsWorld, warehouse: Path, plan: Plan) -> float:
    """Wait until all versions are there, and a little longer for what must not come; seconds."""
    started = time.monotonic()
    wanted = {version.mark for version in list_wanted(world)}
    while time.monotonic() - started < SETTLE:
        if wanted <= {mark for mark, _ in read_versions(warehouse)}:
            break
        time.sleep(2)
    arrived = time.monotonic() - started
    await_quiet(warehouse, 2.5 * plan.every, SETTLE)
    return arrived


def await_quiet(warehouse: Path, quiet: float, patience: float) -> None:
    """Wait until nothing new has come for `quiet` seconds."""
    started = changed = time.monotonic()
    count = 0
    while time.monotonic() - changed < quiet and time.monotonic() - started < patience:
        if (found := len(read_versions(warehouse))) != count:
            count, changed = found, time.monotonic()
        time.sleep(2)


def judge(world: NewsWorld, warehouse: Path, service: Service, plan: Plan) -> list[Check]:
    """What the warehouse, Prefect and the server of the world say."""
    good = {site.host for site in world.sites}
    paces = dict.fromkeys(good, plan.pace) | {world.site(3).host: CRAWL_DELAY}
    summary = {host: row for host, row in world.control.summary().items() if host in good}
    statuses = sum((Counter(row["statuses"]) for row in summary.values()), Counter[str]())
    told = ", ".join(f"{count} × {status}" for status, count in statuses.most_common(8))
    return [
        *check_versions(list_wanted(world), read_versions(warehouse)),
        *check_runs(service.list_runs(), max(120.0, 3.0 * plan.every), now()),
        *check_pace(summary, paces),
        *[Check(f"at {host}", find_haste(world, host)) for host in list_fast(summary, paces)],
        Check("statuses", told),
    ]


def find_haste(world: NewsWorld, host: str) -> str:
    """The two requests to a host that followed each other most quickly."""
    seen = world.requests(host)
    first, second = min(pairwise(seen), key=lambda pair: pair[1].at - pair[0].at)
    place = f"requests {seen.index(first) + 1} and {seen.index(second) + 1} of {len(seen)}"
    both = [f"{one.target} ({one.status}, {one.behaviour})" for one in (first, second)]
    return f"{place}, {second.at - first.at:.3f} s: {both[0]}, then {both[1]}"


def check_readers(readings: list[Reading]) -> list[Check]:
    """Readers never failed, and saw the warehouse grow."""
    wrong = [error for reading in readings for error in reading.wrong]
    if min(reading.states for reading in readings) < 2:
        wrong.append("a reader saw one state only")
    queries = sum(len(reading.seconds) for reading in readings)
    slowest = max(reading.slowest for reading in readings)
    return [
        Check("queries of readers", f"{queries}, the slowest {slowest:.2f} s"),
        Check("readers' failures", str(len(wrong)), tuple(wrong)),
    ]


def check_end(
    service: Service, kills: list[str], changes: Counter[str], settled: float
) -> list[Check]:
    """The service ends in good order, and had come back after each kill."""
    events = service.count_events()
    back = [f"the {name} did not come back" for name in ("server", "runner")
            if events[f"{name}-started"] < 2]  # fmt: skip
    code, left = service.stop()
    faults = [f"exit code {code}"] * (code != 0) + [f"process {pid} is left" for pid in left]
    return [
        Check("changes of the world", ", ".join(f"{n} {what}" for what, n in changes.items())),
        Check("killed", ", ".join(kills), tuple(back)),
        Check("until all was there", f"{settled:.0f} s"),
        Check("memory of copydesk up, at most", f"{service.most_mb:.0f} MB"),
        Check("end on SIGTERM", f"exit code {code}", tuple(faults)),
    ]


def main() -> None:
    """Parse the arguments and soak."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--every", type=int, default=20, help="seconds between two polls")
    parser.add_argument("--pace", type=float, default=0.2, help="seconds between two requests")
    parser.add_argument("--keep", type=Path, help="an empty folder where everything stays")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is ended, too
    plan = Plan(60 * arguments.minutes, arguments.every, arguments.pace)
    place = nullcontext(str(arguments.keep)) if arguments.keep else tempfile.TemporaryDirectory()
    with place as folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        well = soak(plan, Path(folder))
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
