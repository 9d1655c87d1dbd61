"""A raw byline to its authors: people, desks, agencies and outlets, each told from its role, place,
e-mail and handle.

The words are data (`bylines.tsv`, `desks.tsv`, `agencies.tsv`, `roles.tsv`, `nonames.tsv`). The
order of work: clean, take e-mails and handles out, cut where the byline ends, strip prefixes,
split at joins, classify each part, merge doubles.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tasks.fields.lexicons import Lexicons, fold_name, load_lexicons
from tasks.fields.stamps import find_stamp
from tasks.model import Author, AuthorKind

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HANDLE = re.compile(r"(?<![\w.])@\w{2,30}")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_BRACKETED = re.compile(r"\s*[(\[（【]([^()\[\]（）【】]*)[)\]）】]")
_HARD_BREAK = re.compile(r"\s*(?:[|•·●▪│｜\t\n;；、■◆]|\s[-–—/]\s|\s?//\s?|\s\.\s|,?\s&\s)\s*")
_COMMA = re.compile(r"\s*[,，]\s*")
_SLASH = re.compile(r"\s*[/／]\s*")
_ELSEWHERE = re.compile(r"^(?:de|da|em|en|in|aus|from|at|à|uit|desde)\s+[^\W\d_a-zß-öø-ÿ]")
_REPORTS = re.compile(r"(?:報導|报道|報道|電|电|讯|訊)$")
_HAN_NAMES = re.compile(r"^[\u3400-\u9fff]{2,4}(?:[\s\u3000]+[\u3400-\u9fff]{2,4})+$")
_INVISIBLE = "\u200b\u200e\u200f\ufeff\xad‹›"
_CLEAN = str.maketrans({"\u00a0": " ", "\u202f": " ", "：": ":"} | dict.fromkeys(_INVISIBLE))
_EDGE = ' \t\n,;:.|/\\-–—_*•·»«<>"“”„'
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LATIN_WORD = re.compile(r"[^\W\d_]")
_CAPITALS = re.compile(r"^[^a-zß-öø-ÿ]+$")
_LOGIN = re.compile(r"^(?:[a-z0-9_.-]*\d[a-z0-9_.-]*|[a-z]+[._-][a-z._-]+)$")
_MC = re.compile(r"\bMc([a-z])")
_O = re.compile(r"\b([OD])(['’])([a-z])")
_INITIALS = re.compile(r"^(?:[A-Z]\.?){1,3}$")
_GENERATION = re.compile(
    r"^(?:jr|sr|ii|iii|iv|phd|md|esq|mba|cfa|cpa|rn|rd|ma|ba|msc|bsc|dds|do|mp|obe|cbe|mbe|pharmd|jd|rdn|rn|dvm|psyd|edd|lcsw|mph|bs|ms|ma|frcp|fca)\.?$",
    re.IGNORECASE,
)
_KEPT_GENERATION = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})
_MAX_RAW = 400
_MAX_NAME_WORDS = 6
_MAX_AUTHORS = 20


@dataclass(frozen=True, slots=True)
class Signer:
    """What the page is called: a byline that only says so names the outlet."""

    outlets: frozenset[str] = frozenset()

    @classmethod
    def of(cls, names: Iterable[str | None]) -> Signer:
        """From outlet names, site names and host names, as they come."""
        return cls(frozenset(k for name in names if name and (k := squeeze_name(name))))

    def is_outlet(self, name: str) -> bool:
        """Whether the name is the outlet's own, spaces, case and a domain ending aside."""
        key = squeeze_name(name)
        return bool(key) and key in self.outlets


def squeeze_name(name: str) -> str:
    """Letters and digits only, folded; "www." and the ending of a host name cut off."""
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", name.strip().casefold()).rstrip("/")
    bare = re.sub(r"(?<=\w\w)\.(?:com?|org|net|info|eu|[a-z]{2})(?:\.[a-z]{2})?$", "", bare)
    bare = re.sub(r"^(?:the|die|der|das|le|la|el) ", "", bare)
    return re.sub(r"[^\w]|_", "", fold_name(bare))


def parse_byline(
    raw: str, signer: Signer | None = None, *, trusted: bool = False
) -> tuple[Author, ...]:
    """The authors of a byline in printed order, each once; empty when it names nobody.

    `signer` tells the outlet's own names. `trusted` says that the text comes from a field that
    holds an author: then a name of two words counts in lower case too.
    """
    signer = signer or Signer()
    lexicons = load_lexicons()
    text = clean_byline(raw)
    emails = _EMAIL.findall(text)
    handles = _HANDLE.findall(text)
    text = _ADDRESS.sub(" ", _HANDLE.sub(" | ", _EMAIL.sub(" | ", text)))
    authors: list[Author] = []
    if trusted and text.islower() and 2 <= len(text.split()) <= 3:
        text = text.title()
    for part in split_parts(cut_end(text, lexicons), lexicons, signer):
        _take_part(part, authors, raw, lexicons, signer)
    merged = merge_authors(authors)[:_MAX_AUTHORS]
    people = [a for a in merged if a.kind is AuthorKind.PERSON]
    if len(people) == 1 and (emails or handles):
        given = replace(
            people[0],
            email=emails[0] if len(emails) == 1 else None,
            handle=handles[0] if len(handles) == 1 else None,
        )
        merged = [given if a is people[0] else a for a in merged]
    return tuple(merged)


def clean_byline(raw: str) -> str:
    """One line, NFC, entities and invisible marks resolved, at most 400 characters."""
    text = raw[: 4 * _MAX_RAW]
    if "&" in text:
        text = html.unescape(text)
    text = unicodedata.normalize("NFC", text).translate(_CLEAN)
    return re.sub(r"[ \r\f\v]+", " ", text).strip()[:_MAX_RAW]


def cut_end(text: str, lexicons: Lexicons) -> str:
    """The text before a date, or before words that open something else ("Updated", "Foto"), as
    long as they are not an agency's own name ("Alamy Stock Photo")."""
    if lexicons.find_agency(text.strip()):
        return text
    if any(c.isdigit() for c in text):
        reading = find_stamp(text)
        if reading and reading.start > 1:
            text = text[: reading.start]
        elif reading and len(text) == len(text.strip()):
            text = text[reading.end :]
    cut = lexicons.ends.search(text)
    while cut and cut.start() < 3:
        cut = lexicons.ends.search(text, cut.end())
    return text[: cut.start()] if cut else text


def strip_prefix(text: str, lexicons: Lexicons) -> str:
    """The text without its byline words."""
    for _ in range(4):
        text = text.lstrip(_EDGE)
        match = lexicons.prefixes.match(text)
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


def split_parts(text: str, lexicons: Lexicons, signer: Signer) -> list[str]:
    """The byline cut where one name, role or place ends and another begins."""
    parts: list[str] = []
    for piece in _HARD_BREAK.split(text):
        bare = strip_prefix(piece or "", lexicons)
        if signer.is_outlet(bare) or lexicons.find_kind(bare):
            parts.append(bare)
            continue
        for chunk in split_joins(bare, lexicons):
            parts.extend(_split_commas(strip_prefix(chunk, lexicons), lexicons))
    return [p for p in parts if p.strip(_EDGE)]


def split_joins(text: str, lexicons: Lexicons) -> list[str]:
    """Cut at "and" and its like, where both sides can be names: not in "Ortega y Gasset"."""
    chunks: list[str] = []
    start = 0
    for match in lexicons.joins.finditer(text):
        left, right = text[start : match.start()], text[match.end() :]
        if _joins_names(left, match[0].strip(" ,"), right):
            chunks.append(left)
            start = match.end()
    chunks.append(text[start:])
    return chunks


def _joins_names(left: str, word: str, right: str) -> bool:
    if word and _CJK.search(word):
        return len(left.strip()) > 1 and len(right.strip()) > 1
    if len(word) > 1 or word == "&":
        return True
    last = left.rsplit(",", 1)[-1].split()
    following = right.split(",", 1)[0].split()
    return len(following) > 1 or len(last) <= 1


def _split_commas(text: str, lexicons: Lexicons) -> list[str]:
    """Split at commas and slashes, unless the comma stands in "Last, First"."""
    pieces = [p for p in _COMMA.split(text) if p.strip(_EDGE) and not _is_degree(p.strip())]
    if len(pieces) == 2 and _is_inverted(pieces, lexicons):
        return [f"{pieces[1]} {pieces[0]}"]
    out: list[str] = []
    for piece in pieces:
        if out and piece.lower().strip(" .") in {g.strip(".") for g in _KEPT_GENERATION}:
            out[-1] = f"{out[-1]} {piece}"
            continue
        for name in _SLASH.split(piece):
            out.extend(name.split() if _HAN_NAMES.match(name.strip()) else [name])
    return out


def _is_inverted(pieces: Sequence[str], lexicons: Lexicons) -> bool:
    """Two parts of which neither is a whole name: "McDonald, John" or "de la Cruz, Ana María"."""
    last, first = (p.strip(_EDGE) for p in pieces)
    if _CJK.search(last + first) or lexicons.is_role(first) or lexicons.is_role(last):
        return False
    if any(lexicons.find_kind(p) for p in (last, first)) or _GENERATION.match(first):
        return False
    last_words, first_words = last.split(), first.split()
    heads = [w for w in last_words if w.lower() not in lexicons.particles]
    plain = all(w[:1].isupper() for w in heads + first_words if w)
    shouted = first.isupper() and not (last.isupper() and len(first_words) == 1)
    return plain and len(heads) == 1 and 1 <= len(first_words) <= 2 and not shouted


def _take_part(
    part: str, authors: list[Author], raw: str, lexicons: Lexicons, signer: Signer
) -> None:
    """Read one part: an author of its own, or the role or place of the one before it."""
    if authors and _ELSEWHERE.match(part.strip()):
        _add_detail(part.strip().split(" ", 1)[1], authors, lexicons)
        return
    inside = [b.strip() for b in _BRACKETED.findall(part)]
    bare = strip_titles(trim_name(_BRACKETED.sub(" ", part).strip(" ()[]（）【】")), lexicons)
    bare, place = split_place(strip_prefix(bare, lexicons), lexicons)
    if authors and _REPORTS.search(bare):
        return
    author = classify_name(bare, raw, lexicons, signer)
    if author is None or _is_place_after(author, authors) or _is_role_after(author, authors, bare):
        _add_detail(bare, authors, lexicons)
    else:
        authors.append(replace(author, location=place) if place else author)
    for detail in inside:
        named = lexicons.find_kind(detail) or (
            AuthorKind.OUTLET if signer.is_outlet(detail) else None
        )
        if named in (AuthorKind.AGENCY,) and authors:
            authors.append(Author(lexicons.name_agency(detail), AuthorKind.AGENCY, raw))
        elif authors and named is None:
            _add_detail(detail, authors, lexicons)


def trim_name(text: str) -> str:
    """Without marks at the ends; the full stop of "Jr." and of an initial stays."""
    name = text.strip(_EDGE)
    last = name.rsplit(" ", 1)[-1]
    dotted = last.lower() in ("jr", "sr") or (len(last) == 1 and last.isupper() and last != name)
    return f"{name}." if dotted and f"{name}." in text else name


def split_place(text: str, lexicons: Lexicons) -> tuple[str, str | None]:
    """The name, and the place after "in"; an employer after "for" is dropped."""
    apart = lexicons.apart.search(text)
    if apart and apart.start() > 2:
        text = text[: apart.start()]
    place = lexicons.places.search(text)
    if place and place.start() > 2 and not lexicons.find_kind(text):
        return text[: place.start()], text[place.end() :].strip(_EDGE) or None
    return text, None


def _is_place_after(author: Author, authors: Sequence[Author]) -> bool:
    """One word after a person's full name is where they wrote it, or whom they work for."""
    if author.kind is not AuthorKind.PERSON or not authors or _CJK.search(author.name):
        return False
    before = authors[-1]
    if " " in author.name:
        return False
    return before.kind is not AuthorKind.PERSON or " " in before.name


def _is_role_after(author: Author, authors: Sequence[Author], text: str) -> bool:
    """ "Staff Writer" after a person is what they are, alone it is who signs."""
    if author.kind is not AuthorKind.DESK or not authors:
        return False
    return authors[-1].kind is AuthorKind.PERSON and load_lexicons().is_role(text)


def _add_detail(text: str, authors: list[Author], lexicons: Lexicons) -> None:
    """Give a role or a place to the last person, where it has none yet."""
    if not text or not authors or authors[-1].kind is not AuthorKind.PERSON:
        return
    last = authors[-1]
    if lexicons.is_role(text):
        authors[-1] = replace(last, role=last.role or text)
    elif len(text) < 40 and text[:1].isupper() and len(text.split()) < 4:
        authors[-1] = replace(last, location=last.location or text)


def strip_titles(text: str, lexicons: Lexicons) -> str:
    """Without "Dr.", "Prof." and their like in front, degrees behind."""
    words = text.split()
    while len(words) > 1 and words[0].lower() in lexicons.titles:
        words = words[1:]
    while len(words) > 2 and _is_degree(words[-1]):
        words = words[:-1]
    return " ".join(words)


def _is_degree(word: str) -> bool:
    bare = word.strip(",.").replace(".", "")
    return (
        bool(_GENERATION.match(bare))
        and bare.lower() not in _KEPT_GENERATION
        and (bare.isupper() or bare == "PhD")
    )


def classify_name(text: str, raw: str, lexicons: Lexicons, signer: Signer) -> Author | None:
    """The author a part names, or None where it names nobody."""
    name = trim_name(text)
    folded = fold_name(name)
    if not name or len(name) > 80 or folded in lexicons.nonames:
        return None
    if signer.is_outlet(name):
        return Author(name, AuthorKind.OUTLET, raw)
    kind = lexicons.find_kind(name)
    if kind is AuthorKind.AGENCY:
        return Author(lexicons.name_agency(name), kind, raw)
    if kind is AuthorKind.DESK:
        return Author(name, kind, raw)
    if folded in lexicons.prefix_words:
        return None
    person, role = _split_role(name, lexicons)
    if signer.is_outlet(person):
        return Author(person, AuthorKind.OUTLET, raw)
    if not _is_person(person, lexicons):
        return None
    if lexicons.is_organisation(person):
        return Author(person, AuthorKind.DESK, raw)
    return Author(print_name(person, lexicons), AuthorKind.PERSON, raw, role=role)


def _split_role(name: str, lexicons: Lexicons) -> tuple[str, str | None]:
    """The name and the role written beside it without a mark ("Jane Doe Political Editor")."""
    if _CJK.search(name):
        match = lexicons.suffixes.search(name)
        while match and match.start() >= 2:
            name = name[: match.start()].rstrip(_EDGE + "·")
            match = lexicons.suffixes.search(name)
        return name, None
    words = name.split()
    for size in range(2, len(words)):
        rest = words[size:]
        if lexicons.is_role_word(rest[-1]) or lexicons.is_role_word(rest[0]):
            return " ".join(words[:size]), " ".join(rest)
    if len(words) > 2 and lexicons.is_role_word(words[0]):
        start = next((i for i, w in enumerate(words) if not lexicons.is_role_word(w)), 0)
        if len(words) - start >= 2:
            return " ".join(words[start:]), " ".join(words[:start])
    return name, None


def _is_person(name: str, lexicons: Lexicons) -> bool:
    """Whether it looks like a person's name: few words, capitals where the script has them."""
    if not _LATIN_WORD.search(name) or sum(c.isdigit() for c in name) > 1 or len(name) < 2:
        return False
    if fold_name(name) in lexicons.nonames or lexicons.is_role(name):
        return False
    words = name.split()
    if len(words) > _MAX_NAME_WORDS or _LOGIN.match(name):
        return False
    if _CJK.search(name):
        return len(re.sub(r"\s", "", name)) <= 14 and not re.search(r"[。！？!?「」『』…]", name)
    if re.search(r"[!?<>{}=#%$€£]|\.\.\.|…", name):
        return False
    named = [w for w in words if w.lower().strip(".") not in lexicons.particles]
    if not named or not all(_opens_name(w) for w in named):
        return False
    return len(name) > 2 or not name.isascii()


def _opens_name(word: str) -> bool:
    """A capital, or a letter of a script without capitals."""
    first = next((c for c in word if c.isalpha()), "")
    return bool(first) and (
        first.isupper() or not first.islower() or any(c.isupper() for c in word[1:3])
    )


def print_name(name: str, lexicons: Lexicons) -> str:
    """The name as printed, or, where it is all capitals, as a name is written."""
    words = name.split()
    if len(words) > 1 and _CAPITALS.match(name) and any(len(w.strip(".")) > 2 for w in words):
        words = [_write_word(w, i, lexicons) for i, w in enumerate(words)]
    elif len(words) > 1:
        words = [_calm_surname(w, words) for w in words]
    return " ".join(words).strip(" ,;:|/-–—•·")


def _calm_surname(word: str, words: Sequence[str]) -> str:
    """ "Jean DUPONT" is Jean Dupont; initials and short forms stay."""
    bare = word.strip(".,")
    if bare[:2] == "Mc" and bare[2:].isupper() and len(bare) > 4:
        return f"Mc{bare[2:].capitalize()}"
    if len(bare) < 4 or not bare.isupper() or "." in bare or _CJK.search(bare):
        return word
    return (
        word
        if any(_INITIALS.match(w) for w in words if w != word and len(w) == 1)
        else _capitalise(word)
    )


def _write_word(word: str, index: int, lexicons: Lexicons) -> str:
    low = word.lower()
    if index and low in lexicons.particles and len(low) > 1:
        return low
    if _INITIALS.match(word) and ("." in word or len(word) == 1):
        return word
    if low.strip(".") in ("ii", "iii", "iv"):
        return word
    return _capitalise(word)


def _capitalise(word: str) -> str:
    calm = re.sub(r"[^\W\d_]+", lambda m: m[0][:1] + m[0][1:].lower(), word)
    calm = _MC.sub(lambda m: f"Mc{m[1].upper()}", calm)
    calm = re.sub(r"(?<=[^\W\d_]['’])S\b", "s", calm)
    return _O.sub(lambda m: f"{m[1]}{m[2]}{m[3].upper()}", unicodedata.normalize("NFC", calm))


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
