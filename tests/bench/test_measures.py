"""The measures, on cases small enough to count by hand."""

import pytest

from bench.quality.fields import (
    match_authors,
    match_day,
    match_instant,
    match_titles,
    measure_authors,
)
from bench.quality.rouge import find_common, list_truths, score_rouge, split_sentences
from bench.quality.segments import Segments, balance_segments, count_segments
from bench.quality.shingles import Balance, Match, balance_matches, match_bodies


def test_shingles_of_a_body_that_goes_on_too_long():
    # Wanted: abcd bcde. Got: abcd bcde cdef defg.
    assert match_bodies("a b c d e", "a, b. c\n\nd e f g") == Match(2 / 4, 2 / 2, exact=False)


def test_shingles_count_as_often_as_both_sides_have_them():
    assert match_bodies("a a a a a", "a a a a a a a") == Match(2 / 4, 1.0, exact=False)


def test_punctuation_and_breaks_are_no_words():
    assert match_bodies("So, it goes: on.", "So it\n\ngoes on") == Match(1.0, 1.0, exact=True)


def test_a_text_of_fewer_words_than_a_shingle_is_one():
    assert match_bodies("a b", "a b") == Match(1.0, 1.0, exact=True)
    assert match_bodies("a b", "a b c") == Match(0.0, 0.0, exact=False)


def test_a_side_without_words_is_left_out_of_its_mean():
    empty = match_bodies("a b c d", "…")
    assert empty == Match(None, 0.0, exact=False)
    balance = balance_matches([empty, Match(0.5, 1.0, exact=False)])
    assert balance == Balance(0.5, 0.5)
    assert Balance(1.0, 0.5).f1 == pytest.approx(2 / 3)
    assert balance_matches([empty]).f1 == 0.0


def test_segments_are_counted_over_all_pages_together():
    page = count_segments(
        ["the  bridge", "a toll", "gone"], ["Read more", "©"], "The the\nbridge a toll. Read more"
    )
    assert page == Segments(kept=2, lost=1, leaked=1)
    balance = balance_segments([page, Segments(1, 3, 0)])
    assert balance == Balance(precision=3 / 4, recall=3 / 7)
    assert balance_segments([]).f1 == 0.0


def test_the_longest_common_subsequence_of_two_sentences():
    assert find_common(tuple("abcbdab"), tuple("bdcaba")) in (
        {1, 2, 3, 5},
        {1, 3, 5, 6},
        {1, 2, 5, 6},
        {1, 4, 5, 6},
    )
    assert find_common(tuple("abc"), tuple("xyz")) == set()
    assert find_common(tuple("xaybz"), tuple("ab")) == {1, 3}


def test_of_two_equal_subsequences_the_walk_backwards_decides():
    assert find_common(tuple("ab"), tuple("ba")) == {0}
    assert find_common(tuple("aba"), tuple("a")) == {2}


def find_longest(one: str, other: str) -> int:
    """The length of the LCS by its definition."""
    if not one or not other:
        return 0
    if one[-1] == other[-1]:
        return 1 + find_longest(one[:-1], other[:-1])
    return max(find_longest(one[:-1], other), find_longest(one, other[:-1]))


@pytest.mark.parametrize("one", ["abcab", "bbaac", "cabba", "aaaaaa", "abcdef"])
@pytest.mark.parametrize("other", ["acbbca", "bac", "a", "fedcba", "abcabcab"])
def test_it_is_as_long_as_by_its_definition(one, other):
    places = find_common(tuple(one), tuple(other))
    assert len(places) == find_longest(one, other)
    rest = iter(other)
    assert all(one[place] in rest for place in sorted(places))


def test_sentences_do_not_end_after_an_abbreviation_or_an_initial():
    text = 'Dr. Ann B. Cole said so. "No," he said. then 5 left. 6 came.'
    assert [len(words) for words in split_sentences(text)] == [6, 6, 2]


def test_rouge_unites_what_several_sentences_share_with_one():
    # Lin (2004): w1..w5 against "w1 w2 w6 w7 w8" and "w1 w3 w8 w9 w5": the union is w1 w2 w3 w5.
    found = "W1 w2 w6 w7 w8. W1 w3 w8 w9 w5."
    assert score_rouge(["W1 w2 w3 w4 w5."], found) == pytest.approx(2 * 4 / (5 + 10))


def test_a_word_found_once_is_a_hit_once():
    assert score_rouge(["Ann went. Ann came."], "Ann went.") == pytest.approx(2 * 2 / (4 + 2))


def test_rouge_takes_the_truth_that_fits_best():
    truths = list(list_truths(["One two.", "Three four.", "Five."], [0, 2]))
    assert truths == [
        "One two.\n\nThree four.\n\nFive.",
        "Three four.\n\nFive.",
        "One two.\n\nThree four.",
        "Three four.",
    ]
    assert score_rouge(truths, "Three four.") == 1.0
    assert score_rouge(truths[:1], "Three four.") == pytest.approx(2 * 2 / (5 + 2))


def test_many_optional_paragraphs_go_all_or_none():
    paragraphs = list("abcdef")
    assert list(list_truths(paragraphs, [0, 1, 2, 3, 4])) == ["\n\n".join(paragraphs), "f"]


def test_rouge_of_nothing_is_nothing():
    assert score_rouge(["Words."], "") == 0.0
    assert score_rouge([""], "Words.") == 0.0


def test_titles_differ_by_words_and_not_by_printing():
    assert match_titles("“It’s late” – 5 o’clock…", "\"It's  late\" - 5 o'clock...") is True
    assert match_titles("Late", "late") is False
    assert match_titles("Late", None) is False
    assert match_titles(None, "Late") is None


def test_authors_are_sets_of_names_without_accents():
    page = match_authors(
        ["José Núñez", "O'Neil, A.", "Eva Groß"], ["jose nunez", "EVA GROSS", "Desk"]
    )
    assert (page.right, page.wrong, page.missing, page.same) == (2, 1, 1, False)
    unsigned = match_authors([], ["Desk"])
    assert not unsigned.signed
    assert match_authors([], None).same
    assert match_authors(None, ["Desk"]) is None
    assert measure_authors([page, unsigned]) == pytest.approx(2 * 2 / (2 * 2 + 2 + 1))
    assert measure_authors([]) is None


@pytest.mark.parametrize(
    ("truth", "found", "day", "instant"),
    [
        ("2026-03-09", "2026-03-09", True, None),
        ("2026-03-09", "2026-03-09T23:59:00+09:00", True, None),
        ("2026-03-09T00:30:00+01:00", "2026-03-08T23:30:00Z", True, True),
        ("2026-03-09T00:30:10+01:00", "2026-03-09 00:30:50+01:00", True, True),
        ("2026-03-09T00:30:00+01:00", "2026-03-08", False, False),
        ("2026-03-09T00:30:00+01:00", "2026-03-09T00:30", True, False),
        ("2026-03-09T10:00:00Z", "2026-03-09T11:00:00Z", True, False),
        ("2026-03-09T10:00:00Z", "yesterday", False, False),
        ("2026-03-09T10:00:00Z", None, False, False),
        (None, "2026-03-09", None, None),
    ],
)
def test_days_and_instants(truth, found, day, instant):
    assert (match_day(truth, found), match_instant(truth, found)) == (day, instant)


def test_a_truth_that_is_no_time_is_an_error_of_the_corpus():
    with pytest.raises(ValueError, match="yesterday"):
        match_day("yesterday", "2026-03-09")
