import time

import pytest

from tasks.text.captions import compose
from tasks.text.credit_tails import TAILS, Tail, split_tail
from tasks.text.credits import is_credit_line


@pytest.mark.parametrize("tail", TAILS, ids=lambda tail: tail.hit)
def test_every_tail_hits_its_example_and_misses_the_other(tail: Tail):
    match = tail.pattern.match(tail.hit)
    assert match is not None
    assert tail.test is None or tail.test(match["credit"])
    assert split_tail(tail.hit) is not None
    assert split_tail(tail.miss) is None


@pytest.mark.parametrize(
    ("printed", "text", "credit"),
    [
        ("The quay at dusk. Jan von Muster/dpa", "The quay at dusk.", "Jan von Muster/dpa"),
        ("The quay at dusk - Jane Doe/AFP", "The quay at dusk", "Jane Doe/AFP"),
        ("The quay at dusk Jane Doe/Getty Images", "The quay at dusk", "Jane Doe/Getty Images"),
        ("The quay at dusk. (Jane Doe for The Post)", "The quay at dusk.", "Jane Doe for The Post"),
        ("The quay (Port News: Jane Doe)", "The quay", "Port News: Jane Doe"),
        ("항구를 찾은 시장. 연합뉴스 제공", "항구를 찾은 시장.", "연합뉴스 제공"),
        (
            "港を訪れた市長＝1日、東京都、山田太郎撮影",
            "港を訪れた市長＝1日、東京都",
            "山田太郎撮影",
        ),
        ("市长在港口。（新华社发）", "市长在港口。", "新华社发"),
    ],
)
def test_a_caption_ends_in_a_credit_without_a_word_for_it(printed, text, credit):
    caption = compose(printed, None, None, None)
    assert caption is not None
    assert (caption.text, caption.credit) == (text, credit)


@pytest.mark.parametrize(
    "printed",
    [
        "Left to right: Jane Doe, Ada Quell and Ivo Marlen",
        "The quay at dusk – and the crane at dawn",
        "The mayor with and/or without her chain of office",
        "Das Foto zeigt den Hafen im Jahr 1931",
        "The blankets were handed out by the council",
    ],
)
def test_a_caption_that_ends_otherwise_stays_whole(printed):
    caption = compose(printed, None, None, None)
    assert caption is not None
    assert (caption.text, caption.credit) == (printed, None)


@pytest.mark.parametrize("printed", ["The quay at dusk. (Jane Doe for {}!)", "A {}! / dpa"])
def test_a_word_with_many_hyphens_takes_no_time(printed):
    text = printed.format("A-" * 25)
    is_credit_line("dpa")
    began = time.process_time()
    assert compose(text, None, None, None) is not None
    assert not is_credit_line(text)
    assert time.process_time() - began < 0.5
