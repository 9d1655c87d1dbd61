"""People, organisations and places that a text names: what the text itself introduces, what
everybody knows, and places by the gazetteer. No model, one pass over the body.

Precision comes first: a name of a person needs a first name, a title, an age or the like beside
it, a small town a word that leads to places, capitals an explanation. In German, which writes
nouns with a capital, only known first names open a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tasks.fields.mentions.capitals import Word, is_within, list_chains, list_titled
from tasks.fields.mentions.organisations import (
    find_acronyms,
    find_called,
    find_organisations,
    spells,
)
from tasks.fields.mentions.people import find_people, find_titled
from tasks.fields.mentions.places import find_places
from tasks.fields.mentions.sightings import Sighting
from tasks.fields.mentions.unspaced import find_unspaced
from tasks.fields.mentions.words import MentionWords, list_stems, load_mention_words
from tasks.identity import fold_name
from tasks.model import Author, AuthorKind, Mention, MentionKind

# No more of a body is read: what is named later is named before, and the cost stays bounded.
MOST_LETTERS = 60_000
_AGAIN = 0.8


def find_mentions(
    body: str, language: str | None, signers: Sequence[str] = ()
) -> tuple[Mention, ...]:
    """Every name in the body, by first appearance, with the offsets and forms of all appearances.

    `language` is ISO 639-1; without one, English words are looked for. `signers` are names of
    authors: one that the text names is a person.
    """
    body = body[:MOST_LETTERS]
    words = load_mention_words(language or "en")
    chains = list_chains(body, language or "en")
    sightings = _read_chains(chains, body, words, signers)
    sightings += find_unspaced(body, language)
    return tuple(join_sightings(body, sightings))


def name_people(authors: Iterable[Author]) -> tuple[str, ...]:
    """The names of the people among the authors."""
    return tuple(author.name for author in authors if author.kind is AuthorKind.PERSON)


def pick_people(mentions: Iterable[Mention]) -> tuple[str, ...]:
    """The names of the people among the mentions of a body."""
    return tuple(mention.name for mention in mentions if mention.kind is MentionKind.PERSON)


def _read_chains(
    chains: Sequence[Sequence[Word]], body: str, words: MentionWords, signers: Sequence[str]
) -> list[Sighting]:
    found: list[Sighting] = []
    titled = list_titled(body)
    lower = frozenset(body.split())
    state = [_mark_titled(chain, titled) for chain in chains]
    found += _find_signers(chains, state, frozenset(map(fold_name, signers)), body)
    for chain, taken in zip(chains, state, strict=True):
        if any(word.facts.organised for word in chain):
            found += find_organisations(chain, body, words, taken)
        if len(chain) > 1:
            found += find_people(chain, body, words, taken, lower)
    found += _explain_acronyms(chains, body, state)
    people = _list_people(found)
    if people:
        found += _find_surnames(chains, state, people, words, titled)
    found += find_titled(chains, state, body, words)
    found += find_called(chains, state, body, words)
    found += find_acronyms(chains, state, body)
    found += find_places(chains, state, body, words)
    found += _find_again(chains, state, found)
    return found


def _find_again(
    chains: Sequence[Sequence[Word]], state: Sequence[list[bool]], found: Sequence[Sighting]
) -> list[Sighting]:
    """Places and organisations of one word that the text has made sure of, where they stand
    without what made sure of them: "in Israel" makes every "Israel" a place, but not the one of
    "Israel Katz"."""
    person = MentionKind.PERSON
    known = {s.start: s for s in found if s.kind is not person}
    if not known:
        return []
    named = {
        word.key: known[word.start]
        for chain in chains
        for word in chain
        if word.start in known and known[word.start].end == word.end
    }
    again = []
    for chain, taken in zip(chains, state, strict=True) if named else ():
        for at, word in enumerate(chain):
            if taken[at] or word.key not in named or _shares_name(chain, at, taken):
                continue
            first = named[word.key]
            sure = min(first.confidence, _AGAIN)
            taken[at] = True
            again.append(
                first._replace(start=word.start, end=word.end, rule="text.again", confidence=sure)
            )
    return again


def _shares_name(chain: Sequence[Word], at: int, taken: Sequence[bool]) -> bool:
    """Whether a word that nothing has taken stands right beside it."""
    after = at + 1 < len(chain) and chain[at + 1].gap == " " and not taken[at + 1]
    before = chain[at].gap == " " and not taken[at - 1] and not chain[at - 1].first
    return after or before


def _mark_titled(chain: Sequence[Word], titled: Sequence[tuple[int, int]]) -> list[bool]:
    """Which words of a chain are taken from the start, because they stand in a headline."""
    if titled and is_within(titled, chain[0].start):
        return [True] * len(chain)
    return [False] * len(chain)


def _explain_acronyms(
    chains: Sequence[Sequence[Word]], body: str, state: Sequence[list[bool]]
) -> list[Sighting]:
    """Organisations with their short form in brackets behind: both, in all places."""
    short: dict[str, str] = {}
    found = []
    for index, chain in enumerate(chains[1:], 1):
        word, before = chain[0], chains[index - 1]
        if not word.facts.acronym or body[before[-1].end : word.start] != " (":
            continue
        first = _find_spelled(word.text, before)
        if first is None:
            continue
        last = len(before) - 1
        key = " ".join(w.key for w in before[first:])
        short[word.text] = key
        if not any(state[index - 1][first:]):
            state[index - 1][first:] = [True] * (last + 1 - first)
            found.append(
                Sighting(
                    MentionKind.ORGANISATION,
                    before[first].start,
                    before[last].end,
                    key,
                    None,
                    "text.explained",
                    0.9,
                )
            )
    for chain, taken in zip(chains, state, strict=True) if short else ():
        for at, word in enumerate(chain):
            if not taken[at] and word.text in short:
                taken[at] = True
                found.append(
                    Sighting(
                        MentionKind.ORGANISATION,
                        word.start,
                        word.end,
                        short[word.text],
                        None,
                        "text.explained",
                        0.9,
                    )
                )
    return found


def _find_spelled(acronym: str, chain: Sequence[Word]) -> int | None:
    """Where the words begin whose first letters are the acronym's."""
    first = len(chain) - len(acronym)
    if first >= 0 and spells(acronym, chain, first, len(chain) - 1):
        return first
    return None


def _find_signers(
    chains: Sequence[Sequence[Word]],
    state: Sequence[list[bool]],
    signers: frozenset[str],
    body: str,
) -> list[Sighting]:
    """The authors, where the body names them."""
    found = []
    heads = {signer.partition(" ")[0] for signer in signers}
    for chain, taken in zip(chains, state, strict=True) if signers else ():
        for first in range(len(chain) - 1):
            if chain[first].key.partition(" ")[0] not in heads:
                continue
            for last in range(first + 1, min(len(chain), first + 4)):
                start, end = chain[first].start, chain[last].end
                key = fold_name(body[start:end])
                if key in signers and not any(taken[first : last + 1]):
                    taken[first : last + 1] = [True] * (last + 1 - first)
                    found.append(
                        Sighting(MentionKind.PERSON, start, end, key, None, "byline.author", 0.9)
                    )
    return found


def _list_people(found: Iterable[Sighting]) -> dict[str, list[Sighting]]:
    """Folded last name → the people who bear it."""
    people: dict[str, list[Sighting]] = {}
    for sighting in found:
        if sighting.kind is MentionKind.PERSON:
            names = [n for n in sighting.key.split() if n not in ("jr", "sr", "ii", "iii", "iv")]
            for name in {names[-1], " ".join(names[-2:]) if len(names) > 2 else names[-1]}:
                people.setdefault(name, []).append(sighting)
                for stem in _list_case_stems(name):
                    people.setdefault(stem, []).append(sighting)
    return people


def _list_case_stems(name: str) -> list[str]:
    """Forms that the same last name may have in another case, for Cyrillic."""
    return [stem for stem in list_stems(name) if len(stem) > 3]


def _find_surnames(
    chains: Sequence[Sequence[Word]], state: Sequence[list[bool]],
    people: dict[str, list[Sighting]], words: MentionWords, titled: Sequence[tuple[int, int]],
) -> Iterator[Sighting]:  # fmt: skip
    """Last names alone, each the name of the last person called so before it."""
    for chain, taken in zip(chains, state, strict=True):
        for at, word in enumerate(chain):
            bearers = _find_bearers(word.key, people)
            if not bearers or len(word.text) < 3 or word.key in words.never:
                continue
            inside = taken[at] and is_within(titled, word.start)
            if taken[at] and not inside:
                continue
            if word.gap == " " and chain[at - 1].facts.given and not inside:
                continue
            before = [b for b in bearers if b.start < word.start] or bearers[:1]
            taken[at] = True
            key = before[-1].key
            yield Sighting(
                MentionKind.PERSON, word.start, word.end, key, None, "text.last-name", 0.85
            )


def _find_bearers(key: str, people: dict[str, list[Sighting]]) -> list[Sighting]:
    found = people.get(key)
    if found is None and key[-1:] == "s":
        found = people.get(key[:-1])
    if found is None and key[-1:] > "\u03ff":
        found = next((people[stem] for stem in list_stems(key) if stem in people), None)
    return found or []


def join_sightings(body: str, sightings: Iterable[Sighting]) -> list[Mention]:
    """One mention a name, by first appearance."""
    person, organisation = MentionKind.PERSON, MentionKind.ORGANISATION
    groups: dict[tuple[MentionKind, str, str | None], list[Sighting]] = {}
    aliases = _merge_people([s for s in sightings if s.kind is person])
    for s in sorted(sightings, key=lambda s: s.start):
        key = aliases.get(s.key, s.key) if s.kind is person else s.key
        if s.kind is organisation and key.startswith("the "):
            key = key[4:]
        groups.setdefault((s.kind, key, s.country), []).append(s)
    return [_make_mention(body, group) for group in groups.values()]


def _merge_people(sightings: Sequence[Sighting]) -> dict[str, str]:
    """Names that differ in middle names, initials or case only → one of them."""
    found: dict[str, str] = {}
    known: dict[tuple[str, str], str] = {}
    for s in sorted(sightings, key=lambda s: s.start):
        parts = [p for p in s.key.split() if p not in ("jr", "sr", "ii", "iii", "iv")]
        if not parts:
            continue
        key = (_stem(parts[0]), _stem(parts[-1]))
        found[s.key] = known.setdefault(key, s.key)
    return found


def _stem(name: str) -> str:
    """A name without the ending of its case, in Cyrillic."""
    if not "\u0400" <= name[-1:] <= "\u052f":
        return name
    for ending in (
        "ого",
        "ому",
        "ому",
        "его",
        "ему",
        "ой",
        "ий",
        "ый",
        "ом",
        "ем",
        "ым",
        "им",
        "ей",
    ):
        if name.endswith(ending) and len(name) > len(ending) + 2:
            return name[: -len(ending)]
    return name.rstrip("аяуюеыийь") or name


def _make_mention(body: str, group: Sequence[Sighting]) -> Mention:
    forms = list(dict.fromkeys(body[s.start : s.end] for s in group))
    best = max(group, key=lambda s: s.confidence)
    return Mention(
        name=_choose_name(forms),
        kind=group[0].kind,
        offsets=tuple(s.start for s in group),
        forms=tuple(forms),
        country=group[0].country,
        rule=best.rule,
        confidence=round(best.confidence, 2),
    )


def _choose_name(forms: Sequence[str]) -> str:
    """The form with the most words; of those in Cyrillic the shortest, the nominative mostly."""
    most = max(len(form.split()) for form in forms)
    fullest = [form for form in forms if len(form.split()) == most]
    if "\u0400" <= fullest[0][-1:] <= "\u052f":
        return min(fullest, key=len)
    return fullest[0] if most > 1 else max(fullest, key=len) if fullest[0].isupper() else fullest[0]
