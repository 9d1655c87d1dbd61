"""The byline as printed and the authors it names, chosen among what a page tells machines and what
a reader sees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from itertools import islice

from tasks.fields.bylines.claims import (
    Signed,
    list_addresses,
    list_claims,
    list_logins,
    list_scripts,
)
from tasks.fields.bylines.lexicons import load_lexicons
from tasks.fields.bylines.lines import MARKS, begins_byline, list_lines, list_marked, parse_mark
from tasks.fields.bylines.names import list_credited, parse_byline
from tasks.fields.bylines.signers import Signer
from tasks.fields.claims import clean_text
from tasks.fields.outlets import make_signer
from tasks.identity import fold_name
from tasks.model import Author, AuthorKind, Found, Label, Page
from tasks.text.signatures import SIGNATURE, SIGNED_BELOW, read_signature

_MOST_BYLINES = 6
_HELPERS = frozenset({"editor", "translator"})
_LESS_HELPER = 0.35
# What a reader sees, and how many of those are asked whom they credit.
_SEEN, _MOST_RAWS = ("html.", "line.", "text."), 8
# What a line must be to speak against what machines are told, and what that is worth then.
_SAID, _LESS_UPLOADER = 0.6, 0.55
_TOLD = ("jsonld", "meta")
_PICTURED, _LONGEST_ROW = frozenset({Label.CAPTION, Label.CREDIT}), 200
_ROW, _COMMAS = " \n\t,;", frozenset(",;&，、")
# A mark by the headline. An agency's, by the headline, is less sure than a person's.
_MARKED, _BY_HEADLINE, _LESS = 0.78, 0.18, 0.01


def find_authors(page: Page) -> Sequence[Signed]:
    """Author lists of each source, best first; one that names people comes before one that
    names only a desk, an agency or the outlet."""
    signer = make_signer(page)
    named = drop_credited(page, [f for f in _list_found(page, signer) if f.value])
    found = doubt_unseen(doubt_uploaders(doubt_editors(named)))
    return prefer_whole(sorted(found, key=lambda f: -f.confidence))


def _list_found(page: Page, signer: Signer) -> Iterator[Signed]:
    yield from list_claims(page, signer)
    yield from list_marked(page, signer)
    yield from list_lines(page, signer)
    yield from list_scripts(page, signer)
    yield from list_logins(page, signer)
    yield from list_addresses(page)


def drop_credited(page: Page, found: Sequence[Signed]) -> list[Signed]:
    """Lists without those who made the pictures, checked, edited or translated the text, by any
    source, where somebody is left."""
    seen = islice((f for f in found if f.rule.startswith(_SEEN)), _MOST_RAWS)
    signer = make_signer(page)
    said = {n for f in seen for n in list_credited(f.raw, signer) - _name_people(f)}
    credited = _list_credited([*found, *_list_rows(page, found, signer)]) | said
    return [_keep_others(f, credited) for f in found] if credited else list(found)


def _list_rows(page: Page, found: Sequence[Signed], signer: Signer) -> Iterator[Signed]:
    """Lines, outside of captions, that name all of a list told to machines, with what each did."""
    told = max((f for f in found if f.rule.startswith(_TOLD)), key=_rate, default=None)
    names = [a.name for a in told.value if a.kind is AuthorKind.PERSON] if told else []
    for line in page.lines if len(names) > 1 else ():
        short = line.label not in _PICTURED and len(line.text) <= _LONGEST_ROW
        if short and all(name in line.text for name in names):
            yield Found(parse_byline(line.text, signer), line.text, line.rule, 0.0)


def _rate(found: Signed) -> float:
    return found.confidence


def _list_credited(found: Sequence[Signed]) -> set[str]:
    lexicons = load_lexicons()
    return {
        fold_name(a.name)
        for f in found
        for a in f.value
        if a.role in _HELPERS or lexicons.makes_pictures(a.role)
    }


def _keep_others(found: Signed, credited: Set[str]) -> Signed:
    kept = tuple(a for a in found.value if fold_name(a.name) not in credited)
    people = any(a.kind is AuthorKind.PERSON for a in kept)
    return replace(found, value=kept) if people and len(kept) < len(found.value) else found


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


def doubt_uploaders(found: Sequence[Signed]) -> list[Signed]:
    """Whom only machines are told of, while a line by the text says that somebody else wrote it,
    put the story into the system: that counts less."""
    lines = [f for f in found if f.rule.startswith(("line.", "text.")) and f.confidence > _SAID]
    writers = {n for f in lines if begins_byline(f.raw, strong=True) for n in _name_people(f)}
    if not writers:
        return list(found)
    seen = {n for f in found if not f.rule.startswith(_TOLD) for n in _name_people(f)}
    return [
        replace(f, confidence=min(f.confidence, _LESS_UPLOADER))
        if f.rule.startswith(_TOLD) and seen.isdisjoint(_name_people(f)) and _name_people(f)
        else f
        for f in found
    ]


def doubt_unseen(found: Sequence[Signed]) -> list[Signed]:
    """Whom only machines are told of, while a byline says that an agency wrote it, put the story
    into the system: these come behind the agency."""
    signed = [
        f.confidence
        for f in found
        if f.rule.startswith(_SEEN)
        and all(a.kind is AuthorKind.AGENCY for a in f.value)
        and begins_byline(f.raw, strong=True)
    ]
    sure = max(signed, default=0.0)
    if sure < _BY_HEADLINE:
        return list(found)
    seen = {n for f in found if not f.rule.startswith(_TOLD) for n in _name_people(f)}
    return [
        replace(f, confidence=min(f.confidence, sure - _LESS))
        if f.rule.startswith(_TOLD) and _name_people(f) and seen.isdisjoint(_name_people(f))
        else f
        for f in found
    ]


def prefer_whole(found: Sequence[Signed]) -> list[Signed]:
    """Lists, best first; a line by the text, or a mark, that names all whom the best names, and
    more, comes before it, as sure: links and data are made for those alone who have a page."""
    best = _name_people(found[0]) if found else set()
    for other in found[1:] if best else ():
        told = other.rule.startswith(("line.", "text.")) and other.confidence > _SAID
        told = told and begins_byline(other.raw, strong=True)
        marked = other.rule.startswith("html.") and other.confidence > _MARKED
        marked = marked and joins_all(other)
        if (told or marked) and best < _name_people(other):
            whole = replace(other, confidence=found[0].confidence)
            return [whole, *(f for f in found if f is not other)]
    return list(found)


def joins_all(found: Signed) -> bool:
    """Whether the names of a mark stand in one row, with a comma or "and" between each two."""
    at, joined = 0, load_lexicons().join_words
    for number, author in enumerate(found.value):
        start = found.raw.find(author.name, at)
        between = found.raw[at:start].strip() if number else ","
        if start < 0 or not (between in _COMMAS or fold_name(between.strip(_ROW)) in joined):
            return False
        at = start + len(author.name)
    return True


def _name_people(found: Signed) -> set[str]:
    return {fold_name(a.name) for a in found.value if a.kind is AuthorKind.PERSON}


def find_byline(page: Page) -> Sequence[Found[str]]:
    """The byline as a reader sees it."""
    signed = islice((f for f in _list_bylines(page) if f.confidence > 0), _MOST_BYLINES)
    return sorted(signed, key=lambda f: -f.confidence)


def _list_bylines(page: Page) -> Iterator[Found[str]]:
    signer = make_signer(page)
    byline = Label.BYLINE
    for line in page.lines:
        if line.label is byline:
            # A mark-up is more exact than a line that only its place makes a byline.
            bare = line.rule in (SIGNATURE, SIGNED_BELOW)
            seen = 0.7 if bare and not begins_byline(line.text, strong=False) else 0.9
            sure = _rate_byline(line.text, seen, parse_byline(line.text, signer))
            span = (line.start, line.end)
            yield Found(clean_text(line.text), line.text, line.rule, sure, span)
    told = page.structured
    for mark, text, place in zip(told.byline_marks, told.bylines, told.byline_places, strict=True):
        sure = _rate_byline(text, MARKS[mark][place], parse_mark(mark, text, signer))
        yield Found(clean_text(text), text, f"html.{mark}", sure)


def _rate_byline(text: str, sure: float, authors: Sequence[Author]) -> float:
    """Less for who edited alone, nothing where nobody signs."""
    if not authors:
        return sure if read_signature(clean_text(text)) else 0.0
    return 0.5 if all(a.role in _HELPERS for a in authors) else sure
