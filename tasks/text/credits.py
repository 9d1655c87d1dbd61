"""Splits the credit off a caption, by its shape and by credit words.

Shapes, tried in order: a last bracket that holds a credit word, an agency-like capital word, or a
few capitalised words; a tail after a credit word and a mark ("Photo: …"); a tail after ©, | or a
slash between two names.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.fields.bylines.lexicons import load_lexicons
from tasks.lexicon.lines import load_phrases, load_rows, normalise

_BRACKET = re.compile(
    r"^(?P<text>.*?)\s*[(\[（【](?P<credit>[^()\[\]（）【】]{2,90})[)\]）】]\s*\.?$", re.S
)
_SIGN = re.compile(r"^(?P<text>.*?)\s*(?P<credit>(?:©|\(c\)|℗)\s*.{2,90})$", re.S | re.IGNORECASE)
_BAR = re.compile(r"^(?P<text>.{12,}?)\s+[|│]\s+(?P<credit>[^|.!?]{2,60})$", re.S)
_AFTER = re.compile(
    r"^(?P<text>.{20,}[^\W\d_]{3}[.!?»”\"])\s+(?P<credit>[^\W\d_][^.!?:,;]{1,40})$", re.S
)
_SOURCE = re.compile(
    r"\b(?:photos?|fotos?|fotoğraf\w*|images?|getty|reuters|afp|fot|фото\w*|pool|handout)\b"
)
# No caption is longer, in characters.
LONGEST = 1_500
_MARKED = re.compile(r"[(\[（【:：=＝/／©|│]")
_ANNOUNCES = re.compile(r"[:：=＝/／]| by | von ", re.IGNORECASE)
_SIGNS = re.compile(r"[©℗]|\([cC]\)")
# A word is taken whole: could it end at any of its hyphens, each would double the ways to look.
_NAME = r"(?:[A-ZÀ-ÞĞİŞÇÖÜА-Я][\w.'’-]*+|de|van|von|der|den|la|le|al|via|for)"
_NAMES = re.compile(rf"^{_NAME}(?:[\s/&,–-]+{_NAME})*$")


@lru_cache(maxsize=1)
def _words() -> str:
    """Every credit word as alternatives of a pattern, by first letter, the longest first: so most
    words of a text are passed after one look at each letter."""
    words = {row[2] for row in load_rows("lines_credit.tsv") if len(row[2]) > 2}
    heads: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        heads.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{re.escape(head)}(?:{'|'.join(tails)})" for head, tails in heads.items())


@lru_cache(maxsize=1)
def _tail() -> re.Pattern[str]:
    """A credit word and a colon (or "by"), then names to the end."""
    named = f"(?:{_words()})"
    marked = r"(?:\s?[:：=＝/／]| by | von )\s*.{2,90}"
    start = r"^(?P<text>.*?)(?:^|(?<=[\s.!?。」）)]))"
    return re.compile(rf"{start}(?P<credit>{named}{marked})$", re.S | re.IGNORECASE)


@lru_cache(maxsize=1)
def _head() -> re.Pattern[str]:
    """A line that opens with a credit word and a mark."""
    return re.compile(rf"^(?:{_words()})\s?(?:[:=＝/／]|by\b|von\b)\s*\S", re.IGNORECASE)


@lru_cache(maxsize=1)
def find_dangling() -> re.Pattern[str]:
    """A credit word and its mark, or a sign, at the end of a text: what they announce follows."""
    return re.compile(rf"(?:^|[\s.!?•|(])(?P<word>(?:{_words()})\s?[:=＝]|©)\s*$", re.IGNORECASE)


def is_credit_text(text: str) -> bool:
    """Whether a bracket's content names a source: credit words, or capitals and nothing else."""
    if names_source(text):
        return True
    normal = normalise(text)
    if any(char.isdigit() for char in text) and not re.search(r"photo|foto|©", normal):
        return False
    if "credit" in load_phrases().find(normal):
        return True
    if _SOURCE.search(normal):
        return True
    return len(text) <= 60 and ("/" in text or text.isupper()) and bool(_NAMES.match(text))


_SOURCES = re.compile(r"\s*(?:[/|,;·•]|\bvia\b)\s*")
_OPENS = re.compile(r"^(?:©|\([cC]\)|℗)\s*\S")
_WHOLE_BRACKET = re.compile(r"^[(\[（【](?P<credit>[^()\[\]（）【】]+)[)\]）】]$")
_LEADING = re.compile(r"^\w+ (?:via|by|courtesy of|courtesy)\s+", re.IGNORECASE)
_SITE = re.compile(r"\.(?:com|de|net|org)$", re.IGNORECASE)
# A caption's end: names after a slash or a bar, or in brackets after its last sentence.
_SLASH = re.compile(r"^(?P<text>.*?)\s+[/|│]\s+(?P<credit>[^/|│]{2,60})$", re.S)
_NAMED = re.compile(
    r"^(?P<text>.{12,}[.!?»”\"’])\s*[(\[（](?P<credit>[^()\[\]（）]{4,60})[)\]）]$", re.S
)
# A line that is nothing but a credit is no longer, in characters.
LONGEST_LINE = 140


def is_credit_line(text: str) -> bool:
    """Whether a line beside a picture names its source and says nothing else: it opens with a
    sign or a credit word and a mark, or is made of names, one of them an agency or two of them
    parted by a slash."""
    if not 2 <= len(text) <= LONGEST_LINE:
        return False
    if bracket := _WHOLE_BRACKET.match(text):
        text = bracket["credit"]
    if _OPENS.match(text) or _head().match(text):
        return True
    return names_source(text) or names_source(_LEADING.sub("", text))


def names_source(text: str) -> bool:
    """Whether a text is names alone, among them an agency, or with a slash between them. Beside
    an agency a name may be a handle in lower case."""
    parts = list_parts(text)
    if names_agency(text) and all(len(part.split()) == 1 or is_named(part) for part in parts):
        return True
    slashed = "/" in text and len(text) <= 60
    return slashed and bool(parts) and all(_NAMES.match(part) for part in parts)


def names_agency(text: str) -> bool:
    """Whether a part of a credit is an agency."""
    return any(find_source(part) is not None for part in list_parts(text))


def list_parts(credit: str) -> list[str]:
    """What stands between the marks of a credit: names and agencies, mostly."""
    return [part for part in _SOURCES.split(credit.strip(" .")) if part]


def is_named(part: str) -> bool:
    """Whether a part of a credit is a name or an agency."""
    return bool(_NAMES.match(part)) or find_source(part) is not None


def find_source(name: str) -> str | None:
    """The agency of this name or of this site, if it is one."""
    return load_lexicons().find_agency(_SITE.sub("", name))


def split_names(text: str) -> tuple[str, str] | None:
    """(caption, credit) of a caption that ends in mere names: "The quay / Jane Doe", "The quay at
    dusk. (Jane Doe)", "The quay | Getty Images"."""
    for pattern in (_SLASH, _NAMED):
        match = pattern.match(text)
        if match and (names_source(match["credit"]) or is_full_name(match["credit"])):
            return match["text"].strip(), match["credit"].strip()
    return None


def is_full_name(text: str) -> bool:
    """Two to four capitalised words."""
    return 2 <= len(text.split()) <= 4 and bool(_NAMES.match(text))


_BRACKETS = {"(": ")", "[": "]", "（": "）", "【": "】"}


def tidy_credit(credit: str) -> str:
    """Without the brackets around it, and without one that closes nothing."""
    credit = credit.strip(" \t|")
    closing = _BRACKETS.get(credit[:1])
    if closing and credit.endswith(closing) and credit.count(credit[0]) == 1:
        return credit[1:-1].strip()
    for opening, closing in _BRACKETS.items():
        if credit.endswith(closing) and opening not in credit:
            credit = credit[:-1].rstrip()
    return credit


def split_credit(text: str, in_caption: bool = False) -> tuple[str, str | None]:
    """(caption, credit without brackets); the credit is None where none is seen. With `in_caption`
    the text is known to be a caption, so that a bare name after its sentence is a credit too."""
    if len(text) > LONGEST:
        return text, None
    after = _AFTER.match(text) if in_caption else None
    if after and _NAMES.match(after["credit"]):
        return after["text"].strip(), after["credit"].strip()
    if not (_MARKED.search(text) or " by " in text or " von " in text):
        return text, None
    bracket = _BRACKET.match(text) if text.rstrip(" .")[-1:] in ")）]】" else None
    if bracket and is_credit_text(bracket["credit"]):
        return bracket["text"].strip(), bracket["credit"].strip()
    for pattern, signs in ((_tail(), _ANNOUNCES), (_SIGN, _SIGNS)):
        match = pattern.match(text) if signs.search(text) else None
        if match:
            return match["text"].strip(" |-–—©"), tidy_credit(match["credit"])
    if in_caption and (named := split_names(text)):
        return named
    bar = _BAR.match(text)
    if bar and _NAMES.match(bar["credit"]):
        return bar["text"].strip(), bar["credit"].strip()
    return text, None
