"""The learning of the titles' weights, on lessons and a weights file of our own."""

import numpy as np

from bench import titles
from bench.titles import Lesson, compare, fit, make_lesson, read_facts, share, write_weights
from tests.tasks.fields.pages import make_page, wrap

EXPECTED = np.array([0.0, 0.5, 0.0])


def lesson(right, fold=0, half="tune"):
    """Two candidates, told apart by the first fact alone; the last row is `none`."""
    return Lesson("blogs", half, fold, np.array([[1.0, 0, 0], [0, 0, 0], [0, 0, 1]]), right)


def test_a_fact_gains_where_it_decides_and_stays_as_expected_where_it_never_does():
    decisive, unseen, none = fit([lesson(0) for _ in range(40)], EXPECTED)
    assert decisive > 0.5 and none < 0
    assert unseen == EXPECTED[1]
    assert fit([lesson(1) for _ in range(40)], EXPECTED)[0] < 0


def test_the_table_asks_about_publishers_not_learned_from():
    lessons = [lesson(0, fold, "held" if fold % 2 else "tune") for fold in range(4)] * 10
    name, pages, *shares = list(compare(lessons, EXPECTED))[1].split()
    assert (name, pages, set(shares)) == ("blogs", "40", {"100.0"})


def test_a_page_is_a_lesson_of_its_candidates_and_of_none():
    names = [row.name for row in read_facts()]
    page = make_page(wrap("<title>Bridge opens today</title>", "<h1>Ships sail at noon</h1>"))
    facts, right = make_lesson(page, "Bridge opens: today", names)
    assert facts.shape == (3, len(names))
    assert facts[right][names.index("html.title")] == 1
    assert make_lesson(page, "Nothing of the kind", names)[1] == 2


def test_weights_are_written_where_remarks_and_meanings_stay(tmp_path, monkeypatch):
    file = tmp_path / "titles.tsv"
    file.write_text("# remark\nnone\t0.5\t0\t(no title)\n", encoding="utf-8")
    monkeypatch.setattr(titles, "FILE", file)
    write_weights(read_facts(), np.array([1.234]))
    assert file.read_text("utf-8") == "# remark\nnone\t0.5\t1.23\t(no title)\n"


def test_the_share_of_nothing_is_no_number():
    assert np.isnan(share(iter(()))) and share(iter((True, False))) == 50
