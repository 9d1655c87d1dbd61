"""`copydesk doctor --deep` on warehouses that are really damaged."""

from __future__ import annotations

import errno
import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.commands.app import app
from flows.doctor import Check, Verdict
from flows.integrity import Finding, examine_deep
from tasks.edit import edit_archived
from tasks.intake import describe
from tasks.model import Limits
from tests.world.damage import (
    NOON,
    change_rows,
    copy_warehouse,
    fetch,
    find_place,
    flip_byte,
    make_captures,
    make_warehouse,
    spoil_blocks,
)
from warehouse import inspection
from warehouse.archive import write_archive
from warehouse.audit import RULES
from warehouse.copies import find_published, list_copies
from warehouse.layout import Layout
from warehouse.lock import hold_lock
from warehouse.stage import Batch, stage_batch
from warehouse.writer import open_writer


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return make_warehouse(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def layout(whole: Layout, tmp_path: Path) -> Layout:
    return copy_warehouse(whole, tmp_path)


def examine(layout: Layout, sample: int | None = None) -> dict[str, Finding]:
    found = examine_deep(layout.published, sample, lambda *_: None, 0.0)
    return {one.code: one for one in found if isinstance(one, Finding)}


def test_a_whole_warehouse_has_no_findings(layout):
    said = list(examine_deep(layout.published, None, lambda *_: None, 0.0))
    assert all(isinstance(one, Check) and one.verdict is Verdict.OK for one in said), said
    assert [one.name for one in said] == ["copies", "rows", "archive records", "articles"]


# SQL that breaks a rule in both copies, the finding it must give, and how often.
DAMAGE = [
    ("delete from articles where title = 'Ferry number 3'", "article-missing", 1),
    ("delete from documents where uri like '%p4%'", "archive-unknown", 1),
    ("delete from documents where uri like '%p4%'", "article-without-document", 1),
    ("delete from documents where uri like '%p4%'", "ledger-rows", 1),
    ("delete from problems", "outcome-missing", 1),
    ("delete from superseded_versions", "version-gap", 1),
    ("insert into articles from articles where title = 'Ferry number 3'", "article-twice", 1),
    ("insert into documents from documents where uri like '%p4%'", "document-twice", 1),
    (
        "insert into headings select 'stranger', 0, 'text', 2, 1",
        "orphan-headings",
        1,
    ),
    ("update captions set load_number = 99 where load_number = 1", "orphan-captions", 2),
    ("update version_changes set article_id = 'gone'", "orphan-version-changes", 1),
    ("delete from authors", "author-missing", 6),
    ("update problems set document_id = 'x'", "problem-orphan", 1),
    ("update documents set sha256_key = 1 where uri like '%p4%'", "document-key", 1),
    ("update documents set uri_key = 1 where uri like '%p4%'", "document-key", 1),
    ("update documents set archive_file = null where uri like '%p4%'", "document-placeless", 1),
    ("update documents set archive_offset = 1 where uri like '%p4%'", "archive-damaged", 1),
    ("update documents set sha256 = repeat('0', 64) where uri like '%p4%'", "archive-damaged", 1),
    ("update articles set body = '' where title = 'Ferry number 3'", "body-missing", 1),
    ("update articles set body = body || '!' where version = 2", "article-altered", 1),
    ("update captions set text = 'Other' where load_number = 1", "article-altered", 2),
    ("delete from batches where load_number = 1", "ledger-gap", 1),
    ("delete from batches where load_number = 1", "load-unknown", 1),
    ("update batches set problems = 7 where load_number = 1", "ledger-sum", 1),
    (
        "insert into problems select document_id, uri, 'edit', 'odd', 'odd', 1, fetched_at, "
        "fetched_at, null from documents where uri like '%p4%'",
        "problem-settled",
        1,
    ),
    (
        "insert into runs select 'r', 'ingest', 'completed', '2026-01-01', '2026-01-01', '', "
        "3, 1, 0, 0, 0, '', ''",
        "run-sum",
        1,
    ),
    (
        "insert into superseded_versions by name select * exclude (story_id, reprint_of) "
        "replace ('gone' as article_id) from articles limit 1",
        "orphan-versions",
        1,
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("sql", "code", "count"), DAMAGE)
def test_damaged_rows_are_found(layout, sql, code, count):
    change_rows(layout, sql)
    found = examine(layout)
    assert found[code].count == count, found
    assert found[code].verdict is Verdict.FAIL
    assert found[code].example
    assert found[code].advice
    assert "copies-differ" not in found


def test_every_rule_is_broken_above():
    codes = {code for _, code, _ in DAMAGE}
    orphans = {rule.code for rule in RULES if rule.code.startswith("orphan-")}
    links = {rule.code for rule in RULES if rule.cure == "links"}  # in warehouse/test_relinks.py
    assert {rule.code for rule in RULES} - orphans - links - codes == set()


@pytest.mark.parametrize("at", [12, 100, 700])
def test_a_flipped_bit_in_the_archive_is_found(layout, at):
    flip_byte(layout, find_place(layout, "p1"), at)
    found = examine(layout)
    assert found["archive-damaged"].count == 1
    assert found["archive-unreadable"].example == "file1.warc.gz"
    documents = fetch(layout, "select document_id from documents where uri like '%p1%'")
    assert (found["archive-damaged"].example,) in documents


def test_a_cut_file_and_a_file_that_is_gone(layout):
    path = layout.archive / "file1.warc.gz"
    path.write_bytes(path.read_bytes()[: find_place(layout, "p2").offset + 40])
    found = examine(layout)
    assert found["archive-damaged"].count == 1
    assert found["archive-unreadable"].count == 1
    path.unlink()
    assert examine(layout)["archive-damaged"].count == 3
    assert examine(layout, sample=100)["archive-damaged"].count == 3


def test_copies_that_differ(layout):
    change_rows(layout, "delete from packed_evidence", copies=1)
    found = examine(layout)
    assert (found["copies-differ"].count, found["copies-differ"].example) == (1, "packed_evidence")
    assert examine(layout, sample=5)["copies-differ"].count == 1


def test_copies_that_differ_in_a_value_alone(layout):
    change_rows(layout, "update packed_evidence set items = items || ' '", copies=1)
    assert examine(layout)["copies-differ"].example == "packed_evidence"


def publish_more(layout: Layout) -> None:
    """One more load, which the spare copy does not have afterwards."""
    capture = replace(make_captures()[0], uri="file:///pages/more.html")
    content = capture.content.replace(b"/p0", b"/more")
    document = describe(replace(capture, content=content))
    with open_writer(layout) as writer:
        documents = write_archive(layout, "more", [(document, content)])
        edited = tuple(edit_archived(one, layout.archive, Limits()) for one in documents)
        writer.load(stage_batch(layout, Batch("more", "r2", 1, edited, NOON)))
        writer.publish()
    published = find_published(layout)
    assert published is not None
    [spare] = [copy for copy in list_copies(layout) if copy.path != published.path]
    assert spare.applied < published.applied


def test_copies_are_compared_where_one_is_behind(layout, monkeypatch):
    monkeypatch.setattr("warehouse.replay.COPIED_BYTES_A_SECOND", 1)
    publish_more(layout)
    change_rows(layout, "update packed_evidence set items = items || ' '", copies=1)
    assert examine(layout)["copies-differ"].example == "packed_evidence"


def test_a_full_disk_leaves_the_spare_copy_behind(layout, monkeypatch):
    monkeypatch.setattr("warehouse.replay.COPIED_BYTES_A_SECOND", 1)
    publish_more(layout)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("warehouse.replay.COPIED_BYTES_A_SECOND", 10**12)
    monkeypatch.setattr("warehouse.spare.duplicate", full)
    said = list(examine_deep(layout.published, None, lambda *_: None, 0.0))
    assert [one.name for one in said] == ["copies", "rows", "archive records", "articles"], said
    [spare] = [copy for copy in list_copies(layout) if copy.path != layout.published.resolve()]
    assert spare.applied < find_published(layout).applied


@pytest.mark.parametrize("which", ["spare", "published"])
def test_a_spoilt_copy_is_told_where_one_is_behind(layout, which, monkeypatch):
    monkeypatch.setattr("warehouse.replay.COPIED_BYTES_A_SECOND", 1)
    publish_more(layout)
    wanted = layout.published.resolve()
    [path] = [c.path for c in list_copies(layout) if (c.path == wanted) is (which == "published")]
    spoil_blocks(path)
    found = examine(layout)
    assert [found["copy-damaged"].example] == [path.name]
    assert path.exists()


def test_what_nobody_names(layout):
    document, content = _stranger()
    write_archive(layout, "strange", [(document, content)])
    (layout.archive / "half.warc.gz.part").write_bytes(b"abc")
    (layout.staging / "left").mkdir()
    found = examine(layout)
    assert found["archive-unknown"].example == document.id
    assert found["archive-unused"].example == "strange.warc.gz"
    assert found["archive-half"].count == 1
    assert found["staging-left"].example == "left"
    assert found["staging-left"].verdict is Verdict.WARN


def _stranger():
    capture = make_captures()[0]
    content = capture.content.replace(b"Ferry", b"Tram")
    return describe(replace(capture, uri="file:///pages/tram.html", content=content)), content


def test_a_warc_of_somebody_else_is_passed_over(layout):
    record = (
        b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: http://post.example/caf\xe9\r\n"
        b"WARC-Date: 2026-03-09T12:00:00Z\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n"
    )
    (layout.archive / "theirs.warc.gz").write_bytes(gzip.compress(record))
    assert set(examine(layout)) == {"archive-unused"}


def test_what_a_poll_fetched_and_did_not_load_is_no_stranger(layout):
    document, content = _stranger()
    write_archive(layout, "fetched-1", [(document, content)])
    (layout.fetched / "fetched-1").mkdir(parents=True)
    assert examine(layout) == {}


def test_an_older_page_than_what_is_known_is_no_damage(layout):
    capture = make_captures()[2]
    content = capture.content.replace(b"Ferry", b"Tram")
    old = replace(capture, content=content, fetched_at=capture.fetched_at.replace(year=2020))
    write_archive(layout, "old", [(describe(old), content)])
    found = examine(layout)
    assert set(found) == {"archive-superseded", "archive-unused"}
    assert {one.verdict for one in found.values()} == {Verdict.WARN}


def test_while_somebody_writes_the_rest_is_looked_at(layout):
    change_rows(layout, "delete from problems")
    with hold_lock(layout, "run", 0):
        said = list(examine_deep(layout.published, None, lambda *_: None, 0.0))
    assert said[0].name == "copies"
    assert said[0].verdict is Verdict.WARN
    assert [one.code for one in said if isinstance(one, Finding)] == ["outcome-missing"]


def call(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_the_command_prints_findings_and_exits_with_1(layout):
    well = call("doctor", "--deep", "--json", "--warehouse", layout.published)
    assert well.exit_code == 0, well.output
    assert json.loads(well.stdout)["findings"] == []
    change_rows(layout, "delete from problems")
    result = call("doctor", "--deep", "--warehouse", layout.published)
    assert result.exit_code == 1
    assert "outcome-missing" in result.stdout
    record = json.loads(call("doctor", "--deep", "--json", "-w", layout.published).stdout)
    assert record["well"] is False
    [finding] = record["findings"]
    assert (finding["code"], finding["verdict"], finding["count"]) == ("outcome-missing", "fail", 1)
    assert (
        finding["example"]
        == fetch(layout, "select document_id from documents where article_id is null")[0][0]
    )


def test_a_sample_is_drawn_of_documents_that_have_bytes(layout):
    change_rows(
        layout,
        "update documents set archive_file = null, archive_dropped_at = now() "
        "where uri not like '%p4%'",
    )
    with inspection.open_copy(layout, find_published(layout)) as connection:
        for _ in range(5):
            [(file, claims)] = inspection.list_claims(connection, 1)
            assert (file, len(claims)) == ("file2.warc.gz", 1)


def test_sample_and_repair_go_with_deep(layout):
    assert call("doctor", "--repair", "-w", layout.published).exit_code == 2
    assert call("doctor", "--sample", "5", "-w", layout.published).exit_code == 2


def test_nothing_is_changed_by_looking(layout):
    before = find_published(layout)
    examine(layout)
    assert find_published(layout) == before
    assert before is not None
    assert before.is_intact


def test_template_that_went_with_its_removed_lines_is_no_damage(layout):
    change_rows(layout, "update articles set body = left(body, 50)")
    assert examine(layout)["article-altered"].count == 6
    change_rows(
        layout,
        "insert into site_lines select distinct site, 1, 'x', 'repeat', 'template', 4, 4, 'a', "
        "timestamptz '2026-01-01', timestamptz '2026-01-01' from articles; insert into upkeep "
        "values ('2026-05-01', 9, 'retention', 'removed-lines', '2026-05-01', 1, 1)",
    )
    assert examine(layout) == {}
