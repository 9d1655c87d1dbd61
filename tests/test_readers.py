"""Readers never wait, never block the writer, and never see half a run."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import time
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.world import build_world
from tests.world.prefect_server import start_prefect_server

pytestmark = [pytest.mark.slow, pytest.mark.timed]

LOADS, SIZE = 10, 60
PAUSE = 0.25  # seconds between a reader's queries: it is there to read, not to take the cores
QUERY = """
select (select count(*) from documents),
       (select count(*) from articles),
       (select count(distinct article_id) from documents where outcome in ('new', 'updated')),
       (select sum(documents_read) from runs)
"""


def query_again_and_again(path: str, stop: Event, answers: Any) -> None:
    """A new connection for every query."""
    seen, slowest, count = set(), 0.0, 0
    while not stop.is_set():
        started = time.monotonic()
        try:
            with duckdb.connect(path, read_only=True) as connection:
                seen.add(connection.execute(QUERY).fetchall()[0])
        except duckdb.Error as error:
            answers.put(("failed", str(error)))
            return
        slowest = max(slowest, time.monotonic() - started)
        count += 1
        time.sleep(PAUSE)
    answers.put(("fine", seen, slowest, count))


def keep_one_connection_open(path: str, stop: Event, answers: Any) -> None:
    """One connection from the first load to the last."""
    seen, slowest, count = set(), 0.0, 0
    try:
        with duckdb.connect(path, read_only=True) as connection:
            while not stop.is_set():
                started = time.monotonic()
                seen.add(connection.execute(QUERY).fetchall()[0])
                slowest = max(slowest, time.monotonic() - started)
                count += 1
                time.sleep(PAUSE)
    except duckdb.Error as error:
        answers.put(("failed", str(error)))
        return
    answers.put(("fine", seen, slowest, count))


def load(folder: Path, warehouse: Path, environment: dict[str, str]) -> float:
    started = time.monotonic()
    result = subprocess.run(
        [sys.executable, "-m", "flows.cli", "ingest", str(folder), "--warehouse", str(warehouse),
         "--batch-size", "20", "--quiet"],
        env=environment, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert result.returncode in (0, 3), result.stderr
    return time.monotonic() - started


def test_readers_during_ten_loads(tmp_path):
    build_world(tmp_path / "pages", LOADS * SIZE)
    pages = sorted((tmp_path / "pages").iterdir())
    for number in range(LOADS):
        part = tmp_path / f"part-{number}"
        part.mkdir()
        for page in pages[number * SIZE : (number + 1) * SIZE]:
            page.rename(part / page.name)
    warehouse = tmp_path / "news.duckdb"
    context = multiprocessing.get_context("spawn")
    stop, answers = context.Event(), context.Queue()
    with start_prefect_server(tmp_path) as server:
        alone = load(tmp_path / "part-0", warehouse, server.environment)
        readers = [
            context.Process(target=target, args=(str(warehouse), stop, answers))
            for target in (keep_one_connection_open, *[query_again_and_again] * 3)
        ]
        for reader in readers:
            reader.start()
        times = [
            load(tmp_path / f"part-{number}", warehouse, server.environment)
            for number in range(1, LOADS)
        ]
        stop.set()
    results = [answers.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join(30)
    assert [result[0] for result in results] == ["fine"] * 4, results
    whole = {(SIZE * n) for n in range(1, LOADS + 1)}
    for _, seen, _, count in results:
        assert count > LOADS
        for documents, articles, distinct, of_runs in seen:
            assert documents in whole
            assert articles == distinct
            assert of_runs == documents
    # The three readers that connect anew saw the warehouse grow; the open one saw one state.
    assert sorted(len(seen) for _, seen, _, _ in results)[0] == 1
    assert max(len(seen) for _, seen, _, _ in results) >= LOADS // 2
    # Readers use the same cores, so a load is slower beside them; it never waits for them.
    assert max(times) < 3 * alone + 10, (alone, times)
    assert max(slowest for _, _, slowest, _ in results) < 10
