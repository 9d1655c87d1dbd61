"""What sort of article a page carries: news unless something says otherwise.

Signs, in the order of their worth: the types and flags of the structured data, the section and the
address (`kinds.tsv`), the title's own words, a kicker, and the body's shape: updates with a time
each make a live blog, questions and answers an interview.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any
from urllib.parse import unquote, urlsplit

from tasks.fields.claims import clean_text, list_meta, list_texts, read_address
from tasks.fields.jsonld import list_types
from tasks.fields.wires.wires import list_others
from tasks.lexicon.lines import load_rows, normalise
from tasks.model import KEPT, ArticleKind, Dateline, Found, Label, Line, Page

Values = Mapping[str, Any]

_TYPES = {
    "liveblogposting": (ArticleKind.LIVE_BLOG, 0.96),
    "opinionnewsarticle": (ArticleKind.OPINION, 0.96),
    "reviewnewsarticle": (ArticleKind.REVIEW, 0.95),
    "review": (ArticleKind.REVIEW, 0.85),
    "criticreview": (ArticleKind.REVIEW, 0.9),
    "advertisercontentarticle": (ArticleKind.SPONSORED, 0.96),
    "imagegallery": (ArticleKind.GALLERY, 0.9),
    "mediagallery": (ArticleKind.GALLERY, 0.85),
    "podcastepisode": (ArticleKind.AUDIO, 0.9),
    "radioepisode": (ArticleKind.AUDIO, 0.9),
}
_META = ("genre", "dcsext.genre", "article:type", "articletype", "cse_articletype", "content_type",
         "page_type", "pagetype")  # fmt: skip
_TYPES_OF_FILM = frozenset({"videoobject", "movie", "clip", "tvepisode"})
# A page is a video, a podcast or a gallery only where it holds no more text than a note about it.
_NOTE_WORDS = {ArticleKind.VIDEO: 150, ArticleKind.AUDIO: 400, ArticleKind.GALLERY: 400}
_MARKED = re.compile(r"^(.{2,40}?)\s?(?::|：|\||–|—|\s-|】|»|›|\+\+\+)\s*\S")
_MARKED_END = re.compile(r"\S\s*(?:\||\s[–—-]|:|»)\s*([^|–—:»]{2,40})$")
_BRACKETED = re.compile(r"^[\[【［(〈<]\s*([^\]】］)〉>]{1,20})\s*[\]】］)〉>]")
_TIMED = re.compile(
    r"^(?:\+{2,3}\s*|\[|\()?(?:update\s)?(?:[01]?\d|2[0-3])[:.h][0-5]\d(?:\s?(?:Uhr|[ap]\.?m\.?|h|hrs|น\.|[A-Z]{3,4}))?"
    r"(?=$|[\s\])|,:–—+-])"
    r"|^\d{1,3}(?:\+\d{1,2})?\s?(?:['’′]|min(?:utes?|utos?|uten?|uti)?\b|\.\s?min)",
    re.IGNORECASE,
)
# Contacts for the press stand below the text, among so many last lines of the page.
_LAST_LINES = 250
_TIMES, _TIMED_SHARE, _QUESTIONS = 6, 0.12, 5


def find_kind(page: Page, values: Values) -> Sequence[Found[ArticleKind]]:
    """The kinds that something speaks for, best first; news where nothing does. `values` are the
    fields found before: section, title, dateline, agency, word_count."""
    kept = [line for line in page.lines if line.label in KEPT]
    words = int(values.get("word_count") or 0)
    found = [
        one
        for one in (
            *_by_data(page),
            *_by_section(page, values),
            *_by_address(read_address(page)),
            *_by_titles(page, values),
            *_by_kicker(page),
            *_by_shape(page, kept, values),
        )
        if words <= _NOTE_WORDS.get(one.value, words)
    ]
    found.sort(key=lambda f: -f.confidence)
    return [*_support(found), Found(ArticleKind.NEWS, "", "kind.default", 0.6)]


def _support(found: Sequence[Found[ArticleKind]]) -> list[Found[ArticleKind]]:
    """The best sign of each kind, surer where others support it; a weak sign alone is none."""
    counts = Counter(one.value for one in found)
    best: dict[ArticleKind, Found[ArticleKind]] = {}
    for one in found:
        if one.value not in best and (one.confidence >= 0.65 or counts[one.value] > 1):
            best[one.value] = one
    return sorted(best.values(), key=lambda f: -(f.confidence + 0.02 * counts[f.value]))


def _by_data(page: Page) -> Iterator[Found[ArticleKind]]:
    article = page.structured.article or {}
    for name in list_types(article):
        if name in _TYPES:
            kind, sure = _TYPES[name]
            yield Found(kind, name, "jsonld.type", sure)
        elif name in _TYPES_OF_FILM:
            yield Found(ArticleKind.VIDEO, name, "jsonld.type", 0.8)
    for raw in list_texts(article.get("genre")):
        yield from _know(raw, "section", "jsonld.genre", 0.85)
    for _name, raw in list_meta(page, "og:type"):
        if raw.lower().startswith("video"):
            yield Found(ArticleKind.VIDEO, raw, "meta.og:type", 0.85)
        elif raw.lower().startswith(("music.", "audio")):
            yield Found(ArticleKind.AUDIO, raw, "meta.og:type", 0.8)
    for name, raw in list_meta(page, "article:opinion"):
        if raw.lower() == "true":
            yield Found(ArticleKind.OPINION, raw, f"meta.{name}", 0.95)
    for name, raw in list_meta(page, *_META):
        yield from _know(raw, "section", f"meta.{name}", 0.85)


def _know(text: str, where: str, rule: str, sure: float) -> Iterator[Found[ArticleKind]]:
    kind = _words(where).get(normalise(text)) if len(text) <= 60 else None
    if kind is not None:
        yield Found(kind, text, rule, sure)


def _by_section(page: Page, values: Values) -> Iterator[Found[ArticleKind]]:
    section = values.get("section")
    names = [section] if isinstance(section, str) else []
    names += list_texts((page.structured.article or {}).get("articleSection"))
    names += [clean_text(raw) for _, raw in list_meta(page, "article:section")]
    for name in dict.fromkeys(names):
        for part in dict.fromkeys((name, *re.split(r"\s*[/|>,»]\s*", name)[:4])):
            yield from _know(part, "section", "section", 0.9)


def _by_address(url: str | None) -> Iterator[Found[ArticleKind]]:
    """What a whole segment of the path, or the first label of the host, says; the earlier ones
    count, for the last is the title."""
    try:
        parts = urlsplit(unquote(url or "").lower())
        host = parts.hostname or ""
    except ValueError:
        return
    labels = host.split(".")
    segments = [s for s in parts.path.split("/") if s]
    names = [*labels[: len(labels) - 2], *segments[:-1]]
    for name in dict.fromkeys(names):
        if kind := _words("path").get(name.replace("_", "-")):
            yield Found(kind, name, "url.path", _PATH_SURE.get(kind, 0.88))
    for name in segments:
        for word, kind in _words("slug").items():
            if word in name:
                yield Found(kind, name, "url.slug", 0.72)


_PATH_SURE = {ArticleKind.LIVE_BLOG: 0.8, ArticleKind.VIDEO: 0.82, ArticleKind.GALLERY: 0.8}


def _by_titles(page: Page, values: Values) -> Iterator[Found[ArticleKind]]:
    title = values.get("title")
    titles = [title] if isinstance(title, str) else []
    titles += page.structured.h1[:1]
    titles += [clean_text(raw) for _, raw in list_meta(page, "og:title")][:1]
    for text in dict.fromkeys(titles):
        if kind := _name_start(text):
            yield Found(kind, text, "title.start", 0.82)
        for pattern, rule, sure in (
            (_MARKED, "title.prefix", 0.84),
            (_BRACKETED, "title.prefix", 0.84),
            (_MARKED_END, "title.suffix", 0.8),
        ):
            if match := pattern.search(text):
                yield from _know(match[1], "title", rule, sure)


def _name_start(text: str) -> ArticleKind | None:
    """The kind that the first words of a title name."""
    starts = _words("start")
    if not text.casefold().lstrip().startswith(tuple(starts)):
        return None
    return next((kind for words, kind in starts.items() if _starts(text, words)), None)


def _starts(text: str, words: str) -> bool:
    return text[: len(words) + 1].casefold().strip() == words


def _by_kicker(page: Page) -> Iterator[Found[ArticleKind]]:
    """A short line next to the title that names a kind of text, as desks print it."""
    lines, title = page.lines, Label.TITLE
    for number, line in enumerate(lines):
        if line.label is title:
            for near in lines[max(number - 1, 0) : number + 2]:
                if near is not line and near.label not in KEPT and len(near.text) <= 30:
                    for one in _know(near.text, "section", "line.kicker", 0.6):
                        if one.value in _KICKERS:
                            yield one
            return


_KICKERS = frozenset({ArticleKind.OPINION, ArticleKind.REVIEW, ArticleKind.INTERVIEW,
                      ArticleKind.PRESS_RELEASE})  # fmt: skip


def _by_shape(page: Page, kept: Sequence[Line], values: Values) -> Iterator[Found[ArticleKind]]:
    stamps = {
        m[0] for line in kept if line.text[:1] in _STAMP_STARTS and (m := _TIMED.match(line.text))
    }
    if len(stamps) >= _TIMES and len(stamps) >= _TIMED_SHARE * len(kept):
        yield Found(ArticleKind.LIVE_BLOG, "; ".join(sorted(stamps)[:3]), "body.timed", 0.75)
    if sum(line.text.startswith("+++") for line in kept) >= 4:
        yield Found(ArticleKind.LIVE_BLOG, "+++", "body.ticker", 0.8)
    if count_questions(kept) >= _QUESTIONS:
        yield Found(ArticleKind.INTERVIEW, "", "body.questions", 0.7)
    yield from _by_release(page, values)


_STAMP_STARTS = frozenset("0123456789+[(uU")


def count_questions(kept: Sequence[Line]) -> int:
    """Paragraphs that are a question, followed by an answer that is none; 0 where they are few,
    less than a fifth of the text, begin late, or speak to nobody ("you", "Sie", "usted")."""
    asked = [line.text.rstrip('"”»“ ')[-1:] in _ASK for line in kept]
    pairs = [
        n for n, (one, two) in enumerate(pairwise(asked)) if one and not two
        and len(kept[n].text) <= _LONGEST_QUESTION
    ]  # fmt: skip
    if len(pairs) < _QUESTIONS or len(pairs) < 0.2 * len(kept) or pairs[0] > _FIRST_QUESTION:
        return 0
    addressed = sum(bool(_addresses().search(kept[n].text)) for n in pairs)
    return len(pairs) if addressed >= 0.35 * len(pairs) else 0


_ASK = frozenset("?？؟")
_LONGEST_QUESTION, _FIRST_QUESTION = 400, 8


@lru_cache(maxsize=1)
def _addresses() -> re.Pattern[str]:
    words = [w for _k, where, _l, *ws in load_rows("kinds.tsv") if where == "address" for w in ws]
    spaced = "|".join(re.escape(w) for w in words if w < "\u3000")
    return re.compile(rf"(?i)\b(?:{spaced})\b|" + "|".join(w for w in words if w >= "\u3000"))


def _by_release(page: Page, values: Values) -> Iterator[Found[ArticleKind]]:
    dateline = values.get("dateline")
    if isinstance(dateline, Dateline) and dateline.agency in list_others("releases"):
        yield Found(ArticleKind.PRESS_RELEASE, dateline.raw, "dateline.release", 0.95)
    agency = values.get("agency")
    if isinstance(agency, str) and agency in list_others("releases"):
        yield Found(ArticleKind.PRESS_RELEASE, agency, "agency.release", 0.9)
    starts, firsts = _release_lines(), _release_firsts()
    for line in page.lines[-_LAST_LINES:] if len(page.lines) > _LAST_LINES else page.lines:
        if line.text[:1] in firsts and line.text[:40].lower().startswith(starts):
            yield Found(ArticleKind.PRESS_RELEASE, line.text[:80], "line.press-contact", 0.8)
            return


@lru_cache(maxsize=1)
def _release_firsts() -> frozenset[str]:
    return frozenset(char for word in _release_lines() for char in (word[0], word[0].upper()))


@lru_cache(maxsize=1)
def _release_lines() -> tuple[str, ...]:
    return tuple(
        w for kind, where, _l, *words in load_rows("kinds.tsv") if where == "line" for w in words
    )


@lru_cache(maxsize=8)
def _words(where: str) -> dict[str, ArticleKind]:
    return {
        word if where == "path" else normalise(word): ArticleKind(kind)
        for kind, place, _language, *words in load_rows("kinds.tsv")
        if place == where
        for word in words
    }
