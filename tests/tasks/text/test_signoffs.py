"""What a desk prints below a story is known by its words and its shape."""

from __future__ import annotations

import pytest

from tasks.text.shape import read_shape
from tasks.text.signoffs import is_signoff, names_agencies, names_people
from tests.tasks.text.pages import ARTICLE, html_page


@pytest.mark.parametrize(
    "line",
    [
        "(abc)",
        "(abc/de)",
        "SDA/sep",
        "mit dpa",
        "Reuters, AFP",
        "AP and Reuters",
        "编辑：王小明",
        "(Reporting by A)",
    ],
)
def test_sign_offs(line):
    assert is_signoff(read_shape(line))


@pytest.mark.parametrize(
    "line", ["(he said so)", "and/or so", "Our ruling", "Reuters said so.", "The end", "(1984)"]
)
def test_lines_that_are_none(line):
    assert not is_signoff(read_shape(line))


def test_agencies_alone():
    assert names_agencies("dpa/AFP")
    assert not names_agencies("dpa Bremen")
    assert not names_agencies("")


def test_signatures():
    assert names_people(read_shape("Lê Phương"))
    assert names_people(read_shape("Ярослав Примеров, Анна Петрова"))
    assert not names_people(read_shape("Our ruling"))
    assert not names_people(read_shape("Ann Example walked home."))
    assert not names_people(read_shape("Index"))


def test_a_sign_off_is_cut_from_the_end_alone():
    ends = "<p>Additional reporting by Tomas Reed.</p><p>(aq/tr)</p>"
    page = html_page(ARTICLE.replace("<p>Sign up for", ends + "<p>Sign up for"))
    rules = {line.text: line.rule for line in page.lines}
    assert rules["Additional reporting by Tomas Reed."] == "html.sign-off"
    assert rules["(aq/tr)"] == "html.sign-off"
    opening = html_page(ARTICLE.replace("<h3>Built in 1931</h3>", "<p>(aq/tr)</p>"))
    assert "(aq/tr)" not in [line.text for line in opening.lines if line.rule == "html.sign-off"]


def test_a_signature_is_the_last_line_alone():
    page = html_page(ARTICLE.replace("<p>Sign up for", "<p>Tomas Reed</p><p>Sign up for"))
    assert {line.text: line.rule for line in page.lines}["Tomas Reed"] == "html.signature"
    middle = html_page(ARTICLE.replace("<h3>Built in 1931</h3>", "<p>Tomas Reed</p>"))
    assert "html.signature" not in {line.rule for line in middle.lines}
