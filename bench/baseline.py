"""The peer: a `concurrent.futures` script that calls trafilatura on every page."""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from trafilatura import bare_extraction


def extract(path: Path) -> int:
    """The length of the text of one page."""
    document = bare_extraction(path.read_bytes(), with_metadata=True)
    return len(document.text or "") if document else 0


def main(folder: str, workers: str) -> None:
    """Extract every page of a folder and print how many had a text."""
    pages = sorted(Path(folder).glob("*.html"))
    with ProcessPoolExecutor(int(workers)) as pool:
        lengths = list(pool.map(extract, pages, chunksize=8))
    sys.stdout.write(f"{sum(map(bool, lengths))} of {len(pages)} pages\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
