"""Organisations in running text: known ones, names with a word that only organisations have, and
capitals that the text itself explains ("World Health Organization (WHO)")."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tasks.fields.mentions.capitals import Word
from tasks.fields.mentions.name_parts import load_parts
from tasks.fields.mentions.sightings import Sighting
from tasks.fields.mentions.words import MentionWords
from tasks.identity import fold_name
from tasks.model import MentionKind

# First and last word in a chain, where the name ends in the body, rule, confidence.
Span = tuple[int, int, int, str, float]
MOST_WORDS = 8
_ARTICLE = re.compile(
    r"(?:^|[\s('\"«„“])(?:the|der|die|das|dem|des|den|la|le|les|el|los|las|il|lo|i|gli|o|a|os|as|al|del|della|"
    r"dell|nella|alla|dalla|do|da|no|na|ao|à|de|het|du|au|aux|l['’]|d['’]|zur|zum|vom|beim|im|by|с|в|у|при)\s?\Z",
    re.IGNORECASE,
)


def find_organisations(
    chain: Sequence[Word], body: str, words: MentionWords, taken: list[bool]
) -> Iterator[Sighting]:
    """The organisations in a chain that has an `organised` word; their words become taken."""
    for first, last, end, rule, sure in [
        *_list_known(chain, body),
        *_list_named(chain, words),
    ]:
        if not any(taken[first : last + 1]):
            taken[first : last + 1] = [True] * (last + 1 - first)
            yield _sight(chain, first, last, rule, sure)._replace(
                end=end, key=fold_name(body[chain[first].start : end])
            )


def _sight(chain: Sequence[Word], first: int, last: int, rule: str, sure: float) -> Sighting:
    return Sighting(
        MentionKind.ORGANISATION,
        chain[first].start,
        chain[last].end,
        " ".join(word.key for word in chain[first : last + 1]),
        None,
        rule,
        sure,
    )


def _list_known(chain: Sequence[Word], body: str) -> Iterator[Span]:
    """Names that are named everywhere, the longest first; one word of a longer name is none."""
    for first, word in enumerate(chain):
        for name in word.facts.known:
            end = word.start + len(name)
            if not body.startswith(name, word.start) or _goes_on(body, end):
                continue
            last = first
            while last + 1 < len(chain) and chain[last + 1].start < end:
                last += 1
            if last > first or " " in name or _stands_alone(chain, first):
                yield first, last, max(end, word.end), "text.known", 0.9
            break


def _goes_on(body: str, end: int) -> bool:
    """Whether a word goes on there, but for the s of a genitive."""
    after = body[end : end + 2]
    return after[:1].isalnum() and not (after[0] == "s" and not after[1:].isalnum())


def _stands_alone(chain: Sequence[Word], at: int) -> bool:
    """Whether the word is no part of a longer name: an acronym always, a word by its neighbours."""
    if chain[at].text[:2].isupper():
        return True
    if at + 1 < len(chain) and chain[at + 1].gap == " " and chain[at + 1].facts.given:
        return False
    before = chain[at].gap == " " and not chain[at - 1].first if at else False
    return not before


def _list_named(chain: Sequence[Word], words: MentionWords) -> Iterator[Span]:
    """Names with a word that opens or closes names of organisations."""
    for at, word in enumerate(chain):
        if word.key in words.opens and at + 1 < len(chain) and chain[at + 1].gap:
            last = _reach(chain, at, words)
            if last > at:
                yield _back(chain, at, words), last, chain[last].end, "text.opening-word", 0.8
        elif _closes(word, words) and at and not _closes_again(chain, at, words):
            first = _back(chain, at, words)
            enough = 2 if word.key in load_parts("common") else 1
            if at - first >= enough:
                last = _reach_on(chain, at, words)
                yield first, last, chain[last].end, "text.closing-word", 0.8
        elif word.facts.compound:
            yield at, at, word.end, "text.compound", 0.7


def _closes(word: Word, words: MentionWords) -> bool:
    return word.key in words.closes


def _closes_again(chain: Sequence[Word], at: int, words: MentionWords) -> bool:
    """Whether a later word of the same run closes the name as well: "Department Store Company"."""
    after = at + 1
    while after < len(chain) and chain[after].gap == " " and after - at < 3:
        if _closes(chain[after], words):
            return True
        after += 1
    return False


def _back(chain: Sequence[Word], at: int, words: MentionWords) -> int:
    """The first word of the name that a closing word ends."""
    first = at
    while first and at - first < MOST_WORDS:
        if chain[first].gap != " " and not (
            chain[at].key in load_parts("body") and chain[first].gap == " and "
        ):
            break
        before = chain[first - 1]
        if before.facts.title or (before.first and before.key in load_parts("opening")):
            break
        if before.text.isupper() and len(before.text) > 7:
            break
        first -= 1
    return first


def _reach(chain: Sequence[Word], at: int, words: MentionWords) -> int:
    """The last word of the name that an opening word begins: on over plain and linking words."""
    last = at
    while last + 1 < len(chain) and last + 1 - at < MOST_WORDS:
        gap = chain[last + 1].gap
        if gap != " " and not _links(gap, words):
            break
        if _begins_another(chain, last + 1, last == at, words):
            break
        last += 1
    return last


def _begins_another(chain: Sequence[Word], at: int, bare: bool, words: MentionWords) -> bool:
    """Whether an "and" before the word leads to something else: "… and the Ministry of Ports"."""
    parts = chain[at].gap.split()
    if not parts or parts[0] not in load_parts("and"):
        return False
    return bare or len(parts) > 1 or chain[at].key in words.opens or chain[at].facts.place


def _reach_on(chain: Sequence[Word], at: int, words: MentionWords) -> int:
    """A closed name goes on after "of" and "for": "Department of Climate Change and Energy"."""
    if at + 1 < len(chain) and chain[at + 1].gap.strip() in ("of", "for", "on"):
        return _reach(chain, at, words)
    return at


def _links(gap: str, words: MentionWords) -> bool:
    return all(
        part in words.links or part.rstrip("'’") in ("d", "l", "dell") for part in gap.split()
    )


def find_acronyms(
    chains: Sequence[Sequence[Word]], state: Sequence[list[bool]], body: str
) -> Iterator[Sighting]:
    """Words in capitals that the text names twice, puts into brackets or gives an article."""
    seen = Counter([word.text for chain in chains for word in chain if word.facts.acronym])
    for chain, taken in zip(chains, state, strict=True) if seen else ():
        for at, word in enumerate(chain):
            if word.facts.acronym and not taken[at] and _is_named(chain, at, body, seen):
                taken[at] = True
                yield _sight(chain, at, at, "text.acronym", 0.65)


def _is_named(chain: Sequence[Word], at: int, body: str, seen: Mapping[str, int]) -> bool:
    if _is_shouted(chain, at):
        return False
    word = chain[at]
    bracketed = body[word.start - 1 : word.start] == "(" and body[word.end : word.end + 1] == ")"
    if bracketed and not (at == 0 and body[: word.start - 1].rstrip()[-1:].isalpha()):
        return False
    return seen[word.text] > 1 or bool(_ARTICLE.search(body, max(0, word.start - 8), word.start))


def _is_shouted(chain: Sequence[Word], at: int) -> bool:
    """Whether the words beside it are in capitals as well."""
    near = [chain[i] for i in (at - 1, at + 1) if 0 <= i < len(chain)]
    return any(len(word.text) > 3 and word.text.isupper() for word in near)


def find_called(
    chains: Sequence[Sequence[Word]], state: Sequence[list[bool]], body: str, words: MentionWords
) -> Iterator[Sighting]:
    """Names behind a word that says what they are: "the retailer Exempla", "die Firma Muster"."""
    for chain, taken in zip(chains, state, strict=True):
        for at, word in enumerate(chain):
            if taken[at] or word.first or not word.before or not is_calling(word.before, words):
                continue
            if word.key in words.never or body[word.start - 1] != " " or word.facts.place:
                continue
            last = at
            while (
                last + 1 < len(chain)
                and chain[last + 1].gap == " "
                and not taken[last + 1]
                and last - at < 3
            ):
                last += 1
            taken[at : last + 1] = [True] * (last + 1 - at)
            yield _sight(chain, at, last, "text.called", 0.65)


def is_calling(before: str, words: MentionWords) -> bool:
    """Whether what stands before a name says that it is an organisation's."""
    said = before.rpartition("'")[2].rpartition("’")[2]
    if said in words.callings:
        return True
    return words.nouns and said[:1].isupper() and said.lower().endswith(words.calling_ends)


def spells(acronym: str, chain: Sequence[Word], first: int, last: int) -> bool:
    """Whether the capitals are the first letters of the words, small words left out."""
    initials = "".join(word.text[0] for word in chain[first : last + 1])
    return initials.casefold() == acronym.casefold()
