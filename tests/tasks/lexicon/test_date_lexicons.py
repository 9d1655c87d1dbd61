"""The lexicons of times: clean rows, and their own examples."""

from datetime import UTC, datetime

import pytest

from tasks.fields.times.days import Hints
from tasks.fields.times.offsets import load_zone
from tasks.fields.times.outlet_zones import find_language_country
from tasks.fields.times.roles import Role, name_role
from tasks.fields.times.stamps import list_stamps, parse_stamp
from tasks.lexicon.lines import load_examples, load_rows
from tasks.text.dates import is_date_line
from tasks.text.shape import read_shape

FILES = ("published", "relative", "zone_words", "country_zones", "language_countries")
FETCHED = datetime(2024, 8, 13, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize("name", FILES)
def test_rows_are_clean(name):
    rows = load_rows(f"{name}.tsv")
    assert rows
    for row in rows:
        assert len(row) >= 2 and all(cell and cell == cell.strip() for cell in row), row


@pytest.mark.parametrize("row", load_rows("zone_words.tsv"), ids=lambda row: row[0])
def test_a_zone_by_each_of_its_words(row):
    zone, regions, *words = row
    region = None if regions == "*" else regions.split()[0]
    for word in words:
        printed = word.upper() if word.isascii() and len(word) <= 4 else word
        stamp = parse_stamp(f"3 May 2024 10:40 {printed}", Hints(region=region))
        expected = load_zone(zone).utcoffset(datetime(2024, 5, 3, 10, 40)).total_seconds() / 60
        assert stamp.offset_minutes == expected, word


def test_zone_examples():
    for text in load_examples("zone_words.tsv", "hit"):
        assert parse_stamp(text).utc is not None, text
    for text in load_examples("zone_words.tsv", "miss"):
        assert parse_stamp(text).utc is None, text


def test_role_examples():
    for text in load_examples("published.tsv", "hit"):
        assert name_role(text) is Role.PUBLISHED, text
    for text in load_examples("published.tsv", "miss"):
        assert name_role(text) is not Role.PUBLISHED, text


@pytest.mark.parametrize("row", load_rows("published.tsv"), ids=lambda row: row[0])
def test_each_word_for_the_publication(row):
    for stem in row[1:]:
        assert name_role(f"{stem} 13.08.2024") is Role.PUBLISHED, stem


@pytest.mark.parametrize("row", load_rows("updates.tsv"), ids=lambda row: row[0])
def test_each_word_for_a_change(row):
    for stem in row[1:]:
        assert name_role(f"{stem} 13.08.2024") is Role.MODIFIED, stem


@pytest.mark.parametrize(
    "row", [row for row in load_rows("relative.tsv") if row[0] == "after"], ids=lambda row: row[1]
)
def test_each_word_for_ago(row):
    hours = [r[2] for r in load_rows("relative.tsv") if r[:2] == ("hour", row[1])] or ["hours"]
    for word in row[2:]:
        found = list_stamps(f"3 {hours[0]} {word}", Hints(fetched=FETCHED))
        assert found and found[0].stamp.utc == FETCHED.replace(hour=9), word


def test_ago_examples():
    hints = Hints(fetched=FETCHED)
    for text in load_examples("relative.tsv", "hit"):
        assert list_stamps(text, hints), text
    for text in load_examples("relative.tsv", "miss"):
        assert not list_stamps(text, hints), text


def test_language_examples():
    for tag in load_examples("language_countries.tsv", "hit"):
        assert find_language_country(tag), tag
    for tag in load_examples("language_countries.tsv", "miss"):
        assert find_language_country(tag) is None, tag


AGO = ("2 hours ago", "vor 3 Stunden", "il y a 2 heures", "3 часа назад", "2時間前", "منذ ٣ ساعات",
       "3시간 전", "Published 2 hours ago")  # fmt: skip


@pytest.mark.parametrize("text", AGO)
def test_a_count_back_is_a_date_line(text):
    assert is_date_line(read_shape(text))


@pytest.mark.parametrize(
    "text", ["She left 2 hours ago and took the early train home", "2 hours a day"]
)
def test_a_sentence_with_a_count_is_none(text):
    assert not is_date_line(read_shape(text))
