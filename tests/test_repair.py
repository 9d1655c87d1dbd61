"""`copydesk doctor --deep --repair`: damaged warehouses are whole again, as far as their archive
reaches, and a repair that is killed is finished by the next."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.doctor import Verdict
from flows.integrity import Finding, examine_deep
from tests.world.damage import (
    change_rows,
    copy_warehouse,
    fetch,
    find_place,
    flip_byte,
    make_warehouse,
    spoil_blocks,
)
from tests.world.prefect_server import PrefectServer
from warehouse.copies import list_copies
from warehouse.layout import Layout

pytestmark = pytest.mark.slow

# What must be as it was: ids, bytes, texts and what describes them, but not the loads they are in.
STATE = (
    "select document_id, uri, sha256, article_id, archive_file, archive_offset, archive_length "
    "from documents order by all",
    "select article_id, version, content_hash, title, body, first_seen_at, last_seen_at "
    "from articles order by all",
    "select article_id, version, content_hash, body from superseded_versions order by all",
    "select article_id, position, text, credit from captions order by all",
    "select article_id, position, name, author_id from article_authors order by all",
    "select author_id, name, forms from authors order by all",
    "select article_id, position, field, value from evidence order by all",
    "select document_id, code from problems where resolved_at is null order by all",
)


@pytest.fixture(scope="module")
def server(prefect_server: PrefectServer):
    """The flows called in this module report to it."""
    from prefect.logging.handlers import APILogWorker
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: prefect_server.url}):
        yield prefect_server
        APILogWorker.drain_all(timeout=10)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return make_warehouse(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def layout(whole: Layout, tmp_path: Path) -> Layout:
    return copy_warehouse(whole, tmp_path)


def list_failures(layout: Layout) -> set[str]:
    found = examine_deep(layout.published, None, lambda *_: None, 0.0)
    return {o.code for o in found if isinstance(o, Finding) and o.verdict is Verdict.FAIL}


def mend(layout: Layout):
    from flows.repair import repair

    return repair(warehouse=layout.published, workers=1)


def read_state(layout: Layout) -> list[list[tuple]]:
    return [fetch(layout, query) for query in STATE]


DAMAGE = {
    "articles": ["delete from articles where version = 1 and title <> 'Ferry number 5'"],
    "documents": ["delete from documents where uri like '%p4%' or uri like '%p1%'"],
    "everything of a load": [
        "delete from documents where load_number = 2",
        "delete from articles where load_number = 2",
        "delete from captions where load_number = 2",
    ],
    "rows that belong to nothing": [
        "insert into headings select 'stranger', 0, 'text', 2, 1",
        "update problems set document_id = 'x'",
        "insert into documents from documents where uri like '%p4%'",
        "insert into articles from articles where title = 'Ferry number 3'",
        "delete from authors",
        "update documents set sha256_key = 1, uri_key = 2 where uri like '%p0%'",
    ],
    "texts and places": [
        "update articles set body = body || '!' where version = 2",
        "update captions set text = 'Other' where load_number = 1",
        "update documents set archive_offset = 1 where uri like '%p4%'",
        "update documents set archive_file = 'gone.warc.gz' where uri like '%p5%'",
        "update documents set archive_file = null, archive_offset = null, archive_length = null "
        "where uri like '%p0%'",
        "delete from superseded_versions",
    ],
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_the_archive_has_is_made_again(server, layout, name):
    before = read_state(layout)
    for sql in DAMAGE[name]:
        change_rows(layout, sql)
    assert list_failures(layout)
    assert read_state(layout) != before
    mend(layout)
    assert list_failures(layout) == set()
    assert read_state(layout) == before


def test_links_are_made_again(server, layout):
    tables = (
        "select article_id, story_id, dated_at from story_articles order by all",
        ("from stories order by all"),
    )
    mend(layout)
    before = [fetch(layout, query) for query in tables]
    assert before[1]
    change_rows(
        layout, "delete from story_articles; delete from stories; delete from search_fresh_words"
    )
    assert {"story-missing", "search-word"} <= list_failures(layout)
    mend(layout)
    assert list_failures(layout) == set()
    assert [fetch(layout, query) for query in tables] == before


def test_a_repair_finds_nothing_to_do_the_second_time(server, layout):
    change_rows(layout, "delete from articles where title = 'Ferry number 3'")
    mend(layout)
    state = read_state(layout)
    rows = fetch(layout, "select what, items from upkeep")
    mend(layout)
    assert read_state(layout) == state
    assert fetch(layout, "select what, items from upkeep") == rows


def test_the_better_copy_is_kept(server, layout):
    before = read_state(layout)
    change_rows(layout, "delete from packed_evidence", copies=1)
    assert list_failures(layout) == {"copies-differ"}
    mend(layout)
    assert list_failures(layout) == set()
    assert read_state(layout) == before


@pytest.mark.parametrize("which", ["spare", "published"])
def test_a_copy_that_cannot_be_read_is_made_anew(server, layout, which):
    before = read_state(layout)
    wanted = layout.published.resolve()
    for copy in list_copies(layout):
        if (copy.path == wanted) is (which == "published"):
            spoil_blocks(copy.path)
            damaged = copy.path
    said = examine_deep(layout.published, None, lambda *_: None, 0.0)
    found = [(one.code, one.example) for one in said if isinstance(one, Finding)]
    assert found == [("copy-damaged", damaged.name)]
    mend(layout)
    assert list_failures(layout) == set()
    assert not damaged.exists()
    assert read_state(layout) == before


def test_documents_that_are_gone_for_good_are_told_again(server, layout):
    change_rows(layout, "delete from documents where load_number = 2")
    change_rows(layout, "delete from articles where load_number = 2")
    (layout.archive / "file2.warc.gz").unlink()
    assert "ledger-rows" in list_failures(layout)
    mend(layout)
    assert "ledger-rows" in list_failures(layout)
    assert fetch(layout, "select * from upkeep where what like 'load-%'") == []


def test_an_article_whose_page_is_damaged_stays(server, layout):
    flip_byte(layout, find_place(layout, "p3"))
    change_rows(layout, "update captions set text = 'Other'")
    report = mend(layout)
    assert report.tally.skipped == {"archive-damaged": 1}
    titles = fetch(layout, "select count(*) from articles where title = 'Ferry number 3'")
    assert titles == [(1,)]
    assert list_failures(layout) == {"archive-damaged", "archive-unreadable", "article-altered"}


def test_what_lost_both_rows_and_bytes_ends_as_a_problem(server, layout):
    flip_byte(layout, find_place(layout, "p3"))
    change_rows(layout, "delete from articles where title = 'Ferry number 3'")
    mend(layout)
    assert list_failures(layout) == {"archive-damaged", "archive-unreadable"}
    codes = fetch(layout, "select code from problems where uri like '%p3%'")
    assert codes == [("warehouse-corrupt",)]


def test_reprocess_leaves_what_it_cannot_read(server, layout):
    from flows.reprocess import reprocess

    (layout.archive / "file1.warc.gz").unlink()
    before = read_state(layout)
    report = reprocess(warehouse=layout.published, workers=1)
    assert report.tally.skipped["archive-damaged"] == 4
    assert report.tally.read == 4
    assert read_state(layout)[1] == before[1]


@pytest.mark.parametrize("loads", [1, 2, 4])
def test_a_killed_repair_is_finished_by_the_next(server, layout, loads):
    before = read_state(layout)
    for sql in (*DAMAGE["texts and places"], *DAMAGE["rows that belong to nothing"]):
        change_rows(layout, sql)
    script = (
        "import sys; from pathlib import Path; from flows.repair import repair\n"
        "repair(warehouse=Path(sys.argv[1]), workers=1)"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(layout.published)],
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PREFECT_API_URL": server.url},
        start_new_session=True,
    )
    while len(list(layout.journal.iterdir())) < loads:
        assert child.poll() is None, "it was not killed in time"
        time.sleep(0.002)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    assert list_failures(layout)
    mend(layout)
    assert list_failures(layout) == set()
    assert read_state(layout) == before
