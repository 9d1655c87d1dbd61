"""Date strings in many languages and notations."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.fields.times.calendar import convert_persian
from tasks.fields.times.stamps import Hints, drop_midnight, normalise_digits, parse_stamp
from tasks.model import Precision
from tests.tasks.fields.pages import FIXED

TABLE = [
    # ISO 8601, RFC 3339, RFC 5322, ctime
    ("2024-08-13", "2024-08-13"),
    ("2024-08-13T10:40:00Z", "2024-08-13T10:40:00+00:00"),
    ("2024-08-13T10:40+03:00", "2024-08-13T10:40+03:00"),
    ("2024-08-13T10:40-0430", "2024-08-13T10:40-04:30"),
    ("2024-08-13 10:40:12.123 +0300", "2024-08-13T10:40:12+03:00"),
    ("20240813T104000Z", "2024-08-13T10:40:00+00:00"),
    ("20240813", "2024-08-13"),
    ("2025-01-31 11:30:00", "2025-01-31T11:30:00"),
    ("2023-08-30T12:54:46.461+01:00", "2023-08-30T12:54:46+01:00"),
    ("Tue, 13 Aug 2024 10:40:00 +0300", "2024-08-13T10:40:00+03:00"),
    ("Tue, 13 Aug 2024 10:40:00 GMT", "2024-08-13T10:40:00+00:00"),
    ("Fri Feb 18 10:27:24 2022", "2022-02-18T10:27:24"),
    ("Mon Oct 11 14:57:21 CEST 2021", "2021-10-11T14:57:21+02:00"),
    # English
    ("date 2024-08-13 The outgoing ambassador", "2024-08-13"),
    ("Aug 13, 2024 10:40 AM", "2024-08-13T10:40"),
    ("Last Updated:  Aug 13, 2024 11:27 AM", "2024-08-13T11:27"),
    ("August 13th, 2024", "2024-08-13"),
    ("13th of August 2024", "2024-08-13"),
    ("Aug. 13, 2024, at 10:40 p.m.", "2024-08-13T22:40"),
    ("8/13/2024 4:05 PM", "2024-08-13T16:05"),
    ("Published 4:45pm BST 30 August 2023", "2023-08-30T16:45+01:00"),
    ("30 August 2023 • 12:15am", "2023-08-30T00:15"),
    ("October 2, 2020 8 a.m. EDT", "2020-10-02T08:00-04:00"),
    # German
    ("13. August 2024, 10:40 Uhr", "2024-08-13T10:40"),
    ("13.08.2024 10.40 Uhr", "2024-08-13T10:40"),
    ("Di., 13.08.24, 10:40", "2024-08-13T10:40"),
    ("12. MÄR 2025 18:03", "2025-03-12T18:03"),
    ("3. Jänner 2025", "2025-01-03"),
    # French
    ("13 août 2024 à 10h40", "2024-08-13T10:40"),
    ("Publié le 1er août 2024", "2024-08-01"),
    # Spanish
    ("13 de agosto de 2024", "2024-08-13"),
    ("13 de agosto de 2024 a las 22:40h", "2024-08-13T22:40"),
    ("13 AGO 2024 - 10:40 CEST", "2024-08-13T10:40+02:00"),
    # Portuguese
    ("13 de março de 2024 às 10h40", "2024-03-13T10:40"),
    # Italian
    ("13 agosto 2024 alle 10:40", "2024-08-13T10:40"),
    ("1 gennaio 2024", "2024-01-01"),
    # Dutch, Danish, Swedish, Finnish
    ("13 augustus 2024 om 10:40", "2024-08-13T10:40"),
    ("13. maj 2024 kl. 10.40", "2024-05-13T10:40"),
    ("13 augusti 2024", "2024-08-13"),
    ("22. elokuuta 2024 klo 10.40", "2024-08-22T10:40"),
    # Turkish
    ("13 Ağustos 2024 Salı 10:40", "2024-08-13T10:40"),
    ("1 Ocak 2025 - 09:05", "2025-01-01T09:05"),
    # Polish, Hungarian
    ("13 sierpnia 2024, 10:40", "2024-08-13T10:40"),
    ("2024. augusztus 13. 10:40", "2024-08-13T10:40"),
    # Russian, Ukrainian, Greek
    ("13 августа 2024, 10:40", "2024-08-13T10:40"),
    ("13 августа 2024 г. в 10:40 МСК", "2024-08-13T10:40+03:00"),
    ("5 липня 2024", "2024-07-05"),
    ("10:40, 13 Αυγούστου 2024", "2024-08-13T10:40"),
    # Arabic, Persian, Hindi, Hebrew
    ("١٣ أغسطس ٢٠٢٤ - ١٠:٤٠ ص", "2024-08-13T10:40"),
    ("13 آب 2024", "2024-08-13"),
    ("۲۳ مرداد ۱۴۰۳", "2024-08-13"),
    ("1403/05/23", "2024-08-13"),
    ("13 अगस्त 2024", "2024-08-13"),
    ("13 באוגוסט 2024", "2024-08-13"),
    # Chinese, Japanese, Korean, Thai
    ("2024年8月13日 10:40", "2024-08-13T10:40"),
    ("2024年08月13日 下午3:40", "2024-08-13T15:40"),
    ("2024年8月13日 午前9時05分", "2024-08-13T09:05"),
    ("2024.08.13 15:40", "2024-08-13T15:40"),
    ("2024. 8. 13. 오후 3:40", "2024-08-13T15:40"),
    ("2024년 8월 13일 오후 3시 40분", "2024-08-13T15:40"),
    ("13 สิงหาคม 2567 เวลา 10:40 น.", "2024-08-13T10:40"),
    ("13 ส.ค. 2567", "2024-08-13"),
    ("13 Agustus 2024 10:40 WIB", "2024-08-13T10:40+07:00"),
    # Numbers alone
    ("13/08/2024", "2024-08-13"),
    ("05/06/2024", "2024-06-05"),
    ("13-08-2024 10:40:21", "2024-08-13T10:40:21"),
    ("13/8/24", "2024-08-13"),
    ("1.2.2024", "2024-02-01"),
    # What is no date
    ("31 Feb 2024", None),
    ("May 2024", None),
    ("Version 1.2.3", None),
    ("192.168.10.24", None),
    ("10:40 AM", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "expected"), TABLE, ids=[row[0] or "empty" for row in TABLE])
def test_dates(text, expected):
    stamp = parse_stamp(text)
    assert (stamp.isoformat() if stamp else None) == expected


def test_month_first_where_the_page_says_so():
    stamp = parse_stamp("05/06/2024", Hints(month_first=True))
    assert stamp is not None and stamp.local == date(2024, 5, 6)


def test_precision_is_what_was_printed():
    kinds = {
        text: parse_stamp(text).precision
        for text in ("2024-08-13", "2024-08-13 10:40", "2024-08-13 10:40:09")
    }
    assert list(kinds.values()) == [Precision.DAY, Precision.MINUTE, Precision.SECOND]


def test_midnight_without_an_offset_is_a_day():
    invented = parse_stamp("2024-08-13T00:00:00")
    told = parse_stamp("2024-08-13T00:00:00+02:00")
    assert drop_midnight(invented).local == date(2024, 8, 13)
    assert drop_midnight(told) == told


def test_persian_new_years():
    assert convert_persian(1403, 1, 1) == date(2024, 3, 20)
    assert convert_persian(1400, 1, 1) == date(2021, 3, 21)
    assert convert_persian(1399, 12, 30) == date(2021, 3, 20)


@FIXED
@given(st.text(max_size=200))
def test_no_string_breaks_the_reader(text):
    parse_stamp(text)


@FIXED
@given(st.text(alphabet="0123456789-/.: TZ+ampr,年月日ส", max_size=40))
def test_no_string_of_date_characters_breaks_the_reader(text):
    parse_stamp(text)


@FIXED
@given(st.text(max_size=100))
def test_normalising_digits_twice_changes_nothing(text):
    once = normalise_digits(text)
    assert normalise_digits(once) == once


@FIXED
@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2069, 1, 1)).map(
        lambda d: d.replace(microsecond=0)
    ),
    st.integers(-12 * 60, 14 * 60),
)
def test_printed_stamps_read_back(moment, minutes):
    text = (
        moment.isoformat()
        + f"{'+' if minutes >= 0 else '-'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    )
    stamp = parse_stamp(text)
    assert stamp.utc == (moment - timedelta(minutes=minutes)).replace(tzinfo=UTC)
    assert parse_stamp(stamp.isoformat()) == stamp
