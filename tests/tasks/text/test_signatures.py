"""Lines that sign an article without a word that says so."""

import pytest

from tasks.lexicon.lines import load_rows
from tasks.model import Label
from tasks.text.signatures import (
    SIGNATURE,
    SIGNED_BELOW,
    _holds_word,
    read_signature,
    sign_lines,
)

PROSE = "The harbour of Aldvik reopened on Monday after a week of storms, the mayor said there."
BODY = (Label.BODY, "text.prose")
TITLE = (Label.TITLE, "text.title")
DATE = (Label.DATE_LINE, "line.date")
BEFORE = (Label.NAVIGATION, "text.before")
AFTER = (Label.RELATED, "text.after")
HEAD = [("Harbour of Aldvik reopens after storms", TITLE)]
TEXT = [(PROSE, BODY), (PROSE, BODY)]


def signed(*lines, marked=False):
    texts, verdicts = [t for t, _ in lines], [v for _, v in lines]
    revised = sign_lines(texts, verdicts, marked=marked)
    for before, after in zip(verdicts, revised, strict=True):
        assert before == after or after[0] is Label.BYLINE
    return [text for text, v in zip(texts, revised, strict=True) if v[0] is Label.BYLINE]


@pytest.mark.parametrize(
    "line",
    [
        "Jane Doe",
        "Jane Doe Political Correspondent",
        "Jane Doe and Max Sample",
        "4 May 2024 • Jane Doe • 3 min read",
        "Thandeka Qwabe | Published 15 hours ago",
        "Erika Muster Anna Lena Beispiel",
        "Иван Петров, корреспондент",
        "홍길동 기자",
    ],
)
def test_names_below_the_headline_sign(line):
    assert signed(*HEAD, (line, BEFORE), ("4 May 2024", DATE), *TEXT) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Latest News",
        "Related Topics",
        "Harbour Master Speaks",
        "Jane Doe opened the gates.",
        "Aldvik",
    ],
)
def test_other_short_lines_do_not(line):
    small = ("the latest news and related topics: the harbour master speaks", AFTER)
    assert signed(*HEAD, (line, BEFORE), ("4 May 2024", DATE), *TEXT, small) == []


def test_whom_the_headline_names_does_not_sign():
    head = ("Jane Doe opens the harbour of Aldvik again", TITLE)
    assert signed(head, ("Jane Doe", BEFORE), *TEXT) == []


def test_several_lines_sign_together():
    lines = [("By", BEFORE), ("Jane Doe", BEFORE), (",", BEFORE), ("Max Sample", BEFORE)]
    assert signed(*HEAD, *lines, *TEXT) == ["Jane Doe", "Max Sample"]


def test_the_teaser_above_is_not_the_story():
    teaser = [("Ferry to Brennick sold to its crew", BEFORE), ("Max Sample", BEFORE)]
    lines = [*teaser, ("3 May 2024", DATE), *HEAD, ("Jane Doe", BEFORE), ("4 May 2024", DATE)]
    assert signed(*lines, *TEXT) == ["Jane Doe"]


def test_a_name_right_below_the_text_signs_where_none_does_above():
    lines = [*HEAD, *TEXT, ("Jane Doe", AFTER)]
    assert signed(*lines) == ["Jane Doe"]
    revised = sign_lines([t for t, _ in lines], [v for _, v in lines])
    assert revised[-1] == (Label.BYLINE, SIGNED_BELOW)
    above = signed(*HEAD, ("Max Sample", BEFORE), ("4 May 2024", DATE), *TEXT, ("Jane Doe", AFTER))
    assert above == ["Max Sample"]


def test_a_marked_up_page_needs_a_common_first_name():
    head = (*HEAD, ("Xyvo Brennicka", BEFORE), ("4 May 2024", DATE), *TEXT)
    assert signed(*head) == ["Xyvo Brennicka"]
    assert signed(*head, marked=True) == []


def test_no_body_no_signature():
    assert signed(*HEAD, ("Jane Doe", BEFORE)) == []
    assert sign_lines([], []) == []


def test_the_rule_of_a_signature():
    lines = [*HEAD, ("Jane Doe", BEFORE), ("4 May 2024", DATE), *TEXT]
    assert sign_lines([t for t, _ in lines], [v for _, v in lines])[1] == (Label.BYLINE, SIGNATURE)


def test_footnote_marks_and_doubled_roles_are_no_part_of_a_name():
    assert [a.name for a in read_signature("Jane Doe0,")] == ["Jane Doe"]
    (author,) = read_signature("Jane Doe – Journalist Journalist")
    assert (author.name, author.role) == ("Jane Doe", "Journalist")


@pytest.mark.parametrize(
    ("text", "stands"),
    [("the harbour, then", True), ("harbour", True), ("harbours and harboured", False),
     ("harbour2", True), ("Harbour", False)],
)  # fmt: skip
def test_a_word_stands_by_itself(text, stands):
    assert _holds_word(text, "harbour") is stands


TOPICS = [word for kind, _, *words in load_rows("bylines.tsv") if kind == "topic" for word in words]


@pytest.mark.parametrize("topic", TOPICS)
def test_names_below_a_heading_for_what_the_text_is_about_do_not_sign(topic):
    assert signed(*HEAD, *TEXT, (topic.capitalize(), AFTER), ("Jane Doe", AFTER)) == []
    assert signed(*HEAD, *TEXT, (f"{topic}beard", AFTER), ("Jane Doe", AFTER)) == ["Jane Doe"]
