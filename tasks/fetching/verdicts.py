"""What an answer means: how the fetch ended, and when its address is due again. Pure functions.

docs/fetching.md has the same as a table.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from tasks.fetching.client import Answer
from tasks.fetching.intervals import next_visit, retry_after_failure
from tasks.fetching.settings import DAY, HOUR, Settings
from tasks.live import FetchState, Outcome, Role, Source
from tasks.media import sniff
from tasks.model import Fault

WELL = frozenset({Outcome.FETCHED, Outcome.UNCHANGED})
# A page that was listed and is not there yet may come; one that is gone twice is gone.
_GONE_TRIES = 2
_REFUSED_TRIES = 3
_FORBIDDEN_TRIES = 4
_LONGEST_BUSY = DAY
_BUSY = 60.0


class Verdict(NamedTuple):
    """How a fetch ended, and in what words; `code` is kebab-case."""

    outcome: Outcome
    code: str | None = None
    message: str | None = None


def judge_answer(answer: Answer, sha256: str | None, state: FetchState) -> Verdict:
    """How the fetch ended; `sha256` is that of the body, `state` what was known of its address."""
    fault = answer.fault
    outcome = judge_outcome(answer)
    if outcome is Outcome.FETCHED and sha256 == state.sha256:
        return Verdict(Outcome.UNCHANGED)
    if outcome is Outcome.FETCHED and state.role is Role.PAGE:
        media = sniff(answer.content, answer.content_type)
        fault = media if isinstance(media, Fault) else None
        outcome = Outcome.UNSUITABLE if fault else outcome
    return Verdict(outcome, fault.code if fault else None, fault.message if fault else None)


def judge_outcome(answer: Answer) -> Outcome:
    """How a fetch ended, whatever it brought."""
    status, code = answer.status, answer.fault.code if answer.fault else None
    if code in ("robots", "robots-unreachable"):
        return Outcome.FORBIDDEN if code == "robots" else Outcome.FAILED
    if code == "address-refused":
        return Outcome.BLOCKED
    if status == 304:  # with a fault where nobody asked for it
        return Outcome.FAILED if code else Outcome.UNCHANGED
    if status in (404, 410):
        return Outcome.GONE
    if status == 429 or (status == 503 and answer.retry_after is not None):
        return Outcome.BUSY
    if status is not None and status >= 500:
        return Outcome.FAILED
    if status is not None and status >= 400:
        return Outcome.REFUSED
    if code is None:
        return Outcome.FETCHED
    again = answer.transient or code == "tls-failed"  # certificates are renewed
    return Outcome.FAILED if again else Outcome.UNSUITABLE


def measure_pause(answer: Answer, failures: int) -> float:
    """Seconds that a host which has had too much is left alone: as it says, within a day, else a
    minute, doubled with each time."""
    if answer.retry_after is not None and answer.retry_after > 0:
        return min(answer.retry_after, _LONGEST_BUSY)
    return min(_BUSY * float(2 ** min(failures, 10)), _LONGEST_BUSY)


def settle_page(
    state: FetchState,
    verdict: Verdict,
    now: datetime,
    settings: Settings,
    source: Source | None = None,
) -> FetchState:
    """A page's state after a fetch: when it is due again, or never."""
    if verdict.outcome in WELL:
        revisits = source.revisits if source and source.revisits is not None else settings.revisits
        visits = state.visits + 1
        due = next_visit(state.found_at, visits, revisits, now)
        return replace(
            _note(state, verdict, now),
            visits=visits,
            failures=0,
            changed_at=now if verdict.outcome is Outcome.FETCHED else state.changed_at,
            next_at=due,
        )
    failed = replace(_note(state, verdict, now), failures=state.failures + 1)
    if verdict.outcome is Outcome.GONE:
        return replace(failed, next_at=_plan_gone(failed, now, settings, source))
    return replace(failed, next_at=_plan_page(failed, verdict.outcome, now, settings))


def _plan_gone(
    failed: FetchState, now: datetime, settings: Settings, source: Source | None
) -> datetime | None:
    """When a page that is gone is looked for again. One that was never had, once, an hour later.
    One that was had keeps its later revisits, for pages come back; at least one more look, a day
    later, tells a mishap from an end. What is gone for good (410) is believed."""
    if failed.status == 410:
        return None
    again = failed.failures < _GONE_TRIES
    if not failed.visits:
        return now + timedelta(seconds=HOUR) if again else None
    revisits = source.revisits if source and source.revisits is not None else settings.revisits
    dates = (failed.found_at + timedelta(seconds=age) for age in revisits)
    later = min((date for date in dates if date > now), default=None)
    return later or (now + timedelta(seconds=DAY) if again and revisits else None)


def _plan_page(
    failed: FetchState, outcome: Outcome, now: datetime, settings: Settings
) -> datetime | None:
    """When a page that could not be had is tried again; None when it is given up."""
    failures = failed.failures
    if outcome is Outcome.FORBIDDEN:
        return now + timedelta(days=7) if failures < _FORBIDDEN_TRIES else None
    if outcome in (Outcome.BLOCKED, Outcome.UNSUITABLE, Outcome.MOVED):
        return None
    most = _REFUSED_TRIES if outcome is Outcome.REFUSED else settings.page_failures
    if failures >= most:
        return None
    return retry_after_failure(failures, now, failed.url, settings.retry)


def settle_listing(
    state: FetchState, verdict: Verdict, interval: int, now: datetime, settings: Settings
) -> FetchState:
    """A listing's state after a poll: it is always due again, later each time it fails."""
    if verdict.outcome in WELL:
        return replace(
            _note(state, verdict, now),
            visits=state.visits + 1,
            failures=0,
            changed_at=now if verdict.outcome is Outcome.FETCHED else state.changed_at,
            interval=interval,
            next_at=now + timedelta(seconds=interval),
        )
    failed = replace(_note(state, verdict, now), failures=state.failures + 1)
    later = retry_after_failure(failed.failures, now, state.url, settings.retry)
    return replace(failed, next_at=later)


def put_off(state: FetchState, until: datetime, verdict: Verdict, now: datetime) -> FetchState:
    """The state of an address whose host wants to be left alone: no failure of its own."""
    return replace(_note(state, verdict, now), next_at=until)


def is_given_up(state: FetchState) -> bool:
    """Whether a page was never had and is not tried again: it is filed as a problem."""
    return (
        state.role is Role.PAGE
        and state.next_at is None
        and state.visits == 0
        and state.outcome not in (None, *WELL, Outcome.MOVED, Outcome.FORBIDDEN)
    )


def _note(state: FetchState, verdict: Verdict, now: datetime) -> FetchState:
    return replace(state, fetched_at=now, outcome=verdict.outcome)
