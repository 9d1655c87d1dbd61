"""Whether readers must pay, and whether the page holds only the beginning of the article.

Read from JSON-LD `isAccessibleForFree` (https://schema.org/isAccessibleForFree, also of a part),
the flags that content systems write into meta elements, and the words that pages print where the
text stops (`paywalls.tsv`). `article:content_tier` "locked" is paid, "free" is free; "metered"
tells nothing, because such an article is free for some readers and not for others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from tasks.fields.claims import as_list, list_articles
from tasks.fields.words import count_words
from tasks.lexicon.lines import load_rows, normalise
from tasks.model import KEPT, Found, Label, Line, Page

Values = Mapping[str, Any]

_FALSE = frozenset({"false", "no", "0", "http://schema.org/false", "https://schema.org/false"})
_TRUE = frozenset({"true", "yes", "1", "http://schema.org/true", "https://schema.org/true"})
# Meta elements by which systems say that an article is paid: name → the value that says so.
_FLAGS = (
    ("article:content_tier", "locked", "free"),
    ("isaccessibleforfree", "false", "true"),
    ("ispremium", "true", "false"),
    ("premium", "true", "false"),
    ("is_premium", "true", "false"),
    ("paywall", "true", "false"),
    ("access", "premium", "free"),
    ("content-access", "paid", "free"),
    ("article:free", "false", "true"),
)
_LONGEST_LINE = 200
# A body of so many words below a wall is a teaser; of a longer one the wall only says who may read.
_TEASER_WORDS = 220
# The whole text is longer than the body by this factor and this many words.
_FACTOR, _MORE = 2.0, 80
_SHORT_WORDS, _SENTENCE, _MOST_WORDS = 120, 5, 50_000
# A wall stands no more lines below the text than this; phrases are keyed by so many letters.
_BELOW, _KEY = 8, 4
_MARKS = " *•→>«\"'🔒|–-"
_CUT = re.compile(r"(?:\[\s?(?:…|\.{3})\s?\]|…|\.{3}|\(\s?(?:…|\.{3})\s?\))\s*$")
_BRACKET_CUT = re.compile(r"\[\s?(?:…|\.{3})\s?\]\s*$")


def find_paywalled(page: Page) -> Sequence[Found[bool]]:
    """True or False where the page tells, best sign first."""
    found = [*_by_data(page), *_by_flags(page)]
    if wall := find_wall(page):
        sure = 0.75 if wall[1] == "wall" else 0.6
        found.append(Found(True, wall[0].text, f"line.{wall[1]}", sure, _span(wall[0])))
    found.sort(key=lambda f: -f.confidence)
    return [f for f in found if f.confidence >= 0.65] if found else []


def _by_data(page: Page) -> Iterator[Found[bool]]:
    for node in list_articles(page):
        sure = 0.95 if node is page.structured.article else 0.75
        told = read_flag(node.get("isAccessibleForFree"))
        if told is not None:
            raw = str(node.get("isAccessibleForFree"))
            yield Found(not told, raw, "jsonld.isAccessibleForFree", sure)
        for part in as_list(node.get("hasPart")):
            if isinstance(part, dict) and read_flag(part.get("isAccessibleForFree")) is False:
                part_sure = 0.8 if told is None else sure - 0.01 if told is False else 0.6
                yield Found(True, "hasPart", "jsonld.hasPart", part_sure)


def read_flag(value: object) -> bool | None:
    """True or False of a JSON-LD boolean, also one written as a word or as schema.org's address."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        low = value.strip().lower()
        return False if low in _FALSE else True if low in _TRUE else None
    return None


def _by_flags(page: Page) -> Iterator[Found[bool]]:
    meta = page.structured.meta or {}
    for name, paid, free in _FLAGS:
        for raw in meta.get(name, ()):
            low = raw.lower()
            if low in (paid, free):
                yield Found(low == paid, raw, f"meta.{name}", 0.85)


def find_wall(page: Page) -> tuple[Line, str] | None:
    """The first line that stops the text for some, and how: "wall" or "register". It stands within
    the text or right below it; further down it belongs to other articles."""
    kept = [n for n, line in enumerate(page.lines) if line.label in KEPT]
    if not kept:
        return None
    for line in page.lines[kept[0] : kept[-1] + _BELOW]:
        if len(line.text) <= _LONGEST_LINE and (kind := read_wall(line.text)):
            return line, kind
    return None


def read_wall(text: str) -> str | None:
    """What kind of wall the line is, if any."""
    # Most lines begin like no phrase, and are known by that at little cost.
    candidates = _phrases().get(text[:20].lstrip(_MARKS)[:_KEY].casefold())
    if candidates is None:
        return None
    normal = normalise(text)
    return next((kind for phrase, kind in candidates if normal.startswith(phrase)), None)


def find_truncated(page: Page, values: Values) -> Sequence[Found[bool]]:
    """Whether the body is a teaser; nothing where the page does not tell. `values` are the fields
    found before: paywalled, word_count."""
    words, paid = int(values.get("word_count") or 0), values.get("paywalled") is True
    last = next((line for line in reversed(page.lines) if line.label in KEPT), None)
    found = []
    if words < _TEASER_WORDS and (wall := find_wall(page)):
        found.append(Found(True, wall[0].text, f"line.{wall[1]}", 0.8, _span(wall[0])))
    if claim := read_claimed_words(page, words):
        whole, rule = claim
        if paid and whole > _FACTOR * words + _MORE:
            found.append(Found(True, str(whole), rule, 0.85))
        elif 0.7 * whole <= words <= _FACTOR * whole and whole >= _SHORT_WORDS:
            found.append(Found(False, str(whole), rule, 0.85))
    if last is not None and _is_cut(last.text, paid=paid):
        found.append(Found(True, last.text[-60:], "body.cut", 0.85 if paid else 0.75))
    if paid and words < _SHORT_WORDS:
        found.append(Found(True, str(words), "body.paid-and-short", 0.75))
    return sorted(found, key=lambda f: -f.confidence)


def _is_cut(text: str, *, paid: bool) -> bool:
    """Whether the last paragraph breaks off: "[…]", or, of a paid article, "…"."""
    mark = _CUT if paid else _BRACKET_CUT
    return mark.search(text) is not None and count_words(text) >= _SENTENCE


def read_claimed_words(page: Page, words: int) -> tuple[int, str] | None:
    """How many words the page says that the article has, and where: `articleBody` where it is the
    same text, else `wordCount`, which some systems fill with something else."""
    article = page.structured.article or {}
    body = article.get("articleBody")
    if isinstance(body, str) and len(body) > 200 and _begins_alike(page, body):
        size = sum(len(line.text) for line in page.lines if line.label in KEPT)
        return round(words * len(body) / max(size, 1)), "jsonld.articleBody"
    try:
        count = int(str(article.get("wordCount") or "0").strip())
    except ValueError:
        return None
    return (count, "jsonld.wordCount") if 0 < count < _MOST_WORDS else None


def _begins_alike(page: Page, body: str) -> bool:
    """Whether the text that the page tells machines is that of its body."""
    first = next((line.text for line in page.lines if line.label is Label.BODY), "")
    return len(first) >= 15 and " ".join(first.split())[:25] in body


def _span(line: Line) -> tuple[int, int]:
    return line.start, line.end


@lru_cache(maxsize=1)
def _phrases() -> dict[str, tuple[tuple[str, str], ...]]:
    """The phrases and their kinds by their first letters, the longest first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind, _language, *phrases in load_rows("paywalls.tsv"):
        for phrase in phrases:
            normal = normalise(phrase)
            for key in {normal[:_KEY], phrase[:_KEY].casefold()}:
                found.setdefault(key, []).append((normal, kind))
    return {key: tuple(sorted(entries, key=lambda e: -len(e[0]))) for key, entries in found.items()}
