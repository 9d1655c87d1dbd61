"""From a finder's own score to the chance that a value is right.

Finders score candidates to rank them. What a score is worth was counted on pages with truth
(`python -m bench.calibration CORPUS --fit`), for each field and medium, apart for the candidate
that was taken and for those that lost. `tasks/weights/confidence.json` holds the counts as scales:
rising points of (score, chance), read with straight lines between them.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from operator import itemgetter
from typing import Any

from tasks.model import Found, Media

# Rules of what a source says beside the page; no corpus has any.
_UNCOUNTED = ("told.", "feed.", "sitemap.", "http.")
Scale = tuple[tuple[float, float], ...]


def rate_confidence(field: str, media: Media, found: Found[Any], *, chosen: bool) -> float:
    """The chance, 0 to 1, that a candidate is right; for what was never counted (a field, or what
    only a source says) its own score."""
    bounded = min(max(found.confidence, 0.0), 1.0)
    if found.rule.startswith(_UNCOUNTED):
        return bounded
    scale = _find_scale(field, media, chosen)
    return read_scale(scale, bounded) if scale else bounded


@lru_cache(maxsize=256)
def _find_scale(field: str, media: Media, chosen: bool) -> Scale | None:
    return load_scales().get(name_scale(field, media, chosen=chosen))


def name_scale(field: str, media: Media, *, chosen: bool) -> str:
    """The key of a scale in the data file."""
    return f"{field} {media.value} {'chosen' if chosen else 'lost'}"


def read_scale(scale: Sequence[tuple[float, float]], score: float) -> float:
    """The chance at a score; beyond the ends that of the end."""
    place = bisect_right(scale, score, key=itemgetter(0))
    if place == 0:
        return scale[0][1]
    if place == len(scale):
        return scale[-1][1]
    (left, low), (right, high) = scale[place - 1], scale[place]
    return low + (high - low) * (score - left) / (right - left)


@lru_cache(maxsize=1)
def load_scales() -> dict[str, Scale]:
    """Every scale of the data file, by key."""
    text = files("tasks.weights").joinpath("confidence.json").read_text("utf-8")
    return {
        key: tuple((float(at), float(chance)) for at, chance in points)
        for key, points in json.loads(text)["scales"].items()
    }
