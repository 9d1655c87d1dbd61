"""What the warehouse learns of the time zones of sites, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tasks.model import OutletZone, Precision, Stamp, ZoneFrom
from tasks.tally import Tally
from tests.warehouse.builders import edit, make_batch
from tests.warehouse.test_site_lines import page
from warehouse.stage import RunRecord, stage_batch, stage_run
from warehouse.writer import Writer


def stamp(day: int, minutes: int, zone_from: ZoneFrom = ZoneFrom.OFFSET) -> Stamp:
    local = datetime(2026, 1, 1, 12, 30) + timedelta(days=day)
    instant = (local - timedelta(minutes=minutes)).replace(tzinfo=UTC)
    return Stamp(local, Precision.MINUTE, instant, minutes, zone_from)


def dated(name: str, published: Stamp, site: str = "a.example"):
    made = page(name, site=site)
    return edit(name, site=site, imprint=made.outcome.imprint, published=published)


def load(writer: Writer, batch_id: str, *edited) -> None:
    writer.load(stage_batch(writer.layout, make_batch(batch_id, *edited)))


def finish(writer: Writer, run_id: str, *zones: OutletZone) -> None:
    now = datetime(2026, 4, 1, tzinfo=UTC)
    run = RunRecord(run_id, "ingest", now, now, "completed", "{}", Tally())
    writer.load(stage_run(writer.layout, run, (), zones))


def test_a_zone_is_learned_from_times_that_carry_an_offset(writer):
    outlet = stamp(3, 60, ZoneFrom.OUTLET)
    load(writer, "b1", dated("a", stamp(2, 60)), dated("b", stamp(0, 60)), dated("c", outlet))
    load(writer, "b2", dated("d", stamp(1, 180), "b.example"))
    assert writer.offsets() == [
        ("a.example", [(datetime(2026, 1, 1, 12, 30), 60), (datetime(2026, 1, 3, 12, 30), 60)]),
        ("b.example", [(datetime(2026, 1, 2, 12, 30), 180)]),
    ]


def test_only_sites_with_fresh_pages_are_looked_at(writer):
    load(writer, "b1", dated("a", stamp(0, 60)), dated("b", stamp(0, 180), "b.example"))
    finish(writer, "one")
    load(writer, "b2", dated("c", stamp(1, 60)))
    assert [site for site, _ in writer.offsets()] == ["a.example"]


def test_what_was_learned_replaces_what_was_known_of_the_site(writer):
    load(writer, "b1", dated("a", stamp(0, 60)), dated("b", stamp(0, 180), "b.example"))
    one, two = OutletZone("a.example", "Europe/Oslo", 9), OutletZone("b.example", "Asia/Qatar", 8)
    finish(writer, "one", one, two)
    assert writer.zones() == [("a.example", "Europe/Oslo"), ("b.example", "Asia/Qatar")]
    finish(writer, "two", OutletZone("a.example", None, 12))
    assert writer.zones() == [("b.example", "Asia/Qatar")]
    finish(writer, "three", OutletZone("b.example", "Europe/Rome", 30))
    assert writer.zones() == [("b.example", "Europe/Rome")]
