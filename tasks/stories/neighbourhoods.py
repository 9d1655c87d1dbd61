"""What has to be clustered anew when articles come, change or go: all that links connect with them.

Average-link clusters never reach beyond what links connect. Where links connect too much to look
at anew, an article meets only the stories it is linked with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

Links = Callable[[int], Iterable[int]]


@dataclass(slots=True)
class Neighbourhoods:
    """Those of some touched places: whole ones, and the touched places of those that are larger
    than `most`. `links` holds what was asked for on the way."""

    find: Links
    most: int
    links: dict[int, list[int]] = field(default_factory=dict)
    _parents: dict[int, int] = field(default_factory=dict)
    _sizes: dict[int, int] = field(default_factory=dict)

    def reach(self, touched: Iterable[int]) -> tuple[list[list[int]], list[int]]:
        """Everything that links connect with these places, and the places whose neighbourhood is
        too large, both without order."""
        starts = set(touched)
        level = starts
        seen = set(starts)
        while level:
            level = {
                other
                for place in sorted(level)
                if place in starts or self._sizes.get(self._root(place), 1) <= self.most
                for other in self._link(place)
            } - seen
            seen |= level
        whole: dict[int, list[int]] = defaultdict(list)
        for place in seen:
            whole[self._root(place)].append(place)
        large = {root for root, places in whole.items() if len(places) > self.most}
        return (
            [places for root, places in whole.items() if root not in large],
            [place for place in starts if self._root(place) in large],
        )

    def _link(self, place: int) -> list[int]:
        found = self.links[place] = list(self.find(place))
        for other in found:
            one, two = self._root(place), self._root(other)
            if one != two:
                self._parents[two] = one
                self._sizes[one] = self._sizes.get(one, 1) + self._sizes.get(two, 1)
        return found

    def _root(self, place: int) -> int:
        while (above := self._parents.get(place, place)) != place:
            self._parents[place] = self._parents.get(above, above)
            place = above
        return place
