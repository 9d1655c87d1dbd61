"""Datelines of Chinese, Japanese and Korean texts: "【东京8月13日电】", "新华社北京8月13日电",
"（中央社記者王大明台北13日電）", "【ワシントン=山田太郎】", "［東京 13日 ロイター］",
"(서울=연합뉴스)"."""

from __future__ import annotations

import re

from tasks.fields.wires.towns import choose_country, list_towns
from tasks.fields.wires.wires import name_wire
from tasks.model import Dateline

_HAN = re.compile(
    r"^[【〔［\[（(]?\s*(?P<head>[^\d，。、：:；;】）)\s]{2,24}?)\s*(?:\d{4}年)?(?:\d{1,2}月)?\s*\d{1,2}日?"
    r"\s*(?:综合|綜合)?(?:消息|外電|外电)?[电電讯訊][】〕］\]）)]?"
)
_KANA = re.compile(
    r"^[【\[［](?P<place>[^=＝】\]］\s]{2,14})(?:[=＝](?P<who>[^】\]］]{2,24}))?[】\]］]"
)
_SPACED = re.compile(
    r"^[【\[［](?P<place>\S{2,12})\s+\d{1,2}日\s+(?P<agency>[^】\]］]{2,12})[】\]］]\s*[-－–—]?"
)
_HANGUL = re.compile(
    r"^[(\[（](?P<place>[가-힣]{2,10})\s*[=·]\s*(?P<agency>[^()\[\]]{2,16})[)\]）]"
)
_AGENCY_PREFIXES = range(6, 1, -1)
_MARKS = frozenset("【〔［[（(")


def read_unspaced(text: str) -> tuple[Dateline, str, float] | None:
    """The dateline of a Chinese, Japanese or Korean text, its rule and how sure it is."""
    if text[0] not in _MARKS and not "\u3040" <= text[0] <= "\u9fff":
        return None
    for read in (_read_han, _read_spaced, _read_kana, _read_hangul):
        if found := read(text):
            dateline, sure = found
            return dateline, "line.dateline-unspaced", sure
    return None


def _read_han(text: str) -> tuple[Dateline, float] | None:
    match = _HAN.match(text)
    if match is None:
        return None
    agency, rest = split_agency(match["head"])
    place = find_last_town(rest)
    if place is None and not agency:
        return None
    return _make(match[0], place, agency), 0.96 if agency else 0.93


def split_agency(head: str) -> tuple[str | None, str]:
    """The agency that the words begin with, and the rest."""
    for size in _AGENCY_PREFIXES:
        if agency := name_wire(head[:size]):
            return agency, head[size:]
    return None, head


def find_last_town(text: str) -> str | None:
    """The longest known town that the words end with, behind a reporter's name perhaps."""
    return next((text[at:] for at in range(len(text) - 1) if list_towns(text[at:])), None)


def _read_spaced(text: str) -> tuple[Dateline, float] | None:
    match = _SPACED.match(text)
    if match is None or not (agency := name_wire(match["agency"])):
        return None
    return _make(match[0], match["place"], agency), 0.96


def _read_kana(text: str) -> tuple[Dateline, float] | None:
    match = _KANA.match(text)
    if match is None:
        return None
    place, agency = match["place"], None
    for size in _AGENCY_PREFIXES:
        if len(place) > size + 1 and (agency := name_wire(place[-size:])):
            place = place[:-size]
            break
    if match["who"]:
        agency = agency or name_wire(match["who"])
    if not list_towns(place) or not (agency or match["who"]):
        return None
    return _make(match[0], place, agency), 0.95


def _read_hangul(text: str) -> tuple[Dateline, float] | None:
    match = _HANGUL.match(text)
    if match is None:
        return None
    agency = name_wire(match["agency"])
    if not agency and not list_towns(match["place"]):
        return None
    return _make(match[0], match["place"], agency), 0.95


def _make(raw: str, place: str | None, agency: str | None) -> Dateline:
    return Dateline(raw.strip(), place, choose_country(place) if place else None, agency)
