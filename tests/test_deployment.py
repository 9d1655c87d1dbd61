"""Copydesk on a Prefect server of its own: deployed as README.md says, run by a worker, served."""

from __future__ import annotations

import contextlib
import os
import pty
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import duckdb
import pytest

from flows.report import BATCH_SIZE
from tests.flows.pages import write_page
from tests.world.prefect_server import start_prefect_server

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PREFECT = [sys.executable, "-m", "prefect"]


@dataclass(frozen=True)
class Site:
    """A folder from which Copydesk was deployed, and the environment to speak to its server in."""

    folder: Path
    environment: dict[str, str]

    def prefect(self, *arguments: str, cwd: Path | None = None):
        return subprocess.run(
            [*PREFECT, *arguments],
            cwd=cwd or self.folder,
            env={**self.environment, "PWD": str(cwd or self.folder)},  # as a shell does
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    @contextlib.contextmanager
    def keep(self, *arguments: str, cwd: Path) -> Iterator[None]:
        """A command of Prefect's that goes on until the end of the block."""
        with (cwd / "prefect.log").open("ab") as log:
            process = subprocess.Popen(
                [*PREFECT, *arguments],
                cwd=cwd,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            try:
                yield
            finally:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(20)
                process.kill()
                process.wait()


def run_on_terminal(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Run a command to its end on a terminal where nobody answers its questions."""
    ours, theirs = pty.openpty()
    subprocess.run(
        command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs,
        check=True, timeout=120,
    )  # fmt: skip
    os.close(theirs)
    os.close(ours)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Deployed with `prefect deploy --all` on a terminal, and a worker at work. Only prefect.yaml
    and pages are in the folder: the flows come from the installed package."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(ROOT / "prefect.yaml", folder)
    (folder / "pages").mkdir()
    for number in range(4):
        url = f"https://post.example/{number}"
        write_page(folder / "pages", f"p{number}.html", title=f"Ferry {number}", url=url)
    with start_prefect_server(tmp_path_factory.mktemp("prefect")) as server:
        environment = {**server.environment, "PYTHONPATH": str(ROOT)}
        site = Site(folder, environment)
        created = site.prefect("work-pool", "create", "copydesk", "--type", "process")
        assert created.returncode == 0, created.stderr
        there = {**environment, "PWD": str(folder)}
        run_on_terminal([*PREFECT, "deploy", "--all"], folder, there)
        with site.keep("worker", "start", "--pool", "copydesk", cwd=folder):
            yield site


@pytest.fixture(scope="module")
def client(site: Site):
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL, temporary_settings

    url = site.environment["PREFECT_API_URL"]
    with temporary_settings({PREFECT_API_URL: url}), get_client(sync_client=True) as client:
        yield client


def create_run(client, deployment: str, **parameters: object) -> UUID:
    found = client.read_deployment_by_name(deployment)
    return client.create_flow_run_from_deployment(found.id, parameters=parameters).id


def await_state(client, run_id: UUID, *names: str, seconds: float = 120.0):
    """The run, once its state has one of the names or is final."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        run = client.read_flow_run(run_id)
        if run.state is not None and (run.state.name in names or run.state.is_final()):
            return run
        time.sleep(0.2)
    raise TimeoutError(f"the run is {run.state} after {seconds} s")


def count_articles(warehouse: Path) -> int:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute("select count(*) from articles").fetchall()[0][0]


def test_a_run_of_the_deployment_loads_rows(site):
    run = site.prefect(
        *("deployment", "run", "ingest/ingest", "--watch"),
        *("--param", 'sources=["pages"]', "--param", "warehouse=first.duckdb"),
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert count_articles(site.folder / "first.duckdb") == 4
    again = site.prefect(
        *("deployment", "run", "reprocess/reprocess", "--watch"),
        *("--param", "warehouse=first.duckdb"),
    )
    assert again.returncode == 0, again.stdout + again.stderr
    assert count_articles(site.folder / "first.duckdb") == 4


@pytest.mark.parametrize(
    ("parameter", "words"),
    [
        ("sources=[]", "Validation failed for field 'sources'"),
        ("batch_size=0", "0 is less than the minimum of 1"),
        ('limits={"seconds": "soon"}', "'soon' is not of type 'number'"),
        ("wharehouse=news.duckdb", "available on the deployment: 'sources', 'warehouse'"),
    ],
)
def test_a_wrong_parameter_is_refused_before_a_run_is_made(site, parameter, words):
    run = site.prefect("deployment", "run", "ingest/ingest", "--param", parameter)
    assert run.returncode == 1
    assert words in " ".join((run.stdout + run.stderr).split())


def test_the_ui_finds_types_defaults_bounds_and_words(client):
    deployment = client.read_deployment_by_name("ingest/ingest")
    schema = deployment.parameter_openapi_schema
    fields = schema["properties"]
    assert schema["required"] == ["sources"]
    assert all(fields[name].get("description") for name in fields)
    assert fields["sources"]["type"] == "array"
    assert (fields["sources"]["minItems"], fields["warehouse"]["format"]) == (1, "path")
    assert (fields["batch_size"]["minimum"], fields["batch_size"]["default"]) == (1, BATCH_SIZE)
    assert set(schema["definitions"]["Limits"]["properties"]) == set(fields["limits"]["default"])


def test_a_second_run_of_the_deployment_waits_its_turn(site, client):
    page = str(site.folder / "pages")
    first = create_run(client, "ingest/ingest", sources=[page], warehouse="turns.duckdb")
    second = create_run(client, "ingest/ingest", sources=[page], warehouse="turns.duckdb")
    seen = set()
    pending = {first, second}
    end = time.monotonic() + 180
    while pending and time.monotonic() < end:
        for run_id in list(pending):
            state = client.read_flow_run(run_id).state
            seen.add(state.name)
            if state.is_final():
                assert state.is_completed(), state.message
                pending.remove(run_id)
        time.sleep(0.1)
    assert not pending
    assert "AwaitingConcurrencySlot" in seen
    assert count_articles(site.folder / "turns.duckdb") == 4


def test_a_failed_run_says_what_to_do(site, client):
    run_id = create_run(client, "ingest/ingest", sources=["nowhere/"], warehouse="none.duckdb")
    run = await_state(client, run_id)
    assert run.state.is_failed()
    assert "SourceNotFound" in run.state.message
    assert f"{site.folder / 'nowhere'} does not exist. Check the spelling" in run.state.message


def test_a_served_flow_loads_rows(site, client, tmp_path):
    with site.keep("flow", "serve", "flows.ingest.ingest", "--name", "served", cwd=tmp_path):
        end = time.monotonic() + 60
        while "being served" not in (tmp_path / "prefect.log").read_text():
            assert time.monotonic() < end
            time.sleep(0.2)
        run_id = create_run(client, "ingest/served", sources=[str(site.folder / "pages")])
        run = await_state(client, run_id)
        assert run.state.is_completed(), run.state.message
    assert count_articles(tmp_path / "news.duckdb") == 4
