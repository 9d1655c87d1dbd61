"""Copydesk from files to published rows, beside trafilatura: CPU and wall time, same pages.

usage: python -m bench.throughput CORPUS [--rounds N] [--workers N]

CORPUS is a folder with HTML pages, or with manifests `*/pages.jsonl` whose rows name a `file`.
Every round runs each system once, as a whole process; the table shows medians.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from bench.process import Cost, measure
from tests.world.prefect_server import start_prefect_server


def gather_pages(corpus: Path, folder: Path) -> int:
    """Unpack every distinct page of the corpus into `folder`."""
    folder.mkdir()
    seen: set[bytes] = set()
    for content in _read_pages(corpus):
        if content not in seen:
            seen.add(content)
            (folder / f"{len(seen):06d}.html").write_bytes(content)
    return len(seen)


def _read_pages(corpus: Path) -> Iterator[bytes]:
    manifests = sorted([*corpus.glob("pages.jsonl"), *corpus.glob("*/pages.jsonl")])
    for manifest in manifests:
        for line in manifest.read_text(encoding="utf-8").splitlines():
            name = json.loads(line).get("file")
            if name:
                yield _unpack(manifest.parent / name)
    if not manifests:
        for path in sorted([*corpus.rglob("*.html"), *corpus.rglob("*.html.gz")]):
            yield _unpack(path)


def _unpack(path: Path) -> bytes:
    content = path.read_bytes()
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def run(corpus: Path, rounds: int, workers: int) -> None:
    """Measure all systems, round by round, and print the table."""
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        count = gather_pages(corpus, work / "pages")
        with start_prefect_server(work) as server:
            systems = _list_systems(work, workers, server.environment)
            costs: dict[str, list[Cost]] = {name: [] for name in systems}
            used = 0.0
            for _ in range(rounds):
                for name, system in systems.items():
                    before = _cpu_of(server.pid)
                    costs[name].append(system())
                    used += (_cpu_of(server.pid) - before) if name == "copydesk" else 0.0
        _print_table(costs, count, used / rounds)


def _list_systems(
    work: Path, workers: int, environment: dict[str, str]
) -> dict[str, Callable[[], Cost]]:
    pages, log = str(work / "pages"), work / "log.txt"
    warehouse = str(work / "out" / "news.duckdb")

    def fresh() -> None:
        shutil.rmtree(work / "out", ignore_errors=True)
        (work / "out").mkdir()

    def measure_copydesk() -> Cost:
        fresh()
        command = ["ingest", pages, "--warehouse", warehouse, "--workers", str(workers), "--quiet"]
        return measure([sys.executable, "-m", "flows.cli", *command], environment, log)

    def measure_script() -> Cost:
        return measure([sys.executable, "-m", "bench.baseline", pages, str(workers)], None, log)

    def measure_trafilatura() -> Cost:
        fresh()
        options = ["--input-dir", pages, "--output-dir", str(work / "out")]
        options += ["--parallel", str(workers), "--json", "--with-metadata"]
        return measure([str(Path(sys.executable).parent / "trafilatura"), *options], None, log)

    return {
        "copydesk": measure_copydesk,
        "script": measure_script,
        "trafilatura": measure_trafilatura,
    }


def _cpu_of(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    children = [p.cpu_times() for p in psutil.Process(pid).children(recursive=True)]
    return sum(t.user + t.system for t in [times, *children])


def _print_table(costs: dict[str, list[Cost]], count: int, server: float) -> None:
    def median(name: str, field: str) -> float:
        return statistics.median(getattr(cost, field) for cost in costs[name])

    out = sys.stdout.write
    out(f"{count} pages, medians of {len(costs['copydesk'])} rounds, whole processes\n")
    out(f"{'system':12} {'cpu s':>8} {'wall s':>8} {'peak MB':>8} {'cpu/script':>10} exit\n")
    for name in costs:
        ratio = statistics.median(
            mine.cpu / script.cpu for mine, script in zip(costs[name], costs["script"], strict=True)
        )
        codes = sorted({cost.code for cost in costs[name]})
        out(
            f"{name:12} {median(name, 'cpu'):8.2f} {median(name, 'wall'):8.2f} "
            f"{median(name, 'peak_mb'):8.0f} {ratio:10.3f} {codes}\n"
        )
    out(f"the Prefect server's own CPU during a copydesk run: {server:.2f} s\n")


def main() -> None:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    run(arguments.corpus, arguments.rounds, arguments.workers)


if __name__ == "__main__":
    main()
