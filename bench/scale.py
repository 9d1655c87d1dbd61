"""Long runs over an invented world: memory, rate, and what the orchestration costs.

usage: python -m bench.scale memory [--documents 50000]
       python -m bench.scale orchestration [--documents 5000]

`memory` prints the peak of all processes together, the Prefect server aside. `orchestration`
runs the same stages with and without Prefect, on the same server-side state, and prints the
share of the wall time that Prefect takes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.process import measure
from tests.world import build_world
from tests.world.prefect_server import start_prefect_server


def measure_memory(documents: int, workers: int) -> None:
    """One run over `documents` inputs; time, rate and peak memory."""
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        build_world(work / "pages", documents)
        with start_prefect_server(work) as server:
            command = [sys.executable, "-m", "flows.cli", "ingest", str(work / "pages")]
            command += ["--warehouse", str(work / "news.duckdb"), "--quiet"]
            command += ["--workers", str(workers)]
            cost = measure(command, server.environment, work / "log.txt")
        size = (work / "news.duckdb").stat().st_size
        sys.stdout.write(
            f"{documents} documents: {cost.wall:.1f} s, {documents / cost.wall:.0f} documents/s, "
            f"{cost.cpu:.1f} s CPU, peak {cost.peak_mb:.0f} MB in all processes, "
            f"database {size / 1e6:.0f} MB, exit {cost.code}\n"
        )


PLAIN_RUN = """
import sys, time
from pathlib import Path
from bench.plain import ingest_plainly
started = time.perf_counter()
ingest_plainly([sys.argv[1]], Path(sys.argv[2]), int(sys.argv[3]))
print(time.perf_counter() - started)
"""
FLOW_RUN = """
import sys, time
from pathlib import Path
from flows.server import prepare_environment, run_briefly
prepare_environment()
from flows.ingest import ingest
started = time.perf_counter()
with run_briefly():
    ingest(sources=[sys.argv[1]], warehouse=Path(sys.argv[2]), workers=int(sys.argv[3]))
print(time.perf_counter() - started)
"""


def measure_orchestration(documents: int, workers: int, rounds: int) -> None:
    """The same run as a flow and as plain calls, in turn."""
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        build_world(work / "pages", documents)
        with start_prefect_server(work) as server:
            pairs = [
                (
                    _time_run(FLOW_RUN, work, f"flow-{n}", workers, server.environment),
                    _time_run(PLAIN_RUN, work, f"plain-{n}", workers, server.environment),
                )
                for n in range(rounds)
            ]
    shares = [1 - plain / flow for flow, plain in pairs]
    flow, plain = (statistics.median(column) for column in zip(*pairs, strict=True))
    sys.stdout.write(
        f"{documents} documents, medians of {rounds} rounds: flow {flow:.2f} s, plain calls "
        f"{plain:.2f} s, orchestration {100 * statistics.median(shares):.1f} % of the wall time\n"
    )


def _time_run(code: str, work: Path, name: str, workers: int, environment: dict[str, str]) -> float:
    command = [sys.executable, "-c", code, str(work / "pages"), str(work / f"{name}.duckdb")]
    output = subprocess.run(
        [*command, str(workers)], env=environment, check=True, capture_output=True, text=True
    )
    return float(output.stdout.split()[-1])


def main() -> None:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("what", choices=["memory", "orchestration"])
    parser.add_argument("--documents", type=int)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    started = time.monotonic()
    if arguments.what == "memory":
        measure_memory(arguments.documents or 50_000, arguments.workers)
    else:
        measure_orchestration(arguments.documents or 5_000, arguments.workers, arguments.rounds)
    sys.stdout.write(f"measured in {time.monotonic() - started:.0f} s\n")


if __name__ == "__main__":
    main()
