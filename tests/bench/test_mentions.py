"""The measures of mentions on cases made by hand, and the labels that are shipped."""

import subprocess
import sys

from bench.mentions import KINDS, LABELS, Page, load_labels, score_page
from tasks.model import Mention, MentionKind

PERSON, PLACE = MentionKind.PERSON, MentionKind.PLACE


def page(**names):
    rows = {kind: tuple(map(frozenset, names.get(kind, ()))) for kind in KINDS}
    return Page("a", "s", "tune", "en", 100, rows, frozenset({"hollow"}))


def mention(name, kind=PERSON, at=5):
    return Mention(name, kind, (at,), (name,))


def test_right_false_and_missed():
    truth = page(person=[["ann velder", "velder"], ["john marlow"]], place=[["oslo"]])
    found = [mention("Ann Velder"), mention("Qwelo"), mention("Oslo", PLACE)]
    score = score_page(truth, found)
    assert score.counts["person"] == [1, 2, 2]
    assert score.counts["place"] == [1, 1, 1]
    assert [note.split()[3] for note in score.notes] == ["FALSE", "MISSED"]


def test_the_wrong_kind_is_false_and_missed():
    score = score_page(page(place=[["oslo"]]), [mention("Oslo")])
    assert (score.counts["person"], score.counts["place"]) == ([0, 1, 0], [0, 0, 1])


def test_what_is_optional_or_behind_the_labelled_part_does_not_count():
    score = score_page(page(), [mention("Hollow"), mention("Far", at=100)])
    assert score.counts["person"] == [0, 0, 0]


def test_a_second_form_of_a_name_is_not_false():
    score = score_page(page(person=[["ann velder", "velder"]]), [mention("Velder")] * 2)
    assert score.counts["person"] == [1, 1, 1]


def test_the_labels_are_of_both_halves_and_many_languages():
    pages = load_labels(LABELS)
    assert len(pages) >= 30
    assert len({page.language for page in pages}) >= 8
    assert {page.part for page in pages} == {"tune", "held"}


def test_a_folder_without_the_pages_is_told(tmp_path):
    command = [sys.executable, "-m", "bench.mentions", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "none of the labelled pages" in done.stderr
