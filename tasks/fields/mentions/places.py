"""Places in running text, by the gazetteer and what stands around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.fields.gazetteer import ADMIN, CITY, COUNTRY, Place, find_folded
from tasks.fields.mentions.capitals import Word
from tasks.fields.mentions.name_parts import load_parts
from tasks.fields.mentions.sightings import Sighting
from tasks.fields.mentions.word_facts import LARGE
from tasks.fields.mentions.words import MentionWords
from tasks.model import MentionKind

MOST_WORDS = 4
# A town smaller than `LARGE` wants a word before it, by its people.
KNOWN, MIDDLING = 250_000, 100_000


def find_places(
    chains: Sequence[Sequence[Word]], state: Sequence[list[bool]], body: str, words: MentionWords
) -> Iterator[Sighting]:
    """The places among the words that nothing else has taken."""
    for chain, taken in zip(chains, state, strict=True):
        for at, word in enumerate(chain):
            facts = word.facts
            if not (facts.places or facts.longer or facts.inflected) or taken[at]:
                continue
            if found := _longest(chain, at, taken, body, words):
                last, place, sure = found
                taken[at : last + 1] = [True] * (last + 1 - at)
                rule = f"gazetteer.{place.kind}"
                yield Sighting(
                    MentionKind.PLACE, word.start, chain[last].end, place.name, place.country,
                    rule, sure,
                )  # fmt: skip


def find_longer(chain: Sequence[Word], at: int) -> int:
    """The last word of a place of two words and more that begins there, -1 where there is none."""
    if not chain[at].facts.longer:
        return -1
    for last in range(min(len(chain), at + MOST_WORDS) - 1, at, -1):
        if _read(chain, at, last):
            return last
    return -1


def _longest(
    chain: Sequence[Word], at: int, taken: Sequence[bool], body: str, words: MentionWords
) -> tuple[int, Place, float] | None:
    facts = chain[at].facts
    most = MOST_WORDS if facts.longer else 1
    for last in range(min(len(chain), at + most) - 1, at, -1):
        if not any(taken[at : last + 1]) and (places := _read(chain, at, last)):
            return last, places[0], 0.9
    places = facts.places or facts.inflected
    if places and (sure := _judge(chain, at, places, body, words)):
        return at, places[0], sure - 0.05 * (not facts.places)
    return None


def _read(chain: Sequence[Word], first: int, last: int) -> tuple[Place, ...]:
    key = chain[first].key
    for word in chain[first + 1 : last + 1]:
        gap = word.gap.strip()
        key += f" {gap} {word.key}" if gap else f" {word.key}"
    return find_folded(key.replace("'", " ").replace("’", " ").replace("  ", " "))


def _judge(
    chain: Sequence[Word], at: int, places: Sequence[Place], body: str, words: MentionWords
) -> float:
    """How sure a single word is a place: 0 where it is not."""
    word, place = chain[at], places[0]
    if word.key in words.never and place.kind in (CITY, ADMIN):
        return 0
    told = _tells_country(chain, at, body) or _opens_body(word, body)
    led = told or _follows_at(word, words)
    doubtful = word.key in words.doubtful or word.key in words.given
    if len(word.text.replace(".", "")) < 4 and place.kind != COUNTRY:
        return 0
    if len(word.text) < 4 and not (word.text.isupper() or word.text in ("Usa", "Eua")):
        return 0.75 if led and place.kind == COUNTRY and len(word.text) == 3 else 0
    if _is_part(chain, at) and not led:
        return 0.7 if place.kind == COUNTRY and not doubtful else 0
    if place.kind != CITY:
        return 0.9 if not doubtful else (0.75 if led else 0)
    return _judge_town(word, place, words, told, led, doubtful)


def _judge_town(
    word: Word, place: Place, words: MentionWords, told: bool, led: bool, doubtful: bool
) -> float:
    """The same for a town: what `told` (a country behind it) or `led` (a word before it) adds
    depends on its size and on what else the word may mean."""
    if doubtful:
        return 0.7 if told or (led and place.population >= 100_000) else 0
    if place.population >= LARGE:
        return 0.85
    if words.nouns and word.first and not led:
        return 0
    vague = word.before.lower() in load_parts("vague")
    if told or (led and (place.population >= MIDDLING or not vague)):
        return 0.7
    return 0.6 if place.population >= KNOWN and not word.first else 0


def _is_part(chain: Sequence[Word], at: int) -> bool:
    """Whether a word with a capital stands right beside it, and so may share a name with it."""
    after = at + 1 < len(chain) and chain[at + 1].gap == " "
    before = chain[at].gap == " " and not chain[at - 1].first
    return after or before


def _follows_at(word: Word, words: MentionWords) -> bool:
    """Whether a word that leads to places stands before."""
    before = word.before.replace("’", "'").lower()
    return before.lstrip("(\"'«„“") in words.ats or before in ("d'", "all'", "dell'", "nell'", "l'")


def _opens_body(word: Word, body: str) -> bool:
    """Whether the word is a dateline at the body's start: "Essen. ", "Ankara (dpa)"."""
    return word.start == 0 and body[word.end : word.end + 2] in (
        ". ",
        " (",
        " –",
        " -",
        " —",
        "/ ",
        ": ",
    )


def _tells_country(chain: Sequence[Word], at: int, body: str) -> bool:
    """Whether a country or a part of one follows after a comma: "Monroe, La."."""
    end = chain[at].end
    if body[end : end + 2] != ", ":
        return False
    after = body[end + 2 : end + 30].split(",")[0].split(".")[0].strip()
    places = find_folded(after.lower()) or find_folded(after.split(" ")[0].lower())
    return (bool(places) and places[0].kind != CITY) or after in load_parts("state")
