"""How often articles have which terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tasks.search.words import LONGEST, clean, count_words, fold, make_stemmer

TITLE, STANDFIRST, AUTHORS, BODY = 3, 2, 2, 1
# What a column of the index holds.
MOST, LONGEST_TEXT = 255, 65_535


@dataclass(frozen=True, slots=True)
class Text:
    """What an article is found by."""

    title: str | None
    standfirst: str | None
    body: str
    authors: tuple[str, ...]
    language: str | None


class Forms(dict[str, int]):
    """The term of each clean word of one language, found when it is first asked for."""

    def __init__(self, language: str | None, count: Callable[[str, str], int]) -> None:
        super().__init__()
        self._stem = make_stemmer(language)
        self._count = count

    def __missing__(self, word: str) -> int:
        form, stem = fold(word)[:LONGEST], self._stem(word)
        folded = form if stem == word else fold(stem)[:LONGEST] or form
        term = self[word] = self._count(form, folded)
        return term


@dataclass(slots=True)
class Terms:
    """The terms of some articles, numbered from 0 in the order they were met, and the forms that
    stand for them (other than the stem itself)."""

    stems: dict[str, int] = field(default_factory=dict)
    forms: dict[tuple[str, str], int] = field(default_factory=dict)
    _languages: dict[str | None, Forms] = field(default_factory=dict)

    def count(self, text: Text) -> tuple[Counter[int], int]:
        """The weight of each term of an article, and the article's length in words: headline,
        standfirst and body."""
        counts: Counter[int] = Counter()
        length = 0
        for part, weight in ((text.title, TITLE), (text.standfirst, STANDFIRST), (text.body, BODY)):
            found = self._find(part, text.language)
            length += found.total()
            _add(counts, found, weight)
        _add(counts, self._find(" . ".join(text.authors), text.language), AUTHORS)
        return counts, min(length, LONGEST_TEXT)

    def _find(self, text: str | None, language: str | None) -> Counter[int]:
        if not text:
            return Counter()
        if language not in self._languages:
            self._languages[language] = Forms(language, self._number)
        forms = self._languages[language]
        counts: Counter[int] = Counter()
        for word, count in count_words(clean(text, language)).items():
            term = forms[word]
            counts[term] = counts.get(term, 0) + count
        return counts

    def _number(self, form: str, stem: str) -> int:
        number = self.stems.setdefault(stem, len(self.stems))
        if form != stem:
            self.forms[form, stem] = number
        return number


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Texts that were counted, in order. Of each text `lengths` has its length in words and `sizes`
    how many terms it has; these and their weights follow each other in `terms` and `weights`. Terms
    are numbers of `stems`; `forms` are what stands for them, as in `Terms`."""

    stems: Mapping[str, int]
    forms: Mapping[tuple[str, str], int]
    lengths: Sequence[int]
    sizes: Sequence[int]
    terms: NDArray[np.int32]
    weights: NDArray[np.uint8]


def count_texts(texts: Sequence[Text]) -> Counted:
    """Count texts together."""
    known = Terms()
    counts, lengths = [], []
    for text in texts:
        counted, length = known.count(text)
        counts.append(counted)
        lengths.append(length)
    sizes = [len(counted) for counted in counts]
    terms = np.fromiter((term for one in counts for term in one), np.int32, sum(sizes))
    weights = np.fromiter((n for one in counts for n in one.values()), np.uint8, sum(sizes))
    return Counted(known.stems, known.forms, lengths, sizes, terms, weights)


def join_counts(parts: Sequence[Counted]) -> Counted:
    """What counting the texts of all parts together gives."""
    stems: dict[str, int] = {}
    forms: dict[tuple[str, str], int] = {}
    terms = [np.empty(0, np.int32)]
    for part in parts:
        numbers = [stems.setdefault(stem, len(stems)) for stem in part.stems]
        forms.update(((form, stem), stems[stem]) for form, stem in part.forms)
        terms.append(np.array(numbers, np.int32)[part.terms])
    return Counted(
        stems,
        forms,
        [length for part in parts for length in part.lengths],
        [size for part in parts for size in part.sizes],
        np.concatenate(terms),
        np.concatenate([np.empty(0, np.uint8), *(part.weights for part in parts)]),
    )


def _add(counts: Counter[int], found: Counter[int], weight: int) -> None:
    for term, number in found.items():
        counts[term] = min(MOST, counts.get(term, 0) + weight * number)
