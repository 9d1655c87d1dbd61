"""Who a speaker is: "Marlen" to the full name that the text gives, "she" and "the minister" to
somebody named before.

A `Cast` knows one body, its quotations taken out, and who spoke last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from tasks.fields.attributions import read_lead
from tasks.fields.forms import Forms
from tasks.fields.lexicons import load_lexicons
from tasks.fields.phrases import (
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
from tasks.fields.sayings import Sayings

# So far back in the text somebody is remembered; so many places of a name are looked at.
_BACK, _SENTENCES = 1_600, 14
_PLACES, _NAMES = 20, 200
# fmt: off
_INDEFINITE = frozenset((
    "a", "an", "one", "another", "ein", "eine", "einer", "un", "une", "una", "um", "uma", "uno",
    "een", "en", "et", "ei", "ett", "jeden", "jedna", "один", "одна",
))
# fmt: on
_ENDS = frozenset('.!?…:。！？"”»“')
_JOINTS = frozenset(("zum", "zur", "zwei", "drei"))


class Cast:
    """The people of a text, as they are asked for."""

    def __init__(self, narration: str, sayings: Sayings, names: Sequence[str] = ()) -> None:
        self.narration = narration
        self.sayings = sayings
        self.forms = Forms(narration, sayings, names)
        self.last: str | None = None
        self.last_at = -1
        self.other: str | None = None
        self.genders: dict[str, str] = {}
        self.introduced: dict[str, str | None] = {}

    def remember(self, name: str, at: int) -> None:
        """Note who spoke, and where the quotation ends."""
        if name != self.last:
            self.other = self.last
        self.last, self.last_at = name, at

    def resolve(self, phrase: Phrase | None, at: int) -> tuple[str | None, float]:
        """The speaker's name and how sure it is, for a phrase that stands at a place."""
        if phrase is None:
            return None, 0.0
        if phrase.kind is Kind.NAME:
            full = self.forms.find(phrase.name)
            self.forms.hear(full)
            return full, 1.0
        if phrase.kind is Kind.PRONOUN:
            thing = self.sayings.pronouns.get(phrase.name) == "it"
            found = self.find_anybody(at) if thing else self._find_pronoun(phrase.name, at)
            return found, 0.85 if found else 0.0
        return self._resolve_description(phrase, at)

    def _find_pronoun(self, pronoun: str, at: int) -> str | None:
        """Whom "he" or "she" stands for; somebody once meant by the one is not by the other."""
        kind = self.sayings.pronouns.get(pronoun, "")
        found = self.find_person(at, kind)
        if found is not None and kind in ("he", "she"):
            self.genders.setdefault(found, kind)
        return found

    def find_person(self, at: int, kind: str = "") -> str | None:
        """The last speaker, or the person named since then; of the gender of `kind`, where it is
        known."""
        for start, stop in self._list_sentences(at):
            person = self.find_topic_person(start, stop)
            if person is not None and self._fits(person, kind):
                return person
        near = self.last is not None and self.last_at >= at - 2 * _BACK
        if near and self._fits(self.last or "", kind):
            return self.last
        return self.other if near and self._fits(self.other or "", kind) else None

    def _fits(self, name: str, kind: str) -> bool:
        return kind not in ("he", "she") or self.genders.get(name, kind) == kind

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

    def _resolve_description(self, phrase: Phrase, at: int) -> tuple[str | None, float]:
        """Somebody introduced with the same noun, else whom the definite article can mean, else
        the description as printed."""
        words = list_words(phrase.raw)
        articled = bool(words) and words[0].low in self.sayings.determiners
        heads = words[1:] if articled else words
        if not heads:
            return phrase.raw, 0.7
        if heads[0].text not in self.introduced and len(self.introduced) < _NAMES:
            self.introduced[heads[0].text] = self._find_introduced(heads[0].text)
        named = self.introduced.get(heads[0].text)
        if named is not None:
            return named, 0.8
        definite = articled and words[0].low not in _INDEFINITE
        if definite and self._is_pronominal(heads):
            person = self.find_person(at)
            if person is not None:
                return person, 0.65
        return self.print_description(phrase.raw), 0.75

    def _is_pronominal(self, heads: Sequence[Word]) -> bool:
        """Whether a description says hardly more than a pronoun: "the 56-year-old", "der Coach"."""
        head = heads[0]
        return len(heads) < 3 and (head.text[0].isdigit() or self.sayings.is_role(head.text))

    def _find_introduced(self, head: str) -> str | None:
        """The name that the text puts behind a noun."""
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

    def print_description(self, raw: str) -> str:
        """A description as printed; its article in lower case."""
        head, _, rest = raw.partition(" ")
        return (
            f"{head.lower()} {rest}" if head.lower() in self.sayings.determiners and rest else raw
        )
