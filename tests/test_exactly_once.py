"""Killed anywhere and run again, the warehouse is the one an undisturbed run makes.

Each case starts a real `copydesk ingest`, kills it with SIGKILL at one moment, runs it again to
the end, and compares every table with an undisturbed run. The short form runs in CI; the long one
with `make kills`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.world import World, build_world
from tests.world.dump import dump_warehouse
from tests.world.prefect_server import PrefectServer

pytestmark = pytest.mark.slow

COPYDESK = [sys.executable, "-m", "flows.cli"]


@dataclass(frozen=True)
class Moment:
    """When to kill: as soon as `pattern` has matched `count` different paths in the private
    folder, and `delay` seconds later; with no pattern, `delay` seconds after the archive began."""

    name: str
    pattern: str = "archive/*"
    count: int = 1
    delay: float = 0.0


def list_moments(batches: int) -> list[Moment]:
    """Moments in every stage, early and late in the run."""
    early, middle, late = 1, max(2, batches // 2), batches
    patterns = {
        "archiving": "archive/*",
        "staging": "staging/*",
        "journalling": "journal/*",
    }
    moments = [
        Moment(f"{stage}-{count}-{delay}", pattern, count, delay)
        for stage, pattern in patterns.items()
        for count in (early, middle, late)
        for delay in (0.0, 0.02, 0.15)
    ]
    publishing = [Moment(f"publishing-{d}", "journal/*-run*", 1, d) for d in (0.0, 0.02, 0.1, 0.3)]
    return [*moments, *publishing]


def ingest(folder: Path, warehouse: Path, server: PrefectServer, size: int) -> subprocess.Popen:
    return subprocess.Popen(
        [*COPYDESK, "ingest", str(folder), "--warehouse", str(warehouse),
         "--batch-size", str(size), "--quiet"],
        env=server.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )  # fmt: skip


def finish(process: subprocess.Popen) -> None:
    output, _ = process.communicate(timeout=300)
    assert process.returncode in (0, 3), output.decode(errors="replace")


def kill_at(moment: Moment, process: subprocess.Popen, private: Path) -> bool:
    """Whether the moment came before the run ended."""
    seen: set[str] = set()
    while process.poll() is None:
        seen.update(path.name for path in private.glob(moment.pattern))
        if len(seen) >= moment.count:
            time.sleep(moment.delay)
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
            return process.returncode == -signal.SIGKILL
        time.sleep(0.001)
    return False


def check_counts(warehouse: Path, world: World) -> None:
    """Every document of every run has one outcome, and every input one document."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        runs = connection.execute(
            "select documents_read, new_articles + updated_articles + unchanged + problems "
            "from runs where status = 'completed'"
        ).fetchall()
        assert runs
        assert all(read == finished == world.inputs for read, finished in runs)
        new, updated, problems, documents = connection.execute(
            "select count(*) filter (outcome = 'new'), count(*) filter (outcome = 'updated'), "
            "count(*) filter (outcome = 'problem'), count(*) from documents"
        ).fetchall()[0]
        assert documents == world.inputs
        assert problems == world.bad
        articles, versions = connection.execute(
            "select (select count(*) from articles), (select count(*) from article_versions)"
        ).fetchall()[0]
        assert articles == new
        assert versions == new + updated


@pytest.fixture(scope="module")
def server(prefect_server: PrefectServer) -> PrefectServer:
    return prefect_server


@pytest.fixture(scope="module")
def scale(request: pytest.FixtureRequest) -> tuple[int, int]:
    """(documents, documents a batch)"""
    return int(os.environ.get("COPYDESK_KILL_DOCUMENTS", "240")), 40


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, server, scale):
    size, batch = scale
    folder = tmp_path_factory.mktemp("world")
    world = build_world(folder / "pages", size)
    warehouse = folder / "undisturbed.duckdb"
    finish(ingest(world.folder, warehouse, server, batch))
    check_counts(warehouse, world)
    return world, dump_warehouse(warehouse)


BATCHES = int(os.environ.get("COPYDESK_KILL_DOCUMENTS", "240")) // 40
MOMENTS = list_moments(BATCHES)
CHOSEN = MOMENTS if "COPYDESK_KILL_DOCUMENTS" in os.environ else MOMENTS[1::7]


@pytest.mark.parametrize("moment", CHOSEN, ids=lambda moment: moment.name)
def test_killed_and_run_again(moment, undisturbed, server, scale, tmp_path):
    world, expected = undisturbed
    warehouse = tmp_path / "killed.duckdb"
    private = tmp_path / "killed.copydesk"
    killed = kill_at(moment, ingest(world.folder, warehouse, server, scale[1]), private)
    finish(ingest(world.folder, warehouse, server, scale[1]))
    check_counts(warehouse, world)
    actual = dump_warehouse(warehouse)
    assert actual.keys() == expected.keys()
    for table in expected:
        assert actual[table] == expected[table], f"{table} differs after a kill at {moment.name}"
    shutil.rmtree(private)
    if not killed:
        pytest.fail(f"the run ended before the moment {moment.name} came: choose it earlier")


def test_the_same_input_twice_changes_no_row(undisturbed, server, scale, tmp_path):
    world, expected = undisturbed
    warehouse = tmp_path / "twice.duckdb"
    finish(ingest(world.folder, warehouse, server, scale[1]))
    finish(ingest(world.folder, warehouse, server, scale[1]))
    assert dump_warehouse(warehouse) == expected
