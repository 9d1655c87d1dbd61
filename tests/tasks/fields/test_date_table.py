"""The table of date strings: each as a reader of its language and land takes it."""

from datetime import datetime
from pathlib import Path

import pytest

from tasks.fields.date_roles import Role, split_roles
from tasks.fields.days import Hints
from tasks.fields.stamps import list_stamps

TABLE = Path(__file__).with_name("dates.tsv")
MONTH_FIRST = ("US", "PH")
ROWS = [
    tuple(line.split("\t"))
    for line in TABLE.read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def make_hints(tag, fetched):
    region = tag.partition("-")[2] or None
    moment = None if fetched == "-" else datetime.fromisoformat(fetched)
    return Hints(
        month_first=region in MONTH_FIRST,
        before=moment.date() if moment else None,
        fetched=moment,
        region=region,
    )


def print_offset(minutes):
    if minutes is None:
        return "-"
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def print_local(stamp):
    local = stamp.local
    if not isinstance(local, datetime):
        return local.isoformat()
    return local.isoformat(timespec="seconds" if stamp.precision == "second" else "minutes")


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[1]} {row[0]}" for row in ROWS])
def test_a_date_string(row):
    raw, tag, fetched, local, precision, offset, role = row
    found = split_roles(raw, make_hints(tag, fetched))
    if local == "-":
        assert not found
        return
    named, reading = found[0]
    stamp = reading.stamp
    printed = (print_local(stamp), str(stamp.precision), print_offset(stamp.offset_minutes))
    assert printed == (local, precision, offset)
    assert ("modified" if named is Role.MODIFIED else "published") == role


def test_the_table_is_wide():
    assert len(ROWS) >= 200
    assert len({row[1].partition("-")[0] for row in ROWS} - {""}) >= 14


@pytest.mark.parametrize("row", [row for row in ROWS if row[3] != "-"], ids=lambda row: row[0])
def test_a_printed_stamp_reads_back(row):
    stamp = list_stamps(row[0], make_hints(row[1], row[2]))[0].stamp
    assert list_stamps(stamp.isoformat())[0].stamp == stamp
