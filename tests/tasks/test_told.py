"""What a source says of a page, from manifests and headers, through the archive and back."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.model import Capture, Limits, Told
from tasks.sources.registry import open_sources
from tasks.told import NAMES, make_told, parse_told, print_told


def read(path) -> list[Capture]:
    return [item for item in open_sources([str(path)], Limits()) if isinstance(item, Capture)]


@given(st.dictionaries(st.sampled_from(NAMES), st.text(min_size=1)))
def test_what_is_printed_is_read_again(values):
    told = make_told(values)
    assert parse_told(print_told(told)) == told


@pytest.mark.parametrize("text", [None, "", "{", "[]", "3", '{"title": 3}', '{"colour": "red"}'])
def test_other_texts_tell_nothing(text):
    assert parse_told(text) is None


def test_the_columns_of_a_manifest_are_evidence(tmp_path):
    rows = [
        {"id": "a", "text": "x", "title": " A title ", "authors": ["Ann Lee", "Bo Ek"]},
        {"id": "b", "text": "x", "date": "2026-03-01", "lang": "no", "timezone": "Europe/Oslo"},
        {"id": "c", "text": "x", "published": 7, "author": None, "publisher": ""},
    ]
    path = tmp_path / "pages.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert [capture.told for capture in read(path)] == [
        Told(title="A title", byline="Ann Lee; Bo Ek"),
        Told(published="2026-03-01", language="no", zone="Europe/Oslo"),
        None,
    ]


def test_a_csv_tells_the_same(tmp_path):
    path = tmp_path / "pages.csv"
    path.write_text("id,text,headline,updated\na,x,A title,2026-03-02T10:00Z\n", "utf-8")
    [capture] = read(path)
    assert capture.told == Told(title="A title", modified="2026-03-02T10:00Z")


def test_a_parquet_tells_times_as_iso_8601(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    moment = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    table = pa.table({"id": ["a"], "text": ["x"], "published_at": [moment], "author": ["Ann Lee"]})
    pq.write_table(table, tmp_path / "pages.parquet")
    [capture] = read(tmp_path / "pages.parquet")
    assert capture.told == Told(byline="Ann Lee", published="2026-03-01T09:30:00+00:00")


def test_a_warc_tells_when_the_server_last_changed_the_page(tmp_path):
    http = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        b"Last-Modified: Sun, 01 Mar 2026 08:30:00 GMT\r\n\r\n<html><p>x</p></html>"
    )
    head = (
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        "WARC-Date: 2026-03-01T10:00:00Z\r\nWARC-Target-URI: https://a.example/1\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    path = tmp_path / "crawl.warc"
    path.write_bytes(head.encode() + http + b"\r\n\r\n")
    [capture] = read(path)
    assert capture.told == Told(last_modified="Sun, 01 Mar 2026 08:30:00 GMT")


def test_who_tells_is_nothing_told():
    assert make_told({"by": "feed"}) is None
    assert make_told({"by": "feed", "title": "A"}) == Told(title="A", by="feed")


def test_a_manifest_has_summaries_and_tags(tmp_path):
    path = tmp_path / "pages.jsonl"
    path.write_text('{"id": "a", "text": "x", "summary": "S", "tags": ["b", "c"]}\n', "utf-8")
    [capture] = read(path)
    assert capture.told == Told(summary="S", tags="b; c")
