"""A writer killed with SIGKILL at any moment, and run again to the end, leaves no trace."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.warehouse.builders import make_layout
from tests.warehouse.test_publishing import assert_copies_equal, dump

# Loads and publishes some batches; run again, it goes on where it was.
WORK = """
import sys
from pathlib import Path
from tests.warehouse.builders import edit, fail, make_batch, make_layout, repeat
from warehouse import replay, spare
from warehouse.writer import open_writer
from warehouse.stage import stage_batch

spare.GRACE_SECONDS = 0
replay.COPIED_BYTES_A_SECOND = 1 if sys.argv[2] == "replay" else 10**12
layout = make_layout(Path(sys.argv[1]))
print("ready", flush=True)
with open_writer(layout) as writer:
    for number in range(int(sys.argv[3])):
        first = edit(f"n{number}", "A")
        documents = [first, edit("same", f"v{number // 2}", number), fail(f"p{number}"),
                     repeat(first), *(edit(f"m{number}-{i}") for i in range(10))]
        writer.load(stage_batch(layout, make_batch(f"b{number}", *documents)))
        if number % 2:
            writer.publish()
    writer.publish()
print("done", flush=True)
"""


def start(folder: Path, way: str, batches: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORK, str(folder), way, str(batches)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def finish(folder: Path, way: str, batches: int) -> float:
    process = start(folder, way, batches)
    process.stdout.readline()
    started = time.monotonic()
    assert process.stdout.readline() == "done\n"
    assert process.wait() == 0
    return time.monotonic() - started


def kill_after(folder: Path, way: str, batches: int, seconds: float) -> None:
    process = start(folder, way, batches)
    process.stdout.readline()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def check(tmp_path: Path, way: str, batches: int, kills: int) -> None:
    chance = random.Random(way)
    calm = tmp_path / "calm"
    calm.mkdir()
    seconds = finish(calm, way, batches)
    expected = dump(make_layout(calm).published)
    expected.pop("schema_migrations")
    rough = tmp_path / "rough"
    rough.mkdir()
    for _ in range(kills):
        kill_after(rough, way, batches, chance.uniform(0, seconds / 4))
    finish(rough, way, batches)
    layout = make_layout(rough)
    found = dump(layout.published)
    found.pop("schema_migrations")
    assert found == expected
    assert_copies_equal(layout, batches)


def test_kills_leave_no_trace(tmp_path):
    check(tmp_path, "replay", 4, 2)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["replay", "copy"])
def test_many_kills_leave_no_trace(tmp_path, way):
    check(tmp_path, way, *((16, 20) if os.environ.get("COPYDESK_KILLS") == "all" else (10, 9)))
