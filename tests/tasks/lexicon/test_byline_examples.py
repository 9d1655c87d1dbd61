"""Every word of the byline and date lexicons is tried in a line of its language, through the parser
that uses it, and once where it is only part of a longer word or name."""

from __future__ import annotations

import pytest

from tasks.fields.bylines.lexicons import load_lexicons
from tasks.fields.bylines.names import parse_byline
from tasks.fields.times.calendar import load_calendar
from tasks.fields.times.stamps import parse_stamp
from tasks.fields.urls import is_tracking
from tasks.lexicon.lines import load_rows
from tasks.model import AuthorKind
from tasks.text.class_words import NO_MARKS, Marks, read_marks
from tasks.text.dates import is_date_line
from tasks.text.shape import read_shape
from tasks.text.verdict import kind_of_title

# Two invented people a language.
PEOPLE = {
    "en": ("Anna Example", "Max Sample"),
    "de": ("Erika Muster", "Max Beispiel"),
    "fr": ("Jeanne Exemple", "Paul Modèle"),
    "es": ("Ana Ejemplo", "Luis Muestra"),
    "pt": ("Ana Exemplo", "Luís Amostra"),
    "it": ("Anna Esempio", "Mario Modello"),
    "nl": ("Jan Voorbeeld", "Piet Model"),
    "tr": ("Ayşe Örnek", "Ali Deneme"),
    "pl": ("Jan Przykład", "Ewa Wzorowa"),
    "ru": ("Иван Примеров", "Анна Образцова"),
    "ar": ("منى مثال", "سامي نموذج"),
    "zh": ("王小明", "李小红"),
    "ja": ("山田太郎", "鈴木花子"),
    "ko": ("김예시", "박보기"),
    "*": ("Anna Example", "Max Sample"),
}
HAN = ("zh", "ja")
UNSPACED = ("zh", "ja", "ko")
# What makes a longer word of any word: letters that end none.
TAILS = {"ru": "ек", "ar": "وك", "zh": "太", "ja": "太", "ko": "랑"}


def words_of(kind):
    for found, language, *words in load_rows("bylines.tsv"):
        if found == kind and language in PEOPLE:
            yield from ((language, word) for word in words)


def forms_of(name):
    for language, *forms in load_rows(f"{name}.tsv"):
        if language in PEOPLE:
            yield from ((language, form) for form in forms)


def roles():
    """The roles, those that end a longer word with one before them."""
    for language, role in forms_of("roles"):
        yield language, f"haupt{role[1:]}" if role[0] == "-" else role


def each_language(pairs):
    """A test for each language, of all its words: to collect thousands of tests costs more than to
    run them."""
    grouped = {}
    for language, word in pairs:
        grouped.setdefault(language, []).append(word)
    return pytest.mark.parametrize(("language", "words"), grouped.items(), ids=grouped)


def capital(word):
    return word[:1].upper() + word[1:]


def names(line):
    return [author.name for author in parse_byline(line)]


def people(line):
    return [a.name for a in parse_byline(line) if a.kind is AuthorKind.PERSON]


def grow(language, word):
    return word.rstrip(".:") + TAILS.get(language, "ek")


@each_language([*words_of("prefix"), *words_of("title")])
def test_what_stands_before_a_name(language, words):
    for word in words:
        name = PEOPLE[language][0]
        assert names(f"{capital(word)} {name}") == [name]


@each_language([pair for pair in words_of("prefix") if pair[1].isalpha()])
def test_a_name_that_only_begins_like_a_prefix(language, words):
    for word in words:
        if language not in UNSPACED:
            name = f"{capital(grow(language, word))} {PEOPLE[language][0].split()[-1]}"
            assert people(name) == [name]


@each_language(words_of("join"))
def test_what_joins_two_names(language, words):
    for word in words:
        both = list(PEOPLE[language])
        assert names(f"{both[0]} {word} {both[1]}") == both


@each_language([pair for pair in words_of("join") if " " not in pair[1]])
def test_a_join_inside_a_name_joins_nothing(language, words):
    for word in words:
        name = f"王{word}平" if language in HAN else f"{PEOPLE[language][0]}{word}"
        assert len(names(name)) == 1


@each_language(words_of("suffix"))
def test_what_stands_behind_a_name(language, words):
    for word in words:
        name = PEOPLE[language][0]
        gap = "" if language in HAN else " "
        assert names(f"{name}{gap}{word}") == [name]


@each_language(words_of("end"))
def test_what_ends_a_byline(language, words):
    for word in words:
        name = PEOPLE[language][0]
        assert names(f"{name} {word} x") == [name]


@each_language([w for w in words_of("end") if w[0] not in UNSPACED and w[1].isalpha()])
def test_a_surname_that_only_begins_like_an_end(language, words):
    for word in words:
        name = f"{PEOPLE[language][0].split()[0]} {capital(grow(language, word))}"
        assert people(name) == [name]


@each_language([*words_of("place"), *words_of("apart")])
def test_what_opens_a_place_or_an_employer(language, words):
    for word in words:
        name = PEOPLE[language][0]
        assert people(f"{name} {word} Brennick") == [name]


@each_language(roles())
def test_a_role_beside_a_name(language, words):
    for word in words:
        name = PEOPLE[language][0]
        line = f"{name} {word}" if language in UNSPACED else f"{name}, {word}"
        authors = parse_byline(line)
        assert [author.name for author in authors] == [name], word
        assert language in UNSPACED or authors[0].role == word


@each_language(roles())
def test_a_role_alone_is_nobody(language, words):
    for word in words:
        assert people(capital(word)) == []


@each_language(forms_of("desks"))
def test_a_desk_is_no_person(language, words):
    for form in words:
        lexicons = load_lexicons()
        assert lexicons.find_kind(form) is AuthorKind.DESK
        if " " not in form:
            assert lexicons.find_kind(f"{grow(language, form)}") is None


@pytest.mark.parametrize("row", load_rows("agencies.tsv"), ids=lambda row: row[0])
def test_an_agency_by_each_of_its_names(row):
    for form in row:
        assert [a.kind for a in parse_byline(form)] == [AuthorKind.AGENCY], form
        assert load_lexicons().find_agency(f"{form}ek") is None, form


@each_language(forms_of("nonames"))
def test_what_is_no_name(language, words):
    for form in words:
        assert names(form) == []


@each_language(forms_of("organisations"))
def test_a_word_of_organisations(language, words):
    for word in words:
        lexicons = load_lexicons()
        assert lexicons.is_organisation(f"Brennick {capital(word)}")
        assert not lexicons.is_organisation(f"Brennick {capital(word)}ek")


@pytest.mark.parametrize("row", load_rows("calendar.tsv"), ids=lambda row: f"{row[0]}-{row[1]}")
def test_a_month_by_each_of_its_names(row):
    number, _language, *forms = row
    if number.isdecimal():
        for form in forms:
            stamp = parse_stamp(f"3 {form} 2024")
            meant = {month.number for month in load_calendar().months[form]}
            assert int(number) in meant, form
            assert stamp is not None and stamp.local.month in meant, form
            assert parse_stamp(f"3 {form}ek 2024") is None, form


@pytest.mark.parametrize("row", load_rows("zones.tsv"), ids=lambda row: row[0])
def test_a_zone_by_each_of_its_names(row):
    minutes, *forms = row
    for form in forms:
        stamp = parse_stamp(f"3 May 2024 10:40 {form}")
        assert stamp is not None and stamp.utc is not None, form
        assert stamp.utc.hour * 60 + stamp.utc.minute == (640 - int(minutes)) % 1440, form


def test_months_of_date_lines():
    for kind, *words in load_rows("lines_calendar.tsv"):
        for word in words if kind == "month" else ():
            assert is_date_line(read_shape(f"13 {word} 2024 10:40")), word
            assert not is_date_line(read_shape(f"{capital(word)}ek ate 13 pears and left")), word


def test_titles_of_no_article():
    for kind, phrase in load_rows("lines_not_articles.tsv"):
        assert kind_of_title(capital(phrase)) == kind, phrase
        assert not kind_of_title(f"Mayor reads “{phrase}” aloud"), phrase


def test_class_words_alone_and_inside_others():
    for mark, word in load_rows("lines_class_words.tsv"):
        assert read_marks(f"story-{word}") & getattr(Marks, mark.upper()), word
        assert read_marks(f"q{word}q") == NO_MARKS, word


def test_tracking_names():
    for how, *found in load_rows("tracking.tsv"):
        for name in found:
            assert is_tracking(name if how == "whole" else f"{name}x"), name
            assert not is_tracking(f"q{name}"), name
