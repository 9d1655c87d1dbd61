"""What is known of a word with a capital by itself, wherever it stands: asked once a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from tasks.fields.gazetteer import CITY, COUNTRY, Place, begins_longer, find_folded, fold_place
from tasks.fields.mentions.name_parts import list_parts, load_cases, load_parts
from tasks.fields.mentions.words import list_stems, load_mention_words

_ACRONYM = re.compile(
    r"[^\W\d_a-zß-öø-ÿ]{2,7}\d?\Z|[^\W\d_a-z]{1,3}&[^\W\d_a-z]{1,3}\Z|[^\W\d_a-z]{2,5}-[^\W\d_a-z]{1,2}\Z"
)
# A town of so many people is a place wherever it is named.
LARGE = 900_000
# Compounds that end with a word for organisations are longer than this.
_LONG = 9
# Texts repeat their words, and pages each other's. A word's facts are some 300 bytes.
_KEPT_WORDS = 16_384
_INFLECTED = frozenset(
    {"pl", "cs", "sk", "fi", "is", "hr", "sl", "hu", "lt", "lv", "et", "sv", "da", "no", "de"}
)
_ONLY_S = frozenset({"de", "da", "no", "sv"})


class WordFacts(NamedTuple):
    """`key` is the word folded. `idle`: says nothing alone; `given`: a first name; `title`: stands
    before names; `opens_name`, `closes_name`: may begin or end a person's name; `acronym`: capitals
    that may name an organisation; `known`: the known organisations that begin with it;
    `compound`: ends with a word for organisations; `organised`: any of these, or a word that opens
    or closes their names; `longer`: places of several words begin with it; `places`: those of that
    name; `inflected`: those of which it is another case; `place`: a country or a large town."""

    key: str
    idle: bool
    given: bool
    title: bool
    opens_name: bool
    closes_name: bool
    acronym: bool
    known: tuple[str, ...]
    compound: bool
    organised: bool
    longer: bool
    places: tuple[Place, ...]
    inflected: tuple[Place, ...]
    place: bool


@lru_cache(maxsize=_KEPT_WORDS)
def read_word(text: str, language: str) -> WordFacts:
    """The facts of a word in a text of that language."""
    words = load_mention_words(language)
    key = fold_place(text)
    title = words.is_title(text)
    known = words.heads.get(text) or words.heads.get(text[:-1], ())
    compound = bool(words.ends) and len(text) > _LONG and text.lower().endswith(words.ends)
    places = find_folded(key)
    never, closes, capitals = key in words.never, key in words.closes, text.isupper()
    return WordFacts(
        key,
        key in words.idle,
        words.is_given(key),
        title,
        not never and not (capitals and len(text) > 2 and "." not in text),
        not never
        and not (closes and key[-1:] != "s")
        and (not title or key in load_parts("royal")),
        capitals and bool(_ACRONYM.match(text)) and text.casefold() not in words.unnamed,
        known,
        compound,
        bool(known) or compound or closes or key in words.opens,
        begins_longer(key),
        places,
        () if places else _read_stems(key, language),
        bool(places) and (places[0].kind == COUNTRY or places[0].population >= LARGE),
    )


def _read_stems(key: str, language: str) -> tuple[Place, ...]:
    """A country or large town in another case than the nominative."""
    if len(key) < 4 or not (language in _INFLECTED or key[-1] > "\u03ff"):
        return ()
    for stem in _list_forms(key, language):
        places = find_folded(stem)
        if places and (places[0].kind != CITY or places[0].population >= 300_000):
            return places
    return ()


def _list_forms(key: str, language: str) -> Iterator[str]:
    yield from list_stems(key)
    if language in _ONLY_S:
        if key.endswith("s"):
            yield key[:-1]
    elif language in _INFLECTED and not key.endswith(list_parts("adjective")):
        for ending, others in load_cases().get(key[-1:], ()):
            if key.endswith(ending):
                for other in others:
                    stem = key[: -len(ending)] + other
                    if len(stem) > 3:
                        yield stem
