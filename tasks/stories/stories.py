"""Groups articles into stories as they come, a batch at a time.

Which articles belong together depends only on which articles there are: every batch clusters the
neighbourhoods anew that it touches, so the order of arrival leaves no trace but in the ids.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from tasks.stories.clusters import Limits, cluster, order_by_centre
from tasks.stories.crowds import Crowd
from tasks.stories.index import Index
from tasks.stories.naming import Merge, Split, Taken, claim, found, list_merges, list_splits
from tasks.stories.neighbourhoods import Neighbourhoods
from tasks.stories.senses import gather_senses
from tasks.stories.sketches import Sketch


@dataclass(frozen=True, slots=True)
class Window:
    """How far apart in time two articles of one event are linked, and how many articles of one
    neighbourhood are clustered together. Above `most`, an article is clustered with the stories it
    is linked with, up to `near` articles, and the order of arrival may show."""

    span: timedelta = timedelta(days=10)
    most: int = 600
    near: int = 120


@dataclass(frozen=True, slots=True)
class Assignments:
    """What a batch changed: article id → story id, of new articles and of those that moved; and of
    each story that was looked at its articles in the window, the nearest to their centre first."""

    stories: Mapping[str, str]
    merges: tuple[Merge, ...] = ()
    splits: tuple[Split, ...] = ()
    orders: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Stories:
    """The stories of a window. `taken` says which ids are used up beside those that are known
    here. Not for several threads."""

    window: Window = field(default_factory=Window)
    limits: Limits = field(default_factory=Limits)
    taken: Taken = field(default=lambda ids: ())
    story_of: dict[str, str] = field(default_factory=dict)
    _sketches: dict[str, Sketch] = field(default_factory=dict)
    _ids: set[str] = field(default_factory=set)

    def restore(self, known: Iterable[tuple[Sketch, str]]) -> None:
        """Take in articles whose stories are known, without grouping them."""
        for sketch, story in known:
            self._sketches[sketch.id] = sketch
            self.story_of[sketch.id] = story
            self._ids.add(story)

    def group(self, new: Iterable[Sketch], removed: Collection[str] = ()) -> Assignments:
        """Assign a batch. An article that is known already is taken as its new version; those
        removed leave their stories."""
        fresh = {sketch.id: sketch for sketch in new}
        ghosts = [self._sketches.pop(key) for key in {*fresh, *removed} if key in self._sketches]
        for key in removed:
            self.story_of.pop(key, None)
        self._sketches |= fresh
        sketches = [*self._sketches.values(), *ghosts]
        index = Index(sketches, self.limits.alike, self.window.span)
        places = {key: place for place, key in enumerate(self._sketches)}
        touched = {places[key] for key in fresh}
        for ghost in range(len(places), len(sketches)):
            touched.update(_below(index.find_links(ghost), len(places)))
        groups = self._divide(sketches, index, touched, len(places))
        return self._name(groups)

    def _divide(
        self, sketches: Sequence[Sketch], index: Index, touched: set[int], count: int
    ) -> list[list[str]]:
        """What the touched neighbourhoods fall into, each group in the order of ids; places from
        `count` on are gone."""
        near = Neighbourhoods(
            lambda place: _below(index.find_links(place), count), self.window.most
        )
        whole, crowded = near.reach(touched)
        groups: list[list[str]] = []
        for neighbourhood in whole:
            neighbourhood.sort(key=lambda place: sketches[place].id)
            near_by = [sketches[place] for place in neighbourhood]
            terms = [sketch.terms for sketch in near_by]
            for members in cluster(terms, self.limits, gather_senses(near_by)):
                groups.append([sketches[neighbourhood[at]].id for at in members])
        if crowded:
            crowd = Crowd(sketches, index, self.limits, self.window.near)
            settled = {place for neighbourhood in whole for place in neighbourhood}
            crowd.settle((place, self.story_of.get(sketches[place].id))
                         for place in range(count) if place not in settled)  # fmt: skip
            groups += crowd.admit(crowded, near.links)
        return sorted(groups)

    def _name(self, groups: list[list[str]]) -> Assignments:
        """Give every group the id of the story most of whose articles it has."""
        before = {key: self.story_of[key] for group in groups for key in group
                  if key in self.story_of}  # fmt: skip
        names = claim(groups, before)
        nameless = [at for at in range(len(groups)) if at not in names]
        begun = dict(zip(nameless, found([groups[at][0] for at in nameless], self._find_taken),
                         strict=True))  # fmt: skip
        names |= begun
        self._ids.update(begun.values())
        after = {key: names[at] for at, group in enumerate(groups) for key in group}
        self.story_of |= after
        return Assignments(
            {key: story for key, story in after.items() if before.get(key) != story},
            list_merges(before, after, set(self.story_of.values())),
            list_splits({story: groups[at] for at, story in begun.items()}, before),
            {names[at]: self._order(group) for at, group in enumerate(groups)},
        )

    def _find_taken(self, ids: Collection[str]) -> Collection[str]:
        return {story for story in ids if story in self._ids} | set(self.taken(ids))

    def _order(self, group: Sequence[str]) -> list[str]:
        if len(group) < 3:
            return list(group)
        terms = [self._sketches[key].terms for key in group]
        return [group[place] for place in order_by_centre(terms)]


def _below(places: Iterable[int], count: int) -> list[int]:
    return [int(place) for place in places if place < count]
