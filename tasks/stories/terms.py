"""The words of a text by which events are told apart, folded, and how common each is.

Words of spaced scripts lose their commonest endings, long ones of languages with many forms their
tails; scripts without spaces, and Hangul with its particles, give pairs of letters.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from tasks.lexicon.lines import load_rows

_ACCENTS = re.compile(r"[\u0300-\u036f\u064b-\u0652]")
_NUMBER = r"\d+(?:[.,]\d+)*"
_UNSPACED = r"[\u0e00-\u0e7f\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_LETTERS = r"[^\W\d_]+"
_TOKEN = re.compile(f"(?P<number>{_NUMBER})|(?P<pairs>{_UNSPACED}+)|(?P<word>{_LETTERS})")
_TOKENS = re.compile(f"({_NUMBER}|{_UNSPACED}+|{_LETTERS})")
# The same for texts without pairs. Begins with a set of characters, which the engine seeks fastest.
_SPACED_TOKENS = re.compile(r"([^\W_](?:(?<!\d)[^\W\d_]*|(?<=\d)\d*(?:[.,]\d+)*))")
_PAIRS = re.compile(_UNSPACED)
_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_ENGLISH_ENDINGS = ("ing", "ed", "es", "s")
_ARTICLE = "ال"
# The letters kept of a long word, where endings change with case and number.
_HEAD = 7
_HEAD_CYRILLIC = 6
# A term that the background never saw is this rare: one text in so many.
RAREST = math.log(326.0)
_OPENERS = " \"'“‘(«„[-–—"
_ENDS = ".!?:\n…।"


class Term(NamedTuple):
    """One word as it stands: folded, and whether it looks like a name or a number."""

    key: str
    start: int
    named: bool


@dataclass(frozen=True, slots=True)
class Background:
    """How rare terms are in news at large: language → term → the natural logarithm of one over its
    share of texts."""

    rarities: Mapping[str, Mapping[str, float]]

    def weigh(self, term: str, language: str) -> float:
        """How rare a term is; one that was never seen is the rarest."""
        return self.list_known(language).get(term, RAREST)

    def list_known(self, language: str) -> Mapping[str, float]:
        """The terms of a language that were seen, and how rare they are."""
        return self.rarities.get(language, _NOTHING)


_NOTHING: Mapping[str, float] = MappingProxyType({})


def make_background(shares: Mapping[tuple[str, str], float]) -> Background:
    """The background of (language, term) → share of texts in (0, 1]."""
    rarities: dict[str, dict[str, float]] = {}
    for (language, term), share in shares.items():
        rarities.setdefault(language, {})[term] = math.log(1 / share)
    return Background(rarities)


@lru_cache(maxsize=1)
def load_background() -> Background:
    """The shares that come with Copydesk, and small words of languages beside them."""
    shares = {(code, word): 0.5 for code, *words in load_rows("function_words.tsv")
              for word in _fold_words(words, code)}  # fmt: skip
    for code, term, share in load_rows("common_terms.tsv"):
        shares[code, term] = float(share)
    return make_background(shares)


def _fold_words(words: list[str], language: str) -> Iterator[str]:
    for word in words:
        for term in list_terms(word, language):
            yield term.key


def list_terms(text: str, language: str) -> Iterator[Term]:
    """Every term of the text, in order, its place in letters of the folded text."""
    text = fold_text(text)
    for match in _TOKEN.finditer(text):
        token, start = match[0], match.start()
        if match.lastgroup == "word":
            key = cut_word(token.lower(), language)
            if len(key) > 1:
                yield Term(key, start, _is_named(text, start, token))
        elif match.lastgroup == "number":
            yield Term(fold_number(token), start, True)
        elif len(token) == 1:
            yield Term(token, start, True)
        else:
            for at in range(len(token) - 1):
                yield Term(token[at : at + 2], start + at, True)


def count_terms(text: str, language: str) -> tuple[Counter[str], Counter[str]]:
    """How often each term stands in the text, and how often as a name or number. The same as
    counting `list_terms`, each form of a word looked at once."""
    text = fold_text(text)
    parts = (_TOKENS if _PAIRS.search(text) else _SPACED_TOKENS).split(text)
    befores, tokens = parts[::2], parts[1::2]
    befores[0] = befores[0].rstrip(_OPENERS) or _ENDS[0]
    capitals = Counter(
        token
        for before, token in zip(befores, tokens, strict=False)
        if token[0].isupper() and not _ends_sentence(before)
    )
    counts: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for token, count in Counter(tokens).items():
        if token[0].islower():
            named = 0
        elif token[0].isupper():
            named = capitals.get(token, 0)
        else:
            named = count
        for key in _list_keys(token, language):
            counts[key] = counts.get(key, 0) + count
            if named:
                names[key] += named
    return counts, names


def _ends_sentence(between: str) -> bool:
    """Whether what stands between two tokens ends a sentence."""
    left = between.rstrip(_OPENERS)
    return left != "" and left[-1] in _ENDS


# Articles have most of their words in common. Some 10 MB.
@lru_cache(maxsize=65_536)
def _list_keys(token: str, language: str) -> tuple[str, ...]:
    """The terms of one match of `_TOKEN`."""
    if not token.isascii() and _PAIRS.match(token):
        return tuple(token[at : at + 2] for at in range(max(1, len(token) - 1)))
    if token[0].isdecimal():
        return (fold_number(token),)
    key = cut_word(token.lower(), language)
    return (key,) if len(key) > 1 else ()


def fold_text(text: str) -> str:
    """The text without accents and vowel marks, composed; letters keep their case."""
    if text.isascii():
        return text
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", bare)


def fold_number(token: str) -> str:
    """A number without the commas of its thousands and without zeros before it."""
    if _GROUPS.fullmatch(token):
        token = token.replace(",", "")
    return token.lstrip("0") or "0"


def cut_word(word: str, language: str) -> str:
    """A lower-case word as its forms have it in common."""
    if "\u0600" <= word[0] <= "\u06ff":
        return word.removeprefix("و").removeprefix(_ARTICLE) if len(word) > 4 else word
    if language == "en":
        return _cut_english(word)
    return word[: _HEAD_CYRILLIC if "\u0400" <= word[0] <= "\u052f" else _HEAD]


def _cut_english(word: str) -> str:
    if not word.endswith(_ENGLISH_ENDINGS):
        return word
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    for ending in _ENGLISH_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def _is_named(text: str, start: int, token: str) -> bool:
    """Whether a word has a capital that no beginning of a sentence asks for; in scripts without
    capitals every word may be a name."""
    first = token[0]
    if not first.isupper():
        return not first.islower()
    at = start - 1
    while at >= 0 and text[at] in _OPENERS:
        at -= 1
    return at >= 0 and text[at] not in _ENDS
