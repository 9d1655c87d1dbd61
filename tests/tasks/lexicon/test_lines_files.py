from importlib.resources import files

import pytest

from tasks.lexicon.lines import FILES, load_examples, load_phrases, load_rows, normalise
from tasks.text.class_words import Marks, read_marks
from tasks.text.dates import is_date_line
from tasks.text.shape import read_shape
from tasks.text.verdict import kind_of_title

LANGUAGES = {"en", "de", "fr", "es", "pt", "it", "nl", "tr", "pl", "ru", "ar", "zh", "ja", "ko"}


def all_files():
    folder = files("tasks.lexicon")
    return sorted(p.name for p in folder.iterdir() if p.name.startswith("lines_"))


@pytest.mark.parametrize("name", FILES)
def test_every_file_knows_its_hits_and_not_its_misses(name):
    hits, misses = (load_examples(f"lines_{name}.tsv", kind) for kind in ("hit", "miss"))
    assert hits and misses
    for hit in hits:
        assert name in load_phrases().find(normalise(hit)), hit
    for miss in misses:
        if name not in ("byline_prefixes", "updated", "credit"):
            assert name not in load_phrases().find(normalise(miss)), miss


@pytest.mark.parametrize("name", FILES)
def test_every_file_speaks_fourteen_languages(name):
    assert {row[0] for row in load_rows(f"lines_{name}.tsv")} >= LANGUAGES


@pytest.mark.parametrize("name", FILES)
def test_every_phrase_says_how_it_is_looked_for(name):
    for _language, how, phrase, *_examples in load_rows(f"lines_{name}.tsv"):
        assert how in ("whole", "start", "head", "end", "part"), (name, how)
        assert normalise(phrase), (name, phrase)


def finds(line):
    return load_phrases().find(normalise(line))


@pytest.mark.parametrize(
    "line",
    [
        "اقرأ أيضاً: استقالة رئيس البلدية",
        "إقرأ ايضا: استقالة رئيس البلدية",
        "اِقْرَأ أَيْضًا: استقالة رئيس البلدية",
        "اقـــرأ أيضا: استقالة رئيس البلدية",
        "\u200fاقرأ أيضا: استقالة رئيس البلدية\u200f",
        "\u2067اقرأ\u2069 أيضا: استقالة رئيس البلدية",
        "ﺍﻗﺮﺃ ﺃﻳﻀﺎ: استقالة رئيس البلدية",
        "LEGGI ANCHE: La sindaca si dimette",
        "A LIRE AUSSI : la maire démissionne",
        "A\u0300 lire aussi : la maire démissionne",
        "ЧИТАЙТЕ ТАКЖЕ: мэр уходит",
        "İLGİLİ HABER: Başkan istifa etti",
        "【写真】増水した川",
        "［관련기사］ 시장 사퇴",
        "相关阅读丨市长辞职",
    ],
)
def test_one_phrase_in_many_spellings(line):
    assert "related" in finds(line)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("写真は東京駅で撮られた。", "related"),
        ("文化部长周一访问了大桥", "byline_prefixes"),
        ("版权所有者提起诉讼。", "legal"),
        ("图书馆周一关闭", "credit"),
        ("사진 속 인물은 시장이다", "credit"),
        ("اقرأوا الرسالة", "related"),
    ],
)
def test_unspaced_words_that_only_begin_alike(line, name):
    assert name not in finds(line)


@pytest.mark.parametrize("line", ["文／王小明", "文 王小明", "文・山田太郎", "글: 김예시"])
def test_a_phrase_of_one_character(line):
    assert "byline_prefixes" in finds(line)


def test_capitals_of_turkish():
    assert "related" in finds("SIRADAKİ HABER") and "related" in finds("Sıradaki haber")


def test_calendar_examples():
    name = "lines_calendar.tsv"
    assert all(is_date_line(read_shape(hit)) for hit in load_examples(name, "hit"))
    assert not any(is_date_line(read_shape(miss)) for miss in load_examples(name, "miss"))


def test_class_words_name_marks_only():
    for mark, word in load_rows("lines_class_words.tsv"):
        assert hasattr(Marks, mark.upper()), mark
        assert read_marks(word) & getattr(Marks, mark.upper())
    assert read_marks("relatedStories box") & Marks.RELATED
    assert not read_marks("correlated unauthored") & (Marks.RELATED | Marks.BYLINE)


def test_titles_of_what_is_no_article():
    name = "lines_not_articles.tsv"
    assert all(kind_of_title(hit) for hit in load_examples(name, "hit"))
    assert not any(kind_of_title(miss) for miss in load_examples(name, "miss"))


def test_no_lexicon_file_is_forgotten():
    known = {f"lines_{name}.tsv" for name in FILES}
    known |= {"lines_calendar.tsv", "lines_class_words.tsv", "lines_not_articles.tsv"}
    assert set(all_files()) == known


def test_unspaced_phrases_are_found_inside_words():
    assert "legal" in load_phrases().find(normalise("本网站内容未经授权不得转载"))
