from datetime import timedelta

import numpy as np

from tasks.stories.clusters import Limits
from tasks.stories.crowds import Crowd
from tasks.stories.index import Index
from tasks.stories.sketches import Sketch
from tests.tasks.stories.articles import NOON


def make(name: str, **values: int) -> Sketch:
    """An article with these terms, each named by a letter."""
    terms = [ord(term) << 8 | value for term, value in values.items()]
    return Sketch(name, NOON, np.array(terms, np.uint32))


def test_nothing_is_counted_twice_where_another_story_is_nearer_than_its_own():
    """Without q the two are alike enough; with it, counted once, they are not."""
    sketches = [make("p", a=140, b=137), make("q", b=137, c=102), make("u", a=140, c=102)]
    limits = Limits()
    index = Index(sketches, limits.alike, timedelta(days=1))
    crowd = Crowd(sketches, index, limits, near=120)
    crowd.settle([(0, "s"), (1, "s"), (2, "t")])
    assert sorted(crowd.admit([0], {0: [1, 2]})) == [["p", "u"], ["q"]]
