"""What differs between two versions of a text: its paragraphs, and its words.

Pure functions, the same on every machine. Paragraphs that are alike stay, as far as they keep their
order; one out of order has moved. Between two that stay, what was lost and what came are paired
where they share enough words: that is a change. A few thousand paragraphs cost milliseconds.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

# Two paragraphs of which this share of the words is the same are one that was changed. What is
# rewritten more than that, or among too many others to compare, was removed and added.
LEAST_SHARED = 0.4
MOST_PAIRS = 10_000

# A word; in scripts without spaces, a character (Han, kana, Thai, Lao, Burmese, Khmer).
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+(?:['’][^\W{_UNSPACED}]+)*")


class Difference(NamedTuple):
    """One paragraph that differs. `kind`: added, removed, changed or moved; positions count the
    paragraphs of each body from 0."""

    kind: str
    position_before: int | None
    position_after: int | None
    before: str | None
    after: str | None


class Paragraph(NamedTuple):
    """A paragraph and its place in the body, from 0."""

    position: int
    text: str


def split_paragraphs(body: str, template: frozenset[str]) -> list[Paragraph]:
    """The paragraphs of a body, without those whose `fold_line` is in the site's template."""
    numbered = (Paragraph(*pair) for pair in enumerate(body.split("\n\n")) if pair[1])
    return [one for one in numbered if not template or fold_line(one.text) not in template]


def fold_line(text: str) -> str:
    """The letters and digits of a line, without case."""
    return "".join(char for char in text.casefold() if char.isalnum())


def compare_paragraphs(before: Sequence[Paragraph], after: Sequence[Paragraph]) -> list[Difference]:
    """How the paragraphs differ, in the order of the text: by the place in the new body, and what
    was removed before what came in its place."""
    pairs = match_equal(before, after)
    anchors = [pairs[number] for number in keep_order([place for _, place in pairs])]
    found = [
        (later, 1, Difference("moved", before[earlier].position, *after[later], after[later].text))
        for earlier, later in sorted({*pairs} - {*anchors})
    ]
    lost = sorted({*range(len(before))} - {earlier for earlier, _ in pairs})
    came = sorted({*range(len(after))} - {later for _, later in pairs})
    for gone, new, place in list_gaps(anchors, lost, came):
        found += describe_gap(before, after, gone, new, place)
    return [difference for *_, difference in sorted(found, key=lambda one: one[:2])]


def match_equal(before: Sequence[Paragraph], after: Sequence[Paragraph]) -> list[tuple[int, int]]:
    """The indexes of equal paragraphs, each used once, in the order of `before`: those at the
    beginning and at the end first, then the first with the first, the second with the second."""
    least = min(len(before), len(after))
    head = count_equal(zip(before, after, strict=False))
    tail = min(count_equal(zip(reversed(before), reversed(after), strict=False)), least - head)
    places: dict[str, list[int]] = {}
    for place in range(len(after) - tail - 1, head - 1, -1):
        places.setdefault(after[place].text, []).append(place)
    middle = [
        (index, found.pop())
        for index in range(head, len(before) - tail)
        if (found := places.get(before[index].text))
    ]
    ends = [(len(before) - back, len(after) - back) for back in range(tail, 0, -1)]
    return [*((index, index) for index in range(head)), *middle, *ends]


def count_equal(pairs: Iterable[tuple[Paragraph, Paragraph]]) -> int:
    """How many pairs have the same text before the first that differs."""
    number = 0
    for one, other in pairs:
        if one.text != other.text:
            break
        number += 1
    return number


def keep_order(places: Sequence[int]) -> list[int]:
    """The indexes of a longest rising subsequence of different numbers."""
    tops: list[int] = []  # the least number that ends a rising run of each length
    ends: list[int] = []
    before: list[int] = []
    for index, place in enumerate(places):
        length = bisect_left(tops, place)
        before.append(ends[length - 1] if length else -1)
        if length == len(tops):
            tops.append(place)
            ends.append(index)
        else:
            tops[length], ends[length] = place, index
    kept: list[int] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        kept.append(index)
        index = before[index]
    return kept[::-1]


def list_gaps(
    anchors: Sequence[tuple[int, int]], lost: Sequence[int], came: Sequence[int]
) -> Iterator[tuple[list[int], list[int], int]]:
    """Between two paragraphs that stay: what was lost, what came, and the place where in the new
    body. Empty gaps are left out."""
    start, begin = 0, 0
    for earlier, later in [*anchors, (1 << 60, 1 << 60)]:
        stop, end = bisect_left(lost, earlier), bisect_left(came, later)
        if stop > start or end > begin:
            place = came[begin] if end > begin else later
            yield list(lost[start:stop]), list(came[begin:end]), place
        start, begin = stop, end


def describe_gap(
    before: Sequence[Paragraph],
    after: Sequence[Paragraph],
    lost: Sequence[int],
    came: Sequence[int],
    place: int,
) -> list[tuple[int, int, Difference]]:
    """The differences of one gap, each with what it is sorted by."""
    paired = dict(pair_alike([before[i].text for i in lost], [after[i].text for i in came]))
    found: list[tuple[int, int, Difference]] = []
    reached = place
    for number, index in enumerate(lost):
        old = before[index]
        if number in paired:
            reached = came[paired[number]]
            new = after[reached]
            row = Difference("changed", old.position, new.position, old.text, new.text)
            found.append((reached, 1, row))
        else:
            late = number > min(paired, default=number)
            row = Difference("removed", old.position, None, old.text, None)
            found.append((reached, 2 if late else 0, row))
    for number, index in enumerate(came):
        if number not in paired.values():
            new = after[index]
            found.append((index, 1, Difference("added", None, new.position, None, new.text)))
    return found


def pair_alike(lost: Sequence[str], came: Sequence[str]) -> list[tuple[int, int]]:
    """Which of the lost paragraphs became which of those that came, in order: the pairs that share
    the most words in all, each at least `LEAST_SHARED` of theirs."""
    if not lost or not came or len(lost) * len(came) > MOST_PAIRS:
        return []
    bags = [Counter(cut_words(text)) for text in lost], [Counter(cut_words(text)) for text in came]
    shares = [[share_words(one, other) for other in bags[1]] for one in bags[0]]
    best = [[0.0] * (len(came) + 1) for _ in range(len(lost) + 1)]
    for i in range(len(lost) - 1, -1, -1):
        for j in range(len(came) - 1, -1, -1):
            taken = shares[i][j] + best[i + 1][j + 1] if shares[i][j] >= LEAST_SHARED else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], taken)
    return list(follow(shares, best))


def follow(
    shares: Sequence[Sequence[float]], best: Sequence[Sequence[float]]
) -> Iterator[tuple[int, int]]:
    """The pairs that lead to the best sum."""
    i = j = 0
    while i < len(shares) and j < len(shares[i]):
        if shares[i][j] >= LEAST_SHARED and best[i][j] == shares[i][j] + best[i + 1][j + 1]:
            yield i, j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def share_words(one: Counter[str], other: Counter[str]) -> float:
    """The share of the words of both texts that they have in common, 0 to 1 (Dice)."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def count_words(differences: Iterable[Difference]) -> tuple[int, int]:
    """How many words came, and how many went; a word that only changed its place is neither."""
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for one in differences:
        before.update(cut_words(one.before or ""))
        after.update(cut_words(one.after or ""))
    return (after - before).total(), (before - after).total()


def cut_words(text: str) -> list[str]:
    """The words of a text; in scripts without spaces, its characters."""
    return _WORD.findall(text)
