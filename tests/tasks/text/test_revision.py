import numpy as np
import pytest

from tasks.model import KEPT, Label
from tasks.text import revision
from tasks.text.label import label_by_rules
from tasks.text.line_facts import (
    LABELS,
    OWN,
    average,
    count_since,
    count_until,
    find_near,
    find_stretch,
    read_facts,
    shift,
)
from tasks.text.revision import choose_body, find_limit, label_texts
from tasks.text.trees import load_trees

from .pages import PARAGRAPHS, SCRAPE

LINES = [line for line in SCRAPE.split("\n") if line.strip()]


def test_facts_are_one_row_a_line_and_as_many_as_the_model_reads():
    facts = read_facts(*label_by_rules(LINES))
    assert facts.shape == (len(LINES), load_trees("text_body").facts)
    assert facts.dtype == np.float32
    assert np.isfinite(facts).all()


def test_a_line_tells_of_itself():
    facts = read_facts(*label_by_rules(LINES))[:, : len(OWN)]
    row = dict(zip(OWN, facts[LINES.index(PARAGRAPHS[1])], strict=True))
    assert (row["ends"], row["quote"], row["question"], row["copies"]) == (1, 1, 0, 1)
    assert row["words"] == 26
    title = dict(zip(OWN, facts[1], strict=True))
    assert (title["ends"], title["copies"]) == (0, 2)


def test_labels_are_facts():
    facts = read_facts(*label_by_rules(LINES))
    column = len(OWN) + LABELS.index(Label.NAVIGATION)
    assert facts[LINES.index("Skip to content"), column] == 1
    assert facts[LINES.index(PARAGRAPHS[0]), column] == 0


def test_only_lines_near_a_paragraph_are_asked_about():
    menu = [f"Section {number}" for number in range(40)]
    near = find_near(read_facts(*label_by_rules([*menu, *PARAGRAPHS])))
    assert not near[:28].any()
    assert near[28:].all()


@pytest.mark.parametrize(
    ("weights", "stretch"),
    [([-1, 2, -1, 3, -5, 4], (1, 4)), ([-1, -2], (0, 0)), ([1], (0, 1)), ([3, -4, 3], (0, 1))],
)
def test_the_stretch_is_the_run_with_the_greatest_sum(weights, stretch):
    assert find_stretch(np.array(weights, float)) == stretch


def test_neighbours():
    rows = np.array([[1.0], [2.0], [3.0]])
    assert shift(rows, 1).ravel().tolist() == [0, 1, 2]
    assert shift(rows, -2).ravel().tolist() == [3, 0, 0]
    assert average(rows, -1, 1).ravel().tolist() == [1, 2, 5 / 3]
    flags = np.array([0.0, 1, 0, 0])
    assert count_since(flags).tolist() == [4, 0, 1, 2]
    assert count_until(flags).tolist() == [1, 0, 4, 4]


def test_the_limit_makes_the_expected_balance_greatest():
    """Of four equal lines, three give 2 * 2.2 / (3 + 2.3), two 2 * 1.7 / (2 + 2.3)."""
    chance, words = np.array([0.9, 0.8, 0.5, 0.1]), np.full(4, 9.0)
    assert find_limit(chance, words) == 0.5
    assert find_limit(np.array([0.3, 0.3, 0.01]), np.full(3, 9.0)) == 0.3
    assert find_limit(np.array([0.95, 0.02]), np.full(2, 9.0)) == 0.6


def test_the_rules_have_the_last_word_where_they_are_certain():
    draft, settled = label_by_rules(LINES)
    body = choose_body(draft, settled, np.ones(len(LINES)))
    named = dict(zip(LINES, body, strict=True))
    assert not named["Brennick to lose its harbour crane"]
    assert not named["Ivo Marlen on the quay (AP Photo)"]
    assert not named["Mar 4, 2025 9:15 AM"]
    assert named[PARAGRAPHS[2]]


def test_what_goes_on_needs_half_the_chance_and_a_heading_its_paragraph():
    draft, settled = label_by_rules(LINES)
    chance = np.array([0.9 * (line in PARAGRAPHS) for line in LINES])
    chance[LINES.index(PARAGRAPHS[3])] = 0.4
    body = choose_body(draft, settled, chance)
    assert [line for line, yes in zip(LINES, body, strict=True) if yes] == [
        PARAGRAPHS[0],
        "A landmark since 1931",
        *PARAGRAPHS[1:],
    ]
    chance[LINES.index(PARAGRAPHS[3])] = 0.2
    assert PARAGRAPHS[3] not in {
        line for line, yes in zip(LINES, choose_body(draft, settled, chance), strict=True) if yes
    }


@pytest.mark.parametrize("lines", [list(PARAGRAPHS), [*PARAGRAPHS, *["a"] * 5_000]])
def test_a_text_of_few_lines_or_of_thousands_is_the_rules_alone(lines, monkeypatch):
    monkeypatch.setattr(revision, "load_trees", None)
    assert all(label in KEPT for label, _rule in label_texts(lines)[: len(PARAGRAPHS)])


class Sure:
    """A model that is sure of one line."""

    def __init__(self, wanted):
        self.wanted = wanted

    def score(self, rows):
        chars = rows[:, OWN.index("chars")]
        return np.where(chars == len(self.wanted), 0.9, 0.01)


def test_a_line_bears_the_models_name_where_it_decided(monkeypatch):
    prompt = "Give the Post to a friend who has moved away from the coast"
    lines = [*LINES, prompt]
    monkeypatch.setattr(revision, "load_trees", lambda name: Sure(prompt))
    labels = dict(zip(lines, label_texts(lines), strict=True))
    assert labels[prompt] == (Label.BODY, "text.model-body")
    assert labels[PARAGRAPHS[1]] == (Label.BOILERPLATE, "text.model-other")
    assert labels["By Ada Quell"] == (Label.BYLINE, "line.byline")


def test_where_the_model_sees_no_body_the_rules_stand(monkeypatch):
    monkeypatch.setattr(revision, "load_trees", lambda name: Sure("nothing is as long as this" * 9))
    labels = dict(zip(LINES, label_texts(LINES), strict=True))
    assert all(labels[paragraph][0] is Label.BODY for paragraph in PARAGRAPHS)


def test_the_model_agrees_with_the_rules_on_a_plain_scrape():
    assert not {rule for _label, rule in label_texts(LINES) if rule.startswith("text.model")}
