"""What invented articles tell of: languages with real common words, topics, events of a day.

Stories and search weigh a word by how many articles have it. So the common words of each language
are those of the lexicon, as common as they are there, and only rare ones are invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from bench.invented import HAN, Tongue, make_tongue
from tasks.lexicon.lines import load_rows

# Outlet n speaks language n modulo eight.
LANGUAGES = ("en", "en", "de", "en", "es", "ru", "ar", HAN)
OUTLETS = 400
LATIN = ("en", "de", "es")
ARTICLES_A_DAY = 1_000
TOPICS = 300
EVENTS_A_DAY = 80
# An event is told of for so many days, each with half the articles of the day before.
DAYS_TOLD = 6
# Of all words: small ones, common ones; the rest is rare.
SMALL, COMMON = 0.42, 0.48
_SMALL_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Event:
    """What an article tells of; `words` are those by which its reports are alike."""

    key: tuple[int, ...]
    names: tuple[str, ...]
    words: tuple[str, ...]


def speak(outlet: int) -> str:
    """The language of an outlet, ISO 639-1."""
    return LANGUAGES[outlet % len(LANGUAGES)]


@lru_cache(maxsize=8)
def make_news_tongue(language: str) -> Tongue:
    """A language as news speaks it: small words, common ones by their share of texts, rare ones."""
    rare = list(make_tongue(language).words)
    small = _list_small(language)
    shares = [share for _, share in _list_common("en")]
    known = [word for word, _ in _list_common(language)]
    # Where the lexicon knows few words of a language, invented ones are as common as the English.
    common = list(dict.fromkeys([*known, *rare[: len(shares) - len(known)]]))[: len(shares)]
    rare = rare[len(shares) - len(known) :]
    parts = [
        _scale(1.0 / (np.arange(len(small)) + 2.7), SMALL),
        _scale(-np.log1p(-np.array(shares[: len(common)])), COMMON),
        _scale(1.0 / (np.arange(len(rare)) + 1_000), 1 - SMALL - COMMON),
    ]
    words = [*small, *common, *rare]
    frequency = np.concatenate(parts).cumsum()
    frequency /= frequency[-1]
    rng = np.random.default_rng([72, *language.encode()])
    tongue = Tongue(words, frequency, [])
    phrases = [tongue.draw(rng, int(size)) for size in rng.integers(4, 9, 4_000)]
    return Tongue(words, frequency, phrases)


def _list_small(language: str) -> list[str]:
    """The words that every text has, commonest first."""
    told = next((words for code, *words in load_rows("function_words.tsv") if code == language), [])
    terms = [term for code, term, share in load_rows("common_terms.tsv")
             if code == language and float(share) >= _SMALL_SHARE]  # fmt: skip
    invented = [] if told else make_tongue(language).words[:60]
    return list(dict.fromkeys([*told, *terms, *invented]))


def _list_common(language: str) -> list[tuple[str, float]]:
    """Words with the share of texts that have them, the commonest first; small words left out."""
    rows = [(term, float(share)) for code, term, share in load_rows("common_terms.tsv")
            if code == language and float(share) < _SMALL_SHARE]  # fmt: skip
    return sorted(rows, key=lambda row: -row[1])


def _scale(weights: NDArray[np.floating[Any]], total: float) -> NDArray[np.float64]:
    scaled: NDArray[np.float64] = weights / weights.sum() * total
    return scaled


def pick_event(seed: int, number: int, language: str, rng: Generator) -> Event:
    """The event that an article tells of: one of the last days', or one that nobody else has."""
    group = LATIN.index("en") if language in LATIN else 1 + LANGUAGES.index(language)
    if rng.random() < 0.45:
        return make_event(seed, (0, number), language)
    age = min(DAYS_TOLD, int(rng.geometric(0.5)) - 1)
    day = max(0, number // ARTICLES_A_DAY - age)
    place = int(EVENTS_A_DAY * rng.random() ** 2)
    return make_event(seed, (1, group, day, place), language)


@lru_cache(maxsize=4_096)
def make_event(seed: int, key: tuple[int, ...], language: str) -> Event:
    """An event as a language tells of it; languages in Latin letters have its names in common."""
    rng = np.random.default_rng([seed, 21, *key])
    topic = int(rng.integers(TOPICS))
    naming = "en" if language in LATIN else language
    names = [word.capitalize() for word in _pick(make_tongue(naming).words, rng, 14, 3_000)]
    figures = [str(figure) for figure in rng.integers(3, 9_000, 3).tolist()]
    own = make_news_tongue(language).draw(rng, 60)
    topical = _make_topic(topic, language)
    shared = [topical[at] for at in rng.permutation(len(topical))[:25].tolist()]
    plain = [word for word in own if len(word.encode()) > 4][:25]
    return Event(key, tuple(names), (*names, *names, *figures, *shared, *plain))


@lru_cache(maxsize=4_096)
def _make_topic(topic: int, language: str) -> Sequence[str]:
    """The words that events of a kind have in common."""
    rng = np.random.default_rng([23, topic, *language.encode()])
    tongue = make_news_tongue(language)
    words = [word for word in tongue.draw(rng, 150) if len(word.encode()) > 4]
    return list(dict.fromkeys(words))[:50]


def _pick(words: Sequence[str], rng: Generator, count: int, first: int) -> list[str]:
    return [
        words[at] for at in rng.integers(min(first, len(words) // 2), len(words), count).tolist()
    ]


def find_names(body: str, names: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Where each name begins in the text, for names that are in it."""
    found = {}
    for name in dict.fromkeys(names):
        parts = body.split(name)
        if len(parts) > 1:
            starts, at = [], 0
            for part, _ in pairwise(parts):
                at += len(part)
                starts.append(at)
                at += len(name)
            found[name] = tuple(starts)
    return found
