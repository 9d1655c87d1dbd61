"""Reads JSON-LD as pages really carry it: broken, wrapped, nested, several objects in a script.

Formats: https://www.w3.org/TR/json-ld11/#embedding-json-ld-in-html-documents and the types of
https://schema.org/Article.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

Node = dict[str, Any]

# How well a type says "this object is the article". Kinds of pages that only sometimes are one
# (a recipe, a video) come last and only count when they carry a headline or a date.
ARTICLE_TYPES: dict[str, float] = {
    "newsarticle": 3.0,
    "reportagenewsarticle": 3.0,
    "analysisnewsarticle": 3.0,
    "askpublicnewsarticle": 3.0,
    "backgroundnewsarticle": 3.0,
    "opinionnewsarticle": 3.0,
    "reviewnewsarticle": 3.0,
    "advertisercontentarticle": 2.5,
    "satiricalarticle": 3.0,
    "liveblogposting": 3.0,
    "blogposting": 2.8,
    "article": 2.8,
    "report": 2.5,
    "scholarlyarticle": 2.5,
    "techarticle": 2.5,
    "medicalscholarlyarticle": 2.5,
    "socialmediaposting": 1.5,
    "discussionforumposting": 1.5,
    "review": 1.2,
    "recipe": 1.2,
    "podcastepisode": 1.0,
    "videoobject": 0.6,
    "creativework": 0.8,
    "webpage": 0.5,
    "itempage": 0.5,
}

_OPENERS = re.compile(r"^(?://|/\*)?\s*<!\[CDATA\[(?:\s*\*/)?|^<!--")
_CLOSERS = re.compile(r"(?://|/\*)?\s*\]\]>(?:\s*\*/)?;?$|(?://\s*)?-->;?$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_MISSING_COMMA = re.compile(r"([}\]\"])([^\S\n]*\n\s*\")(?=[A-Za-z@][\w@:]*\"\s*:)")
_BAD_ESCAPE = re.compile(r"\\(?![\"\\/bfnrtu])")
# An escaped backslash before "u" begins no escape.
_CONTROL = re.compile(r"(?<!\\)((?:\\\\)*)\\u00(?:0[0-8bBeEfF]|1[\da-fA-F]|7[fF]|[89][\da-fA-F])")
_PAIR = re.compile(
    r'"(@type|headline|datePublished|dateModified|url|description|articleSection)"'
    r'\s*:\s*"((?:[^"\\\n]|\\.)*)"'
)
_AUTHOR = re.compile(r'"author"\s*:\s*(?=[\[{"])')
_MOST_TRIES = 4
_BEFORE_TYPE = re.compile(r"[/:#]")
_MAX_DEPTH = 24
_MOST_WRAPPERS = 4
# Real pages have less than a hundred objects; every field looks at each of them.
_MAX_NODES = 2_000
_WRAPPER = 40
_NESTED = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart")


def parse_jsonld(script: str) -> list[Any]:
    """Every JSON value in one script, repaired where it can be; empty when nothing can be read."""
    text = script.strip().lstrip("\ufeff")
    if not text:
        return []
    text = _drop_controls(_unwrap(text))
    for attempt in _repairs(text):
        values = _decode_all(attempt)
        if values:
            return values
    return _salvage(text)


def _drop_controls(text: str) -> str:
    """The script without escaped control characters, which no field may hold; white space stays."""
    return _CONTROL.sub(r"\1", text) if "\\u00" in text else text


def _unwrap(text: str) -> str:
    """The script without the comment and CDATA marks around it, which are looked for at its ends
    alone: a search from every blank of a long run of them would never end."""
    for _ in range(_MOST_WRAPPERS):
        head, tail = text[:-_WRAPPER], text[-_WRAPPER:]
        unwrapped = _OPENERS.sub("", head + _CLOSERS.sub("", tail)).strip()
        if unwrapped == text:
            break
        text = unwrapped
    return text


def _repairs(text: str) -> Iterator[str]:
    """The text, then less and less careful repairs of it."""
    yield text
    bare = _TRAILING_COMMA.sub(r"\1", text)
    yield bare
    if "&quot;" in bare or "&#34;" in bare:
        yield html.unescape(bare)
    yield _BAD_ESCAPE.sub(r"\\\\", _MISSING_COMMA.sub(r"\1,\2", bare))


def _decode_all(text: str) -> list[Any]:
    """All values written one after another; empty as soon as one is broken."""
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    position = 0
    try:
        while position < len(text):
            value, position = decoder.raw_decode(text, position)
            values.append(value)
            while position < len(text) and text[position] in " \t\r\n,;":
                position += 1
    except (ValueError, RecursionError):
        return []
    return values


def _salvage(text: str) -> list[Any]:
    """The plain facts of an object that no repair makes readable: its strings, and its authors
    where these can be read by themselves."""
    node: Node = {}
    for key, value in _PAIR.findall(text):
        node.setdefault(key, value.replace('\\"', '"').replace("\\/", "/"))
    authors = (read_value(text, m.end()) for m in islice(_AUTHOR.finditer(text), _MOST_TRIES))
    if author := next(filter(None, authors), None):
        node["author"] = author
    return [node] if "headline" in node or "datePublished" in node else []


def read_value(text: str, at: int) -> Any:  # noqa: ANN401 - JSON
    """The JSON value that begins there, whatever stands behind it; None where none can be read."""
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, at)[0]
    except (ValueError, RecursionError):
        return None


def flatten(values: Sequence[Any]) -> list[Node]:
    """All objects in reading order, `@graph`, lists and main entities opened."""
    found: list[Node] = []
    for value in values:
        _collect(value, found, 0)
    return found


def _collect(value: object, found: list[Node], depth: int) -> None:
    if depth > _MAX_DEPTH or len(found) >= _MAX_NODES:
        return
    if isinstance(value, list):
        for item in value:
            _collect(item, found, depth + 1)
    elif isinstance(value, dict):
        found.append(value)
        for key in _NESTED:
            inner = value.get(key)
            if isinstance(inner, list) and key == "hasPart" and len(inner) > 1:
                continue  # a collection
            if isinstance(inner, (dict, list)):
                _collect(inner, found, depth + 1)


def list_types(node: Node) -> list[str]:
    """The node's types, lower-cased, without "schema:" or the address of schema.org."""
    declared = node.get("@type") or node.get("type") or ()
    if isinstance(declared, str):
        declared = (declared,)
    if not isinstance(declared, (list, tuple)):
        return []
    return [_bare_type(t) for t in declared if isinstance(t, str)]


@lru_cache(maxsize=256)
def _bare_type(declared: str) -> str:
    return _BEFORE_TYPE.split(declared)[-1].strip().lower()


def rate_type(node: Node) -> float:
    """How much the node's type speaks for its being the article; 0 for no such type."""
    return max((ARTICLE_TYPES.get(t, 0.0) for t in list_types(node)), default=0.0)


def choose_article(
    nodes: Sequence[Node], addresses: Sequence[str], headings: Sequence[str]
) -> Node | None:
    """The object that describes this page's article: by type, address, headline and fullness."""
    known = {_bare_address(a) for a in addresses if a}
    words = {_fold(h) for h in headings if h}
    best: Node | None = None
    best_score = 0.0
    for node in nodes:
        score = _rate(node, known, words)
        if score > best_score:
            best, best_score = node, score
    return best


def _rate(node: Node, addresses: set[str], headings: set[str]) -> float:
    score = rate_type(node)
    if not score:
        return 0.0
    told = sum(1 for k in ("headline", "name", "datePublished", "author") if node.get(k))
    if not told:
        return 0.0
    return score + 0.3 * told + 2.0 * _fits_address(node, addresses) + _fits_heading(node, headings)


def _fits_address(node: Node, addresses: set[str]) -> bool:
    claims: list[Any] = [node.get("url"), node.get("@id"), node.get("mainEntityOfPage")]
    for claim in claims:
        if isinstance(claim, dict):
            claim = claim.get("@id") or claim.get("url")
        if isinstance(claim, str) and _bare_address(claim) in addresses:
            return True
    return False


def _fits_heading(node: Node, headings: set[str]) -> float:
    for key in ("headline", "name", "alternativeHeadline"):
        value = node.get(key)
        if isinstance(value, str) and value:
            folded = _fold(value)
            if folded in headings:
                return 2.0
            if len(folded) > 15 and any(
                folded in h or h in folded for h in headings if len(h) > 15
            ):
                return 1.5
    return 0.0


def _bare_address(address: str) -> str:
    bare = re.sub(r"^https?:(?://)?(?:www\.)?", "", address.strip().lower())
    return bare.split("#")[0].split("?")[0].rstrip("/")


def _fold(text: str) -> str:
    return " ".join(re.findall(r"\w+", html.unescape(text).casefold()))
