"""Durations as people write them: `90`, `10m`, `1h30m`, `2 days`."""

from __future__ import annotations

import re

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PART = re.compile(
    r"\s*(\d+(?:\.\d+)?)\s*"
    r"(w|weeks?|d|days?|h|hrs?|hours?|m|min|mins|minutes?|s|secs?|seconds?|)\b\s*",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"(?<=[a-z])(?=\d)", re.IGNORECASE)
EXAMPLES = "90 (seconds), 45s, 10m, 1h30m, 2d or 1w"


def parse_duration(text: str | float) -> float:
    """Seconds. Without a unit a number counts seconds. Raises ValueError with a sentence."""
    if isinstance(text, bool):
        raise ValueError(f"{text!r} is no duration; write {EXAMPLES}.")
    if isinstance(text, int | float):
        return check_seconds(float(text), text)
    parts = _SPLIT.split(text.strip())
    matches = [match for part in parts for match in _list_parts(part)]
    if not matches or (len(matches) > 1 and not all(match[2] for match in matches)):
        raise ValueError(f"{text!r} is no duration; write {EXAMPLES}.")
    return check_seconds(sum(map(_count_seconds, matches)), text)


def _list_parts(text: str) -> list[re.Match[str]]:
    """The number and unit pairs of the text; none where anything else stands in it."""
    found: list[re.Match[str]] = []
    end = 0
    while match := _PART.match(text, end):
        found.append(match)
        end = match.end()
    if end != len(text):
        raise ValueError(f"{text!r} is no duration; write {EXAMPLES}.")
    return found


def _count_seconds(match: re.Match[str]) -> float:
    return float(match[1]) * _SECONDS[match[2].lower()[:1] or "s"]


def check_seconds(seconds: float, text: object) -> float:
    """The seconds, where they are a time that can be waited: none below 0, at most a century."""
    if not 0 <= seconds <= 3_155_760_000:
        raise ValueError(f"{text!r} is no duration; write {EXAMPLES}.")
    return seconds


def format_duration(seconds: float) -> str:
    """The shortest text that `parse_duration` reads as the same: `1h30m`, `2d`, `0.5s`."""
    whole, rest = divmod(seconds, 1)
    parts: list[str] = []
    left = int(whole)
    for unit, size in _SECONDS.items():
        count, left = divmod(left, size)
        if count and unit != "s":
            parts.append(f"{count}{unit}")
        elif unit == "s" and (count or rest or not parts):
            parts.append(f"{count + rest:g}s")
    return "".join(parts)


def round_duration(seconds: float) -> str:
    """About how long, in its greatest unit, for people: `3 days`, `12 minutes`."""
    for name, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size * (1 if name == "minute" else 2):
            return _count_units(int(seconds // size), name)
    return _count_units(int(seconds), "second")


def _count_units(count: int, name: str) -> str:
    return f"{count:,} {name}{'' if count == 1 else 's'}"
