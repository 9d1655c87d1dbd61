"""Stories across languages by a model that is really there: a tiny one, made here."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from tasks.errors import StoryModelMissing
from tasks.stories.senses import SETTING, find_model, load_model
from tests.warehouse.builders import make_layout
from tests.warehouse.test_stories import ask, check, feed, link, load, stories, tell
from warehouse.writer import open_writer

# Words of one event point in one direction, whatever the language.
MEANINGS = (
    ("bridge", "collapsed", "cables", "engineers", "traffic", "repair"),
    ("мост", "рухнул", "тросы", "инженеры", "движение", "ремонт"),
    ("orchard", "frost", "blossom", "farmers", "harvest", "insurance"),
    ("сад", "заморозки", "цветение", "фермеры", "урожай", "страховка"),
)
EVENTS = (0, 0, 1, 1)
FILLERS = ("early", "late", "again", "slowly", "twice", "nearby", "alone", "today")
СЛОВА = ("рано", "поздно", "снова", "медленно", "дважды", "рядом", "одна", "сегодня")


def save_model(folder: Path, turn: float = 0.0) -> Path:
    model2vec = pytest.importorskip("model2vec")
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace

    words = ["[UNK]", *(word for meaning in MEANINGS for word in meaning)]
    vectors = np.zeros((len(words), 8), np.float32)
    for at, word in enumerate(words[1:], 1):
        meaning = next(n for n, told in enumerate(MEANINGS) if word in told)
        vectors[at, EVENTS[meaning]] = 1.0
        vectors[at, 2 + at % 6] = 0.25 + turn
    tokenizer = Tokenizer(WordLevel({word: at for at, word in enumerate(words)}, "[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = Lowercase(), Whitespace()
    model2vec.StaticModel(vectors, tokenizer).save_pretrained(folder)
    return folder


def write(meaning: int, at: int):
    """An article of an event in one of two languages; the two share no word."""
    russian = meaning % 2 == 1
    filler = (СЛОВА if russian else FILLERS)[at]
    text = ". ".join(" ".join([*MEANINGS[meaning][n:], filler]) for n in range(3))
    language = "ru" if russian else "en"
    return tell(f"m{meaning}", at, text, title=text[:20], language=language)


ARTICLES = [write(meaning, at) for at in range(6) for meaning in range(4)]
NAMES = {write(meaning, at).outcome.id: meaning for at in range(6) for meaning in range(4)}


def gather(writer) -> set[frozenset[int]]:
    """Which meanings are in one story together."""
    found: dict[str, set[int]] = {}
    for article, story in stories(writer).items():
        found.setdefault(story, set()).add(NAMES[article])
    return {frozenset(meanings) for meanings in found.values()}


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = save_model(tmp_path / "model")
    monkeypatch.setenv(SETTING, str(folder))
    return folder


def test_without_a_model_languages_stay_apart_and_nothing_is_kept(writer):
    feed(writer, ARTICLES, 24)
    assert gather(writer) == {frozenset({n}) for n in range(4)}
    assert ask(writer, "from story_vectors") == []


@pytest.mark.parametrize("size", [24, 5])
def test_a_model_joins_what_two_languages_tell(model, writer, size):
    feed(writer, ARTICLES, size)
    assert gather(writer) == {frozenset({0, 1}), frozenset({2, 3})}
    assert len(set(stories(writer).values())) == 2
    assert ask(writer, "select count(*), count(distinct number), max(len(vector)) "
               "from story_vectors") == [(24, 24, 8)]  # fmt: skip
    check(writer)


def test_a_new_version_has_a_vector_of_its_own(model, writer):
    feed(writer, ARTICLES[:4], 4)
    before = ask(writer, "from story_vectors order by number")
    text = write(2, 0).outcome.body
    load(writer, 9, tell("m0", 0, text, title=None, language="en", content_hash="changed"))
    link(writer)
    after = ask(writer, "from story_vectors order by number")
    assert len(after) == 4 and len(set(map(str, before)) & set(map(str, after))) == 3


def test_vectors_of_another_model_are_not_compared(model, writer, tmp_path, monkeypatch):
    feed(writer, [one for one in ARTICLES if NAMES[one.outcome.id] == 0], 6)
    monkeypatch.setenv(SETTING, str(save_model(tmp_path / "other", turn=0.05)))
    feed(writer, [one for one in ARTICLES if NAMES[one.outcome.id] == 1], 6, first=20)
    assert gather(writer) == {frozenset({0}), frozenset({1})}
    assert ask(writer, "select count(distinct model) from story_vectors") == [(2,)]


def test_both_copies_hold_the_same_vectors(model, tmp_path):
    with open_writer(make_layout(tmp_path)) as writer:
        found = []
        for turn in range(2):
            feed(writer, ARTICLES[turn::2], 6, first=turn * 20)
            writer.publish()
            found.append(sorted(ask(writer, "from story_vectors")))
        writer.publish()
        assert found[-1] == sorted(ask(writer, "from story_vectors"))
        assert len(found[-1]) == 24


def test_the_same_text_has_the_same_vector(model):
    texts = [one.outcome.body for one in ARTICLES] + ["unheard-of"]
    one, alone = find_model().embed(texts), [find_model().embed([text])[0] for text in texts]
    assert [list(v) for v in one] == [list(v) for v in alone]
    assert not one[-1].any() and max(one[0]) == 127


def test_a_model_that_is_not_there_is_told(monkeypatch, tmp_path):
    pytest.importorskip("model2vec")
    monkeypatch.setenv(SETTING, str(tmp_path))
    with pytest.raises(StoryModelMissing, match=r"config\.json is not there"):
        find_model()


def test_a_library_that_is_not_there_is_told_by_the_command(monkeypatch, tmp_path):
    from flows.commands.app import app

    monkeypatch.setitem(sys.modules, "model2vec", None)
    monkeypatch.setenv(SETTING, "/models/none")
    load_model.cache_clear()
    with pytest.raises(StoryModelMissing) as told:
        find_model()
    assert "pip install copydesk[embeddings]" in told.value.hint
    page = tmp_path / "page.txt"
    page.write_text("A text.")
    asked = ["ingest", str(page), "--warehouse", str(tmp_path / "news.duckdb")]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 1
    assert "pip install copydesk[embeddings]" in result.output
