"""What a page marks up as a byline: microdata, rel, classes, test ids, links to an author's page;
with where it stands, and not what signs the teasers of other stories.

Formats: https://html.spec.whatwg.org/#microdata, https://microformats.org/wiki/rel-author.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from lxml.html import HtmlElement

from tasks.fields.bylines.lexicons import load_lexicons
from tasks.fields.elements import clean, is_beside, read_parts
from tasks.fields.times.marks import DateMarks
from tasks.identity import fold_name
from tasks.lexicon.lines import is_unspaced

_MAX_BYLINE = 200
_MAX_MARKS = 40
# Attributes by which a page's own tests and scripts find their elements.
HOOKS = frozenset({"data-testid", "data-hook", "data-qa", "data-test", "data-component"})
_HOOK = re.compile(r"by-?_?line|author(?!i[sz])|autor(?!i[sz])|auteur|user-?name|contributor")
_DATE_HOOK = re.compile(r"(?:publish|posted|updated|article|story).{0,12}date|timestamp|date-?line")
# The address of somebody's own page.
_PERSONAL = re.compile(
    r"/(?:authors?|autor(?:en|es|i|zy)?|auteurs?|autore|journalist(?:s|en|es)?|redakteure?"
    r"|reporters?(?:-bios?)?|writers?|contributors?|columnists?|staff|people|profiles?|profil|byline"
    r"|yazar(?:lar)?|muhabir|avtor|avtory|forfatter|skribent|toimittaja|penulis|redaktor|by|av|af"
    r"|columnistas?|firmas?|giornalist[ai]|forfattere|kolumnist(?:en)?|kirjoittajat?)[/=][^/?#]"
)
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
# A teaser is no larger; its headline no shorter, in words or in characters.
_CARD_LEVELS, _CARD_CHARS = 3, 400
_HEADLINE_WORDS, _HEADLINE_CHARS = 4, 20
_LONG, _MOST_NODES = 100, 60
_WORD = re.compile(r"[^\W\d_]{3,}")


class BylineMark(NamedTuple):
    """A short text marked up as a byline, by what ("itemprop", "rel", "class-byline", "class",
    "hook", "link"), and where: "head" (by the headline), "top" (before it), "page", "body" (after
    the text began)."""

    mark: str
    text: str
    place: str


class BylineMarks:
    """Gathers the bylines of one page, its elements given in document order."""

    def __init__(self) -> None:
        self.found: list[tuple[HtmlElement, BylineMark]] = []
        self.last: tuple[str, HtmlElement | None, int] = ("", None, 0)

    def add(self, element: HtmlElement, mark: str, dates: DateMarks) -> None:
        """Take an element unless it stands beside the article; `dates` know where that is."""
        place, titles = dates.place, dates.titles
        if len(self.found) >= _MAX_MARKS or is_beside(element, dates.around):
            return
        text = clean(element.get("content") or "") or read_parts(element, _MAX_BYLINE)
        if not 2 <= len(text) <= _MAX_BYLINE or is_teaser(element, text, titles):
            return
        if _captions(element) and not load_lexicons().prefixes.match(text):
            return
        before, last, at = self.last
        if before == mark and _same_group(last, element):
            text = f"{self.found.pop(at)[1].text}{_read_between(last, element)}{text}"
        self.found.append((element, BylineMark(mark, text, place)))
        # A link that is all of a mark is no mark beside it.
        known = last is not None and last in element.iterancestors()
        if not known or before == mark or self.found[at][1].text != text:
            self.last = (mark, element, len(self.found) - 1)

    def list_all(self, dates: DateMarks) -> tuple[BylineMark, ...]:
        """The marks in order; of those with the same text, the first. Those that stand before the
        headline are placed now that it is known."""
        seen: dict[str, BylineMark] = {}
        for element, mark in self.found:
            if mark.place == "page" and dates.place != "page":
                mark = mark._replace(place="head" if dates.is_near(element) else "top")
            seen.setdefault(mark.text, mark)
        return tuple(_join_microdata(seen.values()))


def _join_microdata(marks: Iterable[BylineMark]) -> Iterator[BylineMark]:
    """The marks, authors that microdata tell one by one by the headline as one list."""
    joined = [m.text for m in marks if m.mark == "itemprop" and m.place == "head"]
    given = False
    for mark in marks:
        if mark.mark == "itemprop" and mark.place == "head":
            if not given:
                yield mark._replace(text="\n".join(joined))
            given = True
        else:
            yield mark


def read_hook(element: HtmlElement) -> str:
    """What an attribute for tests and scripts calls the element: "byline", "date" or ""."""
    for name in HOOKS:
        value = element.get(name)
        if value:
            low = value.lower()
            if _HOOK.search(low):
                return "byline"
            if _DATE_HOOK.search(low):
                return "date"
    return ""


def is_personal(address: str | None) -> bool:
    """Whether an address is that of an author's own page."""
    return address is not None and _PERSONAL.search(address[:300].lower()) is not None


def stands_alone(link: HtmlElement) -> bool:
    """Whether a link stands outside running text."""
    parent = link.getparent()
    return parent is not None and len(parent.text_content()) <= _MAX_BYLINE


def _captions(element: HtmlElement) -> bool:
    """Whether the element stands in a caption, where it names who took the picture."""
    return next(element.iterancestors("figcaption"), None) is not None


def _read_between(before: HtmlElement | None, element: HtmlElement) -> str:
    """A comma or a word that joins two brothers who follow each other, on a line of its own."""
    follows = before is not None and before.getnext() is element
    between = clean(before.tail or "") if before is not None and follows else ""
    joins = between in (",", "&") or fold_name(between) in load_lexicons().join_words
    return f"\n{between}\n" if between and joins else "\n"


def _same_group(before: HtmlElement | None, element: HtmlElement) -> bool:
    """Whether two marked elements stand in one list of authors: brothers, or cousins."""
    if before is None:
        return False
    parent, other = element.getparent(), before.getparent()
    if parent is None or other is None:
        return False
    return parent is other or (len(parent) <= 3 and parent.getparent() is other.getparent())


def is_teaser(element: HtmlElement, text: str, titles: Sequence[str]) -> bool:
    """Whether the byline belongs to the linked headline of another story beside it."""
    node = element
    for _ in range(_CARD_LEVELS):
        parent = node.getparent()
        if parent is None or parent.tag in ("body", "html", "main") or _is_article(parent):
            return False
        for other in parent:
            if other is not node and isinstance(other.tag, str):
                for headline in _list_headlines(other):
                    if not _is_own(headline, text, titles):
                        return True
        node = parent
    return False


def _is_article(node: HtmlElement) -> bool:
    """Whether the element holds a headline of the first order, or running text."""
    if next(node.iter("h1"), None) is not None:
        return True
    long = 0
    for paragraph in node.iter("p"):
        long += len(paragraph.text_content()) >= _LONG
        if long > 1:
            return True
    return False


def _list_headlines(node: HtmlElement) -> Iterator[str]:
    """The linked headlines in a small element: links that are all of a heading, or nearly all
    that stands there."""
    if len(node) > _MOST_NODES:
        return
    whole = clean(node.text_content())
    if not _HEADLINE_CHARS // 2 <= len(whole) <= _CARD_CHARS:
        return
    for link in node.iter("a"):
        text = clean(link.text_content())
        fills = 2 * len(text) >= len(whole) or _in_heading(link)
        if fills and _is_headline(text) and _leads_elsewhere(link):
            yield text


def _is_headline(text: str) -> bool:
    """Whether a link's text is long enough for a headline, and no date."""
    if sum(map(str.isdigit, text)) > len(text) // 5:
        return False
    if text.isascii() or not is_unspaced(text[:1]):
        return len(text) >= _HEADLINE_CHARS and len(text.split()) >= _HEADLINE_WORDS
    return len(text) >= _HEADLINE_CHARS // 2


def _leads_elsewhere(link: HtmlElement) -> bool:
    """Whether the link may lead to another story."""
    href = (link.get("href") or "").strip()
    if not href or href[0] == "#" or href.startswith(("mailto:", "javascript:", "tel:")):
        return False
    return not is_personal(href) and next(link.iter("time"), None) is None


def _in_heading(link: HtmlElement) -> bool:
    parent = link.getparent()
    return (parent is not None and parent.tag in _HEADINGS) or any(
        child.tag in _HEADINGS for child in link
    )


def _is_own(headline: str, byline: str, titles: Sequence[str]) -> bool:
    """Whether the linked text is the page's own title, or speaks of who signs ("All posts by Jane
    Doe")."""
    low = headline.lower()
    if any(low[:40] in title.lower() or title[:40].lower() in low for title in titles if title):
        return True
    words = set(_WORD.findall(low))
    return any(word in words for word in _WORD.findall(byline.lower()))
