import gzip
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from tasks.errors import SourceNotFound, SourceUnreadable
from tasks.model import Capture, Limits, Skip
from tasks.sources.registry import open_sources

PAGE = b"<html><body><p>The bridge is closed until May.</p></body></html>"


def read(*specs, limits=None):
    return list(open_sources([str(spec) for spec in specs], limits or Limits()))


def names(items):
    return [Path(item.uri).name for item in items if isinstance(item, Capture)]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "deep").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "a.html").write_bytes(PAGE)
    (tmp_path / "c.HTM.gz").write_bytes(gzip.compress(PAGE))
    (tmp_path / "b" / "d.xhtml").write_bytes(PAGE)
    (tmp_path / "b" / "deep" / "e.txt.zst").write_bytes(zstandard.compress(PAGE))
    (tmp_path / ".hidden" / "f.html").write_bytes(PAGE)
    (tmp_path / ".g.html").write_bytes(PAGE)
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "pages.jsonl").write_text('{"file": "a.html"}\n')
    return tmp_path


def test_a_file_has_its_address_content_and_time(tmp_path):
    path = tmp_path / "käse #1 50%.html"
    path.write_bytes(PAGE)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    [capture] = read(path)
    assert capture.uri == f"file://{tmp_path}/k%C3%A4se%20%231%2050%25.html"
    assert capture.content == PAGE
    assert capture.fetched_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert (capture.url, capture.content_type, capture.fault) == (None, None, None)


def test_the_address_is_the_same_however_the_file_is_named(tmp_path, monkeypatch):
    (tmp_path / "a.html").write_bytes(PAGE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    ways = ["a.html", "./a.html", "~/a.html", f"{tmp_path}/x/../a.html", "*.html", "[a].htm?"]
    assert {item.uri for item in read(*ways)} == {(tmp_path / "a.html").as_uri()}


def test_a_folder_gives_its_pages_in_sorted_order_and_counts_the_rest(folder):
    items = read(folder)
    assert names(items) == ["a.html", "d.xhtml", "e.txt.zst", "c.HTM.gz"]
    assert {item.content for item in items if isinstance(item, Capture)} == {PAGE}
    skipped = {Path(item.uri).name: item.reason for item in items if isinstance(item, Skip)}
    assert skipped == {"photo.jpg": "other-extension", "pages.jsonl": "manifest-in-folder"}


def test_links_in_a_circle_end(folder):
    (folder / "b" / "round").symlink_to(folder)
    assert names(read(folder)) == ["a.html", "d.xhtml", "e.txt.zst", "c.HTM.gz"]


@pytest.mark.parametrize(
    "pattern, found",
    [
        ("*.html", ["a.html"]),
        ("**/*.*", ["a.html", "c.HTM.gz", "a.html", "photo.jpg", "d.xhtml", "e.txt.zst"]),
        ("**/*.txt.zst", ["e.txt.zst"]),
        ("b/**", ["d.xhtml", "e.txt.zst"]),
        ("*", ["a.html", "d.xhtml", "e.txt.zst", "c.HTM.gz"]),
        ("?/*/*", ["e.txt.zst"]),
        (".*.html", [".g.html"]),
        ("photo.*", ["photo.jpg"]),
    ],
)
def test_globs(folder, pattern, found):
    items = [item for item in read(folder / pattern) if isinstance(item, Capture)]
    # A row of the manifest that the pattern names is addressed as pages.jsonl#0.
    assert [n if n != "pages.jsonl#0" else "a.html" for n in names(items)] == found


def test_a_file_whose_name_looks_like_a_glob_is_that_file(tmp_path):
    (tmp_path / "page[1].html").write_bytes(PAGE)
    (tmp_path / "page1.html").write_bytes(b"other")
    assert [item.content for item in read(tmp_path / "page[1].html")] == [PAGE]


@pytest.mark.parametrize("spec", ["none.html", "*.none", "none/", "none.warc.gz", "none.jsonl", ""])
def test_what_is_not_there_is_told_at_once(tmp_path, spec):
    (tmp_path / "a.html").write_bytes(PAGE)
    with pytest.raises(SourceNotFound) as caught:
        open_sources([str(tmp_path / "a.html"), spec and str(tmp_path / spec)], Limits())
    assert caught.value.hint


def test_other_addresses_are_told_at_once():
    with pytest.raises(SourceNotFound, match="s3://"):
        open_sources(["s3://bucket/pages"], Limits())


def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.html")
    with pytest.raises(SourceUnreadable, match="no regular file"):
        open_sources([str(tmp_path / "pipe.html")], Limits())
    [capture] = read(tmp_path)
    assert capture.fault.code == "unreadable"


def test_a_file_that_goes_away_while_reading_is_a_fault(tmp_path):
    (tmp_path / "a.html").write_bytes(PAGE)
    items = open_sources([str(tmp_path / "a.html")], Limits())
    (tmp_path / "a.html").unlink()
    [capture] = items
    assert (capture.fault.code, capture.content) == ("unreadable", b"")


def test_a_dangling_link_in_a_folder_is_a_fault(tmp_path):
    (tmp_path / "a.html").symlink_to(tmp_path / "none.html")
    [capture] = read(tmp_path)
    assert capture.fault.code == "unreadable"


def test_faults_of_the_transport_come_with_what_could_be_read(tmp_path):
    (tmp_path / "bomb.html.gz").write_bytes(gzip.compress(bytes(50_000_000)))
    (tmp_path / "cut.html.gz").write_bytes(gzip.compress(PAGE)[:-9])
    (tmp_path / "large.html").write_bytes(PAGE * 2000)
    items = read(tmp_path, limits=Limits(document_bytes=100_000))
    assert [item.fault.code for item in items] == ["too-large", "truncated-gzip", "too-large"]
    assert len(items[2].content) == 100_000
    [bomb] = read(tmp_path / "bomb.html.gz")
    assert bomb.fault.code == "decompression-bomb"


def test_an_explicit_file_is_read_whatever_its_extension(tmp_path):
    for name in ("page.php", "page", "page.json", "page.gz"):
        (tmp_path / name).write_bytes(gzip.compress(PAGE) if name == "page.gz" else PAGE)
        assert [item.content for item in read(tmp_path / name)] == [PAGE]


def test_content_decides_where_the_name_says_nothing(tmp_path):
    (tmp_path / "pages.json").write_text('{"id": 7, "html": "<p>x</p>"}\n')
    [row] = read(tmp_path / "pages.json")
    assert (row.external_id, row.content) == ("7", b"<p>x</p>")
    (tmp_path / "settings.json").write_text('{"theme": "dark"}\n')
    [page] = read(tmp_path / "settings.json")
    assert page.content == b'{"theme": "dark"}\n'


def test_specs_are_read_in_the_order_given_and_one_at_a_time(tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.html").write_text(name)
    items = open_sources([str(tmp_path / f"{name}.html") for name in "cab"], Limits())
    assert next(items).content == b"c"
    (tmp_path / "a.html").write_text("changed")
    assert [item.content for item in items] == [b"changed", b"b"]
