from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from tasks.errors import DiskFull, WarehouseCorrupt
from tests.warehouse.builders import (
    START,
    edit,
    fail,
    make_batch,
    make_empty,
    make_layout,
    many,
    repeat,
)
from warehouse import copies
from warehouse.connect import limit
from warehouse.copies import find_published, list_copies, wal_file
from warehouse.failures import WarehouseForeign
from warehouse.journal import list_entries
from warehouse.layout import Layout
from warehouse.stage import stage_batch
from warehouse.upkeep import Upkeep, stage_upkeep
from warehouse.writer import open_writer

HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read")
print(connection.execute("select count(*) from articles").fetchone()[0], flush=True)
for line in sys.stdin:
    if line.strip() == "die":
        import os
        os._exit(9)
    print(connection.execute(line).fetchall(), flush=True)
"""


class Visitor:
    """Another process with the published file open."""

    def __init__(self, path: Path, mode: str = "read") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path), mode],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.articles = int(self.process.stdout.readline())

    def ask(self, sql: str) -> str:
        self.process.stdin.write(sql + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def die(self) -> None:
        self.process.stdin.write("die\n")
        self.process.stdin.flush()
        self.process.wait()

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return make_empty(tmp_path)


@pytest.fixture
def replaying(monkeypatch):
    """Small files are copied rather than replayed into: make replaying win."""
    monkeypatch.setattr("warehouse.replay.COPIED_BYTES_A_SECOND", 1)
    monkeypatch.setattr("warehouse.spare.GRACE_SECONDS", 0)


def run(layout: Layout, batch_id: str, *edited):
    with open_writer(layout) as writer:
        tally = writer.load(stage_batch(layout, make_batch(batch_id, *edited)))
        publication = writer.publish()
        return tally, publication, list(writer.notices)


def count(path: Path, table: str = "articles") -> int:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(f"select count(*) from {table}").fetchone()[0]


def dump(path: Path) -> dict[str, list[str]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute(
            "select table_name from duckdb_tables() where not internal order by 1"
        ).fetchall()
        return {
            name: sorted(map(repr, connection.execute(f"select * from {name}").fetchall()))
            for (name,) in names
        }


def level(layout: Layout) -> bool:
    """Bring the spare copy up, as whoever opens the writer next does; whether by copying."""
    with open_writer(layout) as writer:
        return writer.copied


def assert_copies_equal(layout: Layout, applied: int) -> None:
    level(layout)
    found = list_copies(layout)
    assert [copy.applied for copy in found] == [applied, applied]
    assert all(copy.is_intact for copy in found)
    assert dump(found[0].path) == dump(found[1].path)
    assert not list(layout.journal.iterdir())


def test_the_published_name_is_a_relative_link_to_a_copy(layout):
    run(layout, "b1", edit("a"))
    assert layout.published.is_symlink()
    assert not layout.published.readlink().is_absolute()
    assert count(layout.published) == 1
    moved = layout.published.parent.rename(layout.published.parent.with_name("moved"))
    assert count(moved / "news.duckdb") == 1


def test_nothing_is_seen_before_publishing_and_all_after(layout):
    with open_writer(layout) as writer:
        writer.load(stage_batch(layout, make_batch("b1", edit("a"))))
        assert not layout.published.exists()
        writer.publish()
        writer.load(stage_batch(layout, make_batch("b2", edit("b"))))
        assert count(layout.published) == 1
        writer.publish()
        assert count(layout.published) == 2


def test_publishing_nothing_new_changes_nothing(layout):
    run(layout, "b1", edit("a"))
    before = layout.published.readlink()
    with open_writer(layout) as writer:
        assert not writer.publish().copied
    assert layout.published.readlink() == before


def test_loads_not_published_are_published_by_the_next_run(layout):
    run(layout, "b1", edit("a"))
    with open_writer(layout) as writer:
        writer.load(stage_batch(layout, make_batch("b2", edit("b"))))
    assert count(layout.published) == 1
    with open_writer(layout) as writer:
        writer.publish()
    assert count(layout.published) == 2
    assert_copies_equal(layout, 2)


def test_both_copies_hold_the_same_after_replaying(layout, replaying):
    used = set()
    for number in range(4):
        first = edit(f"n{number}", "A")
        documents = [first, edit("same", f"v{number}"), repeat(first), fail(f"p{number}")]
        _, publication, notices = run(layout, f"b{number + 1}", *documents)
        assert publication.copied == (number == 0)
        assert not notices
        assert_copies_equal(layout, number + 1)
        used.add(layout.published.readlink())
    assert len(used) == 2


def test_both_copies_hold_the_same_after_copying(layout, monkeypatch):
    monkeypatch.setattr("warehouse.replay.COPIED_BYTES_A_SECOND", 10**12)
    for number in range(3):
        _, publication, _ = run(layout, f"b{number}", edit("a", f"v{number}"))
        assert publication.copied == (number == 0)
        assert level(layout) == (number > 0)
        assert_copies_equal(layout, number + 1)


def test_the_spare_copy_follows_when_the_writer_is_opened_again(layout, replaying):
    run(layout, "b1", edit("a"))
    run(layout, "b2", edit("b"))
    assert [copy.applied for copy in list_copies(layout)] == [2, 1]
    assert [entry.id for entry in list_entries(layout)] == ["b2"]
    with open_writer(layout) as writer:
        assert not writer.copied
        assert not list_entries(layout)
        # All that is published is in its file by now, so that the next publish writes what is new.
        assert not wal_file(spare(layout)).exists()
        assert not wal_file(find_published(layout).path).exists()
    assert_copies_equal(layout, 2)


def test_loads_that_take_much_room_are_not_kept_for_the_spare_copy(layout, replaying, monkeypatch):
    run(layout, "b1", edit("a"))
    monkeypatch.setattr("warehouse.replay.HEAVY_BYTES", 1000)
    monkeypatch.setattr("warehouse.replay.HEAVY_PART", 0)
    _, publication, _ = run(layout, "b2", edit("b"))
    assert publication.copied
    assert [copy.applied for copy in list_copies(layout)] == [2, 2]
    assert not list_entries(layout)


def test_a_published_copy_that_is_spoilt_before_the_spare_follows_loses_nothing(layout, replaying):
    run(layout, "b1", edit("a"))
    run(layout, "b2", edit("b"))
    find_published(layout).path.write_bytes(b"nonsense")
    run(layout, "b3", edit("c"))
    assert count(layout.published) == 3
    assert_copies_equal(layout, 3)


@pytest.mark.parametrize("way", ["replay", "duplicate"])
def test_upkeep_is_published_where_there_is_no_room_for_the_second_copy(layout, way, monkeypatch):
    run(layout, "b1", edit("a"))
    pace = 1 if way == "replay" else 10**12
    monkeypatch.setattr("warehouse.replay.COPIED_BYTES_A_SECOND", pace)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with open_writer(layout) as writer, monkeypatch.context() as patched:
        writer.load(stage_upkeep(layout, Upkeep("r2", START, mends=True)))
        patched.setattr(f"warehouse.spare.{way}", full)
        writer.publish()
        assert any("No space is left" in notice for notice in writer.notices)
    assert [copy.applied for copy in list_copies(layout)] == [2, 1]
    assert find_published(layout).applied == 2
    assert_copies_equal(layout, 2)


def test_the_spare_copy_is_left_alone_for_a_moment_after_the_name_changed(layout, monkeypatch):
    run(layout, "b1", edit("a"))
    run(layout, "b2", edit("b"))
    slept = []
    monkeypatch.setattr("warehouse.spare.GRACE_SECONDS", 1000)
    clock = SimpleNamespace(time=time.time, sleep=slept.append)
    monkeypatch.setattr("warehouse.spare.time", clock)
    level(layout)
    assert len(slept) == 1
    assert 900 < slept[0] <= 1000
    os.utime(layout.published, (0, 0), follow_symlinks=False)
    level(layout)
    assert len(slept) == 1


def test_readers_that_stay_keep_what_they_saw_and_block_nobody(layout, replaying):
    run(layout, "b0", edit("a0"))
    with Visitor(layout.published) as first, Visitor(layout.published) as second:
        for number in range(1, 11):
            run(layout, f"b{number}", edit(f"a{number}"))
            assert count(layout.published) == number + 1
            assert first.ask("select count(*) from articles") == "[(1,)]"
            if number == 5:
                second.__exit__()
                second = Visitor(layout.published)
                assert second.articles == 6
        assert first.ask("select sum(length(body)) from article_versions") != ""
        second.__exit__()
    run(layout, "b11", edit("a11"))
    assert_copies_equal(layout, 12)


def test_a_reader_of_this_process_blocks_nobody(layout, replaying):
    run(layout, "b0", edit("a0"))
    with duckdb.connect(str(layout.published), read_only=True) as reader:
        for number in range(1, 4):
            run(layout, f"b{number}", edit(f"a{number}"))
            assert reader.execute("select count(*) from articles").fetchone() == (1,)
    assert count(layout.published) == 4


def test_rows_that_a_stranger_wrote_do_not_last(layout, replaying):
    run(layout, "b1", edit("a"))
    with duckdb.connect(str(layout.published)) as stranger:
        stranger.execute("delete from articles")
    assert count(layout.published) == 0
    _, _, notices = run(layout, "b2", edit("b"))
    assert any("changed by another program" in notice for notice in notices)
    assert count(layout.published) == 2
    assert_copies_equal(layout, 2)


def test_a_log_that_a_stranger_left_is_not_replayed(layout, replaying):
    run(layout, "b1", edit("a"))
    with Visitor(layout.published, "write") as stranger:
        stranger.ask("set checkpoint_threshold = '1GB'")
        stranger.ask("delete from articles")
        stranger.die()
    assert list(layout.copies.glob("*.wal"))
    for number in range(2, 5):
        run(layout, f"b{number}", edit(f"a{number}"))
        assert count(layout.published) == number
    assert not list(layout.copies.glob("*.wal"))
    assert_copies_equal(layout, 4)


def test_a_log_under_the_published_name_is_removed(layout):
    run(layout, "b1", edit("a"))
    trap = layout.published.with_name("news.duckdb.wal")
    trap.write_bytes(b"left by an older version")
    run(layout, "b2", edit("b"))
    assert not trap.exists()
    assert count(layout.published) == 2


def test_a_stranger_who_has_the_published_copy_open_for_writing_blocks_nobody(layout, replaying):
    run(layout, "b1", edit("a"))
    with Visitor(layout.published, "write"):
        run(layout, "b2", edit("b"))
        run(layout, "b3", edit("c"))
        assert count(layout.published) == 3
    run(layout, "b4", edit("d"))
    assert_copies_equal(layout, 4)


def spare(layout: Layout) -> Path:
    published = find_published(layout)
    [other] = [copy.path for copy in list_copies(layout) if copy.path != published.path]
    return other


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["missing", "empty", "garbage", "touched", "record", "cut"])
def test_a_spare_copy_that_is_not_whole_is_made_again(layout, damage, replaying):
    run(layout, "b1", *many("a", 50))
    path = spare(layout)
    if damage == "missing":
        path.unlink()
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "garbage":
        status = path.stat()
        path.write_bytes(os.urandom(status.st_size))
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    elif damage == "touched":
        with duckdb.connect(str(path)) as stranger:
            stranger.execute("delete from documents")
    elif damage == "record":
        copies.record_file(path).unlink()
    else:
        os.truncate(path, path.stat().st_size // 2)
    run(layout, "b2", edit("b"))
    assert count(layout.published) == 51
    assert_copies_equal(layout, 2)


def test_blocks_that_rot_in_the_spare_copy_are_noticed_and_replaced(layout, replaying):
    run(layout, "b1", *many("a", 300))
    path = spare(layout)
    status = path.stat()
    content = bytearray(path.read_bytes())
    for start in range(3 * 4096 + 50_000, len(content) - 100, 262_144):
        content[start : start + 64] = os.urandom(64)
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    for attempt in range(3):
        try:
            run(layout, "b2", edit("a-1", "changed"), edit("b"))
            break
        except WarehouseCorrupt:
            assert attempt < 2
    run(layout, "b3", edit("c"))
    assert count(layout.published) == 302
    assert_copies_equal(layout, 3)


def test_when_no_copy_opens_it_says_so_and_removes_nothing(layout):
    run(layout, "b1", edit("a"))
    for copy in list_copies(layout):
        copy.path.write_bytes(os.urandom(50_000))
    names = {copy.path.name for copy in list_copies(layout)}
    with pytest.raises(WarehouseCorrupt, match=r"No copy of news\.duckdb"):
        run(layout, "b2", edit("b"))
    assert {copy.path.name for copy in list_copies(layout)} == names


def test_loads_kept_for_copies_that_were_moved_away_do_not_stop_a_new_warehouse(layout, replaying):
    for name in "abc":
        run(layout, name, edit(name))
    assert list_entries(layout)[0].number > 1
    layout.published.unlink()
    shutil.rmtree(layout.copies)
    with open_writer(layout) as writer:
        assert any("ingest its WARC files" in notice for notice in writer.notices)
    run(layout, "d", edit("d"))
    assert count(layout.published) == 1
    assert_copies_equal(layout, 1)


def test_a_damaged_published_copy_is_replaced_by_the_spare(layout, replaying):
    run(layout, "b1", edit("a"))
    find_published(layout).path.write_bytes(b"nonsense")
    run(layout, "b2", edit("b"))
    assert count(layout.published) == 2
    assert_copies_equal(layout, 2)


def test_a_published_link_that_was_removed_comes_back(layout):
    run(layout, "b1", edit("a"))
    layout.published.unlink()
    run(layout, "b2", edit("b"))
    assert count(layout.published) == 2
    assert_copies_equal(layout, 2)


def test_files_that_are_not_ours_are_left_alone(layout):
    layout.published.write_text("my notes")
    with pytest.raises(WarehouseForeign, match="a file of its own"), open_writer(layout):
        pass
    assert layout.published.read_text() == "my notes"
    layout.published.unlink()
    layout.published.symlink_to("elsewhere.duckdb")
    (layout.published.parent / "elsewhere.duckdb").write_text("theirs")
    with pytest.raises(WarehouseForeign, match=r"a link to .*elsewhere"), open_writer(layout):
        pass


def test_a_warehouse_copied_with_its_folder_goes_on(layout, tmp_path):
    run(layout, "b1", edit("a"))
    there = tmp_path / "there"
    subprocess.run(["cp", "-r", str(tmp_path / "news.copydesk"), str(there)], check=True)
    there.rename(tmp_path / "x")
    (tmp_path / "there").mkdir()
    (tmp_path / "x").rename(tmp_path / "there" / "news.copydesk")
    (tmp_path / "there" / "news.duckdb").symlink_to(layout.published.readlink())
    other = make_layout(tmp_path / "there")
    run(other, "b2", edit("b"))
    assert (count(other.published), count(layout.published)) == (2, 1)
    assert_copies_equal(other, 2)


def test_leftovers_are_cleared_away(layout):
    run(layout, "b1", edit("a"))
    (layout.copies / "copy-0badf00d.duckdb.part").write_bytes(b"half")
    (layout.copies / "copy-0badf00d.json").write_text("{}")
    stage_batch(layout, make_batch("b9", edit("z")))
    (layout.staging / "b8.part").mkdir()
    run(layout, "b2", edit("b"))
    assert len(list(layout.copies.iterdir())) == 4
    assert not list(layout.staging.iterdir())


def test_a_full_disk_is_said_and_the_run_goes_on_later(layout, monkeypatch):
    run(layout, "b1", edit("a"))

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("warehouse.journal.sync_folder", full)
        with pytest.raises(DiskFull, match="No space is left"):
            run(layout, "b2", edit("b"))
    tally, _, _ = run(layout, "b2", edit("b"))
    assert tally.read == 1
    assert count(layout.published) == 2
    assert_copies_equal(layout, 2)


def test_a_second_copy_that_does_not_fit_is_left_for_the_next_run(layout, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("warehouse.spare.duplicate", full)
        _, _, notices = run(layout, "b1", edit("a"))
    assert any("No space is left" in notice for notice in notices)
    assert count(layout.published) == 1
    run(layout, "b2", edit("b"))
    assert count(layout.published) == 2
    assert_copies_equal(layout, 2)


def test_records_say_what_copies_hold(layout):
    run(layout, "b1", edit("a"))
    record = json.loads(copies.record_file(find_published(layout).path).read_text())
    assert record["applied"] == 1
    assert record["open"] is False


@pytest.mark.slow
def test_files_are_compacted_when_closes_wasted_a_good_part(layout, replaying, monkeypatch):
    monkeypatch.setattr("warehouse.replay.SMALL", -1)
    monkeypatch.setattr("warehouse.replay.LEAST_CLOSES", 3)
    closes = []
    for number in range(8):
        run(layout, f"b{number}", edit(f"a{number}"))
        closes.append(sorted(copy.closes for copy in list_copies(layout)))
    assert max(highest for _, highest in closes) <= 4
    # The spare copy was compacted before loads went into it, and closed with them.
    assert [1, 4] in closes
    assert_copies_equal(layout, 8)


@pytest.mark.slow
def test_the_cost_of_a_load_follows_what_is_new(tmp_path):
    """At a small scale, in processor time: waiting on a busy machine is not counted."""

    def seconds(layout: Layout, batch_id: str, documents) -> float:
        started = time.process_time()
        run(layout, batch_id, *documents)
        return time.process_time() - started

    (tmp_path / "large").mkdir()
    large = make_layout(tmp_path / "large")
    for number in range(10):
        run(large, f"fill{number}", *many(f"f{number}", 2000, "word " * 600))
    new = many("new", 1000, "word " * 600)
    into_large = seconds(large, "new", new)
    into_empty = []
    for number in range(3):
        (tmp_path / str(number)).mkdir()
        into_empty.append(seconds(make_layout(tmp_path / str(number)), "new", new))
    assert into_large < 2 * sorted(into_empty)[1]
    assert_copies_equal(large, 11)


def test_a_file_is_written_with_more_memory_the_larger_it_is(layout, monkeypatch):
    sizes = iter([5_000_000_000, 7_000_000_000])
    monkeypatch.setattr("warehouse.connect.limit", lambda path, memory: f"{memory + next(sizes)}B")
    asked = "select current_setting('memory_limit')"
    with open_writer(layout, memory=100_000_000) as writer:
        [(opened,)] = writer.open().execute(asked).fetchall()
        writer.load(stage_batch(layout, make_batch("b1", edit("a"))))
        [(loaded,)] = writer.open().execute(asked).fetchall()
    assert (opened, loaded) == ("4.7 GiB", "6.6 GiB")


def test_memory_for_deleted_rows_is_a_part_of_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr("warehouse.connect.DELETED_PART", 1 / 8)
    file = tmp_path / "x.duckdb"
    assert limit(file, 100) == "100B"
    file.write_bytes(bytes(80))
    assert limit(file, 100) == "110B"
