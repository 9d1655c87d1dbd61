"""The words of a text as search knows them.

Splitting and folding is what the macros of `warehouse/macros/search.sql` do to a question, so that
a person at the DuckDB command line finds the same; a test compares the two. Stems are found here
alone: the forms that stand for them are rows of the index.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache

# Scripts written without spaces, and Hangul, whose words bear particles: told apart by pairs.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")
_RUN = re.compile(f"([{UNSPACED}]+)")
# Marks are letters' own in the scripts of India and of Japan, and stay.
_MARKED = re.compile("[\u0900-\u109f\u1780-\u17ff\u3040-\u30ff]")
_APOSTROPHES = dict.fromkeys(map(ord, "’ʼ＇"), "'")
_UNSEEN = dict.fromkeys((0x0640, 0x00AD, 0x200B, 0x200C, 0x200D, 0xFEFF))
_CLEANED = {**_APOSTROPHES, **_UNSEEN}
_UNCLEAN = re.compile("[" + "".join(map(chr, _CLEANED)) + "]")
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
# Grows whenever the same text would give other words, or stems: the index must be made anew then.
SPLITTING = 1
# Of a longer word (an address, data, a law in German) these letters are kept.
LONGEST = 40


def clean(text: str, language: str | None = None) -> str:
    """The text in lower case, with one kind of apostrophe, without characters that nobody sees."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if language in _DOTLESS:
        text = text.replace("I", "ı").replace("İ", "i")
    text = text.lower()
    return text if text.isascii() or not _UNCLEAN.search(text) else text.translate(_CLEANED)


def split(text: str) -> Iterator[str]:
    """The words of a text that is clean, in order, not folded yet."""
    for token in _list_tokens(text):
        yield from _part(token) if _is_several(token) else (token,)


def count_words(text: str) -> Counter[str]:
    """How often each word stands in a text that is clean: `split` counted, each token once."""
    tokens = Counter(_list_tokens(text))
    several = [token for token in tokens if _is_several(token)]
    for token, count in [(token, tokens.pop(token)) for token in several]:
        for word in _part(token):
            tokens[word] += count
    return tokens


def _is_several(token: str) -> bool:
    return "'" in token or is_unspaced(token)


def _list_tokens(text: str) -> list[str]:
    if text.isascii():
        return _ASCII_WORD.findall(text)
    # `\w` has the low line, which is no letter.
    return _word_pattern().findall(_RUN.sub(r" \1 ", text).replace("_", " "))


def _part(token: str) -> Iterator[str]:
    """The words in a token that is not one word: of unspaced scripts every two neighbours, and the
    last character of a run, so that each is the beginning of a word."""
    if is_unspaced(token):
        yield from (token[at : at + 2] for at in range(len(token)))
    else:
        # What an apostrophe parts off and has one or two letters is no word: l'homme, Ann's.
        yield from filter(None, _SHORT_TAIL.sub("", _SHORT_HEAD.sub("", token)).split("'"))


def find_tokens(text: str) -> Iterator[tuple[int, int]]:
    """Where words begin and end in a text as it is; a run of an unspaced script is one."""
    for match in _token_pattern().finditer(text.replace("_", " ")):
        yield match.span()


def is_unspaced(token: str) -> bool:
    """Whether a token is a run of a script without spaces."""
    return _RUN.match(token) is not None


def fold(word: str) -> str:
    """The word without accents, and with one form of each letter."""
    if word.isascii():
        return word
    if not _MARKED.search(word):
        bare = _marks().sub("", unicodedata.normalize("NFD", word))
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
    return re.compile(_write_pattern(rf"[\w{_list_marks()}]+", "'"))


@lru_cache(maxsize=1)
def _token_pattern() -> re.Pattern[str]:
    """The same in a text that is not clean, runs of unspaced scripts by themselves."""
    letters = rf"(?:(?![{UNSPACED}])\w|[{_list_marks()}])+"
    words = _write_pattern(letters, "['’ʼ＇]")
    return re.compile(f"{_RUN.pattern}|{words}")


def _write_pattern(letters: str, apostrophe: str) -> str:
    return f"{letters}(?:{apostrophe}{letters})*"


@lru_cache(maxsize=1)
def _marks() -> re.Pattern[str]:
    return re.compile(f"[{_list_marks()}]+")


def _list_marks() -> str:
    """The marks, which `\\w` has not, as ranges of a class."""
    marks = [code for code in range(0x300, 0x1F000) if unicodedata.category(chr(code))[0] == "M"]
    known = {*marks}
    firsts = [code for code in marks if code - 1 not in known]
    lasts = [code for code in marks if code + 1 not in known]
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in zip(firsts, lasts, strict=True))
