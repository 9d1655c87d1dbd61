"""What a page marks up as a date: <time>, classes, microdata, with where it stands; and the times
in its inline scripts.

Formats: https://html.spec.whatwg.org/#the-time-element and https://schema.org/datePublished.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from lxml.html import HtmlElement

from tasks.fields.elements import NOTHING_AROUND, Around, clean, is_beside, read_visible
from tasks.fields.times.roles import Role, name_role
from tasks.model import DateMark

_MAX_DATE = 120
_MAX_MARKS = 40
_MAX_TIMES = 60
_MAX_LABEL = 40
# A paragraph of this length is text; the second of them ends the head of the article (the first
# may be the standfirst).
_LONG = 100
_PARAGRAPHS = 2
# Of a headline: letters that must stand in the title alike; the fewest for an <h2> to be one; and
# what it counts that the title begins with it.
_START, _LEAST_LETTERS, _BEGINS = 24, 12, 1_000
_MAX_HEADLINE = 300
_ROOT = re.compile(r"(?:(?:https?:)?//[^/]+)?/?")
_SITE_CLASS = re.compile(r"logo|brand|site-?(?:title|name)|blog-?title")
# How many levels above a headline or a date are looked at for what holds both.
_NEAR = 4
_OUTER = frozenset({"body", "html", "main"})
_UPDATED_CLASS = re.compile(r"updat|modif|edited|geändert|aktualis")
_PUBLISHED_CLASS = re.compile(r"publi|pubdate|created|posted|entry-date")
# Microformats write <abbr class="published" title="2024-08-13T10:40">.
_GIVEN = (
    "datetime",
    "content",
    "title",
    "data-datetime",
    "data-date",
    "data-time",
    "data-published",
    "data-publish-date",
    "data-pubdate",
    "data-timestamp",
    "data-utime",
    "data-epoch",
)
# What elements of a page's own making call them: <a-timestamp publishdate="…" updatedate="…">.
_PUBLISHED = (*_GIVEN, "publishdate", "publish-date", "pubdate", "published", "timestamp", "date")
_UPDATED = ("updatedate", "update-date", "updated", "modified", "data-updated", "data-modified")
_GIVEN_TIME = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")
# Seconds or milliseconds since 1970, from 2001 on.
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SCRIPT_KEYS = (
    "datePublished", "publishDate", "publishedDate", "published_date", "publish_date",
    "publishedAt", "published_at", "publicationDate", "publication_date", "publishTime",
    "publish_time", "publishOn", "firstPublished", "first_published_at", "firstPublishDate",
    "datePublication",
    "pubDate", "pubdate", "displayDate", "display_date", "releaseDate", "dateCreated", "createdAt",
    "created_at", "articlePublishDate", "article_publish_date", "date_published", "publishedOn",
    "firstPublishedAt", "publishedTime", "published_time", "publishDateTime", "postDate",
    "post_date", "datetime_published",
)  # fmt: skip
_SCRIPT_VALUE = re.compile(
    r"""\\?["']?\s{0,2}[:=]\s{0,2}(?:\\?["']([^"'\\<>{}]{8,40})\\?["']|(1\d{9}(?:\d{3})?)\b)"""
)
_MOST_VALUES = 6
_LARGEST_SCRIPT = 3_000_000


class DateMarks:
    """Gathers the dates of one page, its elements given in document order."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.found: list[tuple[HtmlElement, DateMark]] = []
        self.times = 0
        self.place = "page"
        self.fit = 0
        self.paragraphs = 0
        self.around: Around = NOTHING_AROUND
        self.near: frozenset[HtmlElement] = frozenset()

    def name_titles(self, titles: Iterable[str]) -> None:
        """Take what the page's head calls its title."""
        self.titles = [squeezed for title in titles if (squeezed := _squeeze(title))]

    def pass_by(self, element: HtmlElement, tag: str) -> None:
        """Keep account of where the headline and the text stand; take a <time>."""
        if tag == "time":
            self._add_time(element)
        elif tag == "p":
            if self.place == "head" and len(element.text_content()) >= _LONG:
                self.paragraphs += 1
                self.place = "body" if self.paragraphs >= _PARAGRAPHS else "head"
        else:
            self._pass_headline(element, tag)

    def _pass_headline(self, element: HtmlElement, tag: str) -> None:
        """The headline is what fits the page's title best; before any did, the first <h1> that
        is not the site's own name."""
        fit = self._measure_fit(_squeeze(element.text_content()[:_MAX_HEADLINE]))
        fit += _BEGINS * (tag == "h1" and fit > _BEGINS)
        first = tag == "h1" and self.place == "page" and not _names_site(element)
        if fit <= self.fit and not first:
            return
        if tag != "h1" and (fit < _BEGINS + _LEAST_LETTERS or is_beside(element)):
            return
        self.fit = fit
        self.place, self.paragraphs = "head", 0
        self.around = Around.of(_list_around(element, 40))
        self.near = frozenset(_list_around(element, _NEAR))
        self.found = [
            (other, mark._replace(place=self._place_before(other))) for other, mark in self.found
        ]

    def _measure_fit(self, headline: str) -> int:
        """How many letters of a title a headline has; far more where the title begins with it, for
        sites put their own name last. 0 where it stands in no title."""
        start, best = headline[:_START], 0
        if len(start) < 2:
            return 0
        for title in self.titles:
            if start in title:
                fit = min(len(headline), len(title))
                best = max(best, fit + _BEGINS * title.startswith(start))
        return best

    def is_near(self, element: HtmlElement) -> bool:
        """Whether the element stands by the headline."""
        return not self.near.isdisjoint(_list_around(element, _NEAR))

    def _place_before(self, element: HtmlElement) -> str:
        """Where what stands before the headline stands: by it, or in the page's own head."""
        if self.is_near(element):
            return "head"
        return "beside" if is_beside(element, self.around) else "top"

    def _add_time(self, element: HtmlElement) -> None:
        if self.times >= _MAX_TIMES:
            return
        self.times += 1
        given = clean(element.get("datetime") or "")
        text = read_visible(element, _MAX_DATE)[:_MAX_DATE]
        names = f"{element.get('class') or ''} {element.get('itemprop') or ''}".lower()
        how = "time"
        if _UPDATED_CLASS.search(names) and not _PUBLISHED_CLASS.search(names):
            how = "datemodified" if "datemodified" in names else "updated"
        self._keep(
            element, DateMark(how, given or _read_given(element), text, _read_label(element))
        )

    def add(self, element: HtmlElement, how: str) -> None:
        """Take an element whose class or microdata says that its text is a date."""
        if len(self.found) - self.times >= _MAX_MARKS:
            return
        text = read_visible(element, _MAX_DATE)
        given = _read_given(element)
        if given or (6 <= len(text) <= _MAX_DATE and any(c.isdigit() for c in text)):
            self._keep(element, DateMark(how, given, text[:_MAX_DATE], _read_label(element)))

    def add_spoken(self, element: HtmlElement) -> None:
        """Take the times that only attributes tell: those of an element of the page's own making,
        and a label for the ear that says what time it is."""
        if len(self.found) - self.times >= _MAX_MARKS:
            return
        tag = element.tag
        if "-" in tag and ("time" in tag or "date" in tag):
            self._add_custom(element)
            return
        spoken = element.get("aria-label") or ""
        dated = len(spoken) <= _MAX_DATE and tag != "a" and _YEAR.search(spoken)
        if dated and name_role(spoken) is not Role.OPEN:
            self._keep(element, DateMark("class", "", clean(spoken)))

    def _add_custom(self, element: HtmlElement) -> None:
        label = _read_label(element)
        holder = element.getparent()
        names = (holder.get("class") or "").lower() if holder is not None else ""
        how = "updated" if _UPDATED_CLASS.search(names) else "time"
        if given := _read_given(element, _PUBLISHED):
            self._keep(element, DateMark(how, given, "", label))
        if given := _read_given(element, _UPDATED):
            self._keep(element, DateMark("datemodified", given, ""))

    def _keep(self, element: HtmlElement, mark: DateMark) -> None:
        place = "beside" if is_beside(element, self.around) else self.place
        self.found.append((element, mark._replace(place=place)))

    def list_all(self) -> tuple[DateMark, ...]:
        """The marks in order; of those that say the same in one place, the first."""
        return tuple(dict.fromkeys(mark for _, mark in self.found))


def _squeeze(text: str) -> str:
    """The letters and digits of a text alone: titles part kicker and headline by other marks."""
    return "".join(filter(str.isalnum, text.lower()))


def _names_site(headline: HtmlElement) -> bool:
    """Whether an <h1> is the site's own name: a logo, or a link to the root."""
    for node in (headline, headline.getparent()):
        if node is not None and _SITE_CLASS.search(f"{node.get('class')} {node.get('id')}".lower()):
            return True
    link = headline.find(".//a")
    return link is not None and _ROOT.fullmatch(link.get("href") or "") is not None


def _list_around(element: HtmlElement, levels: int) -> list[HtmlElement]:
    found: list[HtmlElement] = []
    for node in element.iterancestors():
        if node.tag in _OUTER or len(found) >= levels:
            break
        found.append(node)
    return found


def _read_given(element: HtmlElement, names: Sequence[str] = _GIVEN) -> str:
    """A time that the element has for scripts or as its tooltip, where it begins with a year or
    counts from 1970."""
    for name in names:
        value = clean(element.get(name) or "")
        if _GIVEN_TIME.match(value):
            return value[:_MAX_LABEL]
        if _EPOCH.fullmatch(value):
            return datetime.fromtimestamp(int(value[:10]), UTC).isoformat()
    return ""


def _read_label(element: HtmlElement) -> str:
    """The words right before an element, in its line: "Updated: <time>"."""
    before = element.getprevious()
    parent = element.getparent()
    if before is not None:
        text = before.tail or ""
        if (
            not text.strip()
            and len(before) == 0
            and before.tag in ("span", "b", "strong", "em", "label", "dt")
        ):
            text = before.text or ""
    else:
        text = (parent.text or "") if parent is not None else ""
    return clean(text)[-_MAX_LABEL:]


def read_script_dates(scripts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(key, value) of the times in inline scripts under keys that name a publication, the better
    keys first, a few of each."""
    texts = [text for text in scripts if len(text) <= _LARGEST_SCRIPT]
    found: list[tuple[str, str]] = []
    for key in _SCRIPT_KEYS:
        for text in texts:
            found += [(key, value) for value in _list_values(text, key)]
    return tuple(found)


def _list_values(text: str, key: str) -> Iterable[str]:
    at, count = text.find(key), 0
    while at >= 0 and count < _MOST_VALUES:
        match = _SCRIPT_VALUE.match(text, at + len(key))
        if match and not text[max(0, at - 1) : at].isalnum():
            count += 1
            yield match[1] or match[2]
        at = text.find(key, at + len(key))
