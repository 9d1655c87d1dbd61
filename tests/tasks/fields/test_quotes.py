"""Direct speech and its speakers. Everybody and every outlet here is invented."""

import time
from itertools import permutations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.fields.speech.quotes import find_quotes
from tasks.fields.speech.sayings import load_sayings
from tasks.fields.speech.scripts import read_attribution
from tests.tasks.fields.speech import CASES, NO_SPEECH


@pytest.mark.parametrize(("language", "body", "expected"), CASES)
def test_speech_and_speakers(language, body, expected):
    found = find_quotes(body, language)
    assert [(quote.text, quote.speaker) for quote in found] == expected


@pytest.mark.parametrize(("language", "body"), NO_SPEECH)
def test_marks_around_what_nobody_says(language, body):
    assert find_quotes(body, language) == ()


def test_a_broken_quotation_goes_on():
    body = "“We will rebuild the pier,” Ada Brook said, “because the island needs it.”"
    first, second = find_quotes(body, "en")
    assert (first.goes_on, second.goes_on) == (False, True)
    assert (first.speaker, second.speaker) == ("Ada Brook", "Ada Brook")


def test_a_second_sentence_does_not_go_on():
    body = "“We will rebuild the pier,” Ada Brook said. “The island needs it.”"
    assert [quote.goes_on for quote in find_quotes(body, "en")] == [False, False]


def test_every_paragraph_of_a_long_quotation_is_an_entry():
    body = (
        "Ada Brook said in a letter: “The pier has stood for ninety years.\n\n"
        "“It will stand for ninety more.”"
    )
    found = find_quotes(body, "en")
    assert [quote.text for quote in found] == [
        "The pier has stood for ninety years.",
        "It will stand for ninety more.",
    ]
    assert [(quote.speaker, quote.goes_on) for quote in found] == [
        ("Ada Brook", False),
        ("Ada Brook", True),
    ]


def test_how_the_speaker_is_printed_and_the_verb():
    body = "Ivo Marlen runs the ferry. “It is too slow,” he complained on Monday."
    (quote,) = find_quotes(body, "en")
    assert (quote.speaker, quote.speaker_raw, quote.verb) == ("Ivo Marlen", "he", "complained")
    assert quote.rule == "quote.after"


def test_an_attribution_beside_it_is_surer_than_the_last_speaker():
    body = "“It is too slow for us,” Ivo Marlen said. “We have told them for many years.”"
    beside, carried = find_quotes(body, "en")
    assert 1 >= beside.confidence > carried.confidence > 0.5


def test_a_known_person_lends_the_full_name():
    body = "“It is far too slow for us,” Marlen said."
    assert find_quotes(body, "en")[0].speaker == "Marlen"
    assert find_quotes(body, "en", ["Ivo Marlen"])[0].speaker == "Ivo Marlen"


def test_no_marks_no_quotes():
    assert find_quotes("Ada Brook said that the pier would be rebuilt.", "en") == ()
    assert find_quotes("", None) == ()


def test_the_words_of_speech_are_there_for_many_languages():
    languages = ["en", "de", "fr", "es", "pt", "it", "nl", "tr", "pl", "ru", "ar", "zh", "ja", "ko"]
    assert all(load_sayings(language).language == language for language in languages)
    assert all(
        load_sayings(language).say and load_sayings(language).roles for language in languages
    )
    assert load_sayings("xx").say == load_sayings(None).say == load_sayings("en").say


PIECES = [
    '"',
    "“",
    "”",
    "„",
    "«",
    "»",
    "'",
    "‘",
    "’",
    "—",
    "– ",
    "「",
    "」",
    "『",
    "\n",
    "\n\n",
    ": ",
    ", ",
    ". ",
    "said ",
    "sagte ",
    "Ada Brook",
    "he ",
    "the minister ",
    "дом ",
    "と話した",
    "5'4\"",
    "говорит ",
    "a",
    " ",
    "...",
    "(",
    ")",
    "according to ",
    "\u202b",
    "\x00",
    "İ",
    "ß",
]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=60).map("".join),
    st.sampled_from(["en", "de", "fr", "es", "pl", "ru", "no", "tr", "ar", "zh", "ja", "ko", None]),
)
@example("“", "en")
@example('"a said b', "en")
def test_no_string_breaks_it(body, language):
    end = 0
    for quote in find_quotes(body, language):
        assert 0 <= end <= quote.start < quote.end <= len(body)
        assert quote.text == body[quote.start : quote.end]
        assert 0 < quote.confidence <= 1
        end = quote.end


@pytest.mark.parametrize(
    "piece",
    ['"', "“", "„", "«", "»", "'a", "’ ", "「", "— ", '“Yes," said Bo. ', " «a b c d e", "A "],
)
@pytest.mark.parametrize("language", ["en", "fr", "ru", "ja"])
def test_a_long_text_takes_no_longer_a_character(piece, language):
    def cost(times):
        body = piece * times + '"'
        began = time.process_time()
        find_quotes(body, language)
        return time.process_time() - began

    cost(100)
    assert cost(100_000 // len(piece)) < 4


def test_the_first_of_several_verbs_is_told_however_a_set_is_ordered():
    sayings = load_sayings("ja")
    for first, second in permutations(("述べ", "語", "強調", "批判"), 2):
        told, said = read_attribution("", f"と{first}、{second}た。", "田中氏は笑った。", sayings)
        assert said and told is not None and told.verb == first
