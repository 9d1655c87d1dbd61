"""The samples are what their README says, and the golden files speak of what is on the pages."""

import gzip
import html
import io
import json
import re
import zlib
from collections import Counter
from datetime import datetime

import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.samples_index import GOLDEN, MUST_FAIL, SAMPLES, list_golden, load_golden

FIELDS = {"title", "byline", "authors", "published", "captions", "language", "paragraphs"}


def read_sample(truth: dict) -> str:
    """The document of a golden file, as characters with their mark-up."""
    if "warc" in truth:
        stream = io.BytesIO((SAMPLES / truth["warc"]).read_bytes())
        for record in ArchiveIterator(stream):
            address = record.rec_headers.get_header("WARC-Target-URI")
            if record.rec_type == "response" and address == truth["url"]:
                return record.content_stream().read().decode("utf-8")
    if "manifest" in truth:
        rows = (SAMPLES / truth["manifest"]).read_text("utf-8").splitlines()
        return next(row["text"] for row in map(json.loads, rows) if row["url"] == truth["url"])
    content = (SAMPLES / truth["file"]).read_bytes()
    if truth["file"].endswith(".gz"):
        content = gzip.decompress(content)
    return content.decode("gbk" if b'charset="gbk"' in content else "utf-8")


def visible(page: str) -> str:
    """The words of a page, tags out, entities and white space resolved."""
    return squash(html.unescape(re.sub(r"<[^>]+>", "", page)))


def squash(text: str) -> str:
    """One plain space for any white space, an ideographic space too."""
    return " ".join(text.split())


@pytest.mark.parametrize("name", list_golden())
def test_golden_texts_stand_on_the_page(name):
    truth = load_golden(name)
    shown = visible(read_sample(truth))
    captions = [text for entry in truth.get("captions", ()) for text in entry.values() if text]
    texts = [truth["title"], truth.get("standfirst"), truth.get("byline"), *captions]
    texts += truth["paragraphs"] + truth["headings"]
    assert [text for text in texts if text and squash(text) not in shown] == []


@pytest.mark.parametrize("name", list_golden())
def test_golden_bodies_follow_the_page(name):
    truth = load_golden(name)
    shown = visible(read_sample(truth))
    blocks = truth["body"].split("\n\n")
    assert Counter(blocks) == Counter(truth["paragraphs"] + truth["headings"])
    at = 0
    for block in blocks:
        at = shown.index(block, at) + len(block)


@pytest.mark.parametrize("name", list_golden())
def test_golden_fields_are_well_formed(name):
    truth = load_golden(name)
    required = FIELDS - ({"captions", "byline"} if name == "kirihama-ferry" else set())
    assert required <= truth.keys()
    assert truth["paragraphs"]
    for key in ("published", "modified"):
        if truth.get(key):
            datetime.fromisoformat(truth[key])
    assert {author["kind"] for author in truth["authors"]} <= {"person", "desk", "agency"}


def test_every_page_has_a_truth_or_must_fail():
    pages = {f"pages/{path.name}" for path in (SAMPLES / "pages").iterdir()}
    told = {truth["file"] for truth in map(load_golden, list_golden()) if "file" in truth}
    assert {file for file in told if file.startswith("pages/")} | MUST_FAIL == pages
    assert not told & MUST_FAIL


def test_readme_lists_every_sample():
    readme = (SAMPLES / "README.md").read_text("utf-8")
    names = [path.name for path in SAMPLES.rglob("*") if path.is_file() and path.suffix != ".md"]
    assert len(names) >= 15
    assert [name for name in names if name not in readme and f"-{name[-6:]}" not in readme] == []


def test_samples_are_in_many_languages_and_both_media():
    truths = [load_golden(name) for name in list_golden()]
    assert len({truth["language"] for truth in truths}) >= 7
    assert {truth["file"].split(".")[1] for truth in truths if "file" in truth} == {"html", "txt"}


def test_a_wire_story_runs_at_two_outlets():
    first, second = load_golden("observer-tin-wire"), load_golden("ledger-tin-wire")
    shared = set(first["paragraphs"]) & set(second["paragraphs"])
    assert len(shared) >= 5
    assert first["title"] != second["title"]


def test_an_article_is_updated():
    first, second = load_golden("morgenblatt-bridge-1"), load_golden("morgenblatt-bridge-2")
    assert first["canonical_url"] == second["canonical_url"]
    assert first["body"] != second["body"]
    assert second["modified"] > second["published"]


def test_the_truncated_page_is_truncated():
    content = (SAMPLES / "pages/truncated.html.gz").read_bytes()
    reader = zlib.decompressobj(wbits=31)
    assert reader.decompress(content).startswith(b"<!DOCTYPE html>")
    assert not reader.eof


def test_the_crawl_holds_what_is_to_be_skipped():
    stream = io.BytesIO((SAMPLES / "crawl.warc.gz").read_bytes())
    seen = Counter(
        record.http_headers.get_statuscode() if record.rec_type == "response" else record.rec_type
        for record in ArchiveIterator(stream)
    )
    assert seen == {"200": 4, "404": 1, "warcinfo": 1, "request": 1}


def test_golden_files_are_plain_json():
    for path in GOLDEN.iterdir():
        assert path.suffix == ".json"
        text = path.read_text("utf-8")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n"
