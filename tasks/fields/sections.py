"""Section and tags, as the page files itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from tasks.fields.claims import (
    clean_text,
    list_articles,
    list_meta,
    list_texts,
    read_address,
)
from tasks.fields.jsonld import Node, list_types
from tasks.identity import fold_name
from tasks.lexicon.lines import load_rows
from tasks.model import Found, Page

_SEPARATORS = re.compile(r"\s*[,;|，、،؛；]\s*")
_MAX_TAG = 80
_MAX_TAGS = 60
_MAX_CRUMB = 40
# A single "tag" with so many spaces is several that no mark sets apart.
_UNMARKED = 3
_MACHINE = re.compile(r"^[\w-]+:\S|[{}<>=]|^https?:|^\d+$")


def find_section(page: Page) -> Sequence[Found[str]]:
    """JSON-LD articleSection, article:section, breadcrumbs, the address, in that order."""
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
    found += (Found(raw, raw, "jsonld.breadcrumb", 0.5) for raw in _list_crumbs(page))
    if folder := read_path_section(read_address(page)):
        found.append(Found(folder.replace("-", " ").capitalize(), folder, "url.path", 0.6))
    return [f for f in found if 1 < len(f.value) <= _MAX_TAG and not _is_none(page, f.value)]


def _list_crumbs(page: Page) -> Iterator[str]:
    """The crumbs between the home page and the article, in order."""
    for node in page.structured.jsonld:
        items = node.get("itemListElement")
        if not isinstance(items, list) or "breadcrumblist" not in list_types(node):
            continue
        titles = {fold_name(t) for t in (*page.structured.h1, page.structured.title_tag or "")}
        crumbs = [crumb for crumb in items if isinstance(crumb, dict)]
        for index, crumb in enumerate(crumbs):
            name = next(_name_crumb(crumb), "")
            folded = fold_name(name)
            last = index == len(crumbs) - 1
            if not folded or folded in _words("home") or (index == 0 and len(crumbs) > 2):
                continue
            if not (last and (folded in titles or len(crumbs) > 2 or len(name) > _MAX_CRUMB)):
                yield name


def _name_crumb(crumb: Node) -> Iterator[str]:
    inner = crumb.get("item")
    yield from list_texts(crumb.get("name"))
    yield from list_texts(inner.get("name") if isinstance(inner, dict) else None)


def read_path_section(url: str | None) -> str | None:
    """The first folder of an address that is a section's usual name ("politik", "sport")."""
    try:
        parts = [part for part in urlsplit(unquote(url or "")).path.lower().split("/") if part]
    except ValueError:
        return None
    known = _words("known")
    return next((part for part in parts[:-1] if part.replace("_", "-") in known), None)


def _is_none(page: Page, name: str) -> bool:
    """Whether a section is none: a system's own word, or the site itself ("example.com")."""
    if fold_name(name) in _words("none"):
        return True
    return "." in name and " " not in name and name.casefold() in (page.url or "").casefold()


@lru_cache(maxsize=4)
def _words(how: str) -> frozenset[str]:
    rows = (row for row in load_rows("sections.tsv") if row[0] == how)
    return frozenset(
        word if how == "skip" else fold_name(word) for _how, *ws in rows for word in ws
    )


def find_tags(page: Page) -> Sequence[Found[tuple[str, ...]]]:
    """The tags of each source, best first: JSON-LD, article:tag, news_keywords, keywords. A lone
    tag gives way to a list that has it, too; words without any mark between them are no list."""
    outlets = {fold_name(name) for _, name in list_meta(page, "og:site_name", "application-name")}
    found: list[Found[tuple[str, ...]]] = []
    for node in list_articles(page):
        raws = list(list_texts(node.get("keywords")))
        sure = 0.9 if node is page.structured.article else 0.5
        _add(found, raws, "jsonld.keywords", sure, outlets)
    for name, sure in (
        ("article:tag", 0.88),
        ("news_keywords", 0.8),
        ("parsely-tags", 0.75),
        ("keywords", 0.6),
        ("sailthru.tags", 0.5),
    ):
        _add(found, [raw for _, raw in list_meta(page, name)], f"meta.{name}", sure, outlets)
    return sorted(found, key=lambda f: -_rate(f, found))


def _rate(one: Found[tuple[str, ...]], found: Sequence[Found[tuple[str, ...]]]) -> float:
    """How good a list of tags is beside the others."""
    if len(one.value) > 1:
        return one.confidence
    tag = one.value[0].casefold()
    lists = [{t.casefold() for t in other.value} for other in found if len(other.value) > 1]
    if any(tag in tags for tags in lists) or (lists and tag.count(" ") >= _UNMARKED):
        return one.confidence - 0.5
    return one.confidence


def _add(
    found: list[Found[tuple[str, ...]]], raws: list[str], rule: str, sure: float, outlets: set[str]
) -> None:
    tags: dict[str, str] = {}
    for raw in raws:
        for tag in _split(raw):
            if fold_name(tag) not in outlets:
                tags.setdefault(tag.casefold(), tag)
    if tags:
        found.append(Found(tuple(tags.values())[:_MAX_TAGS], ", ".join(raws), rule, sure))


def split_tags(page: Page, raw: str) -> tuple[str, ...]:
    """The tags of a list in one line, without those that say nothing ("Uncategorized")."""
    tags = {tag.casefold(): tag for tag in reversed(_split(raw)) if not _is_none(page, tag)}
    return tuple(reversed(tags.values()))[:_MAX_TAGS]


def _split(raw: str) -> list[str]:
    parts = (clean_text(p).strip("#\"'") for p in _SEPARATORS.split(raw))
    return [p for p in parts if _is_tag(p)]


def _is_tag(text: str) -> bool:
    """Whether a piece has two letters, or is one of a script that writes words with one."""
    long_enough = len(text) > 1 or (text >= "\u3400" and text.isalpha())
    return long_enough and len(text) <= _MAX_TAG and not _MACHINE.search(text)
