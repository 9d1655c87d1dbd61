"""When an article was published and last modified, from every place a page says so.

Claims (`date_claims`) of one day support each other: what machines are told, what readers see, and
what the address says are three witnesses. The day with the most support wins, its best claim gives
the time, and another claim of the same moment may add what the best lacks: the clock, the offset.
What the page itself contradicts is put right (`date_doubts`). A day that stands nowhere is no day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from tasks.fields.date_claims import Claim, Kind, claim_loose_lines, list_claims
from tasks.fields.date_doubts import complete, doubt_claims, drop_early
from tasks.fields.date_hints import make_hints
from tasks.fields.date_roles import Role
from tasks.fields.stamps import day_of
from tasks.model import Found, Page, Stamp

_EARLIEST = date(1990, 1, 1)
# A machine-readable claim as sure as this makes loose lines needless.
_ENOUGH = 0.8
_MOST = 0.99


def find_published(page: Page) -> Sequence[Found[Stamp]]:
    """Candidates for the time of first publication, best first."""
    hints = make_hints(page)
    claims = list_claims(page, hints, Role.PUBLISHED)
    if not any(c.kind is Kind.MACHINE and c.found.confidence > _ENOUGH for c in claims):
        claims += claim_loose_lines(page, hints)
    modified = list_claims(page, hints, Role.MODIFIED)
    return _finish(page, doubt_claims(page, claims, modified), [*claims, *modified])


def find_modified(page: Page) -> Sequence[Found[Stamp]]:
    """Candidates for the time of the last change, best first; none before the publication."""
    claims = list_claims(page, make_hints(page), Role.MODIFIED)
    if not claims:
        return []
    published = find_published(page)
    found = _finish(page, claims, [*claims])
    return drop_early(found, published[0]) if published else found


def _finish(page: Page, claims: Sequence[Claim], told: Sequence[Claim]) -> list[Found[Stamp]]:
    latest = page.fetched_at.date() + timedelta(days=1)
    kept = [c for c in claims if _EARLIEST <= day_of(c.found.value) <= latest]
    ranked = _rank(kept)
    return complete(page, ranked, told)


def _rank(claims: Sequence[Claim]) -> list[Claim]:
    """The claims of the best supported day first, the surest of them at the head, whose confidence
    becomes that of the day; of days with the same support, the one claimed first."""
    days: dict[date, list[Claim]] = {}
    for claim in claims:
        days.setdefault(day_of(claim.found.value), []).append(claim)
    ranked: list[Claim] = []
    for day in sorted(days, key=lambda day: -_support(days[day])):
        members = sorted(days[day], key=lambda c: -c.found.confidence)
        best = members[0]
        sure = round(min(_support(members), _MOST), 4)
        ranked += [best._replace(found=replace(best.found, confidence=sure)), *members[1:]]
    head = ranked[:1]
    return head + sorted(ranked[1:], key=lambda c: -c.found.confidence)


def _support(claims: Sequence[Claim]) -> float:
    """How sure a day is: the chance that not all of its witnesses err."""
    wrong = 1.0
    for kind in Kind:
        sure = max((c.found.confidence for c in claims if c.kind is kind), default=0.0)
        wrong *= 1.0 - max(sure, 0.0)
    rules = {c.found.rule for c in claims if c.found.confidence > 0}
    return 1.0 - wrong + 0.005 * min(len(rules) - 1, 4)
