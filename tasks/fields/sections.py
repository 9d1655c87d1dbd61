"""Section and tags, as the page files itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tasks.fields.claims import clean_text, list_articles, list_meta, list_texts
from tasks.fields.jsonld import list_types
from tasks.model import Found, Page

_SEPARATORS = re.compile(r"\s*[,;|，、،؛；]\s*")
_MAX_TAG = 80
_MAX_TAGS = 60
_MACHINE = re.compile(r"^[\w-]+:\S|[{}<>=]|^https?:|^\d+$")


def find_section(page: Page) -> Sequence[Found[str]]:
    """article:section, JSON-LD articleSection, breadcrumbs, in that order."""
    found: list[Found[str]] = []
    for node in list_articles(page):
        for raw in list_texts(node.get("articleSection")):
            sure = 0.9 if node is page.structured.article else 0.6
            found.append(
                Found(_split(raw)[0] if _split(raw) else raw, raw, "jsonld.articleSection", sure)
            )
    for name, raw in list_meta(
        page,
        "article:section",
        "parsely-section",
        "section",
        "cxenseparse:recs:category",
        "dc.subject",
    ):
        if (text := clean_text(raw)) and not _MACHINE.search(text):
            found.append(Found(text, raw, f"meta.{name}", 0.85 if "section" in name else 0.6))
    for raw in _list_crumbs(page):
        found.append(Found(raw, raw, "jsonld.breadcrumb", 0.5))
    return [f for f in found if 1 < len(f.value) <= _MAX_TAG]


def _list_crumbs(page: Page) -> Iterator[str]:
    """The second crumb: the first is the home page, the last is often the article."""
    for node in page.structured.jsonld:
        items = node.get("itemListElement")
        if (
            "breadcrumblist" not in list_types(node)
            or not isinstance(items, list)
            or len(items) < 3
        ):
            continue
        crumb = items[1]
        if isinstance(crumb, dict):
            inner = crumb.get("item")
            named = crumb.get("name") or (inner.get("name") if isinstance(inner, dict) else None)
            yield from list_texts(named)


def find_tags(page: Page) -> Sequence[Found[tuple[str, ...]]]:
    """The tags of each source, best first: JSON-LD, article:tag, news_keywords, keywords."""
    found: list[Found[tuple[str, ...]]] = []
    for node in list_articles(page):
        raws = list(list_texts(node.get("keywords")))
        sure = 0.9 if node is page.structured.article else 0.5
        _add(found, raws, "jsonld.keywords", sure)
    for name, sure in (
        ("article:tag", 0.88),
        ("news_keywords", 0.8),
        ("parsely-tags", 0.75),
        ("keywords", 0.6),
        ("sailthru.tags", 0.5),
    ):
        _add(found, [raw for _, raw in list_meta(page, name)], f"meta.{name}", sure)
    return found


def _add(found: list[Found[tuple[str, ...]]], raws: list[str], rule: str, sure: float) -> None:
    tags: dict[str, str] = {}
    for raw in raws:
        for tag in _split(raw):
            tags.setdefault(tag.casefold(), tag)
    if tags:
        found.append(Found(tuple(tags.values())[:_MAX_TAGS], ", ".join(raws), rule, sure))


def _split(raw: str) -> list[str]:
    parts = (clean_text(p).strip("#\"'") for p in _SEPARATORS.split(raw))
    return [p for p in parts if 1 < len(p) <= _MAX_TAG and not _MACHINE.search(p)]
