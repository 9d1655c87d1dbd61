"""Articles of a neighbourhood that is too large to be clustered anew: each new one meets whole
stories next to it, and no more of them than can be looked at quickly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from tasks.stories.clusters import Limits, cluster
from tasks.stories.index import ONE, Index
from tasks.stories.senses import gather_senses
from tasks.stories.sketches import Sketch


class Crowd:
    """Places in units: the articles of a story, or one that has none yet. Nothing of a unit is
    looked at without the rest."""

    def __init__(self, sketches: Sequence[Sketch], index: Index, limits: Limits, near: int) -> None:
        self._sketches, self._index, self._limits, self._near = sketches, index, limits, near
        self._numbers = count()
        self._unit_of: dict[int, int] = {}
        self._units: dict[int, list[int]] = {}
        self._changed: set[int] = set()
        self._new: set[int] = set()

    def settle(self, known: Iterable[tuple[int, str | None]]) -> None:
        """Say which story each place belongs to, None where to none."""
        stories: dict[str, list[int]] = {}
        for place, story in known:
            if story is None:
                self._new.add(place)
                self._put([place])
            else:
                stories.setdefault(story, []).append(place)
        for members in stories.values():
            self._put(members)
        self._changed.clear()

    def admit(self, places: Iterable[int], links: Mapping[int, Sequence[int]]) -> list[list[str]]:
        """Find the units of these places, one after the other in the order of ids; what comes back
        are all units that were looked at, each in the order of ids."""
        done: set[int] = set()
        for place in sorted(places, key=self._name):
            if place not in done:
                done.update(self._admit_one(place, links[place]))
        return [[self._name(place) for place in self._units[unit]]
                for unit in sorted(self._changed)]  # fmt: skip

    def _admit_one(self, place: int, linked: Sequence[int]) -> list[int]:
        """Cluster a place with the units next to it; the places that were looked at. Where it finds
        none, it joins one that was too large for that, if it is like it on the average."""
        own = self._units[self._unit_of[place]]
        has_room = len(own) <= self._near
        joined = list(own) if has_room else [place]
        left_out: list[int] = []
        for unit in self._rank(place, linked):
            members = self._units[unit]
            if has_room and unit == self._unit_of[place]:
                continue
            if len(joined) + len(members) <= self._near:
                joined += members
            else:
                left_out.append(unit)
        joined.sort(key=self._name)
        near = [self._sketches[at] for at in joined]
        groups = cluster([one.terms for one in near], self._limits, gather_senses(near))
        places = [[joined[at] for at in group] for group in groups]
        (found,) = (group for group in places if place in group)
        is_free = found == [place] or self._new.issuperset(found)
        if is_free and (others := self._find_like(found, left_out)):
            places = [group for group in places if group is not found] + [[*found, *others]]
            joined = [*joined, *others]
        self._regroup(joined, places)
        return joined

    def _find_like(self, group: Sequence[int], units: Sequence[int]) -> list[int]:
        """The members of the unit that the group is most like on the average, if it is like one at
        all; stories before what is new."""
        found: list[tuple[bool, float, list[int]]] = []
        for unit in units:
            others = [place for place in self._units[unit] if place not in group]
            sums = [float(self._index.compare(place, others).sum()) for place in group]
            mean = sum(sums) / (len(group) * len(others))
            if mean >= self._limits.alike * ONE:
                found.append((not self._new.issuperset(others), mean, others))
        return max(found, default=(False, 0.0, []))[2]

    def _rank(self, place: int, linked: Sequence[int]) -> list[int]:
        """The units of the linked places, the most alike first."""
        best: dict[int, float] = {}
        for other, alike in zip(linked, self._index.compare(place, linked).tolist(), strict=True):
            unit = self._unit_of[other]
            best[unit] = max(best.get(unit, 0.0), alike)
        return sorted(best, key=lambda unit: (-best[unit], self._name(self._units[unit][0])))

    def _regroup(self, joined: Sequence[int], groups: Sequence[Sequence[int]]) -> None:
        """Make units of these groups; what else their units had stays together."""
        moving = set(joined)
        for unit in {self._unit_of[place] for place in joined}:
            self._changed.discard(unit)
            if left := [place for place in self._units.pop(unit) if place not in moving]:
                self._put(left)
        for group in groups:
            self._put(group)

    def _put(self, members: Iterable[int]) -> None:
        unit = next(self._numbers)
        self._changed.add(unit)
        self._units[unit] = sorted(set(members), key=self._name)
        self._unit_of |= dict.fromkeys(self._units[unit], unit)

    def _name(self, place: int) -> str:
        return self._sketches[place].id
