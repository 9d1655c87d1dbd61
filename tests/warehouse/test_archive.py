from __future__ import annotations

import hashlib
from dataclasses import replace
from urllib.parse import unquote

import pytest
from fastwarc.warc import ArchiveIterator

from tasks.model import Fault, Limits, Place, Stage, Told
from tests.warehouse.builders import make_document, make_layout
from warehouse.archive import write_archive


def make(name: str, content: bytes, **changes):
    digest = hashlib.sha256(content).hexdigest()
    document = make_document(name, place=None, sha256=digest, size=len(content))
    return replace(document, **changes), content


@pytest.fixture
def layout(tmp_path):
    return make_layout(tmp_path)


def read_records(path):
    with path.open("rb") as stream:
        return [
            (dict(record.headers.astuples()), record.reader.read())
            for record in ArchiveIterator(stream, parse_http=False)
        ]


def test_bytes_come_back_as_they_were(layout):
    contents = [b"<html>one</html>", b"\x00\xff\r\n\r\nWARC/1.1\r\n", b"", "día\n".encode("utf-16")]
    written = write_archive(layout, "run-1", [make(f"d{n}", c) for n, c in enumerate(contents)])
    records = read_records(layout.archive / "run-1.warc.gz")
    assert [content for _, content in records[1:]] == contents
    assert records[0][0]["WARC-Type"] == "warcinfo"
    assert [document.id for document in written] == [r[0]["Copydesk-Document"] for r in records[1:]]


def test_one_record_is_read_at_its_place(layout):
    import gzip

    pairs = [make(f"d{n}", f"page {n}".encode() * 100) for n in range(5)]
    written = write_archive(layout, "run-1", pairs)
    whole = (layout.archive / "run-1.warc.gz").read_bytes()
    assert written[-1].place.offset + written[-1].place.length == len(whole)
    for document, (_, content) in zip(written, pairs, strict=True):
        place = document.place
        assert place.file == "run-1.warc.gz"
        member = gzip.decompress(whole[place.offset : place.offset + place.length])
        assert member.startswith(b"WARC/1.1\r\n")
        assert content in member


def test_records_hold_all_of_a_document(layout):
    fault = Fault(Stage.DISCOVER, "too-large", "Over 32 MB: raise --max-bytes.")
    document, content = make(
        "d",
        b"x" * 50,
        uri="file:///in/más 100%25 20%.html",
        url="https://example.org/?q=a b\r\nX: y",
        external_id="id\n7",
        source="Kraków",
        fault=fault,
    )
    write_archive(layout, "run-1", [(document, content)])
    headers, _ = read_records(layout.archive / "run-1.warc.gz")[1]
    assert headers["WARC-Type"] == "resource"
    assert headers["WARC-Date"] == "2026-03-01T08:00:00Z"
    assert headers["WARC-Target-URI"] == "https://example.org/?q=a%20b%0D%0AX:%20y"
    assert headers["WARC-Payload-Digest"] == f"sha256:{document.sha256}"
    assert headers["WARC-Truncated"] == "length"
    assert headers["Content-Type"] == "text/html"
    own = {name[9:]: unquote(value) for name, value in headers.items() if name[:8] == "Copydesk"}
    assert own == {
        "Document": document.id,
        "Sha256": document.sha256,
        "Size": "50",
        "Uri": document.uri,
        "Url": document.url,
        "External-Id": "id\n7",
        "Source": "Kraków",
        "Content-Type": "text/html",
        "Fault": f"discover too-large {fault.message}",
    }


def test_digests_and_blocks_are_valid_for_other_readers(layout):
    from warcio.archiveiterator import ArchiveIterator as Other

    write_archive(layout, "run-1", [make("d", b"abc"), make("e", b"def" * 999)])
    path = layout.archive / "run-1.warc.gz"
    with path.open("rb") as stream:
        found = [(r.rec_type, r.content_stream().read()) for r in Other(stream)]
    assert found[1:] == [("resource", b"abc"), ("resource", b"def" * 999)]
    assert found[0][0] == "warcinfo"


def test_the_desk_reads_what_was_written(layout):
    from tasks.sources.warc import read_content

    pairs = [make(f"d{n}", f"page {n}".encode() * 100) for n in range(3)]
    for document, (_, content) in zip(write_archive(layout, "r", pairs), pairs, strict=True):
        assert read_content(layout.archive, document.place) == content


def test_the_same_documents_make_the_same_file(layout):
    pairs = [make(f"d{n}", f"page {n}".encode() * 50) for n in range(20)]
    write_archive(layout, "run-1", pairs)
    first = (layout.archive / "run-1.warc.gz").read_bytes()
    write_archive(layout, "run-1", pairs)
    assert (layout.archive / "run-1.warc.gz").read_bytes() == first


def test_what_is_archived_already_is_not_written(layout):
    placed, content = make("d", b"abc", place=Place("/data/x.warc.gz", 7, 9))
    again, _ = make("e", b"abc", duplicate_of=placed.id)
    assert write_archive(layout, "run-1", [(placed, content), (again, content)]) == [placed, again]
    assert not list(layout.archive.iterdir())
    new, more = make("f", b"more")
    written = write_archive(layout, "run-2", [(placed, content), (new, more), (again, content)])
    assert [document.id for document in written] == [placed.id, new.id, again.id]
    assert [document.place is None for document in written] == [False, False, True]
    assert len(read_records(layout.archive / "run-2.warc.gz")) == 2


def test_nothing_half_written_is_left_under_the_name(layout, monkeypatch):
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("warehouse.archive.os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_archive(layout, "run-1", [make("d", b"abc")])
    assert not (layout.archive / "run-1.warc.gz").exists()


def test_what_a_source_told_is_read_from_the_archive_again(layout):
    from tasks.sources.registry import open_sources

    told = Told(title="Ein „Titel“: 試%", published="2026-03-01", last_modified="Sun, 1 Mar 2026")
    write_archive(layout, "run-1", [make("a", b"abc", told=told), make("b", b"def")])
    captures = open_sources([str(layout.archive / "run-1.warc.gz")], Limits())
    assert [capture.told for capture in captures] == [told, None]


def test_what_allowed_the_fetch_is_read_from_the_archive_again(layout):
    from tasks.intake import describe
    from tasks.sources.registry import open_sources

    rule = "Allow: /news/é% (robots.txt)"
    first, second = make("a", b"abc", robots=rule), make("b", b"def")
    write_archive(layout, "run-1", [first, second])
    captures = open_sources([str(layout.archive / "run-1.warc.gz")], Limits())
    assert [describe(capture).robots for capture in captures] == [rule, None]
