"""The zone of an outlet: assumed, applied, learned."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tasks.fields.times.outlet_zones import (
    assume_zone,
    find_country,
    find_language_country,
    learn_zone,
    load_country_zones,
    place_stamp,
)
from tasks.model import Precision, Stamp, ZoneFrom
from tests.tasks.fields.pages import FETCHED


def make_pairs(zone, months, year=2024):
    """Ten local times a month with the offset of the zone."""
    days = [datetime(year, month, day, 9, 30) for month in months for day in range(1, 29, 3)]
    return [(d, round(ZoneInfo(zone).utcoffset(d).total_seconds() / 60)) for d in days]


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("Europe/Berlin", "2024-01-13T10:40", "2024-01-13T09:40+00:00"),
        ("Europe/Berlin", "2024-08-13T10:40", "2024-08-13T08:40+00:00"),
        ("America/New_York", "2024-08-13T22:40", "2024-08-14T02:40+00:00"),
        ("Asia/Kolkata", "2024-08-13T10:40", "2024-08-13T05:10+00:00"),
        # The hour that comes twice is the first of the two; the one that is left out still reads.
        ("Europe/Berlin", "2024-10-27T02:30", "2024-10-27T00:30+00:00"),
        ("Europe/Berlin", "2024-03-31T02:30", "2024-03-31T01:30+00:00"),
    ],
)
def test_a_local_time_in_the_outlets_zone(zone, local, utc):
    moment = datetime.fromisoformat(local)
    stamp = place_stamp(Stamp(moment, Precision.MINUTE), zone, ZoneFrom.OUTLET)
    assert stamp.utc == datetime.fromisoformat(utc)
    assert stamp.local == moment and stamp.zone_from is ZoneFrom.OUTLET
    assert place_stamp(stamp, "Asia/Tokyo", ZoneFrom.OUTLET) == stamp


def test_days_and_unknown_zones_stay():
    day = Stamp(date(2024, 8, 13), Precision.DAY)
    local = Stamp(datetime(2024, 8, 13, 10, 40), Precision.MINUTE)
    assert place_stamp(day, "Europe/Berlin", ZoneFrom.OUTLET) == day
    assert place_stamp(local, "Europe/Nowhere", ZoneFrom.OUTLET) == local
    assert place_stamp(local, None, ZoneFrom.OUTLET) == local


@pytest.mark.parametrize(
    ("zone", "months", "country", "learned"),
    [
        ("Europe/Berlin", range(1, 13), "DE", "Europe/Berlin"),
        ("Europe/Berlin", range(6, 8), "DE", "Europe/Berlin"),
        ("America/Chicago", range(1, 13), "US", "America/Chicago"),
        ("America/Phoenix", range(1, 13), "US", "America/Phoenix"),
        ("Asia/Novosibirsk", range(1, 13), "RU", None),
        ("Europe/London", range(1, 13), "GB", "Europe/London"),
        # Of one season alone, zones that differ in the other stay possible.
        ("Europe/Berlin", range(1, 3), None, None),
        ("America/Denver", range(1, 3), "US", None),
        ("America/Denver", range(6, 8), "US", "America/Denver"),
        # A British outlet's winter says nothing: systems print +00:00 everywhere.
        ("Europe/London", range(1, 3), None, None),
    ],
)
def test_a_zone_is_learned_from_a_years_offsets(zone, months, country, learned):
    found = learn_zone(make_pairs(zone, months), country)
    if learned is None and zone == "Asia/Novosibirsk":
        # Several Siberian zones tell the same time.
        assert found is None or ZoneInfo(found).utcoffset(datetime(2024, 8, 1)) == timedelta(
            hours=7
        )
    else:
        assert found == learned


def test_little_or_mixed_evidence_teaches_nothing():
    berlin = make_pairs("Europe/Berlin", range(1, 13))
    assert learn_zone([], "DE") is None
    assert learn_zone(berlin[:5], "DE") is None
    assert learn_zone(berlin[:1] * 20, "DE") is None
    assert learn_zone(berlin + make_pairs("America/New_York", range(1, 13)), "DE") is None
    assert learn_zone([(local, 0) for local, _ in berlin], "DE") is None


def test_stray_offsets_do_not_hide_the_zone():
    pairs = make_pairs("Europe/Berlin", range(1, 13))
    stray = [(datetime(2024, 5, 5, 5), 480)] * 3 + [(datetime(2024, 5, 6, 5), 0)] * 40
    assert learn_zone(pairs + stray, "DE") == "Europe/Berlin"


def test_zones_of_other_countries_are_tried_last():
    pairs = make_pairs("Asia/Tokyo", range(1, 13))
    assert learn_zone(pairs, "JP") == "Asia/Tokyo"
    assert learn_zone(make_pairs("Asia/Kathmandu", range(1, 13)), "DE") == "Asia/Kathmandu"


@pytest.mark.parametrize(
    ("address", "country", "zone"),
    [
        ("https://www.example.de/a", "DE", "Europe/Berlin"),
        ("https://news.example.co.uk/a", "GB", "Europe/London"),
        ("https://example.com.au/a", "AU", None),
        ("https://example.com/a", None, None),
        ("https://example.tv/a", None, None),
        ("https://example.ru/a", "RU", "Europe/Moscow"),
        ("example.jp", "JP", "Asia/Tokyo"),
        ("", None, None),
    ],
)
def test_the_country_of_an_address(address, country, zone):
    assert find_country(address) == country
    assert assume_zone(country) == zone


@pytest.mark.parametrize(
    ("tag", "country"),
    [("de-AT", "AT"), ("ja", "JP"), ("en", None), ("en-US", None), ("pt_BR", "BR"), ("zz-ZZ", None),
     ("ko_KR", "KR"), (None, None), ("", None), ("it-US", "IT")],
)  # fmt: skip
def test_the_country_of_a_language_tag(tag, country):
    assert find_language_country(tag) == country


def test_every_zone_of_the_lexicon_exists():
    for zones in load_country_zones().values():
        for zone in zones:
            assert ZoneInfo(zone).utcoffset(FETCHED.replace(tzinfo=None)) is not None
    assert datetime(2024, 1, 1, tzinfo=UTC).astimezone(ZoneInfo("Etc/UTC"))
