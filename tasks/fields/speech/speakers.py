"""Who a speaker is: "Marlen" to the full name that the text gives, "she" and "the minister" to
somebody named before.

A `Cast` knows one body, its quotations taken out, and who spoke last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from tasks.fields.bylines.lexicons import load_lexicons
from tasks.fields.speech.attributions import read_lead
from tasks.fields.speech.forms import Forms
from tasks.fields.speech.genders import find_name_gender, find_verb_gender, find_words_gender
from tasks.fields.speech.introductions import Mention, People, Sentence, trim_name, trim_words
from tasks.fields.speech.phrases import (
    PARTICLES,
    Kind,
    Phrase,
    Word,
    cut_first,
    find_last,
    list_words,
    read_capitals,
    read_phrase,
)
from tasks.fields.speech.sayings import Sayings

# So far back in the text somebody is remembered; so many places of a name are looked at.
_BACK, _SENTENCES = 1_600, 14
_PLACES, _NAMES = 20, 200
# What somebody in the sentence before can score at most: a subject of the right gender.
_MOST = 2.2
# fmt: off
_INDEFINITE = frozenset((
    "a", "an", "one", "another", "ein", "eine", "einer", "un", "une", "una", "um", "uma", "uno",
    "een", "en", "et", "ei", "ett", "jeden", "jedna", "один", "одна",
))
# fmt: on
# Languages in which nobody known is meant without an article.
_ARTICLED = frozenset(("en", "de", "fr", "es", "pt", "it", "nl"))
_ENDS = frozenset('.!?…:。！？"”»“')
_JOINTS = frozenset(("zum", "zur", "zwei", "drei"))


def _strip_article(noun: str, language: str) -> str:
    """A Nordic noun without the article at its end: "ministern", "statsråden"."""
    if language not in ("sv", "no", "da"):
        return noun
    for end in ("en", "et", "n", "t"):
        if noun.endswith(end) and len(noun) - len(end) > 3:
            return noun[: -len(end)]
    return noun


class Cast:
    """The people of a text, as they are asked for."""

    def __init__(self, narration: str, sayings: Sayings, names: Sequence[str] = ()) -> None:
        self.narration = narration
        self.sayings = sayings
        self.forms = Forms(narration, sayings, names)
        self.people = People(narration, sayings, self.forms)
        lower = narration.lower()
        self.lower = lower if len(lower) == len(narration) else narration
        self.last: str | None = None
        self.last_at = -1
        self.other: str | None = None
        self.genders: dict[str, str] = {}
        self.introduced: dict[str, tuple[Mention, ...]] = {}

    def remember(self, name: str, at: int) -> None:
        """Note who spoke, and where the quotation ends."""
        if name != self.last:
            self.other = self.last
        self.last, self.last_at = name, at

    def resolve(
        self, phrase: Phrase | None, at: int, verb: str | None = None
    ) -> tuple[str | None, float]:
        """The speaker's name and how sure it is, for a phrase that stands at a place."""
        if phrase is None:
            return None, 0.0
        if phrase.kind is Kind.NAME:
            full = self._find_full(phrase)
            self.forms.hear(full)
            return full, 1.0
        if phrase.kind is Kind.PRONOUN:
            thing = self.sayings.pronouns.get(phrase.name) == "it"
            found = self.find_anybody(at) if thing else self._find_pronoun(phrase.name, at, verb)
            return found, 0.85 if found else 0.0
        return self._resolve_description(phrase, at, verb)

    def _find_full(self, phrase: Phrase) -> str:
        """The full name, without a noun that stands before the first name."""
        trimmed = trim_name(phrase, phrase.first == 0 or phrase.raw != phrase.name, self.sayings)
        full = self.forms.find(trimmed)
        return trim_words(full, self.sayings) if full != trimmed else full

    def _find_pronoun(self, pronoun: str, at: int, verb: str | None) -> str | None:
        """Whom "he" or "she" stands for; somebody once meant by the one is not by the other."""
        kind = self.sayings.pronouns.get(pronoun, "")
        found = self.find_person(at, kind)
        if found is not None and kind in ("he", "she"):
            self.genders.setdefault(found, kind)
        return found

    def find_person(self, at: int, kind: str = "", named: bool = False) -> str | None:
        """Who is meant by a word for one person of a gender ("he", "she", "" for any): the subject
        of the sentences before, or the last speaker, the nearest first; others where their gender
        is known to fit. `named`: nobody that has no name."""
        found = self._weigh_people(at, kind, named)
        return found or (None if named else self._find_topical(at, kind))

    def _weigh_people(self, at: int, kind: str, named: bool) -> str | None:
        scores: dict[str, float] = {}
        heard = self.last is None or (named and not self.last[:1].isupper())
        for far, sentence in enumerate(islice(self.people.list_before(at), _SENTENCES)):
            if sentence.stop < at - _BACK or max(scores.values(), default=-99.0) >= _MOST - far:
                break
            if not heard and self.last is not None and sentence.start < self.last_at:
                heard = True
                self._weigh(scores, self.last, 1.3 - far, kind)
            for mention in sentence.mentions:
                if mention.start < at:
                    known = self.genders.get(mention.name) or mention.gender
                    bonus = 1.6 if mention.subject else 0.0
                    self._weigh(scores, mention.name, bonus - far, kind, known)
            if far == 0 and not named and not any(m.subject for m in sentence.mentions):
                self._weigh_described(scores, sentence, at, kind)
        best = max(scores, key=lambda name: scores[name], default=None)
        return best if best is not None and (kind or scores[best] > -3) else None

    def _weigh_described(
        self, scores: dict[str, float], sentence: Sentence, at: int, kind: str
    ) -> None:
        """Note somebody without a name that the sentence before is about: "The woman ran."."""
        text = self.narration[sentence.start : min(sentence.stop, at, sentence.start + 120)]
        words = list_words(text)
        if not words or words[0].low not in self.sayings.determiners:
            return
        phrase = read_phrase(text, words, 0, self.sayings)
        if phrase is None or phrase.kind is not Kind.DESCRIPTION or phrase.last > 3:
            return
        heads = words[phrase.first + 1 : phrase.last + 1]
        if not heads or not self.sayings.is_somebody(heads[0].text):
            return
        described = find_words_gender(words[phrase.first : phrase.last + 1], self.sayings)
        if kind in ("he", "she") and described and described != kind:
            return
        if len(heads) > 1:
            return
        named = self._find_introduced(heads, described, sentence.start)
        name = named or self.print_description(phrase.raw)
        scores[name] = max(scores.get(name, -9.0), 1.6)

    def _weigh(
        self, scores: dict[str, float], name: str, score: float, kind: str, known: str = ""
    ) -> None:
        """Note how near somebody is; who is of the other gender never."""
        known = known or self._find_gender(name)
        if kind in ("he", "she") and known:
            if known != kind:
                return
            score += 0.6
        if score > scores.get(name, -99.0):
            scores[name] = score

    def _find_gender(self, name: str) -> str:
        return self.genders.get(name) or find_name_gender(name, self.sayings.language)

    def _find_topical(self, at: int, kind: str) -> str | None:
        """The last speaker, or the person that a sentence since then is about."""
        for start, stop in self._list_sentences(at):
            person = self.find_topic_person(start, stop)
            if person is not None and self._fits(person, kind):
                return person
        near = self.last is not None and self.last_at >= at - 2 * _BACK
        if near and self._fits(self.last or "", kind):
            return self.last
        return self.other if near and self._fits(self.other or "", kind) else None

    def _fits(self, name: str, kind: str) -> bool:
        return kind not in ("he", "she") or (self._find_gender(name) or kind) == kind

    def find_anybody(self, at: int) -> str | None:
        """The person or body that was last named as saying something, or is a sentence's topic."""
        for start, stop in islice(self._list_sentences(at), 5):
            found = self._read_saying(start, stop)
            if found is not None and found.kind is not Kind.PRONOUN:
                return self.resolve(found, start)[0]
            person = self.find_topic_person(start, stop)
            if person is not None:
                return person
        return self.last if self.last_at >= at - _BACK else None

    def _read_saying(self, start: int, stop: int) -> Phrase | None:
        """The subject of a sentence's verb of saying."""
        found = read_lead(self.narration[start:stop].rstrip(" .!?…\n")[:400], self.sayings)
        if found is None or found.verb is None or found.confidence < 0.8:
            return None
        return found.phrase

    def find_topic(self, at: int) -> str | None:
        """The person that the two sentences before a place are about. In German every noun has a
        capital: nobody."""
        if self.sayings.language == "de":
            return None
        near = islice(self._list_sentences(at), 2)
        people = (self.find_topic_person(start, stop) for start, stop in near)
        return next((person for person in people if person is not None), None)

    def _list_sentences(self, at: int) -> Iterator[tuple[int, int]]:
        """The sentences before a place, the nearest first, back to the last quotation; headings are
        none."""
        stop = at
        for _ in range(_SENTENCES):
            start = self._find_sentence(stop)
            if start is None or start < at - _BACK or stop <= self.last_at:
                return
            begin = max(start, self.last_at)
            if stop == at or not self._is_heading(start, stop):
                yield begin, stop
            if begin > start:
                return
            stop = start

    def _is_heading(self, start: int, stop: int) -> bool:
        """Whether a sentence is a paragraph that ends like none."""
        text = self.narration[start:stop].rstrip()
        return self._opens_paragraph(start) and text[-1:] not in _ENDS and len(text) < 120

    def _opens_paragraph(self, at: int) -> bool:
        return not self.narration[self.narration.rfind("\n", 0, at) + 1 : at].strip()

    def _find_sentence(self, stop: int) -> int | None:
        """Where the sentence that ends at a place begins."""
        while stop > 0 and self.narration[stop - 1].isspace():
            stop -= 1
        if stop <= 0:
            return None
        start = max(self.narration.rfind("\n", 0, stop) + 1, stop - 600)
        return start + find_last(self.narration[start : stop - 1] + " ")

    def find_topic_person(self, start: int, stop: int) -> str | None:
        """The person a sentence is about: its first name that has a full form."""
        said = self._read_saying(start, stop)
        if said is not None and said.kind is Kind.PRONOUN:
            return None
        if said is not None and said.kind is Kind.NAME:
            full = self.forms.find(said.name)
            if self.is_person(full):
                return full
        return self._find_first_person(self.narration[start:stop].rstrip(" .!?…\n")[:400])

    def _find_first_person(self, text: str) -> str | None:
        """The first person of a sentence, who has something in it ("Giuffre's allegations") or can
        be its subject; nobody where a pronoun comes first."""
        words = list_words(text)
        skip = -1
        for at, word in enumerate(words):
            if word.low in self.sayings.pronouns and word.low not in self.sayings.determiners:
                return None
            if at <= skip or not word.cap:
                continue
            if word.low.endswith(("'s", "’s")):
                full = self.forms.find(word.text[:-2])
                if self.is_person(full):
                    return full
            run = read_capitals(text, words, at, self.sayings)
            skip = run.last if run is not None else at
            if run is None or run.kind is not Kind.NAME:
                continue
            if at and words[at - 1].low in self.sayings.aside:
                continue
            person = self._find_somebody(run, words)
            if person is not None:
                return person
        return None

    def _find_somebody(self, run: Phrase, words: Sequence[Word]) -> str | None:
        """The full name, where it is surely a person's: with a title, called by the surname
        elsewhere, or without an article at the beginning of a sentence."""
        full = self.forms.find(run.name)
        before = words[run.first - 1] if run.first else None
        if self._is_titled(run, before) or full in self.forms.people:
            return full
        opens = before is None
        if self.sayings.language == "de" and " " in run.name:
            surname = run.name.split()[0]
            known = self.forms.find(surname)
            if known.endswith(f" {surname}"):
                return known
        articled = before is not None and before.low in self.sayings.determiners
        if articled or not self.is_person(full) or self._is_noun(full, opens):
            return None
        linked = any(word in PARTICLES for word in full.split())
        return full if opens or linked or full != run.name or self._has_surname(full) else None

    def _is_titled(self, run: Phrase, before: Word | None) -> bool:
        """Whether an office or a trade stands before a name."""
        if before is not None and not before.cap and self.sayings.is_role(before.text):
            return True
        return any(self.sayings.is_role(word) for word in run.raw[: -len(run.name)].split())

    def _has_surname(self, name: str) -> bool:
        """Whether the last word of a name stands somewhere without the first."""
        last = name.split()[-1]
        return self.narration.count(last) > self.narration.count(name)

    def _is_noun(self, name: str, opens: bool) -> bool:
        """Whether a German run looks like adjective and noun, and no one calls it by the last word
        alone."""
        if self.sayings.language != "de" or name == self.last or name in self.forms.people:
            return False
        first, *_, last = name.split()
        if first.endswith(("e", "en", "es", "er")) and f" {first.lower()} " in self.narration:
            return True
        return first.lower() in _JOINTS or (not opens and self.narration.count(last) < 2)

    def is_person(self, name: str) -> bool:
        """Whether a name looks like a person's: two to five words, no organisation's."""
        words = name.split()
        return 2 <= len(words) <= 5 and not load_lexicons().is_organisation(name)

    def _resolve_description(
        self, phrase: Phrase, at: int, verb: str | None
    ) -> tuple[str | None, float]:
        """Somebody introduced with the same noun, else whom the definite article can mean, else
        the description as printed."""
        words = list_words(phrase.raw)
        articled = bool(words) and words[0].low in self.sayings.determiners
        heads = words[1:] if articled else words
        if not heads or (articled and self._is_indefinite(words[0])):
            return self.print_description(phrase.raw), 0.75
        kind = find_words_gender(words, self.sayings) or find_verb_gender(verb, self.sayings)
        named = self._find_introduced(heads, kind, at) or self._find_behind(heads[0].text)
        if named is not None:
            return named, 0.85
        bare = not articled and self.sayings.determiners and self.sayings.language in _ARTICLED
        if not bare and self._is_pronominal(heads):
            person = self.find_person(at, kind, named=True)
            if person is not None:
                return person, 0.65
        return self.print_description(phrase.raw), 0.75

    def _is_indefinite(self, article: Word) -> bool:
        """Whether an article introduces somebody; "a" is definite in Portuguese and Hungarian."""
        definite = article.low == "a" and self.sayings.language in ("pt", "hu")
        return article.low in _INDEFINITE and not definite

    def _is_pronominal(self, heads: Sequence[Word]) -> bool:
        """Whether a description says hardly more than a pronoun: "the 56-year-old", "der Coach"."""
        head = heads[0]
        described = [word for word in heads[1:] if word.low not in self.sayings.links]
        if head.text[0].isdigit():
            return len(heads) < 3
        if any(word.cap for word in described) and self.sayings.language != "de":
            return False
        return len(described) < 2 and any(self.sayings.is_somebody(w.text) for w in heads[:2])

    def _find_introduced(self, heads: Sequence[Word], kind: str, at: int) -> str | None:
        """The person that the text introduces with a noun, the nearest before a place first."""
        key = heads[0].low
        if key not in self.introduced and len(self.introduced) < _NAMES:
            self.introduced[key] = tuple(self._list_introduced(heads))
        found = self.introduced.get(key, ())
        wanted = {w.low for w in heads[1:] if len(w.low) > 3 and w.low not in self.sayings.links}
        fitting = [m for m in found if not wanted or wanted & m.words or len(m.words) < 3]
        fitting = [m for m in fitting if self._is_of(m, kind)] or fitting
        before = [m for m in fitting if m.start < at]
        return before[-1].name if before else fitting[0].name if fitting else None

    def _list_introduced(self, heads: Sequence[Word]) -> Iterator[Mention]:
        """The people that stand beside a noun in the text, in order."""
        stem = _strip_article(heads[0].low, self.sayings.language)
        if len(stem) < 3:
            return
        at, read = self.lower.find(stem), set[int]()
        for _ in range(_PLACES):
            if at < 0:
                return
            sentence = self.people.find_sentence(at)
            if sentence is not None and sentence.start not in read:
                read.add(sentence.start)
                yield from (m for m in sentence.mentions if self._introduces(m, stem))
            at = self.lower.find(stem, at + len(stem))

    def _find_behind(self, head: str) -> str | None:
        """The name that the text puts behind a noun, of whatever look."""
        at = self.narration.find(head)
        for _ in range(_PLACES):
            if at < 0:
                return None
            text = cut_first(self.narration[at : at + 110].split("\n", 1)[0])
            words = list_words(text)
            if words and words[0].text == head:
                phrase = read_phrase(text, words, 0, self.sayings)
                if phrase is not None and phrase.kind is Kind.NAME and phrase.name != head:
                    full = self.forms.find(phrase.name)
                    if self.is_person(full):
                        return full
            at = self.narration.find(head, at + len(head))
        return None

    def _is_of(self, mention: Mention, kind: str) -> bool:
        """Whether nothing tells that a person is not of a gender."""
        gender = self.genders.get(mention.name) or mention.gender
        return not kind or not gender or kind == gender

    def _introduces(self, mention: Mention, stem: str) -> bool:
        """Whether a person is introduced with a noun, alone or at the end of a compound."""
        return any(
            word == stem
            or _strip_article(word, self.sayings.language) == stem
            or (len(stem) > 4 and word.endswith(stem))
            for word in mention.words
        )

    def print_description(self, raw: str) -> str:
        """A description as printed; its article in lower case."""
        head, _, rest = raw.partition(" ")
        return (
            f"{head.lower()} {rest}" if head.lower() in self.sayings.determiners and rest else raw
        )
