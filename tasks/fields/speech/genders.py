"""Whether a name, a description or a verb speaks of a woman or a man ("she", "he"), as far as its
form tells: first names (`name_genders.tsv`), Slavic family names and past tenses, articles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from tasks.fields.speech.phrases import Word
from tasks.fields.speech.sayings import Sayings
from tasks.identity import fold_name
from tasks.lexicon.lines import load_rows

# Homes of names in which "a" at the end is a woman's.
_HOMES = frozenset(("en", "de", "fr", "es", "pt", "it", "nl", "nordic", "pl", "slav", "ru",
                    "slavic", "ro", "hu", "el", "uk", "bg"))  # fmt: skip
# Past tenses that tell: language → endings of a woman's, of a man's.
_TENSES = {
    "cs": (("la",), ("l",)),
    "pl": (("ła",), ("ł",)),
    "ru": (("ла", "лась"), ("л", "лся")),
    "uk": (("ла", "лась", "лася"), ("в", "вся")),
}
# Languages whose offices have a woman's form in "a".
_IN_A = frozenset(("es", "pt", "it"))


@lru_cache(maxsize=8)
def _list_marks(kind: str) -> tuple[str, ...]:
    """The titles or endings of a kind."""
    rows = load_rows("name_genders.tsv")
    return tuple(word for name, _, *words in rows if name == kind for word in words)


@lru_cache(maxsize=1)
def _load_titles() -> dict[str, str]:
    """Words before a name or for a person → "she" or "he"."""
    return {word: kind for kind in ("she", "he") for word in _list_marks(f"{kind}-title")}


@lru_cache(maxsize=1)
def _load_names() -> tuple[dict[tuple[str, str], str], frozenset[str]]:
    """(language or "*", folded name) → gender, and all first names of Europe."""
    genders: dict[tuple[str, str], str] = {}
    for kind, languages, *names in load_rows("name_genders.tsv"):
        for language in languages.split(",") if "-" not in kind else ():
            for name in names:
                genders[language, fold_name(name)] = "" if kind == "both" else kind
    rows = [row for row in load_rows("given_names.tsv") if row[0] in _HOMES]
    rows += [row[1:] for row in load_rows("person_names.tsv") if row[0] == "given"]
    known = {fold_name(name) for home, *names in rows if home in _HOMES for name in names}
    return genders, frozenset(known)


@lru_cache(maxsize=4096)
def find_name_gender(name: str, language: str) -> str:
    """ "she" or "he" for a person's name, "" where its words do not tell."""
    words = name.split()
    if len(words) > 1 and (found := _find_family_gender(words[-1], language)):
        return found
    genders, known = _load_names()
    first = fold_name(words[0].partition("-")[0]) if words else ""
    for key in ((language, first), ("*", first)):
        if key in genders:
            return genders[key]
    if first in known:
        return "she" if first[-1:] in ("a", "а", "я") else "he"
    return ""


def _find_family_gender(word: str, language: str) -> str:
    low = word.lower()
    if language in ("ru", "uk") and len(low) > 4:
        if low.endswith(_list_marks("she-russian")):
            return "she"
        if low.endswith(_list_marks("he-russian")):
            return "he"
    if len(low) > 5 and low.endswith(_list_marks("she-end")):
        return "she"
    return "he" if len(low) > 5 and low.endswith(_list_marks("he-end")) else ""


def find_verb_gender(verb: str | None, sayings: Sayings) -> str:
    """The gender that a verb's past tense shows, in Slavic languages."""
    tenses = _TENSES.get(sayings.language)
    if verb is None or tenses is None:
        return ""
    low = verb.lower()
    if low.endswith(tenses[0]):
        return "she"
    return "he" if low.endswith(tenses[1]) and len(low) > 3 else ""


def find_words_gender(words: Sequence[Word], sayings: Sayings) -> str:
    """The gender of a description or of the titles before a name, by article and noun."""
    if not words:
        return ""
    for word in words:
        if (title := _load_titles().get(word.low.rstrip("."))) is not None:
            return title
    first, noun = words[0], words[min(1, len(words) - 1)]
    if sayings.language == "de":
        return _find_german(words, sayings)
    if first.low in sayings.feminine and first.low not in sayings.masculine:
        return "she"
    if first.low in sayings.masculine:
        return "he"
    if (
        sayings.language in _IN_A
        and sayings.is_role(noun.text)
        and noun.low.endswith(("ora", "esa", "stra", "iz"))
    ):
        return "she"
    return ""


def _find_german(words: Sequence[Word], sayings: Sayings) -> str:
    """The article "die" may be a plural's, so that nouns in "-in" tell, and "der" before one."""
    for word in words[:4]:
        if word.low.endswith("in") and (sayings.is_role(word.text) or len(word.low) > 8):
            return "she"
    if words[0].low in sayings.masculine:
        return "he"
    if words[0].low == "die" and words[-1].low.endswith("jährige"):
        return "she"
    return "he" if sayings.is_role(words[0].text) and words[0].low.endswith("er") else ""
