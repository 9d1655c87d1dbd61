import gzip
import io
import json
import sys
from pathlib import Path

import pytest

from tasks.errors import UsageError
from tasks.model import Limits
from tasks.sources.registry import open_sources

PAGE = b"<html><body>\n<p>The bridge is closed until May.</p>\n</body></html>\n"


@pytest.fixture
def pipe(monkeypatch):
    def give(content: bytes) -> list:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        return list(open_sources(["-"], Limits(document_bytes=100_000)))

    return give


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_one_page(pipe, pack):
    [item] = pipe(pack(PAGE))
    assert item.content == PAGE
    assert item.uri.startswith("stdin:")
    assert pipe(pack(PAGE))[0].uri == item.uri
    assert pipe(pack(PAGE + b"x"))[0].uri != item.uri


@pytest.mark.parametrize("content", [b"", b"\n", b'{"a": 1}\n{"a": 2}\n', b"{\n}", b"[1]\nx"])
def test_whatever_it_is_it_is_one_document(pipe, content):
    assert [item.content for item in pipe(content)] == [content]


def test_json_lines_are_a_manifest(pipe, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.html").write_bytes(PAGE)
    rows = [{"id": 1, "file": "a.html"}, {"text": "Plain."}, {"no": 1}, {"html": "<p>x</p>"}]
    items = pipe("\n".join(map(json.dumps, rows)).encode())
    assert [item.content for item in items[:2]] == [PAGE, b"Plain."]
    assert items[0].external_id == "1"
    assert items[2].fault.code == "manifest-row"
    assert len({item.uri for item in items}) == 4


def test_faults_of_the_transport(pipe):
    assert pipe(PAGE * 3000)[0].fault.code == "too-large"
    assert len(pipe(PAGE * 3000)[0].content) == 100_000
    assert pipe(gzip.compress(PAGE)[:-9])[0].fault.code == "truncated-gzip"


def test_it_is_not_touched_by_the_check_and_read_only_once(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    open_sources(["-"], Limits())
    with pytest.raises(UsageError):
        open_sources(["-", "-"], Limits())
