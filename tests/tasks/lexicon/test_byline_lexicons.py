"""The byline, date and address lexicons: every row is read, hits hit and misses miss."""

import pytest

from tasks.fields.bylines.lexicons import load_lexicons
from tasks.fields.times.calendar import load_calendar
from tasks.fields.urls import is_tracking
from tasks.identity import fold_name
from tasks.lexicon.lines import load_examples, load_rows
from tasks.model import AuthorKind

LANGUAGES = {"en", "de", "fr", "es", "pt", "it", "nl", "tr", "pl", "ru", "ar", "zh", "ja", "ko"}
FILES = ("agencies", "bylines", "calendar", "desks", "function_words", "nonames", "organisations",
         "roles", "tracking", "updates", "zones")  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_rows_are_clean(name):
    rows = load_rows(f"{name}.tsv")
    assert rows
    for row in rows:
        assert len(row) == len([c for c in row if c and c == c.strip()]), row


@pytest.mark.parametrize("name", ["desks", "roles", "nonames"])
def test_the_fourteen_languages(name):
    assert {row[0] for row in load_rows(f"{name}.tsv")} >= LANGUAGES


def test_prefixes_and_months_in_the_fourteen_languages():
    prefixes = {row[1] for row in load_rows("bylines.tsv") if row[0] == "prefix"}
    assert prefixes >= LANGUAGES
    months = {row[1] for row in load_rows("calendar.tsv")}
    assert months | {"zh", "ja", "ko"} >= LANGUAGES


def test_every_month_of_the_year_is_named_in_whole_languages():
    numbers = {m.number for ms in load_calendar().months.values() for m in ms if not m.persian}
    assert numbers == set(range(1, 13))
    assert {m.number for ms in load_calendar().months.values() for m in ms if m.persian} == numbers


def test_desk_examples():
    lexicons = load_lexicons()
    for text in load_examples("desks.tsv", "hit"):
        assert lexicons.find_kind(text) is AuthorKind.DESK, text
    for text in load_examples("desks.tsv", "miss"):
        assert lexicons.find_kind(text) is None, text


def test_every_agency_is_known_by_each_form():
    lexicons = load_lexicons()
    for row in load_rows("agencies.tsv"):
        for form in row:
            assert lexicons.find_agency(form) is not None, form


def test_short_agency_names_need_their_capitals():
    assert load_lexicons().find_agency("ap") is None
    assert load_lexicons().find_agency("Pap") is None
    assert load_lexicons().find_agency("associated press") == "AP"


def test_desks_and_nonames_do_not_hide_agencies():
    nonames = load_lexicons().nonames
    assert not {fold_name(row[0]) for row in load_rows("agencies.tsv")} & nonames


def test_update_examples():
    stems = [stem for row in load_rows("updates.tsv") for stem in row[1:]]
    for kind, expected in (("hit", True), ("miss", False)):
        for text in load_examples("updates.tsv", kind):
            assert any(stem in text.lower() for stem in stems) is expected, text


@pytest.mark.parametrize("name", ["utm_source", "UTM_MEDIUM", "fbclid", "gclid", "mc_cid"])
def test_tracking(name):
    assert is_tracking(name)


@pytest.mark.parametrize(
    "name", ["id", "p", "page", "article", "story", "v", "q", "lang", "tid", "cid"]
)
def test_not_tracking(name):
    assert not is_tracking(name)
