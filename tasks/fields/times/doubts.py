"""Where a page contradicts itself about its times, and what is right then.

Seen in the wild: local time marked Z, a day only beside a clock, publication given as the moment of
the fetch, 1 January for a year, modified before published.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tasks.fields.times.claims import Claim, Kind
from tasks.fields.times.offsets import load_zone, measure_zone
from tasks.fields.times.outlet_zones import assume_zone, place_stamp
from tasks.fields.times.stamps import day_of, with_offset
from tasks.model import Found, Page, Precision, Stamp, ZoneFrom

_MINUTE = timedelta(minutes=1)
_QUARTER = timedelta(minutes=15)
_FURTHEST = timedelta(hours=14)
# A publication this near to the fetch is the clock of the server, where the page says otherwise.
_JUST_NOW = timedelta(minutes=3)
# Offsets hold for local times of the same season.
_SEASON = timedelta(days=45)
_TRUSTED = 0.6
_PRINTED = 0.7


def doubt_claims(page: Page, claims: Sequence[Claim], modified: Sequence[Claim]) -> list[Claim]:
    """The claims for the publication, those that the page contradicts less sure."""
    changed = [c.found.value for c in modified if c.kind is Kind.MACHINE]
    return [_doubt(claim, page, claims, changed) for claim in claims]


def _doubt(claim: Claim, page: Page, claims: Sequence[Claim], changed: Sequence[Stamp]) -> Claim:
    stamp = claim.found.value
    less = 0.0
    if claim.kind is Kind.MACHINE and _is_fetch(stamp, page) and _is_contradicted(stamp, claims):
        less = 0.5
    elif _is_guess(stamp) and _is_contradicted(stamp, claims):
        less = 0.3
    elif any(day_of(other) < day_of(stamp) - timedelta(days=1) for other in changed):
        less = 0.1 if claim.kind is Kind.MACHINE else 0.0
    elif claim.kind is Kind.MACHINE and _is_anew(stamp, claims):
        less = 0.2
    if not less:
        return claim
    return claim._replace(found=replace(claim.found, confidence=claim.found.confidence - less))


def _is_fetch(stamp: Stamp, page: Page) -> bool:
    return stamp.utc is not None and abs(stamp.utc - page.fetched_at) < _JUST_NOW


def _is_guess(stamp: Stamp) -> bool:
    """The first of January at no time of day: what systems write that know a year."""
    day, local = day_of(stamp), stamp.local
    bare = not isinstance(local, datetime) or not (local.hour or local.minute)
    return bare and day.month == day.day == 1


def _is_anew(stamp: Stamp, claims: Iterable[Claim]) -> bool:
    """Whether the page prints an earlier day by its headline: the system published it anew."""
    return any(
        c.place == "head"
        and c.found.confidence >= _PRINTED
        and not c.found.rule.endswith(".counted")
        and day_of(c.found.value) < day_of(stamp) - timedelta(days=1)
        for c in claims
    )


def _is_contradicted(stamp: Stamp, claims: Iterable[Claim]) -> bool:
    """Whether another trusted source names another day."""
    return any(
        c.found.confidence >= _TRUSTED and day_of(c.found.value) != day_of(stamp) for c in claims
    )


def complete(
    page: Page, ranked: Sequence[Claim], told: Sequence[Claim], country: str | None
) -> list[Found[Stamp]]:
    """The ranked claims as candidates, the first with what other claims of the same moment know
    better; local times with the zone of the page, or of the outlet."""
    if not ranked:
        return []
    zone, zone_from = find_zone(page, country)
    best = _choose_time(ranked, zone)
    placed = [_place(claim.found, told, zone, zone_from) for claim in (best, *ranked[1:])]
    placed[1:] = [f for c, f in zip(ranked[1:], placed[1:], strict=True) if c is not best]
    if best is not ranked[0]:
        placed.insert(1, ranked[0].found)
    placed[0] = replace(placed[0], confidence=ranked[0].found.confidence)
    return placed


def find_zone(page: Page, country: str | None) -> tuple[str | None, ZoneFrom]:
    """The zone of the page's outlet, which works in `country`, and where it is known from."""
    if load_zone(page.zone) is not None:
        return page.zone, ZoneFrom.OUTLET
    return assume_zone(country), ZoneFrom.ASSUMED


def _choose_time(ranked: Sequence[Claim], zone: str | None) -> Claim:
    """The best claim, or one that says the same and knows more: the clock, the offset, or the
    local time where the best only has UTC."""
    best = ranked[0]
    others = [c for c in ranked[1:] if c.found.confidence >= 0.5]
    for test in (_adds_clock, _adds_offset, _confirms):
        for other in others:
            if test(other.found.value, best.found.value):
                best = other
                break
    return _unmask(best, others, zone)


def _adds_clock(other: Stamp, best: Stamp) -> bool:
    """A clock time on a day that the best has none for, or only midnight."""
    local = best.local
    bare = not isinstance(local, datetime) or not (local.hour or local.minute or local.second)
    if not bare or not isinstance(other.local, datetime) or day_of(other) != day_of(best):
        return False
    return bool(other.local.hour or other.local.minute)


def _adds_offset(other: Stamp, best: Stamp) -> bool:
    """The same local minute with an offset."""
    if not (isinstance(other.local, datetime) and isinstance(best.local, datetime)):
        return False
    return best.utc is None and other.utc is not None and abs(other.local - best.local) < _MINUTE


def _confirms(other: Stamp, best: Stamp) -> bool:
    """The same instant in the place's own time, where the best only has UTC; or the same clock with
    an offset of the place, where the best calls it UTC."""
    if (
        best.utc is None
        or other.utc is None
        or best.offset_minutes != 0
        or not other.offset_minutes
    ):
        return False
    same_clock = (
        isinstance(other.local, datetime)
        and isinstance(best.local, datetime)
        and abs(other.local - best.local) < _MINUTE
    )
    return same_clock or abs(other.utc - best.utc) < _MINUTE


def _unmask(best: Claim, others: Sequence[Claim], zone: str | None) -> Claim:
    """A time in UTC as the page prints it: the local time, and the offset that lies between them;
    only one that the outlet's zone allows, where it is known."""
    stamp = best.found.value
    if stamp.utc is None or stamp.offset_minutes != 0:
        return best
    for other in others:
        if other.kind is not Kind.PRINTED or other.found.value.utc is not None:
            continue
        local = other.found.value.local
        if not isinstance(local, datetime):
            continue
        minutes = _measure_gap(local, stamp.utc)
        if minutes and (zone is None or minutes == measure_zone(load_zone(zone), local)):
            return _print_local(best, local, minutes)
    return best


def _measure_gap(local: datetime, instant: datetime) -> int | None:
    """The offset, in whole quarters of an hour, that turns an instant into this local time."""
    gap = local.replace(second=0) - instant.replace(tzinfo=None, second=0, microsecond=0)
    return None if gap % _QUARTER or abs(gap) > _FURTHEST else round(gap / _MINUTE)


def _print_local(best: Claim, local: datetime, minutes: int) -> Claim:
    stamp = best.found.value
    seconds = stamp.utc.second if stamp.utc else 0
    moved = with_offset(local.replace(second=seconds), stamp.precision, minutes)
    return best._replace(found=replace(best.found, value=moved))


def _place(
    found: Found[Stamp], told: Sequence[Claim], zone: str | None, zone_from: ZoneFrom
) -> Found[Stamp]:
    """The candidate with an instant: by an offset that the page prints for other times of the
    season, else by the outlet's zone."""
    stamp = found.value
    if stamp.utc is not None and found.rule.endswith(".counted"):
        # The fetch gave the instant; only its local time needs a zone.
        return replace(found, value=replace(stamp, zone_from=zone_from))
    if stamp.utc is not None or stamp.precision is Precision.DAY:
        return found
    minutes = _find_offset(stamp, told)
    if minutes is not None and isinstance(stamp.local, datetime):
        return replace(found, value=with_offset(stamp.local, stamp.precision, minutes))
    return replace(found, value=place_stamp(stamp, zone, zone_from))


def _find_offset(stamp: Stamp, told: Sequence[Claim]) -> int | None:
    """The one offset but zero that the page's own times of this season have."""
    offsets = {
        c.found.value.offset_minutes
        for c in told
        if c.found.value.offset_minutes and abs(day_of(c.found.value) - day_of(stamp)) < _SEASON
    }
    return offsets.pop() if len(offsets) == 1 else None


def drop_early(found: Sequence[Found[Stamp]], published: Found[Stamp]) -> list[Found[Stamp]]:
    """The candidates for a change without those before the publication."""
    return [f for f in found if not _is_before(f.value, published.value)]


def _is_before(stamp: Stamp, published: Stamp) -> bool:
    if stamp.utc is not None and published.utc is not None:
        return stamp.utc < published.utc - _MINUTE
    both_local = stamp.utc is None and published.utc is None
    if both_local and isinstance(stamp.local, datetime) and isinstance(published.local, datetime):
        return stamp.local < published.local - _MINUTE
    return day_of(stamp) < day_of(published)
