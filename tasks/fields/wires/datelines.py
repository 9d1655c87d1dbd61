"""The dateline: where and by whom a story was filed, as its first line begins.

"ANKARA, Türkiye (AP) —", "Berlin/Paris (dpa) -", "MADRID, 13 Ago. (EUROPA PRESS) -", "(ANSA) -
ROMA, 13 AGO -", "МОСКВА, 13 авг — РИА Новости.", "New Delhi, Aug 13 (PTI)". Scripts without
capitals are read by `unspaced_datelines`. The dateline stays in the body. Precision first:
what no agency, date, region or gazetteer bears out is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from tasks.fields.claims import read_address
from tasks.fields.gazetteer import fold_place
from tasks.fields.times.calendar import load_calendar
from tasks.fields.wires.towns import choose_country, find_region, list_towns, spell_town
from tasks.fields.wires.unspaced_datelines import read_unspaced
from tasks.fields.wires.wires import name_wire
from tasks.lexicon.lines import load_rows, normalise
from tasks.model import KEPT, Dateline, Found, Label, Line, Page

# A dateline begins one of so many first lines, and ends within so many characters.
_LINES, _LONGEST, _READ = 3, 110, 240
_END = re.compile(r"\s?(?:[—–―]+|--+)\s?|\.-\s?|\s-\s?|-\s|(?<=[\u0600-\u06ff])\s?/\s?")
_GROUP = re.compile(r"[(\[]\s*([^()\[\]]{2,40}?)\s*[)\]]|(?<![^\s.,])/\s?([^/()]{2,30}?)\s?/")
_AFTER_GROUP = re.compile(r"[.:,]?\s*(?:[—–―]+|-+)?\s*")
_AHEAD = re.compile(r"([^.:،,;()\n—–-]{2,30}?)\s*(?:[.:،,]|\s[—–-]+|$)\s*")
_DASH = re.compile(r"\s[—–-]\s|—")
_COLON = re.compile(r"^([^:]{3,60}):\s+(?=[^\W\da-z]|[\"“'‘])")
_PERIOD = re.compile(r"^([^\W\da-z][^.,:;()—–]{2,40})\.\s+(?=[^\W\da-z]|[\"“„»«])")
_PLACES = re.compile(r"\s*/\s*")
_DATE_WORD = re.compile(
    r"^(?:\d{1,4}(?:st|nd|rd|th|er|º)?\.?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|de|of)$"
)
_OUTLET = re.compile(r"(?i)^[\w-]+\.(?:com?|net|org|id|my|in|tv|news)(?:\.\w\w)?$")
_SMALL = frozenset(
    {"de", "del", "la", "las", "los", "el", "al", "le", "les", "da", "do", "dos", "das", "di", "of",
     "am", "an", "der", "im", "in", "bei", "ob", "sur", "en", "sous", "aan", "den", "nad", "the",
     "upon", "und", "and", "y", "e", "et", "u"}
)  # fmt: skip
_COLON_COUNTRIES = frozenset({"IN", "PK", "BD", "LK", "NP", "MY", "SG"})
_GERMAN = frozenset({"DE", "AT", "CH"})
_MOST_WORDS, _MOST_CHARS = 5, 40
# A town this large may stand in small letters before a dash.
_LARGE = 50_000
# One abroad that a German paper begins with, as "Riad. …", is at least so large.
_HUGE = 500_000


class Head(NamedTuple):
    """What stands before the dash, taken apart."""

    places: tuple[str, ...]
    region: str | None = None
    agency: str | None = None
    dated: bool = False
    signed: bool = False
    strange: int = 0


def find_dateline(page: Page) -> Sequence[Found[Dateline]]:
    """The dateline of the story, from the first lines of its body."""
    first = True
    for line in _list_first(page):
        read = read_dateline(line.text[:_READ], page, first=first)
        first = first and line.label not in KEPT
        if read is not None:
            dateline, rule, sure = read
            span = (line.start, line.start + _measure_raw(line.text, dateline.raw))
            return [Found(dateline, dateline.raw, rule, sure, span)]
    return []


def _list_first(page: Page) -> Iterator[Line]:
    """The first lines of the text, and the standfirst and dateline right above them."""
    count, above = 0, []
    for line in page.lines:
        if line.label in _ABOVE:
            above.append(line)
        elif line.label in KEPT and line.label is not Label.HEADING:
            yield from above[-_LINES:] if count == 0 else ()
            yield line
            count += 1
            if count == _LINES:
                return


_ABOVE = frozenset({Label.DATELINE, Label.STANDFIRST})


def _measure_raw(text: str, raw: str) -> int:
    """Characters of the line up to the end of the dateline, however its white space is printed."""
    left = sum(not char.isspace() for char in raw)
    for at, char in enumerate(text):
        if left == 0:
            return at
        left -= not char.isspace()
    return len(text)


def read_dateline(
    text: str, page: Page | None = None, *, first: bool = True
) -> tuple[Dateline, str, float] | None:
    """The dateline at the start of a text, the rule that found it and how sure it is. `page` bears
    out towns that no gazetteer knows; in a line that is not the `first`, only what an agency, a
    date or a region bears out counts."""
    text = " ".join(text.split())
    if len(text) < 3:
        return None
    near = guess_near(read_address(page) if page else None)
    if unspaced := read_unspaced(text):
        return unspaced
    start, agency = _read_opening(text)
    if not _may_open(text[start : start + 1]):
        return None
    for end, rule, bare in _list_ends(text, start):
        head = parse_head(text[start:end].rstrip(" .-—–―:"))
        if head is None:
            continue
        ahead = None if head.agency or bare == ":" else _read_ahead(text, end)
        if ahead:
            end, named = ahead
            head = head._replace(agency=named)
        if agency and not head.agency:
            head = head._replace(agency=agency)
        sure = judge(head, text[end:], page, near, rule=bare, first=first)
        if sure:
            return _make(head, text[:end].strip(), near), rule, sure
    return None


def _may_open(char: str) -> bool:
    return char.isupper() or (char.isalpha() and not char.islower())


def _read_opening(text: str) -> tuple[int, str | None]:
    """Where the place begins and the agency before it: "(ANSA) - ROMA", "TEMPO.CO, Jakarta", "DAL
    NOSTRO INVIATO ROMA"."""
    group = _GROUP.match(text)
    if group and (agency := name_wire(group[1] or group[2])):
        after = _AFTER_GROUP.match(text, group.end())
        return (after.end() if after else group.end()), agency
    if prefix := _prefixes().match(text):
        return prefix.end(), None
    word, _, rest = text.partition(",")
    if rest and len(word) <= 20 and _OUTLET.match(word):
        return len(word) + 1 + len(rest) - len(rest.lstrip()), None
    return 0, None


def _list_ends(text: str, start: int) -> Iterator[tuple[int, str, str]]:
    """Where a dateline could end, with the rule and the mark: an agency in brackets, a dash, a
    colon, a full stop."""
    for group in _GROUP.finditer(text, start + 3, start + _LONGEST):
        if name_wire(group[1] or group[2]):
            after = _AFTER_GROUP.match(text, group.end())
            end = after.end() if after else group.end()
            yield end, "line.dateline-agency", text[group.end() : end].strip() or "("
            break
    for count, dash in enumerate(_END.finditer(text, start + 2, start + _LONGEST)):
        yield dash.end(), "line.dateline-dash", "-"
        if count == 2:
            break
    if colon := _COLON.match(text[start:]):
        yield start + colon.end(), "line.dateline-colon", ":"
    if period := _PERIOD.match(text[start:]):
        yield start + period.end(), "line.dateline-period", "."


def _read_ahead(text: str, end: int) -> tuple[int, str] | None:
    """An agency right after the dash: "МОСКВА, 13 авг — РИА Новости."."""
    ahead = _AHEAD.match(text, end)
    if ahead and (agency := name_wire(ahead[1])):
        return ahead.end(), agency
    return None


def parse_head(text: str) -> Head | None:
    """The places, region, agency and date of what stands before the dash; None where it can be no
    dateline."""
    agency = region = None
    signed = False
    strange = 0
    for group in _GROUP.finditer(text):
        inner = group[1] or group[2]
        if wire := name_wire(inner):
            agency = agency or wire
        elif place := find_region(inner):
            region = region or place
        else:
            signed = True
    text = _GROUP.sub(", ", text)
    text, dated = _cut_date(text)
    segments = [part for part in (p.strip(" ./") for p in text.split(",")) if part]
    if not segments or not is_place_name(segments[0]):
        return None
    for segment in segments[1:]:
        if wire := name_wire(segment):
            agency = agency or wire
        elif code := find_region(segment):
            region = region or code
        elif _OUTLET.match(segment):
            signed = True
        else:
            strange += 1
    return Head(tuple(_PLACES.split(segments[0])), region, agency, dated, signed, strange)


def _cut_date(text: str) -> tuple[str, bool]:
    """The text without the segments, or the end of one, that are a date."""
    kept: list[str] = []
    dated = False
    for segment in text.split(","):
        words = segment.split()
        size = len(words)
        while size and _is_date_word(words[size - 1]):
            size -= 1
        named = any(not word.strip(".").isdigit() for word in words[size:])
        if named and any(c.isdigit() for word in words[size:] for c in word):
            dated = True
            words = words[:size]
        elif size == 0:
            words = []
        kept.append(" ".join(words))
    return ",".join(kept), dated


def _is_date_word(word: str) -> bool:
    low = word.lower()
    return bool(_DATE_WORD.match(low)) or low.strip(".") in _date_words()


@lru_cache(maxsize=1)
def _date_words() -> frozenset[str]:
    words = {word for _kind, *forms in load_rows("lines_calendar.tsv") for word in forms}
    return frozenset(words | load_calendar().months.keys())


def is_place_name(text: str) -> bool:
    """Whether the words could name towns: few, capitalised, without digits, and none of those that
    stand in the same place and are none."""
    words = text.replace("/", " / ").split()
    if not words or len(words) > 2 * _MOST_WORDS or len(text) > 2 * _MOST_CHARS:
        return False
    if any(char.isdigit() for char in text) or normalise(text) in _not_places():
        return False
    for index, word in enumerate(words):
        if word == "/" or (index and word.lower() in _SMALL):
            continue
        if not word[0].isalpha() or word[0].islower():
            return False
    return all(len(place.split()) <= _MOST_WORDS for place in _PLACES.split(text))


@lru_cache(maxsize=1)
def _not_places() -> frozenset[str]:
    return frozenset(normalise(word) for word in _list_words("not"))


@lru_cache(maxsize=1)
def _prefixes() -> re.Pattern[str]:
    words = sorted(map(re.escape, _list_words("from")), key=len, reverse=True)
    return re.compile(rf"(?i)(?:{'|'.join(words)})[\s,:–—-]+")


def _list_words(how: str) -> list[str]:
    rows = (row for row in load_rows("datelines.tsv") if row[0] == how)
    return [word for _how, _language, *words in rows for word in words]


def judge(
    head: Head, rest: str, page: Page | None, near: str | None, *, rule: str, first: bool
) -> float:
    """How sure the head is a dateline; 0 for none."""
    place = head.places[0]
    towns = [town for name in head.places for town in list_towns(name)]
    known, caps = bool(towns), place.isupper() and len(place) > 2
    dash = rule == "-" or rule[:1] in "—–―-"
    if head.strange > (1 if known and caps else 0):
        return 0.0
    if head.agency:
        return 0.97 if known or ((caps or dash or head.dated) and len(place) > 2) else 0.0
    if head.dated:
        if caps or known:
            return 0.95 if rule in ("-", ":") else 0.0
        return 0.85 if dash and first and " " not in place and not head.strange else 0.0
    if rule == "-" and head.region:
        one = caps or known or (first and " " not in place)
        return 0.92 if (one and find_region(place) is None) or known else 0.0
    if not first:
        return 0.0
    if rule == "-" and head.signed:
        return 0.9 if known or caps else 0.0
    if head.signed:
        return 0.0
    if rule == "-":
        return _judge_plain(
            head, rest, page, caps=caps, people=max((t.population for t in towns), default=0)
        )
    return _judge_marked(head, rest, near, rule, caps=caps, known=known)


def _judge_plain(head: Head, rest: str, page: Page | None, *, caps: bool, people: int) -> float:
    """A town and a dash, nothing else."""
    if not rest or rest[:60].isupper():
        return 0.0
    if caps:
        return 0.93 if people else 0.8 * is_borne_out(head.places[0], page)
    if people < _LARGE or rest[0].islower() or _DASH.search(rest[:90]):
        return 0.0
    return 0.85


def _judge_marked(
    head: Head, rest: str, near: str | None, rule: str, *, caps: bool, known: bool
) -> float:
    """A town and a colon (South Asia) or a full stop (German regional papers)."""
    if not known or find_region(head.places[0]) not in (None, choose_country(head.places[0], near)):
        return 0.0
    countries = {choose_country(place, near) for place in head.places}
    if rule == ":":
        return 0.85 if caps or countries <= _COLON_COUNTRIES else 0.0
    at_home = near in _GERMAN and (countries <= _GERMAN or _is_metropolis(head.places[0]))
    return 0.85 if rule == "." and len(rest) > 20 and (caps or at_home) else 0.0


def _is_metropolis(name: str) -> bool:
    towns = list_towns(name)
    return bool(towns) and towns[0].population >= _HUGE


def is_borne_out(place: str, page: Page | None) -> bool:
    """Whether the page names a town of one word, printed in capitals here, in small letters too."""
    if page is None or len(place) < 4 or " " in place:
        return False
    named = spell_town(place)
    return named in page.text or fold_place(place).replace(" ", "-") in (page.url or "").lower()


def _make(head: Head, raw: str, near: str | None) -> Dateline:
    place = "/".join(spell_town(name) for name in head.places)
    countries = {choose_country(name, near) for name in head.places} - {None}
    if not any(list_towns(name) for name in head.places):
        countries = {near} - {None}  # too small for the gazetteer, so hardly known abroad
    country = head.region or (countries.pop() if len(countries) == 1 else None)
    return Dateline(raw, place, country, head.agency)


def guess_near(url: str | None) -> str | None:
    """The country of the address's top-level domain."""
    try:
        host = (urlsplit(url or "").hostname or "").rstrip(".")
    except ValueError:
        return None
    last = host.rpartition(".")[2].upper()
    return {"UK": "GB"}.get(last, last) if len(last) == 2 and last not in _GENERIC else None


_GENERIC = frozenset({"TV", "ME", "IO", "CO", "AI", "FM", "EU", "TO", "LY", "CC", "GG", "SU"})
