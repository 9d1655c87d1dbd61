"""`copydesk maintain` where it drops what is old and writes the file anew."""

from __future__ import annotations

import shutil
from importlib import import_module
from pathlib import Path

import pytest

from flows.doctor import Check
from flows.integrity import examine_deep
from tasks.errors import DiskFull, UsageError
from tests.test_repair import server
from tests.world.damage import fetch, make_captures, make_warehouse
from warehouse.layout import Layout

pytestmark = pytest.mark.slow

__all__ = ["server"]

ALL = dict.fromkeys(("bodies", "superseded-bodies", "removed-lines", "evidence", "archive"), "30d")


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Pages of March 2026, which is longer ago than any age in these tests."""
    return make_warehouse(tmp_path)


def maintain(layout: Layout, **options):
    from flows.maintain import maintain

    return maintain(warehouse=layout.published, workers=1, **options)


def test_nothing_is_dropped_by_default(server, layout):
    files = sorted(layout.archive.iterdir())
    report = maintain(layout)
    assert report.compacted is None
    assert sorted(layout.archive.iterdir()) == files
    assert fetch(layout, "select * from upkeep") == []


def test_all_that_is_old_is_dropped_and_told(server, layout):
    report = maintain(layout, keep=ALL, compact=True)
    assert list(layout.archive.iterdir()) == []
    rows = fetch(layout, "select what, items, bytes > 0 from upkeep order by what")
    articles = len(fetch(layout, "from articles"))
    assert ("archive", 8, True) in rows
    assert ("bodies", articles, True) in rows
    assert ("superseded-bodies", 1, True) in rows
    assert fetch(layout, "select count(*) from evidence") == [(0,)]
    assert report.compacted is not None
    assert report.compacted.after <= report.compacted.before
    said = list(examine_deep(layout.published, None, lambda *_: None, 0.0))
    assert all(isinstance(one, Check) for one in said), said


def test_the_environment_says_it_too(server, layout, monkeypatch):
    monkeypatch.setenv("COPYDESK_KEEP_SUPERSEDED_BODIES", "1w")
    maintain(layout)
    assert fetch(layout, "select what, items from upkeep") == [("superseded-bodies", 1)]


def test_a_file_that_cannot_be_written_anew_is_no_failure(server, layout, monkeypatch):
    module = import_module("flows.maintain")

    def refuse(*_):
        raise DiskFull("No space is left.", "Free some.")

    monkeypatch.setattr(module, "compact_file", refuse)
    monkeypatch.setattr(module, "is_worth_it", lambda _: True)
    assert maintain(layout).compacted is None
    with pytest.raises(DiskFull):
        maintain(layout, compact=True)


def test_young_things_stay(server, layout):
    maintain(layout, keep=dict.fromkeys(ALL, "100y"))
    assert fetch(layout, "select sum(items) from upkeep") == [(0,)]
    assert len(list(layout.archive.iterdir())) == 2


def test_an_unclear_age_stops_before_anything_is_done(server, layout):
    with pytest.raises(UsageError, match="30d, 26w or 2y"):
        maintain(layout, keep={"archive": "90"})
    with pytest.raises(UsageError, match="photos"):
        maintain(layout, keep={"photos": "90d"})
    assert fetch(layout, "select * from upkeep") == []


def test_articles_outlive_their_pages(server, layout, tmp_path):
    from flows.ingest import ingest
    from flows.reprocess import reprocess

    maintain(layout, keep={"archive": "30d"})
    before = fetch(layout, "select article_id, version, body from articles order by all")
    report = reprocess(warehouse=layout.published, workers=1)
    assert (report.tally.read, report.tally.skipped) == (0, {"archive-dropped": 8})
    assert fetch(layout, "select article_id, version, body from articles order by all") == before
    # The same page at another address of ours: known by its text, and its bytes are kept again.
    page = tmp_path / "again.html"
    page.write_bytes(make_captures()[0].content)
    tally = ingest(sources=[str(page)], warehouse=layout.published, workers=1).tally
    assert (tally.read, tally.new, tally.unchanged) == (1, 0, 1)
    assert fetch(layout, "select article_id, version, body from articles order by all") == before


def test_files_of_a_killed_run_are_removed_by_the_next(server, layout, tmp_path):
    kept = tmp_path / "kept"
    shutil.copytree(layout.archive, kept)
    maintain(layout, keep={"archive": "30d"})
    shutil.copytree(kept, layout.archive, dirs_exist_ok=True)
    maintain(layout)
    assert list(layout.archive.iterdir()) == []
