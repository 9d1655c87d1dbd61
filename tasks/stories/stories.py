"""Groups articles into stories as they come, a batch at a time.

Which articles belong together depends only on which articles there are: every batch clusters the
neighbourhoods anew that it touches, so the order of arrival leaves no trace but in the ids.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tasks.identity import make_id
from tasks.stories.clusters import Limits, cluster
from tasks.stories.sketches import Sketch, compare

# The part of a link's likeness that common anchors must have; the rest is in commoner terms.
_BY_ANCHORS = 0.4


@dataclass(frozen=True, slots=True)
class Window:
    """How far apart in time two articles of one event are linked, and how many articles of one
    neighbourhood are clustered together. Above `most` only the stories next to the new articles
    are, and the order of arrival may show."""

    span: timedelta = timedelta(days=10)
    most: int = 400


@dataclass(frozen=True, slots=True)
class Merge:
    """A story that ended: most of its articles went to the story `into`."""

    story: str
    into: str


@dataclass(frozen=True, slots=True)
class Split:
    """A story that began with articles of the story `of`."""

    story: str
    of: str


@dataclass(frozen=True, slots=True)
class Assignments:
    """What a batch changed: article id → story id, of new articles and of those that moved."""

    stories: Mapping[str, str]
    merges: tuple[Merge, ...] = ()
    splits: tuple[Split, ...] = ()


@dataclass(slots=True)
class Stories:
    """The stories of a window. Not for several threads."""

    window: Window = field(default_factory=Window)
    limits: Limits = field(default_factory=Limits)
    story_of: dict[str, str] = field(default_factory=dict)
    _sketches: dict[str, Sketch] = field(default_factory=dict)
    _links: dict[str, set[str]] = field(default_factory=dict)
    _anchored: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    _ids: set[str] = field(default_factory=set)

    def restore(self, known: Iterable[tuple[Sketch, str]]) -> None:
        """Take in articles whose stories are known, without grouping them."""
        for sketch, story in known:
            self._link(sketch)
            self.story_of[sketch.id] = story
            self._ids.add(story)

    def group(self, new: Sequence[Sketch]) -> Assignments:
        """Assign a batch. An article that is known already is taken as its new version."""
        again = [sketch.id for sketch in new if sketch.id in self._sketches]
        touched = self._forget_links(again)
        for sketch in sorted({sketch.id: sketch for sketch in new}.values(), key=lambda s: s.id):
            self._link(sketch)
        touched |= {sketch.id for sketch in new}
        groups: list[list[str]] = []
        for neighbourhood in self._list_neighbourhoods(touched):
            sketches = [self._sketches[member] for member in neighbourhood]
            for places in cluster(sketches, self.limits):
                groups.append([neighbourhood[place] for place in places])
        return self._name(groups)

    def forget(self, before: datetime) -> None:
        """Drop articles from before that time. Their stories keep their ids and are not regrouped
        for it."""
        old = [key for key, sketch in self._sketches.items() if sketch.when < before]
        self._forget_links(old)
        for key in old:
            self.story_of.pop(key, None)

    def _link(self, sketch: Sketch) -> None:
        links = {key for key in self._find_near(sketch) if self._is_linked(sketch, key)}
        for anchor in sketch.anchors:
            self._anchored[anchor][sketch.id] = sketch.terms[anchor].value
        self._sketches[sketch.id] = sketch
        self._links[sketch.id] = links
        for key in links:
            self._links[key].add(sketch.id)

    def _find_near(self, sketch: Sketch) -> list[str]:
        """Those whose common anchors alone make up a part of the likeness that links."""
        shares: dict[str, float] = defaultdict(float)
        for anchor in sketch.anchors:
            value = sketch.terms[anchor].value
            for key, other in self._anchored.get(anchor, {}).items():
                shares[key] += value * other
        return [
            key
            for key, share in shares.items()
            if round(share, 9) >= _BY_ANCHORS * self.limits.alike
        ]

    def _is_linked(self, sketch: Sketch, key: str) -> bool:
        other = self._sketches[key]
        if abs(sketch.when - other.when) > self.window.span:
            return False
        return round(compare(sketch, other), 9) >= self.limits.alike

    def _forget_links(self, articles: Iterable[str]) -> set[str]:
        """Take articles out; what comes back are those that were linked with them and stay."""
        gone, left = set(articles), set()
        for key in gone:
            for anchor in self._sketches.pop(key).anchors:
                del self._anchored[anchor][key]
            for other in self._links.pop(key):
                if other not in gone:
                    self._links[other].discard(key)
                    left.add(other)
        return left

    def _list_neighbourhoods(self, touched: set[str]) -> list[list[str]]:
        """What has to be clustered anew, each in the order of ids. Average-link clusters never
        reach beyond what links connect."""
        found, seen = [], set[str]()
        for start in sorted(touched):
            if start not in seen:
                reached = self._reach([start])
                if len(reached) > self.window.most:
                    reached = self._narrow(touched & reached, reached)
                reached -= seen
                seen |= reached
                found.append(sorted(reached))
        return found

    def _reach(self, starts: Iterable[str]) -> set[str]:
        reached = set(starts)
        waiting = list(reached)
        while waiting:
            fresh = self._links[waiting.pop()] - reached
            reached |= fresh
            waiting += fresh
        return reached

    def _narrow(self, touched: set[str], reached: set[str]) -> set[str]:
        """The touched articles of a large neighbourhood with the whole stories next to them."""
        near = touched.union(*(self._links[key] for key in touched))
        stories = {self.story_of[key] for key in near if key in self.story_of}
        return near | {key for key in reached if self.story_of.get(key) in stories}

    def _name(self, groups: list[list[str]]) -> Assignments:
        """Give every group the id of the story most of whose articles it has."""
        before = {key: self.story_of[key] for group in groups for key in group
                  if key in self.story_of}  # fmt: skip
        names = self._claim(groups, before)
        changed: dict[str, str] = {}
        splits = []
        for at, group in enumerate(groups):
            if at not in names:
                names[at] = self._found(group)
                olds = Counter(before[key] for key in group if key in before)
                splits += [Split(names[at], min(olds, key=lambda s: (-olds[s], s)))] if olds else []
            changed.update({key: names[at] for key in group if before.get(key) != names[at]})
        self.story_of.update(changed)
        return Assignments(changed, self._list_merges(before, set(names.values())), tuple(splits))

    def _claim(self, groups: list[list[str]], before: Mapping[str, str]) -> dict[int, str]:
        shares = Counter((at, before[key]) for at, group in enumerate(groups)
                         for key in group if key in before)  # fmt: skip
        names: dict[int, str] = {}
        taken: set[str] = set()
        for (at, story), _ in sorted(
            shares.items(), key=lambda i: (-i[1], i[0][1], groups[i[0][0]])
        ):
            if at not in names and story not in taken:
                names[at] = story
                taken.add(story)
        return names

    def _found(self, group: list[str]) -> str:
        """An id that no story has had, from the first of its articles."""
        story, again = make_id("story", group[0]), 0
        while story in self._ids:
            again += 1
            story = make_id("story", group[0], str(again))
        self._ids.add(story)
        return story

    def _list_merges(self, before: Mapping[str, str], kept: set[str]) -> tuple[Merge, ...]:
        went: dict[str, Counter[str]] = defaultdict(Counter)
        for key, story in before.items():
            went[story][self.story_of[key]] += 1
        return tuple(
            Merge(story, min(into, key=lambda s: (-into[s], s)))
            for story, into in sorted(went.items())
            if story not in kept
        )
