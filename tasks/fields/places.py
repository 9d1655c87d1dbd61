"""Places in running text, by the gazetteer and what stands around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.fields.capitals import Word
from tasks.fields.gazetteer import ADMIN, CITY, COUNTRY, Place, begins_longer, find_folded
from tasks.fields.mention_words import MentionWords, list_stems
from tasks.fields.sightings import Sighting
from tasks.model import MentionKind

MOST_WORDS = 4
# A town of so many people is a place wherever it is named; smaller ones want a word before them.
LARGE, KNOWN, MIDDLING = 900_000, 250_000, 100_000
_STEMS = (
    # Genitive and other cases: what to cut off, and what may have stood there.
    ("s", ("",)),
    ("ssa", ("",)),
    ("ssä", ("",)),
    ("sta", ("",)),
    ("stä", ("",)),
    ("lle", ("",)),
    ("n", ("",)),
    ("ii", ("ia",)),
    ("ię", ("ia",)),
    ("ią", ("ia",)),
    ("ie", ("a", "")),
    ("y", ("a",)),
    ("ę", ("a",)),
    ("ą", ("a",)),
    ("u", ("", "a")),
    ("em", ("",)),
    ("iem", ("",)),
    ("e", ("a", "")),
    ("i", ("a", "")),
    ("sce", ("ska",)),
    ("ě", ("a", "")),
    ("ou", ("a",)),
    ("ar", ("",)),
    ("i", ("ur",)),
    ("a", ("",)),
    ("ban", ("",)),
    ("ben", ("",)),
)
_INFLECTED = frozenset(
    {"pl", "cs", "sk", "fi", "is", "hr", "sl", "hu", "lt", "lv", "et", "sv", "da", "no", "de"}
)
_ADJECTIVES = ("ski", "ska", "skie", "skich", "skiej", "skim", "skiego", "ský", "ské", "ského")
_ONLY_S = frozenset({"de", "da", "no", "sv"})


def find_places(
    chain: Sequence[Word], body: str, words: MentionWords, taken: list[bool], language: str
) -> Iterator[Sighting]:
    """The places among the words of a chain that nothing else has taken."""
    at = 0
    while at < len(chain):
        last = at
        if not taken[at]:
            found = _longest(chain, at, taken, body, words, language)
            if found:
                last, place, sure = found
                taken[at : last + 1] = [True] * (last + 1 - at)
                yield Sighting(
                    MentionKind.PLACE,
                    chain[at].start,
                    chain[last].end,
                    place.name,
                    place.country,
                    f"gazetteer.{place.kind}",
                    sure,
                )
        at = last + 1


def name_place(chain: Sequence[Word], at: int) -> bool:
    """Whether a country or a large town is named there."""
    places = find_folded(chain[at].key)
    return bool(places) and (places[0].kind == COUNTRY or places[0].population >= LARGE)


def find_longer(chain: Sequence[Word], at: int) -> int:
    """The last word of a place of two words and more that begins there, -1 where there is none."""
    most = MOST_WORDS if begins_longer(chain[at].key) else 1
    for last in range(min(len(chain), at + most) - 1, at, -1):
        if _read(chain, at, last):
            return last
    return -1


def _longest(
    chain: Sequence[Word],
    at: int,
    taken: Sequence[bool],
    body: str,
    words: MentionWords,
    language: str,
) -> tuple[int, Place, float] | None:
    most = MOST_WORDS if begins_longer(chain[at].key) else 1
    for last in range(min(len(chain), at + most) - 1, at - 1, -1):
        if any(taken[at : last + 1]):
            continue
        places = _read(chain, at, last)
        if last > at:
            if places:
                return last, places[0], 0.9
            continue
        inflected = not places
        if inflected:
            places = _read_stems(chain[at].key, language)
        if places:
            sure = _judge(chain, at, places, body, words)
            if sure:
                return last, places[0], sure - 0.05 * inflected
    return None


def _read(chain: Sequence[Word], first: int, last: int) -> tuple[Place, ...]:
    key = chain[first].key
    for word in chain[first + 1 : last + 1]:
        gap = (word.gap or "").strip()
        key += f" {gap} {word.key}" if gap else f" {word.key}"
    return find_folded(key.replace("'", " ").replace("’", " ").replace("  ", " "))


def _read_stems(key: str, language: str) -> tuple[Place, ...]:
    """A country or large town in another case than the nominative."""
    if len(key) < 4:
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
    elif language in _INFLECTED and not key.endswith(_ADJECTIVES):
        for ending, others in _STEMS:
            if key.endswith(ending):
                for other in others:
                    stem = key[: -len(ending)] + other
                    if len(stem) > 3:
                        yield stem


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
    if told or (led and (place.population >= MIDDLING or word.before.lower() not in _VAGUE)):
        return 0.7
    return 0.6 if place.population >= KNOWN and not word.first else 0


# These lead to anything, and so not to a small town.
_VAGUE = frozenset(
    """de del do da di du des della dal and und y e et i og och en with mit con com avec for für
    para per pour over über um of por do к с и от voor dla na od met""".split()  # noqa: SIM905
)


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
    return (bool(places) and places[0].kind != CITY) or after in _STATES


_STATES = frozenset(
    """Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Mass Md Mich Minn Miss Mo Mont Neb
    Nev N Okla Ore Pa R S Tenn Tex Va Vt Wash Wis Wyo CA TX FL NY PA OH IL GA NC MI NJ VA WA AZ MA
    TN IN MO MD WI CO MN SC AL LA KY OR OK CT UT IA NV AR MS KS NM NE ID WV HI NH ME MT RI DE SD ND
    AK VT WY Ont Alta Que""".split()  # noqa: SIM905
)
