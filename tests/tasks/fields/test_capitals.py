"""Words with a capital: where they begin, what stands before them, and the chains they make."""

from __future__ import annotations

import pytest

from tasks.fields.mentions.capitals import list_chains, list_words, look_back


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("said Karim al-Nadir in Oran", ["Karim", "al-Nadir", "Oran"]),
        ("the real-Madrid joke", ["Madrid"]),
        ("al-Nadir and Al-Nadir", ["al-Nadir", "Al-Nadir"]),
        ("il sindaco d'Orvana, dell'Aria", ["Orvana", "Aria"]),
        ("Mara J. Holt's boat", ["Mara", "J.", "Holt"]),
        ("iPhone eBay", []),
    ],
)
def test_words_begin_where_no_letter_stands_before(text, words):
    assert [word for _start, word in list_words(text)] == words
    assert all(text.startswith(word, start) for start, word in list_words(text))


@pytest.mark.parametrize(
    ("before", "first", "word"),
    [
        ("", True, ""),
        ("end.\n", True, ""),
        ("It ended. ", True, "ended."),
        ("mayor ", False, "mayor"),
        ("mayor\u00a0", False, "mayor"),
        ("mayor\t", False, "mayor\t"),
        ("a mayor   ", False, "mayor"),
        ("the (", True, "("),
        ("line\nthe ", False, "the"),
        ("x" * 50 + " ", False, "x" * 29),
    ],
)
def test_what_stands_before_a_word(before, first, word):
    assert look_back(before + "Holt", len(before)) == (first, word)


def test_chains_join_small_words_and_drop_what_says_nothing():
    chains = list_chains("The Bank of Orvana said so. However, Mara Holt left.", "en")
    assert [[word.text for word in chain] for chain in chains] == [
        ["The", "Bank", "Orvana"],
        ["Mara", "Holt"],
    ]
    assert [word.gap for word in chains[0]] == ["", " ", " of "]
