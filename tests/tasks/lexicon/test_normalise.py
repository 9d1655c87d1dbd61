import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tasks.lexicon import lines
from tasks.lexicon.lines import normalise, unify

EDGE = re.compile(r"^[\W_]+|[\W_]+$")
MIXED = st.text(
    st.one_of(st.characters(max_codepoint=0x24F), st.sampled_from("’İıёأىک\u064b\u200b①½Ａﬁ漢_«»")),
    max_size=30,
)


@given(MIXED)
def test_a_line_is_folded_character_by_character_and_trimmed(text: str) -> None:
    folded = text
    if not text.isascii():
        folded = unicodedata.normalize("NFKC", EDGE.sub("", text.translate(lines._FOLD)))
    assert normalise(text) == EDGE.sub("", " ".join(folded.casefold().split()))


@given(MIXED)
def test_letters_that_writers_mix_become_one(text: str) -> None:
    assert unify(text) == text.translate(lines._ALIKE)


def test_examples() -> None:
    assert normalise("» L’Échelle: ") == "l'échelle"
    assert unify("l'échelle") == "l'echelle"
