"""An invented outlet over two runs: its time zone is learned from the pages that print an offset,
and used for those that do not, later ones at once, earlier ones by a reprocess."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.explain import explain_target
from tasks.model import Capture, Limits
from tests.world.runs import ask, ingest, reprocess
from tests.world.sites import make_page

SITE = "lagoon-gazette.example"
ZONE = ZoneInfo("America/Toronto")
# Neither the address nor the language tells of a zone.
JULY, JANUARY = datetime(2025, 7, 10, 9, 15), datetime(2026, 1, 10, 9, 15)


def capture(number: int, local: datetime, offset: bool) -> Capture:
    """A page that prints its time, with or without the offset."""
    printed = local.replace(tzinfo=ZONE).isoformat() if offset else local.isoformat()
    mark = f'<meta property="article:published_time" content="{printed}">'
    content = make_page(SITE, number).replace(b"</head>", mark.encode() + b"</head>")
    assert mark.encode() in content
    fetched = local.replace(tzinfo=ZONE).astimezone(UTC) + timedelta(hours=5)
    return Capture(f"file:///{number}.html", content, fetched)


def first_run() -> list[Capture]:
    """Twelve pages with an offset, of summer and winter, and one without."""
    days = [JULY + timedelta(days=15 * number) for number in range(12)]
    return [capture(n, day, True) for n, day in enumerate(days)] + [capture(12, JULY, False)]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    path = tmp_path_factory.mktemp("zones") / "news.duckdb"
    ingest(path, first_run())
    return path


def list_times(warehouse):
    """Local time, UTC and origin of the zone, of the pages without an offset."""
    return ask(
        warehouse,
        "select published_local, published_at at time zone 'UTC', published_zone_from "
        "from articles where published_zone_from is distinct from 'offset' order by 1",
    )


def test_a_zone_is_learned_when_the_run_is_completed(warehouse):
    assert ask(warehouse, "select site, zone, times from outlet_zones") == [(SITE, ZONE.key, 12)]
    assert list_times(warehouse) == [("2025-07-10T09:15:00", None, None)]


def test_later_pages_are_read_in_it_and_earlier_ones_by_a_reprocess(warehouse):
    ingest(warehouse, [capture(13, JANUARY, False)])
    winter = ("2026-01-10T09:15:00", datetime(2026, 1, 10, 14, 15), "outlet")
    assert list_times(warehouse)[-1] == winter
    reprocess(warehouse)
    summer = ("2025-07-10T09:15:00", datetime(2025, 7, 10, 13, 15), "outlet")
    assert list_times(warehouse) == [summer, winter]


def test_explaining_a_known_page_uses_the_zone(warehouse):
    [[article]] = ask(
        warehouse, "select article_id from articles where published_local = '2025-07-10T09:15:00' "
        "and published_zone_from is distinct from 'offset'"
    )  # fmt: skip
    [explained] = explain_target(article, warehouse, Limits())
    assert explained.edited.outcome.published.zone_from == "outlet"
