"""Which group of articles goes on under which story's id, and what became of the others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from tasks.identity import make_id

# Which of these ids some story has, or had.
Taken = Callable[[Collection[str]], Collection[str]]


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


def claim(groups: Sequence[Sequence[str]], before: Mapping[str, str]) -> dict[int, str]:
    """The ids that groups, by their place, keep: a story's id goes with most of its articles."""
    shares = Counter((at, before[key]) for at, group in enumerate(groups)
                     for key in group if key in before)  # fmt: skip
    names: dict[int, str] = {}
    taken: set[str] = set()
    for (at, story), _ in sorted(
        shares.items(), key=lambda item: (-item[1], item[0][1], groups[item[0][0]])
    ):
        if at not in names and story not in taken:
            names[at] = story
            taken.add(story)
    return names


def found(firsts: Sequence[str], taken: Taken) -> list[str]:
    """New ids, one for each group by its first article, that no story has or had."""
    ids: dict[str, str] = {}
    again, waiting = 0, list(firsts)
    while waiting:
        offered = {first: make_id("story", first, *([str(again)] if again else []))
                   for first in waiting}  # fmt: skip
        used = set(taken(list(offered.values())))
        ids |= {first: story for first, story in offered.items() if story not in used}
        waiting = [first for first in waiting if first not in ids]
        again += 1
    return [ids[first] for first in firsts]


def list_splits(
    groups: Mapping[str, Sequence[str]], before: Mapping[str, str]
) -> tuple[Split, ...]:
    """Of these new stories, those with articles of older ones."""
    splits = []
    for story, group in groups.items():
        if olds := Counter(before[key] for key in group if key in before):
            splits.append(Split(story, min(olds, key=lambda old: (-olds[old], old))))
    return tuple(splits)


def list_merges(
    before: Mapping[str, str], after: Mapping[str, str], alive: Collection[str]
) -> tuple[Merge, ...]:
    """Stories that lost their articles to others; `alive` are those that have some still."""
    went: dict[str, Counter[str]] = defaultdict(Counter)
    for key, story in before.items():
        went[story][after[key]] += 1
    return tuple(
        Merge(story, min(into, key=lambda other: (-into[other], other)))
        for story, into in sorted(went.items())
        if story not in alive
    )
