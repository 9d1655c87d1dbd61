"""The words of a text as search knows them.

Splitting and folding is what the macros of `warehouse/macros/search.sql` do to a question, so that
a person at the DuckDB command line finds the same; a test compares the two. Stems are found here
alone: the forms that stand for them are rows of the index.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

# Scripts written without spaces, and Hangul, whose words bear particles: told apart by pairs.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN = re.compile(f"([{UNSPACED}]+)")
# Marks are letters' own in the scripts of India and of Japan, and stay.
_MARKED = re.compile("[\u0900-\u109f\u1780-\u17ff\u3040-\u30ff]")
_APOSTROPHES = dict.fromkeys(map(ord, "’ʼ＇"), "'")
_UNSEEN = dict.fromkeys((0x0640, 0x00AD, 0x200B, 0x200C, 0x200D, 0xFEFF))
_CLEANED = {**_APOSTROPHES, **_UNSEEN}
_SHORT_HEAD = re.compile(r"^[^\W\d_]{1,2}'")
_SHORT_TAIL = re.compile(r"'[^\W\d_]{1,2}$")
_FOLDED = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        **dict(zip("łøđðħıςىةکی", "loddhiσيهكي", strict=True)),
        **dict(zip("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９", "0123456789" * 3, strict=True)),
        **{chr(ord("ａ") + at): chr(ord("a") + at) for at in range(26)},
    }
)
# The algorithms of Snowball, by ISO 639-1.
STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque",
    "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_DOTLESS = {"tr", "az"}
# Of a longer word (an address, data, a law in German) these letters are kept.
LONGEST = 40


def clean(text: str, language: str | None = None) -> str:
    """The text in lower case, with one kind of apostrophe, without characters that nobody sees."""
    text = unicodedata.normalize("NFC", text)
    if language in _DOTLESS:
        text = text.replace("I", "ı").replace("İ", "i")
    return text.lower().translate(_CLEANED)


def split(text: str) -> Iterator[str]:
    """The words of a text that is clean, not folded yet: of unspaced scripts every two neighbours,
    and the last character of a run, so that each is the beginning of a word."""
    for token in _word_pattern().findall(_RUN.sub(r" \1 ", text)):
        if is_unspaced(token):
            yield from (token[at : at + 2] for at in range(len(token)))
        elif "'" in token:
            # What an apostrophe parts off and has one or two letters is no word: l'homme, Ann's.
            yield from _SHORT_TAIL.sub("", _SHORT_HEAD.sub("", token)).split("'")
        else:
            yield token


def find_tokens(text: str) -> Iterator[tuple[int, int]]:
    """Where words begin and end in a text as it is; a run of an unspaced script is one."""
    for match in _token_pattern().finditer(text):
        yield match.span()


def is_unspaced(token: str) -> bool:
    """Whether a token is a run of a script without spaces."""
    return _RUN.match(token) is not None


def fold(word: str) -> str:
    """The word without accents, and with one form of each letter."""
    if word.isascii():
        return word
    if not _MARKED.search(word):
        letters = unicodedata.normalize("NFD", word)
        bare = "".join(letter for letter in letters if unicodedata.category(letter)[0] != "M")
        word = unicodedata.normalize("NFC", bare)
    return word.translate(_FOLDED)


def make_stemmer(language: str | None) -> Callable[[str], str]:
    """What gives the stem of a clean word of that language; the word itself where none is known."""
    name = STEMMERS.get(language or "")
    if name is None:
        return lambda word: word
    import Stemmer

    stem: Callable[[str], str] = Stemmer.Stemmer(name).stemWord
    return stem


@lru_cache(maxsize=1)
def _word_pattern() -> re.Pattern[str]:
    """Letters, digits and their marks, with apostrophes amid them."""
    return re.compile(_write_pattern(r"[^\W_]", "'"))


@lru_cache(maxsize=1)
def _token_pattern() -> re.Pattern[str]:
    """The same in a text that is not clean, runs of unspaced scripts by themselves."""
    spaced = rf"(?![{UNSPACED}])[^\W_]"
    words = _write_pattern(spaced, "['’ʼ＇]")
    return re.compile(f"{_RUN.pattern}|{words}")


def _write_pattern(letter: str, apostrophe: str) -> str:
    # `\w` has no marks.
    marks = "".join(
        re.escape(chr(code))
        for code in range(0x300, min(0x1F000, sys.maxunicode))
        if unicodedata.category(chr(code))[0] == "M"
    )
    letters = rf"(?:{letter}|[{marks}])+"
    return rf"{letters}(?:{apostrophe}{letters})*"
