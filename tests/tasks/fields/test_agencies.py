"""Where a text comes from, and the line that says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.fields.wires.agencies import find_agency, find_credit_line, read_credit_line
from tasks.fields.wires.wires import name_any_wire, name_wire
from tasks.model import Author, AuthorKind, Dateline
from tests.tasks.fields.pages import FIXED, jsonld, make_page, make_text_page, wrap

BODY = ("body", "The bridge was closed for nine years and is open again.")


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("(Reporting by Jane Doe in Ankara; Editing by John Roe)", "Reuters"),
        ("(Reporte de Ana Pérez; editado por Luis Gómez)", "Reuters"),
        ("The bridge was open. — AFP", "AFP"),
        ("Die Brücke ist offen. (dpa)", "dpa"),
        ("Die Brücke ist offen (dpa/lby).", "dpa"),
        ("Il ponte è aperto. (ANSA).", "ANSA"),
        ("dpa", "dpa"),
        ("SDA/abc", "Keystone-SDA"),
        ("Mit Material von dpa", "dpa"),
        ("(mit dpa)", "dpa"),
        ("(avec AFP)", "AFP"),
        ("Con información de EFE", "EFE"),
        ("Com informações da Reuters", "Reuters"),
        ("Met ANP", "ANP"),
        ("© 2024 AFP", "AFP"),
        ("© Thomson Reuters 2020", "Reuters"),
        ("Copyright 2024 The Associated Press. All rights reserved. No reuse.", "AP"),
        ("© dpa-infocom, dpa:240813-99-123456/2", "dpa"),
        ("Source: Xinhua", "Xinhua"),
        ("Quelle: dpa", "dpa"),
        ("Quelle: example.de, abc/dpa", "dpa"),
        ("Kaynak: AA", "AA"),
        ("Źródło: PAP", "PAP"),
        ("Источник: РИА Новости", "RIA Novosti"),
        ("المصدر: رويترز", "Reuters"),
        ("来源：新华社", "Xinhua"),
        ("출처: 연합뉴스", "Yonhap"),
        ("(With inputs from PTI)", "PTI"),
        ("(With PTI inputs)", "PTI"),
        ("Associated Press writer Jane Doe contributed to this report.", "AP"),
        ("AP Photo/Jane Doe", None),
        ("Foto: dpa", None),
        ("Getty Images", None),
        ("Quelle: Statistisches Amt", None),
        ("The council of the Alternative Party (AP).", None),
        ("Das sagte er der Deutschen Presse-Agentur (dpa).", None),
        ("The bridge is open.", None),
        ("Follow AP on the web", None),
        ("", None),
    ],
)
def test_credit_lines(line, agency):
    read = read_credit_line(line)
    assert (read[1] if read else None) == agency


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("Reuters Staff", "Reuters"),
        ("dpa/lby", "dpa"),
        ("AFP / Reuters", "AFP"),
        ("Agence France-Presse", "AFP"),
        ("Getty Images", None),
        ("ap", None),
        ("Jane Doe", None),
        ("dpa and Jane Doe", None),
        ("", None),
    ],
)
def test_names(name, wire):
    assert name_wire(name) == wire


def test_a_name_among_others():
    assert name_any_wire("By Jane Doe, Associated Press") == "AP"
    assert name_any_wire("By Jane Doe, Example Post") is None


def test_the_best_sign_wins_and_every_agency_is_kept():
    page = make_text_page(BODY, ("body", "Das sagte der Rat. (AFP)"))
    values = {
        "dateline": Dateline("Berlin (dpa) -", "Berlin", "DE", "dpa"),
        "authors": (Author("Reuters", AuthorKind.AGENCY, "Reuters"),),
        "credit_line": "(AFP)",
    }
    assert [f.value for f in find_agency(page, values)] == ["dpa", "Reuters", "AFP"]
    assert find_agency(page, {}) == []


def test_an_agency_before_the_first_words():
    page = make_text_page(("body", "(EFE).- El puente está abierto."))
    assert [(f.value, f.raw) for f in find_agency(page, {})] == [("EFE", "(EFE).-")]
    assert find_agency(make_text_page(("body", "(Example) The bridge")), {}) == []


def test_what_the_page_says_of_itself():
    head = jsonld(
        '{"@type": "NewsArticle", "headline": "H", "author": {"name": "AFP"},'
        '"publisher": {"name": "Example Post"}}'
    )
    found = find_agency(make_page(wrap(head), [BODY]), {})
    assert [(f.value, f.rule) for f in found] == [("AFP", "jsonld.author")]


def test_credits_of_pictures_and_other_articles_tell_nothing():
    page = make_text_page(
        BODY, ("credit", "dpa"), ("caption", "The bridge (AP)"), ("related", "AFP")
    )
    assert find_credit_line(page) == []


def test_a_credit_below_the_text_and_its_place():
    page = make_text_page(BODY, ("boilerplate", "Quelle: dpa"), ("navigation", "Top"))
    found = find_credit_line(page)[0]
    assert found.value == "Quelle: dpa"
    assert page.text[slice(*found.span)] == "Quelle: dpa"
    far = make_text_page(BODY, *[("boilerplate", "More")] * 7, ("boilerplate", "Quelle: dpa"))
    assert find_credit_line(far) == []


@FIXED
@given(st.text(max_size=260))
def test_no_line_breaks_it(text):
    read_credit_line(text)
    read_credit_line(f"({text})")
    read_credit_line(f"© {text}")
