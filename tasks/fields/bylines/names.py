"""A raw byline to its authors: people, desks, agencies and outlets, each told from its role, place,
e-mail and handle.

The words are data (`bylines.tsv`, `desks.tsv`, `agencies.tsv`, `roles.tsv`, `nonames.tsv`). The
order of work: clean, take e-mails and handles out, cut into sections by what their names did, cut
where the byline ends, strip prefixes, split at joins, classify each part, merge doubles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from tasks.fields.bylines.lexicons import Lexicons, load_lexicons
from tasks.fields.bylines.name_words import load_name_words
from tasks.fields.bylines.parts import split_parts, strip_prefix
from tasks.fields.bylines.person_names import (
    CJK,
    is_login,
    is_person,
    print_name,
    split_role,
    strip_titles,
    trim_name,
)
from tasks.fields.bylines.signers import Signer
from tasks.fields.bylines.text import (
    CONTACT,
    DROPPED,
    EDGE,
    JOINED,
    PLACE,
    clean_byline,
    cut_end,
    cut_role_lines,
    list_all_sections,
    list_sections,
    read_asian,
    take_contacts,
)
from tasks.identity import fold_name
from tasks.model import Author, AuthorKind

_BRACKETED = re.compile(r"\s*[(\[（【]([^()\[\]（）【】]*)[)\]）】]")
_BRACKETS = " ()[]（）【】"
_ELSEWHERE = re.compile(
    r"^(?:de|da|do|em|en|in|aus|from|at|à|uit|desde|din|iz|z)\s+[^\W\d_a-zß-öø-ÿ]"
)
_REPORTS = re.compile(r"^(.*?)(?:(?:綜合|综合)?(?:報導|报道|報道)|[電电讯訊])$")
_HELPED = "contributor"
_MAX_AUTHORS = 20
_MAX_NAME = 80
_ROUNDS = 3
_LONGEST = 1_600
_REMEMBERED = 1_024


@dataclass(slots=True)
class _Reading:
    """The authors of one byline while it is read."""

    raw: str
    lexicons: Lexicons
    signer: Signer
    authors: list[Author] = field(default_factory=list)
    contacts: list[tuple[int, str]] = field(default_factory=list)
    place: str | None = None
    role: str | None = None


def parse_byline(
    raw: str, signer: Signer | None = None, *, trusted: bool = False
) -> tuple[Author, ...]:
    """The authors of a byline in printed order, each once; empty when it names nobody.

    `signer` tells the outlet's own names. `trusted` says that the text comes from a field that
    holds an author: then a name of two words counts in lower case too. Each name in the result,
    parsed by itself, is that author again.
    """
    return _parse(raw[:_LONGEST], signer or Signer(), trusted)


@lru_cache(maxsize=_REMEMBERED)
def _parse(raw: str, signer: Signer, trusted: bool) -> tuple[Author, ...]:
    """Remembered, since a page says the same in several places: JSON-LD, meta, marks and lines."""
    lexicons = load_lexicons()
    text = clean_byline(raw)
    if trusted and text.islower() and 2 <= len(text.split()) <= 3:
        text = text.title()
    authors = _read_byline(text, raw, lexicons, signer)
    if [author.name for author in authors] == [text]:
        return tuple(authors)
    settled = (a for author in authors for a in _settle(author, lexicons, signer))
    return tuple(merge_authors(settled)[:_MAX_AUTHORS])


def list_credited(raw: str, signer: Signer) -> frozenset[str]:
    """The folded names of those who, by a byline, took pictures or checked the text."""
    lexicons = load_lexicons()
    if not lexicons.marks.search(raw):
        return frozenset()
    text, _ = take_contacts(clean_byline(raw[:_LONGEST]))
    dropped = [s.text for s in list_all_sections(text, lexicons) if s.role in DROPPED]
    return frozenset(
        fold_name(author.name)
        for part in dropped
        for author in parse_byline(part.strip(), signer)
        if author.kind is AuthorKind.PERSON
    )


def _settle(author: Author, lexicons: Lexicons, signer: Signer) -> Sequence[Author]:
    """The author, if its name by itself names the same; else whom it names, or nobody."""
    for _ in range(_ROUNDS):
        again = _read_byline(clean_byline(author.name), author.raw, lexicons, signer)
        if len(again) != 1:
            return ()
        known, author = author, replace(author, name=again[0].name, kind=again[0].kind)
        if author == known:
            return (author,)
    return ()


def _read_byline(text: str, raw: str, lexicons: Lexicons, signer: Signer) -> list[Author]:
    if signer.is_outlet(text):
        return [Author(text.strip(EDGE), AuthorKind.OUTLET, raw)] if text.strip(EDGE) else []
    text, contacts = take_contacts(cut_role_lines(text, lexicons))
    reading = _Reading(raw, lexicons, signer)
    for section in list_sections(read_asian(text, lexicons), lexicons):
        first = len(reading.authors)
        begun = strip_prefix(section.text, lexicons)
        for part in split_parts(cut_end(begun, lexicons), lexicons, signer):
            _take_part(part, reading)
        if section.role:
            reading.authors[first:] = [
                replace(a, role=a.role or section.role) for a in reading.authors[first:]
            ]
    _give_contacts(reading, contacts)
    return merge_authors(reading.authors)


def _take_part(part: str, reading: _Reading) -> None:
    """Read one part: an author of its own, or a detail of the one before it."""
    authors, lexicons = reading.authors, reading.lexicons
    fresh = part[:1] == ";"
    joined = fresh or part[:1] == JOINED
    part = part.lstrip(f";{JOINED}").strip()
    if part[:1] == CONTACT:
        reading.contacts.append((len(authors), part[1:2]))
        return
    if part[:1] == PLACE:
        _give_place(part[1:], reading)
        return
    if authors and _ELSEWHERE.match(part):
        _add_detail(part, reading)
        return
    report = _REPORTS.match(part) if CJK.search(part) else None
    if report and authors:
        _add_detail(report[1], reading)
        return
    inside = [b.strip() for b in _BRACKETED.findall(part)]
    bare = _BRACKETED.sub(" ", part).strip(_BRACKETS)
    if bare.strip(EDGE):
        _take_name(bare, reading, fresh=fresh, joined=joined)
        for detail in inside:
            _take_bracket(detail, reading)
        return
    for detail in inside:
        if authors and lexicons.makes_pictures(detail):
            _take_bracket(detail, reading)
            continue
        for inner in split_parts(detail, lexicons, reading.signer):
            _take_name(inner.lstrip(f";{JOINED}"), reading, fresh=True)


def _take_name(part: str, reading: _Reading, *, fresh: bool, joined: bool = True) -> None:
    """A name with the role and place beside it; alone, a role or a place is the last one's, and
    so, unless it is `joined`, is whom they work for."""
    lexicons, authors = reading.lexicons, reading.authors
    name = strip_titles(trim_name(part), lexicons)
    name, place = split_place(strip_prefix(name, lexicons), reading)
    author = classify_name(name, reading)
    if not joined and _is_employer(author, name, reading):
        return
    if author is None or not (fresh or _stands_alone(author, reading, joined=joined)):
        _add_detail(name, reading)
    elif author.kind is AuthorKind.PERSON:
        role = author.role or reading.role
        if not joined and len(authors) == 1 and _is_body(authors[0], lexicons):
            authors.pop()  # "Harbour Institute - Jane Doe"
        authors.append(replace(author, location=place or reading.place, role=role))
        reading.place = reading.role = None
    else:
        authors.append(author)


def _take_bracket(detail: str, reading: _Reading) -> None:
    """What stands in brackets behind a name: whom they work for, their role or place."""
    kind = reading.lexicons.find_kind(detail)
    if reading.lexicons.makes_pictures(detail) and reading.authors:
        reading.authors[-1] = replace(reading.authors[-1], role=detail)  # "Max Sample (Photos)"
    elif kind is AuthorKind.AGENCY and reading.authors:
        name = reading.lexicons.name_agency(detail)
        reading.authors.append(Author(name, AuthorKind.AGENCY, reading.raw))
    elif detail[:1] == CONTACT or f" {CONTACT}" in f" {detail}":
        at = detail.index(CONTACT)
        reading.contacts.append((len(reading.authors), detail[at + 1 : at + 2]))
    elif kind is None and not reading.signer.is_outlet(detail):
        _add_detail(detail, reading)


def split_place(text: str, reading: _Reading) -> tuple[str, str | None]:
    """The name, and the place after "in"; an employer after "for" is dropped."""
    lexicons = reading.lexicons
    apart = lexicons.apart.search(text)
    if apart and apart.start() > 2:
        text = text[: apart.start()]
    place = lexicons.places.search(text)
    if place and place.start() > 2 and not lexicons.find_kind(text):
        return text[: place.start()], text[place.end() :].strip(EDGE) or None
    return text, None


def _is_newspaper(name: str, lexicons: Lexicons) -> bool:
    return lexicons.is_newspaper(name) and not load_name_words().bears_out(name)


def _is_employer(author: Author | None, name: str, reading: _Reading) -> bool:
    """Whether it is the newspaper or the organisation that the person before it works for, or
    writes for."""
    lexicons = reading.lexicons
    if author is None or not reading.authors or reading.authors[-1].kind is not AuthorKind.PERSON:
        return False
    if lexicons.apart.match(f" {name}"):
        return True
    if author.kind is AuthorKind.PERSON:
        words = name.casefold().split()
        named = len(words) > 1 and words[-1] in lexicons.papers
        return named and not load_name_words().bears_out(name)
    return _is_body(author, lexicons)


def _is_body(author: Author, lexicons: Lexicons) -> bool:
    """Whether it is an organisation that is known for one by its words alone, and no agency."""
    desk = author.kind is AuthorKind.DESK and lexicons.find_kind(author.name) is None
    return desk and not lexicons.is_wire(author.name)


def _stands_alone(author: Author, reading: _Reading, *, joined: bool) -> bool:
    """Whether it is neither the place nor the role of the author before it."""
    role = _is_role_after(author, reading, joined=joined)
    return not (role or _is_place_after(author, reading))


def _is_place_after(author: Author, reading: _Reading) -> bool:
    """One word after a person's full name is where they wrote it, or whom they work for; so is a
    known city of several words."""
    authors = reading.authors
    if author.kind is not AuthorKind.PERSON or not authors or CJK.search(author.name):
        return False
    if " " in author.name:
        return fold_name(author.name) in reading.lexicons.cities
    return authors[-1].kind is not AuthorKind.PERSON or " " in authors[-1].name


def _is_role_after(author: Author, reading: _Reading, *, joined: bool) -> bool:
    """ "Staff Writer" or "Sports Desk" after a person is what they are, alone it is who signs."""
    if author.kind is not AuthorKind.DESK or not reading.authors:
        return False
    lexicons = reading.lexicons
    told = lexicons.is_role(author.name) if joined else not lexicons.is_wire(author.name)
    return told and reading.authors[-1].kind is AuthorKind.PERSON


def _add_detail(text: str, reading: _Reading) -> None:
    """Give a role or a place to the last person, where it has none yet."""
    text = text.strip(EDGE)
    if not reading.authors and CJK.search(text) and reading.lexicons.is_role(text):
        reading.role = text  # "編集委員 山田太郎"
    if not text or not reading.authors or reading.authors[-1].kind is not AuthorKind.PERSON:
        return
    last = reading.authors[-1]
    desk = reading.lexicons.find_kind(text) is AuthorKind.DESK
    if desk or reading.lexicons.is_role(text):
        also = reading.lexicons.makes_pictures(last.role)  # "photographer and reporter"
        reading.authors[-1] = replace(last, role=text if also else last.role or text)
        return
    if _ELSEWHERE.match(text):
        text = text.split(" ", 1)[1]
    if len(text) < 40 and not text[:1].islower() and len(text.split()) < 4:
        named = text[:1].isalpha() and not any(map(str.isdigit, text))
        named = named and fold_name(text) not in reading.lexicons.nonames
        reading.authors[-1] = replace(last, location=last.location or (text if named else None))


def _give_place(place: str, reading: _Reading) -> None:
    """A dateline's place: the reporter's who stands in it, else of the one that follows."""
    last = reading.authors[-1] if reading.authors else None
    if last and last.kind is AuthorKind.PERSON and last.location is None:
        reading.authors[-1] = replace(last, location=place.strip(EDGE) or None)
    else:
        reading.place = place.strip(EDGE) or None


def _give_contacts(reading: _Reading, contacts: Sequence[str]) -> None:
    """E-mails and handles to the people they stand behind; as many as people, one to each."""
    for email in (True, False):
        found = [(at, contacts[ord(sign) - 0xE100]) for at, sign in reading.contacts]
        found = [(at, contact) for at, contact in found if contact.startswith("@") is not email]
        people = [n for n, a in enumerate(reading.authors) if a.kind is AuthorKind.PERSON]
        for number, (at, contact) in enumerate(found if people else ()):
            before = [n for n in people if n < at] or people[:1]
            owner = people[number] if len(found) == len(people) else before[-1]
            author = reading.authors[owner]
            if email and author.email is None:
                reading.authors[owner] = replace(author, email=contact)
            elif not email and author.handle is None:
                reading.authors[owner] = replace(author, handle=contact)


def classify_name(text: str, reading: _Reading) -> Author | None:
    """The author a part names, or None where it names nobody."""
    lexicons, signer, raw = reading.lexicons, reading.signer, reading.raw
    name = trim_name(text)
    folded = fold_name(name)
    if not name or len(name) > _MAX_NAME or lexicons.is_noname(folded):
        return None
    if signer.is_outlet(name):
        return Author(name, AuthorKind.OUTLET, raw)
    kind = lexicons.find_kind(name)
    if kind is AuthorKind.AGENCY:
        return Author(lexicons.name_agency(name), kind, raw)
    if kind is AuthorKind.DESK:
        return Author(name, kind, raw)
    if folded in lexicons.prefix_words or CONTACT in name or PLACE in name:
        return None
    person, role = split_role(name, lexicons)
    if signer.is_outlet(person):
        return Author(person, AuthorKind.OUTLET, raw)
    person = signer.drop_outlet(person)
    if _is_newspaper(name, lexicons):
        return Author(name, AuthorKind.DESK, raw)
    if not is_person(person, lexicons) or (not reading.authors and folded in lexicons.cities):
        return None
    if lexicons.is_organisation(person):
        return Author(person, AuthorKind.DESK, raw)
    return Author(print_name(person, lexicons), AuthorKind.PERSON, raw, role=role)


def read_login(raw: str, lexicons: Lexicons | None = None) -> tuple[Author, ...]:
    """The one signer of a field that holds a single word and no name ("jdoe"), or nobody. For use
    where nothing better is known."""
    lexicons = lexicons or load_lexicons()
    name = strip_prefix(clean_byline(raw), lexicons).strip(EDGE)
    return (Author(name, AuthorKind.PERSON, raw),) if is_login(name, lexicons) else ()


def merge_authors(authors: Iterable[Author]) -> list[Author]:
    """Each author once, by its folded name; the first form stays and gains missing details."""
    merged: dict[str, Author] = {}
    for author in authors:
        key = fold_name(author.name)
        known = merged.get(key)
        if known is None:
            merged[key] = author
            continue
        merged[key] = replace(
            known,
            role=known.role or author.role,
            location=known.location or author.location,
            email=known.email or author.email,
            handle=known.handle or author.handle,
        )
    return list(merged.values())
