"""The people a text speaks of: where they are named, how they are introduced, and whether they can
be a sentence's subject.

A paragraph is read when somebody asks for it, once. Quotations have been taken out before.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tasks.fields.bylines.lexicons import load_lexicons
from tasks.fields.speech.forms import Forms
from tasks.fields.speech.genders import find_name_gender, find_words_gender
from tasks.fields.speech.given import is_given
from tasks.fields.speech.marks import PARAGRAPH
from tasks.fields.speech.phrases import Kind, Phrase, Word, ends_short, list_words, read_run
from tasks.fields.speech.sayings import Sayings

# A sentence's end, or the mark behind a quotation that was taken out.
_BREAK = re.compile(r"[.!?…\"»”“](?:(?<=[.!?…])[\"»”’)\]]*\s+|(?<=\s[\"»”“])\s+)")
_FAMILY_FIRST = frozenset(("hu", "vi", "zh", "ja", "ko"))
_AND = frozenset(("and", "und", "et", "y", "e", "en", "och", "og", "a", "i", "и", "ve", "dan"))
_OPENING = frozenset("\"'“„«–—‘»")
_LONG, _BEFORE, _BEHIND = 1_500, 8, 7


class Mention(NamedTuple):
    """A person where the text names one: the full name, the place, whether nobody else can be the
    subject before, the gender ("she", "he", ""), and the words of an introduction."""

    name: str
    start: int
    subject: bool
    gender: str
    words: frozenset[str]


class Sentence(NamedTuple):
    """A sentence's bounds and the people in it, in order."""

    start: int
    stop: int
    mentions: tuple[Mention, ...]


class People:
    """The people of one text, by paragraph."""

    def __init__(self, narration: str, sayings: Sayings, forms: Forms) -> None:
        self.narration = narration
        self.sayings = sayings
        self.forms = forms
        self.bounds = [match.span() for match in PARAGRAPH.finditer(narration)]
        self.firsts = [first for first, _ in self.bounds]
        self.read: dict[int, tuple[Sentence, ...]] = {}

    def list_before(self, at: int) -> Iterator[Sentence]:
        """The sentences that begin before a place, the nearest first."""
        for index in range(bisect_left(self.firsts, at) - 1, -1, -1):
            sentences = self._list_sentences(index)
            place = bisect_left(sentences, at, key=lambda sentence: sentence.start)
            while place > 0:
                place -= 1
                yield sentences[place]

    def find_sentence(self, at: int) -> Sentence | None:
        """The sentence that a place is in."""
        sentence = next(self.list_before(at + 1), None)
        return sentence if sentence is not None and at < sentence.stop else None

    def _list_sentences(self, index: int) -> tuple[Sentence, ...]:
        if index not in self.read:
            self.read[index] = tuple(self._read_paragraph(*self.bounds[index]))
        return self.read[index]

    def _read_paragraph(self, first: int, last: int) -> Iterator[Sentence]:
        at = first
        for match in _BREAK.finditer(self.narration, first, last):
            if match.end() > at and self._ends(match, last):
                yield self._read_sentence(at, match.end())
                at = match.end()
        if at < last:
            yield self._read_sentence(at, last)

    def _ends(self, match: re.Match[str], last: int) -> bool:
        following = self.narration[match.end() : match.end() + 1]
        if match.end() < last and not (following.isupper() or following in _OPENING):
            return False
        before = self.narration[max(0, match.start() - 12) : match.start() + 1]
        return not ends_short(before)

    def _read_sentence(self, start: int, stop: int) -> Sentence:
        text = self.narration[start : min(stop, start + _LONG)]
        words = list_words(text)
        return Sentence(start, stop, tuple(self._list_mentions(text, words, start)))

    def _list_mentions(self, text: str, words: Sequence[Word], start: int) -> Iterator[Mention]:
        free, at = True, 0
        while at < len(words):
            word = words[at]
            if not word.cap or (word.low in self.sayings.small and len(word.text) > 1):
                if word.low in self.sayings.pronouns and word.low not in self.sayings.determiners:
                    free = False
                at += 1
                continue
            run = read_run(text, words, at, self.sayings)
            if run is None:
                owner = self._find_owner(word)
                if owner is not None:
                    gender = find_name_gender(owner, self.sayings.language)
                    yield Mention(owner, start + word.start, free, gender, frozenset())
                    free = False
                at += 1
                continue
            for mention in self._read_run(text, words, run, start, free):
                free = False
                yield mention
            at = run.last + 1

    def _find_owner(self, word: Word) -> str | None:
        """The person who has something: "Marlen's brother"."""
        if not word.low.endswith(("'s", "’s")):
            return None
        full = self.forms.find(word.text[:-2])
        parts = full.split()
        return full if 1 < len(parts) < 6 and is_given(parts[0]) else None

    def _read_run(
        self, text: str, words: Sequence[Word], run: Phrase, start: int, free: bool
    ) -> Iterator[Mention]:
        """The person that a run of capitals names."""
        if run.kind is not Kind.NAME:
            return
        if run.first and not is_given(run.name.split()[0]) and self._hangs(words, run.first):
            return
        intro = _list_intro(words, run, self.sayings)
        name = self.find_person(run, intro, run.first == 0)
        if name is None:
            return
        gender = find_name_gender(name, self.sayings.language)
        gender = gender or find_words_gender(intro, self.sayings)
        first = run.first - len(_list_before(words, run.first, self.sayings))
        aside = first > 0 and words[first - 1].low in self.sayings.aside
        described = frozenset(w.low for w in intro if len(w.low) > 2)
        yield Mention(name, start + words[run.first].start, free and not aside, gender, described)

    def _hangs(self, words: Sequence[Word], first: int) -> bool:
        """Whether a run hangs on "of" or an article: "(presidente de la) Junta del Norte"."""
        before = words[first - 1].low
        return before in self.sayings.links or before in self.sayings.determiners

    def find_person(self, run: Phrase, intro: Sequence[Word], opens: bool) -> str | None:
        """The full name, where a run is surely a person: called by a first name that is common or
        by an office, or known from elsewhere."""
        trimmed = trim_name(run, opens or bool(intro), self.sayings)
        full = self.forms.find(trimmed)
        if full != trimmed:
            full = trim_words(full, self.sayings)
        if full in self.forms.people:
            return full
        if load_lexicons().is_organisation(full):
            return None
        parts = full.split()
        if len(parts) > 5:
            return None
        if is_given(parts[0]):
            return full if len(parts) > 1 or self._is_called(parts[0], intro) else None
        if self.sayings.language == "de":
            known = self.forms.find(parts[0])
            if known.endswith(f" {parts[0]}") and is_given(known.split()[0]):
                return known
        elif len(parts) > 1 and (full.endswith(f" {trimmed}") or self._is_shortened(full)):
            return full
        office = any(self.sayings.is_role(word.text) for word in intro[-3:]) or run.raw != run.name
        return full if len(parts) > 1 and office else None

    def _is_shortened(self, name: str) -> bool:
        """Whether the last word of a name stands somewhere without the first."""
        return self.narration.count(name.split()[-1]) > self.narration.count(name)

    def _is_called(self, name: str, intro: Sequence[Word]) -> bool:
        """Whether somebody is called by the first name alone: a relative, or more than once."""
        kin = any(self.sayings.is_role(word.text) for word in intro)
        return kin or self.narration.count(name) > 1


def trim_name(run: Phrase, introduced: bool, sayings: Sayings) -> str:
    """A run without what stands before a common first name: "Kämmerer Ralf Dietz"."""
    if introduced or sayings.language == "de":
        return trim_words(run.name, sayings)
    return run.name


def trim_words(name: str, sayings: Sayings) -> str:
    """A name without the word before a common first name, where three words or more stand there;
    of two where the first is no name and the second is."""
    parts = name.split()
    if sayings.language in _FAMILY_FIRST:
        return name
    if len(parts) < 3 or is_given(parts[0]) or not parts[0][0].isupper():
        return name
    for place in (1, 2):
        if len(parts) - place >= 2 and is_given(parts[place]):
            return " ".join(parts[place:])
    return name


def _list_before(words: Sequence[Word], at: int, sayings: Sayings) -> Sequence[Word]:
    """The description before a name: back to its article, over one comma."""
    first = at
    stop = max(0, at - _BEFORE)
    if first > 0 and words[first - 1].text == ",":
        first -= 1
        if not _reaches_article(words, first, stop, sayings):
            return ()
    while first > stop:
        word = words[first - 1]
        if word.text in ",;:()[]—–." or word.low in sayings.verbal or word.text.isdigit():
            break
        if word.low in sayings.pronouns and word.low not in sayings.determiners:
            break
        first -= 1
        if word.low in sayings.determiners and not _is_inner(words, first, sayings):
            break
    while (
        first < at
        and words[first].low in sayings.aside
        and words[first].low not in (sayings.determiners)
    ):
        first += 1
    return words[first:at]


def _reaches_article(words: Sequence[Word], at: int, stop: int, sayings: Sayings) -> bool:
    """Whether an article or an office begins what stands before a comma."""
    for index in range(at - 1, stop - 1, -1):
        word = words[index]
        if word.text in ",;:()[]—–." or word.low in sayings.verbal:
            return False
        if word.low in sayings.determiners or sayings.is_role(word.text):
            return True
    return False


def _is_inner(words: Sequence[Word], at: int, sayings: Sayings) -> bool:
    """Whether an article stands inside a description: "ministre de la Santé"."""
    return at > 0 and words[at - 1].low in sayings.links and words[at].low != words[at - 1].low


def _list_intro(words: Sequence[Word], run: Phrase, sayings: Sayings) -> list[Word]:
    """The words that say who somebody is: before the name, or behind it between commas."""
    found = list(_list_before(words, run.first, sayings))
    found += [w for w in words[run.first : run.last + 1] if w.text not in run.name.split()]
    return [*found, *_list_apposition(words, run.last + 1, sayings)]


def _list_apposition(words: Sequence[Word], at: int, sayings: Sayings) -> Iterator[Word]:
    """The description behind a name and its comma, where it begins with a noun of a person."""
    if at + 1 >= len(words) or words[at].text not in (",", "("):
        return
    first = at + 1 + (words[at + 1].low in sayings.determiners)
    if not any(sayings.is_somebody(word.text) for word in words[first : first + 2]):
        return
    for word in words[at + 1 : at + 1 + _BEHIND]:
        if word.text in ",;:()[]—–." or word.low in sayings.verbal or word.low in _AND:
            return
        yield word
