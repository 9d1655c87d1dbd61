"""The authors a reader sees: marked-up bylines, and lines that sign, by where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from tasks.fields.bylines.claims import Signed, rate
from tasks.fields.bylines.edges import list_edges
from tasks.fields.bylines.lexicons import load_lexicons
from tasks.fields.bylines.name_words import load_name_words
from tasks.fields.bylines.names import merge_authors, parse_byline
from tasks.fields.bylines.signers import Signer
from tasks.fields.bylines.text import opens_behind_date, opens_with_paper
from tasks.identity import fold_name
from tasks.lexicon.lines import is_unspaced
from tasks.model import KEPT, Author, AuthorKind, Found, Label, Line, Media, Page
from tasks.text.signatures import SIGNATURE, SIGNED_BELOW, read_signature

_LONGEST_LINE = 100
_SHORTEST = 5
_MOST_LINES = 6
_LONGEST_DESK = 30
# So many lines from either end of the text one may sign that is taken for text.
_EDGE = 4
_MOST_MARKS = 12
_NOT_SIGNED = KEPT | {Label.COMMENT, Label.CAPTION, Label.CREDIT, Label.RELATED, Label.TITLE}
# Sets, for Python 3.11 finds a member of an enumeration slowly, and every line of a page is asked.
_SIGNING = frozenset({Label.BYLINE, Label.DATE_LINE})
_PASSED = frozenset({Label.BYLINE, Label.BLANK})
_TITLES = frozenset({Label.TITLE})
SIGNATURES = frozenset({SIGNATURE, SIGNED_BELOW})
# Lines of the page so many lines from the text still belong to it.
_NEAR = 12
_EXPLICIT = frozenset({"itemprop", "rel"})
# How sure each mark is by the headline, on a page without one, before it, and behind the text's
# beginning, where it is a note on the author, or on whom the text is about.
MARKS = {
    "itemprop": {"head": 0.86, "page": 0.72, "top": 0.45, "body": 0.5},
    "rel": {"head": 0.84, "page": 0.66, "top": 0.4, "body": 0.48},
    "class-byline": {"head": 0.85, "page": 0.7, "top": 0.4, "body": 0.46},
    "class": {"head": 0.8, "page": 0.6, "top": 0.35, "body": 0.44},
    "hook": {"head": 0.76, "page": 0.58, "top": 0.35, "body": 0.4},
    "link": {"head": 0.66, "page": 0.5, "top": 0.3, "body": 0.3},
}
_CLASSED = "html.byline-class"
# A line made of links, as a byline with a long name in it may be.
_LINKED = "html.links"
# Lines with the class of a byline are surer by the headline.
_BELOW = 0.5
# A word or two and a colon.
_LABELLED = re.compile(r"\s*[^\W\d_]+(?: [^\W\d_]+)?\s?[:：,،]")
_MOST_NAMES = 4
_AROUND = " .:|→»›…()"
_LESS_TEASED = 0.35
# So many names behind the text's beginning are a staff, not who signs.
_STAFF = 4


def list_marked(page: Page, signer: Signer) -> Iterator[Signed]:
    """Marked-up bylines: of each mark the first in the page that names somebody counts most."""
    seen: dict[str, int] = {}
    titles = _list_titles(page)
    for mark, text, place in islice(_list_marks(page), _MOST_MARKS):
        authors = parse_mark(mark, cut_headline(text, titles), signer)
        if mark not in _EXPLICIT and ("\n" in text or " / " in text):
            authors = drop_single_words(authors) or authors
        if mark == "link":
            authors = drop_single_words(authors)
        if authors and not (place == "body" and len(authors) >= _STAFF):
            rank = seen[mark] = seen.get(mark, -1) + 1
            sure = MARKS[mark][place] - min(0.3, 0.1 * rank)
            yield rate(authors, text, f"html.{mark}", max(sure, 0.05))


def parse_mark(mark: str, text: str, signer: Signer) -> tuple[Author, ...]:
    """The authors of a marked-up byline."""
    return parse_byline(cut_labels(text), signer, trusted=mark in _EXPLICIT)


def cut_labels(text: str) -> str:
    """The parts of a marked-up byline before one that opens something else ("Search for this author
    in:")."""
    parts = text.split("\n")
    for number, part in enumerate(parts):
        if number and part[-1:] == ":" and not begins_byline(part, strong=False):
            return "\n".join(parts[:number])
    return text


def _list_titles(page: Page) -> frozenset[str]:
    """The headline as the page shows it, letters and digits alone."""
    return frozenset(_squeeze(line.text) for line in page.lines if line.label in _TITLES)


def cut_headline(text: str, titles: frozenset[str]) -> str:
    """What follows the headline, where the mark holds all that stands above the text."""
    parts = text.split("\n")
    heads = [n for n, part in enumerate(parts) if _squeeze(part) in titles] if titles else []
    return "\n".join(parts[heads[-1] + 1 :]) if heads else text


def _list_marks(page: Page) -> Iterator[tuple[str, str, str]]:
    told = page.structured
    return zip(told.byline_marks, told.bylines, told.byline_places, strict=True)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Where the headline and the text stand among the lines, and what is marked up as a byline.
    What stands before `low` is above the headline, or, where there is none, far from the text."""

    first: int
    last: int
    low: int
    marked: str | None

    def is_head(self, number: int) -> bool:
        """Between headline and text, or next to them."""
        return self.low <= number <= self.first + 1

    def is_edge(self, number: int, line: Line) -> bool:
        """Whether a short line that nobody took for a byline stands where one does: by the headline
        with a date in it, or first or last in the text."""
        if not (_SHORTEST < len(line.text) < _LONGEST_LINE):
            return False
        if line.label in KEPT:
            return number - self.first < _EDGE or self.last - number < _EDGE
        return self.is_head(number) and any(map(str.isdigit, line.text))

    def is_unmarked(self, line: Line) -> bool:
        """Whether a line with the class of a byline stands beside the article."""
        return self.marked is not None and _squeeze(line.text) not in self.marked


def _squeeze(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


def list_lines(page: Page, signer: Signer) -> Iterator[Signed]:
    """Lines labelled as a byline, those near the text before others, and other short removed lines
    that begin with a byline word; without such a word only whole names count."""
    sheet = _read_sheet(page)
    lexicons = load_lexicons()
    low, upper, lower = sheet.low, sheet.first + _EDGE, sheet.last - _EDGE
    taken: list[Signed] = []
    before: Line | None = None
    for number, line in enumerate(page.lines):
        label = line.label
        if label in _SIGNING or (
            (label not in _NOT_SIGNED or (line.rule == _LINKED and sheet.is_head(number)))
            and 5 < len(line.text) < _LONGEST_LINE
            and lexicons.may_begin(line.text.lstrip())
        ):
            found = _read_line(line, signer, sheet, number)
            teased = found is not None and _is_teased(before, sheet, number)
            if found is not None and not (teased and sheet.marked is not None):
                taken.append(_doubt(found) if teased else found)
        elif (low <= number < upper or lower < number <= sheet.last) and sheet.is_edge(
            number, line
        ):
            found = _read_edge(line, signer) or _read_told(line, signer)
            if found or (found := _read_last(page.lines, number, sheet, signer)):
                taken.append(found)
        elif label in KEPT and (found := _read_told(line, signer)):
            taken.append(found)
        if label not in _PASSED:
            before = line
    taken.extend(list_edges(page.lines, sheet.first, sheet.last, signer))
    together = _join_lines(_drop_staff(taken))
    ranked = sorted(together, key=lambda found: -found.confidence)[:_MOST_LINES]
    for rank, found in enumerate(ranked):
        yield replace(found, confidence=max(found.confidence - 0.02 * rank, 0.05))


def _read_sheet(page: Page) -> _Sheet:
    first, last = find_stretch(page)
    titles = [n for n, line in enumerate(page.lines[:first]) if line.label in _TITLES]
    marked = None
    if page.media is Media.HTML:
        marked = " ".join(_squeeze(text) for text in page.structured.bylines)
    return _Sheet(first, last, titles[-1] - 2 if titles else first - _NEAR, marked)


def _is_teased(before: Line | None, sheet: _Sheet, number: int) -> bool:
    """Whether the line stands right below the linked headline of another story, away from the
    page's own."""
    if before is None or before.label is not Label.RELATED or sheet.is_head(number):
        return False
    return before.rule.startswith("html.linked") or sheet.marked is None


def _doubt(found: Signed) -> Signed:
    return replace(found, confidence=max(found.confidence - _LESS_TEASED, 0.05))


def find_stretch(page: Page) -> tuple[int, int]:
    """The numbers of the first and of the last kept line; those of all lines where none is kept."""
    kept = [number for number, line in enumerate(page.lines) if line.label in KEPT]
    return (kept[0], kept[-1]) if kept else (0, len(page.lines))


def _read_line(line: Line, signer: Signer, sheet: _Sheet, number: int) -> Signed | None:
    if line.label is Label.DATE_LINE:
        return _read_dated(line, signer)
    labelled = line.label is Label.BYLINE
    prefixed = begins_byline(line.text, strong=not labelled)
    if not (labelled or prefixed) or (line.rule == _CLASSED and sheet.is_unmarked(line)):
        return None
    signed = line.rule in SIGNATURES
    authors = read_signature(line.text, signer) if signed else parse_byline(line.text, signer)
    if not (labelled and prefixed):
        authors = drop_single_words(authors)
    if not authors:
        return None
    sure = _rate_line(line, sheet, number, prefixed=prefixed)
    return replace(rate(authors, line.text, line.rule, sure), span=(line.start, line.end))


def _rate_line(line: Line, sheet: _Sheet, number: int, *, prefixed: bool) -> float:
    """How sure a line is, by its label, its words and its place."""
    labelled, signed = line.label is Label.BYLINE, line.rule in SIGNATURES
    sure = (0.69 if prefixed else 0.63) if labelled else 0.5
    if signed and line.tag:
        # An element that the page could have marked up as a byline, and did not.
        sure = 0.64 if prefixed and sheet.is_head(number) else 0.56 if prefixed else 0.5
    if line.text.lstrip().startswith("(") and not signed:
        return 0.15  # "(Reporting by …)": a wire's sign-off, where nobody else signs
    if line.rule == _CLASSED and not sheet.is_head(number):
        sure -= 0.2
    far = not sheet.first - _NEAR <= number <= sheet.last + _NEAR
    return max(sure - (0.35 if far else 0.0), 0.05)


def _read_edge(line: Line, signer: Signer) -> Signed | None:
    """A short line of nothing but a byline word and names, and perhaps a date; or of a desk."""
    if len(line.text) <= _LONGEST_DESK and not signer.is_outlet(line.text):
        kind = load_lexicons().find_kind(line.text.strip(_AROUND))
        if kind is AuthorKind.DESK and "-" in line.text:
            desk = parse_byline(line.text, signer)
            span = (line.start, line.end)
            return replace(rate(desk, line.text, "line.edge", 0.7), span=span)
    if not (begins_byline(line.text, strong=True) or opens_behind_date(line.text, load_lexicons())):
        return None
    authors = read_signature(line.text, signer) or _read_introduced(line.text, signer)
    people = [a for a in authors if a.kind is AuthorKind.PERSON]
    if not any(a.role or load_name_words().bears_out(a.name) for a in people):
        return None
    span = (line.start, line.end)
    return replace(rate(authors, line.text, "line.edge", 0.55), span=span)


def _read_last(lines: Sequence[Line], number: int, sheet: _Sheet, signer: Signer) -> Signed | None:
    """Names, or an office, that are all of the last paragraph, behind a longer one."""
    line, before = lines[number], lines[number - 1]
    if number != sheet.last or line.label is not Label.BODY or len(before.text) < _LONGEST_LINE:
        return None
    authors = read_signature(line.text, signer)
    people = [a.name for a in authors if a.kind is AuthorKind.PERSON]
    if people and not all(map(load_name_words().bears_out, people)):
        return None
    span = (line.start, line.end)
    return replace(rate(authors, line.text, "line.last", 0.42), span=span) if authors else None


def _read_told(line: Line, signer: Signer) -> Signed | None:
    """A line amid the text that tells the author in so many words: "Author: Jane Doe"."""
    label = _LABELLED.match(line.text) if len(line.text) < _LONGEST_LINE else None
    word = fold_name(label[0].strip(" :：,،")) if label else ""
    lexicons = load_lexicons()
    if not (word in lexicons.nonames and word in lexicons.prefix_words):
        return None
    authors = read_signature(line.text, signer) or _read_introduced(line.text, signer)
    if not authors or not all(a.role or _is_plain_name(a) for a in authors):
        return None
    span = (line.start, line.end)
    return replace(rate(authors, line.text, "line.told", 0.45), span=span)


def _is_plain_name(author: Author) -> bool:
    """Whether it is a person of two names or up to four."""
    return author.kind is AuthorKind.PERSON and 2 <= len(author.name.split()) <= _MOST_NAMES


def _read_introduced(text: str, signer: Signer) -> tuple[Author, ...]:
    """Who signs with all that they are: "Author: Jane Doe, fellow of the Institute for Peace."."""
    authors = parse_byline(text, signer) if _LABELLED.match(text) else ()
    return authors if all(a.role and " " in a.name for a in authors) else ()


def _read_dated(line: Line, signer: Signer) -> Signed | None:
    """Names on the line of the date."""
    if opens_behind_date(line.text, load_lexicons()):
        signed = drop_single_words(parse_byline(line.text, signer))
        named = any(a.kind is AuthorKind.PERSON for a in signed)
        return rate(signed, line.text, "line.dated-names", 0.6) if named else None
    if not load_name_words().may_name(line.text):
        return None
    authors = drop_single_words(read_signature(line.text, signer))
    people = [a.name for a in authors if a.kind is AuthorKind.PERSON]
    if not any(map(load_name_words().bears_out, people)):
        return None
    return Found(authors, line.text, "line.dated-names", 0.56, (line.start, line.end))


def begins_byline(text: str, *, strong: bool) -> bool:
    """Whether the line begins with a byline word; a strong one is no word of other lines, too."""
    lexicons = load_lexicons()
    text = text.lstrip()
    match = lexicons.prefixes.match(text) if lexicons.may_begin(text) else None
    if match is None:
        return opens_with_paper(text)
    return not strong or match[0].strip(" :").lower() not in lexicons.weak_prefixes


def _drop_staff(taken: Sequence[Signed]) -> list[Signed]:
    """Without the lines with the class of a byline, where so many stand away from the headline."""
    classed = [found for found in taken if found.rule == _CLASSED and found.confidence < _BELOW]
    staff = classed if len(classed) >= _STAFF else []
    return [found for found in taken if found not in staff]


def _join_lines(taken: Sequence[Signed]) -> list[Signed]:
    """The lines, those that sign together as one."""
    signed = [found for found in taken if found.rule in SIGNATURES]
    if len(signed) < 2:
        return list(taken)
    authors = tuple(merge_authors(author for found in signed for author in found.value))
    raw = " | ".join(dict.fromkeys(found.raw for found in signed))
    best = max(signed, key=lambda found: found.confidence)
    rest = [found for found in taken if found.rule not in SIGNATURES]
    return [replace(best, value=authors, raw=raw), *rest]


def drop_single_words(authors: Sequence[Author]) -> tuple[Author, ...]:
    """Without people of one word, which from a weak source are mostly no people."""
    return tuple(
        a
        for a in authors
        if a.kind is not AuthorKind.PERSON or " " in a.name or is_unspaced(a.name[0])
    )
