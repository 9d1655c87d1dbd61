"""Reads once what a page says of itself to machines: JSON-LD, meta, microdata, times, links.

Formats: https://schema.org, https://ogp.me, https://html.spec.whatwg.org/#microdata.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from tasks.fields.bylines.lexicons import load_lexicons
from tasks.fields.bylines.marks import HOOKS, BylineMarks, is_personal, read_hook, stands_alone
from tasks.fields.bylines.scripts import read_script_authors
from tasks.fields.claims import list_texts
from tasks.fields.elements import clean, is_beside
from tasks.fields.headings import Heading, read_heading
from tasks.fields.jsonld import choose_article, flatten, parse_jsonld
from tasks.fields.times.marks import DateMarks, read_script_dates
from tasks.model import Structured

# Not "//*": libxml2 then compares every hit with all before it, a minute for 20,000 paragraphs.
_WITH_MARKS = etree.XPath(
    "descendant-or-self::*[@class or @itemprop or @property or @rel or self::time or self::p"
    " or self::h1 or self::h2"
    " or self::h3 or self::a or self::address or @aria-label or contains(name(), '-')"
    f" or {' or '.join(f'@{name}' for name in sorted(HOOKS))}]",
    smart_strings=False,
)
_BYLINE_CLASS = re.compile(
    r"by-?_?line|author|autor|auteur|writer|(?<![a-z])written-?by|(?<![a-z])signature(?![a-z])"
    r"|reporter|journalist|redakteur|contributor|yazar|(?<![a-z])posted-?by"
    r"|(?:article|story|post)[-_]*attribution"
)
_DATE_CLASS = re.compile(
    r"date(?!-?picker)|(?<![a-z])time(?!r|line|out)|timestamp|publish|posted-?on|fecha|datum"
)
_PRINT_CLASS = re.compile(r"(?:post|entry|article)[-_]*(?:meta|utility|footer)|postmetadata")
_UPDATED_CLASS = re.compile(r"updat|modif|edited|geändert|aktualis")
# Plain substrings, tried first: most class names hold none, and `in` is far cheaper than a search.
_HINTS = (
    "line", "author", "autor", "auteur", "writ", "signature", "reporter", "journalist",
    "redakteur", "contributor", "yazar", "posted", "attribution", "date", "time",
    "publish", "fecha", "datum",
)  # fmt: skip
_SKIPPED_TAGS = frozenset({"script", "style", "link", "meta", "html", "body", "svg", "form"})
# What stands before the name of a property or of a link's relation: "schema:", "sioc:".
_VOCABULARY = re.compile(r"^(?:schema|sioc|dc|dcterms|foaf|rnews):")
_NAMES = frozenset({"name", "schema:name", "foaf:name"})
_DATED = frozenset({"datepublished", "datemodified", "datecreated"})
_DATES = _DATED | {"date", "created", "issued", "modified"}
_AUTHORS = frozenset(
    {"author", "schema:author", "dc:creator", "dcterms:creator", "sioc:has_creator"}
)
# Where the headline and the text stand decides whose a date is.
_PASSED = frozenset({"h1", "h2", "h3", "p", "time"})
_MOST_LINKS = 12
_LONG_BYLINE = 200
_PAGE_OBJECT = "parsely-page"
# Values under one name: of a meta element, of a rel, of <h1>.
_MAX_VALUES = 200


class _Marks:
    """The marked-up byline and date candidates of one page, in document order."""

    def __init__(self) -> None:
        self.meta: dict[str, list[str]] = {}
        self.bylines = BylineMarks()
        self.dates = DateMarks()
        self.kinds: dict[str, tuple[str, str, bool]] = {}

    def learn(self, names: str) -> tuple[str, str, bool]:
        """What a class attribute says its element is: (mark of a byline, mark of a date, whether
        it is the small print of an article)."""
        low = names.lower()
        byline = date = ""
        for hint in _HINTS:
            if hint in low:
                byline, date = _judge_class(low)
                break
        small = "meta" in low or "footer" in low or "utility" in low
        printed = small and _PRINT_CLASS.search(low) is not None
        kind = self.kinds[names] = (byline, date, printed)
        return kind

    def add_byline(self, element: HtmlElement, mark: str) -> None:
        self.bylines.add(element, mark, self.dates)

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
    data: list[str] = []
    links: dict[str, list[str]] = {}
    titles: list[str] = []
    h1: list[Heading] = []
    for element in tree.iter("meta", "link", "script", "title", "h1"):
        tag = element.tag
        if tag == "meta":
            _read_meta(element, marks)
        elif tag == "link":
            _read_link(element, links)
        elif tag == "script":
            if "ld+json" in (element.get("type") or "").lower():
                scripts.append(element.text_content() or "")
            elif element.text:
                data.append(element.text)
        elif tag == "h1":
            if len(h1) < _MAX_VALUES:
                h1.append(read_heading(element))
        elif not _inside_svg(element):
            titles.append(clean(element.text_content()))
    marks.dates.name_titles([*titles[:1], *marks.meta.get("og:title", ())])
    _read_marks(tree, marks)
    return _assemble(tree, marks, scripts, data, links, titles, h1)


def _assemble(
    tree: HtmlElement,
    marks: _Marks,
    scripts: Iterable[str],
    data: Sequence[str],
    links: dict[str, list[str]],
    titles: Sequence[str],
    h1: Sequence[Heading],
) -> Structured:
    nodes = flatten([value for script in scripts for value in parse_jsonld(script)])
    addresses = [*links.get("canonical", ()), *marks.meta.get("og:url", ())]
    headings = [*(h.text for h in h1), *marks.meta.get("og:title", ()), *titles[:1]]
    bylines = marks.bylines.list_all(marks.dates)
    article = choose_article(nodes, addresses, headings)
    told = (article or {}).get("datePublished") or marks.meta.get("article:published_time")
    signed = (article or {}).get("author") or marks.meta.get("author")
    return Structured(
        jsonld=tuple(nodes),
        article=article,
        meta={name: tuple(values) for name, values in marks.meta.items()},
        links={rel: tuple(hrefs) for rel, hrefs in links.items()},
        html_lang=_read_language(tree),
        title_tag=next((t for t in titles if t), None),
        h1=tuple(h.text for h in h1 if h.text),
        h1_mains=tuple(h.main for h in h1 if h.main),
        bylines=tuple(found.text for found in bylines),
        byline_marks=tuple(found.mark for found in bylines),
        byline_places=tuple(found.place for found in bylines),
        dates=marks.dates.list_all(),
        script_dates=() if told else read_script_dates(data),
        script_authors=() if signed else read_script_authors(data),
    )


def _read_meta(element: HtmlElement, marks: _Marks) -> None:
    content = element.get("content") or element.get("value")
    for attribute in ("name", "property", "itemprop", "http-equiv"):
        marks.add_meta(element.get(attribute), content)
    if content and element.get("name") == _PAGE_OBJECT:
        _read_page_object(content, marks)


def _read_page_object(content: str, marks: _Marks) -> None:
    """The older form of what Parse.ly is told: one object, not a meta element for each value."""
    for told in parse_jsonld(content)[:1]:
        if isinstance(told, dict):
            for name in list_texts(told.get("authors") or told.get("author")):
                marks.add_meta("parsely-author", name)
            for moment in list_texts(told.get("pub_date")):
                marks.add_meta("parsely-pub-date", moment)


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
        if tag in _PASSED:
            marks.dates.pass_by(element, tag)
        given = element.keys()
        if "itemprop" in given:
            _read_itemprop(element, element.get("itemprop", "").lower().split(), marks)
        if "property" in given:
            _read_property(element, element.get("property", "").lower().split(), marks)
        if "rel" in given and not _AUTHORS.isdisjoint(element.get("rel", "").lower().split()):
            marks.add_byline(element, "rel")
            continue
        if "-" in tag or "aria-label" in given:
            marks.dates.add_spoken(element)
        _read_names(element, given, marks)


def _read_names(element: HtmlElement, given: Sequence[str], marks: _Marks) -> None:
    """What classes, addresses and the hooks of tests and scripts call the element."""
    names = element.get("class") if "class" in given else None
    known = (marks.kinds.get(names) or marks.learn(names)) if names else ("", "", False)
    byline, date, printed = known
    if printed and marks.dates.place == "body":
        _read_print(element, marks)
    if not byline and element.tag == "a":
        byline = _judge_address(element, marks)
    if not byline and element.tag == "address":
        byline = "hook" if _signs(element, marks) else ""
    if not byline and not HOOKS.isdisjoint(given):
        hook = read_hook(element)
        byline = "hook" if hook == "byline" else ""
        date = "class" if hook == "date" else date
    if byline:
        marks.add_byline(element, byline)
    if date and element.tag != "time":
        marks.dates.add(element, date)


def _read_itemprop(element: HtmlElement, properties: Sequence[str], marks: _Marks) -> None:
    given = element.get("content") or element.get("datetime")
    for name in properties:
        if given:
            marks.add_meta(name, given)
        elif name in _DATED and element.tag != "time":
            marks.dates.add(element, name)
        if name == "author":
            marks.add_byline(_find_name(element), "itemprop")


def _read_property(element: HtmlElement, properties: Sequence[str], marks: _Marks) -> None:
    """RDFa: an author, or a date, with the name of its vocabulary before it or none."""
    given = element.get("content")
    for name in properties:
        bare = _VOCABULARY.sub("", name)
        if bare in _DATES and given and not is_beside(element, marks.dates.around):
            marks.add_meta(bare if name.startswith("schema:") else name, given)
        elif bare in _DATED and not given and element.tag != "time":
            marks.dates.add(element, bare)
    if not _AUTHORS.isdisjoint(properties):
        marks.add_byline(_find_name(element), "itemprop")


def _judge_address(link: HtmlElement, marks: _Marks) -> str:
    """A link by the headline that leads to an author's own page."""
    if marks.dates.place != "head" or not is_personal(link.get("href")):
        return ""
    return "link" if stands_alone(link) else ""


def _signs(contact: HtmlElement, marks: _Marks) -> bool:
    """Whether an <address> by the headline says "By …": it may be whose page it is, too
    (https://html.spec.whatwg.org/#the-address-element)."""
    if marks.dates.place != "head":
        return False
    return load_lexicons().prefixes.match(clean(contact.text_content()[:_LONG_BYLINE])) is not None


def _read_print(element: HtmlElement, marks: _Marks) -> None:
    """Links to an author's own page in the small print below the text."""
    for link in islice(element.iter("a"), _MOST_LINKS):
        if is_personal(link.get("href")):
            marks.add_byline(link, "link")


def _find_name(author: HtmlElement) -> HtmlElement:
    for inner in author.iterdescendants():
        if inner.get("itemprop") == "name" or inner.get("property") in _NAMES:
            return inner
    return author


def _inside_svg(element: HtmlElement) -> bool:
    return any(a.tag == "svg" for a in element.iterancestors())


def _read_language(tree: HtmlElement) -> str | None:
    root = tree.getroottree().getroot()
    xml_lang = "{http://www.w3.org/XML/1998/namespace}lang"
    declared = root.get("lang") or root.get("xml:lang") or root.get(xml_lang)
    return declared.strip() or None if declared else None
