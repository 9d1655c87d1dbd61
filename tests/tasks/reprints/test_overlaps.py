import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.reprints.kinship import Kinship, judge
from tasks.reprints.overlaps import compare
from tasks.reprints.shingles import make_shingles
from tasks.reprints.signatures import KEYS, make_signature
from tests.tasks.reprints.texts import TEXTS

LANGUAGES = sorted(TEXTS)
STATEMENT = (
    "“We have looked at every drawing and every bill of the past nine years, and nobody in this "
    "house can say today who ordered the second crane, who paid for it, or why it was never used; "
    "we will answer these questions before the summer, in public, and whoever signed the papers "
    "will have to explain the signature to the council and to the people of this town.”"
)
NOTE = (
    "The Velmouth Courier is printed on paper from local mills and read in eleven parishes. You "
    "can reach its newsroom by letter, by telephone, or at the counter in Quay Street every "
    "weekday morning between nine and noon."
)


def judge_texts(a, b, **known):
    return judge(compare(make_shingles(a), make_shingles(b)), **known)


def split(text):
    return text.split("\n\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cut_is_a_reprint_and_its_share_is_that_of_the_cut(language):
    whole = TEXTS[language]
    part = "\n\n".join(split(whole)[: (len(split(whole)) + 1) // 2])
    overlap = compare(make_shingles(whole), make_shingles(part))
    left = make_shingles(part).tokens / make_shingles(whole).tokens
    assert overlap.share_of_b == 1.0
    assert overlap.share_of_a == pytest.approx(left, abs=0.02)
    assert judge(overlap) is Kinship.REPRINT


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reordered_text_is_a_reprint(language):
    text = TEXTS[language]
    assert judge_texts(text, "\n\n".join(reversed(split(text)))) is Kinship.REPRINT


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_of_other_words_share_nothing(language):
    for other in LANGUAGES:
        if other != language:
            assert judge_texts(TEXTS[language], TEXTS[other]) is Kinship.NONE


def test_a_reprint_with_a_local_lead_and_a_new_end():
    lead = "Travellers from Dorrow must look for another way to the islands next summer."
    text = "\n\n".join([lead, *split(TEXTS["en"])[:3]])
    assert judge_texts(TEXTS["en"], text) is Kinship.REPRINT


def test_each_twentieth_word_changed():
    words = TEXTS["en"].split(" ")
    changed = [f"x{n}" if n % 20 == 7 else word for n, word in enumerate(words)]
    assert judge_texts(TEXTS["en"], " ".join(changed)) is Kinship.REPRINT


def test_the_same_template_filled_in_anew_is_no_reprint():
    words = TEXTS["en"].split(" ")
    blanks = random.Random(5)
    other = [f"x{n}" if blanks.random() < 0.13 else word for n, word in enumerate(words)]
    assert compare(make_shingles(TEXTS["en"]), make_shingles(" ".join(other))).share_of_a > 0.65
    assert judge_texts(TEXTS["en"], " ".join(other)) is Kinship.NONE


def test_quoting_the_same_statement_is_no_reprint():
    """Even where it is most of both."""
    a = f"{split(TEXTS['en'])[3]}\n\n{STATEMENT}\n\nThe hall was full."
    b = f"{split(TEXTS['en'])[1]}\n\n{STATEMENT}\n\nMore hearings follow in Carrow."
    overlap = compare(make_shingles(a), make_shingles(b))
    assert min(overlap.share_of_a, overlap.share_of_b) > 0.5
    assert max(overlap.told_of_a, overlap.told_of_b) == 0.0
    assert judge(overlap) is Kinship.NONE


def test_the_same_note_below_is_no_reprint():
    a, b = (f"{split(TEXTS['en'])[n]}\n\n{NOTE}" for n in (0, 2))
    assert judge_texts(a, b) is Kinship.NONE


def test_a_short_item_is_a_reprint_where_nearly_all_is_the_same():
    item = "Two cows walked into the town hall of Carrow on Friday and left unhurt before noon."
    assert judge_texts(item, item.replace("Carrow", "CARROW").replace(" and", ", and")) is (
        Kinship.REPRINT
    )
    assert judge_texts(item, "Two cows walked into the town hall of Sandholm.") is Kinship.NONE


def test_an_alias_is_the_whole_text_at_the_same_outlet_in_the_same_days():
    text = TEXTS["en"]
    assert judge_texts(text, text, same_outlet=True) is Kinship.ALIAS
    assert judge_texts(text, text, same_outlet=True, days_apart=-0.4) is Kinship.ALIAS
    assert judge_texts(text, text, same_outlet=True, days_apart=7.0) is Kinship.REPRINT
    assert judge_texts(text, text) is Kinship.REPRINT
    half = "\n\n".join(split(text)[:3])
    assert judge_texts(text, half, same_outlet=True) is Kinship.REPRINT


def test_case_marks_and_the_form_of_letters_do_not_count():
    a = make_shingles("„Der Müller“ – so hieß es – „hat am Dienstag das Wehr geöffnet“, sagte er.")
    b = make_shingles(
        "«Der Mu\u0308ller» so HIESS es: «hat am Dienstag das Wehr geo\u0308ffnet» sagte er"
    )
    assert a.hashes.tolist() == b.hashes.tolist()


def test_speech_that_goes_on_in_the_next_paragraph_is_speech():
    text = "He said:\n\n“One two three four five six.\n\n“Eight nine ten eleven twelve.” He left."
    spoken = make_shingles(text).spoken.tolist()
    assert spoken == [False] * 2 + [True] * 11 + [False] * 2


def test_vowel_signs_do_not_split_words():
    assert make_shingles("मरम्मत की धरन").tokens == 3
    assert make_shingles("ก็ดี").tokens == 4


@pytest.mark.parametrize("body", ["", "  \n\n", "…!?"])
def test_a_body_without_words_has_no_keys_and_shares_nothing(body):
    assert make_signature(body).size == 0
    assert not len(make_signature(body).keys)
    assert judge_texts(body, TEXTS["en"]) is Kinship.NONE
    assert judge_texts(body, body) is Kinship.NONE


def test_a_signature_is_the_same_in_every_process():
    code = (
        "from tasks.reprints.signatures import make_signature as m;"
        "from tests.tasks.reprints.texts import TEXTS as t;"
        "print([m(t[k]).keys.tolist() for k in sorted(t)])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = [make_signature(TEXTS[language]).keys.tolist() for language in LANGUAGES]
    assert told.stdout.strip() == str(here)


def test_stored_hashes_stay_what_they_are():
    """When this fails, HASHING must grow: warehouses hold such keys."""
    assert make_signature("one two three four five six seven eight").keys.tolist() == PINNED


PINNED = [4788478640801943552, 6975349802609557492]


def test_a_signature_holds_the_least_hashes():
    signature = make_signature(TEXTS["en"])
    hashes = sorted(set(make_shingles(TEXTS["en"]).hashes.tolist()))
    assert signature.keys.tolist() == hashes[:KEYS]
    assert (signature.size, signature.ceiling) == (len(hashes), hashes[KEYS - 1])


WORDS = st.lists(
    st.sampled_from(["mill", "river", "crane", "“toll", "gate”", "\n\n", "桥"]), max_size=60
)


@settings(max_examples=60, deadline=None)
@given(WORDS, WORDS, st.integers(0, 60))
def test_comparing_is_symmetric(a, b, at):
    """With texts that share a part, whatever they are made of."""
    one, other = make_shingles(" ".join(a)), make_shingles(" ".join(b + a[:at]))
    assert compare(one, other) == compare(other, one).swap()
    assert judge(compare(one, other)) is judge(compare(other, one))
    assert compare(one, one).share_of_a == (1.0 if one.tokens else 0.0)


def test_a_text_of_ascii_has_the_hashes_it_has_beside_other_letters():
    plain = "The Harbour Board says on 3 May that it will repair both cranes before the summer."
    hashes = make_shingles(plain).hashes
    assert list(make_shingles(f"{plain} Señor").hashes[: len(hashes)]) == list(hashes)
    assert list(make_shingles(f"{plain} 港").hashes[: len(hashes)]) == list(hashes)
