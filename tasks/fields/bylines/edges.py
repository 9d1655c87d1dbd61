"""Who signs within the text, or tells of an author behind it: datelines that name their reporter,
names in brackets behind the last sentence, notes on the author, owners."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tasks.fields.bylines.claims import Signed
from tasks.fields.bylines.lexicons import load_lexicons
from tasks.fields.bylines.name_words import load_name_words
from tasks.fields.bylines.names import parse_byline
from tasks.fields.bylines.signers import Signer
from tasks.fields.bylines.text import find_reporters
from tasks.lexicon.lines import is_unspaced
from tasks.model import KEPT, Author, AuthorKind, Found, Label, Line

# Lines from the text's last but one on, and the beginning of each, in which a note is looked for.
_NOTES, _LONGEST_NOTE, _NOTED = 9, 200, 10
_OWNED = re.compile(r"(?:©|\(c\)|copyright)(?:\s|©|\d{4}|[-–,:]|by)*(?=[^\W\d_])", re.IGNORECASE)
_CLOSING = re.compile(r"(?:^|[.!?…。！？」”\"])\s*[(（【\[]([^()（）【】\[\]]{3,60})[)）】\]]\s*$")
# "Ayşe DENİZ/BOLU, (DHA) - …" and "ANKARA (AA) - AYŞE DENİZ - …", as Turkish agencies sign.
_SLASHED = re.compile(r"^([^()/\n]{5,60}/[^()\n]{3,40}?)[,\s]*\(([^()]{2,12})\)\s*[-–—]")
_DASHED = re.compile(
    r"^[^\W\d_a-z]{3,20} \(([^()]{2,12})\) [-–—] ([^\W\d_a-z]{2,}(?: [^\W\d_a-z]{2,}){1,3}) [-–—] "
)
# Lines from the first in which an agency may name its reporter.
_OPENING = 3
_OPENERS, _LONGEST_DATELINE = "【[（(", 60
_COLON = re.compile(r"[:：](?!\d)")
# Sources of pictures and of what others say are none of the text.
_LONGEST_SOURCE, _NO_SOURCE = 120, frozenset({Label.CAPTION, Label.CREDIT, Label.COMMENT})
_AROUND, _LONGEST_NAME = " .:|→»›…", 4


def list_edges(lines: Sequence[Line], first: int, last: int, signer: Signer) -> Iterator[Signed]:
    """What the first and the last kept line, and those right behind it, tell."""
    yield from _list_notes(lines[max(0, last - 1) : last + _NOTES])
    yield from _list_opening(lines[first : first + _OPENING], signer)
    yield from _list_sources(lines)
    yield from _list_closing(lines[max(0, last - 1) : last + 1], signer)


def _list_notes(lines: Sequence[Line]) -> Iterator[Signed]:
    """Notes on the author at the text's end: "Jane Doe is a reporter for …"."""
    lexicons, names = load_lexicons(), load_name_words()
    for line in lines:
        if owner := _read_owner(line.text):
            yield Found(owner, line.text, "line.owner", 0.28, (line.start, line.end))
            continue
        words = line.text[:_LONGEST_NOTE].split()
        at = next((n for n in (2, 3, 4) if n < len(words) and words[n] in lexicons.copulas), 0)
        name = " ".join(words[:at])
        if at and names.bears_out(name) and lexicons.is_role(" ".join(words[at + 1 :][:_NOTED])):
            authors = tuple(a for a in parse_byline(name) if a.kind is AuthorKind.PERSON)
            span = (line.start, line.end)
            yield Found(authors, line.text, "line.note", 0.3, span)


def _list_opening(lines: Sequence[Line], signer: Signer) -> Iterator[Signed]:
    """The reporters that a dateline in an unspaced script names: "新华社5月2日电（记者王小明）"."""
    for line in lines:
        if signed := _read_agency_line(line, signer):
            yield signed
        if not is_unspaced(line.text[:1]) and line.text[:1] not in _OPENERS:
            continue
        dateline = find_reporters(line.text[:_LONGEST_DATELINE])
        authors = parse_byline(dateline, signer) if dateline else ()
        if any(a.kind is AuthorKind.PERSON for a in authors):
            span = (line.start, line.start + len(dateline))
            yield Found(authors, dateline, "line.dateline", 0.46, span)


def _read_agency_line(line: Line, signer: Signer) -> Signed | None:
    """The reporter whom a Turkish agency names before the text, or behind the place."""
    text, lexicons = line.text[:_LONGEST_NOTE], load_lexicons()
    if slashed := _SLASHED.match(text):
        raw, agency, end = slashed[1], slashed[2], slashed.end()
    elif dashed := _DASHED.match(text):
        raw, agency, end = dashed[2], dashed[1], dashed.end()
    else:
        return None
    people = tuple(a for a in parse_byline(raw, signer) if a.kind is AuthorKind.PERSON)
    if not people or not lexicons.find_agency(agency) or not all(" " in a.name for a in people):
        return None
    return Found(people, text[:end].strip(), "line.dateline", 0.6, (line.start, line.start + end))


def _list_sources(lines: Sequence[Line]) -> Iterator[Signed]:
    """The agency that a short line beside the text names as its source: "Source: Reuters"."""
    lexicons = load_lexicons()
    for line in lines:
        headed = len(line.text) <= _LONGEST_SOURCE and _COLON.search(line.text) is not None
        if not headed or line.label in _NO_SOURCE:
            continue
        label = lexicons.sources.search(line.text)
        words = line.text[label.end() :].split() if label else []
        names = (" ".join(words[:size]).strip(_AROUND) for size in range(_LONGEST_NAME, 0, -1))
        name = next((n for n in names if lexicons.find_agency(n) or lexicons.is_wire(n)), "")
        if name:
            agency = Author(lexicons.name_agency(name), AuthorKind.AGENCY, line.text)
            yield Found((agency,), line.text, "line.source", 0.04, (line.start, line.end))


def _list_closing(lines: Sequence[Line], signer: Signer) -> Iterator[Signed]:
    """Names in brackets behind the last sentence, "… in the rain. (Jane Doe)", "…。（山田太郎）",
    all of them borne out."""
    for line in lines:
        match = _CLOSING.search(line.text)
        if match is None or line.label not in KEPT:
            continue
        authors = parse_byline(match[1], signer)
        if authors and all(
            a.kind is AuthorKind.PERSON and load_name_words().bears_out(a.name) for a in authors
        ):
            span = (line.start + match.start(), line.start + match.end())
            yield Found(authors, match[0].strip(), "line.closing", 0.42, span)


def _read_owner(text: str) -> tuple[Author, ...]:
    """Whose other articles a line leads to ("All posts by Jane Doe"), or who alone owns the text
    ("© 2019 Jane Doe")."""
    mark = load_lexicons().archives.match(text) or _OWNED.match(text)
    name = text[mark.end() :].strip(_AROUND) if mark else ""
    if not 1 < len(name.split()) <= _LONGEST_NAME or not load_name_words().bears_out(name):
        return ()
    authors = parse_byline(name)
    return authors if [a.kind for a in authors] == [AuthorKind.PERSON] else ()
