"""Byline strings in many languages, and what nobody's byline may break."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.fields.bylines.lexicons import load_lexicons
from tasks.fields.bylines.names import merge_authors, parse_byline
from tasks.fields.bylines.person_names import print_name
from tasks.fields.bylines.signers import Signer
from tasks.identity import fold_name
from tasks.model import AuthorKind
from tests.tasks.fields.pages import FIXED

SIGNER = Signer.of(["Example Times", "example.com"])
P, D, A, O = "person", "desk", "agency", "outlet"  # noqa: E741

TABLE = [
    # English
    ("By Newsroom", [("Newsroom", D)]),
    ("By Jane Doe", [("Jane Doe", P)]),
    ("BY JOHN McDONALD", [("John McDonald", P)]),
    ("JOHN MCDONALD AND ANNA O'NEILL", [("John McDonald", P), ("Anna O'Neill", P)]),
    ("By Jane Doe, John Smith and Ludwig van der Berg",
     [("Jane Doe", P), ("John Smith", P), ("Ludwig van der Berg", P)]),
    ("Doe, Jane", [("Jane Doe", P)]),
    ("O'NEILL, SEAN", [("Sean O'Neill", P)]),
    ("Bin Laden, Osama", [("Osama Bin Laden", P)]),
    ("Jane Doe | Example Times", [("Jane Doe", P), ("Example Times", O)]),
    ("By Jane Doe Updated August 13, 2024", [("Jane Doe", P)]),
    ("By Jane Doe @janedoe Aug 13, 2024, 10:40am", [("Jane Doe", P)]),
    ("Jane Doe (AP)", [("Jane Doe", P), ("AP", A)]),
    ("Jane Doe/AP", [("Jane Doe", P), ("AP", A)]),
    ("By Jane Doe and The Associated Press", [("Jane Doe", P), ("The Associated Press", A)]),
    ("Reuters Staff", [("Reuters", A)]),
    ("By AFP", [("AFP", A)]),
    ("Story by Jane Doe, photos by John Smith", [("Jane Doe", P)]),
    ("By J.R. Stone", [("J.R. Stone", P)]),
    ("By Dr. Jane Doe, MD", [("Jane Doe", P)]),
    ("Martin Luther King, Jr.", [("Martin Luther King Jr.", P)]),
    ("By the Editorial Board", [("the Editorial Board", D)]),
    ("Staff and agencies", [("Staff and agencies", D)]),
    ("Example Times", [("Example Times", O)]),
    ("example.com", [("example.com", O)]),
    ("admin", []),
    ("jdoe123", []),
    ("Share", []),
    ("https://www.facebook.com/example", []),
    ("Jane Doe, with contributions from John Smith", [("Jane Doe", P), ("John Smith", P)]),
    ("Tom Jones &amp; Ann Lee", [("Tom Jones", P), ("Ann Lee", P)]),
    ("Green Meadow Foundation", [("Green Meadow Foundation", D)]),
    # German
    ("Von Max Mustermann", [("Max Mustermann", P)]),
    ("Von Max Mustermann und Erika Muster, Berlin", [("Max Mustermann", P), ("Erika Muster", P)]),
    ("Text: Max Mustermann, Foto: Erika Muster", [("Max Mustermann", P)]),
    ("Ein Gastbeitrag von Max Mustermann", [("Max Mustermann", P)]),
    ("von Newsdesk 28. Januar 2022, 12:01", [("Newsdesk", D)]),
    ("Online-Redaktion", [("Online-Redaktion", D)]),
    ("Von Max Mustermann (dpa)", [("Max Mustermann", P), ("dpa", A)]),
    ("Prof. Dr. Erika Muster", [("Erika Muster", P)]),
    # French
    ("Par Jeanne Dupont et Jean DUPONT", [("Jeanne Dupont", P), ("Jean Dupont", P)]),
    ("Par Jeanne Dupont avec AFP", [("Jeanne Dupont", P), ("AFP", A)]),
    ("Jean-Luc D'ARCY", [("Jean-Luc D'Arcy", P)]),
    # Spanish, Portuguese, Italian, Dutch
    ("Por Ana García y José Pérez", [("Ana García", P), ("José Pérez", P)]),
    ("José Ortega y Gasset", [("José Ortega y Gasset", P)]),
    ("de la Cruz, Ana María", [("Ana María de la Cruz", P)]),
    ("Por João da Silva, de São Paulo", [("João da Silva", P)]),
    ("Da redação", [("Da redação", D)]),
    ("Di Mario Rossi e Anna Bianchi", [("Mario Rossi", P), ("Anna Bianchi", P)]),
    ("A cura di Mario Rossi", [("Mario Rossi", P)]),
    ("Door Jan de Vries", [("Jan de Vries", P)]),
    ("Door onze redactie", [("onze redactie", D)]),
    # The North
    ("Tekst: Kari Nordmann og Ola Hansen", [("Kari Nordmann", P), ("Ola Hansen", P)]),
    ("Af Mette Hansen og Lars Jensen", [("Mette Hansen", P), ("Lars Jensen", P)]),
    ("Av Lars Svensson", [("Lars Svensson", P)]),
    ("Kirjoittaja: Matti Virtanen", [("Matti Virtanen", P)]),
    # Turkish, Polish, Russian, Greek
    ("Haber: Ayşe Yılmaz", [("Ayşe Yılmaz", P)]),
    ("Ayşe Yılmaz ve Mehmet Öz", [("Ayşe Yılmaz", P), ("Mehmet Öz", P)]),
    ("Haber Merkezi", [("Haber Merkezi", D)]),
    ("oprac. Jan Kowalski", [("Jan Kowalski", P)]),
    ("Jan Kowalski i Anna Nowak", [("Jan Kowalski", P), ("Anna Nowak", P)]),
    ("Автор: Иван Петров", [("Иван Петров", P)]),
    ("Иван Петров и Анна Смирнова", [("Иван Петров", P), ("Анна Смирнова", P)]),
    ("Редакция", [("Редакция", D)]),
    ("Γράφει ο Γιώργος Παπαδόπουλος", [("Γιώργος Παπαδόπουλος", P)]),
    # Arabic, Hebrew, Persian, Hindi
    ("بقلم محمد علي", [("محمد علي", P)]),
    ("هيئة التحرير", [("هيئة التحرير", D)]),
    ("מאת דנה כהן", [("דנה כהן", P)]),
    ("نویسنده: علی رضایی", [("علی رضایی", P)]),
    ("लेखक: राम कुमार", [("राम कुमार", P)]),
    # Chinese, Japanese, Korean, Thai, Vietnamese, Indonesian
    ("文/王小明", [("王小明", P)]),
    ("記者王小明／台北報導", [("王小明", P)]),
    ("记者 王小明 李华", [("王小明", P), ("李华", P)]),
    ("山田太郎", [("山田太郎", P)]),
    ("取材・文／山田花子", [("山田花子", P)]),
    ("共同通信", [("共同通信", A)]),
    ("홍길동 기자", [("홍길동", P)]),
    ("김철수·이영희 기자", [("김철수", P), ("이영희", P)]),
    ("온라인뉴스팀", [("온라인뉴스팀", D)]),
    ("โดย สมชาย ใจดี", [("สมชาย ใจดี", P)]),
    ("Tác giả: Nguyễn Văn An", [("Nguyễn Văn An", P)]),
    ("Oleh Budi Santoso", [("Budi Santoso", P)]),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_bylines(raw, expected):
    assert [(a.name, str(a.kind)) for a in parse_byline(raw, SIGNER)] == expected


@pytest.mark.parametrize(
    ("raw", "detail", "value"),
    [
        ("Jane Doe, Political Editor", "role", "Political Editor"),
        ("By Jane Doe, Staff Writer", "role", "Staff Writer"),
        ("Por Ana García, enviada especial", "role", "enviada especial"),
        ("By Jane Doe in Washington", "location", "Washington"),
        ("Von Erika Muster, Berlin", "location", "Berlin"),
        ("홍길동 기자 hong@example.com", "email", "hong@example.com"),
        ("Jane Doe (@janedoe)", "handle", "@janedoe"),
    ],
)
def test_details_beside_a_name(raw, detail, value):
    authors = parse_byline(raw, SIGNER)
    assert len(authors) == 1
    assert getattr(authors[0], detail) == value


def test_trusted_field_takes_lower_case():
    assert parse_byline("jane doe") == ()
    assert [a.name for a in parse_byline("jane doe", trusted=True)] == ["Jane Doe"]


def test_same_name_in_two_forms_is_one_author():
    authors = parse_byline("José García, JOSE GARCIA")
    assert [a.name for a in authors] == ["José García"]


@FIXED
@given(st.text(max_size=500))
def test_no_string_breaks_the_parser(text):
    for author in parse_byline(text, SIGNER):
        assert author.name.strip()
        assert author.kind in AuthorKind


@FIXED
@given(st.text(max_size=80))
def test_printing_a_name_twice_changes_nothing(name):
    once = print_name(name, load_lexicons())
    assert print_name(once, load_lexicons()) == once


@FIXED
@given(st.text(max_size=80))
def test_folding_twice_changes_nothing(name):
    assert fold_name(fold_name(name)) == fold_name(name)


@FIXED
@given(st.lists(st.sampled_from(["Jane Doe", "JANE DOE", "John Smith", "Ana García"]), max_size=6))
def test_merging_twice_changes_nothing(names):
    authors = [a for name in names for a in parse_byline(name)]
    once = merge_authors(authors)
    assert merge_authors(once) == once
