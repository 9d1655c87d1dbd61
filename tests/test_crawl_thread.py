"""A crawl beside a flow that fails: it ends, and lets go of the warehouse."""

from __future__ import annotations

import errno
import threading
import time
from datetime import UTC, datetime

import pytest

from flows.commands.exits import ExitCode, guard
from flows.crawling import open_crawl
from tasks.errors import DiskFull
from tasks.fetching.settings import Settings
from tasks.live import Kind, Source
from tests.world.news_world import start_news_world
from warehouse.archive import write_archive
from warehouse.layout import locate, prepare
from warehouse.live_state import save_sources
from warehouse.lock import hold_fetch_lock, hold_lock
from warehouse.segments import list_segments
from warehouse.writer import open_writer


def make_desk(folder, site):
    """A warehouse with one source."""
    layout = locate(folder / "news.duckdb")
    prepare(layout)
    with hold_lock(layout, "test", 5), open_writer(layout) as writer:
        source = Source("s", Kind.FEED, site.feed_url)
        save_sources(writer, layout, [source], [], datetime.now(UTC))
        writer.publish()
    return layout


def fail_at(calls: list[object], number: int, error: Exception):
    """The disk's `write_archive`, which fails the `number`th time."""

    def write(*arguments):
        calls.append(arguments[1])
        if len(calls) == number:
            raise error
        return write_archive(*arguments)

    return write


def test_a_full_disk_is_one_sentence_and_what_was_kept_is_handed_over_first(tmp_path, monkeypatch):
    calls: list[object] = []
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr("warehouse.segments.write_archive", fail_at(calls, 2, full))
    with start_news_world(sites=1, pages=6) as world:
        layout = make_desk(tmp_path, world.site(1))
        settings = Settings(pace=0.06, segment_pages=2)
        with open_crawl(layout.published, settings, allow_private=True) as crawl:
            crawl.start()
            crawl._thread.join(30)
            assert not crawl.is_over  # an error is still to come
            kept = crawl.collect(1, 100)
            assert kept[0].documents == 2
            assert not crawl.is_over
            with pytest.raises(DiskFull, match="No space is left on the disk") as caught:
                crawl.collect(1, 100)
        assert guard(lambda: crawl.collect(1, 100) and 0, False, "") == ExitCode.NOTHING_DONE
    assert "run again" in caught.value.hint
    assert sorted(list_segments(layout), key=lambda s: s.id) == sorted(kept, key=lambda s: s.id)


def test_a_crawl_ends_when_its_flow_fails(tmp_path):
    with start_news_world(sites=1, pages=20) as world:
        site = world.site(1)
        layout = make_desk(tmp_path, site)
        settings = Settings(pace=0.2)

        def fail() -> None:
            with open_crawl(layout.published, settings, allow_private=True) as crawl:
                crawl.start()
                time.sleep(0.7)
                raise RuntimeError("the flow failed")

        with pytest.raises(RuntimeError, match="the flow failed"):
            fail()
        assert not [thread for thread in threading.enumerate() if thread.name == "crawl"]
        count = len(world.requests(site.host))
        time.sleep(0.5)
        assert 0 < len(world.requests(site.host)) == count < 20
    with hold_fetch_lock(layout, 0):
        pass
