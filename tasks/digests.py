"""What linking needs of texts: for reprints, stories and search. It is found in each text alone, so
several processes may do it; together they find what one would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks.reprints.shingles import Shingles, make_shingles
from tasks.search.counts import Counted, Text, count_texts, join_counts
from tasks.stories.sketches import Terms, find_terms

# A part of so many letters takes a second or so, and in it most words are met again.
PART_LETTERS = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Digests:
    """Of each text, in order: its runs of words, the terms of its sketch, its words counted."""

    shingles: Sequence[Shingles]
    sketches: Sequence[Terms]
    counted: Counted


def split_texts(texts: Sequence[Text]) -> Iterator[Sequence[Text]]:
    """The texts in order, in parts to be digested at a time."""
    start = letters = 0
    for at, text in enumerate(texts):
        if letters >= PART_LETTERS:
            yield texts[start:at]
            start, letters = at, 0
        letters += len(text.body)
    if texts:
        yield texts[start:]


def digest_texts(texts: Sequence[Text]) -> Digests:
    """Digest some texts, here."""
    return Digests(
        [make_shingles(text.body) for text in texts],
        [find_terms(text.title, text.body, text.language) for text in texts],
        count_texts(texts),
    )


def join_digests(parts: Sequence[Digests]) -> Digests:
    """What digesting the texts of all parts together gives."""
    return Digests(
        [one for part in parts for one in part.shingles],
        [one for part in parts for one in part.sketches],
        join_counts([part.counted for part in parts]),
    )
