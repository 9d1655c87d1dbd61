"""What is known of sources, addresses and hosts, asked of one connection."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import duckdb

from tasks.live import FetchState, HostState, Role, Source
from warehouse.live_rows import HOSTS, SOURCES, STATES, make_host, make_source, make_state
from warehouse.rows import key_uri

# Sources whose own listing was never asked for. What was found in a listing names it.
UNPOLLED = f"""
select {SOURCES.listed} from sources
where enabled and name not in (
    select source from fetch_state
    where role = 'listing' and nested_in is null and source is not null
)
order by name
"""

# Turns by host, so that no host waits for another; narrow columns first, then the chosen rows.
DUE = f"""
with due as (
    select fetch_state.rowid as place, fetch_state.host, next_at, url_key, visits,
           sources.max_pages,
           row_number() over (
               partition by source, visits > 0 order by next_at, url_key
           ) as turn_of_source
    from fetch_state
    left join sources on sources.name = fetch_state.source
    where role = $role and next_at <= $now and (source is null or sources.enabled)
      and ($again is null or (visits > 0) = $again)
      and fetch_state.host not in (select host from hosts where paused_until > $now)
),

chosen as (
    select place, next_at, url_key,
           row_number() over (partition by host order by next_at, url_key) as turn
    from due
    where visits > 0 or $role = 'listing' or max_pages is null or turn_of_source <= max_pages
    qualify turn <= $per_host
    order by turn, next_at, url_key
    limit $most
)

select {", ".join(f"fetch_state.{name}" for name in STATES.listed.split(", "))}
from fetch_state
join chosen on chosen.place = fetch_state.rowid
order by chosen.turn, chosen.next_at, chosen.url_key
"""

# The rows are found in the narrow column before the others are read, there alone.
STATES_OF = f"""
with places as materialized (
    select rowid as place from fetch_state
    where url_key in (select unnest(string_split(?, ',')::ubigint[]))
)

select {STATES.listed} from fetch_state where rowid in (select place from places)
"""

MARKS_OF = """
select url, etag, next_at from fetch_state
where url_key in (select unnest(string_split(?, ',')::ubigint[]))
"""

HOSTS_OF = f"""
select {HOSTS.listed} from hosts
where $hosts is null or host in (select unnest($hosts::varchar[]))
order by host
"""


def find_sources(connection: duckdb.DuckDBPyConnection) -> list[Source]:
    """All sources, by name."""
    rows = connection.execute(f"select {SOURCES.listed} from sources order by name").fetchall()
    return [make_source(row) for row in rows]


def find_unpolled(connection: duckdb.DuckDBPyConnection) -> list[Source]:
    """The sources that are on and were never polled, by name."""
    return [make_source(row) for row in connection.execute(UNPOLLED).fetchall()]


def find_due(
    connection: duckdb.DuckDBPyConnection,
    now: datetime,
    role: Role,
    most: int,
    per_host: int,
    again: bool | None = None,
) -> list[FetchState]:
    """See `warehouse.live_state.read_due`."""
    values = {"now": now, "role": role, "most": most, "per_host": per_host, "again": again}
    return [make_state(row) for row in connection.execute(DUE, values).fetchall()]


def find_states(
    connection: duckdb.DuckDBPyConnection, urls: Collection[str]
) -> dict[str, FetchState]:
    """What is remembered of these addresses; unknown ones have no key."""
    if not urls:
        return {}
    wanted = frozenset(urls)
    # One text: DuckDB 1.5 takes ten times as long to bind a list.
    joined = ",".join(str(key_uri(url)) for url in wanted)
    states = [make_state(row) for row in connection.execute(STATES_OF, [joined]).fetchall()]
    return {state.url: state for state in states if state.url in wanted}


def find_marks(
    connection: duckdb.DuckDBPyConnection, urls: Collection[str]
) -> dict[str, tuple[str | None, datetime | None]]:
    """See `warehouse.live_state.read_marks`."""
    if not urls:
        return {}
    wanted = frozenset(urls)
    joined = ",".join(str(key_uri(url)) for url in wanted)
    rows = connection.execute(MARKS_OF, [joined]).fetchall()
    return {url: (mark, next_at) for url, mark, next_at in rows if url in wanted}


def find_hosts(
    connection: duckdb.DuckDBPyConnection, hosts: Collection[str] | None = None
) -> dict[str, HostState]:
    """What is remembered of these hosts, or of all; unknown ones have no key."""
    values = {"hosts": None if hosts is None else list(hosts)}
    rows = connection.execute(HOSTS_OF, values).fetchall()
    return {row[0]: make_host(row) for row in rows}
