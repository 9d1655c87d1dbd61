from importlib.resources import files

import numpy as np
import pytest

from tasks.text.trees import load_trees, read_trees

# One tree over two facts: the first up to 0.5 gives -1; above it the second up to 3 gives 2,
# else 4.
# The other has one leaf for both answers.
DATA = {
    "facts": 2,
    "fact": [[0, 1], [0]],
    "limit": [[0.5, 3.0], [0.0]],
    "yes": [[-1, -2], [-1]],
    "no": [[1, -3], [-1]],
    "leaf": [[-1.0, 2.0, 4.0], [0.25]],
}


def odds(*row):
    return 1 / (1 + np.exp(-np.array(row)))


def test_each_row_goes_down_every_tree():
    rows = np.array([[0.5, 9], [0.6, 3], [0.6, 3.1]], np.float32)
    assert read_trees(DATA).score(rows) == pytest.approx(odds(-0.75, 2.25, 4.25))


def test_no_rows_have_no_scores():
    assert read_trees(DATA).score(np.zeros((0, 2), np.float32)).shape == (0,)


def test_a_row_with_other_facts_is_refused():
    with pytest.raises(ValueError, match="2 facts of a line, not 3"):
        read_trees(DATA).score(np.zeros((1, 3), np.float32))


def test_the_model_is_small_and_reads():
    assert files("tasks.weights").joinpath("text_body.json").stat().st_size < 500_000
    assert load_trees("text_body").score(np.zeros((1, 146), np.float32)).shape == (1,)
