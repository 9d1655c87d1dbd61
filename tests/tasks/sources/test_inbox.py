"""Inbox folders: which files are new, which are left alone."""

import os
import time
from pathlib import Path

import pytest

from tasks.model import Capture, Limits
from tasks.sources.inbox import choose_new, is_there, read_inbox_file, scan_inbox
from tasks.sources.paths import make_uri

NOW = 1_800_000_000.0
SAMPLES = Path(__file__).parents[2] / "samples"


def put(folder: Path, name: str, text: str = "Ferry sails.", age: float = 60.0) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (NOW - age, NOW - age))
    return path


def names(files) -> list[str]:
    return [Path(file.path).name for file in files]


def test_pages_warcs_and_manifests_are_found_in_all_folders(tmp_path):
    for name in ("a.html", "b.txt.gz", "deep/er/c.warc.gz", "rows.jsonl", "picture.png"):
        put(tmp_path, name)
    found = scan_inbox(tmp_path, NOW)
    assert sorted(names(found.files)) == ["a.html", "b.txt.gz", "c.warc.gz", "rows.jsonl"]
    assert (found.unfinished, found.closed) == (0, ())


@pytest.mark.parametrize(
    "name",
    [".a.html", "a.html.part", "a.tmp", "a.html~", "a.PART", ".new/a.html", "up.part/a.html"],
)
def test_what_is_on_its_way_is_left_alone(name, tmp_path):
    put(tmp_path, name)
    assert scan_inbox(tmp_path, NOW).files == ()


@pytest.mark.parametrize(("age", "taken"), [(0, 0), (1.9, 0), (-1.9, 0), (2.1, 1), (-3600, 1)])
def test_a_file_is_left_alone_for_two_seconds(age, taken, tmp_path):
    """A file from the future is taken: a clock that is wrong must not keep it for ever."""
    put(tmp_path, "a.html", age=age)
    found = scan_inbox(tmp_path, NOW)
    assert (len(found.files), found.unfinished) == (taken, 1 - taken)


def test_the_address_is_that_of_the_document(tmp_path):
    path = put(tmp_path, "in box/brød #1?%.html")
    [file] = scan_inbox(tmp_path, NOW).files
    assert file.uri == make_uri(path)
    [capture] = read_inbox_file(file, Limits())
    assert isinstance(capture, Capture)
    assert (capture.uri, capture.content) == (file.uri, b"Ferry sails.")


def test_a_name_that_is_no_text_is_read(tmp_path):
    put(tmp_path, os.fsdecode(b"f\xe6rge.html"), "Ferry")
    [found] = scan_inbox(tmp_path, NOW).files
    assert [item.content for item in read_inbox_file(found, Limits())] == [b"Ferry"]


def test_new_is_what_has_another_size_or_time_the_oldest_first(tmp_path):
    for name, age in (("a.html", 10), ("b.html", 30), ("c.html", 20), ("d.html", 40)):
        put(tmp_path, name, age=age)
    known = {file.uri: file.mark for file in scan_inbox(tmp_path, NOW).files}
    assert choose_new(scan_inbox(tmp_path, NOW), known, 9) == []
    put(tmp_path, "b.html", "Ferry sails again.", age=30)
    put(tmp_path, "c.html", age=5)
    put(tmp_path, "new.html", age=50)
    inbox = scan_inbox(tmp_path, NOW)
    assert names(choose_new(inbox, known, 9)) == ["new.html", "b.html", "c.html"]
    assert names(choose_new(inbox, known, 2)) == ["new.html", "b.html"]


def test_links_in_a_circle_end(tmp_path):
    put(tmp_path, "in/a.html")
    (tmp_path / "in/again").symlink_to(tmp_path)
    (tmp_path / "in/nothing.html").symlink_to(tmp_path / "gone.html")
    assert names(scan_inbox(tmp_path, NOW).files) == ["a.html"]


def test_a_folder_that_is_gone_raises(tmp_path):
    with pytest.raises(FileNotFoundError):
        scan_inbox(tmp_path / "gone", NOW)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look into everything")
def test_a_closed_folder_below_is_told(tmp_path):
    put(tmp_path, "a.html")
    put(tmp_path, "shut/b.html")
    (tmp_path / "shut").chmod(0)
    try:
        found = scan_inbox(tmp_path, NOW)
    finally:
        (tmp_path / "shut").chmod(0o755)
    assert names(found.files) == ["a.html"]
    assert found.closed == (str(tmp_path / "shut"),)


def test_a_file_that_was_taken_away_is_nothing(tmp_path):
    path = put(tmp_path, "a.html")
    [file] = scan_inbox(tmp_path, NOW).files
    assert is_there(file)
    path.unlink()
    assert list(read_inbox_file(file, Limits())) == []
    assert not is_there(file)


def test_the_bytes_of_a_warc_are_to_be_kept(tmp_path):
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes((SAMPLES / "crawl.warc.gz").read_bytes())
    os.utime(path, (NOW - 60, NOW - 60))
    [file] = scan_inbox(tmp_path, NOW).files
    captures = [item for item in read_inbox_file(file, Limits()) if isinstance(item, Capture)]
    assert captures
    assert all(capture.place is None and capture.content for capture in captures)


def test_many_files_cost_one_look(tmp_path):
    for number in range(2_000):
        (tmp_path / f"{number:05}.html").touch()
    begun = time.perf_counter()
    assert len(scan_inbox(tmp_path, time.time() + 60).files) == 2_000
    assert time.perf_counter() - begun < 0.5
