"""What two articles that share text are to each other."""

from __future__ import annotations

from enum import StrEnum

from tasks.reprints.overlaps import Overlap


class Kinship(StrEnum):
    """NONE: two articles. REPRINT: one text, cut, extended or revised. ALIAS: one article that an
    outlet shows at several addresses."""

    NONE = "none"
    REPRINT = "reprint"
    ALIAS = "alias"


# The share of the shorter text that makes a reprint: enough with so many shared words, and more
# the fewer there are, because one shared paragraph is much of a short item.
ENOUGH, MANY_WORDS = 0.5, 160
ENOUGH_SHORT, FEW_WORDS = 0.72, 30
# Nearly all of it makes one in any case, from so many words on.
NEARLY_ALL, LEAST_WORDS = 0.85, 12
# Words in a shared piece, in the mean, below which more is required, up to so much: the same
# template filled in anew breaks off at every blank.
PIECE, ENOUGH_PIECEMEAL = 24.0, 1.0
# Less than this of the longer text: no cut of it, but a passage in both, unless nearly all of the
# shorter is from there and that is not a paragraph only.
LEAST_OF_LONGER, PARAGRAPH = 0.25, 80
# Outside of direct speech the texts must agree, too: a statement that two quote makes no reprint.
ENOUGH_TOLD = 0.4
# Of both texts, for one article at two addresses, and the days that may lie between.
SAME, SAME_DAYS = 0.9, 3.0


def judge(
    overlap: Overlap, *, same_outlet: bool = False, days_apart: float | None = None
) -> Kinship:
    """What an overlap means; it does not matter which article comes first. `days_apart` are those
    between the two publications, None where unknown: a notice that an outlet prints every week is
    a reprint of itself, no alias."""
    if not _is_reprint(overlap):
        return Kinship.NONE
    near = days_apart is None or abs(days_apart) <= SAME_DAYS
    whole = min(overlap.share_of_a, overlap.share_of_b) >= SAME
    return Kinship.ALIAS if same_outlet and near and whole else Kinship.REPRINT


def _is_reprint(overlap: Overlap) -> bool:
    """Whether one of the texts is made of the other."""
    share = max(overlap.share_of_a, overlap.share_of_b)
    is_cut = min(overlap.share_of_a, overlap.share_of_b) >= LEAST_OF_LONGER
    if overlap.words < LEAST_WORDS or share >= NEARLY_ALL:
        return overlap.words >= (LEAST_WORDS if is_cut else PARAGRAPH)
    return (
        is_cut
        and share >= max(_require(overlap.words), _require_pieces(overlap))
        and max(overlap.told_of_a, overlap.told_of_b) >= ENOUGH_TOLD
    )


def _require(words: int) -> float:
    """The share that is needed when so many words are shared."""
    part = (min(max(words, FEW_WORDS), MANY_WORDS) - FEW_WORDS) / (MANY_WORDS - FEW_WORDS)
    return ENOUGH_SHORT + (ENOUGH - ENOUGH_SHORT) * part


def _require_pieces(overlap: Overlap) -> float:
    """The share that is needed where what is shared stands in pieces."""
    short = 1 - overlap.words / (PIECE * max(1, overlap.stretches))
    return ENOUGH + (ENOUGH_PIECEMEAL - ENOUGH) * max(0.0, short)
