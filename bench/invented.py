"""Invented articles without end, the same for the same seed: what reprints are measured on.

Words follow Zipf's law, and every article has a topic whose words come back. What unlike articles
share in a real press is there, too: stock phrases, statements that several quote (some without
quotation marks), paragraphs that an outlet or an agency puts under everything, and series that fill
the blanks of one template. Lengths are log-normal about 560 words, from 30 to 4,000; one in twelve
is a brief. Every tenth article is a reprint of an earlier one, changed in a known way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.random import Generator

Words = list[str]
Paragraphs = list[Words]

SYLLABLES = {
    "en": ("th er an in on re st at en it is al ow ing ed ly our wa ble", "b c d f g l m p r s w"),
    "de": ("en er ch ei un ge st ich auf ver ung be ssen ler tz ü mm", "b d f g h k l m n r s w"),
    "es": ("os as el ar ión que do ra la co es ad ment ía ñe lla", "b c d f g l m n p r s t v"),
    "ru": ("ов ен ст на ко ра ни ть ого ля чи ше ры ъя об ий", "б в г д ж з к л м п р с т"),
    "ar": ("ال ين ات ون مر كت با سي دو ري ها نا عم قو", "ب ت ج ح د ر س ع ف ق ك ل م ن"),
}
HAN = "zh"
VOCABULARY, PHRASES, OUTLETS = 24_000, 4_000, 400
LANGUAGES = ("en", "en", "en", "de", "es", "ru", "ar", HAN)
# How an article is changed into its reprint: parts cut, and what else.
KINDS = (
    "as it is",
    *(f"end cut by {cut} %" for cut in range(10, 70, 10)),
    *(f"paragraphs cut by {cut} %" for cut in range(10, 70, 10)),
    "local lead",
    "reordered",
    "5 % of words changed",
    "cut 30 %, lead, 5 % changed",
    "cut 60 %, lead",
    "cut 60 %, 5 % changed",
    "cut 60 %, lead, 5 %, reordered",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Invented:
    """An article. `family` is the number of its original, its own where it is one; `kind` says what
    the reprint underwent; `day` counts from the first article's, some 2,000 articles a day."""

    number: int
    family: int
    kind: str | None
    outlet: str
    language: str
    title: str
    body: str
    day: float


@dataclass(frozen=True, slots=True, eq=False)
class Tongue:
    """A language: its words by rank, their cumulative frequency, its stock phrases."""

    words: Sequence[str]
    frequency: np.ndarray
    phrases: Sequence[Words]

    def draw(self, rng: Generator, count: int) -> Words:
        """Words by Zipf's law."""
        words = self.words
        return [words[at] for at in np.searchsorted(self.frequency, rng.random(count)).tolist()]


@lru_cache(maxsize=8)
def make_tongue(language: str) -> Tongue:
    """Invent a language."""
    rng = np.random.default_rng([71, *language.encode()])
    if language == HAN:
        words = _make_han(rng)
    else:
        parts, starts = (text.split() for text in SYLLABLES[language])
        sizes = rng.choice([1, 2, 2, 3, 3, 4], VOCABULARY * 2)
        drawn = rng.integers(0, 1 << 30, (VOCABULARY * 2, 5))
        words = [
            starts[row[4] % len(starts)] + "".join(parts[at % len(parts)] for at in row[:size])
            for row, size in zip(drawn.tolist(), sizes.tolist(), strict=True)
        ]
    words = sorted(dict.fromkeys(words), key=lambda word: len(word))[:VOCABULARY]
    weights = 1.0 / (np.arange(len(words)) + 2.7)
    frequency = (weights / weights.sum()).cumsum()
    tongue = Tongue(words, frequency, [])
    phrases = [tongue.draw(rng, int(size)) for size in rng.integers(4, 13, PHRASES)]
    return Tongue(words, frequency, phrases)


def _make_han(rng: Generator) -> Words:
    characters = [chr(0x4E00 + at) for at in range(2_500)]
    sizes, drawn = rng.choice([1, 2, 2, 2, 3], VOCABULARY), rng.integers(0, 2_500, (VOCABULARY, 3))
    rows = zip(drawn.tolist(), sizes.tolist(), strict=True)
    return ["".join(characters[at] for at in row[:size]) for row, size in rows]


@dataclass(frozen=True, slots=True)
class Press:
    """All articles of a seed, each made from its number alone."""

    seed: int = 1

    def make_article(self, number: int) -> Invented:
        """Article `number`; a reprint's original has a lower one."""
        outlet = self._draw(number, 1).integers(OUTLETS).item()
        if number % 10 or number < 100:
            return self._finish(number, number, None, outlet, self._write(number, outlet))
        rng = self._draw(number, 2)
        family = int(rng.integers(max(0, number - 20_000), number))
        family += 1 if family % 10 == 0 else 0
        kind = KINDS[number // 10 % len(KINDS)]
        source = self._draw(family, 1).integers(OUTLETS).item()
        language = _speak(source)
        # A reprint is in the language of its original; one that is as it is may be an alias.
        outlet = source if kind == KINDS[0] else (outlet - outlet % 8 + source % 8) % OUTLETS
        text = change(self._write(family, source), kind, make_tongue(language), rng)
        # Under a short text a paragraph more would hide what is left of it, from readers, too.
        if kind != KINDS[0] and sum(map(len, text)) >= 150 and rng.random() < 0.3:
            text = [*text, self._add_boilerplate(outlet, rng)]
        return self._finish(number, family, kind, outlet, text)

    def _draw(self, number: int, purpose: int) -> Generator:
        return np.random.default_rng([self.seed, purpose, number])

    def _finish(
        self, number: int, family: int, kind: str | None, outlet: int, text: Paragraphs
    ) -> Invented:
        language = _speak(outlet)
        title = make_tongue(language).draw(self._draw(number, 3), 8)
        join = "" if language == HAN else " "
        body = "\n\n".join(join.join(words) for words in text)
        name = f"outlet {outlet}"
        return Invented(
            number, family, kind, name, language, join.join(title), body, number / 2_000
        )

    def _write(self, number: int, outlet: int) -> Paragraphs:
        """An original: a series' next part, or prose with what it shares with others."""
        rng, tongue = self._draw(number, 4), make_tongue(_speak(outlet))
        if rng.random() < 0.04:
            return self._fill_template(outlet, rng)
        brief = rng.random() < 1 / 12
        length = rng.integers(30, 90) if brief else np.exp(rng.normal(np.log(560), 0.65))
        text = write_prose(tongue, rng, int(min(4_000, max(30, length))))
        if rng.random() < 0.15:
            statement = self._quote(number, outlet, rng, 45 if brief else 110)
            text.insert(int(rng.integers(0, len(text) + 1)), statement)
        if rng.random() < 0.3:
            text.append(self._add_boilerplate(outlet, rng))
        return text

    def _quote(self, number: int, outlet: int, rng: Generator, longest: int) -> Words:
        """A statement of those days, which others of the language quote, too."""
        statement = self._draw(number // 4_000 * 40 + int(rng.integers(40)), 5 + outlet % 8)
        words = write_sentences(make_tongue(_speak(outlet)), statement, 120)
        words = words[: int(rng.integers(20, longest))]
        return ["“" + words[0], *words[1:-1], words[-1] + "”"] if rng.random() < 0.8 else words

    def _add_boilerplate(self, outlet: int, rng: Generator) -> Words:
        """One of three paragraphs that an outlet puts under its articles."""
        always = self._draw(outlet * 3 + int(rng.integers(3)), 15)
        return write_sentences(make_tongue(_speak(outlet)), always, int(always.integers(15, 60)))

    def _fill_template(self, outlet: int, rng: Generator) -> Paragraphs:
        """The next part of one of an outlet's series: every fifth word is another."""
        always = self._draw(outlet * 4 + int(rng.integers(4)), 16)
        tongue = make_tongue(_speak(outlet))
        text = write_prose(tongue, always, int(always.integers(60, 300)))
        fresh = always.random(4_000) < 0.2
        new = iter(tongue.draw(rng, 4_000))
        at = iter(range(4_000))
        return [[next(new) if fresh[next(at)] else word for word in words] for words in text]


def _speak(outlet: int) -> str:
    return LANGUAGES[outlet % len(LANGUAGES)]


def write_prose(tongue: Tongue, rng: Generator, length: int) -> Paragraphs:
    """Paragraphs of 25 to 90 words, about so many in all."""
    paragraphs = []
    topic = tongue.draw(rng, 60)
    while length > 0:
        size = min(length, int(rng.integers(25, 90)))
        paragraphs.append(write_sentences(tongue, rng, size, topic))
        length -= size
    return paragraphs


def write_sentences(
    tongue: Tongue, rng: Generator, length: int, topic: Sequence[str] = ()
) -> Words:
    """Sentences of about so many words: free ones, a topic's, stock phrases; some are direct
    speech."""
    words = tongue.draw(rng, length)
    if topic:
        for at in np.flatnonzero(rng.random(length) < 0.25).tolist():
            words[at] = topic[int(rng.integers(len(topic)))]
    for at in np.flatnonzero(rng.random(length) < 0.04).tolist():
        rank = int(np.searchsorted(tongue.frequency, rng.random()))
        phrase = tongue.phrases[rank % len(tongue.phrases)]
        words[at : at + len(phrase)] = phrase
    stop = "。" if tongue.words[0] >= "\u4e00" else "."
    at = 0
    while at < len(words):
        end = min(len(words), at + int(rng.integers(8, 28)))
        words[at] = words[at].capitalize()
        words[end - 1] += stop
        if topic and end - at > 5 and rng.random() < 0.12:
            words[at], words[end - 1] = "“" + words[at], words[end - 1] + "”"
        at = end
    return words


def change(text: Paragraphs, kind: str, tongue: Tongue, rng: Generator) -> Paragraphs:
    """A text as another outlet prints it; see KINDS."""
    if "cut" in kind:
        share = int(next(word for word in kind.split() if word.isdigit())) / 100
        cut: Callable[[Paragraphs, float, Generator], Paragraphs]
        cut = cut_end if kind.startswith("end") else cut_paragraphs
        text = cut(text, share, rng)
    if "5 %" in kind:
        text = [_change_words(words, tongue, rng) for words in text]
    if "reordered" in kind:
        text = [text[at] for at in rng.permutation(len(text)).tolist()]
    if "lead" in kind:
        total = sum(map(len, text))
        lead = write_sentences(tongue, rng, min(int(rng.integers(20, 70)), 1 + total // 3))
        text = [lead, *text]
    return text


def cut_end(text: Paragraphs, share: float, rng: Generator) -> Paragraphs:
    """The text without so much of its end."""
    left = round(sum(map(len, text)) * (1 - share))
    kept = []
    for words in text:
        if left > 0:
            kept.append(words[:left])
        left -= len(words)
    return kept


def cut_paragraphs(text: Paragraphs, share: float, rng: Generator) -> Paragraphs:
    """The text without some paragraphs from anywhere, the last of them cut in part."""
    left = round(sum(map(len, text)) * share)
    kept = dict(enumerate(text))
    for at in rng.permutation(len(text)).tolist():
        drop = min(left, len(text[at]))
        left -= drop
        kept[at] = text[at][drop:]
    return [words for _, words in sorted(kept.items()) if words]


def _change_words(words: Words, tongue: Tongue, rng: Generator) -> Words:
    fresh = tongue.draw(rng, len(words))
    marks = (rng.random(len(words)) < 0.05).tolist()
    return [new if mark else old for old, new, mark in zip(words, fresh, marks, strict=True)]
