import gzip
import io
import random
import time
import tracemalloc
import zlib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tasks.errors import WarehouseCorrupt
from tasks.model import Capture, Limits, Place, Skip
from tasks.sources.registry import open_sources
from tasks.sources.warc import read_content

HTML = (
    b"<html><body>" + b"".join(b"<p>Paragraph %d.</p>" % n for n in range(300)) + b"</body></html>"
)
TYPE = ("Content-Type", "text/html; charset=utf-8")


class Archive:
    """A WARC in the making."""

    def __init__(self, path: Path, packed: bool = True) -> None:
        self.path = path
        self._file = path.open("wb")
        self._writer = WARCWriter(self._file, gzip=packed, warc_version="WARC/1.1")
        info = self._writer.create_warcinfo_record(path.name, {"software": "a test"})
        self._writer.write_record(info)

    def answer(self, url, body=HTML, status="200 OK", headers=(TYPE,)):
        http = StatusAndHeaders(status, list(headers), protocol="HTTP/1.1")
        self._write(url, "response", body, http_headers=http)
        return self

    def record(self, kind, url, body=b"", content_type=None):
        self._write(url, kind, body, warc_content_type=content_type or "")
        return self

    def close(self) -> Path:
        self._file.close()
        return self.path

    def _write(self, url, kind, body, **more):
        record = self._writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            warc_headers_dict={"WARC-Date": "2026-02-03T04:05:06Z"},
            **more,
        )
        if record.rec_headers.get_header("Content-Type") == "":
            record.rec_headers.remove_header("Content-Type")
        self._writer.write_record(record)


def read(path, limits=None):
    return list(open_sources([str(path)], limits or Limits()))


def captures(items):
    return [item for item in items if isinstance(item, Capture)]


def chunk(body: bytes, size: int = 1000) -> bytes:
    parts = [body[n : n + size] for n in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def deflate(body: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(body) + engine.flush()


@pytest.mark.parametrize("packed, name", [(True, "a.warc.gz"), (False, "a.warc")])
def test_pages_come_with_their_place(tmp_path, packed, name):
    archive = Archive(tmp_path / name, packed)
    for n in range(3):
        archive.answer(f"https://e.org/{n}", HTML + b"%d" % n)
    path = archive.close()
    items = read(path)
    assert [item.url for item in items] == [f"https://e.org/{n}" for n in range(3)]
    for n, item in enumerate(items):
        assert item.content == HTML + b"%d" % n
        assert item.uri == f"{path.as_uri()}#{item.place.offset}"
        assert item.fetched_at == datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
        assert item.content_type == "text/html; charset=utf-8"
        assert item.place.file == str(path)
        assert read_content(tmp_path / "elsewhere", item.place) == item.content
    start = path.read_bytes()[items[0].place.offset :]
    assert start.startswith(b"\x1f\x8b" if packed else b"WARC/1.1")
    if packed:
        assert items[-1].place.offset + items[-1].place.length == path.stat().st_size


def test_what_is_no_page_is_skipped_and_counted(tmp_path):
    archive = Archive(tmp_path / "a.warc.gz")
    archive.answer(
        "https://e.org/robots.txt", b"User-agent: *", headers=[("Content-Type", "text/plain")]
    )
    archive.answer("https://e.org/old", status="301 Moved Permanently")
    archive.answer("https://e.org/none", status="404 Not Found")
    archive.answer("https://e.org/a.png", b"\x89PNG", headers=[("Content-Type", "image/png")])
    archive.answer(
        "https://e.org/a.js", b"var a", headers=[("Content-Type", "application/x-javascript")]
    )
    archive.answer("https://e.org/a.pdf", b"%PDF-", headers=[("Content-Type", "Application/PDF")])
    archive.answer("https://e.org/odd", b"odd", headers=[("Content-Type", "chemical/x-odd")])
    archive.answer("https://e.org/notes", b"Some notes.", headers=[("Content-Type", "text/plain")])
    archive.record("request", "https://e.org/1", b"GET / HTTP/1.1\r\n\r\n", "application/http")
    archive.record("metadata", "https://e.org/1", b"x: y", "application/warc-fields")
    archive.record("response", "dns:e.org", b"e.org 1.2.3.4", "text/dns")
    archive.record("resource", "https://e.org/b.jpg", b"\xff\xd8\xff", "image/jpeg")
    items = read(archive.close())
    assert Counter(item.reason for item in items if isinstance(item, Skip)) == {
        "robots-txt": 1,
        "status-301": 1,
        "status-404": 1,
        "content-type-image": 2,
        "content-type-javascript": 1,
        "content-type-pdf": 1,
        "content-type-other": 1,
        "content-type-plain": 1,
        "record-request": 1,
        "record-metadata": 1,
        "record-dns": 1,
    }
    assert captures(items) == []


def test_a_missing_or_vague_type_is_decided_by_content(tmp_path):
    archive = Archive(tmp_path / "a.warc.gz")
    archive.answer("https://e.org/1", headers=[])
    archive.answer("https://e.org/2", headers=[("Content-Type", "text/plain")])
    archive.answer("https://e.org/3", headers=[("Content-Type", "application/octet-stream")])
    archive.answer("https://e.org/4", b"\x89PNG\r\n\x1a\n", headers=[])
    items = read(archive.close())
    assert [item.url for item in captures(items)] == [f"https://e.org/{n}" for n in (1, 2, 3)]
    assert items[3].reason == "content-type-other"


def test_resource_and_conversion_records_may_be_text(tmp_path):
    archive = Archive(tmp_path / "a.warc.gz")
    archive.record("resource", "https://e.org/1", HTML, "text/html; charset=utf-8")
    archive.record("resource", "file:///a.txt", b"Plain text.", "text/plain")
    archive.record("conversion", "https://e.org/2", b"Plain text.", "text/plain")
    archive.record("resource", "urn:x:1", b"Plain text.")
    items = read(archive.close())
    assert [item.content for item in items] == [HTML, *[b"Plain text."] * 3]
    assert [read_content(tmp_path, item.place) for item in items] == [i.content for i in items]


@pytest.mark.parametrize(
    "headers, body",
    [
        ([("Content-Encoding", "gzip")], gzip.compress(HTML)),
        ([("Content-Encoding", "x-gzip")], gzip.compress(HTML)),
        ([("Content-Encoding", "deflate")], zlib.compress(HTML)),
        ([("Content-Encoding", "deflate")], deflate(HTML)),
        ([("Content-Encoding", "zstd")], zstandard.compress(HTML)),
        ([("Content-Encoding", "gzip, identity")], gzip.compress(HTML)),
        ([("Transfer-Encoding", "chunked")], chunk(HTML)),
        (
            [("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")],
            chunk(gzip.compress(HTML)),
        ),
        ([("Content-Encoding", "gzip")], HTML),
        ([("Content-Encoding", "br")], HTML),
        ([("Content-Encoding", "deflate")], HTML),
        ([("Transfer-Encoding", "chunked")], HTML),
        ([("Transfer-Encoding", "chunked")], chunk(HTML)[:-5]),
    ],
)
def test_http_codings_are_undone_or_were_already(tmp_path, headers, body):
    archive = Archive(tmp_path / "a.warc.gz").answer(
        "https://e.org/1", body, headers=[TYPE, *headers]
    )
    [item] = read(archive.close())
    assert item.content == HTML
    assert item.fault is None
    assert read_content(tmp_path, item.place) == HTML


def test_brotli_is_undone(tmp_path):
    from fastwarc.stream_io import BrotliWriter

    packed = io.BytesIO()
    with BrotliWriter(packed) as writer:
        writer.write(HTML)
    headers = [TYPE, ("Content-Encoding", "br")]
    archive = Archive(tmp_path / "a.warc").answer(
        "https://e.org/1", packed.getvalue(), headers=headers
    )
    [item] = read(archive.close())
    assert item.content == HTML


@pytest.mark.parametrize(
    "headers, body, code",
    [
        ([("Content-Encoding", "gzip")], gzip.compress(HTML)[:-30], "truncated-gzip"),
        ([("Content-Encoding", "gzip")], gzip.compress(bytes(25_000_000)), "decompression-bomb"),
        ([("Content-Encoding", "deflate")], zlib.compress(bytes(25_000_000)), "decompression-bomb"),
        ([("Content-Encoding", "deflate")], zlib.compress(HTML)[:-200], "truncated-deflate"),
        ([("Transfer-Encoding", "chunked")], chunk(HTML)[:-100], "truncated-chunks"),
        ([], HTML * 2500, "too-large"),
    ],
)
def test_a_body_that_cannot_be_had_is_a_fault(tmp_path, headers, body, code):
    limits = Limits(document_bytes=12_000_000)
    archive = Archive(tmp_path / "a.warc.gz").answer(
        "https://e.org/1", body, headers=[TYPE, *headers]
    )
    archive.answer("https://e.org/2")
    first, second = read(archive.close(), limits)
    assert first.fault.code == code
    assert len(first.content) <= 12_000_000
    assert read_content(tmp_path, first.place, limits) == first.content
    assert (second.content, second.fault) == (HTML, None)


@pytest.mark.parametrize("packed, name", [(True, "a.warc.gz"), (False, "a.warc")])
@pytest.mark.parametrize("cut", [30, 5000])
def test_a_truncated_archive_gives_what_is_whole_and_one_fault(tmp_path, packed, name, cut):
    noise = random.Random(1)
    archive = Archive(tmp_path / name, packed)
    for n in range(4):
        archive.answer(f"https://e.org/{n}", HTML + noise.randbytes(20_000).hex().encode())
    path = archive.close()
    whole = read(path)
    path.write_bytes(path.read_bytes()[:-cut])
    (tmp_path / "b.html").write_bytes(HTML)
    items = list(open_sources([str(path), str(tmp_path / "b.html")], Limits()))
    assert items[:3] == [_with_time(item, items[0]) for item in whole[:3]]
    assert items[3].fault.code == "truncated-warc"
    assert items[3].uri == whole[3].uri
    assert items[3].place is None
    assert len(items[3].content) > 10_000
    assert items[4].content == HTML
    assert len(items) == 5


def _with_time(item, like):
    assert item.fetched_at == like.fetched_at  # the WARC-Date, not that of the file
    return item


def test_only_the_trailer_is_lost(tmp_path):
    path = Archive(tmp_path / "a.warc.gz").answer("https://e.org/1").close()
    path.write_bytes(path.read_bytes()[:-4])
    page, rest = read(path)
    assert (page.content, page.place, page.fault) == (HTML, None, None)
    assert rest.fault.code == "truncated-warc"
    assert rest.uri != page.uri


def test_damage_in_the_middle_costs_what_it_hit(tmp_path):
    archive = Archive(tmp_path / "a.warc.gz")
    for n in range(3):
        archive.answer(f"https://e.org/{n}")
    path = archive.close()
    whole = read(path)
    second = read(path)[1].place
    data = bytearray(path.read_bytes())
    data[second.offset + 200 : second.offset + 220] = b"\xff" * 20
    path.write_bytes(data)
    items = read(path)
    assert [item.fault and item.fault.code for item in items] == [None, "damaged-warc", None]
    assert "damaged" in items[1].fault.message
    assert f"to byte {whole[2].place.offset} " in items[1].fault.message
    assert (items[0].place, items[2].place) == (whole[0].place, whole[2].place)
    assert read_content(tmp_path, items[2].place) == HTML
    with pytest.raises(WarehouseCorrupt, match=f"byte {second.offset} of"):
        read_content(tmp_path, second)


@pytest.mark.parametrize("packed, name", [(True, "a.warc.gz"), (False, "a.warc")])
@pytest.mark.parametrize("hole", [b"\0" * 300_000, b"\x1f\x8b\x08 and no more" * 20_000])
def test_a_hole_of_a_download_is_told_and_passed(tmp_path, packed, name, hole):
    archive = Archive(tmp_path / name, packed)
    for n in range(4):
        archive.answer(f"https://e.org/{n}")
    path = archive.close()
    whole, data = read(path), path.read_bytes()
    begin, end = whole[1].place.offset, whole[3].place.offset
    path.write_bytes(data[:begin] + hole + data[end - (not packed) :])
    items = read(path)
    assert [item.fault and item.fault.code for item in items] == [None, "damaged-warc", None]
    assert [item.url for item in captures(items)[::2]] == ["https://e.org/0", "https://e.org/3"]
    assert items[1].uri == f"{path.as_uri()}#{begin}"


@pytest.mark.parametrize("junk", [b"junk" * 100, b"\0" * 1024])
def test_what_follows_the_last_record(tmp_path, junk):
    path = Archive(tmp_path / "a.warc.gz").answer("https://e.org/1").close()
    path.write_bytes(path.read_bytes() + junk)
    items = read(path)
    assert items[0].content == HTML
    assert read_content(tmp_path, items[0].place) == HTML
    assert [i.fault.code for i in items[1:]] == (["truncated-warc"] if junk[0] else [])


@pytest.mark.parametrize(
    "pack, name", [(gzip.compress, "a.warc.gz"), (zstandard.compress, "a.warc.zst")]
)
def test_an_archive_packed_as_a_whole_is_read_without_places(tmp_path, pack, name):
    archive = Archive(tmp_path / "plain.warc", packed=False)
    for n in range(3):
        archive.answer(f"https://e.org/{n}", HTML + b"%d" % n)
    packed = pack(archive.close().read_bytes())
    (tmp_path / name).write_bytes(packed)
    items = read(tmp_path / name)
    assert [item.content for item in items] == [HTML + b"%d" % n for n in range(3)]
    assert {item.place for item in items} == {None}
    assert len({item.uri for item in items}) == 3
    (tmp_path / name).write_bytes(packed[:-40])
    assert read(tmp_path / name)[-1].fault.code == "truncated-warc"


def test_members_with_one_and_with_many_records_in_one_file(tmp_path):
    plain = Archive(tmp_path / "p.warc", packed=False)
    plain.answer("https://e.org/1").answer("https://e.org/2")
    single = Archive(tmp_path / "s.warc.gz").answer("https://e.org/3").close().read_bytes()
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(plain.close().read_bytes()) + single)
    items = read(path)
    assert [item.url for item in items] == [f"https://e.org/{n}" for n in (1, 2, 3)]
    assert [item.place is None for item in items] == [True, True, False]
    assert read_content(tmp_path, items[2].place) == HTML


def test_an_archive_is_known_by_its_first_bytes(tmp_path):
    data = Archive(tmp_path / "a.warc.gz").answer("https://e.org/1").close().read_bytes()
    (tmp_path / "crawl.dat").write_bytes(data)
    [item] = read(tmp_path / "crawl.dat")
    assert item.url == "https://e.org/1"


def test_archives_in_folders_are_read(tmp_path):
    (tmp_path / "a").mkdir()
    Archive(tmp_path / "a" / "x.warc.gz").answer("https://e.org/1").close()
    assert [item.url for item in read(tmp_path)] == ["https://e.org/1"]
    assert [item.url for item in read(tmp_path / "*" / "*.warc.gz")] == ["https://e.org/1"]


def test_an_empty_archive_is_a_fault(tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(b"")
    assert [item.fault.code for item in read(tmp_path / "a.warc.gz")] == ["empty-file"]


@pytest.mark.parametrize(
    "content", [b"no WARC at all", b"WARC/1.0\r\nWARC-Type: x", b"WARC/1.0\r\n\r\n"]
)
def test_what_only_calls_itself_a_warc_is_a_fault(tmp_path, content):
    (tmp_path / "a.warc").write_bytes(content)
    [item] = read(tmp_path / "a.warc")
    assert (item.fault.code, item.content) == ("truncated-warc", content)


def test_line_feeds_alone_and_broken_http(tmp_path):
    block = b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + HTML
    bad = b"\x16\x03\x01 not http"
    head = b"WARC/1.0\nWARC-Type: response\nWARC-Target-URI: <https://e.org/1>\n"
    head += b"WARC-Date: 2026-02-03T04:05:06Z\nContent-Type: application/http;msgtype=response\n"
    records = [head + b"Content-Length: %d\n\n%s\n\n" % (len(part), part) for part in (block, bad)]
    (tmp_path / "a.warc").write_bytes(b"".join(records))
    page, skip = read(tmp_path / "a.warc")
    assert (page.url, page.content) == ("https://e.org/1", HTML)
    assert skip.reason == "malformed-http"
    assert read_content(tmp_path, page.place) == HTML


def test_places_relative_to_the_archive(tmp_path):
    Archive(tmp_path / "part-1.warc.gz").record("resource", "urn:1", HTML, "text/html").close()
    [item] = read(tmp_path / "part-1.warc.gz")
    place = Place("part-1.warc.gz", item.place.offset, item.place.length)
    assert read_content(tmp_path, place) == HTML


@pytest.mark.parametrize("offset, length", [(3, 200), (0, 100), (10**9, 100), (0, 10**9)])
def test_a_place_that_holds_no_record_is_told(tmp_path, offset, length):
    Archive(tmp_path / "a.warc.gz").answer("https://e.org/1").close()
    with pytest.raises(WarehouseCorrupt, match=rf"byte {offset} of .*a\.warc\.gz") as caught:
        read_content(tmp_path, Place("a.warc.gz", offset, length))
    assert caught.value.hint


def test_a_file_that_is_gone_is_told(tmp_path):
    with pytest.raises(WarehouseCorrupt, match=r"none\.warc\.gz"):
        read_content(tmp_path, Place("none.warc.gz", 0, 10))


def test_one_page_is_read_quickly(tmp_path):
    words = random.Random(2)
    page = " ".join(f"<p>{words.getrandbits(40):x} word</p>" for _ in range(9000)).encode()
    archive = Archive(tmp_path / "a.warc.gz").record("resource", "urn:1", page, "text/html")
    [item] = read(archive.close())
    best = min(_time_once(tmp_path, item.place) for _ in range(20))
    assert len(page) > 180_000
    assert best < 0.006  # ten times the aim, for busy machines


def _time_once(folder, place):
    begun = time.perf_counter()
    read_content(folder, place)
    return time.perf_counter() - begun


def test_memory_does_not_grow_with_the_archive(tmp_path):
    archive = Archive(tmp_path / "a.warc.gz")
    for n in range(1500):
        archive.answer(f"https://e.org/{n}", HTML * 3)
    items = open_sources([str(archive.close())], Limits())
    next(items)
    tracemalloc.start()
    count = sum(1 for _ in items)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 1499
    assert peak < 2_000_000
