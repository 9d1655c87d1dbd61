"""In which country a town lies, as a dateline names it: the gazetteer, with what newsrooms know."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.fields.gazetteer import ADMIN, CITY, COUNTRY, Place, fold_place, list_places
from tasks.lexicon.lines import load_rows

# A country is certain where no namesake elsewhere has a fifth of the town's people; a town of the
# outlet's own country unless one elsewhere has twenty times its people.
_DOMINANT, _OVERWHELMING = 5, 20
_DOTS = re.compile(r"[.\s’']+")


def list_towns(name: str) -> list[Place]:
    """The towns of this name, in any case, largest first."""
    return [place for place in list_places(name) if place.kind == CITY]


def spell_town(name: str) -> str:
    """The name as a reader writes it, where it is printed in capitals: "ANKARA" → "Ankara"."""
    if not name.isupper():
        return name
    towns = list_towns(name)
    if towns and fold_place(towns[0].name) == fold_place(name):
        return towns[0].name
    return " ".join(_capitalise(word, first) for first, word in _number(name.split(" ")))


def _number(words: list[str]) -> list[tuple[bool, str]]:
    return [(index == 0, word) for index, word in enumerate(words)]


def _capitalise(word: str, first: bool) -> str:
    """ "DE" → "de" inside a name, "BADEN-BADEN" → "Baden-Baden", "MCALLEN" → "Mcallen"."""
    if not first and word.casefold() in _SMALL:
        return word.lower()
    return "-".join(part[:1] + part[1:].lower() for part in word.replace("İ", "i̇").split("-"))


_SMALL = frozenset(
    {"de", "del", "la", "las", "los", "da", "do", "dos", "das", "di", "of", "am", "an", "der",
     "im", "in", "bei", "ob", "sur", "en", "les", "le", "sous", "aan", "den", "nad", "the", "upon"}
)  # fmt: skip


def choose_country(name: str, near: str | None = None) -> str | None:
    """The country of the town where its name leaves no doubt: one that newsrooms write without a
    country, one in `near` (a country code) unless a namesake elsewhere is far greater, else by
    size. None where it is open or unknown."""
    if alone := _read("alone").get(fold_place(name)):
        return alone
    towns = list_towns(name)
    if not towns:
        return None
    largest = towns[0]
    there = next((town for town in towns if town.country == near), None)
    if there is not None and largest.population < _OVERWHELMING * max(there.population, 1):
        return near
    rest = max((t.population for t in towns if t.country != largest.country), default=0)
    return largest.country if largest.population >= _DOMINANT * rest else None


def find_region(name: str) -> str | None:
    """The country that a country, state or province of this name is or lies in."""
    folded = fold_place(name)
    if not folded:
        return None
    if country := _read("region").get(folded):
        return country
    return next((p.country for p in list_places(name) if p.kind in (COUNTRY, ADMIN)), None)


@lru_cache(maxsize=2)
def _read(kind: str) -> dict[str, str]:
    rows = [row for row in load_rows("regions.tsv") if row[0] == kind]
    return {fold_place(name): code for _kind, code, *names in rows for name in names}
