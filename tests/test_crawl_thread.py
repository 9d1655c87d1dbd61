"""A crawl beside a flow that fails: it ends, and lets go of the warehouse."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import pytest

from flows.crawling import open_crawl
from tasks.fetching.settings import Settings
from tasks.live import Kind, Source
from tests.world.news_world import start_news_world
from warehouse.layout import locate, prepare
from warehouse.live_state import save_sources
from warehouse.lock import hold_fetch_lock, hold_lock
from warehouse.writer import open_writer


def test_a_crawl_ends_when_its_flow_fails(tmp_path):
    layout = locate(tmp_path / "news.duckdb")
    prepare(layout)
    with start_news_world(sites=1, pages=20) as world:
        site = world.site(1)
        with hold_lock(layout, "test", 5), open_writer(layout) as writer:
            source = Source("s", Kind.FEED, site.feed_url)
            save_sources(writer, layout, [source], [], datetime.now(UTC))
            writer.publish()
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
