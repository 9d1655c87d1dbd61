"""The byline as printed and the authors it names, from every place a page puts them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from tasks.fields.claims import clean_text, list_articles, list_meta, list_texts, resolve_node
from tasks.fields.lexicons import load_lexicons
from tasks.fields.name_words import load_name_words
from tasks.fields.names import merge_authors, parse_byline, read_login
from tasks.fields.outlets import make_signer
from tasks.fields.signers import Signer
from tasks.identity import fold_name
from tasks.lexicon.lines import is_unspaced
from tasks.model import KEPT, Author, AuthorKind, Found, Label, Line, Page
from tasks.text.signatures import read_signature

_META = (
    ("author", 0.78),
    ("article:author", 0.78),
    ("article:author_name", 0.78),
    ("parsely-author", 0.78),
    ("sailthru.author", 0.76),
    ("byl", 0.8),
    ("dc.creator", 0.74),
    ("dcterms.creator", 0.74),
    ("cxenseparse:author", 0.74),
    ("citation_author", 0.8),
    ("dcsext.author", 0.6),
    ("article.author", 0.74),
    ("author_name", 0.74),
    ("twitter:misc:written by", 0.75),
)
_LONGEST_LINE = 100
_MOST_LINES = 6
_MOST_MARKS = 12
_MOST_SIGNERS = 100
_NOT_SIGNED = KEPT | {Label.COMMENT, Label.CAPTION, Label.CREDIT, Label.RELATED, Label.TITLE}
_HELPERS = frozenset({"editor", "translator"})
_SIGNATURES = frozenset({"text.signature", "text.signature-below"})
# Lines of the page so many lines from the text still belong to it.
_NEAR = 12
_EXPLICIT = frozenset({"itemprop", "rel"})
_MARKS = {"itemprop": 0.72, "rel": 0.66, "class-byline": 0.7, "class": 0.6}


def find_authors(page: Page) -> Sequence[Found[tuple[Author, ...]]]:
    """Author lists of each source, best first; one that names people comes before one that
    names only a desk, an agency or the outlet."""
    signer = make_signer(page)
    found = doubt_editors([f for f in _list_found(page, signer) if f.value])
    return sorted(found, key=lambda f: -f.confidence)


def doubt_editors(
    found: Sequence[Found[tuple[Author, ...]]],
) -> list[Found[tuple[Author, ...]]]:
    """Who edited or translated, as any source says, signs less than who wrote: a source that names
    nobody else counts less."""
    helpers = {fold_name(a.name) for f in found for a in f.value if a.role in _HELPERS}
    if not helpers:
        return list(found)
    return [
        replace(f, confidence=max(f.confidence - 0.35, 0.05))
        if all(fold_name(a.name) in helpers for a in f.value)
        else f
        for f in found
    ]


def find_byline(page: Page) -> Sequence[Found[str]]:
    """The byline as a reader sees it."""
    found = [
        Found(clean_text(line.text), line.text, line.rule, 0.9, (line.start, line.end))
        for line in page.lines
        if line.label is Label.BYLINE
    ]
    marks = zip(page.structured.byline_marks, page.structured.bylines, strict=True)
    found.extend(
        Found(clean_text(text), text, f"html.{mark}", _MARKS[mark]) for mark, text in marks
    )
    rated = (replace(f, confidence=_rate_byline(f)) for f in found)
    signed = islice((f for f in rated if f.confidence > 0), _MOST_LINES)
    return sorted(signed, key=lambda f: -f.confidence)


def _rate_byline(found: Found[str]) -> float:
    """Less for who edited alone, nothing where nobody signs."""
    authors = parse_byline(found.value)
    if not authors:
        return found.confidence if read_signature(found.value) else 0.0
    return 0.5 if all(a.role in _HELPERS for a in authors) else found.confidence


def _list_found(page: Page, signer: Signer) -> Iterator[Found[tuple[Author, ...]]]:
    for node in list_articles(page):
        own = node is page.structured.article
        for key in ("author", "creator"):
            value = node.get(key)
            if value:
                sure = (0.92 if key == "author" else 0.7) if own else 0.5
                authors = _read_jsonld(page, value, signer)
                listed = isinstance(value, list) and len(value) > 1
                yield _found(authors, str(value), f"jsonld.{key}", sure, whole=listed)
    for name, sure in _META:
        raws = [raw for _, raw in list_meta(page, name) if not raw.startswith(("http", "/", "@"))]
        if raws:
            authors = [a for raw in raws for a in parse_byline(raw, signer, trusted=True)]
            yield _found(merge_authors(authors), " | ".join(raws), f"meta.{name}", sure)
    yield from _list_labelled(page, signer)
    yield from _list_marked(page, signer)
    yield from _list_lines(page, signer)
    yield from _list_logins(page, signer)


def _read_jsonld(page: Page, value: object, signer: Signer) -> list[Author]:
    authors: list[Author] = []
    for item in value[:_MOST_SIGNERS] if isinstance(value, list) else [value]:
        node = resolve_node(page, item)
        for raw in list_texts(node):
            authors.extend(parse_byline(raw, signer, trusted=True))
    return merge_authors(authors)


def _list_logins(page: Page, signer: Signer) -> Iterator[Found[tuple[Author, ...]]]:
    """Fields for an author that hold one word, by which a system knows somebody: for want of a
    name, this is who signs."""
    raws = [
        ("jsonld.author", raw)
        for node in list_articles(page)
        for raw in list_texts(resolve_node(page, node.get("author")))
    ]
    raws.extend((f"meta.{name}", raw) for name, raw in list_meta(page, "author", "article:author"))
    marks = zip(page.structured.byline_marks, page.structured.bylines, strict=True)
    for mark, raw in islice(marks, _MOST_MARKS):
        raws.append((f"html.{mark}", raw.split("\n")[-1] if raw.count("\n") == 1 else raw))
    for rule, raw in raws:
        authors = () if signer.is_outlet(raw) else read_login(raw)
        yield Found(authors, raw, f"{rule}-login", 0.2)


def _list_labelled(page: Page, signer: Signer) -> Iterator[Found[tuple[Author, ...]]]:
    """`twitter:data1` where `twitter:label1` is a byline word ("Written by", "Verfasst von")."""
    words = load_lexicons().prefix_words
    for number in ("1", "2"):
        labels = [raw for _, raw in list_meta(page, f"twitter:label{number}")]
        if labels and fold_name(labels[0]) in words:
            for _, raw in list_meta(page, f"twitter:data{number}"):
                authors = parse_byline(raw, signer, trusted=True)
                yield _found(authors, raw, f"meta.twitter:data{number}", 0.74)


def _list_marked(page: Page, signer: Signer) -> Iterator[Found[tuple[Author, ...]]]:
    """Marked-up bylines: of each mark the first in the page that names somebody counts most."""
    seen: dict[str, int] = {}
    marks = zip(page.structured.byline_marks, page.structured.bylines, strict=True)
    for mark, text in islice(marks, _MOST_MARKS):
        authors = parse_byline(text, signer, trusted=mark in _EXPLICIT)
        if mark not in _EXPLICIT and "\n" in text:
            authors = drop_single_words(authors) or authors
        if authors:
            rank = seen[mark] = seen.get(mark, -1) + 1
            yield _found(authors, text, f"html.{mark}", _MARKS[mark] - min(0.3, 0.1 * rank))


def _list_lines(page: Page, signer: Signer) -> Iterator[Found[tuple[Author, ...]]]:
    """Lines labelled as a byline, those near the text before others, and other short removed lines
    that begin with a byline word; without such a word only whole names count."""
    first, last = find_stretch(page)
    taken: list[Found[tuple[Author, ...]]] = []
    for number, line in enumerate(page.lines):
        found = _read_line(line, signer)
        if found is not None:
            far = not first - _NEAR <= number <= last + _NEAR
            taken.append(replace(found, confidence=found.confidence - (0.35 if far else 0.0)))
    together = _join_lines(taken)
    ranked = sorted(together, key=lambda found: -found.confidence)[:_MOST_LINES]
    for rank, found in enumerate(ranked):
        yield replace(found, confidence=max(found.confidence - 0.02 * rank, 0.05))


def find_stretch(page: Page) -> tuple[int, int]:
    """The numbers of the first and of the last kept line; those of all lines where none is kept."""
    kept = [number for number, line in enumerate(page.lines) if line.label in KEPT]
    return (kept[0], kept[-1]) if kept else (0, len(page.lines))


def _read_line(line: Line, signer: Signer) -> Found[tuple[Author, ...]] | None:
    if line.label is Label.DATE_LINE:
        return _read_dated(line)
    labelled = line.label is Label.BYLINE
    if not labelled and (line.label in _NOT_SIGNED or not 5 < len(line.text) < _LONGEST_LINE):
        return None
    prefixed = begins_byline(line.text, strong=not labelled)
    if not (labelled or prefixed):
        return None
    signed = line.rule in _SIGNATURES
    authors = read_signature(line.text) if signed else parse_byline(line.text, signer)
    if not (labelled and prefixed):
        authors = drop_single_words(authors)
    if not authors:
        return None
    sure = (0.69 if prefixed else 0.63) if labelled else 0.5
    if signed and line.tag:
        sure = 0.35  # an element that the page could have marked up as a byline, and did not
    if line.text.lstrip().startswith("(") and not signed:
        sure = 0.15  # "(Reporting by …)": a wire's sign-off, where nobody else signs
    return replace(_found(authors, line.text, line.rule, sure), span=(line.start, line.end))


def _read_dated(line: Line) -> Found[tuple[Author, ...]] | None:
    """Names on the line of the date."""
    authors = drop_single_words(read_signature(line.text))
    people = [a.name for a in authors if a.kind is AuthorKind.PERSON]
    if not any(map(load_name_words().bears_out, people)):
        return None
    return Found(authors, line.text, "line.dated-names", 0.56, (line.start, line.end))


def begins_byline(text: str, *, strong: bool) -> bool:
    """Whether the line begins with a byline word; a strong one is no word of other lines, too."""
    lexicons = load_lexicons()
    match = lexicons.prefixes.match(text.lstrip())
    if match is None:
        return False
    return not strong or match[0].strip(" :").lower() not in lexicons.weak_prefixes


def _join_lines(
    taken: Sequence[Found[tuple[Author, ...]]],
) -> list[Found[tuple[Author, ...]]]:
    """The lines, those that sign together as one."""
    signed = [found for found in taken if found.rule in _SIGNATURES]
    if len(signed) < 2:
        return list(taken)
    authors = tuple(merge_authors(author for found in signed for author in found.value))
    raw = " | ".join(dict.fromkeys(found.raw for found in signed))
    best = max(signed, key=lambda found: found.confidence)
    rest = [found for found in taken if found.rule not in _SIGNATURES]
    return [replace(best, value=authors, raw=raw), *rest]


def drop_single_words(authors: Sequence[Author]) -> tuple[Author, ...]:
    """Without people of one word, which from a weak source are mostly no people."""
    return tuple(
        a
        for a in authors
        if a.kind is not AuthorKind.PERSON or " " in a.name or is_unspaced(a.name[0])
    )


def _found(
    authors: Sequence[Author], raw: str, rule: str, sure: float, *, whole: bool = False
) -> Found[tuple[Author, ...]]:
    """A source's authors. The outlet is nobody's author where others sign too, unless the source
    names it as one of a list (`whole`); without people a source counts less."""
    kept = tuple(a for a in authors if whole or a.kind is not AuthorKind.OUTLET)
    if any(a.kind is AuthorKind.PERSON for a in kept):
        return Found(kept, raw, rule, sure)
    if any(a.kind is not AuthorKind.OUTLET for a in kept):
        less = 0.2 if rule == "jsonld.author" else 0.5
        return Found(kept, raw, rule, max(sure - less, 0.1))
    explicit = rule.startswith(("jsonld", "meta", "line.byline"))
    return Found(tuple(authors[:1]) if explicit else (), raw, rule, max(sure - 0.75, 0.05))
