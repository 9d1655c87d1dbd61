"""The language of the text: what the page declares, checked against the words themselves.

Codes are ISO 639-1 where there is one (BCP 47 primary subtag, lower case). Small words and scripts
decide nearly always; `py3langid` is asked only where they do not, for loading it takes half a
second and 100 MB.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from tasks.fields.claims import list_meta, list_texts
from tasks.lexicon.lines import load_rows
from tasks.model import KEPT, Found, Line, Media, Page

_CODE = re.compile(r"^[a-zA-Z]{2,3}(?=$|[-_])")
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 1_500
_ENOUGH, _LONG = 60, 300
# Of a mixed text: how many paragraphs are looked at, how far, and from which length; the share of a
# second language.
_PARAGRAPHS, _PARAGRAPH, _LEAST_PARAGRAPH, _SHARE = 10, 200, 60, 0.2
# Scripts that one language of the news is written in: the share of letters that settles it.
_SCRIPTS = (
    (re.compile(r"[\u3040-\u30ff]"), "ja", 0.08),
    (re.compile(r"[\uac00-\ud7af]"), "ko", 0.4),
    (re.compile(r"[\u3400-\u9fff]"), "zh", 0.5),
    (re.compile(r"[\u0e00-\u0e7f]"), "th", 0.4),
    (re.compile(r"[\u0370-\u03ff]"), "el", 0.4),
    (re.compile(r"[\u0590-\u05ff]"), "he", 0.4),
    (re.compile(r"[\u10a0-\u10ff]"), "ka", 0.4),
    (re.compile(r"[\u0530-\u058f]"), "hy", 0.4),
)
_ANY_SCRIPT = re.compile("|".join(pattern.pattern for pattern, _, _ in _SCRIPTS))
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "bs": "hr", "sh": "hr"}


def find_language(page: Page) -> Sequence[Found[str]]:
    """Candidates, best first: declared and borne out by the text, the text alone, declared."""
    declared = list(_list_declared(page))
    sample = take_sample(page)
    guessed = guess_language(sample, frozenset(code for code, _, _ in declared))
    if guessed is None:
        return [Found(code, raw, rule, 0.6) for code, raw, rule in declared]
    language, rule, sure = guessed
    agreed = 0.98 if len(sample) >= _LONG else 0.95
    agree = [Found(c, raw, how, agreed) for c, raw, how in declared if c == language]
    text = Found(language, sample[:80], rule, sure)
    others = [Found(c, raw, how, 0.4) for c, raw, how in declared if c != language]
    return sorted([*agree, text, *others], key=lambda f: -f.confidence)


def find_other_language(page: Page, values: Mapping[str, Any]) -> Sequence[Found[str]]:
    """The second language of a mixed body: that of a fifth or more of it, as its paragraphs show,
    of which two or more are in it. `values` are the fields found before: language."""
    main = values.get("language")
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for line in (lines := _spread(page)):
        text = line.text[:_PARAGRAPH]
        language = guess_paragraph(text, main)
        counts[language] += 1
        first.setdefault(language, text[:80])
    others = [(size, name) for name, size in counts.items() if name and name != main]
    size, other = max(others, default=(0, ""))
    if size < max(_SHARE * len(lines), 2):
        return []
    return [Found(other, first[other], "text.paragraphs", 0.85)]


def _spread(page: Page) -> list[Line]:
    """Some paragraphs from all over the body."""
    lines = [n for n in page.lines if n.label in KEPT and len(n.text) >= _LEAST_PARAGRAPH]
    return lines[:: 1 + len(lines) // _PARAGRAPHS]


def guess_paragraph(text: str, main: object) -> str:
    """The language of a paragraph where script or small words settle it, else "": the model is
    never asked, and the main language needs less."""
    if not text.isascii() and _ANY_SCRIPT.search(text):
        letters = max(_count_letters(text), 1)
        for pattern, code, share in _SCRIPTS:
            if len(pattern.findall(text)) > letters * share:
                # A Japanese paragraph of names and numbers may have hardly any kana.
                return "ja" if main == "ja" and code == "zh" else code
    declared = frozenset({main}) if isinstance(main, str) else frozenset()
    return _guess_by_words(text, declared) or ""


def _list_declared(page: Page) -> Iterator[tuple[str, str, str]]:
    if page.media is Media.TEXT:
        return
    claims = [("html.lang", page.structured.html_lang or "")]
    claims += [(f"meta.{n}", raw) for n, raw in list_meta(page, "og:locale", "content-language")]
    article = page.structured.article or {}
    claims += [("jsonld.inLanguage", raw) for raw in list_texts(article.get("inLanguage"))]
    for rule, raw in claims:
        match = _CODE.match(raw.strip())
        if match:
            code = match[0].lower()
            yield _SAME.get(code, code), raw, rule


def take_sample(page: Page) -> str:
    """The first kept text, up to 1,500 characters: bounded, for the cost does not grow with it."""
    parts: list[str] = []
    size = 0
    for line in page.lines:
        if line.label in KEPT and size < _SAMPLE:
            parts.append(line.text[:_SAMPLE].strip())
            size += len(line.text)
    return " ".join(parts)[:_SAMPLE]


def guess_language(
    text: str, declared: frozenset[str] = frozenset()
) -> tuple[str, str, float] | None:
    """(code, rule, confidence) by script, by small words, else, where nothing is declared, by the
    model; None where the text does not tell."""
    letters = _count_letters(text[:_LONG])
    if letters < _ENOUGH or not text.isascii():
        letters = _count_letters(text)
    if letters < 12:
        return None
    if not text.isascii() and _ANY_SCRIPT.search(text):
        for pattern, code, share in _SCRIPTS:
            if len(pattern.findall(text)) > letters * share:
                return code, "text.script", 0.95
    if by_words := _guess_by_words(text, declared):
        return by_words, "text.words", 0.93
    if declared:  # nothing speaks against it, and the model is often wrong where words are few
        return None
    return _classify(text), "text.model", 0.85 if letters >= _ENOUGH else 0.5


def _count_letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _guess_by_words(text: str, declared: frozenset[str]) -> str | None:
    """The language whose small words are a fifth of the text and far more than any other's; a
    declared one needs less."""
    words = _WORD.findall(text.lower())
    counts: defaultdict[str, int] = defaultdict(int)
    index = _function_words()
    for word, times in Counter(filter(index.__contains__, words)).items():
        for language in index[word]:
            counts[language] += times
    ranked = sorted(counts.items(), key=itemgetter(1), reverse=True)[:2]
    if not ranked or len(words) < 8:
        return None
    best, hits = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0
    for language in declared:
        if counts[language] >= 0.07 * len(words) and counts[language] >= 0.65 * hits:
            return language
    return best if hits >= 0.15 * len(words) and hits >= 1.35 * second else None


@lru_cache(maxsize=1)
def _function_words() -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for language, *words in load_rows("function_words.tsv"):
        for word in set(words):
            index.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in index.items()}


def _classify(text: str) -> str:
    """By the model, which is loaded at the first such text."""
    from py3langid import classify

    code = str(classify(text)[0])
    return _SAME.get(code, code)
