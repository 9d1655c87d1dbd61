"""Crawls of the test world: who is asked, when, how often, and what is remembered."""

from __future__ import annotations

import errno
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tasks.errors import WarehouseCorrupt
from tasks.fetching.exchange import Deadlines
from tasks.fetching.settings import Settings
from tasks.live import Kind, Outcome, Role, Source
from tests.tasks.fetching.memory import Memory, crawl, visit_listing, visit_page
from tests.world.news.robots import ROBOTS
from tests.world.news_world import NewsWorld, start_news_world

QUICK = Settings(pace=0.0)


@pytest.fixture(scope="module")
def world():
    with start_news_world(sites=16, pages=6) as made:
        yield made


@pytest.fixture
def site(world: NewsWorld, request: pytest.FixtureRequest):
    """A site of its own for each test that asks for one."""
    taken = request.config.stash.setdefault(TAKEN, [])
    taken.append(request.node.name)
    return world.site(len(taken))


TAKEN = pytest.StashKey[list[str]]()


def test_a_feed_brings_its_pages(world, site):
    memory = Memory()
    crawl(memory, [visit_listing(site.feed_url, memory)], QUICK)
    pages = {version.url for version in world.published(site.number)}
    assert set(memory.captures) == pages
    assert {state.outcome for url, state in memory.states.items() if url in pages} == {"fetched"}
    told = memory.captures[min(pages)].told
    assert told is not None
    assert told.by == "feed"
    assert told.title
    assert memory.last_fetch(site.feed_url).found == len(pages)


def test_an_unchanged_world_is_not_fetched_again(world, site):
    memory = Memory()
    crawl(memory, [visit_listing(site.feed_url, memory)], QUICK)
    before = len(world.requests(site.host))
    crawl(memory, [visit_listing(site.feed_url, memory)], QUICK)
    again = world.requests(site.host)[before:]
    assert [(seen.target, seen.status) for seen in again] == [("/feed.xml", 304)]
    assert memory.last_fetch(site.feed_url).outcome is Outcome.UNCHANGED


def test_what_is_new_is_fetched_and_nothing_else(world, site):
    memory = Memory()
    crawl(memory, [visit_listing(site.feed_url, memory)], QUICK)
    before = len(world.requests(site.host))
    [new] = world.control.publish(site.number)
    crawl(memory, [visit_listing(site.feed_url, memory)], QUICK)
    targets = [seen.target for seen in world.requests(site.host)[before:]]
    assert targets == ["/feed.xml", new.removeprefix(site.root)]


def test_a_page_that_its_feed_says_has_changed_is_fetched_again(world, site):
    memory = Memory()
    crawl(memory, [visit_listing(site.url("/atom.xml"), memory)], QUICK)
    url = world.published(site.number)[0].url
    state = memory.states[url]
    memory.states[url] = replace(state, fetched_at=datetime.now(UTC) - timedelta(hours=1))
    first = memory.captures[url].content
    time.sleep(1.1)  # feeds tell seconds
    world.control.edit(site.number, 1)
    crawl(memory, [visit_listing(site.url("/atom.xml"), memory)], QUICK)
    assert memory.captures[url].content != first
    assert memory.states[url].visits == 2


def test_the_pace_of_a_host_is_kept(world, site):
    memory = Memory()
    visits = [visit_page(site.wild("ok", f"/{n}")) for n in range(3)]
    visits += [visit_page(site.wild("302")), visit_page(site.wild("500-twice", "/pace"))]
    crawl(memory, visits, replace(QUICK, pace=0.1))
    assert len(world.requests(site.host)) >= 9  # robots.txt, 3 pages, 2 for the redirect, 3 tries
    least = world.least_gap(site.host)
    assert least is not None
    assert least >= 0.1


def test_robots_txt_is_obeyed_and_named(world, site):
    world.control.robots(site.number, "part")
    memory = Memory()
    crawl(memory, [visit_listing(site.feed_url, memory)], QUICK)
    hidden = {version.url for version in world.published(site.number) if version.forbidden}
    assert hidden
    asked = {site.root + seen.target for seen in world.requests(site.host)}
    assert not hidden & asked
    for url in hidden:
        fetch = memory.last_fetch(url)
        assert fetch.outcome is Outcome.FORBIDDEN
        assert (fetch.robots or "").startswith("Disallow: ")
    assert len([seen for seen in world.requests(site.host) if seen.target == "/robots.txt"]) == 1


def test_robots_txt_that_cannot_be_had_closes_the_host(world, site):
    world.control.robots(site.number, "broken")
    memory = Memory()
    crawl(memory, [visit_listing(site.feed_url, memory)], QUICK)
    assert {seen.target for seen in world.requests(site.host)} == {"/robots.txt"}
    host = memory.hosts[site.host]
    assert host.paused_until is not None
    assert "robots.txt" in (host.pause_reason or "")
    assert memory.states[site.feed_url].next_at is not None
    fetch = memory.last_fetch(site.feed_url)
    assert fetch.message == host.pause_reason
    assert "The server answered 5" in (fetch.message or "")  # and not only that it did not serve


def test_a_robots_txt_that_nobody_serves_says_why():
    memory = Memory()
    url = "http://no-such-host.invalid/feed"
    crawl(memory, [visit_listing(url, memory)], QUICK)
    fetch = memory.last_fetch(url)
    assert fetch.code == "robots-unreachable"
    assert "no-such-host.invalid" in (fetch.message or "")


def test_crawl_delay_is_kept(world, site):
    world.control.robots(site.number, "delay", crawl_delay=0.3)
    memory = Memory()
    crawl(memory, [visit_page(site.wild("ok", f"/{n}")) for n in range(2)], QUICK)
    least = world.least_gap(site.host)
    assert least is not None
    assert least >= 0.3


@pytest.mark.slow
def test_a_host_that_fails_again_and_again_is_paused(world, site):
    memory = Memory()
    visits = [visit_page(site.wild("500", f"/{n}")) for n in range(20)]
    crawl(memory, visits, QUICK)
    assert len(world.requests(site.host)) == 1 + QUICK.host_failures
    host = memory.hosts[site.host]
    assert host.paused_until is not None
    assert "5 fetches in a row failed" in (host.pause_reason or "")


def test_a_feed_that_moved_for_good_is_polled_where_it_is(world, site):
    world.control.behave(site.number, "301", "listings")
    memory = Memory()
    crawl(memory, [visit_listing(site.feed_url, memory)], QUICK)
    state = memory.states[site.feed_url]
    assert state.moved_to is not None
    assert state.outcome is Outcome.FETCHED
    before = len(world.requests(site.host))
    crawl(memory, [visit_listing(site.feed_url, memory)], QUICK)
    [seen] = world.requests(site.host)[before:]
    assert site.root + seen.target == state.moved_to
    assert seen.status == 304


def test_sitemaps_of_an_index_are_followed(world, site):
    memory = Memory()
    visit = visit_listing(site.url("/sitemap.xml"), memory, Kind.SITEMAP)
    crawl(memory, [visit], QUICK)
    listings = [state for state in memory.states.values() if state.role is Role.LISTING]
    assert any(state.nested_in == site.url("/sitemap.xml") for state in listings)
    assert {version.url for version in world.published(site.number)} <= set(memory.captures)


def test_a_source_has_its_bounds():
    with start_news_world(sites=1, pages=8) as world:
        site = world.site(1)
        memory = Memory()
        source = Source("s", Kind.FEED, site.feed_url, outlet="The Pilot", most=3, every=77)
        crawl(memory, [visit_listing(site.feed_url, memory)], QUICK, sources={"s": source})
        pages = [state for state in memory.states.values() if state.role is Role.PAGE]
        due = [state for state in pages if state.visits == 0]
        assert (len(memory.captures), len(due)) == (3, 5)
        assert all(state.next_at is not None for state in due)
        assert memory.states[site.feed_url].interval == 77
        assert {c.told.outlet for c in memory.captures.values() if c.told} == {"The Pilot"}


def test_the_canonical_address_of_a_page_is_not_fetched_for_itself():
    with start_news_world(sites=1, pages=1) as world:
        site = world.site(1)
        [page] = world.published()
        twin = page.url.replace(site.root, f"{site.root}/amp")
        memory = Memory()
        crawl(memory, [visit_page(twin)], QUICK)
        assert memory.states[page.url].moved_to == twin
        crawl(memory, [visit_listing(site.feed_url, memory)], QUICK)
        assert [c for c in memory.captures if c != twin] == []


def test_a_twin_of_a_known_page_leaves_its_state_alone():
    with start_news_world(sites=1, pages=1) as world:
        site = world.site(1)
        [page] = world.published()
        memory = Memory()
        crawl(memory, [visit_page(page.url)], QUICK)
        before = memory.states[page.url]
        twin = page.url.replace(site.root, f"{site.root}/amp")
        crawl(memory, [visit_page(twin)], QUICK)
        assert memory.states[page.url] == before
        assert before.visits == 1
        assert (memory.states[twin].moved_to, memory.states[twin].next_at) == (page.url, None)


class FullMemory(Memory):
    """The disk is full when the haul of that number is kept."""

    def __init__(self, fails_at: int) -> None:
        super().__init__()
        self.calls = 0
        self.fails_at = fails_at

    def keep(self, haul) -> None:
        self.calls += 1
        if self.calls == self.fails_at:
            raise OSError(errno.ENOSPC, "No space left on device")
        super().keep(haul)


@pytest.mark.parametrize("fails_at", [1, 2])
def test_a_full_disk_is_raised_as_it_is(world, site, fails_at):
    memory = FullMemory(fails_at)
    settings = replace(QUICK, segment_pages=1, pace=0.06)
    with pytest.raises(OSError, match="No space left") as caught:
        crawl(memory, [visit_listing(site.feed_url, memory)], settings)
    assert caught.value.errno == errno.ENOSPC
    # What the other hauls hold is kept, and nothing of the lost one is noted.
    assert len(memory.hauls) == memory.calls - 1
    for haul in memory.hauls:
        pages = {fetch.document_uri for fetch in haul.fetches} - {None}
        assert {capture.uri for capture in haul.captures} == pages


class ForgetfulMemory(Memory):
    """The warehouse is damaged."""

    def recall(self, urls):
        raise WarehouseCorrupt("news.duckdb is damaged.", "Run `copydesk doctor`.")


def test_what_memory_raises_comes_out_and_what_was_fetched_is_kept(world, site):
    memory = ForgetfulMemory()
    visits = [visit_listing(site.feed_url, memory)]
    with pytest.raises(WarehouseCorrupt, match=r"news\.duckdb is damaged"):
        crawl(memory, visits, QUICK)
    assert memory.hosts[site.host].robots_status == 200


def test_what_we_cannot_cope_with_costs_one_visit(world, site, monkeypatch):
    """A bug that one page brings to light must not end all crawls for ever."""

    def stumble(answer):
        if answer.url.endswith("/poison"):
            raise RecursionError("too deep")

    monkeypatch.setattr("tasks.fetching.crawl.find_canonical", stumble)
    memory = Memory()
    crawl(memory, [visit_page(site.wild("ok", f"/{n}")) for n in ("poison", "sound")], QUICK)
    poison, sound = (memory.last_fetch(site.wild("ok", f"/{n}")) for n in ("poison", "sound"))
    assert (poison.outcome, poison.code) == (Outcome.FAILED, "internal-error")
    assert "RecursionError: too deep" in (poison.message or "")
    assert memory.states[poison.url].next_at is not None
    assert sound.outcome is Outcome.FETCHED


@pytest.mark.slow
def test_every_robots_txt_is_obeyed():
    modes = [name for name in ROBOTS if name != "absurd-delay"]
    with start_news_world(sites=len(modes), pages=12) as world:
        for number, mode in enumerate(modes, 1):
            world.control.robots(number, mode, crawl_delay=0.1)
        memory = Memory()
        visits = [visit_listing(site.feed_url, memory) for site in world.sites]
        crawl(memory, visits, replace(QUICK, slow_least=60.0), Deadlines(3, 3, 4))
        # What nobody may list is asked for by itself.
        pages = [visit_page(v.url) for v in world.published() if v.url not in memory.states]
        crawl(memory, pages, replace(QUICK, slow_least=60.0), Deadlines(3, 3, 4))
        for site, mode in zip(world.sites, modes, strict=True):
            asked = {site.root + seen.target for seen in world.requests(site.host)}
            for version in world.published(site.number):
                assert (version.url in asked) is not version.forbidden, (mode, version.url)


@pytest.mark.slow
@pytest.mark.timed
def test_one_slow_host_costs_the_others_nothing():
    with start_news_world(sites=21, pages=10) as world:
        sites = list(world.sites)
        settings = replace(QUICK, pace=0.3)
        fast, slow = sites[:-1], sites[-1]

        def measure(chosen) -> tuple[float, Memory]:
            memory = Memory()
            started = time.monotonic()
            crawl(memory, [visit_listing(s.feed_url, memory) for s in chosen], settings)
            return time.monotonic() - started, memory

        alone, _ = measure(fast)
        world.control.behave(slow.number, "slow", seconds=10.0)
        together, memory = measure(sites)
        assert together <= 1.1 * alone
        assert len(memory.captures) == 10 * len(fast)
        assert memory.hosts[slow.host].postponed == 1
        assert memory.last_fetch(slow.feed_url).outcome is Outcome.POSTPONED


@pytest.mark.slow
@pytest.mark.timed
def test_a_host_that_was_put_off_twice_is_waited_for():
    with start_news_world(sites=3, pages=2) as world:
        memory = Memory()
        slow = world.site(3)
        world.control.behave(slow.number, "slow", "listings", seconds=4.0)
        for _ in range(3):
            assert slow.feed_url not in memory.states
            visits = [visit_listing(site.feed_url, memory) for site in world.sites]
            crawl(memory, visits, QUICK, Deadlines(10, 10, 15))
        assert memory.states[slow.feed_url].outcome is Outcome.FETCHED
        assert memory.hosts[slow.host].postponed <= 1  # its pages were put off in turn
