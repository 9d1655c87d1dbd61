"""Places by name: countries in some fifty languages, their parts, towns of 15,000 people and more.

The data are `tasks/lexicon/places.tsv` (towns from GeoNames, CC BY 4.0, countries from Unicode
CLDR; `python -m bench.gazetteer` makes it anew). It is read at the first question, once a process,
in less than 0.1 s.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from tasks.identity import fold_name
from tasks.lexicon.lines import load_rows

COUNTRY, ADMIN, REGION, CITY = "country", "admin", "region", "city"
# What a country, a part of one and a town of unknown size count beside towns.
_COUNTRY_PEOPLE, _ADMIN_PEOPLE, _NAMED_PEOPLE = 1_000_000_000, 2_000_000, 1_000_000


class Place(NamedTuple):
    """A place. `country` is its ISO 3166-1 alpha-2 code, None for what lies in several;
    `population` is rounded to thousands, 0 where the data do not say; `kind` is "country",
    "admin" (a part of a country), "city" or "region" (a continent, a sea)."""

    name: str
    country: str | None
    population: int
    kind: str


def list_places(name: str) -> tuple[Place, ...]:
    """Every place of that name, the likeliest first."""
    return find_folded(fold_place(name))


def find_folded(key: str) -> tuple[Place, ...]:
    """The same for a name that `fold_place` made."""
    rows = _index().get(key)
    return () if rows is None else _read_rows(rows)


def begins_longer(key: str) -> bool:
    """Whether names of several words begin with this one."""
    return key.partition(" ")[0] in _heads()


def list_keys() -> Iterable[str]:
    """Every name of every place, folded."""
    return _index()


def fold_place(name: str) -> str:
    """The name for comparison; fast for the plain ones."""
    if name.isascii() and name.isalpha():
        return name.lower()
    return fold_name(name)


@lru_cache(maxsize=4_096)
def _read_rows(rows: str | tuple[str, ...]) -> tuple[Place, ...]:
    places = [_read_row(row) for row in (rows if isinstance(rows, tuple) else (rows,))]
    return tuple(sorted(places, key=_weigh, reverse=True))


def _weigh(place: Place) -> int:
    if place.kind == COUNTRY:
        return _COUNTRY_PEOPLE
    if place.kind == CITY:
        return place.population or _NAMED_PEOPLE
    return _ADMIN_PEOPLE


def _read_row(row: str) -> Place:
    kind, country, people, name = row.split("\t")
    return Place(name, country if country != "-" else None, int(people) * 1000, kind)


@lru_cache(maxsize=1)
def _index() -> dict[str, str | tuple[str, ...]]:
    """Folded name → one row, or several, still as text."""
    found: dict[str, str | tuple[str, ...]] = {}
    for kind, country, people, name, *keys in load_rows("places.tsv"):
        row = f"{kind}\t{country}\t{people}\t{name}"
        for key in keys:
            known = found.setdefault(key, row)
            if known is not row and not _is_known(known, row):
                found[key] = (*known, row) if isinstance(known, tuple) else (known, row)
    return found


@lru_cache(maxsize=1)
def _heads() -> frozenset[str]:
    return frozenset(key.partition(" ")[0] for key in _index() if " " in key)


def _is_known(known: str | tuple[str, ...], row: str) -> bool:
    """Whether the rows of a name have its kind in that country already: of the towns of one
    country the largest is enough."""
    head = row.split("\t", 2)[:2]
    rows = known if isinstance(known, tuple) else (known,)
    return any(other.split("\t", 2)[:2] == head for other in rows)
