"""Whatever the bytes, a source gives captures and skips, and raises nothing."""

import gzip
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.errors import CopydeskError
from tasks.model import Capture, Limits, Skip
from tasks.sources.http_body import decode_body
from tasks.sources.registry import open_sources

BLOCK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
BLOCK += gzip.compress(b"<html><p>The bridge is closed.</p></html>", mtime=0)
HEAD = b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n"
HEAD += b"WARC-Target-URI: https://e.org/\r\nContent-Type: application/http\r\n"
RECORD = HEAD + b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(BLOCK), BLOCK)
ROW = json.dumps({"id": "1", "html": "<p>x</p>", "fetched_at": "2026-01-02"}).encode() + b"\n"
TABLE = b'id,html,url\r\n1,"<p>a ""b""\r\n</p>",https://e.org\r\n2,x,y\r\n'
FILES = {
    "a.warc": RECORD * 3,
    "a.warc.gz": gzip.compress(RECORD, mtime=0) * 3,
    "a.jsonl": ROW * 3,
    "a.csv": TABLE,
    "a.html.gz": gzip.compress(b"<html>Hello</html>", mtime=0),
}
CHANGES = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(0, 30), st.binary(max_size=8)), max_size=5
)


def spoil(data: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    for position, cut, new in changes:
        at = position % (len(data) + 1)
        data = data[:at] + new + data[at + cut :]
    return data


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=CHANGES)
def test_spoilt_files(name, changes):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(spoil(FILES[name], changes))
        try:
            items = open_sources([str(path)], Limits(document_bytes=1000))
        except CopydeskError:
            return  # told at once: no such columns
        for item in items:
            assert isinstance(item, Capture | Skip)
            assert item.uri.startswith(path.as_uri())


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from([None, "gzip", "br", "deflate", "zstd", "gzip, br", "x"]),
    st.sampled_from([None, "chunked"]),
)
def test_any_http_body(raw, content_encoding, transfer_encoding):
    body = decode_body(raw, content_encoding, transfer_encoding, Limits(document_bytes=100))
    assert len(body.content) <= 100
