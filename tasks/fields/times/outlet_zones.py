"""The zone of an outlet: assumed from its country, applied to its local times, and learned from
those of its pages that do print offsets.

Zones by country: `tasks/lexicon/country_zones.tsv`. Offsets with summer time: the tz database of
the system or of the `tzdata` package, through `zoneinfo`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from tasks.fields.times.offsets import load_zone, measure_zone
from tasks.lexicon.lines import load_rows
from tasks.model import Stamp, ZoneFrom

# Fewer pairs, or pairs of fewer days, teach nothing.
_LEAST_PAIRS = 8
_LEAST_DAYS = 4
_EXPLAINED = 0.95
_STEP = timedelta(days=15)


@lru_cache(maxsize=1)
def load_country_zones() -> dict[str, tuple[str, ...]]:
    """The zones of each country (ISO 3166, capitals), the one with most newsrooms first."""
    return {country: tuple(zones) for country, _how, *zones in load_rows("country_zones.tsv")}


@lru_cache(maxsize=1)
def _load_main_zones() -> dict[str, str]:
    return {row[0]: row[2] for row in load_rows("country_zones.tsv") if row[1] == "main"}


@lru_cache(maxsize=1)
def _load_languages() -> dict[str, str]:
    return {row[0]: row[1] for row in load_rows("language_countries.tsv")}


def find_language_country(tag: str | None) -> str | None:
    """The country of a language tag: its region ("de-AT"), or the one country whose news are
    written in that language. English and other languages of many countries tell nothing, nor
    do the regions US and GB, which templates declare everywhere."""
    parts = (tag or "").replace("_", "-").split("-")
    for part in parts[1:]:
        if len(part) == 2 and (region := part.upper()) not in ("US", "GB"):
            return region if region in load_country_zones() else None
    return _load_languages().get(parts[0].lower())


def find_country(host: str | None) -> str | None:
    """The country of a host or address by its top-level domain, None for .com and the like.
    ".uk" is GB; domains that are sold to everybody (.tv, .io, .me, .co …) tell nothing."""
    if not host:
        return None
    try:
        name = (urlsplit(host).hostname if "://" in host else host) or ""
    except ValueError:  # what is in brackets is no IPv6 address
        return None
    top = name.rstrip(".").rpartition(".")[2].upper()
    country = "GB" if top == "UK" else top
    return country if country in load_country_zones() else None


def assume_zone(country: str | None) -> str | None:
    """The zone of nearly all of a country's news, None where there are several."""
    return _load_main_zones().get(country or "")


def place_stamp(stamp: Stamp, zone: str | None, zone_from: ZoneFrom) -> Stamp:
    """A local time as an instant in a zone (of a doubled hour, the first); what is a day, has an
    offset of its own, or meets no zone stays as it is."""
    local = stamp.local
    if stamp.utc is not None or not isinstance(local, datetime):
        return stamp
    minutes = measure_zone(load_zone(zone), local)
    if minutes is None:
        return stamp
    instant = (local - timedelta(minutes=minutes)).replace(tzinfo=UTC)
    return replace(stamp, utc=instant, offset_minutes=minutes, zone_from=zone_from)


def learn_zone(pairs: Iterable[tuple[datetime, int]], country: str | None = None) -> str | None:
    """The IANA zone that explains an outlet's (local time, minutes east of UTC) pairs, or None
    while they leave it open: too few, contradictory, or all of one season where zones differ in
    the other. Zones of `country` come first. Pairs in UTC alone teach nothing."""
    told = [(local.replace(tzinfo=None), minutes) for local, minutes in pairs]
    told = _drop_utc(told)
    if len(told) < _LEAST_PAIRS or len({local.date() for local, _ in told}) < _LEAST_DAYS:
        return None
    candidates = load_country_zones().get(country or "", ())
    return _choose(candidates, told) or _choose(_list_all_zones(), told)


def _drop_utc(pairs: list[tuple[datetime, int]]) -> list[tuple[datetime, int]]:
    """Without offset zero, which systems print everywhere, unless the page's other times show
    that it is a winter's own: then they stand beside offsets of one hour."""
    others = {minutes for _, minutes in pairs if minutes}
    if others == {60}:
        return pairs
    return [pair for pair in pairs if pair[1]]


def _choose(names: Sequence[str], pairs: Sequence[tuple[datetime, int]]) -> str | None:
    """The first of the zones that explain the pairs, if all of them tell the same time all year."""
    fitting = [name for name in names if _explain(name, pairs) >= _EXPLAINED]
    months = _sample_year(pairs)
    clocks = {_list_offsets(name, months) for name in fitting}
    return fitting[0] if len(clocks) == 1 else None


def _explain(name: str, pairs: Sequence[tuple[datetime, int]]) -> float:
    zone = load_zone(name)
    right = sum(measure_zone(zone, local) == minutes for local, minutes in pairs)
    return right / len(pairs)


def _sample_year(pairs: Sequence[tuple[datetime, int]]) -> tuple[datetime, ...]:
    """Noons through the twelve months that end with the latest pair."""
    latest = max(local for local, _ in pairs).replace(hour=12)
    return tuple(latest - number * _STEP for number in range(25))


def _list_offsets(name: str, moments: Sequence[datetime]) -> tuple[int | None, ...]:
    zone = load_zone(name)
    return tuple(measure_zone(zone, moment) for moment in moments)


@lru_cache(maxsize=1)
def _list_all_zones() -> tuple[str, ...]:
    """Every zone of the lexicon once, those of more countries first."""
    counts: dict[str, int] = defaultdict(int)
    for zones in load_country_zones().values():
        for zone in zones:
            counts[zone] += 1
    return tuple(sorted(counts, key=lambda zone: -counts[zone]))
