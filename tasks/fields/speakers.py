"""Who a speaker is: "Marlen" to the full name that the text gives, "she" and "the minister" to
somebody named before.

A `Cast` knows one body, its quotations taken out, and who spoke last.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from tasks.fields.attributions import find_topic
from tasks.fields.lexicons import fold_name, load_lexicons
from tasks.fields.phrases import (
    Kind,
    Phrase,
    Word,
    find_last,
    list_words,
    read_phrase,
    read_run,
)
from tasks.fields.sayings import Sayings

# So far back in the text somebody is remembered; so many places of a name are looked at.
_BACK, _SENTENCES = 1_600, 14
_PLACES, _NAMES = 30, 200
_INDEFINITE = frozenset(
    "a an one another ein eine einer un une una um uma uno een en et ei ett jeden jedna один одна один".split()
)
_INITIAL = re.compile(r"^[^\W\d_]\.?$")


class Cast:
    """The people of a text, as they are asked for."""

    def __init__(self, narration: str, sayings: Sayings, names: Sequence[str] = ()) -> None:
        self.narration = narration
        self.sayings = sayings
        self.known = {fold_name(name).split()[-1]: name for name in reversed(names) if fold_name(name)}
        self.full: dict[str, str] = {}
        self.last: str | None = None
        self.last_at = -1

    def remember(self, name: str | None, at: int) -> None:
        """Note who spoke, and where."""
        if name is not None:
            self.last, self.last_at = name, at

    def resolve(self, phrase: Phrase | None, at: int) -> tuple[str | None, float]:
        """The speaker's name and how sure it is, for a phrase that stands at a place."""
        if phrase is None:
            return None, 0.0
        if phrase.kind is Kind.NAME:
            return self.find_full(phrase.name), 1.0
        if phrase.kind is Kind.PRONOUN:
            found = self.find_person(at)
            return found, 0.85 if found else 0.0
        return self._resolve_description(phrase, at)

    def find_full(self, name: str) -> str:
        """The fullest form of a name in the text."""
        if name not in self.full:
            full = self._search_full(name) if len(self.full) < _NAMES else name
            self.full[name] = full
        return self.full[name]

    def _search_full(self, name: str) -> str:
        parts = name.split()
        if len(parts) == 2 and _INITIAL.match(parts[0]):
            full = self._search_surname(parts[1])
            return full if full is not None and full[0] == parts[0][0] else name
        if len(parts) != 1:
            return name
        known = self.known.get(fold_name(name))
        return known or self._search_surname(name) or name

    def _search_surname(self, name: str) -> str | None:
        """The commonest longer form that ends with the name, else the one that begins with it."""
        ending: Counter[str] = Counter()
        beginning: Counter[str] = Counter()
        at = self.narration.find(name)
        for _ in range(_PLACES):
            if at < 0:
                break
            form = self._read_form(at, name)
            if form is not None:
                (ending if form.endswith(name) else beginning)[form] += 1
            at = self.narration.find(name, at + len(name))
        for forms in (ending, beginning):
            if forms:
                return forms.most_common(1)[0][0]
        return None

    def _read_form(self, at: int, name: str) -> str | None:
        """The run of capitals around a place, where it is longer than the name."""
        start = max(self.narration.rfind("\n", 0, at) + 1, at - 60)
        text = self.narration[start : at + len(name) + 40].split("\n", 1)[0]
        words = list_words(text)
        index = next((i for i, word in enumerate(words) if word.start == at - start), None)
        if index is None or words[index].text != name:
            return None
        first = index
        while first > 0 and self._joins(text, words, first):
            first -= 1
        run = self._read_trimmed(text, words, first)
        if run is None or " " not in run.name or not run.first <= index <= run.last:
            return None
        form = run.name
        if form.startswith((f"{name} ", f"{name}-")) or form.endswith(f" {name}"):
            return form
        return None

    def _joins(self, text: str, words: Sequence[Word], first: int) -> bool:
        """Whether the word before belongs to the same run."""
        before = words[first - 1]
        gap = text[before.end : words[first].start]
        return before.cap and gap in (" ", "-", ". ", "\xa0") and before.low not in self.sayings.small

    def _read_trimmed(self, text: str, words: Sequence[Word], first: int) -> Phrase | None:
        """The run at a word; in German the noun behind an article is none of the name."""
        german = self.sayings.language == "de"
        if german and first and words[first - 1].low in self.sayings.determiners:
            first += 1
        return read_run(text, words, first, self.sayings) if first < len(words) else None

    def find_person(self, at: int) -> str | None:
        """Whom a pronoun at a place stands for: the last speaker, or somebody named since then."""
        stop = at
        for _ in range(_SENTENCES):
            start = self._find_sentence(stop)
            if start is None or start < at - _BACK:
                break
            if start <= self.last_at:
                return self.last
            person = self.find_topic_person(start, stop)
            if person is not None:
                return person
            stop = start
        return self.last if self.last_at >= at - 2 * _BACK else None

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
        text = self.narration[start:stop]
        words = list_words(text[:400])
        topic = find_topic(text, words, self.sayings)
        if topic is not None and topic.kind is Kind.PRONOUN:
            return None
        if topic is not None and (full := self.find_full(topic.name)) and self.is_person(full):
            return full
        return self._find_possessor(words)

    def _find_possessor(self, words: Sequence[Word]) -> str | None:
        """ "Giuffre's allegations": the one who has them."""
        for word in words[:12]:
            if word.cap and word.low.endswith(("'s", "’s")):
                full = self.find_full(word.text[:-2])
                if self.is_person(full):
                    return full
        return None

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
        named = self._find_introduced(heads[0].text)
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
            text = self.narration[at : at + 110].split("\n", 1)[0]
            words = list_words(text)
            if words and words[0].text == head:
                phrase = read_phrase(text, words, 0, self.sayings)
                if phrase is not None and phrase.kind is Kind.NAME and phrase.name != head:
                    full = self.find_full(phrase.name)
                    if self.is_person(full):
                        return full
            at = self.narration.find(head, at + len(head))
        return None

    def print_description(self, raw: str) -> str:
        """A description as printed; its article in lower case."""
        head, _, rest = raw.partition(" ")
        return f"{head.lower()} {rest}" if head.lower() in self.sayings.determiners and rest else raw
