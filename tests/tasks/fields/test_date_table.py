"""The table of date strings: each as a reader of its language and land takes it."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.fields.times.days import Hints
from tasks.fields.times.roles import Role, split_roles
from tasks.fields.times.stamps import list_stamps
from tests.tasks.fields.pages import FIXED

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


@FIXED
@given(st.text(max_size=120), st.sampled_from(["-", "en-US", "ja-JP", "th-TH"]))
def test_any_text_reads_and_reads_back(text, tag):
    for reading in list_stamps(text, make_hints(tag, "2024-08-13T12:30+00:00")):
        stamp = reading.stamp
        assert list_stamps(stamp.isoformat())[0].stamp == stamp


WORDS = (
    "2024 13 10:40 Aug août +03:00 pm vor hours 昨天 令和 年 月 日 时 分 Updated gestern ส.ค. مرداد"
)
PIECES = [*"0123456789-/.:, TZ", " ago", *WORDS.split()]


@FIXED
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_any_mixture_of_date_words_reads_and_reads_back(text):
    for _, reading in split_roles(text, make_hints("ja-JP", "2024-08-13T12:30+00:00")):
        stamp = reading.stamp
        assert list_stamps(stamp.isoformat())[0].stamp == stamp
