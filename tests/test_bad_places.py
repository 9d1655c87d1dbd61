"""Bad places and bad moments: the real command says one sentence, and nothing is lost."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from tests.world import World, build_world, faults
from tests.world.dump import dump_warehouse
from tests.world.prefect_server import PrefectServer
from tests.world.terminal import read_all

pytestmark = pytest.mark.slow
COPYDESK = [sys.executable, "-m", "flows.cli"]
COUNT = "select (select count(*) from documents) as d, (select count(*) from articles) as a"


@pytest.fixture(scope="module")
def environment(prefect_server: PrefectServer) -> dict[str, str]:
    """The environment of every command: one Prefect server for all."""
    kept = prefect_server.environment.items()
    return {name: value for name, value in kept if not name.startswith("COPYDESK_")}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build_world(tmp_path_factory.mktemp("world") / "pages", 120)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, environment, world: World) -> Path:
    """A folder with a warehouse of the whole world in it, with both copies."""
    folder = tmp_path_factory.mktemp("desk")
    for _ in range(2):
        assert copydesk(folder, environment, "ingest", world.folder, "-q").returncode == 3
    return folder


@pytest.fixture
def broken(desk: Path, tmp_path: Path) -> Path:
    """A copy of it, to be broken."""
    return Path(shutil.copytree(desk, tmp_path / "desk", symlinks=True))


def copydesk(folder: Path, environment: dict[str, str], *arguments: object, **more: str):
    return subprocess.run(
        [*COPYDESK, *map(str, arguments)],
        cwd=folder,
        env=environment | more,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )


def check_sentence(run: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """The exit code, and nothing on stderr but one line with the words in it."""
    assert run.returncode == code, (run.returncode, run.stderr)
    [line] = run.stderr.strip().splitlines()
    assert line.startswith("copydesk: ")
    assert line.count(". ") >= 1, f"it does not say what to do: {line}"
    for word in words:
        assert word in line
    assert "Traceback" not in run.stdout


def count(folder: Path, environment: dict[str, str]) -> tuple[int, int]:
    run = copydesk(folder, environment, "sql", COUNT, "--format", "json")
    assert run.returncode == 0, run.stderr
    [row] = json.loads(run.stdout)
    return row["d"], row["a"]


def list_copies(folder: Path) -> tuple[Path, list[Path]]:
    """The published copy, and the others."""
    published = (folder / "news.duckdb").resolve()
    others = set((folder / "news.copydesk" / "copies").glob("*.duckdb")) - {published}
    return published, sorted(others)


def spoil(path: Path, offset: int = 12_288) -> None:
    """Overwrite half of a file, as if nobody had touched it."""
    status = path.stat()
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(os.urandom(status.st_size // 2))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ingest", "none.html"], 2, ["none.html", "does not exist"]),
        (["ingest", "*.none"], 2, ["Nothing matches '*.none'"]),
        (["ingest", "s3://bucket/a"], 2, ["s3://"]),
        (["ingest", "https://[/"], 2, ["no web address"]),
        (["ingest", "/dev/zero"], 1, ["/dev/zero", "no regular file"]),
        (["clean", "none.html"], 2, ["none.html", "does not exist"]),
        (["ingest", "a.html", "-w", "a.html/news.duckdb"], 1, ["a.html", "cannot be written"]),
        (["ingest", "a.html", "-w", "/proc/news.duckdb"], 1, ["/proc", "cannot be written"]),
        (["ingest", "a.html", "-w", "."], 2, ["is a folder"]),
        (["ingest", "a.html", "-w", "notes.txt"], 1, ["notes.txt", "file of its own"]),
        (["ingest", "a.html", "-w", "own.duckdb"], 1, ["own.duckdb", "file of its own"]),
        (["reprocess", "--all", "-w", "own.duckdb"], 1, ["own.duckdb", "file of its own"]),
        (["sql", "select 1", "-w", "."], 2, ["is a folder"]),
        (["sql", "select 1", "-w", "none.duckdb"], 1, ["no warehouse", "copydesk ingest"]),
        (["sql", "select 1", "-w", "notes.txt"], 1, ["notes.txt", "no database"]),
        (["sql", "select 1", "-w", "own.duckdb"], 1, ["not a warehouse of Copydesk"]),
        (["status", "-w", "notes.txt"], 1, ["notes.txt"]),
        (["problems", "list", "-w", "own.duckdb"], 1, ["not a warehouse of Copydesk"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_place_is_one_sentence(tmp_path, environment, arguments, code, words):
    (tmp_path / "a.html").write_text(faults.make_page())
    (tmp_path / "notes.txt").write_text("my notes\n" * 100)
    duckdb.connect(str(tmp_path / "own.duckdb")).execute("create table mine (a int)").close()
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    check_sentence(copydesk(tmp_path, environment, *arguments), code, *words)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_no_server_where_one_is_named(tmp_path, environment):
    (tmp_path / "a.html").write_text(faults.make_page())
    for url in ("http://127.0.0.1:9/api", "nonsense"):
        run = copydesk(tmp_path, environment, "ingest", "a.html", PREFECT_API_URL=url)
        check_sentence(run, 1, url, "prefect server start")
    assert not (tmp_path / "news.duckdb").exists()


def test_an_unwritable_home_is_one_sentence_where_it_matters(broken, environment):
    bare = {k: v for k, v in environment.items() if not k.startswith("PREFECT_")}
    home = {"HOME": "/proc/nobody"}
    run = copydesk(broken, bare, "ingest", "news.copydesk/archive/*", **home)
    check_sentence(run, 1, "/proc/nobody", "PREFECT_HOME")
    assert copydesk(broken, bare, "sql", "select 1", **home).returncode == 0
    assert copydesk(broken, bare, "status", **home).stderr == ""


@pytest.mark.parametrize("which", ["published", "spare"])
def test_one_spoilt_copy_is_replaced(broken, environment, world, which):
    published, [spare] = list_copies(broken)
    spoil(published if which == "published" else spare)
    asked = copydesk(broken, environment, "sql", "select count(body) from articles")
    if which == "published":
        check_sentence(asked, 1, "news.duckdb is damaged", "copydesk doctor")
        assert copydesk(broken, environment, "doctor").returncode == 1
    else:
        assert asked.returncode == 0
    new = build_world(broken / "more", 30, seed=8)
    wanted = count_wanted(broken, environment, world, new)
    run = copydesk(broken, environment, "ingest", new.folder, "-q")
    assert (run.returncode, run.stderr) == (3, "")
    assert count(broken, environment) == wanted
    # Both copies are whole again: the next two runs use one and then the other.
    for _ in range(2):
        run = copydesk(broken, environment, "ingest", new.folder, world.folder, "-q")
        assert (run.returncode, run.stderr) == (3, "")
        assert count(broken, environment) == wanted


def count_wanted(folder: Path, environment, *worlds: World) -> tuple[int, int]:
    """What an undisturbed run would hold."""
    clean = folder.parent / "clean"
    clean.mkdir()
    for world in worlds:
        assert copydesk(clean, environment, "ingest", world.folder, "-q").returncode == 3
    return count(clean, environment)


def test_two_spoilt_copies_are_told_and_the_archive_brings_them_back(
    broken, desk, environment, world
):
    published, [spare] = list_copies(broken)
    spoil(published)
    spoil(spare)
    check_sentence(copydesk(broken, environment, "status"), 1, "is damaged", "copydesk doctor")
    run = copydesk(broken, environment, "ingest", world.folder, "-q")
    check_sentence(run, 1, "No copy", "Move", "archive")
    # As it says: move both away, and ingest the archive.
    (broken / "news.duckdb").unlink()
    (broken / "news.copydesk" / "copies").rename(broken / "old")
    archive = broken / "news.copydesk" / "archive"
    assert copydesk(broken, environment, "ingest", archive, "-q").returncode == 3
    assert count(broken, environment)[1] == count(desk, environment)[1]
    assert copydesk(broken, environment, "ingest", world.folder, "-q").returncode == 3
    assert count(broken, environment) == count(desk, environment)
    assert copydesk(broken, environment, "reprocess", "--all", "--dry-run").returncode == 0


def test_a_newer_warehouse_can_be_read_but_not_written(broken, environment, world):
    for path in (broken / "news.copydesk" / "copies").glob("*.duckdb"):
        with duckdb.connect(str(path)) as connection:
            connection.execute(
                "insert into schema_migrations select '999_later.sql', 999, checksum, applied_at "
                "from schema_migrations limit 1"
            )
        record = path.with_suffix(".json")
        status = path.stat()
        looks = {"size": status.st_size, "mtime_ns": status.st_mtime_ns, "schema": "later"}
        record.write_text(json.dumps(json.loads(record.read_text()) | looks))
    for arguments in (["ingest", world.folder], ["reprocess", "--all"]):
        run = copydesk(broken, environment, *arguments, "-q")
        check_sentence(run, 1, "newer Copydesk", "Upgrade copydesk")
    assert copydesk(broken, environment, "sql", "select 1 from articles").returncode == 0
    doctor = copydesk(broken, environment, "doctor")
    assert doctor.returncode == 1
    assert "newer Copydesk (schema 999" in doctor.stdout


def test_a_deleted_link_or_folder_is_made_again(broken, desk, environment, world):
    (broken / "news.duckdb").unlink()
    check_sentence(copydesk(broken, environment, "status"), 1, "no warehouse", "copydesk ingest")
    assert copydesk(broken, environment, "ingest", world.folder, "-q").returncode == 3
    assert count(broken, environment) == count(desk, environment)
    shutil.rmtree(broken / "news.copydesk")
    check_sentence(copydesk(broken, environment, "status"), 1, "which is gone", "news.copydesk")
    assert copydesk(broken, environment, "ingest", world.folder, "-q").returncode == 3
    assert count(broken, environment) == count(desk, environment)


@pytest.mark.parametrize("where", ["link", "copy"])
def test_a_stray_log_is_no_part_of_the_warehouse(broken, desk, environment, world, where):
    link = broken / "news.duckdb"
    connection = duckdb.connect(str(link))
    connection.execute("create table stray as select 1 as a")
    [log] = broken.rglob("*.wal")
    kept = log.read_bytes()
    connection.execute("drop table stray")
    connection.close()
    target = link if where == "link" else link.resolve()
    target.with_name(target.name + ".wal").write_bytes(kept)
    run = copydesk(broken, environment, "ingest", world.folder, "-q")
    assert (run.returncode, run.stderr) == (3, "")
    assert count(broken, environment) == count(desk, environment)
    assert copydesk(broken, environment, "sql", "from stray").returncode == 1


HOLD = """
import sys, time
from pathlib import Path
from warehouse.layout import locate
from warehouse.lock import hold_lock
with hold_lock(locate(Path("news.duckdb")), "the-other-run", 0):
    print("held", flush=True)
    time.sleep(float(sys.argv[1]))
"""


def test_a_second_run_says_who_writes_or_waits(broken, desk, environment, world):
    with hold(broken, environment, 60) as holder:
        run = copydesk(broken, environment, "ingest", world.folder, "-q", "--wait", "1")
        check_sentence(run, 1, "the-other-run", f"process {holder.pid}", "--wait")
    with hold(broken, environment, 6):
        run = copydesk(broken, environment, "ingest", world.folder, "-q", "--wait", "60")
        assert (run.returncode, run.stderr) == (3, "")
    assert count(broken, environment) == count(desk, environment)


@contextmanager
def hold(folder: Path, environment: dict[str, str], seconds: float):
    """Another process that has the warehouse's lock."""
    command = [sys.executable, "-c", HOLD, str(seconds)]
    root = {"PYTHONPATH": str(Path(__file__).parent.parent)}
    process = subprocess.Popen(
        command, cwd=folder, env=environment | root, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("verb", ["sql", "clean"])
def test_a_reader_of_the_output_may_leave(desk, environment, world, verb):
    arguments = {
        "sql": ["sql", "select body from articles, range(2000)", "--format", "csv"],
        "clean": ["clean", str(world.folder), "--format", "jsonl", "-q"],
    }[verb]
    command = " ".join([*COPYDESK, *(f"'{a}'" for a in arguments), "| head -n 1"])
    run = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=desk,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.stderr == ""
    assert run.stdout.count("\n") == 1


@pytest.mark.parametrize("how", ["int", "term"])
@pytest.mark.parametrize("moment", [0.4, 1.4])
def test_a_stopped_run_is_finished_by_the_next(tmp_path, environment, world, desk, how, moment):
    """The signal comes some time after the run has taken the lock."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COPYDESK, "ingest", str(world.folder), "--batch-size", "10"],
        cwd=tmp_path,
        env=environment | {"TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    wait_for(tmp_path / "news.copydesk" / "run.json", process)
    time.sleep(moment)
    if how == "int":
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGTERM)
    said = read_all(ours)
    code = process.wait(60)
    assert "Traceback" not in said
    assert code in (130, 143, 3), said
    if code != 3:
        assert "Stopped" in said
    run = copydesk(tmp_path, environment, "ingest", world.folder, "-q", "--batch-size", "10")
    assert (run.returncode, run.stderr) == (3, "")
    assert count(tmp_path, environment) == count(desk, environment)


def wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while not path.exists() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    assert process.poll() is None, "it ended too early"
    assert path.exists()


@contextmanager
def small_disk(folder: Path, size: int):
    """A file system of its own with `size` bytes; the test is skipped where that is forbidden."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a file system cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


MEGABYTE = 1 << 20


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_at_any_moment_loses_nothing(tmp_path, environment, world):
    """Less and less room is taken away: the run is stopped in each of its stages."""
    whole = tmp_path / "whole"
    whole.mkdir()
    arguments = ["ingest", world.folder, "-q", "--batch-size", "30"]
    check_end(copydesk(whole, environment, *arguments), 3)
    wanted = dump_warehouse(whole / "news.duckdb")
    ends = set()
    for free in (0, 150_000, 900_000, 4 * MEGABYTE, 12 * MEGABYTE):
        with small_disk(tmp_path / f"disk-{free}", 64 * MEGABYTE) as disk:
            ballast = disk / "ballast"
            take_all_but(ballast, free)
            run = copydesk(disk, environment, *arguments)
            ends.add(run.returncode)
            if run.returncode != 3:
                check_sentence(run, 1, "space")
            ballast.unlink()
            run = copydesk(disk, environment, *arguments)
            assert (run.returncode, run.stderr) == (3, ""), free
            assert dump_warehouse(disk / "news.duckdb") == wanted, free
    assert ends == {1, 3}


def take_all_but(path: Path, free: int) -> None:
    """Fill the disk under `path` until `free` bytes are left."""
    room = shutil.disk_usage(path.parent).free - free
    with path.open("wb") as file:
        for at in range(0, room, MEGABYTE):
            file.write(bytes(min(MEGABYTE, room - at)))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_disk_that_fills_up_while_publishing_loses_nothing(tmp_path, environment, world, desk):
    """The second load of a warehouse that has two copies already."""
    with small_disk(tmp_path / "disk", 96 * MEGABYTE) as disk:
        shutil.copytree(desk, disk, symlinks=True, dirs_exist_ok=True)
        new = build_world(tmp_path / "more", 60, seed=8)
        before = count(disk, environment)
        for free in (100_000, MEGABYTE, 3 * MEGABYTE):
            take_all_but(disk / "ballast", free)
            run = copydesk(disk, environment, "ingest", new.folder, "-q")
            if run.returncode != 3:
                check_sentence(run, 1, "space")
                assert count(disk, environment) == before  # readers see the old state, whole
            (disk / "ballast").unlink()
        run = copydesk(disk, environment, "ingest", new.folder, "-q")
        assert (run.returncode, run.stderr) == (3, "")
        assert count(disk, environment) == count_wanted(disk, environment, world, new)


def test_one_ingest_of_all_faults(tmp_path, environment):
    """Each ends once, a second run changes nothing, and all can be looked at."""
    wanted = faults.write_faults(tmp_path / "pages")
    rows = faults.write_rows(tmp_path / "rows.jsonl")
    arguments = ["ingest", "pages", "rows.jsonl", "--json", "--max-bytes", "4MB"]
    report = json.loads(check_end(copydesk(tmp_path, environment, *arguments), 3).stdout)
    assert report["read"] == len(wanted) + 4 + len(rows)
    assert report["read"] == sum(report[k] for k in ("new", "updated", "unchanged", "problems"))
    assert not {"internal-error", "worker-crashed", "time-limit"} & report["problem_codes"].keys()
    before = dump_warehouse(tmp_path / "news.duckdb")
    again = json.loads(check_end(copydesk(tmp_path, environment, *arguments), 3).stdout)
    assert (again["new"], again["updated"]) == (0, 0)
    assert again["problems"] == report["problems"]
    assert dump_warehouse(tmp_path / "news.duckdb") == before

    listed = copydesk(tmp_path, environment, "problems", "list", "--json", "--limit", "500")
    problems = json.loads(check_end(listed, 0).stdout)
    assert len(problems) == report["problems"]
    check_plain(copydesk(tmp_path, environment, "problems", "list").stdout)
    for problem in problems[::6]:
        name = problem["document_id"]
        shown = copydesk(tmp_path, environment, "problems", "show", name)
        check_plain(check_end(shown, 0).stdout)
        assert problem["message"] in shown.stdout
    for table in ("documents", "articles", "evidence", "problems", "latest_articles"):
        for form in ("table", "csv", "json", "parquet"):
            output = ["--output", f"{table}.parquet"] if form == "parquet" else []
            query = ["sql", f"from {table}", "--format", form, *output]
            run = check_end(copydesk(tmp_path, environment, *query), 0)
            assert run.stderr == ""
            if form == "table":
                check_plain(run.stdout)
    odd = "select count(*) as n from documents where uri like '%caf\\%E9-\\%FF.html' escape '\\'"
    found = copydesk(tmp_path, environment, "sql", odd, "--format", "json")
    assert json.loads(found.stdout) == [{"n": 1}]


def check_end(run: subprocess.CompletedProcess[str], code: int) -> subprocess.CompletedProcess[str]:
    assert run.returncode == code, run.stderr
    assert "Traceback" not in run.stderr
    return run


def check_plain(text: str) -> None:
    """Nothing in it that a terminal would obey."""
    assert not {c for c in text if (ord(c) < 32 and c not in "\n\t") or 0x7F <= ord(c) < 0xA0}
