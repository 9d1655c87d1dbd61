"""How the fields ask a page's structured data: meta values, JSON-LD texts, ids resolved."""

from __future__ import annotations

import html
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from tasks.fields.jsonld import Node, rate_type
from tasks.fields.same import Same
from tasks.model import Page, Told

# Beside the chosen one: real pages have far less, and every field looks at each of them.
_MOST_ARTICLES = 100
_MAX_DEPTH = 24
_NAMED = ("@value", "name", "text", "@list", "@set")


def list_meta(page: Page, *names: str) -> Iterator[tuple[str, str]]:
    """(name, content) of the meta elements of these names, in the order of the names."""
    meta = page.structured.meta or {}
    for name in names:
        for content in meta.get(name, ()):
            yield name, content


def read_address(page: Page) -> str | None:
    """The page's address: where it was read, else what it gives as its own."""
    own = (*(page.structured.links or {}).get("canonical", ()), *_list_og_urls(page))
    return page.url or next((url for url in own if url.startswith(("http://", "https://"))), None)


def _list_og_urls(page: Page) -> Iterator[str]:
    return (raw for _, raw in list_meta(page, "og:url"))


def list_articles(page: Page) -> tuple[Node, ...]:
    """The JSON-LD objects that may describe the article: the chosen one, then its kin."""
    return _list_articles(Same(page))


@lru_cache(maxsize=1)  # nearly every field of a page asks for them
def _list_articles(same: Same) -> tuple[Node, ...]:
    structured = same.page.structured
    chosen = structured.article
    others = (n for n in structured.jsonld if n is not chosen and rate_type(n) >= 0.5)
    kin = islice(others, _MOST_ARTICLES)
    return tuple(kin if chosen is None else (chosen, *kin))


def resolve_node(page: Page, value: Any) -> Any:  # noqa: ANN401 - JSON
    """The object that an `{"@id": …}` points to, where the page holds it; else the value."""
    if not (isinstance(value, dict) and "@id" in value and "name" not in value):
        return value
    wanted = value["@id"]
    for node in page.structured.jsonld:
        if node.get("@id") == wanted and (len(node) > len(value) or "name" in node):
            return node
    return value


def as_list(value: object) -> list[Any]:
    """JSON-LD lets a single value stand for a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def list_texts(value: Any, depth: int = 0) -> Iterator[str]:  # noqa: ANN401 - JSON
    """The strings of a JSON-LD value: itself, `@value`, `name` (of a schema.org Person also its
    `givenName` and `familyName`), or those of a list; none that is nested deeper than sense has."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, str):
        if text := clean_text(value):
            yield text
    elif isinstance(value, list):
        for item in value:
            yield from list_texts(item, depth + 1)
    elif isinstance(value, dict):
        named = (key for key in _NAMED if isinstance(value.get(key), (str, list)) and value[key])
        if (key := next(named, None)) is not None:
            yield from list_texts(value[key], depth + 1)
        elif given := next(list_texts(value.get("givenName"), depth + 1), ""):
            family = next(list_texts(value.get("familyName"), depth + 1), "")
            yield f"{given} {family}".strip()


def name_teller(told: Told) -> str:
    """What the rules of its candidates begin with: "feed", "sitemap", else "told"."""
    return told.by if told.by in ("feed", "sitemap") else "told"


def clean_text(text: str) -> str:
    """One line: entities resolved (also those written twice), white space single."""
    for _ in range(2):
        if "&" not in text:
            break
        text = html.unescape(text)
    return " ".join(text.replace("\u200b", "").replace("\ufeff", "").replace("\xad", "").split())
