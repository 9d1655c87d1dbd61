from tasks.search.snippets import Wanted, cut_snippet, mark_matches
from tasks.search.words import LONGEST, fold


def show(pieces):
    return "".join(f"<{piece.text}>" if piece.marked else piece.text for piece in pieces)


def test_forms_of_a_word_are_marked():
    matcher = Wanted(("election", "erdogan")).in_language("en")
    text = "ELECTIONS won’t wait for Erdoğan's selection."
    assert show(mark_matches(text, matcher)) == "<ELECTIONS> won’t wait for <Erdoğan's> selection."


def test_prefixes_are_marked():
    matcher = Wanted((), ("parl",)).in_language("en")
    assert show(mark_matches("A parliamentary parlour, a sparl", matcher)) == (
        "A <parliamentary> <parlour>, a sparl"
    )


def test_pairs_of_unspaced_scripts_are_marked_as_one():
    matcher = Wanted(("中国", "国经", "经济")).in_language("zh")
    pieces = mark_matches("去年中国经济增长", matcher)
    assert "".join(piece.text for piece in pieces if piece.marked) == "中国经济"


def test_the_passage_with_most_words_is_shown():
    text = (
        "Rain fell. "
        + "Nothing else happened here. " * 40
        + "Rain met\nsnow there. "
        + "So it was. " * 40
    )
    shown = show(cut_snippet(text, Wanted(("rain", "snow")).in_language("en"), 80))
    assert "<Rain> met <snow> there." in shown
    assert shown.startswith("… ") and shown.endswith(" …")
    assert len(shown) < 100


def test_words_side_by_side_are_preferred():
    text = "The press was heard, and so was the free man. " * 3 + "A free press is what they want."
    shown = show(cut_snippet(text, Wanted(("free", "press")).in_language("en"), 60))
    assert "<free> <press>" in shown


def test_without_a_match_the_beginning_is_shown():
    assert (
        show(cut_snippet("One two three.", Wanted(("four",)).in_language(None))) == "One two three."
    )


def test_a_word_longer_than_what_is_kept_of_it_is_marked():
    law = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
    matcher = Wanted((fold(law.lower())[:LONGEST],)).in_language("de")
    assert show(mark_matches(f"Das {law}.", matcher)) == f"Das <{law}>."
