"""What a listing leads to: pages that were not known, and listings that it names."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from tasks.fetching.client import Answer
from tasks.fetching.intervals import should_take
from tasks.fetching.settings import Settings
from tasks.fetching.visits import find_host
from tasks.listings.registry import read_listing
from tasks.live import Entry, FetchState, Kind, Listing, Nested, Role, Source
from tasks.model import Fault

# Which of some addresses the crawl had not met before, and what was remembered of those.
Recall = Callable[[Sequence[str]], Awaitable[tuple[frozenset[str], Mapping[str, FetchState]]]]


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a listing brought: `states` to remember, those of them that are `due`, how many pages
    are `new`, and the `times` at which its entries were published."""

    states: Mapping[str, FetchState] = field(default_factory=dict)
    due: tuple[FetchState, ...] = ()
    new: int = 0
    times: tuple[datetime, ...] = ()
    fault: Fault | None = None


async def discover(
    answer: Answer,
    state: FetchState,
    source: Source | None,
    sitemaps: Sequence[str],
    settings: Settings,
    recall: Recall,
    now: datetime,
) -> Discovery:
    """Read a listing and compare it with what is known. Parsing runs in a thread."""
    kind = state.kind or (source.kind if source else None)
    read = partial(read_listing, answer.content, answer.content_type, answer.url, kind)
    listing = await asyncio.to_thread(read, sitemaps=sitemaps)
    entries = select_entries(listing, state, settings, now)
    nested = select_nested(listing, settings, now)
    fresh, known = await recall([entry.url for entry in entries] + [nest.url for nest in nested])
    met = [meet_entry(entry, known, state, now) for entry in entries if entry.url in fresh]
    pages = [page for page in met if page is not None]
    listings = [meet_nested(n, state, now) for n in nested if n.url in fresh - known.keys()]
    found = [*listings, *pages]
    return Discovery(
        states={s.url: s for s in found},
        due=tuple(found),
        new=sum(s.fetched_at is None for s in pages),
        times=tuple(e.published_at for e in listing.entries if e.published_at is not None),
        fault=listing.fault if not listing.entries and not listing.nested else None,
    )


def select_entries(
    listing: Listing, state: FetchState, settings: Settings, now: datetime
) -> list[Entry]:
    """The entries that are worth a look: each once, and of a sitemap, which goes back for years,
    the fresh ones."""
    first = {entry.url: entry for entry in reversed(listing.entries[: settings.entries])}
    oldest = timedelta(seconds=settings.oldest)
    return [
        entry
        for entry in reversed(first.values())
        if entry.url != state.url
        and (state.kind is not Kind.SITEMAP or should_take(entry, now, oldest))
    ]


def select_nested(listing: Listing, settings: Settings, now: datetime) -> list[Nested]:
    """The newest listings that a listing names; those that have not changed for long are left."""
    oldest = now - timedelta(seconds=settings.oldest)
    fresh = [n for n in listing.nested if n.updated_at is None or n.updated_at >= oldest]
    fresh.sort(key=lambda n: n.updated_at.timestamp() if n.updated_at else 0.0, reverse=True)
    return fresh[: settings.nested]


def meet_entry(
    entry: Entry, known: Mapping[str, FetchState], listing: FetchState, now: datetime
) -> FetchState | None:
    """A page that is new, or that its listing says has changed since it was fetched."""
    state = known.get(entry.url)
    if state is None:
        return FetchState(
            url=entry.url,
            host=find_host(entry.url),
            role=Role.PAGE,
            found_at=now,
            source=listing.source,
            told=entry.told,
            next_at=now,
        )
    changed = entry.updated_at is not None and entry.updated_at <= now
    if changed and state.role is Role.PAGE and state.fetched_at and state.moved_to is None:
        assert entry.updated_at is not None
        if entry.updated_at > state.fetched_at and state.visits:
            return replace(state, next_at=now, told=entry.told or state.told)
    return None


def meet_nested(nested: Nested, listing: FetchState, now: datetime) -> FetchState:
    """A listing that was found in another one."""
    return FetchState(
        url=nested.url,
        host=find_host(nested.url),
        role=Role.LISTING,
        found_at=now,
        source=listing.source,
        next_at=now,
        kind=nested.kind,
        nested_in=listing.url,
    )
