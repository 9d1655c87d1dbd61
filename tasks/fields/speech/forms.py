"""The fullest form of a name that a text gives: "Marlen" to "Ivo Marlen"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from tasks.fields.speech.phrases import PARTICLES, Phrase, Word, joins, list_words, read_run
from tasks.fields.speech.sayings import Sayings
from tasks.identity import fold_name

# So many places of a name are looked at, and so many names.
_PLACES, _NAMES = 20, 200
_INITIAL = re.compile(r"^[^\W\d_]\.?$")


class Forms:
    """The names of a text, its quotations taken out. `known` are people by their folded surname;
    what was `heard` in an attribution counts where the text has no longer form."""

    def __init__(self, narration: str, sayings: Sayings, names: Sequence[str] = ()) -> None:
        self.narration = narration
        self.sayings = sayings
        self.known = {
            fold_name(name).split()[-1]: name for name in reversed(names) if fold_name(name)
        }
        self.people = frozenset(names)
        self.full: dict[str, str] = {}
        self.heard: dict[str, str] = {}

    def hear(self, name: str) -> None:
        """Note a name that an attribution gives in full."""
        if " " in name:
            self.heard.setdefault(name.rsplit(None, 1)[-1], name)

    def find(self, name: str) -> str:
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
        if len(parts) == 2 and self.sayings.language != "de":
            return self._search_surname(name) or name
        if len(parts) != 1:
            return name
        known = self.known.get(fold_name(name))
        return known or self._search_surname(name) or self.heard.get(name, name)

    def _search_surname(self, name: str) -> str | None:
        """The commonest longer form that ends with the name, else the one that begins with it. A
        capital that begins a sentence counts last, and in German a noun may follow a name."""
        forms: Counter[str] = Counter()
        at = self.narration.find(name)
        for _ in range(_PLACES):
            if at < 0:
                break
            form, opens = self._read_form(at, name)
            if form:
                forms[form] += (4 if opens else 10) if form.endswith(name) else 5
            at = self.narration.find(name, at + len(name))
        if self.sayings.language == "de":
            forms = Counter({f: n for f, n in forms.items() if f.endswith(name) or n > 5})
        return forms.most_common(1)[0][0] if forms else None

    def _read_form(self, at: int, name: str) -> tuple[str, bool]:
        """The run of capitals around a place, where it is longer than the name, else ""; and
        whether it begins a sentence."""
        if not self._stands_in_run(at, at + len(name)):
            return "", False
        start = max(self.narration.rfind("\n", 0, at) + 1, at - 60)
        text = self.narration[start : at + len(name) + 40].split("\n", 1)[0]
        words = list_words(text)
        index = next((i for i, word in enumerate(words) if word.start == at - start), None)
        if index is None or not text.startswith(name, words[index].start):
            return "", False
        first = index
        while first > 0 and self._joins(text, words, first):
            first -= 1
        run = self._read_trimmed(text, words, first)
        if run is None or not run.first <= index <= run.last:
            return "", False
        form = run.name
        if form[1:2] == ".":
            return "", False
        if form.startswith((f"{name} ", f"{name}-")) or form.endswith(f" {name}"):
            return form, run.raw == form and self._opens(start + words[run.first].start)
        return "", False

    def _stands_in_run(self, start: int, end: int) -> bool:
        """Whether the word before or behind a place can belong to the same name."""
        behind = self.narration[end : end + 2]
        if behind[:1] in (" ", "-", "\xa0") and behind[1:2].isupper():
            return True
        before = self.narration[max(0, start - 30) : start]
        if not before or before[-1] not in " -\xa0":
            return False
        word = before.replace("-", " ").split()[-1:] or [""]
        return word[0][:1].isupper() or word[0] in PARTICLES

    def _opens(self, at: int) -> bool:
        """Whether a sentence begins at a place."""
        before = self.narration[max(0, at - 3) : at].rstrip(' "“„«')
        return not before or before[-1] in "\n.!?…:"

    def _joins(self, text: str, words: Sequence[Word], first: int) -> bool:
        """Whether the word before belongs to the same run."""
        before = words[first - 1]
        gap = text[before.end : words[first].start]
        return (
            before.cap and joins(before, gap, self.sayings) and before.low not in self.sayings.small
        )

    def _read_trimmed(self, text: str, words: Sequence[Word], first: int) -> Phrase | None:
        """The run at a word; none of the name are a noun behind a German article and a place
        ("in Ankara Ivo Marlen")."""
        run = read_run(text, words, first, self.sayings)
        if run is None or not first or first + 1 == len(words):
            return run
        before = words[first - 1].low
        articled = before in self.sayings.determiners and self.sayings.language != "en"
        german = articled and self.sayings.language == "de"
        long = run.last - first >= 2 and (articled or before in self.sayings.aside)
        if german or long or before in self.sayings.inside:
            return read_run(text, words, first + 1, self.sayings)
        return run
