import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.identity import make_id
from tasks.stories.naming import Merge, Split
from tasks.stories.sketches import Sketch, pack
from tasks.stories.stories import Stories, Window
from tests.tasks.stories.articles import (
    NOON,
    group_by_story,
    list_elections,
    list_fires,
    list_storms,
    sketch,
)

EVERYTHING = [*list_elections(), *list_fires(), *list_storms()]
TRUTH = {
    frozenset(s.id for s in EVERYTHING if s.id.startswith(name))
    for name in ("first", "second", "fire", "storm")
}


def feed(articles: list[Sketch], size: int, stories: Stories | None = None) -> Stories:
    stories = stories or Stories()
    for at in range(0, len(articles), size):
        stories.group(articles[at : at + size])
    return stories


def test_events_of_one_kind_are_told_apart_by_their_names():
    stories = feed(EVERYTHING, len(EVERYTHING))
    assert group_by_story(stories.story_of) == TRUTH


@settings(max_examples=25, deadline=None)
@given(st.permutations(EVERYTHING), st.integers(1, 30))
def test_order_and_batches_change_no_group(order, size):
    assert group_by_story(feed(order, size).story_of) == TRUTH


def test_a_story_keeps_its_id_as_it_grows():
    fires = list_fires()
    stories = Stories()
    first = stories.group(fires[:2])
    second = stories.group(fires[2:])
    assert set(first.stories.values()) == set(second.stories.values())
    assert set(second.stories) == {fire.id for fire in fires[2:]}
    assert not second.merges and not second.splits


def test_the_same_order_gives_the_same_ids():
    order = random.Random(7).sample(EVERYTHING, len(EVERYTHING))
    assert feed(order, 5).story_of == feed(order, 5).story_of


def test_a_split_is_recorded_and_the_larger_part_keeps_the_id():
    elections = list_elections()
    stories = Stories()
    stories.group([*elections[:6], elections[6]])
    assert len(set(stories.story_of.values())) == 1
    old = stories.story_of[elections[0].id]
    done = stories.group(elections[7:])
    new = stories.story_of[elections[6].id]
    assert stories.story_of[elections[0].id] == old != new
    assert done.splits == (Split(new, old),)
    assert done.stories[elections[6].id] == new


def test_a_merge_is_recorded_and_the_larger_story_stays():
    left = "Ferrymen of Lake Ossory struck over wages at Kilbride quay"
    right = "Divers raised the wreck Marigold beside Dunoon lighthouse"
    ones = [sketch(f"a{at}", f"{left} {at + 100}.") for at in range(3)]
    others = [sketch(f"b{at}", f"{right} {at + 200}.") for at in range(2)]
    both = [sketch(f"c{at}", f"{left}. {right} {at + 300}.") for at in range(3)]
    stories = Stories()
    stories.group([*ones, *others])
    lesser = stories.story_of["b0"]
    assert stories.story_of["a0"] != lesser
    done = stories.group(both)
    assert set(stories.story_of.values()) == {stories.story_of["a0"]}
    assert done.merges == (Merge(lesser, stories.story_of["a0"]),)


def test_articles_far_apart_in_time_are_different_stories():
    text = "A fire destroyed the Pellworth cannery in Dunmarrow."
    days = [
        sketch("old", text),
        sketch("near", text, hours=24),
        sketch("late", text, hours=24 * 30),
    ]
    stories = feed(days, 1)
    assert stories.story_of["old"] == stories.story_of["near"] != stories.story_of["late"]


def test_a_new_version_moves_its_article():
    fires, storms = list_fires(), list_storms()
    stories = feed([*fires, *storms], 12)
    changed = stories.group([Sketch("fire0", NOON, storms[0].terms)])
    assert changed.stories == {"fire0": stories.story_of["storm0"]}
    assert stories.story_of["fire1"] != stories.story_of["storm0"]


def test_what_was_grouped_is_not_grouped_again():
    stories = feed(EVERYTHING, len(EVERYTHING))
    assert not stories.group(EVERYTHING[:9]).stories


def test_restored_stories_go_on_under_their_ids():
    fires = list_fires()
    before = feed(fires[:4], 4)
    after = Stories()
    after.restore((fire, before.story_of[fire.id]) for fire in fires[:4])
    assert after.group(fires[4:]).stories.keys() == {"fire4", "fire5"}
    assert len(set(after.story_of.values())) == 1
    assert after.story_of["fire5"] == before.story_of["fire0"]


def test_what_is_removed_leaves_its_story():
    text = "A fire destroyed the Pellworth cannery in Dunmarrow."
    stories = feed([sketch("gone", text), sketch("kept", text, hours=5)], 2)
    story = stories.story_of["gone"]
    assert stories.group([], ["gone"]).stories == {}
    assert stories.story_of == {"kept": story}


def test_what_connected_a_story_is_removed():
    stories = Stories()
    stories.group([weigh("a", s=1.0), weigh("b", t=1.0), weigh("m", s=0.7, t=0.7)])
    assert len(set(stories.story_of.values())) == 1
    done = stories.group([], ["m"])
    assert group_by_story(stories.story_of) == {frozenset("a"), frozenset("b")}
    assert len(done.splits) == 1


@pytest.mark.parametrize("most", [1, 3])
def test_a_neighbourhood_that_is_too_large_is_clustered_in_part(most):
    stories = feed(EVERYTHING, 6, Stories(window=Window(most=most)))
    assert group_by_story(stories.story_of) == TRUTH


@pytest.mark.parametrize("near", [1, 2, 3, 4, 5, 6, 7, 20])
def test_articles_of_a_crowd_meet_whole_stories(near):
    """Above `near` a story is joined or not, and never divided."""
    fires = list_fires()
    stories = Stories(window=Window(most=2, near=near))
    stories.restore((fire, "fire") for fire in fires[:4])
    stories.restore((storm, "storm") for storm in list_storms()[:4])
    done = stories.group([*fires[4:], list_storms()[4]])
    assert stories.story_of["storm4"] == "storm"
    assert {stories.story_of[fire.id] for fire in fires} == {"fire"}
    assert set(done.stories) == {"fire4", "fire5", "storm4"}


def test_an_article_of_a_crowd_leaves_a_large_story_that_it_is_no_longer_like():
    fires, storms = list_fires(), list_storms()
    stories = Stories(window=Window(most=2, near=3))
    stories.restore((fire, "fire") for fire in fires)
    stories.restore((storm, "storm") for storm in storms)
    done = stories.group([Sketch("fire0", NOON, storms[0].terms)])
    assert done.stories == {"fire0": "storm"}


def weigh(key: str, **values: float) -> Sketch:
    return Sketch(key, NOON, pack(values))


def test_in_part_means_whole_stories():
    stories = Stories(window=Window(most=2))
    stories.group([weigh("x1", s=0.9, t=0.3), *(weigh(f"x{at}", s=0.95) for at in (2, 3, 4))])
    stories.group([weigh("new", t=1.0)])
    assert group_by_story(stories.story_of) == {
        frozenset({"x1", "x2", "x3", "x4"}),
        frozenset({"new"}),
    }


def test_a_story_falls_apart_when_the_article_between_changes():
    stories = Stories()
    stories.group([weigh("a", s=1.0), weigh("b", t=1.0), weigh("m", s=0.7, t=0.7)])
    assert len(set(stories.story_of.values())) == 1
    changed = stories.group([weigh("m", v=1.0)])
    assert group_by_story(stories.story_of) == {frozenset(key) for key in "abm"}
    assert len(changed.splits) == 2


def test_no_story_gets_an_id_that_another_has():
    stories = Stories()
    stories.restore([(weigh("moved", s=1.0), make_id("story", "new"))])
    stories.group([weigh("new", t=1.0)])
    assert len(set(stories.story_of.values())) == 2


def test_an_id_is_never_given_twice():
    elections = list_elections()
    stories = Stories()
    given = set()
    for at in range(0, len(elections), 2):
        done = stories.group(elections[at : at + 2])
        begun = {split.story for split in done.splits}
        assert not begun & given
        given |= set(done.stories.values())


def test_an_empty_article_is_a_story_of_its_own():
    stories = feed([sketch("one", ""), sketch("two", "")], 2)
    assert stories.story_of["one"] != stories.story_of["two"]
