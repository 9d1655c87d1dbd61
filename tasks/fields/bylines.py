"""The byline as printed and the authors it names, chosen among what a page tells machines and what
a reader sees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from tasks.fields.byline_claims import Signed, list_claims, list_logins
from tasks.fields.byline_lines import MARKS, list_lines, list_marked
from tasks.fields.claims import clean_text
from tasks.fields.names import parse_byline
from tasks.fields.outlets import make_signer
from tasks.fields.signers import Signer
from tasks.identity import fold_name
from tasks.model import AuthorKind, Found, Label, Page
from tasks.text.signatures import read_signature

_MOST_BYLINES = 6
_HELPERS = frozenset({"editor", "translator"})
_LESS_HELPER = 0.35


def find_authors(page: Page) -> Sequence[Signed]:
    """Author lists of each source, best first; one that names people comes before one that
    names only a desk, an agency or the outlet."""
    signer = make_signer(page)
    found = doubt_editors([f for f in _list_found(page, signer) if f.value])
    return sorted(found, key=lambda f: -f.confidence)


def _list_found(page: Page, signer: Signer) -> Iterator[Signed]:
    yield from list_claims(page, signer)
    yield from list_marked(page, signer)
    yield from list_lines(page, signer)
    yield from list_logins(page, signer)


def doubt_editors(found: Sequence[Signed]) -> list[Signed]:
    """Who edited or translated, as any source says, signs less than who wrote: a source that names
    nobody else counts less."""
    helpers = {fold_name(a.name) for f in found for a in f.value if a.role in _HELPERS}
    if not helpers:
        return list(found)
    return [
        replace(f, confidence=max(f.confidence - _LESS_HELPER, 0.05))
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
    told = page.structured
    marks = zip(told.byline_marks, told.bylines, told.byline_places, strict=True)
    found.extend(
        Found(clean_text(text), text, f"html.{mark}", MARKS[mark][place])
        for mark, text, place in marks
    )
    rated = (replace(f, confidence=_rate_byline(f)) for f in found)
    signed = islice((f for f in rated if f.confidence > 0), _MOST_BYLINES)
    return sorted(signed, key=lambda f: -f.confidence)


def _rate_byline(found: Found[str]) -> float:
    """Less for who edited alone, nothing where nobody signs."""
    authors = parse_byline(found.value)
    if not authors:
        return found.confidence if read_signature(found.value) else 0.0
    return 0.5 if all(a.role in _HELPERS for a in authors) else found.confidence
