"""All benchmarks, one after the other: `make bench CORPUS=DIR`.

usage: python -m bench CORPUS [--quick]

`--quick` takes a tenth of the documents; quote figures of full runs only. Each part can be run
alone: `python -m bench.throughput`, `bench.warehouse`, `bench.scale`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys


def main() -> None:
    """Run every part as a process of its own, so that none warms another."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("corpus", help="a folder of pages, or of folders with a pages.jsonl")
    parser.add_argument("--quick", action="store_true", help="a tenth of the documents")
    arguments = parser.parse_args()
    scale = 10 if arguments.quick else 1
    parts = [
        ["bench.throughput", arguments.corpus, "--rounds", "1" if arguments.quick else "3"],
        ["bench.warehouse", "--articles", str(200_000 // scale), "--minutes", "1"],
        ["bench.scale", "orchestration", "--documents", str(5_000 // scale)],
        ["bench.scale", "memory", "--documents", str(50_000 // scale)],
    ]
    failed = 0
    for part in parts:
        sys.stdout.write(f"\n== {' '.join(part)}\n")
        sys.stdout.flush()
        failed |= subprocess.run([sys.executable, "-m", *part], check=False).returncode
    sys.exit(failed)


if __name__ == "__main__":
    main()
