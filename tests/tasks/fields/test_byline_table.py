"""The table of byline strings (`bylines.tsv`), and what holds for every string."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.fields.bylines.names import parse_byline
from tasks.fields.bylines.signers import Signer
from tests.tasks.fields.pages import FIXED

SIGNER = Signer.of(["Example Times", "example.com"])
DETAILS = ("role", "location", "email", "handle")
LINES = Path(__file__).with_name("bylines.tsv").read_text("utf-8").splitlines()
ROWS = [line.split("\t") for line in LINES if not line.startswith("#")]
TABLE = [(raw.replace("\\n", "\n"), [a for a in authors if a]) for _, raw, *authors in ROWS]
# What bylines are made of, to be joined at random.
PIECES = [
    "By ", "Von ", "文/", "記者 ", "Jane Doe", "JOHN McDONALD", "de la Cruz", "王小明", "山田太郎",
    "記者", "홍길동 기자", "محمد علي", "Иван Петров", " and ", " y ", ", ", "; ", " | ", "/",
    " - ", "\n", "AFP", "(", ")", "【", "】", "=", "Staff Writer", "Newsroom", "Berlin", "J.",
    "jd@example.com", "@jd", "Jr.", "Dr.", "Edited by ", "with files from ", "Foto: ", "O'Neill",
    "Aug 13, 2024", "Updated", "Example Times", "·", "x", "İ", "ß", ".", " ", "1", "Dan ", "\t",
]  # fmt: skip


def show(author):
    told = ((name, getattr(author, name)) for name in DETAILS)
    return f"{author.kind}:{author.name}" + "".join(f"~{n}={v}" for n, v in told if v)


def signed(authors):
    return [(author.name, author.kind) for author in authors]


def test_the_table_is_large_and_of_many_languages():
    assert len(TABLE) >= 200
    assert len({language for language, *_ in ROWS}) >= 14
    assert len({raw for raw, _ in TABLE}) == len(TABLE)


@pytest.mark.parametrize(("raw", "expected"), TABLE, ids=[row[1] for row in ROWS])
def test_bylines(raw, expected):
    assert [show(author) for author in parse_byline(raw, SIGNER)] == expected


@pytest.mark.parametrize("raw", [raw for raw, _ in TABLE], ids=[row[1] for row in ROWS])
def test_printed_names_name_the_same(raw):
    authors = parse_byline(raw, SIGNER)
    printed = "; ".join(author.name for author in authors)
    assert signed(parse_byline(printed, SIGNER)) == signed(authors)


@FIXED
@given(st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES)).map("".join)))
def test_no_string_breaks_the_parser_and_each_name_names_itself(text):
    for author in parse_byline(text, SIGNER):
        assert author.name.strip()
        assert signed(parse_byline(author.name, SIGNER)) == signed([author])


@FIXED
@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_no_name_keeps_marks_breaks_or_contacts(text):
    for author in parse_byline(text, SIGNER):
        assert not set(author.name) & set("\n\t|;@")
        assert author.email is None or "@" in author.email[1:]
        assert author.handle is None or author.handle.startswith("@")
