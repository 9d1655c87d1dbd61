"""Credits at the end of a caption that no word and no colon announces, as agencies and papers of
many countries print them.

A row of the table is a pattern with the groups `text` and `credit`, a test of the credit, a caption
that it hits and one that it must miss (both run by the tests). What stands in no figure is never
asked: "He works for a paper - Reuters" is a caption's end and no sentence's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tasks.text.credits import LONGEST, names_agency, names_source

Test = Callable[[str], bool]
# A word is taken whole: could it end at any of its hyphens, each would double the ways to look.
_WORD = r"[A-ZÀ-ÞĀ-ŽА-ЯЁ][\w.'’-]*+"
_PARTICLE = r"(?:de|da|di|do|du|van|von|der|den|la|le|al|el|bin|for|the|via)"
_NAMED = rf"{_WORD}(?:[ /&,–-]+(?:{_WORD}|{_PARTICLE}))*"
_HEADS = (
    r"(?:Credits?|CREDIT|Crédits?|CRÉDIT|Photo|PHOTO|Foto|FOTO|Fot\.|Bild|BILD|Beeld|BEELD|Kuva)"
)


@dataclass(frozen=True, slots=True)
class Tail:
    """One row of the table."""

    pattern: re.Pattern[str]
    test: Test | None
    hit: str
    miss: str


def _tail(pattern: str, hit: str, miss: str, test: Test | None = None) -> Tail:
    return Tail(re.compile(pattern, re.DOTALL), test, hit, miss)


def _names_source(credit: str) -> bool:
    return names_source(credit) and names_agency(credit)


TAILS: tuple[Tail, ...] = (
    _tail(
        r"^(?P<text>.{8,}[.!?»”\"’])\s+(?P<credit>[^.!?:]{2,70})$",
        "The quay at dusk. Jan von Muster/dpa",
        "The quay at dusk. Boats lie at anchor",
        _names_source,
    ),
    _tail(
        r"^(?P<text>.{8,})\s[-–—•/]\s?(?P<credit>[^–—•|:]{2,60})$",
        "The quay at dusk - Jane Doe/AFP",
        "The quay at dusk - and at dawn",
        _names_source,
    ),
    _tail(
        rf"^(?P<text>.{{8,}}?\s[^\W\d_A-ZÀ-Þ][\w,-]*)\s+"
        rf"(?P<credit>(?:{_WORD}\s){{0,3}}{_WORD}\s?/\s?{_NAMED})$",
        "The quay at dusk Jane Doe/Getty Images",
        "The quay at dusk and/or at dawn",
        _names_source,
    ),
    _tail(
        r"^(?P<text>.{8,}[.!?»”\"’])\s+"
        r"(?P<credit>(?:Courtesy|Handout|Supplied|File photo|iStock|Shutterstock)\b[^.!?]{0,50})$",
        "The quay at dusk. Courtesy of Jane Doe",
        "The quay at dusk. Courteous of Jane, they said",
    ),
    _tail(
        rf"^(?P<text>.{{8,}}?)\s+(?P<credit>{_HEADS}(?:\.{{3}}|…)?\s?{_WORD}(?:\s|/|, ){_NAMED})$",
        "The quay at dusk Credit Jane Doe/The Example",
        "Das Foto hängt heute im Museum der Stadt",
    ),
    _tail(
        r"^(?P<text>.{8,}?)\s*\((?P<credit>[Ss]upplied(?::\s?[^()]{2,60})?)\)\.?$",
        "The quay at dusk (Supplied: Town Council)",
        "The quay at dusk (supplied with new lamps)",
    ),
    _tail(
        rf"^(?P<text>.{{8,}}?)\s*\((?P<credit>(?:[A-Z]{{2,6}}|(?:{_WORD}\s){{1,3}}{_WORD}):"
        rf"\s?{_WORD}(?:\s{_NAMED})?)\)\.?$",
        "The quay at dusk (AAP: Jane Doe)",
        "The quay at dusk (Left: Jane Doe)",
    ),
    _tail(
        rf"^(?P<text>.{{8,}}?)\s*\((?P<credit>{_WORD}\s{_WORD}(?: for |, ){_NAMED})\)\.?$",
        "The quay at dusk. (Jane Doe for The Example)",
        "The quay at dusk. (It is closed for repairs)",
    ),
    _tail(
        r"^(?P<text>.{4,}[.\s])\s*[\[(]?"
        r"(?P<credit>[가-힣A-Z]{2,20}(?: [가-힣A-Z]{2,15})? ?제공)[\])]?\.?$",
        "항구를 찾은 시장. 연합뉴스 제공",
        "항구를 찾은 시장은 밥을 제공했다",
    ),
    _tail(
        r"^(?P<text>.{4,}[.\s])/?\s*(?P<credit>(?:사진|写真|图|圖)\s?[:=：＝]\s?[^.。]{2,30})$",
        "항구를 찾은 시장. / 사진=연합뉴스",
        "항구를 찾은 시장의 사진",
    ),
    _tail(
        r"^(?P<text>.{4,}[.\]])\s*(?P<credit>[가-힣]{2,4} ?(?:선임)?기자)$",
        "항구를 찾은 시장. 홍길동 기자",
        "항구를 찾은 시장과 기자",
    ),
    _tail(
        r"^(?P<text>.{4,})[＝=、,]\s?(?P<credit>[^＝=、。,\s]{2,12}(?:撮影|提供))$",
        "港を訪れた市長＝1日、東京都、山田太郎撮影",
        "市長は港で写真を撮影した",
    ),
    _tail(
        r"^(?P<text>.{4,}[。）」\s])(?P<credit>[^。，,（(]{2,20}(?:摄|攝|供图|供圖))$",
        "市长在港口。新华社记者 李明 摄",
        "市长在港口观看拍摄",
    ),
    _tail(
        r"^(?P<text>.{4,}?)\s*[（(](?P<credit>[^（()）。]{1,20}(?:摄|攝|供图|供圖|社发|社發))[)）]$",
        "市长在港口。（新华社发）",
        "市长在港口。（周一）",
    ),
)


def split_tail(text: str) -> tuple[str, str] | None:
    """(caption, credit) of a caption that ends in one of these ways, or None."""
    if len(text) > LONGEST:
        return None
    for tail in TAILS:
        match = tail.pattern.match(text)
        if match and (tail.test is None or tail.test(match["credit"])):
            return match["text"].strip(" -–—•/|"), match["credit"].strip()
    return None
