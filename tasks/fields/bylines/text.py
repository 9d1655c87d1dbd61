"""A raw byline made ready to be split: one clean line, e-mails and handles taken out, what is no
byline cut off, and its sections by what their names did ("Edited by …", "with files from …").
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from tasks.fields.bylines.lexicons import Lexicons, load_lexicons
from tasks.fields.bylines.name_words import load_name_words
from tasks.fields.times.stamps import find_stamp
from tasks.identity import fold_name

EDGE = ' \t\n,;:.|/\\-–—_*•·»«<>"“”„=＝@'
# What stands in for an e-mail, a handle or a place that was taken out, between bars.
CONTACT, PLACE = "\ue000", "\ue001"
# Stands before a name that "and" joins to the one before.
JOINED = "\ue002"
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}")
_HANDLE = re.compile(r"(?<![\w.])@\w{2,30}")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_INVISIBLE = "\u200b\u200e\u200f\ufeff\xad‹›"
_CLEAN = str.maketrans({"\u00a0": " ", "\u202f": " ", "：": ":"} | dict.fromkeys(_INVISIBLE))
_SPACES = re.compile(r"[ \r\f\v]+")
# "【東京=山田太郎】", "(서울=연합뉴스)": a place, and who reports from there.
_DATELINED = re.compile(
    r"[【\[(（]([^\[\]【】()（）=＝]{1,12})[=＝]([^\[\]【】()（）]{1,24})[】\])）]"
)
_PLACED = re.compile(r"^([\u3040-\ud7af]{1,8})[=＝](?=\S)")
# "新华社北京8月13日电（记者王小明、李华）" and "中央社記者王小明台北13日電".
_REPORTERS = re.compile(r"[（(][^（）()]{0,8}?(?:记者|記者)\s?([^（）()]{2,40})[）)]")
_WIRED = re.compile(
    r"(?:记者|記者)([\u3400-\u9fff]{3})([\u3400-\u9fff]{2,4})\d{1,2}日?(?:電|电|專電|专电|讯|訊)"
)
_SENTENCE = re.compile(r"(?:\.\s|[|\n])")
# "Jane DoeView more articles": what a page without spaces between its elements leaves.
_GLUED = re.compile(
    r"(?<=[a-zß-öø-ÿ])(?=(?:View|More|Posted|Published|Updated|Follow|Share|Publiziert|Publié"
    r"|Publicado|Pubblicato|Veröffentlicht|Aktualisiert)\b|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep"
    r"|Oct|Nov|Dec)[a-z]{0,6}\.? [0-3]?\d,? (?:19|20)\d\d"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,|(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag,|Mittwoch,)"
)
_CAMEL = re.compile(
    r"(?<!\w)([A-ZÀ-Þ][\w.'’-]{0,20}) ([A-ZÀ-Þ][a-zß-öø-ÿ'’-]{1,20})([A-ZÀ-Þ][a-zß-öø-ÿ]{2,20})"
    r" ([A-ZÀ-Þ][a-zß-öø-ÿ'’-]{1,20})"
)
# What a capital may follow within a surname, beside particles.
_OPENS_SURNAME = frozenset({"mc", "mac", "fitz"})
_ZONE = re.compile(r"^[\W\d]*(?:uhr|h|hrs|am|pm|[A-Z]{2,4})(?=\W)", re.IGNORECASE)
_CLOCK = re.compile(r"(?<![\d:])[012]?\d:[0-5]\d(?![\d:])")
_TAG = re.compile(r"</?[a-z][a-z0-9]{0,9}(?:\s[^<>]{0,300})?/?>", re.IGNORECASE)
# Whom a name stands for, in brackets behind it.
_PRONOUNS = re.compile(
    r"\s*[(\[](?:she|he|they|ze|sie|er|elle|il|iel|ella|él)\s?[/,][^()\[\]]{1,20}[)\]]",
    re.IGNORECASE,
)
# What ends a word in brackets: "(Photos)".
_BRACKET = re.compile(r"\s?[)）]")
_BEHIND_ROLE = re.compile(r"\s[-–—]\s|,\s")
# "聯日報 記者…": the paper before its reporter, in Han.
_PAPER = re.compile(
    r"^([\u3400-\u9fff]{2,8})[\s／/]*(?=(?:記者|记者|特派員|特派员)\s?[\u3400-\u9fff])"
)
_PICTURED = re.compile(r"[摄攝图圖](?:影)?[)）]?\s*$")
_DATELINE = 20
# What names did who signed nothing.
DROPPED = frozenset({"credit", "reviewer"})
_MAX_RAW = 400
_MOST_DATES = 3


class Section(NamedTuple):
    """A stretch of a byline and what its names did: None for writing it."""

    text: str
    role: str | None


def clean_byline(raw: str) -> str:
    """One line, NFC, entities and invisible marks resolved, at most 400 characters."""
    text = raw[: 4 * _MAX_RAW]
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", _PRIVATE.sub("", text).translate(_CLEAN))
    if "/" in text:
        text = _PRONOUNS.sub("", text)
    if _CAMEL.search(text):
        text = _CAMEL.sub(_part_glued, text)
    return _SPACES.sub(" ", _GLUED.sub(" | ", text)).strip()[:_MAX_RAW]


def _part_glued(match: re.Match[str]) -> str:
    """A break where a whole name is followed by a common first name: "Jane DoeMax Sample"."""
    first, glued, then, last = match.groups()
    low = glued.lower()
    one = low in _OPENS_SURNAME or low in load_lexicons().particles
    known = not one and load_name_words().is_given(then)
    return f"{first} {glued} | {then} {last}" if known else match[0]


def take_contacts(text: str) -> tuple[str, list[str]]:
    """The text with a sign between bars for each e-mail and handle, and what they were; web
    addresses are dropped."""
    found: list[str] = []

    def keep(match: re.Match[str]) -> str:
        found.append(match[0])
        return f" | {CONTACT}{chr(0xE100 + len(found) - 1)} | "

    if "@" in text:
        text = _HANDLE.sub(keep, _EMAIL.sub(keep, text))
    if "http" in text or "www." in text:
        text = _ADDRESS.sub(" ", text)
    return text, found


def read_asian(text: str, lexicons: Lexicons) -> str:
    """The shapes of datelines that name their reporter, as a plain byline."""
    if text.isascii():
        return text
    wired = _WIRED.search(text)
    if wired:
        return f"{wired[1]} | {PLACE}{wired[2]}"
    paper = _PAPER.match(text)
    if paper and not lexicons.prefixes.match(text) and paper[1] not in lexicons.agencies:
        text = text[paper.end() :]
    note = _REPORTERS.search(text)
    if note:
        agency = next((a for a in lexicons.unspaced_agencies if text.startswith(a)), "")
        return f"{agency} | 记者 {note[1]}"
    return _PLACED.sub(rf"{PLACE}\1 | ", _DATELINED.sub(rf" | \2 | {PLACE}\1 | ", text))


def opens_with_paper(text: str) -> bool:
    """Whether a line in Han begins with a paper and its reporter ("潮报记者 王小明"), and does not
    say that they took a picture."""
    return _PAPER.match(text) is not None and _PICTURED.search(text) is None


def find_reporters(text: str) -> str:
    """The dateline at a text's beginning that names its reporter in an unspaced script, or ""."""
    for pattern in (_REPORTERS, _WIRED, _DATELINED):
        match = pattern.search(text)
        if match and match.start() <= _DATELINE:
            return text[: match.end()]
    return ""


def list_sections(text: str, lexicons: Lexicons) -> Iterator[Section]:
    """The sections whose names signed; pictures and checks are left out."""
    return (part for part in list_all_sections(text, lexicons) if part.role not in DROPPED)


def list_all_sections(text: str, lexicons: Lexicons) -> Iterator[Section]:
    """The sections of a byline, with those whose names took pictures or checked the text."""
    helped = lexicons.contributed.search(text) if " " in text else None
    if helped:
        breaks = [m.end() for m in _SENTENCE.finditer(text, 0, helped.start())]
        at = breaks[-1] if breaks else 0
        yield from list_all_sections(text[:at], lexicons)
        yield Section(text[at : helped.start()], "contributor")
        yield from list_all_sections(text[helped.end() :], lexicons)
        return
    role: str | None = None
    start = 0
    for match in lexicons.marks.finditer(text):
        if _goes_on(text, match, lexicons):
            continue
        if start < match.start():
            yield Section(text[start : match.start()], role)
        role, start = match.lastgroup, match.end()
    yield Section(text[start:], role)


def _goes_on(text: str, match: re.Match[str], lexicons: Lexicons) -> bool:
    """Whether the mark is the second half of a prefix: "Text und Fotos: …", "文・写真 …"."""
    prefix = lexicons.prefixes.match(text.lstrip(EDGE))
    if prefix is None:
        return False
    skipped = len(text) - len(text.lstrip(EDGE))
    return match.start() < skipped + prefix.end() and match.start() > skipped


def cut_end(text: str, lexicons: Lexicons) -> str:
    """The text without its dates and what stands behind them, and before words that open
    something else ("Updated", "Foto"), unless they are an agency's own name ("Alamy Stock
    Photo")."""
    if lexicons.find_agency(text.strip()):
        return text
    for _ in range(_MOST_DATES):
        shorter = _cut_date(text, lexicons)
        if shorter == text:
            break
        text = shorter
    cut = lexicons.ends.search(text)
    while cut and (cut.start() < 3 or _BRACKET.match(text, cut.end())):
        cut = lexicons.ends.search(text, cut.end())
    return text[: cut.start()] if cut else text


def _cut_date(text: str, lexicons: Lexicons) -> str:
    """What stands before the first date; where that names nobody, what stands behind it."""
    if not any(map(str.isdigit, text)):
        return text
    reading = find_stamp(text)
    if reading is None:
        clock = _CLOCK.search(text)
        return _drop_day(text[: clock.start()], lexicons) if clock and clock.start() else text
    before, after = text[: reading.start], text[reading.end :]
    if _is_empty(before, lexicons) or _opens(after, lexicons):
        return after
    return _drop_day(before, lexicons)


def cut_role_lines(text: str, lexicons: Lexicons) -> str:
    """The text without what follows a role on a line of its own below a name ("Fellow - Trade and
    Growth"), unless names may do so."""
    if "\n" not in text:
        return text
    lines, named = [], False
    for line in text.split("\n"):
        lines.append(_cut_role_line(line, lexicons) if named else line)
        named = " " in line.strip() and fold_name(line) not in lexicons.prefix_words
    return "\n".join(lines)


def _cut_role_line(line: str, lexicons: Lexicons) -> str:
    mark = _BEHIND_ROLE.search(line)
    if mark is None or not lexicons.is_role(line[: mark.start()]):
        return line
    return line if load_name_words().may_name(line[mark.end() :]) else line[: mark.start()]


def _is_empty(before: str, lexicons: Lexicons) -> bool:
    bare = before.strip(EDGE + "()[]")
    folded = fold_name(bare)
    if len(bare) < 2 or folded in lexicons.nonames or folded in lexicons.prefix_words:
        return True
    words = folded.split()
    end = lexicons.ends.match(bare)
    return (end is not None and len(words) < 4) or all(
        w in lexicons.days or w in lexicons.prefix_words for w in words
    )


def opens_behind_date(text: str, lexicons: Lexicons) -> bool:
    """Whether a date comes first, and then a byline word that is no word of other lines, too:
    "2 May 2024, 10:40 EST | by Jane Doe"."""
    if not any(map(str.isdigit, text)):
        return False
    reading = find_stamp(text)
    if reading is None:
        return False
    after = _ZONE.sub("", text[reading.end :])
    return _opens(after, lexicons)


def _opens(after: str, lexicons: Lexicons) -> bool:
    """Whether names follow a byline word behind a date: "26/12/2019 von Jane Doe"."""
    bare = after.lstrip(EDGE + "()[]@0123456789")
    prefix = lexicons.prefixes.match(bare)
    if prefix is None or not bare[prefix.end() :].strip(EDGE):
        return False
    return prefix[0].strip(" :").lower() not in lexicons.weak_prefixes


def _drop_day(before: str, lexicons: Lexicons) -> str:
    """Without the weekday, and the small word before it ("on", "am", "le"), that a date behind it
    left."""
    words = before.rstrip(EDGE).split(" ")
    last = fold_name(words[-1])
    if len(words) > 1 and (last in lexicons.days or last in lexicons.short_days):
        words.pop()
    elif len(words) < 3 or before.rstrip() != before.rstrip(EDGE):
        return before
    if len(words) > 1 and len(words[-1]) <= 3 and words[-1].islower():
        words.pop()
        return " ".join(words)
    return before[: before.rindex(words[-1]) + len(words[-1])]
