"""Where a story was filed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.fields.wires.datelines import find_dateline, read_dateline
from tasks.fields.wires.towns import choose_country, find_region, spell_town
from tasks.model import Dateline
from tests.tasks.fields.pages import FIXED, make_page, make_text_page

ROWS = [
    line.split("\t")
    for line in Path(__file__).with_name("datelines.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def none(text):
    return None if text == "-" else text


@pytest.mark.parametrize(("text", "place", "country", "agency"), ROWS)
def test_table(text, place, country, agency):
    read = read_dateline(text)
    if place == "none":
        assert read is None
        return
    assert read is not None
    dateline = read[0]
    assert (dateline.place, dateline.country, dateline.agency) == (
        place,
        none(country),
        none(agency),
    )
    assert text.startswith(dateline.raw)


def test_a_town_that_no_gazetteer_knows_must_stand_on_the_page():
    first = "OBERMUSTERDORF – Am Samstag wurde die Brücke geöffnet."
    alone = make_text_page(("body", first))
    assert find_dateline(alone) == []
    page = make_page(
        "", [("body", first), ("body", "In Obermusterdorf freut man sich.")],
        url="https://example.de/a",
    )  # fmt: skip
    assert find_dateline(page)[0].value == Dateline(
        "OBERMUSTERDORF –", "Obermusterdorf", "DE", None
    )


def test_german_papers_begin_with_a_town_and_a_full_stop():
    text = "Duisburg. Der Rat hat die Brücke am Montag geöffnet."
    home = make_page("", [("body", text)], url="https://example.de/a")
    assert find_dateline(home)[0].value.place == "Duisburg"
    assert find_dateline(make_page("", [("body", text)], url="https://example.com/a")) == []


def test_it_stands_in_the_standfirst_or_the_first_lines_and_keeps_its_place():
    lines = [("standfirst", "Riad. Die Brücke ist nach neun Jahren wieder offen."), ("body", "Ja.")]
    page = make_page("", lines, url="https://example.de/a")
    assert find_dateline(page)[0].value.country == "SA"
    page = make_text_page(
        ("title", "T"), ("body", "A lead."), ("body", "  BERLIN  (dpa) -  Der Rat")
    )
    found = find_dateline(page)[0]
    assert page.text[found.span[0] : found.span[1]].strip() == "BERLIN  (dpa) -"
    deep = make_text_page(*[("body", "A line.")] * 3, ("body", "BERLIN (dpa) - Der Rat"))
    assert find_dateline(deep) == []


@FIXED
@given(st.text(max_size=120))
def test_no_text_breaks_it(text):
    read_dateline(text)
    read_dateline(f"BERLIN (dpa) - {text}")


@pytest.mark.parametrize(
    "text", ["(" * 240, "/ A" * 80, "-" * 240, "A, " * 80, "【" * 240, "1 " * 120]
)
def test_long_nonsense_is_quick(text):
    assert read_dateline(text) is None


@pytest.mark.parametrize(
    ("town", "near", "country"),
    [
        ("Birmingham", None, None),
        ("Birmingham", "GB", "GB"),
        ("Cambridge", "US", "US"),
        ("London", "CA", "GB"),
        ("Paris", "US", "FR"),
        ("Moskau", None, "RU"),
        ("Nowhereville", None, None),
    ],
)
def test_the_country_of_a_town_must_be_certain(town, near, country):
    if town == "Birmingham" and near is None:
        assert choose_country(town) in (None, "GB")
    else:
        assert choose_country(town, near) == country


@pytest.mark.parametrize(
    ("region", "country"),
    [("Calif.", "US"), ("N.Y.", "US"), ("Ont.", "CA"), ("Türkiye", "TR"), ("Russland", "RU"),
     ("日本", "JP"), ("Nirgendwo", None), ("", None)],
)  # fmt: skip
def test_regions(region, country):
    assert find_region(region) == country


@pytest.mark.parametrize(
    ("printed", "spelled"),
    [("SÃO PAULO", "São Paulo"), ("BAD MUSTERBACH", "Bad Musterbach"), ("Bonn", "Bonn"),
     ("RIO DE JANEIRO", "Rio de Janeiro"), ("MUSTER-DORF AM SEE", "Muster-Dorf am See")],
)  # fmt: skip
def test_capitals_made_names(printed, spelled):
    assert spell_town(printed) == spelled
