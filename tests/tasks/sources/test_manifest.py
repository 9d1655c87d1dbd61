import gzip
import json
import tracemalloc
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from tasks.errors import SourceNotFound, SourceUnreadable
from tasks.model import Limits, Stage
from tasks.sources.registry import open_sources

HTML = "<html><body><p>Die Brücke ist zu.</p></body></html>"


def read(*specs, limits=None):
    return list(open_sources([str(spec) for spec in specs], limits or Limits()))


def write_lines(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def codes(items):
    return [item.fault.code if item.fault else None for item in items]


def test_inline_html_and_text(tmp_path):
    path = write_lines(
        tmp_path / "pages.jsonl",
        {"id": "a/1", "url": "https://e.org/1", "source": "crawl", "html": HTML, "title": "No"},
        {"text": "Plain.", "fetched_at": "2026-03-01T10:00:00+02:00"},
    )
    first, second = read(path)
    assert first.uri == path.as_uri() + "#a/1"
    assert (first.external_id, first.url, first.source) == ("a/1", "https://e.org/1", "crawl")
    assert first.content == HTML.encode()
    assert first.content_type == "text/html; charset=utf-8"
    assert first.fetched_at == datetime.fromtimestamp(path.stat().st_mtime, UTC)
    assert second.uri == path.as_uri() + "#1"
    assert second.content_type == "text/plain; charset=utf-8"
    assert second.fetched_at == datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_files_are_relative_to_the_manifest_and_packed_or_not(tmp_path, monkeypatch):
    (tmp_path / "set" / "pages").mkdir(parents=True)
    (tmp_path / "other.html").write_text(HTML)
    (tmp_path / "set" / "pages" / "a.html.gz").write_bytes(gzip.compress(HTML.encode()))
    (tmp_path / "set" / "pages" / "b").write_bytes(zstandard.compress(HTML.encode()))
    files = ["pages/a.html.gz", "pages/b", "../other.html", str(tmp_path / "other.html")]
    path = write_lines(tmp_path / "set" / "m.jsonl", *({"file": name} for name in files))
    monkeypatch.chdir("/")
    items = read(path)
    assert [item.content for item in items] == [HTML.encode()] * 4
    assert {item.content_type for item in items} == {None}
    assert items[2].fetched_at.timestamp() == pytest.approx(
        (tmp_path / "other.html").stat().st_mtime
    )


def test_broken_rows_are_captures_and_the_others_are_read(tmp_path):
    path = tmp_path / "pages.jsonl"
    lines = [
        '{"id": "good", "text": "x"}',
        '{"id": "cut", "text": "x',
        "[1, 2]",
        '{"id": "no-content", "url": "https://e.org/2", "title": "x"}',
        '{"id": "missing", "file": "none.html"}',
        '{"id": "two", "html": "<p>", "text": "x"}',
        '{"text": 5}',
        '{"id": {"a": 1}, "text": "x"}',
        '{"text": "x", "fetched_at": "yesterday"}',
        '{"file": "nul\\u0000.html"}',
        "",
        '{"id": "last", "text": "y"}',
    ]
    path.write_text("\n".join(lines))
    items = read(path)
    assert codes(items) == [None, *["manifest-row"] * 9, None]
    broken = items[3]
    assert broken.content == lines[3].encode() + b"\n"
    assert (broken.external_id, broken.url) == ("no-content", "https://e.org/2")
    assert broken.uri == path.as_uri() + "#no-content"
    assert broken.fault.stage is Stage.DISCOVER
    assert "Row 3 of pages.jsonl" in broken.fault.message
    assert "none.html" in items[4].fault.message
    assert items[1].uri == path.as_uri() + "#1"


@pytest.mark.parametrize(
    "told", [1767322800, 1767322800.0, "1767322800", 1767322800000, "1767322800000"]
)
def test_a_unix_clock_tells_when_a_page_was_fetched(tmp_path, told):
    [item] = read(write_lines(tmp_path / "m.jsonl", {"text": "x", "fetched_at": told}))
    assert (item.fetched_at, item.fault) == (datetime(2026, 1, 2, 3, tzinfo=UTC), None)


@pytest.mark.parametrize("told", [True, 1e300, -1e300, "12", "17673228000000000"])
def test_a_number_that_is_no_time_is_told(tmp_path, told):
    [item] = read(write_lines(tmp_path / "m.jsonl", {"text": "x", "fetched_at": told}))
    assert "its fetched_at is" in item.fault.message


@pytest.mark.parametrize(
    "content", [b'[{"text": "x"}]', b'\xef\xbb\xbf\n[\n {"text": "x"}]', b'{\n"text": "x"}']
)
def test_json_that_is_not_lines_is_told_at_once_with_the_way_out(tmp_path, content):
    (tmp_path / "m.jsonl").write_bytes(content)
    with pytest.raises(SourceUnreadable, match="not with an object a line"):
        open_sources([str(tmp_path / "m.jsonl")], Limits())


def test_columns_of_a_wrong_manifest_are_named_within_bounds(tmp_path):
    (tmp_path / "m.csv").write_bytes(b"id,body\r1," + b"words " * 1000)
    with pytest.raises(SourceUnreadable) as caught:
        open_sources([str(tmp_path / "m.csv")], Limits())
    assert len(str(caught.value)) < 700


def test_columns_may_be_in_capitals(tmp_path):
    (tmp_path / "m.csv").write_bytes(b"ID;Url;TEXT\n7;https://e.org/7;Hello\n")
    [item] = read(tmp_path / "m.csv")
    assert (item.external_id, item.url, item.content) == ("7", "https://e.org/7", b"Hello")


def test_empty_content_is_content(tmp_path):
    [item] = read(write_lines(tmp_path / "m.jsonl", {"html": ""}))
    assert (item.content, item.fault) == (b"", None)


def test_numbers_are_ids_and_half_characters_are_mended(tmp_path):
    path = tmp_path / "m.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": 7, "text": "a\\ud83d\\ude00b\\ud800c"}\n')
    [item] = read(path)
    assert item.external_id == "7"
    assert item.content.decode() == "a😀b\ufffdc"


def test_bytes_that_are_not_utf_8_are_kept_for_the_charset(tmp_path):
    path = tmp_path / "m.jsonl"
    path.write_bytes('{"text": "Brücke"}\n'.encode("latin-1"))
    [item] = read(path)
    assert item.content == "Brücke".encode("latin-1")


@pytest.mark.parametrize("suffix", [".jsonl", ".ndjson.gz", ".json-lines.zst"])
def test_json_lines_packed_or_not(tmp_path, suffix):
    rows = b"".join(b'{"text": "row %d"}\r\n' % n for n in range(3000))
    pack = {".gz": gzip.compress, "zst": zstandard.compress}.get(suffix[-3:], bytes)
    (tmp_path / f"m{suffix}").write_bytes(pack(rows))
    items = read(tmp_path / f"m{suffix}")
    assert [item.content for item in items[::1000]] == [b"row 0", b"row 1000", b"row 2000"]
    assert items[-1].uri.endswith("#2999")


@pytest.mark.parametrize("name, header", [("m.jsonl.gz", b""), ("m.csv.gz", b"text\n")])
def test_a_truncated_manifest_gives_its_rows_and_one_fault(tmp_path, name, header):
    import random

    words = random.Random(5)
    texts = [str(words.random()) * 20 for _ in range(2000)]
    rows = [json.dumps({"text": t}) if not header else f'"{t}"' for t in texts]
    packed = gzip.compress(header + "\n".join(rows).encode())
    (tmp_path / name).write_bytes(packed[: len(packed) // 2])
    items = read(tmp_path / name)
    assert codes(items).count(None) == len(items) - 1
    assert items[-1].fault.code == "truncated-gzip"
    assert [item.content.decode() for item in items[:-1]] == texts[: len(items) - 1]
    assert 500 < len(items) < 1500


def test_csv(tmp_path):
    path = tmp_path / "m.csv"
    path.write_bytes(
        b"\xef\xbb\xbfid,title,html,url\r\n"
        b'1,x,"<p>one, ""two""\n\nthree</p>",https://e.org/1\r\n'
        b"\r\n"
        b"2,y,,https://e.org/2\r\n"
        b"3,short\r\n"
    )
    first, second, third = read(path)
    assert first.content == b'<p>one, "two"\n\nthree</p>'
    assert (first.external_id, first.url) == ("1", "https://e.org/1")
    assert (second.content, second.fault) == (b"", None)
    assert third.uri.endswith("#3")


@pytest.mark.parametrize("separator, name", [("\t", "m.tsv"), (";", "m.csv"), ("|", "m.csv.gz")])
def test_the_header_tells_the_separator(tmp_path, separator, name):
    data = f'id{separator}text\n1{separator}Hello, 5" nail\n'.encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    [item] = read(tmp_path / name)
    assert (item.external_id, item.content) == ("1", b'Hello, 5" nail')


def test_a_huge_csv_field_is_read_and_the_process_wide_limit_left_alone(tmp_path):
    import csv

    before = csv.field_size_limit()
    (tmp_path / "m.csv").write_text("text\n" + '"' + "word " * 100_000 + '"\nshort\n')
    items = read(tmp_path / "m.csv")
    assert [len(item.content) for item in items] == [500_000, 5]
    assert csv.field_size_limit() == before


def test_a_csv_row_beyond_the_bound_costs_only_itself(tmp_path):
    long = '"' + 'a ""quoted"" line\n' * 10_000 + '"'
    (tmp_path / "m.csv").write_text(f"id,text\n1,short\n2,{long}\n3,after\n")
    items = read(tmp_path / "m.csv", limits=Limits(document_bytes=20_000))
    assert codes(items) == [None, "too-large", None]
    assert (items[2].external_id, items[2].content) == ("3", b"after")


def test_a_quote_that_is_never_closed_is_told(tmp_path):
    (tmp_path / "m.csv").write_text('id,text\n1,good\n2,"open\n3,lost\n')
    items = read(tmp_path / "m.csv")
    assert codes(items) == [None, "manifest-row"]
    assert b"lost" in items[1].content


def test_a_json_line_beyond_the_bound_costs_only_itself(tmp_path):
    path = write_lines(tmp_path / "m.jsonl", {"text": "a"}, {"text": "x" * 90_000}, {"text": "b"})
    items = read(path, limits=Limits(document_bytes=20_000))
    assert codes(items) == [None, "too-large", None]
    assert items[2].content == b"b"
    assert len(items[1].content) <= 20_000


def test_parquet(tmp_path):
    table = pa.table(
        {
            "id": [1, None, 3],
            "html": [HTML, None, None],
            "text": [None, "Plain.", None],
            "fetched_at": pa.array([datetime(2026, 1, 2, 3)] * 3, pa.timestamp("us")),
            "other": ["x", "y", "z"],
        }
    )
    pq.write_table(table, tmp_path / "m.parquet")
    first, second, third = read(tmp_path / "m.parquet")
    assert (first.external_id, first.content) == ("1", HTML.encode())
    assert first.fetched_at == datetime(2026, 1, 2, 3, tzinfo=UTC)
    assert (second.uri[-2:], second.content) == ("#1", b"Plain.")
    assert third.fault.code == "manifest-row"
    assert json.loads(third.content)["id"] == 3


def test_parquet_bytes_and_days(tmp_path):
    columns = {"html": [HTML.encode("latin-1")], "fetched_at": [date(2026, 1, 2)]}
    pq.write_table(pa.table(columns), tmp_path / "m.parquet")
    [item] = read(tmp_path / "m.parquet")
    assert (item.content, item.content_type) == (HTML.encode("latin-1"), "text/html")
    assert item.fetched_at == datetime(2026, 1, 2, tzinfo=UTC)


def test_damaged_parquet_pages_are_a_fault(tmp_path):
    path = tmp_path / "m.parquet"
    texts = [f"{n} some words" * 50 for n in range(5000)]
    pq.write_table(pa.table({"text": texts}), path, row_group_size=1000, compression="gzip")
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 2000] = b"\xff" * 2000
    path.write_bytes(data)
    items = read(path)
    assert items[-1].fault.code == "corrupt-parquet"
    assert items[0].content == texts[0].encode()


@pytest.mark.parametrize(
    "name, content",
    [
        ("m.jsonl", b'{"title": "x", "body": "y"}\n'),
        ("m.csv", b"id,body\n1,x\n"),
        ("m.parquet", b"not parquet"),
        ("m.csv", "text\n1\n".encode("utf-16")),
    ],
)
def test_a_manifest_without_pages_is_told_at_once(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceUnreadable, match=str(tmp_path / name)):
        open_sources([str(tmp_path / name)], Limits())
    with pytest.raises(SourceUnreadable):
        open_sources([str(tmp_path / "m.*")], Limits())


def test_a_parquet_file_without_pages_is_told_at_once(tmp_path):
    pq.write_table(pa.table({"body": ["x"]}), tmp_path / "m.parquet")
    with pytest.raises(SourceUnreadable, match="it has body"):
        open_sources([str(tmp_path / "m.parquet")], Limits())


def test_a_missing_manifest_is_told_at_once(tmp_path):
    with pytest.raises(SourceNotFound):
        open_sources([str(tmp_path / "none.parquet")], Limits())


@pytest.mark.parametrize(
    "name, content", [("m.jsonl", b""), ("m.csv", b"id,text\n"), ("m.csv", b"")]
)
def test_a_manifest_without_rows_gives_nothing(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert read(tmp_path / name) == []


def test_memory_does_not_grow_with_the_manifest(tmp_path):
    line = json.dumps({"text": "word " * 2000}) + "\n"
    with gzip.open(tmp_path / "m.jsonl.gz", "wt", compresslevel=1) as file:
        for _ in range(3000):
            file.write(line)
    items = open_sources([str(tmp_path / "m.jsonl.gz")], Limits())
    next(items)
    tracemalloc.start()
    count = sum(1 for _ in items)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 2999
    assert peak < 2_000_000
