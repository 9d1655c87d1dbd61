"""When an article was published and last modified, from every place a page says so.

Claims (`claims`) of one day support each other: what machines are told, what readers see, and
what the address says are three witnesses. The day with the most support wins, its best claim gives
the time, and another claim of the same moment may add what the best lacks: the clock, the offset.
What the page itself contradicts is put right (`doubts`). A day that stands nowhere is no day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from tasks.fields.same import Same
from tasks.fields.times.claims import (
    Claim,
    Kind,
    claim_addresses,
    claim_machine,
    claim_marked,
    claim_scripts,
    claim_told,
)
from tasks.fields.times.days import Hints
from tasks.fields.times.doubts import complete, doubt_claims, drop_early
from tasks.fields.times.hints import find_moment, make_hints
from tasks.fields.times.lines import (
    FEW_LINES,
    MOST_LINES,
    Plan,
    claim_lines,
    claim_loose_changes,
    claim_loose_lines,
    plan_lines,
)
from tasks.fields.times.roles import Role
from tasks.fields.times.stamps import day_of
from tasks.model import Found, Page, Stamp

_EARLIEST = date(1990, 1, 1)
_KINDS = tuple(Kind)
# A claim as sure as this makes loose lines needless.
_ENOUGH = 0.62
_MOST = 0.99
# What is less sure is the day of a comment or of a teaser.
_LEAST = 0.1
_WITNESS = 0.5
# What the server or its sitemap says of a file is no publication.
_OF_FILES = ("http.", "sitemap.")
# How often the time of a change is that of the publication, too, where no other is told.
_ONLY_MODIFIED = 0.75


def find_published(page: Page) -> Sequence[Found[Stamp]]:
    """Candidates for the time of first publication, best first."""
    return _find_both(Same(page))[0]


def find_modified(page: Page) -> Sequence[Found[Stamp]]:
    """Candidates for the time of the last change, best first; none before the publication."""
    return _find_both(Same(page))[1]


@lru_cache(maxsize=1)  # the two fields of one page are asked for one after the other
def _find_both(same: Same) -> tuple[Sequence[Found[Stamp]], Sequence[Found[Stamp]]]:
    page = same.page
    hints = make_hints(page)
    plan = plan_lines(page)
    claims, changed = _list_claims(page, plan, hints)
    told = [*claims, *changed]
    published = _finish(page, hints, doubt_claims(page, claims, changed), told)
    modified = _finish(page, hints, changed, told)
    if not published:
        printed = [f for f in modified if not f.rule.startswith(_OF_FILES)]
        return [_take_change(f) for f in printed[:1]], modified
    return published, drop_early(modified, published[0])


def _take_change(found: Found[Stamp]) -> Found[Stamp]:
    """The change as the publication, which the page tells nowhere: readers know no other day."""
    return replace(
        found, rule=f"{found.rule}.only-modified", confidence=found.confidence * _ONLY_MODIFIED
    )


def _list_claims(page: Page, plan: Plan, hints: Hints) -> tuple[list[Claim], list[Claim]]:
    """All claims for the publication and for the change; lines without a date's label are read
    where the others are weak, or know the day alone."""
    claims: dict[Role, list[Claim]] = {Role.PUBLISHED: [], Role.MODIFIED: []}
    for role, found in claims.items():
        found += claim_machine(page, hints, role)
        found += claim_told(page, hints, role)
    for role, claim in (*claim_marked(page, hints), *claim_lines(page, plan, hints)):
        claims[role].append(claim)
    published, changed = claims[Role.PUBLISHED], claims[Role.MODIFIED]
    published += claim_addresses(page)
    published += claim_scripts(page, hints)
    sure = [c.found for c in published if c.found.confidence >= _ENOUGH]
    if not any(isinstance(found.value.local, datetime) for found in sure):
        most = FEW_LINES if sure else MOST_LINES
        published += claim_loose_lines(page, plan, hints, most)
        if not changed:
            changed += claim_loose_changes(page, plan, hints)
    return published, changed


def _finish(
    page: Page, hints: Hints, claims: Sequence[Claim], told: Sequence[Claim]
) -> list[Found[Stamp]]:
    latest = find_moment(page).date() + timedelta(days=1)
    kept = [
        c
        for c in claims
        if c.found.confidence >= _LEAST and _EARLIEST <= day_of(c.found.value) <= latest
    ]
    ranked = _rank(kept)
    return complete(page, ranked, told, hints.region)


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
    """How sure a day is: the chance that not all of its witnesses err. What is printed in teasers
    or comments adds nothing to what others say."""
    heard = [c for c in claims if c.kind is not Kind.PRINTED or c.found.confidence >= _WITNESS]
    if not heard or all(c.kind is Kind.ADDRESS for c in heard):
        heard = [*claims]
    wrong = 1.0
    for kind in _KINDS:
        wrong *= 1.0 - max((c.found.confidence for c in heard if c.kind is kind), default=0.0)
    return 1.0 - wrong + 0.005 * min(len({c.found.rule for c in heard}) - 1, 4)
