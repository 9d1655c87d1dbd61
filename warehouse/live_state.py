"""The state of live news: reading it from the published copy, and changing it by the writer.

Readers open the file for as long as a query takes: an open reader would make the next publish copy
the file. Where there is no warehouse yet, or one that an earlier version published, nothing is
known and nothing is due. What was loaded and not published yet is not seen: for that, `Writer` has
`sources` and `states`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from tasks.identity import make_id
from tasks.live import FetchState, HostState, Role, Source
from warehouse.layout import Layout, locate
from warehouse.live_health import Health, find_health
from warehouse.live_lookup import (
    find_due,
    find_hosts,
    find_marks,
    find_sources,
    find_states,
    find_unpolled,
)
from warehouse.live_rows import SOURCES, write_rows
from warehouse.migrate import has_table
from warehouse.read import open_published
from warehouse.stage import close_folder, open_folder

if TYPE_CHECKING:
    from warehouse.writer import Writer

__all__ = [
    "Health",
    "read_due",
    "read_health",
    "read_hosts",
    "read_marks",
    "read_sources",
    "read_states",
    "read_unpolled",
    "retire_fetches",
    "save_sources",
]


@contextmanager
def open_live(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """A connection to the published copy; None where it knows nothing of live news. Raises
    `WarehouseMissing` for a link to nothing and a file of somebody else, `WarehouseCorrupt` …"""
    published = locate(warehouse).published
    if not published.exists() and not published.is_symlink():
        yield None
        return
    with open_published(warehouse) as connection:
        yield connection if has_table(connection, "fetch_state") else None


def read_sources(warehouse: Path) -> list[Source]:
    """All sources, by name."""
    with open_live(warehouse) as connection:
        return [] if connection is None else find_sources(connection)


def read_unpolled(warehouse: Path) -> list[Source]:
    """The sources that are on and whose own listing has no state yet, by name: new ones, and those
    whose address was changed. They are due at once, and `read_due` does not list them."""
    with open_live(warehouse) as connection:
        return [] if connection is None else find_unpolled(connection)


def read_due(
    warehouse: Path,
    now: datetime,
    role: Role,
    most: int,
    per_host: int,
    again: bool | None = None,
) -> list[FetchState]:
    """What is to be fetched at `now`, at most `most`: of each host the most overdue, then of each
    the next, and so on, up to `per_host` of a host.

    Listings and pages of sources that are off or gone are not due, nor is anything at a host that
    is paused. Of first visits of pages, a source has no more than its `most`. `again` True takes
    revisits alone (pages with `visits`), False first visits alone.
    """
    with open_live(warehouse) as connection:
        if connection is None:
            return []
        return find_due(connection, now, role, most, per_host, again)


def read_states(warehouse: Path, urls: Collection[str]) -> dict[str, FetchState]:
    """What is remembered of these addresses, by address; unknown ones have no key. One call for
    many: each opens the file and scans one narrow column."""
    with open_live(warehouse) as connection:
        return {} if connection is None else find_states(connection, urls)


def read_marks(
    warehouse: Path, urls: Collection[str]
) -> dict[str, tuple[str | None, datetime | None]]:
    """Of the known ones among these addresses, the ETag (of a file: size and time) and when they
    are due. For very many; `read_states` has all that is remembered."""
    with open_live(warehouse) as connection:
        return {} if connection is None else find_marks(connection, urls)


def read_hosts(warehouse: Path, hosts: Collection[str] | None = None) -> dict[str, HostState]:
    """What is remembered of these hosts, or of all, by host; unknown ones have no key."""
    with open_live(warehouse) as connection:
        return {} if connection is None else find_hosts(connection, hosts)


def read_health(warehouse: Path, now: datetime) -> Health:
    """How all sources are doing at `now`; that of no sources where there is no warehouse."""
    with open_live(warehouse) as connection:
        return Health() if connection is None else find_health(connection, now)


def save_sources(
    writer: Writer,
    layout: Layout,
    put: Sequence[Source],
    removed: Sequence[str],
    now: datetime,
) -> None:
    """Remove the sources of these names, then add `put` or replace those of the same name, in one
    step; people see it when the writer publishes.

    What is remembered of a listing goes with its source, and when its address changes; pages stay.
    A source with another `every` is polled at once. Raises OSError.
    """
    kept = list({source.name: source for source in put}.values())
    name = name_entry("sources", now, [list(removed), [repr(source) for source in kept]])
    folder = open_folder(layout.staging, name)
    write_rows(folder, SOURCES, kept)
    writer.load(close_folder(folder, describe(name, "sources", now, removed=list(removed))))


def retire_fetches(
    writer: Writer,
    layout: Layout,
    before: datetime,
    pages_before: datetime | None = None,
    *,
    now: datetime,
) -> None:
    """Delete the log of fetches before `before`. With `pages_before`, forget pages last fetched
    before then that are never fetched again and that no source can list still, too, and hosts
    that have no address left. Raises OSError."""
    limits = {
        "fetches_before": before.isoformat(),
        "pages_before": pages_before.isoformat() if pages_before else None,
    }
    name = name_entry("retention", now, limits)
    folder = open_folder(layout.staging, name)
    writer.load(close_folder(folder, describe(name, "retention", now, **limits)))


def name_entry(kind: str, now: datetime, content: object) -> str:
    """The id of an entry: the same for the same change at the same instant."""
    return f"{kind}-{make_id(kind, now.isoformat(), json.dumps(content))}"


def describe(name: str, kind: str, now: datetime, **more: object) -> dict[str, object]:
    """The description of an entry without documents."""
    about = {"id": name, "kind": kind, "run_id": "", "number": 0, "documents": 0}
    return {**about, "loaded_at": now.isoformat(), **more}
