"""`copydesk clean` over a set, as a command; and once more in another order, to compare."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.quality.corpus import Record, read_rows
from tasks.errors import CopydeskError, UsageError

# 1 is also "every document is a problem": a fault of its own shows in the rows that are missing.
_FINISHED = (0, 1, 3)


class CleanFailed(CopydeskError):
    """`copydesk clean` did not print what it was given."""

    code = "clean-failed"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The rows of a set's manifest, and the place that `copydesk clean` reads them at. Both orders
    are read at the same place, because the addresses in the output tell it."""

    rows: tuple[Record, ...]
    place: Path
    written: float


@dataclass(frozen=True, slots=True)
class Repeat:
    """How many pages were cleaned twice, and the ids of those that came out different."""

    compared: int
    different: tuple[str, ...]


def copy_manifest(path: Path, scratch: Path) -> Manifest:
    """A set's manifest under the same name in the scratch folder, its files named in full."""
    rows = tuple(_name_in_full(row, path.parent) for row in read_rows(path))
    place = scratch / path.parent.name / path.name
    place.parent.mkdir(parents=True, exist_ok=True)
    return Manifest(rows, place, path.stat().st_mtime)


def _name_in_full(row: Record, folder: Path) -> Record:
    return row | {"file": str((folder / row["file"]).resolve())} if row.get("file") else row


def clean_manifest(manifest: Manifest, workers: int, backwards: bool = False) -> dict[str, str]:
    """What the command prints of every page, by id: one line of JSON each. CleanFailed where it
    prints another number of lines."""
    rows = manifest.rows[::-1] if backwards else manifest.rows
    place = manifest.place
    place.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    os.utime(place, (manifest.written, manifest.written))  # the time of pages that have none
    lines, said = _run(place, workers)
    found = {json.loads(line)["id"]: line for line in lines}
    if len(lines) != len(rows) or found.keys() != {row["id"] for row in rows}:
        ends = f"{len(rows)} pages went in and {len(lines)} came out"
        raise CleanFailed(f"copydesk clean {place.parent.name}/{place.name}: {ends}. {said}")
    return found


def _run(place: Path, workers: int) -> tuple[list[str], str]:
    """The lines, and the end of what was said on standard error."""
    command = [sys.executable, "-m", "flows.cli", "clean", str(place), "--format", "jsonl"]
    done = subprocess.run(
        [*command, "--quiet", "--workers", str(workers)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    said = done.stderr.decode("utf-8", "replace").strip()[-2000:]
    if done.returncode not in _FINISHED:
        raise CleanFailed(f"copydesk clean ended with {done.returncode}: {said}")
    # Not splitlines(), which also ends a line at U+2028, and JSON prints that as it is.
    return [line for line in done.stdout.decode("utf-8").split("\n") if line], said


def read_lines(name: str, lines: Mapping[str, str]) -> dict[str, Record]:
    """The lines as records, by id. UsageError where the manifest names a page that is not there:
    such a corpus has no figures."""
    records = {key: json.loads(line) for key, line in lines.items()}
    for record in records.values():
        problem = record["problem"] or {}
        if problem.get("code") == "manifest-row":
            raise UsageError(f"{name}: {problem['message']}", "Complete the corpus.")
    return records


def compare_lines(first: Mapping[str, str], second: Mapping[str, str]) -> Repeat:
    """Byte by byte: nothing in a line depends on when or beside what a page was cleaned."""
    different = [key for key, line in first.items() if line != second.get(key)]
    return Repeat(len(first), tuple(different))


def add_repeats(repeats: Iterable[Repeat]) -> Repeat:
    """Several sets together."""
    known = list(repeats)
    return Repeat(
        sum(repeat.compared for repeat in known),
        tuple(key for repeat in known for key in repeat.different),
    )


def list_differences(first: str, second: str) -> Iterator[str]:
    """The names of the values in which two lines differ."""
    one, other = json.loads(first), json.loads(second)
    return (key for key in one.keys() | other.keys() if one.get(key) != other.get(key))


def choose_other(workers: int) -> int:
    """Another number of workers than the first (0: one a core)."""
    return 2 if (workers or os.cpu_count() or 1) == 1 else 1


def keep_lines(folder: Path, name: str, lines: Sequence[str]) -> None:
    """The output as a file, to look at."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
