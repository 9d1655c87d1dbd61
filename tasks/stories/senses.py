"""What a sentence-embedding model says of articles: likeness of two that share no words, because
they are of two languages. Only where the user installs a model.

COPYDESK_STORY_MODEL in the environment names the folder of a static model (model2vec). Words go on
deciding inside of a language; across languages the cosine of the vectors is mixed in. The numbers
here were chosen, not fitted: no corpus with the same events in two languages was at hand.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tasks.errors import StoryModelMissing

if TYPE_CHECKING:
    from tasks.stories.sketches import Sketch

Vector = NDArray[np.int8]
Values = NDArray[np.float64]

SETTING = "COPYDESK_STORY_MODEL"
# The greatest part of a vector; whole numbers, so that sums of products are exact.
WHOLE = 127
# The letters of an article that are embedded: an event is told at the beginning.
MOST_LETTERS = 2_000
# Below this cosine two texts have nothing to do with each other.
_UNLIKE = 0.5


@dataclass(frozen=True, slots=True)
class Model:
    """A model that is loaded; `id` is the beginning of a hash of its files."""

    id: str
    encoder: Any

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """A vector a text, its largest part `WHOLE` or its opposite; zeros where it knows no
        word."""
        found = np.asarray(self.encoder.encode(list(texts)), np.float64).reshape(len(texts), -1)
        largest = np.abs(found).max(axis=1, keepdims=True, initial=0.0)
        scaled = found / np.where(largest > 0, largest, 1.0) * WHOLE
        return list(np.round(scaled).astype(np.int8))


def find_model() -> Model | None:
    """The model that COPYDESK_STORY_MODEL names, None where it is unset; raises
    `StoryModelMissing`."""
    setting = os.environ.get(SETTING, "").strip()
    return load_model(setting) if setting else None


@lru_cache(maxsize=1)
def load_model(folder: str) -> Model:
    """The model in a folder; nothing is downloaded. Raises `StoryModelMissing`."""
    if find_spec("model2vec") is None:
        raise StoryModelMissing(
            f"{SETTING}={folder}, but model2vec is not installed.",
            "Install it with `pip install copydesk[embeddings]`, or unset the variable.",
        )
    files = [Path(folder) / name for name in ("config.json", "model.safetensors", "tokenizer.json")]
    if missing := [file.name for file in files if not file.is_file()]:
        raise StoryModelMissing(
            f"{SETTING}={folder} is no folder of a model2vec model: {missing[0]} is not there.",
            "Save one there (StaticModel.save_pretrained), or unset the variable.",
        )
    from model2vec import StaticModel

    contents = sha256()
    for file in files:
        contents.update(sha256(file.read_bytes()).digest())
    return Model(contents.hexdigest()[:12], StaticModel.from_pretrained(folder))


@dataclass(frozen=True, slots=True)
class Senses:
    """The vectors of some articles by their places, rows of zeros where there is none, with their
    lengths and the number of their language."""

    rows: NDArray[np.float32]
    lengths: Values
    languages: NDArray[np.int64]

    def compare(self, place: int, others: Sequence[int] | NDArray[np.int64] | slice) -> Values:
        """How alike one is to each of others in another language, from 0 to 1; 0 for those of its
        own language or without a vector."""
        product = (self.rows[others] @ self.rows[place]).astype(np.float64)
        length = self.lengths[others] * self.lengths[place]
        cosine = product / np.where(length > 0, length, 1.0)
        alike = np.clip((cosine - _UNLIKE) / (1 - _UNLIKE), 0.0, 1.0)
        found: Values = np.where(self.languages[others] != self.languages[place], alike, 0.0)
        return found

    def narrow(self, places: Sequence[int] | NDArray[np.bool_]) -> Senses:
        """Those of some places."""
        return Senses(self.rows[places], self.lengths[places], self.languages[places])

    def tabulate(self) -> Values:
        """`compare` of each with each."""
        count = len(self.rows)
        return np.array([self.compare(at, slice(None)) for at in range(count)]).reshape(
            count, count
        )


def gather_senses(sketches: Sequence[Sketch]) -> Senses | None:
    """The vectors of these articles; None where fewer than two have one."""
    vectors = [sketch.vector for sketch in sketches]
    sizes = [len(vector) for vector in vectors if vector is not None]
    if len(sizes) < 2:
        return None
    rows = np.zeros((len(vectors), max(sizes)), np.float32)
    for at, vector in enumerate(vectors):
        if vector is not None:
            rows[at, : len(vector)] = vector
    _, languages = np.unique([sketch.language or "" for sketch in sketches], return_inverse=True)
    return Senses(rows, np.linalg.norm(rows.astype(np.float64), axis=1), languages)


def mix(words: Values, senses: Values, one: float) -> Values:
    """The likeness of articles, in whole numbers up to `one`: by their words, or where that is
    more, the mean of words and sense."""
    mixed: Values = np.maximum(words, np.round((words + senses * one) / 2))
    return mixed
