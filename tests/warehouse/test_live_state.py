"""Sources are changed while what is known of their pages stays; what is due comes in turns."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from tasks.errors import WarehouseMissing
from tasks.live import HostState, Kind, Outcome, Role
from tests.warehouse.live_builders import (
    NOON,
    after,
    load_segment,
    make_fetch,
    make_listing,
    make_source,
    make_state,
    publish_live,
)
from warehouse.live_state import (
    Health,
    read_due,
    read_health,
    read_hosts,
    read_sources,
    read_states,
    read_unpolled,
    retire_fetches,
    save_sources,
)
from warehouse.writer import Writer, open_writer

FULL = make_source(
    "courier",
    kind=Kind.SITEMAP,
    outlet="The Courier",
    zone="Europe/Oslo",
    language="en",
    every=600,
    pace=0.1,
    most=40,
    revisits=(3600, 86400),
    enabled=False,
)


def fetch(writer: Writer, sql: str):
    return writer.open().execute(sql).fetchall()


def save(writer: Writer, *put, removed=(), now: datetime = NOON) -> None:
    save_sources(writer, writer.layout, put, removed, now)


def list_due(layout, role=Role.PAGE, now=NOON, most=100, per_host=100, again=None) -> list[str]:
    states = read_due(layout.published, now, role, most, per_host, again)
    return [state.url.removeprefix("https://") for state in states]


def test_a_source_comes_back_as_it_was_saved(layout):
    bare = make_source("ledger")
    publish_live(layout, [bare, FULL])
    assert read_sources(layout.published) == [FULL, bare]


def test_nothing_is_known_where_there_is_no_warehouse(tmp_path):
    missing = tmp_path / "none.duckdb"
    assert read_sources(missing) == []
    assert read_unpolled(missing) == []
    assert read_due(missing, NOON, Role.PAGE, 10, 10) == []
    assert read_states(missing, ["https://courier.example/"]) == {}
    assert read_hosts(missing) == {}
    assert read_health(missing, NOON) == Health()
    assert not list(tmp_path.iterdir())


def test_a_link_to_nothing_is_an_error(tmp_path):
    (tmp_path / "news.duckdb").symlink_to("news.copydesk/copies/gone.duckdb")
    with pytest.raises(WarehouseMissing):
        read_sources(tmp_path / "news.duckdb")


def test_a_changed_source_keeps_the_time_it_was_added(writer):
    save(writer, FULL)
    save(writer, replace(FULL, outlet="Courier"), now=after(days=1))
    save(writer, make_source("ledger"), now=after(days=2))
    assert writer.sources()[0].outlet == "Courier"
    assert fetch(writer, "select name, added_at, changed_at from sources order by name") == [
        ("courier", NOON, after(days=1)),
        ("ledger", after(days=2), after(days=2)),
    ]


def test_a_change_and_its_return_are_both_made(writer):
    for hour, every in enumerate((60, 90, 60)):
        save(writer, replace(FULL, every=every), now=after(hours=hour))
        assert [source.every for source in writer.sources()] == [every]


def test_a_removed_source_leaves_its_pages_and_no_listing(writer):
    save(writer, make_source("courier"), make_source("ledger"))
    page = make_state("https://courier.example/a", fetched_at=NOON)
    states = [make_listing("courier"), make_listing("ledger"), page]
    load_segment(writer, "s1", states=states)
    save(writer, removed=["courier"])
    assert [source.name for source in writer.sources()] == ["ledger"]
    known = writer.states([state.url for state in states])
    assert set(known) == {page.url, "https://ledger.example/feed"}


@pytest.mark.parametrize(
    "change", [{"url": "https://courier.example/rss"}, {"kind": Kind.HOME}], ids=str
)
def test_a_listing_at_another_address_is_polled_anew(layout, change):
    source = make_source("courier")
    publish_live(layout, [source], states=[make_listing("courier")])
    assert read_unpolled(layout.published) == []
    changed = replace(source, **change)
    with open_writer(layout) as writer:
        save(writer, changed, now=after(hours=1))
        writer.publish()
    assert read_unpolled(layout.published) == [changed]
    assert read_states(layout.published, [make_listing("courier").url]) == {}


def test_other_changes_leave_what_is_known_of_the_listing(writer):
    save(writer, make_source("courier"))
    listing = make_listing("courier")
    load_segment(writer, "s1", states=[listing])
    save(writer, make_source("courier", outlet="The Courier", pace=2.5))
    assert writer.states([listing.url]) == {listing.url: listing}


def test_a_listing_with_another_interval_is_due_at_once(layout):
    publish_live(layout, [make_source()], states=[make_listing(next_at=after(days=1))])
    with open_writer(layout) as writer:
        save(writer, make_source(every=60), now=after(hours=1))
        writer.publish()
    assert list_due(layout, Role.LISTING, after(minutes=59)) == []
    assert list_due(layout, Role.LISTING, after(minutes=60)) == ["courier.example/feed"]


def test_a_listing_that_is_overdue_or_given_up_stays_so(writer):
    save(writer, make_source())
    overdue = make_listing(next_at=after(minutes=1))
    gone = make_listing("gone", source="courier", next_at=None)
    load_segment(writer, "s1", states=[overdue, gone])
    save(writer, make_source(every=60), now=after(hours=1))
    assert writer.states([overdue.url, gone.url]) == {overdue.url: overdue, gone.url: gone}


def test_sources_that_are_off_are_neither_due_nor_unpolled(layout):
    on, off = make_source("courier"), make_source("ledger", enabled=False)
    listings = [make_listing("courier"), make_listing("ledger")]
    pages = [
        make_state("https://courier.example/a"),
        make_state("https://ledger.example/a", source="ledger"),
        make_state("https://gone.example/a", source="gone"),
        make_state("https://free.example/a", source=None),
    ]
    publish_live(layout, [on, off, make_source("new")], states=[*listings, *pages])
    assert list_due(layout, Role.LISTING, after(days=1)) == ["courier.example/feed"]
    assert set(list_due(layout)) == {"courier.example/a", "free.example/a"}
    assert [source.name for source in read_unpolled(layout.published)] == ["new"]
    assert [source.name for source in read_sources(layout.published) if not source.enabled] == [
        "ledger"
    ]


def test_a_nested_listing_does_not_stand_for_its_source(layout):
    nested = make_listing("courier", nested_in="https://courier.example/")
    publish_live(layout, [make_source("courier")], states=[nested])
    assert [source.name for source in read_unpolled(layout.published)] == ["courier"]


def test_hosts_take_turns_and_the_most_overdue_comes_first(layout):
    minutes = {"a.example/1": 1, "a.example/2": 2, "a.example/3": 3, "b.example/1": 5}
    minutes |= {"c.example/1": 4, "c.example/2": 6, "d.example/later": 99}
    states = [
        make_state(f"https://{url}", next_at=after(minutes=late)) for url, late in minutes.items()
    ]
    publish_live(layout, [make_source()], states=states)
    order = ["a.example/1", "c.example/1", "b.example/1", "a.example/2", "c.example/2"]
    assert list_due(layout, now=after(minutes=10)) == [*order, "a.example/3"]
    assert list_due(layout, now=after(minutes=10), per_host=2) == order
    assert list_due(layout, now=after(minutes=10), most=4) == order[:4]


def test_revisits_and_first_visits_can_be_told_apart(layout):
    states = [
        make_state("https://courier.example/new"),
        make_state("https://courier.example/tried", failures=2),
        make_state("https://courier.example/seen", visits=1),
    ]
    publish_live(layout, [make_source()], states=states)
    assert len(list_due(layout)) == 3
    assert list_due(layout, again=True) == ["courier.example/seen"]
    assert "courier.example/seen" not in list_due(layout, again=False)


def test_a_source_has_no_more_first_visits_than_it_may(layout):
    new = [make_state(f"https://courier.example/{n}", next_at=after(minutes=-n)) for n in range(5)]
    overdue = {"visits": 1, "next_at": after(hours=-1)}
    seen = [make_state(f"https://courier.example/s{n}", **overdue) for n in range(3)]
    other = [make_state(f"https://ledger.example/{n}", source="ledger") for n in range(3)]
    sources = [make_source(most=2), make_source("ledger")]
    publish_live(layout, sources, states=[*new, *seen, *other])
    assert list_due(layout, again=False)[0] == "courier.example/4"
    assert sorted(list_due(layout)) == [
        "courier.example/3",
        "courier.example/4",
        "courier.example/s0",
        "courier.example/s1",
        "courier.example/s2",
        "ledger.example/0",
        "ledger.example/1",
        "ledger.example/2",
    ]


def test_a_paused_host_is_left_alone_until_then(layout):
    paused = HostState("courier.example", paused_until=after(hours=1), pause_reason="busy")
    publish_live(
        layout, [make_source()], states=[make_state("https://courier.example/a")], hosts=[paused]
    )
    assert list_due(layout) == []
    assert list_due(layout, now=after(hours=1)) == ["courier.example/a"]


def test_the_old_log_is_deleted(writer):
    log = [make_fetch("https://courier.example/a", 60 * hour) for hour in range(5)]
    load_segment(writer, "s1", fetches=log)
    retire_fetches(writer, writer.layout, after(hours=2), now=after(hours=5))
    assert fetch(writer, "select min(started_at), count(*) from fetches") == [(after(hours=2), 3)]


def test_pages_that_nothing_can_list_are_forgotten_in_the_end(writer, monkeypatch):
    kinds = {"courier": Kind.FEED, "ledger": Kind.SITEMAP, "echo": Kind.LIST}
    save(writer, *(make_source(name, kind=kind) for name, kind in kinds.items()))
    old = {"next_at": None, "fetched_at": NOON, "visits": 3}
    kept = [
        make_listing("courier", next_at=None),
        make_state("https://ledger.example/old", source="ledger", **old),
        make_state("https://echo.example/old", source="echo", **old),
        make_state("https://gone.example/due", source="gone", **old | {"next_at": NOON}),
        make_state(
            "https://gone.example/young", source="gone", **old | {"fetched_at": after(days=9)}
        ),
        *(make_state(f"https://courier.example/{n}", **old) for n in range(1000)),
    ]
    gone = [
        make_state("https://gone.example/old", source="gone", **old),
        make_state("https://courier.example/old", **old | {"found_at": after(days=-1)}),
    ]
    hosts = ["courier.example", "old.example", "paused.example", "fresh.example"]
    load_segment(
        writer,
        "s1",
        states=[*kept, *gone],
        hosts=[
            HostState("courier.example", robots_at=NOON),
            HostState("old.example", robots_at=NOON),
            HostState("paused.example", paused_until=after(days=8)),
            HostState("fresh.example", robots_at=after(days=8)),
        ],
    )
    retire_fetches(writer, writer.layout, NOON, after(days=7), now=after(days=9))
    assert set(writer.states([state.url for state in (*kept, *gone)])) == {s.url for s in kept}
    hosts.remove("old.example")
    assert fetch(writer, "select host from hosts order by host") == [(h,) for h in sorted(hosts)]


def test_a_file_of_an_earlier_version_knows_nothing_of_live_news(layout):
    import duckdb

    publish_live(layout, [make_source()])
    old = layout.published.resolve()
    with duckdb.connect(str(old)) as connection:
        for view in ("source_health", "fetch_summary", "slow_hosts"):
            connection.execute(f"drop view {view}")
        for table in ("sources", "fetch_state", "fetches", "hosts"):
            connection.execute(f"drop table {table}")
    assert read_sources(layout.published) == []
    assert read_health(layout.published, NOON) == Health()


def test_the_outcome_of_a_state_is_an_outcome(layout):
    gone = make_state("https://courier.example/a", outcome=Outcome.GONE, next_at=None)
    publish_live(layout, states=[gone])
    found = read_states(layout.published, [gone.url])[gone.url]
    assert found.outcome is Outcome.GONE
    assert found.role is Role.PAGE
