"""Which paragraphs differ between two texts, and which words."""

from __future__ import annotations

import random
import time

import pytest

from warehouse.differences import (
    Difference,
    compare_paragraphs,
    count_words,
    cut_words,
    fold_line,
    keep_order,
    split_paragraphs,
)

FERRY = "The ferry leaves the harbour at nine in the morning."
LATER = "The ferry leaves the harbour at ten in the morning."
CREW = "Its crew of five was hired in Northquay."
FARE = "A crossing costs four crowns, children travel free."


def compare(before: list[str], after: list[str], template: frozenset[str] = frozenset()):
    bodies = ("\n\n".join(before), "\n\n".join(after))
    return compare_paragraphs(*(split_paragraphs(body, template) for body in bodies))


def kinds(before: list[str], after: list[str]) -> list[tuple[str, int | None, int | None]]:
    return [one[:3] for one in compare(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("abc", "abc", []),
        ("", "a", [("added", None, 0)]),
        ("a", "", [("removed", 0, None)]),
        ("ad", "abcd", [("added", None, 1), ("added", None, 2)]),
        ("abcd", "ad", [("removed", 1, None), ("removed", 2, None)]),
        ("abcde", "bcdea", [("moved", 0, 4)]),
        ("eabcd", "abcde", [("moved", 0, 4)]),
        ("abc", "axc", [("removed", 1, None), ("added", None, 1)]),
        ("aab", "ab", [("removed", 1, None)]),
        ("ab", "aab", [("added", None, 1)]),
    ],
)
def test_paragraphs_by_letter(before, after, expected):
    assert kinds(list(before), list(after)) == expected


def test_a_paragraph_with_other_words_is_a_change():
    assert compare([FERRY, CREW], [LATER, CREW]) == [Difference("changed", 0, 0, FERRY, LATER)]


def test_what_is_rewritten_was_removed_and_added():
    assert kinds([FERRY, CREW], [FARE, CREW]) == [("removed", 0, None), ("added", None, 0)]


def test_changes_are_paired_in_order_whatever_came_between():
    before, after = [FERRY, CREW], [FARE, LATER, CREW.replace("five", "six")]
    assert kinds(before, after) == [("added", None, 0), ("changed", 0, 1), ("changed", 1, 2)]


def test_what_was_removed_stands_where_it_was():
    assert kinds([FERRY, CREW, FARE], [LATER, FARE]) == [("changed", 0, 0), ("removed", 1, None)]


def test_template_lines_are_no_difference_and_count_as_places():
    prompt = "Read more of our COVERAGE, every day!"
    template = frozenset({fold_line("Read more of our coverage every day")})
    assert compare([FERRY, prompt, CREW], [FERRY, CREW], template) == []
    assert compare([FERRY, prompt, CREW], [FERRY], template) == [
        Difference("removed", 2, None, CREW, None)
    ]


def test_words_count_once_wherever_they_went():
    assert count_words(compare([FERRY, CREW], [LATER, CREW])) == (1, 1)
    assert count_words(compare([FERRY, CREW], [CREW, FERRY])) == (0, 0)
    assert count_words(compare([FERRY], [FERRY, CREW])) == (8, 0)


def test_scripts_without_spaces_are_counted_by_character():
    assert cut_words("图书馆2号 opens") == ["图", "书", "馆", "2", "号", "opens"]
    before, after = "图书馆今天上午九点开门。", "图书馆今天上午十点开门。"
    assert compare([before], [after])[0].kind == "changed"
    assert count_words(compare([before], [after])) == (1, 1)
    assert cut_words("l’été don't") == ["l’été", "don't"]


@pytest.mark.parametrize("seed", range(300))
def test_differences_make_the_new_text_of_the_old_one(seed):
    rng = random.Random(seed)
    before = [rng.choice("abcdef") for _ in range(rng.randrange(12))]
    after = [rng.choice("abcdefg") for _ in range(rng.randrange(12))]
    found = compare(before, after)
    gone = {one.position_before for one in found if one.position_before is not None}
    stay = iter([text for place, text in enumerate(before) if place not in gone])
    came = {one.position_after: one.after for one in found if one.position_after is not None}
    assert [came[place] if place in came else next(stay) for place in range(len(after))] == after
    assert next(stay, None) is None
    assert all(before[one.position_before] == one.before for one in found if one.before)


@pytest.mark.parametrize("seed", range(50))
def test_the_longest_order_is_kept(seed):
    rng = random.Random(seed)
    places = rng.sample(range(8), 8)
    kept = [places[index] for index in keep_order(places)]
    assert kept == sorted(kept)
    assert len(kept) == max(
        bin(mask).count("1")
        for mask in range(256)
        if is_rising([place for bit, place in enumerate(places) if mask >> bit & 1])
    )


def is_rising(numbers: list[int]) -> bool:
    return numbers == sorted(numbers)


def test_a_long_text_that_was_rewritten_costs_little():
    rng = random.Random(1)
    words = [f"w{number}" for number in range(500)]
    texts = [" ".join(rng.choices(words, k=20)) for _ in range(4_000)]
    mixed = [text + " more" for text in rng.sample(texts, len(texts))]
    begun = time.process_time()
    assert len(compare(texts, mixed)) == 8_000
    assert len(compare(texts, rng.sample(texts, len(texts)))) > 3_000
    assert time.process_time() - begun < 3
