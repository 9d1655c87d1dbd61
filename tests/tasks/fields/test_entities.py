"""The choice of a model for names, and a real one of spaCy where it is installed."""

import pytest

from tasks.errors import EntitiesMissing
from tasks.fields.mentions.entities import SETTING, check_entities, choose_model, list_mentions
from tasks.fields.mentions.mentions import find_mentions
from tasks.model import MentionKind

TEXT = "Qwelo Brandt left for Ankara. Brandt works at Exempla."


def test_without_the_setting_it_is_the_light_way(monkeypatch):
    monkeypatch.delenv(SETTING, raising=False)
    assert choose_model("", "en") is None
    assert list_mentions(TEXT, "en") == find_mentions(TEXT, "en")


def test_an_unknown_way_is_refused(monkeypatch):
    monkeypatch.setenv(SETTING, "magic")
    with pytest.raises(EntitiesMissing, match="names no way"):
        check_entities()


def test_a_missing_library_is_told(monkeypatch):
    monkeypatch.setattr("tasks.fields.mentions.entities.find_spec", lambda _name: None)
    monkeypatch.setenv(SETTING, "spacy")
    choose_model.cache_clear()
    with pytest.raises(EntitiesMissing, match=r"copydesk\[entities\]"):
        check_entities()
    choose_model.cache_clear()


@pytest.fixture
def model(tmp_path):
    spacy = pytest.importorskip("spacy")
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns(
        [
            {"label": "PERSON", "pattern": "Qwelo Brandt"},
            {"label": "PERSON", "pattern": "Brandt"},
            {"label": "GPE", "pattern": "Ankara"},
            {"label": "ORG", "pattern": "Exempla"},
            {"label": "DATE", "pattern": "left"},
        ]
    )
    nlp.to_disk(tmp_path / "model")
    return tmp_path / "model"


@pytest.mark.slow
def test_a_model_of_spacy_names_what_it_knows(monkeypatch, model):
    monkeypatch.setenv(SETTING, f"spacy:{model}")
    found = {m.name: m for m in list_mentions(TEXT, "en")}
    assert set(found) == {"Qwelo Brandt", "Ankara", "Exempla"}
    assert found["Qwelo Brandt"].offsets == (0, 30)
    assert found["Ankara"].country == "TR"
    assert found["Exempla"].kind is MentionKind.ORGANISATION
    assert found["Exempla"].rule.startswith("spacy.")


@pytest.mark.slow
def test_other_languages_go_the_light_way(monkeypatch, model):
    monkeypatch.setenv(SETTING, f"spacy:{model}")
    text = "Der Lehrer Max Muster lebt in Köln."
    assert list_mentions(text, "de") == find_mentions(text, "de")


@pytest.mark.slow
def test_a_missing_model_is_told(monkeypatch, tmp_path):
    pytest.importorskip("spacy")
    monkeypatch.setenv(SETTING, f"spacy:{tmp_path / 'none'}")
    with pytest.raises(EntitiesMissing, match="no spaCy model"):
        check_entities()
