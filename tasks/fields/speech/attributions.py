"""Who says it, by the words around a quotation: behind it ("…", said Marlen), before it (Marlen
said: "…"), or in the sentence before.

Each reading is an `Attribution`: the phrase that names the speaker, as printed, the verb, and how
it was found. Turning "he" or "the minister" into somebody is the work of `speakers`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tasks.fields.speech.phrases import (
    Kind,
    Phrase,
    Word,
    cut_first,
    cut_last,
    list_words,
    read_capitals,
    read_phrase,
    read_run,
)
from tasks.fields.speech.sayings import Sayings

_EDGE = re.compile(r"[\s,;)\]–—\-.]+")
_FAR, _LONG = 260, 420
_STOPS = frozenset(",;:()[]—–.")
# A Turkish case behind a name's apostrophe.
_CASE_END = re.compile(r"['’](?:n?[aeıiuü]|y[ae])$")
# So many words may stand between a verb and its speaker.
_GAP = 6


class Attribution(NamedTuple):
    """How a speaker is named: `rule` is "after", "before", "colon", "credit" or "sentence"."""

    phrase: Phrase | None
    verb: str | None
    rule: str
    confidence: float


def read_tail(tail: str, sayings: Sayings) -> Attribution | None:
    """The attribution in what follows a quotation, to the end of the sentence."""
    edge = _EDGE.match(tail)
    text = cut_first(tail[edge.end() if edge else 0 :][:_FAR])
    words = list_words(text)[:40]
    if not words:
        return None
    credit = sayings.credit.match(text) if sayings.credit else None
    if credit:
        phrase = _read_from(text, words, credit.end(), sayings)
        if phrase is not None:
            return Attribution(phrase, credit[0], "credit", 0.88)
    clitic = _read_clitic(text, words, sayings)
    if clitic is not None:
        return clitic
    for at, word in enumerate(words):
        if word.text in ";:" or (word.text == "." and at):
            return None
        if is_say(word, sayings) or (at < 4 and word.low in sayings.weak):
            if (word.cap and at) or (sayings.language == "en" and word.low.endswith("ing")):
                continue
            phrase = _find_tail_subject(text, words, at, sayings)
            sure = 0.95 if at < 8 else 0.8
            if phrase is None and at > 3:
                break
            return Attribution(phrase, word.text, "after", sure if phrase else 0.5)
    return _read_credit(text, words, sayings)


def is_say(word: Word, sayings: Sayings) -> bool:
    """Whether a word is a verb of saying; "so" only where it stands for one."""
    return word.low in sayings.say


def _read_from(text: str, words: Sequence[Word], at: int, sayings: Sayings) -> Phrase | None:
    """The phrase that begins at or after a place in the text."""
    index = next((i for i, word in enumerate(words) if word.start >= at), None)
    return read_phrase(text, words, index, sayings) if index is not None else None


def _read_clitic(text: str, words: Sequence[Word], sayings: Sayings) -> Attribution | None:
    """A French inversion: "dit-il", "a-t-elle expliqué"."""
    for at in range(min(3, len(words))):
        head, _, clitic = words[at].low.rpartition("-")
        if clitic not in sayings.pronouns or not head:
            continue
        verb = head.split("-")[0]
        if verb not in sayings.spoken:
            verb = next((w.low for w in words[at + 1 : at + 4] if is_say(w, sayings)), "")
        if verb:
            phrase = Phrase(Kind.PRONOUN, clitic, clitic, at, at)
            return Attribution(phrase, verb, "after", 0.9)
    return None


def _find_tail_subject(
    text: str, words: Sequence[Word], verb: int, sayings: Sayings
) -> Phrase | None:
    """Who speaks, by the words before the verb, else by those behind it."""
    before = _find_before(text, words, verb, sayings) if verb else None
    if before is not None:
        return before
    return find_after(text, words, verb, sayings)


def _find_before(text: str, words: Sequence[Word], verb: int, sayings: Sayings) -> Phrase | None:
    """The subject between a quotation and its verb: at the beginning, else the name between commas
    right before the verb."""
    first = next((i for i in range(verb) if words[i].text not in _STOPS), verb)
    near = verb - 1
    while near > 0 and verb - near < 3 and words[near].low in sayings.helpers:
        near -= 1
    if words[near].low in sayings.pronouns and words[near].low not in sayings.determiners:
        return Phrase(Kind.PRONOUN, words[near].text, words[near].low, near, near)
    phrase = read_phrase(text, words, first, sayings) if first < verb else None
    if phrase is not None and phrase.last < verb and _may_lead(words, phrase, sayings):
        return phrase
    for at in range(verb - 1, max(-1, verb - 8), -1):
        if words[at].text == "," and at + 1 < verb and words[at + 1].cap:
            run = read_run(text, words, at + 1, sayings)
            if run is not None and run.kind is Kind.NAME and run.last < verb:
                return run
    return None


def _may_lead(words: Sequence[Word], phrase: Phrase, sayings: Sayings) -> bool:
    """Whether a phrase at the beginning can be a subject: bare words in lower case cannot."""
    if phrase.kind is not Kind.DESCRIPTION:
        return True
    word = words[phrase.first]
    if word.low in sayings.determiners:
        return word.low not in sayings.aside or word.low in sayings.feminine | sayings.masculine
    return word.cap or sayings.is_role(word.text)


def find_after(text: str, words: Sequence[Word], verb: int, sayings: Sayings) -> Phrase | None:
    """The subject behind a verb: "said the minister", "sagte am Montag Ivo Marlen"."""
    at, limit = verb + 1, min(len(words), verb + 1 + _GAP)
    skipped, placed = False, True
    while at < limit:
        word = words[at]
        if word.text in _STOPS:
            return None
        if word.low in sayings.agents:
            return read_phrase(text, words, at + 1, sayings)
        if word.low in sayings.aside and word.low not in sayings.determiners:
            if skipped:
                return None
            skipped, at = True, at + 2
            before = words[min(at, len(words)) - 1]
            placed = before.cap or sayings.is_role(before.text)
            continue
        if is_say(word, sayings):
            at += 1
            continue
        phrase = read_phrase(text, words, at, sayings)
        if phrase is not None and _is_told(phrase, sayings):
            return None
        if phrase is not None and _may_follow(words, phrase, sayings):
            bare = phrase.kind is Kind.NAME and phrase.raw == phrase.name
            return None if bare and not placed else phrase
        if at == verb + 1 and _is_definite(words, at, sayings):
            return Phrase(Kind.DESCRIPTION, word.text, word.text, at, at)
        at += 1
    return None


def _is_told(phrase: Phrase, sayings: Sayings) -> bool:
    """Whether an agency behind a Slavic verb is who was told: "řekla ČTK"."""
    acronym = phrase.name.isupper() and 1 < len(phrase.name) < 6
    return acronym and sayings.language in ("cs", "pl")


def _is_definite(words: Sequence[Word], at: int, sayings: Sayings) -> bool:
    """Whether a Nordic noun with its article at the end is all that follows the verb."""
    alone = at + 1 == len(words) or words[at + 1].text in _STOPS
    nordic = sayings.language in ("no", "da", "sv") and words[at].low.endswith(("n", "t", "a"))
    return alone and nordic and len(words[at].text) > 4 and words[at].low not in sayings.helpers


def _may_follow(words: Sequence[Word], phrase: Phrase, sayings: Sayings) -> bool:
    if phrase.kind is not Kind.DESCRIPTION:
        return True
    word = words[phrase.first]
    return word.low in sayings.determiners or (
        _has_role(words, phrase, sayings)
        and (sayings.is_role(word.text) or not word.low.endswith(("ně", "nie")))
    )


def _has_role(words: Sequence[Word], phrase: Phrase, sayings: Sayings) -> bool:
    return any(sayings.is_role(w.text) for w in words[phrase.first : phrase.last + 1])


def read_lead(lead: str, sayings: Sayings) -> Attribution | None:
    """The attribution in what stands before a quotation in its sentence."""
    text = cut_last(lead[-_LONG:]).rstrip()
    words = list_words(text)[-45:]
    if not words or words[-1].text == ".":
        return None
    colon = text[-1] in ":："
    credit = _read_credit(text, words, sayings)
    if credit is not None:
        return credit
    behind = _read_behind(text, words, sayings)
    if behind is not None:
        return behind
    verbs = [at for at, word in enumerate(words) if is_say(word, sayings) and not (at and word.cap)]
    if colon:
        verbs += [
            at for at in range(max(0, len(words) - 6), len(words)) if words[at].low in sayings.weak
        ]
    for verb in reversed(verbs):
        phrase = _find_beside(text, words, verb, sayings)
        if phrase is not None:
            return Attribution(phrase, words[verb].text, "before", 0.92 if colon else 0.85)
    view = _read_view(text, words, sayings)
    if view is not None:
        return view
    topic = find_topic(text, words, sayings)
    if verbs:
        return Attribution(topic, words[verbs[-1]].text, "before", 0.75 if topic else 0.5)
    if not colon:
        return None
    if topic is None and len(words) < 8:
        topic = next(iter(reversed(list(list_runs(text, words, sayings)))), None)
    if sayings.language == "de" and topic is not None and not _names_somebody(topic, words):
        topic = None
    return Attribution(topic, None, "colon", 0.85 if topic and len(words) < 8 else 0.6)


def _names_somebody(topic: Phrase, words: Sequence[Word]) -> bool:
    """Whether a German noun can be a name: with a first name or office, or alone before a colon."""
    return " " in topic.name or topic.raw != topic.name or len(words) < 3


def _read_credit(text: str, words: Sequence[Word], sayings: Sayings) -> Attribution | None:
    """ "According to Marlen, …" and its like, in the sentence of the quotation."""
    for match in sayings.credit.finditer(text) if sayings.credit else ():
        phrase = _read_from(text, words, match.end(), sayings)
        if phrase is not None and phrase.kind is not Kind.PRONOUN:
            return Attribution(phrase, match[0], "credit", 0.8)
    return None


def _read_view(text: str, words: Sequence[Word], sayings: Sayings) -> Attribution | None:
    """ "Pour Ada Brook, « … »": the whole of what stands before the quotation."""
    if words[0].low not in sayings.views or words[-1].text != "," or len(words) > 14:
        return None
    phrase = read_phrase(text, words, 1, sayings)
    if phrase is None or phrase.kind is not Kind.NAME or " " not in phrase.name:
        return None
    return Attribution(phrase, words[0].text, "credit", 0.75)


def _read_behind(text: str, words: Sequence[Word], sayings: Sayings) -> Attribution | None:
    """ "Dem Gutachten zufolge …", "Cem Yalın'a göre …": the one before the word."""
    for at, word in enumerate(words[:14]):
        if at and word.low in sayings.behind:
            first = 1 if words[0].low in sayings.determiners or words[0].low == "dem" else 0
            while first < at and not words[first].cap:
                first += 1
            phrase = read_capitals(text, words, first, sayings) if first < at else None
            if phrase is not None and phrase.last == at - 1:
                name = _CASE_END.sub("", phrase.name)
                phrase = phrase._replace(kind=Kind.NAME, name=name)
                return Attribution(phrase, word.text, "credit", 0.8)
    return None


def read_anaphor(tail: str, sayings: Sayings) -> Attribution | None:
    """The attribution in a sentence behind that takes up a quotation: "Das sagte Ada Brook."."""
    text = cut_first(tail.lstrip(' \xa0"”»“’')[:_FAR])
    words = list_words(text)[:16]
    if len(words) < 3 or words[0].low not in sayings.anaphors:
        return None
    for at in range(1, min(6, len(words))):
        if words[at].text in _STOPS:
            return None
        if is_say(words[at], sayings):
            phrase = find_after(text, words, at, sayings)
            if phrase is None or (phrase.kind is Kind.PRONOUN and sayings.language == "en"):
                return None
            return Attribution(phrase, words[at].text, "behind", 0.85)
    return None


def _find_beside(text: str, words: Sequence[Word], verb: int, sayings: Sayings) -> Phrase | None:
    """The subject right before a verb, or right behind it."""
    at = verb - 1
    while at >= max(0, verb - 3) and words[at].text not in _STOPS:
        word = words[at]
        if word.low in sayings.pronouns and word.low not in sayings.determiners:
            return Phrase(Kind.PRONOUN, word.text, word.low, at, at)
        if word.cap and word.low not in sayings.small and (at or verb == 1):
            return _read_back(text, words, at, sayings)
        at -= 1
    phrase = _read_clause(text, words, verb, sayings)
    if phrase is not None:
        return phrase
    if sayings.inverted:
        return find_after(text, words, verb, sayings)
    if verb and words[verb - 1].text != ",":
        return None
    phrase = find_after(text, words, verb, sayings)
    closed = phrase is not None and words[min(phrase.last + 1, len(words) - 1)].text in _STOPS
    return phrase if closed else None


def _read_clause(text: str, words: Sequence[Word], verb: int, sayings: Sayings) -> Phrase | None:
    """The phrase at the beginning of the verb's clause, where it reaches to the verb."""
    at = next((i + 1 for i in range(verb - 1, -1, -1) if words[i].text in _STOPS), 0)
    while at < verb and words[at].low in sayings.small and words[at].low not in sayings.determiners:
        at += 1
    placed = at > 0 and words[at - 1].low in sayings.aside
    phrase = read_phrase(text, words, at, sayings) if at < verb and not placed else None
    if phrase is None or not verb - 3 <= phrase.last < verb:
        return None
    lone = phrase.kind is Kind.NAME and phrase.first == phrase.last == 0
    if lone and sayings.inverted and verb > 1:
        return None
    return phrase if _may_lead(words, phrase, sayings) else None


def _read_back(text: str, words: Sequence[Word], last: int, sayings: Sayings) -> Phrase | None:
    """The name that ends at a word, unless it hangs on a word of aside."""
    first = last
    while first > 0 and text[words[first - 1].end : words[first].start] in (" ", "-", ". ", "\xa0"):
        if not words[first - 1].cap:
            break
        first -= 1
    articled = first > 1 and words[first - 1].low in sayings.determiners
    if articled and words[first - 2].low in sayings.aside:
        return None
    if first > 0 and words[first - 1].low in sayings.aside:
        if first == last or words[first - 1].low not in sayings.inside:
            return None
        first += 1
    return read_run(text, words, first, sayings)


def find_topic(text: str, words: Sequence[Word], sayings: Sayings) -> Phrase | None:
    """The first pronoun or name of a sentence that can be its subject."""
    if words and words[0].low in sayings.determiners:
        phrase = read_phrase(text, words, 0, sayings)
        if phrase is not None and phrase.kind is Kind.NAME:
            return phrase
    at = 0
    while at < len(words):
        word = words[at]
        if word.low in sayings.pronouns and word.low not in sayings.determiners:
            return Phrase(Kind.PRONOUN, word.text, word.low, at, at)
        if word.cap and not (at and words[at - 1].low in sayings.aside):
            run = read_capitals(text, words, at, sayings)
            if (
                run is not None
                and (run.kind is Kind.NAME or at == 0)
                and not _is_adverb(words, run)
            ):
                return run
            at = run.last if run is not None else at
        at += 1
    return None


def _is_adverb(words: Sequence[Word], run: Phrase) -> bool:
    """Whether a single word with a comma opens the sentence: "Critically, …"."""
    if run.last or len(words) < 2 or words[1].text != ",":
        return False
    return words[0].low.endswith(("ly", "mente", "ment", "weise"))


def list_runs(text: str, words: Sequence[Word], sayings: Sayings) -> Iterator[Phrase]:
    """Every name of a sentence, in order."""
    at = 0
    while at < len(words):
        if words[at].cap:
            run = read_run(text, words, at, sayings)
            if run is not None:
                if run.kind is Kind.NAME:
                    yield run
                at = max(at, run.last)
        at += 1
