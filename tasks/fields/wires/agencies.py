"""The wire agency that a story comes from, whole or in part, and the line that credits it.

Signs, in the order of their worth: the dateline, an agency that signs, a credit at the end of the
text ("(dpa/lby)", "© 2024 AFP", "Quelle: dpa", "Mit Material von …", "(Reporting by …)"), the
organisation that the structured data name. Picture credits tell nothing about a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from tasks.fields.claims import list_meta, list_texts, resolve_node
from tasks.fields.wires.wires import name_any_wire, name_wire
from tasks.lexicon.lines import load_rows
from tasks.model import KEPT, AuthorKind, Dateline, Found, Label, Line, Page

Values = Mapping[str, Any]

# A credit is a short line among so many kept ones at the end and so many below them, or closes the
# last paragraph.
_LAST, _BELOW, _LONGEST, _TAIL = 3, 6, 240, 60
# After longer words than "mit" or "avec" an agency's name may be followed by more.
_CLEAR = 8
_NOT_TEXT = frozenset({Label.BLANK, Label.CAPTION, Label.CREDIT, Label.IMAGE_ALT, Label.NAVIGATION,
                       Label.RELATED, Label.COMMENT, Label.SHARE})  # fmt: skip
_RIGHTS = re.compile(
    r"(?i)^(?:(?:©|\(c\)|copyright|&copy;)[\s:]*)+(?:\d{4}(?:\s?[-–]\s?\d{4})?[\s,.]*)?"
    r"(?:by\s+|von\s+)?(.{2,60}?)"
    r"(?:[\s,.]+\d{4})?(?:[.,]\s.*|\s[-–|]\s.*|\.?\s*(?:all rights reserved|alle rechte).*|\.)?$"
)
_BRACKET_END = re.compile(r"[(\[（【]\s*([^()\[\]（）【】]{2,60}?)\s*[)\]）】]\s*[.。]?\s*$")
_OPENING = re.compile(
    r"\s*[(\[（]\s*([^()\[\]（）]{2,40})[)\]）]\s*"
    r"(?:[.:]?\s?[—–-]{1,2}\s|\.\s|(?=[^\W\da-z]))"
)
_DASH_END = re.compile(r"[.!?”\"»]\s*[-–—/]{1,2}\s?([^\s.!?][^.!?]{1,30}?)[/.]?\s*$")
_DPA_CODE = re.compile(r"(?i)^[©\s]*(dpa(?:-infocom|-afx)?)\s?[,:]\s?(?:dpa:)?\d{6}[-\w/:]+")
_INNER_WORD = re.compile(r"[^\W_]+")
_AGENCY_WORD = re.compile(r"(?i)agentur|agenc|press\b|agenzia|ajans|agência|persbureau")
_ABOUT_RIGHTS = frozenset("©c")


class Credit(NamedTuple):
    """A credit as printed, the agency it names, the rule that read it, and how sure it is."""

    raw: str
    agency: str | None
    rule: str
    sure: float
    span: tuple[int, int]


def find_agency(page: Page, values: Values) -> Sequence[Found[str]]:
    """The agency, by the usual name of `agencies.tsv`; `values` are the fields found before:
    dateline, authors, byline, credit_line."""
    found: list[Found[str]] = []
    dateline = values.get("dateline")
    if isinstance(dateline, Dateline) and dateline.agency:
        found.append(Found(dateline.agency, dateline.raw, "dateline.agency", 0.97))
    for author in values.get("authors", ()):
        if author.kind is AuthorKind.AGENCY and (wire := name_wire(author.name)):
            found.append(Found(wire, author.raw, "byline.agency", 0.95))
    byline = values.get("byline")
    if isinstance(byline, str) and (wire := name_any_wire(byline)):
        found.append(Found(wire, byline, "byline.named", 0.9))
    if opening := _read_opening(page):
        found.append(opening)
    credited = values.get("credit_line")
    if isinstance(credited, str) and (credit := read_credit_line(credited)) and credit[1]:
        found.append(Found(credit[1], credit[0], credit[2], credit[3]))
    found.extend(_list_claimed(page))
    return _keep_first(sorted(found, key=lambda f: -f.confidence))


def _read_opening(page: Page) -> Found[str] | None:
    """An agency in brackets before the first words: "(EFE).- The bridge …"."""
    first = next((line for line in page.lines if line.label in KEPT), None)
    match = _OPENING.match(first.text) if first else None
    wire = name_wire(match[1]) if match else None
    if first is None or match is None or wire is None:
        return None
    span = (first.start, first.start + match.end())
    return Found(wire, match[0].strip(), "line.agency-opens", 0.95, span)


def _keep_first(found: Sequence[Found[str]]) -> list[Found[str]]:
    seen: dict[str, Found[str]] = {}
    for one in found:
        seen.setdefault(one.value, one)
    return list(seen.values())


def _list_claimed(page: Page) -> Iterator[Found[str]]:
    """What the structured data say of the text's source."""
    article = page.structured.article or {}
    for key, sure in (("sourceOrganization", 0.9), ("creator", 0.85), ("author", 0.9),
                      ("copyrightHolder", 0.8), ("publisher", 0.7)):  # fmt: skip
        for raw in list_texts(resolve_node(page, article.get(key))):
            if wire := name_wire(raw):
                yield Found(wire, raw, f"jsonld.{key}", sure)
    for name, raw in list_meta(page, "source", "sourceorganization", "article:source", "dc.source",
                               "dc.publisher", "copyright", "syndication-source"):  # fmt: skip
        if wire := name_wire(raw):
            yield Found(wire, raw, f"meta.{name}", 0.8)


def find_credit_line(page: Page) -> Sequence[Found[str]]:
    """The line that credits the source of the text, as printed."""
    credits = sorted(list_credits(page), key=lambda c: -c.sure)
    return [Found(c.raw, c.raw, c.rule, c.sure, c.span) for c in credits]


def list_credits(page: Page) -> list[Credit]:
    """The credits at the end of the text, in order."""
    kept = [n for n, line in enumerate(page.lines) if line.label in KEPT]
    if not kept:
        return []
    first = kept[-_LAST] if len(kept) >= _LAST else kept[0]
    found = []
    for line in _list_last(page.lines[first:], kept[-1] - first):
        credit = read_credit_line(line.text, last=line.label in KEPT)
        if credit is not None:
            at = line.start + max(line.text.find(credit[0]), 0)
            found.append(Credit(*credit, (at, at + len(credit[0]))))
    return found


def _list_last(lines: Sequence[Line], last: int) -> Iterator[Line]:
    below = 0
    for number, line in enumerate(lines):
        if line.label in _NOT_TEXT and not line.rule.endswith("sign-off"):
            continue
        below += number > last
        if below > _BELOW:
            return
        yield line


def read_credit_line(text: str, *, last: bool = True) -> tuple[str, str | None, str, float] | None:
    """(raw, agency, rule, confidence) of the credit that a line is, or that a `last` paragraph
    ends with."""
    text = " ".join(text.split())
    if text and len(text) <= _LONGEST:
        if wire := name_wire(text):
            return text, wire, "line.agency-alone", 0.93
        for read in (_read_code, _read_rights, _read_source, _read_helpers, _read_with):
            if found := read(text):
                return found
    return _read_end(text) if last else None


def _read_code(text: str) -> tuple[str, str | None, str, float] | None:
    match = _DPA_CODE.match(text)
    return (text, "dpa", "line.agency-code", 0.97) if match else None


def _read_rights(text: str) -> tuple[str, str | None, str, float] | None:
    """ "© 2024 AFP", "Copyright 2024 The Associated Press. All rights reserved."."""
    if text[:1].lower() not in _ABOUT_RIGHTS and not text.startswith("(c)"):
        return None
    match = _RIGHTS.match(text)
    if match and (wire := name_wire(match[1])):
        return text, wire, "line.copyright", 0.9
    return None


def _read_source(text: str) -> tuple[str, str | None, str, float] | None:
    """ "Quelle: dpa", "来源：新华社"; any other source is no credit that we are sure of."""
    bare = text.strip("()[]（）【】 ")
    word, colon, rest = bare.replace("：", ":").partition(":")
    if colon and word.strip().lower() in _words("source") and (wire := name_any_wire(rest)):
        return text, wire, "line.source", 0.93
    return None


def _read_helpers(text: str) -> tuple[str, str | None, str, float] | None:
    """ "(Reporting by Jane Doe; Editing by John Roe)": Reuters' own way to sign off."""
    if text[0] not in "([" or text.rstrip(".")[-1] not in ")]":
        return None
    clauses = [c.lower() for c in text.strip("()[]. ").split(";")]
    helped = sum(clause.strip().startswith(_words("part")) for clause in clauses)
    if not helped:
        return None
    named = name_any_wire(clauses[-1])
    reuters = helped >= 2 or (helped == 1 and len(clauses) > 1)
    return text, named or ("Reuters" if reuters else None), "line.helpers", 0.85 if reuters else 0.7


def _read_with(text: str) -> tuple[str, str | None, str, float] | None:
    """ "Mit Material von dpa", "(With inputs from PTI)", "AP writer Jane Doe contributed to this
    report."."""
    bare = text.strip("()[]*—– .")
    low = bare.lower()
    words = bare.split()
    if len(words) == 3 and words[0].lower() == "with" and (wire := name_wire(words[1])):
        return text, wire, "line.with", 0.88
    if not low.startswith(_words("with")) and not low.endswith(_words("with")):
        return None
    for phrase in _words("with"):
        if low.startswith(phrase):
            rest = bare[len(phrase) :].strip(" :")
            wire = name_wire(rest) or (_name_start(rest) if len(phrase) > _CLEAR else None)
            if wire:
                return text, wire, "line.with", 0.88
        elif low.endswith(phrase) and (wire := _name_start(bare)):
            return text, wire, "line.with", 0.85
    return None


def _name_start(text: str) -> str | None:
    """The agency that the text begins with: "The Associated Press writers …"."""
    words = [word.strip(",;") for word in text.split()[:4]]
    return next(
        (w for n in range(len(words), 0, -1) if (w := name_wire(" ".join(words[:n])))), None
    )


def _read_end(text: str) -> tuple[str, str | None, str, float] | None:
    """An agency in brackets or behind a dash, at the end of the last paragraph."""
    tail = text[-_TAIL - 20 :]
    if match := _BRACKET_END.search(tail):
        inner = match[1]
        for phrase in _words("with"):
            if inner.lower().startswith(phrase + " "):
                inner = inner[len(phrase) :].strip()
                break
        wire = name_wire(inner)
        if wire is None or _explains(tail[: match.start()], match[1]):
            return None
        return match[0].strip(), wire, "line.bracket-end", 0.93
    if match := _DASH_END.search(tail):
        wire = name_wire(match[1])
        return (match[1].strip(), wire, "line.dash-end", 0.9) if wire else None
    return None


def _explains(before: str, short: str) -> bool:
    """Whether brackets hold the short form of the words before: "the Alternative Party (AP)"."""
    words = _INNER_WORD.findall(before)[-6:]
    initials = "".join(word[0] for word in words).casefold()
    return initials.endswith(short.casefold()) or bool(_AGENCY_WORD.search(before[-40:]))


@lru_cache(maxsize=4)
def _words(how: str) -> tuple[str, ...]:
    """The words of one kind, longest first."""
    words = {
        w for kind, _language, *forms in load_rows("credit_lines.tsv") for w in forms if kind == how
    }
    return tuple(sorted(words, key=len, reverse=True))
