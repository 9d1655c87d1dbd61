"""Phrases in search: what is told by one pattern, against all texts split into words."""

import random

import duckdb
import pytest

from tests.warehouse.test_search import fill, names, write
from warehouse.migrate import migrate

# Letters of most scripts and what makes splitting and folding hard.
PIECES = """
the press free of a an Straße STRASSE strasse maß œuvre oeuvre thé the þe
e\u0301te été ete l'homme l’État d'un un homme Ann's rock'n'roll O'Brien o'b
wasn't K\u212aelvin İstanbul istanbul ışık isik ёлка елка й и\u0306 й Йод ГРАД
град Київ ї ΟΔΟΣ οδος ὁδός ἀρχή أحمد احمد المدينة المدينه ا\u0653 کتاب كتاب ١٢٣
123 １２３ ａｂ ab हिन्दी की élève 中国经济 国经 经济 京 人々の 々 ニュース か\u3099 が カ가 한국어
\u1112\u1161\u11ab 한\u11a8 สวัสดี สวั co\u00adop coop ze\u200bro كـتاب ½ x² 90's
5'4 a_b ə Հայ \u0301 ὅ ǂǂ abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuv
"""
GAPS = (
    *(" " * 8), "", "", ", ", "-", "\n\n", "’s ", "'s ", " l'", " d’", "、", "。", " – ", "“", "” ",
    "'", "\u00a0", "|", " ?",
)  # fmt: skip


def invent(rng, length):
    pieces = PIECES.split()
    return "".join(rng.choice(pieces) + rng.choice(GAPS) for _ in range(length))


def cut(rng, text):
    """A part of a text as somebody might ask for it: in other cases, with other gaps."""
    start = rng.randrange(len(text))
    part = text[start : start + rng.randint(1, 25)].replace('"', "")
    if rng.random() < 0.3:
        part = rng.choice([str.upper, str.lower])(part)
    if rng.random() < 0.3:
        part = part.replace(rng.choice(GAPS) or "x", rng.choice(GAPS))
    return part.translate(dict.fromkeys(map(ord, "“”„«»＂"), " "))


# The definition: all words of the text, beside what finds most of it sooner.
CHECK = """
select text, form, found, contains(search_text(text), form) as there,
       found <> '' and contains(search_plain_text(found), form) as sure
from (
    select text, form, regexp_extract(text, search_phrase_pattern($asked)) as found
    from (select unnest($texts) as text), search_asked($asked) where kind = 'phrase'
)
"""


@pytest.fixture(scope="module")
def macros():
    with duckdb.connect(":memory:") as connection:
        migrate(connection)
        yield connection


@pytest.mark.parametrize(
    ("seed", "phrases"), [(0, 40), *(pytest.param(n, 400, marks=pytest.mark.slow) for n in (1, 2))]
)
def test_the_pattern_misses_no_phrase_and_nothing_is_sure_that_is_not(macros, seed, phrases):
    rng = random.Random(seed)
    texts = [invent(rng, rng.randint(1, 12)) for _ in range(300)]
    found = 0
    for _ in range(phrases):
        sign = rng.choice(["", "", "-"])
        asked = f'{sign}"{cut(rng, rng.choice(texts))}"'
        rows = macros.execute(CHECK, {"asked": asked, "texts": texts}).fetchall()
        missed = [row for row in rows if row[3] and row[2] == ""]
        assert not missed, (asked, missed[0])
        wrong = [row for row in rows if row[4] and not row[3]]
        assert not wrong, (asked, wrong[0])
        found += sum(row[4] is True for row in rows)
    assert found > phrases / 4


def test_most_texts_without_a_phrase_are_told_by_the_pattern(macros):
    words = ["wind", "rain", "storm", "road", "bridge", "tax", "vote", "train", "strike", "ship"]
    rng = random.Random(0)
    texts = [" ".join(rng.choices(words, k=60)) for _ in range(300)]
    for asked in ('"rain storm tax"', '"wind bridge, strike"', 'x -"ship vote tax"'):
        rows = macros.execute(CHECK, {"asked": asked, "texts": texts}).fetchall()
        told = [row for row in rows if (row[2] != "") == row[3]]
        assert len(told) >= 0.95 * len(rows), asked


BODIES = {
    "a": "The free press is free. L'homme d’État, Ann's own goal. 中国经济增长",
    "b": "Press the free, own it: a goal. Free “press” of a state, own man. 经济 中国",
    "c": "Free\n\npress—and its own goals; ete 中国、国经、经济",
    "d": "É́té: free pre\u00adss and of own goal",
}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ('"free press"', "abcd"),
        ('"own goal"', "ad"),
        ('"free press" "own goal"', "ad"),
        ('"free press" -"own goal"', "bc"),
        ('press -"own goal" -"of a state"', "c"),
        ('press -"press is"', "bcd"),
        ('"homme etat"', "a"),
        ('"中国经济"', "ac"),
        ('"中国 经济"', ""),
        ('press -"国经"', "bd"),
        ('"" "free press" -"state own"', "acd"),
        ("press -free-press", ""),
        ('"ann own"', "a"),
    ],
)
def test_phrases_are_found_however_they_are_written(writer, asked, found):
    fill(writer, *(write(name, body, language=None) for name, body in BODIES.items()))
    assert "".join(sorted(names(writer, asked))) == found
