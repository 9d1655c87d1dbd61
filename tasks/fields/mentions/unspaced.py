"""Names in scripts without capitals. Places and known organisations by their names as they stand,
people only where a title or an address follows (Chinese, Japanese, Korean) or goes before (Arabic).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tasks.fields.gazetteer import CITY, Place, find_folded, list_keys
from tasks.fields.mentions.name_parts import list_parts
from tasks.fields.mentions.sightings import Sighting
from tasks.fields.mentions.words import load_known
from tasks.lexicon.lines import load_rows
from tasks.model import MentionKind

_HAN = "\u3400-\u9fff々"
_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々・·]{2,}")
_HANGUL = re.compile(r"[\uac00-\ud7af]{2,}")
_TOKEN = re.compile(r"[\u0590-\u05ff\u0620-\u06ff\u0900-\u0d7f\u0e00-\u0e7f]{2,}")
_EASTERN = re.compile(r"[\u0590-\u06ff\u0900-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Towns named without a word that leads to them: so many people.
_LARGE = 900_000
_KOREAN_ENDINGS = re.compile(
    r"(?:은|는|이|가|을|를|의|에|에서|에게|로|으로|와|과|도|만|까지|부터|에는|에서는|에서도|이나|나|이라고|라고|시|시는|시의|시에|시장|인|산|발|측|군|정부|대사관|당국|및)?\Z"
)
_ARABIC_PREFIX = re.compile(r"(?:[وف]?[بلك]?)(?=.{3})")


def find_unspaced(body: str, language: str | None) -> list[Sighting]:
    """Every sighting in scripts without capitals; nothing in a body that has none of them."""
    if body.isascii() or not _EASTERN.search(body):
        return []
    found: list[Sighting] = []
    people = list(_find_people(body, language))
    found += people
    if language == "ja":
        found += _find_japanese(body)
    spans = sorted((s.start, s.end) for s in found)
    others = [*_scan_han(body), *_scan_hangul(body), *_scan_tokens(body)]
    found += [s for s in others if not _overlaps(spans, s)]
    return found


_COMPANY = re.compile(
    rf"(?<![{_HAN}\u30a1-\u30ff])[{_HAN}\u30a1-\u30ffー・A-Z]{{1,14}}"
    r"(?:銀行|大学|医大|女子大|協会|新聞社|新聞|放送|株式会社|省|庁|委員会|連盟|組合|病院|学園|高校|電力|鉄道|"
    r"ホールディングス|グループ|フィナンシャルサービス|自動車|製薬|証券|生命保険|機構|財団|研究所|県警|地検|地裁|高裁|府警|道警)"
    rf"(?![{_HAN}\u30a1-\u30ff])"
)


def _find_japanese(body: str) -> Iterator[Sighting]:
    """Japanese organisations by the word they end with, set off by kana."""
    for match in _COMPANY.finditer(body):
        if match[0] != "大学" and not match[0].startswith(list_parts("opens-unspaced")):
            yield Sighting(
                MentionKind.ORGANISATION,
                match.start(),
                match.end(),
                match[0],
                None,
                "text.closing-word",
                0.7,
            )


def _overlaps(spans: list[tuple[int, int]], sighting: Sighting) -> bool:
    from bisect import bisect_left

    at = bisect_left(spans, (sighting.end, 0)) - 1
    return at >= 0 and spans[at][1] > sighting.start


@lru_cache(maxsize=1)
def _titles() -> dict[str, re.Pattern[str]]:
    """Language → the pattern of a name with its title."""
    words = {code: row for code, *row in load_rows("eastern_titles.tsv")}
    titles = {
        code: "|".join(sorted(map(re.escape, row), key=len, reverse=True))
        for code, row in words.items()
    }
    zh = titles["zh"]
    foreign = r"[\u4e00-\u9fff]{1,6}(?:[·・•][\u4e00-\u9fff]{1,7})+"
    family = titles["zh-family"]
    return {
        "zh": re.compile(
            rf"(?:{zh})(?P<b>{foreign})|(?:{zh})(?P<c>(?:{family})[\u4e00-\u9fff]{{1,2}})(?=[，。、：说說表指在和与與]|今|昨|\d|于|於|同|也|的)"
            rf"|(?<![\u4e00-\u9fff])(?P<a>(?:{family})[\u4e00-\u9fff]{{1,2}})(?=(?:{zh}))"
            rf"|(?P<d>(?:{family})[\u4e00-\u9fff]{{1,2}})(?=(?:国家|國家)?(?:主席|总书记|總書記|总理|總理|总统|總統|先生|女士|教授)(?![\u4e00-\u9fff]?长))"
        ),
        "ja": re.compile(
            rf"(?<![{_HAN}])(?P<a>[{_HAN}]{{2,5}}|[\u30a1-\u30ff]{{2,12}}(?:[・＝][\u30a1-\u30ffー]{{1,12}}){{1,3}}|[\u30a1-\u30ffー]{{3,10}})(?=(?:{titles['ja']}))"
            rf"|(?<![{_HAN}])(?P<b>[{_HAN}]{{3,5}})(?=（\d{{1,2}}）)"
        ),
        "ko": re.compile(
            rf"(?<![\uac00-\ud7af])(?P<a>(?:{titles['ko-family']})[\uac00-\ud7af]{{2}})"
            rf"(?:\(\d{{1,2}}\))?\s?(?:[\uac00-\ud7af]{{2,4}} )?(?:{titles['ko']})"
            rf"|(?<![\uac00-\ud7af])(?P<b>(?:{titles['ko-family']})[\uac00-\ud7af]{{2}})"
            r"\(\d{1,2}[)·,]"
        ),
        "ar": re.compile(
            rf"(?<!\w)[وفبل]?(?:{titles['ar']})(?:\s+ال\w+(?:ي|ية))?(?:\s+الأسبق|\s+السابق)?\s+(?P<a>(?!ال|{titles['ar-never']})\w{{2,}}(?:\s+(?:بن|أبو|عبد|آل))?\s+(?!{titles['ar-never']})\w{{3,}})(?!\w)"
        ),
    }  # fmt: skip


def _find_people(body: str, language: str | None) -> Iterator[Sighting]:
    """People by their titles, and wherever else the same full name stands."""
    pattern = _titles().get({"fa": "ar", "ur": "ar"}.get(language or "", language or ""))
    if pattern is None:
        return
    stops, names = _stops(), list[str]()
    for name in dict.fromkeys(
        next(g for g in m.groups() if g) for m in pattern.finditer(body) if any(m.groups())
    ):
        if (
            name in stops
            or find_folded(name)
            or name in load_known()
            or name.startswith(list_parts("opens-unspaced"))
            or name.endswith(list_parts("ends-unspaced"))
        ):
            continue
        names.append(name)
    for name in names:
        longer = next((n for n in names if n != name and n.startswith(name)), "")
        for at in _list_places(body, name):
            if not longer or not body.startswith(longer, at):
                yield Sighting(
                    MentionKind.PERSON,
                    at,
                    at + len(name),
                    longer or name,
                    None,
                    "text.titled",
                    0.8,
                )


def _list_places(body: str, form: str) -> Iterator[int]:
    at = body.find(form)
    while at >= 0:
        yield at
        at = body.find(form, at + len(form))


@lru_cache(maxsize=1)
def _stops() -> frozenset[str]:
    return frozenset(
        w
        for code, *row in load_rows("eastern_titles.tsv")
        if not code.endswith("family")
        for w in row
    )


@lru_cache(maxsize=1)
def _han_index() -> dict[str, tuple[str, ...]]:
    """First two characters → names in Han and kana of places and organisations, longest first."""
    found: dict[str, set[str]] = {}
    for key in list_keys():
        if key > "\u3040" and _RUN.fullmatch(key) and _is_large(key):
            found.setdefault(key[:2], set()).add(key)
    for name in load_known():
        if name > "\u3040" and _RUN.fullmatch(name):
            found.setdefault(name[:2], set()).add(name)
    return {head: tuple(sorted(names, key=len, reverse=True)) for head, names in found.items()}


def _is_large(key: str) -> bool:
    place = find_folded(key)[0]
    return place.kind != CITY or (place.population >= _LARGE and len(key) > 1)


def _scan_han(body: str) -> Iterator[Sighting]:
    index = _han_index()
    for run in _RUN.finditer(body):
        text, at = run[0], 0
        while at < len(text) - 1:
            names = index.get(text[at : at + 2])
            name = next((n for n in names if text.startswith(n, at)), "") if names else ""
            if name and not (_is_kana(name) and _inside_kana(text, at, name)):
                yield _sight_name(run.start() + at, name)
                at += len(name)
            else:
                at += 1


def _is_kana(name: str) -> bool:
    return "\u30a0" <= name[0] <= "\u30ff"


def _inside_kana(text: str, at: int, name: str) -> bool:
    """Whether a katakana name is a piece of a longer word."""
    end = at + len(name)
    return (at > 0 and "\u30a1" <= text[at - 1] <= "\u30ff") or (
        end < len(text) and "\u30a1" <= text[end] <= "\u30ff"
    )


def _sight_name(start: int, name: str) -> Sighting:
    if name in load_known():
        return Sighting(
            MentionKind.ORGANISATION, start, start + len(name), name, None, "text.known", 0.85
        )
    return _sight_place(start, start + len(name), find_folded(name)[0])


def _sight_place(start: int, end: int, place: Place) -> Sighting:
    return Sighting(
        MentionKind.PLACE, start, end, place.name, place.country, f"gazetteer.{place.kind}", 0.8
    )


def _scan_hangul(body: str) -> Iterator[Sighting]:
    """Places and organisations at the beginning of Korean words, endings behind them."""
    known = load_known()
    for match in _HANGUL.finditer(body):
        word = match[0]
        for size in range(min(len(word), 9), 1, -1):
            head = word[:size]
            if not _KOREAN_ENDINGS.match(word, size):
                continue
            if head in known:
                yield _sight_name(match.start(), head)
                break
            places = find_folded(head)
            if places and (places[0].kind != CITY or places[0].population >= _LARGE):
                yield _sight_place(match.start(), match.start() + size, places[0])
                break


def _scan_tokens(body: str) -> Iterator[Sighting]:
    """Places in Arabic, Hebrew, Indian scripts and Thai: whole words, Arabic particles cut off."""
    tokens = list(_TOKEN.finditer(body))
    known, at = load_known(), 0
    while at < len(tokens):
        size = 0
        for more in (2, 1, 0):
            if at + more >= len(tokens) or (
                more and tokens[at + more].start() - tokens[at].end() > 24
            ):
                continue
            text = body[tokens[at].start() : tokens[at + more].end()]
            found = _read_token(text, known)
            if found:
                name, start = found
                begin = tokens[at].start() + start
                yield name._replace(start=begin, end=tokens[at + more].end())
                size = more
                break
        at += size + 1


def _read_token(text: str, known: frozenset[str]) -> tuple[Sighting, int] | None:
    """The sighting, its place in the body left open, and where in the text the name begins."""
    if len(text) < 3:
        return None
    for start in _list_starts(text):
        form = text[start:]
        if form in known:
            return Sighting(MentionKind.ORGANISATION, 0, 0, form, None, "text.known", 0.85), start
        places = find_folded(form)
        if places and (places[0].kind != CITY or places[0].population >= 400_000) and len(form) > 2:
            return _sight_place(0, 0, places[0]), start
    return None


def _list_starts(text: str) -> Iterator[int]:
    """Where a name may begin behind the particles that Arabic joins to it."""
    yield 0
    if "\u0620" <= text[0] <= "\u06ff" and len(text) > 4:
        if text[0] in "وفبلك":
            yield 1
        if text[0] in "وف" and text[1] in "بلك":
            yield 2
