from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tasks.errors import FolderUnwritable, UsageError, WarehouseBusy
from tests.warehouse.builders import make_layout
from warehouse.failures import WarehouseForeign
from warehouse.layout import check_place, locate, prepare
from warehouse.lock import hold_lock, read_holder

HOLD = """
import sys, time
from pathlib import Path
from warehouse.layout import locate
from warehouse.lock import hold_lock
with hold_lock(locate(Path(sys.argv[1])), "run-other", 0):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "news.duckdb")],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_writer_is_told_who_the_first_is(tmp_path, holder):
    layout = make_layout(tmp_path)
    with pytest.raises(WarehouseBusy) as caught, hold_lock(layout, "mine", 0.3):
        pass
    assert f"run run-other, process {holder.pid} on" in caught.value.message
    assert f"stop process {holder.pid}" in caught.value.hint
    found = read_holder(layout)
    assert (found.pid, found.run_id) == (holder.pid, "run-other")


def test_a_killed_holder_holds_nothing(tmp_path, holder):
    layout = make_layout(tmp_path)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert (tmp_path / "news.copydesk" / "lock.json").exists()
    assert read_holder(layout) is None
    with hold_lock(layout, "mine", 0):
        assert read_holder(layout).pid == os.getpid()
    assert read_holder(layout) is None


def test_waiting_ends_when_the_lock_is_free(tmp_path, holder):
    layout = make_layout(tmp_path)
    subprocess.Popen(["sh", "-c", f"sleep 0.4; kill {holder.pid}"])
    started = time.monotonic()
    with hold_lock(layout, "mine", 20):
        assert time.monotonic() - started < 10


def test_the_lock_is_freed_after_an_error(tmp_path):
    layout = make_layout(tmp_path)
    with pytest.raises(KeyError), hold_lock(layout, "mine", 0):
        raise KeyError
    assert read_holder(layout) is None


def test_the_private_folder_is_beside_the_published_name(tmp_path):
    layout = locate(tmp_path / "news.duckdb")
    assert layout.private == tmp_path / "news.copydesk"
    assert not layout.private.exists()
    prepare(layout)
    assert layout.archive.is_dir()


def test_links_to_a_warehouse_lead_to_it(tmp_path):
    layout = make_layout(tmp_path)
    layout.published.symlink_to("news.copydesk/copies/copy-1.duckdb")
    (tmp_path / "other.duckdb").symlink_to(tmp_path / "news.duckdb")
    assert locate(tmp_path / "other.duckdb") == layout
    assert locate(tmp_path / "sub" / ".." / "news.duckdb") == layout


def test_a_folder_is_no_warehouse(tmp_path):
    with pytest.raises(UsageError, match="is a folder"):
        locate(tmp_path)


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(FolderUnwritable, match="cannot be written to"):
        prepare(locate(tmp_path / "file" / "news.duckdb"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_said(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o500)
    with pytest.raises(FolderUnwritable, match="cannot be written to"):
        prepare(locate(closed / "news.duckdb"))


def test_a_place_is_checked_without_making_anything(tmp_path):
    check_place(locate(tmp_path / "new" / "news.duckdb"))
    assert not list(tmp_path.iterdir())
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(FolderUnwritable, match="file cannot be written to: Not a directory"):
        check_place(locate(tmp_path / "file" / "news.duckdb"))
    (tmp_path / "mine.duckdb").write_text("")
    with pytest.raises(WarehouseForeign):
        check_place(locate(tmp_path / "mine.duckdb"))
