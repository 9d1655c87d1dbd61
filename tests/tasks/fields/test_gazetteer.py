"""Places by name: forms in many languages, and which of several is meant."""

import pytest

from tasks.fields.gazetteer import fold_place, list_places


@pytest.mark.parametrize(
    ("name", "kind", "country"),
    [
        ("Ankara", "city", "TR"),
        ("ANKARA", "city", "TR"),
        ("Türkiye", "country", "TR"),
        ("Turkey", "country", "TR"),
        ("Österreich", "country", "AT"),
        ("Deutschland", "country", "DE"),
        ("U.S.", "country", "US"),
        ("EE.UU.", "country", "US"),
        ("Köln", "city", "DE"),
        ("Cologne", "city", "DE"),
        ("Monaco di Baviera", "city", "DE"),
        ("São Paulo", "city", "BR"),
        ("Sao Paulo", "city", "BR"),
        ("Москва", "city", "RU"),
        ("القاهرة", "city", "EG"),
        ("东京", "city", "JP"),
        ("서울", "city", "KR"),
        ("Bavaria", "admin", "DE"),
        ("Texas", "admin", "US"),
        ("Europe", "region", None),
        ("New York", "city", "US"),
    ],
)
def test_places_are_known_in_their_forms(name, kind, country):
    place = list_places(name)[0]
    assert (place.kind, place.country) == (kind, country)


def test_the_larger_town_comes_first_and_a_country_before_both():
    assert [p.country for p in list_places("Paris")][:2] == ["FR", "US"]
    assert [p.kind for p in list_places("Georgia")][:2] == ["country", "admin"]
    assert list_places("Paris")[1].population < 100_000


@pytest.mark.parametrize("name", ["", " ", "Qwxyz", "said", "\ud800", "—"])
def test_what_is_no_place(name):
    assert list_places(name) == ()


def test_folding_is_the_same_fast_and_slow():
    assert fold_place("Istanbul") == fold_place("İstanbul") == "istanbul"
