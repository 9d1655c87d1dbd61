"""A writer killed before any of its steps on the disk, and run again, leaves no trace."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

# What a writer does to files shows as audit events: before each of them in turn a process ends at
# once. Processes are forked, from one that never had a connection, for importing takes long.
WORK = """
import os
import shutil
import sys
import traceback
from itertools import count
from pathlib import Path

from tests.warehouse.builders import (
    START, edit, fail, make_batch, make_empty, make_layout, make_old, repeat
)
from tests.warehouse.test_publishing import assert_copies_equal, dump
from warehouse import replay, spare
from warehouse.copies import new_path, point, write_record
from warehouse.stage import stage_batch
from warehouse.upkeep import Upkeep, stage_upkeep
from warehouse.writer import open_writer

FOLDER, WAY, STRIDE = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
STEPS = {"os.rename", "os.remove", "os.symlink", "os.mkdir", "os.rmdir", "subprocess.Popen"}
spare.GRACE_SECONDS = 0
replay.COPIED_BYTES_A_SECOND = 10**12 if WAY == "copied" else 1


def start(layout):
    if WAY == "migrated":
        file = make_old(new_path(layout), 13)
        point(layout, write_record(file, 0, "of old", 0, is_open=False))
        return
    with open_writer(layout) as writer:
        writer.load(stage_batch(layout, make_batch("b1", edit("a"), edit("b"))))
        writer.publish()


def work(layout):
    with open_writer(layout) as writer:
        first = edit("c")
        documents = [first, edit("a", "new"), fail("p"), repeat(first)]
        writer.load(stage_batch(layout, make_batch("b2", *documents)))
        if WAY == "compacted":
            writer.compact()
        elif WAY == "heavy":
            replay.HEAVY_BYTES = replay.HEAVY_PART = 0
        elif WAY != "migrated":
            writer.load(stage_upkeep(layout, Upkeep("u", START, mends=True)))
        writer.publish()


def die_before(step):
    steps = count()

    def watch(event, arguments):
        changes = event in STEPS or event == "open" and arguments[2] & (os.O_WRONLY | os.O_CREAT)
        if changes and next(steps) == step:
            os._exit(9)

    sys.addaudithook(watch)


def fork(action, *arguments):
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        action(*arguments)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def check(folder, step):
    layout = make_layout(folder)
    if step is not None:
        work(layout)
    found = dump(layout.published)
    del found["schema_migrations"]
    (folder / "found").write_text(repr(found))
    assert_copies_equal(layout, max(int(row.split(", ")[2]) for row in found["batches"]))


def attempt(step):
    folder = FOLDER / f"step-{step}"
    shutil.copytree(FOLDER / "start", folder, symlinks=True)

    def strive():
        if step is not None:
            die_before(step)
        work(make_layout(folder))

    ended = fork(strive)
    if fork(check, folder, step) or ended not in (0, 9):
        sys.exit(f"{WAY}, step {step}: not as it was")
    found = (folder / "found").read_text()
    shutil.rmtree(folder)
    return ended, found


make_layout(FOLDER)
(FOLDER / "start").mkdir()
fork(lambda: start(make_layout(FOLDER / "start")))
_, expected = attempt(None)
for step in count(0, STRIDE):
    ended, found = attempt(step)
    if found != expected:
        sys.exit(f"{WAY}, step {step}: other rows")
    if not ended:
        print(step)
        break
"""


@pytest.mark.slow
@pytest.mark.parametrize("way", ["replayed", "copied", "heavy", "compacted", "migrated"])
def test_a_kill_before_a_step_leaves_no_trace(tmp_path, way):
    stride = 1 if os.environ.get("COPYDESK_KILLS") == "all" else 7
    done = subprocess.run(
        [sys.executable, "-B", "-c", WORK, str(tmp_path), way, str(stride)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20
