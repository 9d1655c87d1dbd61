"""Archives: which files a list names, and which part of them is wanted."""

import gzip

import pytest

from tasks.sources.warc_list import (
    ArchiveAddress,
    list_folder,
    parse_archive,
    read_list,
    split_selection,
)

WEB = "https://data.example/crawl/NEWS/2026/11/warc.paths.gz"


@pytest.mark.parametrize(
    ("address", "parsed"),
    [
        (WEB, ArchiveAddress(WEB)),
        (f"{WEB}#10-20", ArchiveAddress(WEB, 10, 20)),
        (f"{WEB}#10-", ArchiveAddress(WEB, 10)),
        (f"{WEB}#7", ArchiveAddress(WEB, 7, 7)),
        (f"{WEB}#2-3&hosts=Post.example,echo.example",
         ArchiveAddress(WEB, 2, 3, ("post.example", "echo.example"))),
        ("/srv/paths#base=https://data.example",
         ArchiveAddress("/srv/paths", base="https://data.example/")),
        ("/srv/list #1/warc.paths", ArchiveAddress("/srv/list #1/warc.paths")),
    ],
)  # fmt: skip
def test_an_address_may_select_a_part(address, parsed):
    assert parse_archive(address) == parsed


@pytest.mark.parametrize("selection", ["20-10", "hosts=", "base=", "1-2&every=3", "3-x"])
def test_a_selection_that_selects_nothing_is_refused(selection):
    with pytest.raises(ValueError, match=r"selects nothing|is empty"):
        parse_archive(f"{WEB}#{selection}")


def test_what_is_no_selection_belongs_to_the_address():
    assert split_selection("/srv/a#b.paths") == ("/srv/a#b.paths", "")
    assert split_selection("/srv/a.paths#2-") == ("/srv/a.paths", "2-")


@pytest.mark.parametrize(
    ("listed_at", "line", "file"),
    [
        (WEB, "crawl/NEWS/2026/11/a.warc.gz", "https://data.example/crawl/NEWS/2026/11/a.warc.gz"),
        (WEB, "a.warc.gz", "https://data.example/crawl/NEWS/2026/11/a.warc.gz"),
        (WEB, "part/a.warc.gz", "https://data.example/crawl/NEWS/2026/11/part/a.warc.gz"),
        (WEB, "https://other.example/a.warc.gz", "https://other.example/a.warc.gz"),
        (WEB, "s3://bucket/a.warc.gz", "s3://bucket/a.warc.gz"),
        (WEB, "/a.warc.gz", "https://data.example/a.warc.gz"),
        ("https://data.example/warc.paths", "crawl/a.warc.gz",
         "https://data.example/crawl/a.warc.gz"),
        ("s3://bucket/crawl/11/warc.paths.gz", "crawl/11/a.warc.gz", "s3://bucket/crawl/11/a.warc.gz"),
        ("s3://bucket/lists/warc.paths.gz", "a.warc.gz", "s3://bucket/lists/a.warc.gz"),
        ("/mnt/cc/crawl/11/warc.paths", "crawl/11/a.warc.gz", "/mnt/cc/crawl/11/a.warc.gz"),
        ("/mnt/cc/warc.paths", "a.warc.gz", "/mnt/cc/a.warc.gz"),
        ("/mnt/cc/warc.paths", "/data/a.warc.gz", "/data/a.warc.gz"),
        ("/mnt/warc.paths#base=https://data.example/", "crawl/a.warc.gz",
         "https://data.example/crawl/a.warc.gz"),
        ("/mnt/warc.paths#base=s3://bucket", "crawl/a.warc.gz", "s3://bucket/crawl/a.warc.gz"),
    ],
)  # fmt: skip
def test_a_path_begins_where_the_list_says(listed_at, line, file):
    assert read_list(line.encode(), parse_archive(listed_at)) == [file]


def test_lists_may_be_packed_and_have_remarks_and_doubles():
    text = b"# of November\n\na.warc.gz\r\n b.warc \na.warc.gz\nc.warc.zst"
    whole = parse_archive("/srv/warc.paths")
    assert read_list(gzip.compress(text), whole) == [
        "/srv/a.warc.gz", "/srv/b.warc", "/srv/c.warc.zst"
    ]  # fmt: skip
    assert read_list(text, parse_archive("/srv/warc.paths#2-3")) == [
        "/srv/b.warc",
        "/srv/c.warc.zst",
    ]
    assert read_list(text, parse_archive("/srv/warc.paths#4-")) == []


@pytest.mark.parametrize(
    "content", [b"", b"# nothing", b"<html>No such page</html>", b"\x1f\x8b\x08broken"]
)
def test_what_is_no_list_is_refused(content):
    with pytest.raises(ValueError, match=r"empty|no list|cannot be read"):
        read_list(content, parse_archive(WEB))


def test_hosts_mean_those_below_them_too():
    address = parse_archive(f"{WEB}#hosts=post.example")
    assert [address.takes_host(host) for host in
            ("post.example", "www.post.example", "outpost.example", "example")] == [
        True, True, False, False]  # fmt: skip


def test_a_folder_is_the_list_of_its_files(tmp_path):
    for name in ("b.warc.gz", "a/z.warc", "a/.draft.warc", ".hidden/c.warc.gz", "page.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert list_folder(tmp_path) == [str(tmp_path / "a/z.warc"), str(tmp_path / "b.warc.gz")]
    with pytest.raises(FileNotFoundError):
        list_folder(tmp_path / "gone")
