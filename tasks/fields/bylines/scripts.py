"""The authors that inline scripts tell to counters of readers, for want of better: data layers,
Chartbeat's settings, and the story that Arc's pages carry for their own scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tasks.fields.claims import list_texts
from tasks.fields.jsonld import read_value

_LAYERS = ("dataLayer", "utag_data", "digitalData", "_sf_async_config")
_KEY = re.compile(
    r"(?<![a-z])((?:article|content|page|post)?_?author(?:s|_?names?)?|byline)"
    r"[\"']?\s{0,2}[:=]\s{0,2}(?=[\[{\"'])",
    re.IGNORECASE,
)
_SINGLE = re.compile(r"'([^'\\<>{}\n]{3,100})'")
_STORY = "globalContent="
_LARGEST = 3_000_000
_MOST = 6


def read_script_authors(scripts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(key, names) in the order of the page; what a story credits before what a layer says."""
    texts = [text for text in scripts if len(text) <= _LARGEST]
    told = [("credits", name) for text in texts for name in _list_credits(text)]
    if not told:
        told = [pair for text in texts if any(map(text.__contains__, _LAYERS))
                for pair in _list_told(text)]  # fmt: skip
    return tuple(dict.fromkeys(told[:_MOST]))


def _list_credits(text: str) -> Iterator[str]:
    at = text.find(_STORY)
    story = read_value(text, at + len(_STORY)) if at >= 0 else None
    credits = story.get("credits") if isinstance(story, dict) else None
    if isinstance(credits, dict):
        yield from list_texts(credits.get("by"))


def _list_told(text: str) -> Iterator[tuple[str, str]]:
    for match in _KEY.finditer(text):
        single = _SINGLE.match(text, match.end())
        value = single[1] if single else read_value(text, match.end())
        for name in list_texts(value):
            yield match[1], name
