"""Archives wherever they are: on the disk, on a server, in a bucket; and what goes wrong there."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import fsspec
import pytest

from tasks.fetching.archives import borrow, list_archive, name_file
from tasks.fetching.buckets import BucketFailed, copy_object, list_objects, read_object
from tasks.fetching.downloads import fetch_small, save_large
from tasks.sources.warc_list import parse_archive

WARC = gzip.compress(b"WARC/1.1\r\n" + bytes(range(256)) * 4_000, 0)
LIST = gzip.compress(b"crawl/a.warc.gz\ncrawl/b.warc.gz\nshut/c.warc.gz\n")
PAGES = {
    "/robots.txt": b"User-agent: *\nDisallow: /shut/\n",
    "/crawl/warc.paths.gz": LIST,
    "/crawl/a.warc.gz": WARC,
    "/crawl/page.paths": b"<html>Nothing</html>",
    "/shut/c.warc.gz": WARC,
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Accept-Encoding")))
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to"))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        half = self.path.startswith("/half/")
        body = PAGES.get(self.path.removeprefix("/half").removeprefix("/coded"))
        self.send_response(404 if body is None else 200)
        if self.path.startswith("/coded/"):
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body or b"no")))
        self.end_headers()
        self.wfile.write((body or b"no")[: len(WARC) // 2 if half else None])
        if half:
            self.close_connection = True

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.daemon_threads = True
    made.asked = []
    threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def site(server, monkeypatch) -> str:
    monkeypatch.setenv("COPYDESK_ALLOW_PRIVATE", "1")
    server.asked.clear()
    return f"http://127.0.0.1:{server.server_port}"


def test_a_large_file_is_written_as_it_was_sent(site, server, tmp_path):
    """With no coding asked for, and with none undone that a server invents for a packed file."""
    for path in ("/crawl/a.warc.gz", "/coded/crawl/a.warc.gz", "/to/crawl/a.warc.gz"):
        answer = save_large(f"{site}{path}", tmp_path / "a", 10**7)
        assert (answer.fault, answer.status, answer.content) == (None, 200, b"")
        assert answer.size == len(WARC)
        assert (tmp_path / "a").read_bytes() == WARC
    assert dict(server.asked)["/crawl/a.warc.gz"] == "identity"


@pytest.mark.parametrize(
    ("path", "most", "code", "transient"),
    [
        ("/crawl/gone.warc.gz", 10**7, "http-404", False),
        ("/half/crawl/a.warc.gz", 10**7, "broken-off", True),
        ("/crawl/a.warc.gz", 100_000, "too-large", False),
        ("/shut/c.warc.gz", 10**7, "robots", False),
        ("/to/shut/c.warc.gz", 10**7, "robots", False),
    ],
)
def test_a_file_that_cannot_be_had_has_a_fault(path, most, code, transient, site, tmp_path):
    answer = save_large(f"{site}{path}", tmp_path / "a", most)
    assert answer.fault is not None
    assert (answer.fault.code, answer.transient) == (code, transient)


def test_no_more_than_the_bound_is_written(site, tmp_path):
    save_large(f"{site}/crawl/a.warc.gz", tmp_path / "a", 100_000)
    assert (tmp_path / "a").stat().st_size < 300_000


def test_a_disk_that_is_full_is_no_fault_of_the_server(site):
    with pytest.raises(OSError, match="No space left"):
        save_large(f"{site}/crawl/a.warc.gz", Path("/dev/full"), 10**7)


def test_private_addresses_are_refused(site, server, monkeypatch):
    monkeypatch.delenv("COPYDESK_ALLOW_PRIVATE")
    answer = fetch_small(f"{site}/crawl/warc.paths.gz", 10**6)
    assert answer.fault is not None
    assert answer.fault.code == "address-refused"
    assert server.asked == []
    assert fetch_small(f"{site}/crawl/warc.paths.gz", 10**6, private=True).fault is None


def test_a_server_that_is_away_is_tried_again():
    answer = fetch_small("http://127.0.0.1:9/warc.paths", 10**6, private=True)
    assert answer.fault is not None
    assert (answer.fault.code, answer.transient) == ("robots-unreachable", True)


def test_a_list_on_the_web_names_files_on_the_web(site, tmp_path):
    listed = list_archive(parse_archive(f"{site}/crawl/warc.paths.gz#1-2"))
    assert listed.files == [f"{site}/crawl/a.warc.gz", f"{site}/crawl/b.warc.gz"]
    assert (listed.answer.status, listed.answer.content) == (200, b"")
    loan = borrow(listed.files[0], tmp_path)
    assert (loan.path, loan.temporary) == (tmp_path / "a.warc.gz", True)
    assert (tmp_path / "a.warc.gz").read_bytes() == WARC
    missing = borrow(listed.files[1], tmp_path)
    assert missing.path is None
    assert not (tmp_path / "b.warc.gz").exists()


@pytest.mark.parametrize(
    ("path", "code"), [("/crawl/page.paths", "not-a-listing"), ("/crawl/gone", "http-404")]
)
def test_what_is_no_list_has_a_fault(path, code, site):
    listed = list_archive(parse_archive(f"{site}{path}"))
    assert listed.answer.fault is not None
    assert (listed.answer.fault.code, listed.files) == (code, ())


def test_a_file_of_this_machine_stays_where_it_is(tmp_path):
    path = tmp_path / "a.warc.gz"
    path.write_bytes(WARC)
    (tmp_path / "warc.paths").write_text("a.warc.gz\nb.warc.gz\n")
    for address in (path, tmp_path, tmp_path / "warc.paths#1"):
        assert list_archive(parse_archive(str(address))).files == [str(path)]
    loan = borrow(str(path), tmp_path / "downloads")
    assert (loan.path, loan.temporary, loan.answer.size) == (path, False, len(WARC))
    gone = borrow(str(tmp_path / "b.warc.gz"), tmp_path)
    assert gone.answer.fault is not None
    assert (gone.answer.fault.code, gone.answer.transient) == ("unreadable", True)
    nowhere = list_archive(parse_archive(str(tmp_path / "gone.paths")))
    assert nowhere.answer.fault is not None
    assert nowhere.answer.fault.code == "unreadable"


@pytest.fixture
def bucket() -> Iterator[str]:
    system = fsspec.filesystem("memory")
    system.pipe({"/crawl/11/a.warc.gz": WARC, "/crawl/11/warc.paths.gz": gzip.compress(
        b"11/a.warc.gz\n")})  # fmt: skip
    yield "memory://crawl/11/"
    system.rm("/crawl", recursive=True)


def test_archives_in_buckets(bucket, tmp_path):
    for address in (bucket, f"{bucket}warc.paths.gz", f"{bucket}a.warc.gz"):
        [url] = list_archive(parse_archive(address)).files
        loan = borrow(url, tmp_path)
        assert loan.temporary
        assert (tmp_path / "a.warc.gz").read_bytes() == WARC
    gone = borrow(f"{bucket}b.warc.gz", tmp_path)
    assert gone.answer.fault is not None
    assert gone.answer.fault.code == "bucket-missing"


def test_objects_are_bounded(bucket, tmp_path):
    assert len(read_object(f"{bucket}a.warc.gz", 1_000)) == 1_000
    with pytest.raises(BucketFailed, match="longer than 1,000"):
        copy_object(f"{bucket}a.warc.gz", tmp_path / "a", 1_000)
    with pytest.raises(OSError, match="No space left"):
        copy_object(f"{bucket}a.warc.gz", Path("/dev/full"), 10**7)


def test_a_bucket_that_no_package_reads_says_what_to_install():
    try:
        import s3fs  # noqa: F401
    except ImportError:
        with pytest.raises(BucketFailed, match=r"install copydesk\[s3\]"):
            list_objects("s3://crawl/")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://data.example/11/CC-NEWS-1.warc.gz?x=1", "CC-NEWS-1.warc.gz"),
        ("https://data.example/%2e%2e%2f%2e%2e%2fetc.warc", "-..-etc.warc"),
        ("https://data.example/", "archive.warc.gz"),
        ("https://data.example/..", "archive.warc.gz"),
        ("s3://bucket/.hidden.warc", "hidden.warc"),
    ],
)
def test_a_file_is_fetched_under_a_name_that_stays_in_its_folder(url, name, tmp_path):
    assert name_file(url) == name
    assert (tmp_path / name_file(url)).resolve().parent == tmp_path.resolve()
