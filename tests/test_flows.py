"""The flows on a real Prefect server, in this process: what they leave there and how they fail."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import time
from collections import Counter
from pathlib import Path
from uuid import UUID

import duckdb
import pytest

from tests.flows.pages import write_page
from tests.world.prefect_server import PrefectServer, start_prefect_server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    with start_prefect_server(tmp_path_factory.mktemp("prefect")) as server:
        yield server


@pytest.fixture(scope="module")
def client(server: PrefectServer):
    """Prefect's client; flows called in this module report to the same server."""
    from prefect.client.orchestration import get_client
    from prefect.logging.handlers import APILogWorker
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: server.url}), get_client(sync_client=True) as client:
        yield client
        APILogWorker.drain_all(timeout=10)  # before the server is gone


@pytest.fixture(scope="module")
def finished(client, tmp_path_factory: pytest.TempPathFactory):
    """(warehouse, flow run) of an ingest of nine documents, two of them empty, in three batches."""
    from flows.ingest import ingest

    folder = tmp_path_factory.mktemp("desk")
    pages = folder / "pages"
    pages.mkdir()
    for number in range(9):
        url = f"https://post.example/{number}"
        write_page(pages, f"p{number}.html", title=f"Ferry number {number}", url=url)
    for number in (2, 5):
        (pages / f"p{number}.html").write_bytes(b"")
    warehouse = folder / "news.duckdb"
    state = ingest(
        sources=[str(pages)], warehouse=warehouse, workers=1, batch_size=3, return_state=True
    )
    assert state.is_completed(), state.message
    return warehouse, wait_for_run(client, state.state_details.flow_run_id)


def wait_for_run(client, run_id: UUID, seconds: float = 20.0):
    """The flow run once the server has filed its end, which events tell it a little later."""
    end = time.monotonic() + seconds
    while not (run := client.read_flow_run(run_id)).state.is_final() and time.monotonic() < end:
        time.sleep(0.2)
    return run


def read_logs(client, run_id: UUID, wanted: str, seconds: float = 20.0) -> list[tuple[str, str]]:
    """(logger, message) of everything logged, once a message that begins with `wanted` is there."""
    from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId

    chosen = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run_id]))
    end = time.monotonic() + seconds
    while True:
        logs = client._client.post(
            "/logs/filter", json={"logs": chosen.model_dump(mode="json"), "sort": "TIMESTAMP_ASC"}
        ).json()
        found = [(log["name"], log["message"]) for log in logs]
        if any(m.startswith(wanted) for _, m in found) or time.monotonic() > end:
            return found
        time.sleep(0.3)


def read_task_runs(client, run_id: UUID, count: int, seconds: float = 20.0):
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    chosen = FlowRunFilter(id=FlowRunFilterId(any_=[run_id]))
    end = time.monotonic() + seconds
    while True:
        runs = client.read_task_runs(flow_run_filter=chosen)
        filed = [run for run in runs if run.state is not None and run.state.is_final()]
        if len(filed) >= count or time.monotonic() > end:
            return filed
        time.sleep(0.3)


def read_artifact(client, run_id: UUID, key: str):
    from prefect.client.schemas.filters import (
        ArtifactFilter,
        ArtifactFilterFlowRunId,
        ArtifactFilterKey,
    )

    chosen = ArtifactFilter(
        flow_run_id=ArtifactFilterFlowRunId(any_=[run_id]), key=ArtifactFilterKey(any_=[key])
    )
    [artifact] = client.read_artifacts(artifact_filter=chosen)
    return artifact


def test_the_summary_is_a_markdown_artifact(client, finished):
    warehouse, run = finished
    artifact = read_artifact(client, run.id, "copydesk-summary")
    assert artifact.type == "markdown"
    assert "| 9 | 7 | 0 | 0 | 2 |" in artifact.data
    assert f"--warehouse {warehouse}" in artifact.data
    rows = [line.split("|")[1:4] for line in artifact.data.split("\n") if line.startswith("| ")]
    stages = {row[0].strip(): (row[1].strip(), row[2].strip()) for row in rows}
    assert stages["edit"] == ("9", "3")
    assert stages["load"] == ("9", "3")
    assert stages["publish"][1] == "1"


def test_problems_by_code_are_a_table_artifact(client, finished):
    artifact = read_artifact(client, finished[1].id, "copydesk-problems")
    assert artifact.type == "table"
    assert json.loads(artifact.data) == [{"code": "empty-file", "documents": 2}]


def test_task_runs_are_named_by_stage_and_batch(client, finished):
    batches = [f"{s}-{n}" for s in ("archive", "edit", "stage", "load") for n in (1, 2, 3)]
    runs = read_task_runs(client, finished[1].id, 15)
    assert sorted(run.name for run in runs) == sorted(["discover", *batches, "link", "publish"])
    assert {run.state.type.value for run in runs} == {"COMPLETED"}
    assert {run.run_count for run in runs} == {1}


def test_a_batch_is_one_line_in_prefects_log(client, finished):
    logs = read_logs(client, finished[1].id, "publish:")
    ours = Counter(message.split(":")[0] for name, message in logs if " read, " in message)
    assert ours == {"load": 3, "link": 1, "publish": 1}
    assert any("9 read, 7 new, 0 updated, 0 unchanged, 2 problems" in m for _, m in logs)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"sources": []}, "at least 1 item"),
        ({"sources": [""]}, "at least 1 character"),
        ({"batch_size": 0}, "greater than or equal to 1"),
        ({"workers": -1}, "greater than or equal to 0"),
        ({"limits": {"seconds": 0}}, "limits.seconds must be above 0, not 0"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_a_wrong_parameter_fails_before_anything_is_done(client, tmp_path, wrong, words):
    from flows.ingest import ingest

    warehouse = tmp_path / "news.duckdb"
    state = ingest(
        **{"sources": [str(tmp_path)], "warehouse": warehouse, **wrong}, return_state=True
    )
    assert state.is_failed()
    assert words in state.message
    assert list(tmp_path.iterdir()) == []


def test_a_missing_source_fails_at_once_and_says_so(client, tmp_path):
    from flows.ingest import ingest
    from tasks.errors import SourceNotFound

    missing = tmp_path / "nowhere.warc.gz"
    started = time.monotonic()
    state = ingest(sources=[str(missing)], warehouse=tmp_path / "n.duckdb", return_state=True)
    assert time.monotonic() - started < 5  # the delays of three retries are 21 s
    assert state.is_failed()
    error = state.result(raise_on_failure=False)
    assert isinstance(error, SourceNotFound)
    assert error.hint
    assert str(missing) in state.message
    assert error.hint in state.message
    run_id = state.state_details.flow_run_id
    [task_run] = read_task_runs(client, run_id, 1)
    assert (task_run.name, task_run.run_count) == ("discover", 1)
    assert task_run.state.is_failed()
    logs = read_logs(client, run_id, "Finished in state Failed")
    assert any(error.hint in message for _, message in logs)


def keep_lock(warehouse: str, held, seconds: float) -> None:
    from warehouse.layout import locate
    from warehouse.lock import hold_lock

    with hold_lock(locate(Path(warehouse)), "another-run", 0):
        held.set()
        time.sleep(seconds)


@contextlib.contextmanager
def locked_elsewhere(warehouse: Path, seconds: float):
    """Another process is the writer for `seconds`."""
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    process = context.Process(target=keep_lock, args=(str(warehouse), held, seconds))
    process.start()
    try:
        assert held.wait(30)
        yield process.pid
    finally:
        process.kill()
        process.join()


def test_a_second_run_says_who_writes_and_what_to_do(client, tmp_path):
    from flows.ingest import ingest

    write_page(tmp_path, "page.html", title="Ferry", url="https://post.example/1")
    warehouse = tmp_path / "news.duckdb"
    with locked_elsewhere(warehouse, 60) as pid:
        state = ingest(
            sources=[str(tmp_path / "page.html")],
            warehouse=warehouse,
            wait_seconds=1,
            return_state=True,
        )
    assert state.is_failed()
    for words in ("news.duckdb is being written by run another-run", f"process {pid} on"):
        assert words in state.message
    assert "(waited 1 s)" in state.message
    assert f"or stop process {pid}" in state.message
    logs = read_logs(client, state.state_details.flow_run_id, "Finished in state Failed")
    assert any(f"or stop process {pid}" in message for _, message in logs)


def test_a_second_run_waits_for_the_first(client, tmp_path):
    from flows.ingest import ingest

    write_page(tmp_path, "page.html", title="Ferry", url="https://post.example/1")
    warehouse = tmp_path / "news.duckdb"
    with locked_elsewhere(warehouse, 2):
        report = ingest(sources=[str(tmp_path / "page.html")], warehouse=warehouse, workers=1)
    assert report.tally.new == 1
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        assert connection.execute("select count(*) from articles").fetchall() == [(1,)]


def run_attempts(client, tmp_path: Path, error: Exception | None, held_for: float):
    """(state, attempts) of a task with the options of every stage. It takes a lock that another
    process holds for a while, and then raises `error`, if any."""
    from prefect import flow, task

    from tasks.stages import STAGE_OPTIONS
    from warehouse.layout import locate
    from warehouse.lock import hold_lock

    warehouse = tmp_path / "news.duckdb"
    attempts = []

    @task(name="turn", **STAGE_OPTIONS)
    def take_turn():
        attempts.append(time.monotonic())
        with hold_lock(locate(warehouse), "ours", 0):
            if error is not None:
                raise error

    @flow(name="turns")
    def take_turns():
        take_turn()

    held = locked_elsewhere(warehouse, held_for) if held_for else contextlib.nullcontext()
    with held:
        state = take_turns(return_state=True)
    return state, len(attempts)


def test_a_transient_fault_is_tried_again(client, tmp_path):
    state, attempts = run_attempts(client, tmp_path, None, held_for=3.0)
    assert state.is_completed()
    assert attempts == 3  # at once, after 1 s, and 5 s later


def test_a_terminal_fault_is_not_tried_again(client, tmp_path):
    from tasks.errors import DiskFull

    state, attempts = run_attempts(client, tmp_path, DiskFull("Full.", "Free some."), held_for=0)
    assert state.is_failed()
    assert state.message.endswith("Full. Free some.")
    assert attempts == 1


def test_an_unknown_error_is_not_tried_again(client, tmp_path):
    state, attempts = run_attempts(client, tmp_path, RuntimeError("what?"), held_for=0)
    assert (state.is_failed(), attempts) == (True, 1)
