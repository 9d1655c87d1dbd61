"""The names in a body: the light way, or by a spaCy model where the user asks for one.

COPYDESK_ENTITIES in the environment decides, and so reaches every worker process: unset is the
light way; `spacy` takes for each language an installed model (`python -m spacy download
de_core_news_sm`, or pip with the address of a model's wheel), and the light way for languages
without one;
`spacy:NAME` takes that one model, an installed name or a folder, for its language, or, where its
language is `xx`, for all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from tasks.errors import EntitiesMissing
from tasks.fields.gazetteer import list_places
from tasks.fields.mentions.mentions import MOST_LETTERS, find_mentions, join_sightings
from tasks.fields.mentions.sightings import Sighting
from tasks.identity import fold_name
from tasks.model import Mention, MentionKind

SETTING = "COPYDESK_ENTITIES"
# The labels of spaCy's pipelines for news, in all their languages.
_KINDS = {
    **dict.fromkeys(("PER", "PERSON", "persName", "PS"), MentionKind.PERSON),
    **dict.fromkeys(("ORG", "orgName", "ORGANIZATION", "OG"), MentionKind.ORGANISATION),
    **dict.fromkeys(("GPE", "LOC", "GPE_LOC", "placeName", "geogName", "LC"), MentionKind.PLACE),
}
_UNUSED = ["lemmatizer", "parser", "senter", "tagger", "morphologizer", "attribute_ruler"]
_CONFIDENCE = 0.85


def list_mentions(
    body: str, language: str | None, signers: Sequence[str] = ()
) -> tuple[Mention, ...]:
    """Every name in the body, by the way that COPYDESK_ENTITIES asks for; raises `EntitiesMissing`
    where that is not installed."""
    model = choose_model(os.environ.get(SETTING, "").strip(), language or "")
    if model is None:
        return find_mentions(body, language, signers)
    sightings = list(_read_entities(_load(model)(body[:MOST_LETTERS]), f"spacy.{model}"))
    return tuple(join_sightings(body, _join_last_names(sightings)))


def check_entities() -> None:
    """Raise `EntitiesMissing` where COPYDESK_ENTITIES asks for what is not there."""
    choose_model(os.environ.get(SETTING, "").strip(), "")


@lru_cache(maxsize=64)
def choose_model(setting: str, language: str) -> str | None:
    """The model for a language, None for the light way."""
    if not setting:
        return None
    way, _, name = setting.partition(":")
    if way != "spacy":
        raise EntitiesMissing(f"{SETTING}={setting} names no way.", "Set it to spacy, or unset it.")
    if find_spec("spacy") is None:
        raise EntitiesMissing(
            f"{SETTING}={setting}, but spaCy is not installed.",
            "Install it with `pip install copydesk[entities]`, or unset the variable.",
        )
    if name:
        return name if _load(name).lang in (language, "xx") else None
    from spacy.util import get_installed_models

    fitting = sorted(model for model in get_installed_models() if model.startswith(f"{language}_"))
    return fitting[0] if language and fitting else None


@lru_cache(maxsize=8)
def _load(name: str) -> Any:  # noqa: ANN401 - spaCy has types only where it is installed
    import spacy

    try:
        return spacy.load(name, disable=_UNUSED)
    except OSError:
        raise EntitiesMissing(
            f"There is no spaCy model {name}.",
            f"Install it with `python -m spacy download {name}`.",
        ) from None


def _read_entities(document: Any, rule: str) -> Iterator[Sighting]:  # noqa: ANN401
    for entity in document.ents:
        kind = _KINDS.get(entity.label_)
        text = entity.text.strip()
        key = fold_name(text)
        if kind is None or not key:
            continue
        start = entity.start_char + entity.text.index(text)
        country = None
        if kind is MentionKind.PLACE and (places := list_places(text)):
            key, country = places[0].name, places[0].country
        yield Sighting(kind, start, start + len(text), key, country, rule, _CONFIDENCE)


def _join_last_names(sightings: Sequence[Sighting]) -> list[Sighting]:
    """A last name alone is the name of the last person called so before."""
    bearers: dict[str, str] = {}
    joined = []
    for sighting in sightings:
        if sighting.kind is MentionKind.PERSON:
            if " " in sighting.key:
                bearers[sighting.key.rsplit(" ", 1)[-1]] = sighting.key
            sighting = sighting._replace(key=bearers.get(sighting.key, sighting.key))
        joined.append(sighting)
    return joined
