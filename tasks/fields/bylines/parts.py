"""A clean byline cut into parts: one name, role or place each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tasks.fields.bylines.lexicons import Lexicons
from tasks.fields.bylines.name_words import load_name_words
from tasks.fields.bylines.person_names import CJK, KEPT_GENERATION, is_degree, is_inverted
from tasks.fields.bylines.signers import Signer
from tasks.fields.bylines.text import CONTACT, EDGE, JOINED, PLACE

_HARD_BREAK = re.compile(
    r"\s*(?:[|•●▪│｜\t\n;；、■◆☞¦]|(?<![\u3400-\u9fff])·|·(?![\u3400-\u9fff])"
    r"|\s[-–—/>]\s|\s?//\s?|\s\.\s|,?\s&\s)\s*"
)
_BRACKETED = re.compile(r"\([^()]*\)")
_COMMA = re.compile(r"\s*[,，،]\s*")
_SLASH = re.compile(r"\s*[/／]\s*")
_HAN_NAMES = re.compile(r"^[\u3400-\u9fff]{2,4}(?:[\s\u3000]+[\u3400-\u9fff]{2,4})+$")
# The letter that joins in Arabic and in Hebrew is written to the name that follows.
_WAW = re.compile(r"\s(?:و(?=[\u0621-\u064a]{2})|ו(?=[\u05d0-\u05ea]{2}))")


def split_parts(text: str, lexicons: Lexicons, signer: Signer) -> list[str]:
    """The byline cut where one name, role or place ends and another begins. A part that begins
    after a semicolon begins with one: it is a name of its own, whatever stands before it; one that
    "and" joins to the one before begins with `JOINED`."""
    parts: list[str] = []
    at = 0
    for match in [*_HARD_BREAK.finditer(text), None]:
        piece = text[at : match.start()] if match else text[at:]
        found = list(_split_piece(piece, lexicons, signer))
        if found and at and text[:at].rstrip()[-1:] in ";；":
            found[0] = f";{found[0]}"
        parts.extend(found)
        at = match.end() if match else at
    return [p for p in parts if p.strip(EDGE + JOINED)]


def _split_piece(piece: str, lexicons: Lexicons, signer: Signer) -> Iterator[str]:
    bare = strip_prefix(_strip_join(piece, lexicons), lexicons)
    known = "," not in bare and lexicons.find_kind(bare) is not None
    known = known and not _joins_desk(bare, lexicons)
    if known or bare[:1] in (CONTACT, PLACE) or signer.is_outlet(bare):
        yield bare
        return
    for number, chunk in enumerate(split_joins(bare, lexicons)):
        for at, name in enumerate(_split_commas(strip_prefix(chunk, lexicons), lexicons)):
            yield f"{JOINED}{name}" if number and not at else name


def _joins_desk(text: str, lexicons: Lexicons) -> bool:
    """Whether a whole name and a desk are joined: "Jane Doe and agencies"."""
    first, *rest = split_joins(text, lexicons)
    if not rest or lexicons.find_kind(rest[-1]) is None:
        return False
    return load_name_words().bears_out(strip_prefix(first, lexicons))


def _strip_join(piece: str, lexicons: Lexicons) -> str:
    """Without the "and" that a break left at either end; "Dan" is one in Indonesian, and a name."""
    bare = piece.lstrip()
    join = lexicons.joins.match(f" {bare}")
    word = join[0].strip(" ,") if join else ""
    if join and len(word) > 1 and word.islower():
        bare = bare[join.end() - 1 :]
    head, _, last = bare.rstrip(EDGE).rpartition(" ")
    return head if head and last.islower() and lexicons.joins.fullmatch(f" {last} ") else bare


@lru_cache(maxsize=1_024)  # a part is looked at as a piece, as a chunk and as a name
def strip_prefix(text: str, lexicons: Lexicons) -> str:
    """The text without its byline words."""
    for _ in range(4):
        text = text.lstrip(EDGE)
        match = lexicons.prefixes.match(text) if lexicons.may_open(text) else None
        if not match or match.end() >= len(text) or _opens_surname(match, text, lexicons):
            break
        text = text[match.end() :]
    return text.strip(" ")


def _opens_surname(match: re.Match[str], text: str, lexicons: Lexicons) -> bool:
    """Whether what looks like a byline word belongs to the name: "De Jong", "van der Meer"."""
    word = match[0].strip().lower()
    if word not in lexicons.weak_prefixes:
        return False
    rest = text[match.end() :].split()
    if lexicons.find_kind(text):
        return True
    if lexicons.find_kind(" ".join(rest)):
        return False
    names = [w for w in rest if w[:1].isupper() or not w[:1].islower()]
    return len(names) < 2 or rest[0].lower() in lexicons.particles or "," in rest[0]


def split_joins(text: str, lexicons: Lexicons) -> list[str]:
    """Cut at "and" and its like, where both sides can be names: not in "Ortega y Gasset"."""
    chunks: list[str] = []
    start = 0
    for match in lexicons.joins.finditer(text):
        left, right = text[start : match.start()], text[match.end() :]
        ahead = lexicons.joins.search(right)
        if _joins_names(left, match[0].strip(" ,"), right[: ahead.start()] if ahead else right):
            chunks.append(left)
            start = match.end()
    chunks.append(text[start:])
    return [name for chunk in chunks for name in _split_waw(chunk, lexicons)]


def _joins_names(left: str, word: str, right: str) -> bool:
    if word and CJK.search(word):
        return len(left.strip()) > 1 and len(right.strip()) > 1
    if len(word) > 1 or word == "&":
        return True
    last = left.rsplit(",", 1)[-1].split()
    following = _BRACKETED.sub("", right).split(",", 1)[0].split()
    if word == "A":  # an initial more often than a Czech "and"
        return len(last) > 1 and len(following) > 1
    return len(following) > 1 or len(last) <= 1


def _split_waw(text: str, lexicons: Lexicons) -> Iterator[str]:
    """Cut at an "and" that is one letter of the next word, unless that is a first name."""
    start = 0
    for match in _WAW.finditer(text) if not text.isascii() else ():
        left, right = text[start : match.start()].split(), text[match.start() :].split()
        if len(left) > 1 and len(right) > 1 and right[0] not in lexicons.waws:
            yield text[start : match.start()]
            start = match.end()
    yield text[start:]


def _split_commas(text: str, lexicons: Lexicons) -> Iterator[str]:
    """Split at commas and slashes, unless the comma stands in "Last, First"."""
    pieces = [p for p in _COMMA.split(text) if p.strip(EDGE) and not is_degree(p.strip())]
    if len(pieces) == 2 and is_inverted(pieces, lexicons):
        yield f"{pieces[1]} {pieces[0]}"
        return
    whole: list[str] = []
    for piece in pieces:
        if whole and piece.lower().strip(EDGE) in KEPT_GENERATION:
            whole[-1] = f"{whole[-1]} {piece.strip()}"
        else:
            whole.append(piece)
    for piece in whole:
        for name in _SLASH.split(piece) if not lexicons.find_agency(piece) else [piece]:
            yield from name.split() if _HAN_NAMES.match(name.strip()) else [name]
