"""Reads once what a page says of itself to machines: JSON-LD, meta, microdata, times, links.

Formats: https://schema.org, https://ogp.me, https://html.spec.whatwg.org/#microdata.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lxml import etree
from lxml.html import HtmlElement

from tasks.fields.jsonld import choose_article, flatten, parse_jsonld
from tasks.model import Structured

_WITH_MARKS = etree.XPath("//*[@class or @itemprop or @rel]", smart_strings=False)
_BYLINE_CLASS = re.compile(
    r"by-?_?line|author|autor|auteur|writer|(?<![a-z])written-?by|(?<![a-z])signature(?![a-z])"
    r"|reporter|journalist|redakteur|contributor|yazar|(?<![a-z])posted-?by"
)
_DATE_CLASS = re.compile(
    r"date(?!-?picker)|(?<![a-z])time(?!r|line|out)|timestamp|publish|posted-?on|fecha|datum"
)
_UPDATED_CLASS = re.compile(r"updat|modif|edited|geändert|aktualis")
# Plain substrings, tried first: most class names hold none, and `in` is far cheaper than a search.
_HINTS = (
    "line", "author", "autor", "auteur", "writ", "signature", "reporter", "journalist",
    "redakteur", "contributor", "yazar", "posted", "date", "time", "publish", "fecha", "datum",
)  # fmt: skip
_SKIPPED_CLASS = re.compile(
    r"comment|related|sidebar|teaser|recirc|recommend|most-?read|popular|footer|trending|newsletter"
    r"|(?<![a-z])(?:nav|menu|promo|widget|carousel)(?![a-z])|more-?(?:news|stories|from)"
)
_SKIPPED_TAGS = frozenset({"script", "style", "link", "meta", "html", "body", "svg", "form"})
_UNSEEN_TAGS = ("script", "style", "noscript", "template", "svg", "button")
_FORMATTING = frozenset(
    {"b", "i", "em", "strong", "u", "sup", "sub", "mark", "font", "wbr", "abbr"}
)
_MAX_DEPTH = 40
_MAX_BYLINE = 200
_MAX_DATE = 120
_MAX_MARKS = 40
_MAX_TIMES = 60
# Values under one name: of a meta element, of a rel, of <h1>.
_MAX_VALUES = 200


class _Marks:
    """The marked-up byline and date candidates of one page, in document order."""

    def __init__(self) -> None:
        self.meta: dict[str, list[str]] = {}
        self.bylines: list[tuple[str, str]] = []
        self.dates: list[tuple[str, str]] = []
        self.kinds: dict[str, tuple[str, str]] = {}
        self.last: tuple[str, HtmlElement | None] = ("", None)

    def learn(self, names: str) -> tuple[str, str]:
        """What a class attribute says its element is: (mark of a byline, mark of a date)."""
        low = names.lower()
        kind = ("", "")
        for hint in _HINTS:
            if hint in low:
                kind = _judge_class(low)
                break
        self.kinds[names] = kind
        return kind

    def add_meta(self, name: str | None, content: str | None) -> None:
        if name and content and (value := content.strip()):
            values = self.meta.setdefault(name.strip().lower(), [])
            if len(values) < _MAX_VALUES:
                values.append(value)


def _judge_class(low: str) -> tuple[str, str]:
    byline = date = ""
    if _BYLINE_CLASS.search(low):
        byline = "class-byline" if "line" in low else "class"
    if _DATE_CLASS.search(low):
        date = "updated" if _UPDATED_CLASS.search(low) else "class"
    return byline, date


def read_structured(tree: HtmlElement) -> Structured:
    """Everything the page declares about itself; the tree is left as it was."""
    marks = _Marks()
    scripts: list[str] = []
    times: list[tuple[str, str]] = []
    links: dict[str, list[str]] = {}
    titles: list[str] = []
    h1: list[str] = []
    for element in tree.iter("meta", "link", "script", "time", "title", "h1"):
        tag = element.tag
        if tag == "meta":
            _read_meta(element, marks)
        elif tag == "link":
            _read_link(element, links)
        elif tag == "script":
            if "ld+json" in (element.get("type") or "").lower():
                scripts.append(element.text_content() or "")
        elif tag == "time":
            if len(times) < _MAX_TIMES:
                times.append((_clean(element.get("datetime") or ""), read_visible(element)))
        elif tag == "h1":
            if len(h1) < _MAX_VALUES:
                h1.append(read_visible(element))
        elif not _inside_svg(element):
            titles.append(_clean(element.text_content()))
    _read_marks(tree, marks)
    return _assemble(tree, marks, scripts, times, links, titles, h1)


def _assemble(
    tree: HtmlElement,
    marks: _Marks,
    scripts: Iterable[str],
    times: Sequence[tuple[str, str]],
    links: dict[str, list[str]],
    titles: Sequence[str],
    h1: Sequence[str],
) -> Structured:
    nodes = flatten([value for script in scripts for value in parse_jsonld(script)])
    addresses = [*links.get("canonical", ()), *marks.meta.get("og:url", ())]
    headings = [*h1, *marks.meta.get("og:title", ()), *titles[:1]]
    bylines = _drop_repeats(marks.bylines)
    return Structured(
        jsonld=tuple(nodes),
        article=choose_article(nodes, addresses, headings),
        meta={name: tuple(values) for name, values in marks.meta.items()},
        times=tuple(times),
        links={rel: tuple(hrefs) for rel, hrefs in links.items()},
        html_lang=_read_language(tree),
        title_tag=next((t for t in titles if t), None),
        h1=tuple(h for h in h1 if h),
        bylines=tuple(text for _, text in bylines),
        byline_marks=tuple(mark for mark, _ in bylines),
        dates=tuple(_drop_repeats(marks.dates)),
    )


def _read_meta(element: HtmlElement, marks: _Marks) -> None:
    content = element.get("content") or element.get("value")
    for attribute in ("name", "property", "itemprop", "http-equiv"):
        marks.add_meta(element.get(attribute), content)


def _read_link(element: HtmlElement, links: dict[str, list[str]]) -> None:
    href = (element.get("href") or "").strip()
    if not href:
        return
    for rel in (element.get("rel") or element.get("itemprop") or "").lower().split():
        hrefs = links.setdefault(rel, [])
        if len(hrefs) < _MAX_VALUES:
            hrefs.append(href)


def _read_marks(tree: HtmlElement, marks: _Marks) -> None:
    for element in _WITH_MARKS(tree):
        tag = element.tag
        if tag in _SKIPPED_TAGS:
            continue
        itemprop = element.get("itemprop")
        if itemprop:
            _read_itemprop(element, itemprop.lower().split(), marks)
        rel = element.get("rel")
        if rel and "author" in rel.lower().split():
            _add_byline(element, "rel", marks)
            continue
        names = element.get("class")
        if names:
            byline, date = marks.kinds.get(names) or marks.learn(names)
            if byline:
                _add_byline(element, byline, marks)
            if date:
                _add_date(element, date, marks)


def _read_itemprop(element: HtmlElement, properties: Sequence[str], marks: _Marks) -> None:
    given = element.get("content") or element.get("datetime")
    for name in properties:
        if given:
            marks.add_meta(name, given)
        elif name in ("datepublished", "datemodified", "datecreated"):
            _add_date(element, name, marks)
        if name == "author":
            _add_byline(_find_name(element), "itemprop", marks)


def _find_name(author: HtmlElement) -> HtmlElement:
    for inner in author.iterdescendants():
        if inner.get("itemprop") == "name":
            return inner
    return author


def _add_byline(element: HtmlElement, mark: str, marks: _Marks) -> None:
    if len(marks.bylines) >= _MAX_MARKS or is_beside(element):
        return
    text = _clean(element.get("content") or "") or read_parts(element, _MAX_BYLINE)
    if not 2 <= len(text) <= _MAX_BYLINE:
        return
    if marks.last[0] == mark and _same_group(marks.last[1], element):
        text = f"{marks.bylines.pop()[1]}\n{text}"
    marks.bylines.append((mark, text))
    marks.last = (mark, element)


def _same_group(before: HtmlElement | None, element: HtmlElement) -> bool:
    """Whether two marked elements stand in one list of authors: brothers, or cousins."""
    if before is None:
        return False
    parent, other = element.getparent(), before.getparent()
    if parent is None or other is None:
        return False
    return parent is other or (len(parent) <= 3 and parent.getparent() is other.getparent())


def _add_date(element: HtmlElement, mark: str, marks: _Marks) -> None:
    if len(marks.dates) >= _MAX_MARKS or is_beside(element):
        return
    text = read_visible(element, _MAX_DATE)
    if 6 <= len(text) <= _MAX_DATE and any(c.isdigit() for c in text):
        marks.dates.append((mark, text))


def is_beside(element: HtmlElement) -> bool:
    """Whether the element stands in comments, teasers, sidebars or another page furniture."""
    for node in (element, *element.iterancestors()):
        if node.tag in ("aside", "footer", "nav"):
            return True
        if node.tag in ("body", "html", "article"):
            return False
        names = f"{node.get('class') or ''} {node.get('id') or ''}".lower()
        if len(names) > 1 and _SKIPPED_CLASS.search(names):
            return True
    return False


def read_visible(element: HtmlElement, limit: int = 2_000) -> str:
    """The element's text with single spaces, scripts left out; at most a little over `limit`."""
    parts: list[str] = []
    _gather(element, parts, 0)
    return _clean("".join(parts)[: 4 * limit]).replace(" ,", ",")


def read_parts(element: HtmlElement, limit: int) -> str:
    """The element's text, what stands in elements of their own set apart by line breaks."""
    parts: list[str] = []
    _gather(element, parts, 0, "\n")
    pieces = (_clean(piece) for piece in "".join(parts)[: 4 * limit].split("\n"))
    return "\n".join(piece for piece in pieces if piece)


def _gather(element: HtmlElement, parts: list[str], depth: int, mark: str = " ") -> None:
    """The texts in order, on one line each; all but formatting elements are set apart by `mark`."""
    if element.text:
        parts.append(element.text.replace("\n", " "))
    for child in element:
        tag = child.tag
        gap = "" if tag in _FORMATTING else mark
        if isinstance(tag, str) and tag not in _UNSEEN_TAGS and depth < _MAX_DEPTH:
            parts.append(gap)
            _gather(child, parts, depth + 1, mark)
        parts.append(gap)
        if child.tail:
            parts.append(child.tail.replace("\n", " "))


def _drop_repeats(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    seen: dict[str, str] = {}
    for mark, text in pairs:
        seen.setdefault(text, mark)
    return [(mark, text) for text, mark in seen.items()]


def _inside_svg(element: HtmlElement) -> bool:
    return any(a.tag == "svg" for a in element.iterancestors())


def _read_language(tree: HtmlElement) -> str | None:
    root = tree.getroottree().getroot()
    xml_lang = "{http://www.w3.org/XML/1998/namespace}lang"
    declared = root.get("lang") or root.get("xml:lang") or root.get(xml_lang)
    return declared.strip() or None if declared else None


def _clean(text: str) -> str:
    return " ".join(text.split())
