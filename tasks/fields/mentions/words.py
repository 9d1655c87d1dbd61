"""The words by which names are known in running text, compiled once a language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tasks.fields.bylines.lexicons import load_lexicons
from tasks.fields.gazetteer import COUNTRY, REGION, find_folded, fold_place
from tasks.fields.mentions.name_parts import list_parts
from tasks.lexicon.lines import load_rows

# Languages that write common nouns with a capital: only what is known to be a name is one.
NOUN_LANGUAGES = frozenset({"de", "lb", "gsw"})


@dataclass(frozen=True, slots=True)
class MentionWords:
    """Sets of folded words for one language."""

    titles: frozenset[str]
    says: frozenset[str]
    ats: frozenset[str]
    links: frozenset[str]
    opens: frozenset[str]
    closes: frozenset[str]
    ends: tuple[str, ...]
    never: frozenset[str]
    idle: frozenset[str]
    doubtful: frozenset[str]
    unnamed: frozenset[str]
    given: frozenset[str]
    particles: frozenset[str]
    organisations: frozenset[str]
    heads: dict[str, tuple[str, ...]]
    callings: frozenset[str]
    calling_ends: tuple[str, ...]
    nouns: bool

    def is_title(self, word: str) -> bool:
        """Whether a word stands before names of people."""
        key = word.casefold().strip(".,:")
        return key in self.titles or (len(key) > 8 and key.endswith(list_parts("ends-title")))

    def is_given(self, key: str) -> bool:
        """Whether a folded word is a first name, in any case of Slavic languages."""
        if key in self.given:
            return True
        if key.isascii() and " " not in key:
            return False
        head, _, tail = key.partition(" ")
        if tail:
            return head in self.given and tail.split(" ")[-1] in self.given
        return len(key) > 3 and any(form in self.given for form in list_stems(key))


def list_stems(key: str) -> Iterable[str]:
    """What an inflected Cyrillic word may be in the nominative; nothing for other scripts."""
    if not "\u0400" <= key[-1:] <= "\u052f":
        return
    last, two = key[:-1], key[:-2]
    yield last
    for ending in ("а", "я", "и", "ь", "о", "е"):
        yield last + ending
    if key.endswith(("ом", "ем", "ой", "ей", "ия", "ии", "ию", "ам", "ах", "ым", "им")):
        yield two
        yield two + "а"
        yield two + "я"
        yield two + "и"
        yield two + "ия"
        yield two + "ь"
    if key.endswith(("ией", "ого", "его")):
        yield key[:-3] + "ия"
        yield key[:-3] + "ии"


@lru_cache(maxsize=64)
def load_mention_words(language: str) -> MentionWords:
    """The words of a language, and of English where there are none."""
    rows: dict[str, list[str]] = {}
    for kind, code, *words in load_rows("mention_words.tsv"):
        if code in (language, "*") or (kind in ("never", "closes", "title") and code == "en"):
            rows.setdefault(kind, []).extend(words)
    folded = {kind: frozenset(map(fold_place, words)) for kind, words in rows.items()}
    none: frozenset[str] = frozenset()
    never = frozenset(key for key in folded.get("never", none) if not _is_name(key))
    return MentionWords(
        titles=frozenset(w.strip(".") for w in rows.get("title", ())) | load_lexicons().titles,
        says=frozenset(rows.get("say", ())),
        ats=frozenset(rows.get("at", ())),
        links=frozenset(rows.get("link", ())),
        opens=folded.get("opens", none),
        closes=folded.get("closes", none),
        ends=tuple(rows.get("ends", ())),
        never=never,
        idle=never - frozenset(map(fold_place, load_known())),
        doubtful=folded.get("doubtful", none),
        unnamed=frozenset(rows.get("unnamed", ())),
        given=_load_given(),
        particles=load_lexicons().particles,
        organisations=load_known(),
        heads=_load_heads(),
        callings=frozenset(rows.get("calls", ())),
        calling_ends=tuple(word.lower() for word in rows.get("calls", ()) if len(word) > 5),
        nouns=language in NOUN_LANGUAGES,
    )


def _is_name(key: str) -> bool:
    """Whether a word that begins sentences is a first name or a country as well."""
    places = find_folded(key)
    # Folded, the short ones are small words as well: Lê, Võ.
    given = len(key) > 3 and key in _load_given()
    return given or (bool(places) and places[0].kind in (COUNTRY, REGION))


@lru_cache(maxsize=1)
def _load_given() -> frozenset[str]:
    return frozenset(fold_place(n) for _home, *names in load_rows("given_names.tsv") for n in names)


@lru_cache(maxsize=1)
def _load_heads() -> dict[str, tuple[str, ...]]:
    """First word → the known names that begin with it, the longest first."""
    found: dict[str, list[str]] = {}
    for name in sorted(load_known(), key=lambda name: (-len(name), name)):
        found.setdefault(name.split(" ")[0], []).append(name)
    return {head: tuple(names) for head, names in found.items()}


@lru_cache(maxsize=1)
def load_known() -> frozenset[str]:
    """Names of organisations as printed."""
    return frozenset(n for _field, *names in load_rows("known_organisations.tsv") for n in names)
