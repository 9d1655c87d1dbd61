import re

from hypothesis import given
from hypothesis import strategies as st

from tasks.text.shape import count_words, squeeze

LATIN = st.text(st.characters(max_codepoint=0x24F), max_size=40)


@given(LATIN)
def test_words_of_spaced_scripts_are_runs_of_letters_and_digits(text: str) -> None:
    assert count_words(text) == len(re.findall(r"\w+", text))


def test_scripts_without_spaces_count_two_characters_a_word() -> None:
    assert count_words("港の工事") == 2
    assert count_words("“The quay” 港の工事") == 4
    assert count_words("항구 공사") == 2


@given(LATIN)
def test_squeezed_texts_are_letters_and_digits_in_small_letters(text: str) -> None:
    assert squeeze(text) == "".join(filter(str.isalnum, text)).casefold()
