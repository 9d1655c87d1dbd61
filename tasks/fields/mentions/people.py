"""People in running text: full names that the text introduces, and later their last names alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tasks.fields.gazetteer import CITY
from tasks.fields.mentions.capitals import Word
from tasks.fields.mentions.name_parts import list_parts, load_parts
from tasks.fields.mentions.places import find_longer
from tasks.fields.mentions.sightings import Sighting
from tasks.fields.mentions.words import MentionWords
from tasks.identity import fold_name
from tasks.model import MentionKind

# So much evidence makes a name one of a person.
ENOUGH = 0.6
_AGE = re.compile(
    r",? \(?\d{1,2}[,.)]|,? \d{1,2} (?:ans|años|anos|anni|jaar|лет|år)|\s?\(\d{1,2}(?: Jahre)?\)"
)
_APPOSITION = re.compile(
    r", (?:(?:a|an|the|who|his|her|its|der|die|ein|eine|le|la|un|une|el|una|il|l['’]|o|uma|um|de"
    r"|een|som|sem|który|która|которая|который)\b"
    r"|[a-zß-öø-ÿ-]+(?:,| of | at | for | in | von | der | des | de | du | di | del | da ))"
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+\Z|[^\W\d_a-z]{1}\Z")
_GENERATION = frozenset({"jr", "sr", "ii", "iii", "iv"})


def find_people(
    chain: Sequence[Word], body: str, words: MentionWords, taken: list[bool], lower: frozenset[str]
) -> Iterator[Sighting]:
    """The full names of people in a chain; their words become taken."""
    at = 0
    while at < len(chain) - 1:
        last, sure = _read_name(chain, at, body, words, taken, lower)
        if sure >= ENOUGH:
            taken[at : last + 1] = [True] * (last + 1 - at)
            yield _sight(chain, at, last, body, "text.full-name", min(0.95, 0.3 + sure / 2))
        at = (last if sure >= ENOUGH else at) + 1


def _sight(
    chain: Sequence[Word], first: int, last: int, body: str, rule: str, sure: float
) -> Sighting:
    start, end = chain[first].start, chain[last].end
    return Sighting(MentionKind.PERSON, start, end, fold_name(body[start:end]), None, rule, sure)


def _read_name(
    chain: Sequence[Word], at: int, body: str, words: MentionWords, taken: Sequence[bool],
    lower: frozenset[str],
) -> tuple[int, float]:  # fmt: skip
    """The last word of a name that begins at a word, and how much speaks for it."""
    word = chain[at]
    if taken[at] or len(word.text) < 2 or not word.facts.opens_name:
        return at, 0.0
    given = word.facts.given
    if not given and (word.facts.title or _given_follows(chain, at)):
        return at, 0.0
    last = _reach_surname(chain, at, words, taken)
    if last == at:
        return at, 0.0
    titled = _is_titled(word.before, words)
    if not given and at and chain[at].gap == " " and not titled and not chain[at - 1].first:
        return at, 0.0
    if find_longer(chain, at) >= last and not titled:
        return at, 0.0
    return last, _weigh(chain, at, last, body, words, lower, given, titled)


def _given_follows(chain: Sequence[Word], at: int) -> bool:
    """Whether a first name and another word follow: then the name begins there."""
    if at + 2 >= len(chain) or chain[at + 1].gap != " " or chain[at + 2].gap != " ":
        return False
    return chain[at + 1].facts.given


def _is_titled(before: str, words: MentionWords) -> bool:
    """Whether what stands right before is a title or role."""
    return (
        bool(before) and before[-1] not in ".,:;" and words.is_title(before.strip("(\"'«„“-"))
    ) or (before in load_parts("address"))


def _reach_surname(
    chain: Sequence[Word], at: int, words: MentionWords, taken: Sequence[bool]
) -> int:
    """The last word of the name: further first names and initials, particles, last names."""
    last, surnames = at, 0
    most = 2 if not words.nouns else 1
    while last + 1 < len(chain) and last - at < 5:
        after = chain[last + 1]
        gap = after.gap
        if taken[last + 1]:
            break
        if gap != " ":
            if not _is_particle(gap, words, surnames) or not _may_close(after):
                break
            if surnames and (after.key in words.opens or after.facts.place):
                break
            last, surnames = last + 1, surnames + 1
            continue
        if _INITIALS.match(after.text):
            if last + 2 < len(chain) and chain[last + 2].gap == " ":
                last += 1
                continue
            break
        if after.key in _GENERATION:
            return last + 1 if surnames else last
        if not _may_close(after) or surnames >= most:
            break
        if not (after.facts.given and not surnames and _goes_on(chain, last + 1)):
            surnames += 1
        last += 1
    return last if surnames else at


def _goes_on(chain: Sequence[Word], at: int) -> bool:
    """Whether another word of the name follows, so that this one is a first name too."""
    return at + 1 < len(chain) and chain[at + 1].gap == " " and _may_close(chain[at + 1])


def _is_particle(gap: str, words: MentionWords, surnames: int) -> bool:
    parts = gap.split()
    if parts in (["y"], ["e"], ["i"], ["und"]) or not parts:
        return False
    if len(parts) == 1 and parts[0] in load_parts("weak") and surnames:
        return False
    return len(parts) <= 3 and all(
        part in words.particles and part not in load_parts("joining") for part in parts
    )


def _may_close(word: Word) -> bool:
    """Whether a word may be a last name."""
    return word.facts.closes_name and not word.first


def _weigh(
    chain: Sequence[Word], first: int, last: int, body: str, words: MentionWords,
    lower: frozenset[str], given: bool, titled: bool,
) -> float:  # fmt: skip
    """What speaks for a person: a first name, a title, an age, a verb of saying …, less what
    speaks against: a word that the text writes small as well, a place."""
    start, end = chain[first].start, chain[last].end
    surname, name = chain[last].text, body[start:end]
    after = body[end : end + 40]
    weight = 0.65 * given + 0.6 * titled
    if not given and not titled and chain[first].first:
        weight -= 0.1
    if _AGE.match(after):
        weight += 0.5
    if _APPOSITION.match(after):
        weight += 0.2
    if _says(body, start, after, words):
        weight += 0.35
    others = list(_weigh_words(chain[first : last + 1], words, lower, given, titled))
    # Counting reads the whole body: left out where it could not make a name.
    if weight + sum(others) + _AGAIN > ENOUGH - _SLACK and _is_named_again(
        body, end, surname, name
    ):
        weight += _AGAIN
    for other in others:
        weight += other
    return weight


# What a last name that stands alone later on counts; more than sums of weights can be off.
_AGAIN, _SLACK = 0.25, 1e-6


def _is_named_again(body: str, end: int, surname: str, name: str) -> bool:
    """Whether the last name stands alone somewhere, and behind the full name once more."""
    again = body.find(" " + name.split()[-1], end) >= 0
    return again and body.count(surname) > body.count(name)


def _weigh_words(
    named: Sequence[Word], words: MentionWords, lower: frozenset[str], given: bool, titled: bool
) -> Iterator[float]:
    """What the words of the name say by themselves, one weight after the other."""
    surname = named[-1].text
    if any(_INITIALS.match(word.text) for word in named[1:-1]):
        yield 0.35
    if any(word.gap != " " for word in named[1:]):
        yield 0.1
    if len(surname) > 5 and (low := surname.lower()).endswith(list_parts("surname")):
        yield 0.5 if low.endswith(list_parts("patronym")) else 0.25
    if words.nouns and not given and not titled:
        yield -0.5
    yield -0.35 * sum(word.text.lower() in lower for word in named)
    places = named[-1].facts.places
    if places and (places[0].kind != CITY or places[0].population > 1_000_000):
        yield -0.3 if not titled else -0.1


def _says(body: str, start: int, after: str, words: MentionWords) -> bool:
    """Whether a verb of saying stands right before or behind."""
    behind = after[1:].split(" ", 2)[:2] if after[:1] in (" ", ",") else []
    before = body[max(0, start - 16) : start].split()[-1:]
    return any(word.strip(',.:»”"') in words.says for word in (*behind, *before))


def find_titled(
    chains: Sequence[Sequence[Word]], state: Sequence[list[bool]], body: str, words: MentionWords
) -> Iterator[Sighting]:
    """Last names behind a form of address ("Mr Bowen"), where no full name is known."""
    address = load_parts("address")
    for chain, taken in zip(chains, state, strict=True):
        for at, word in enumerate(chain):
            if word.before not in address or taken[at] or word.key in words.closes:
                continue
            if word.facts.opens_name and not word.facts.title:
                taken[at] = True
                yield _sight(chain, at, at, body, "text.addressed", 0.7)
