"""Applying the journal entries of live news: what was fetched, changed sources, retention.

As everywhere here, what comes out depends on the entries and the rows that are there alone. States
are replaced by their 64-bit key: one narrow column is scanned, so the cost follows what is new.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.absences import note_answers
from warehouse.connect import quote
from warehouse.journal import Entry

KINDS = frozenset({"fetches", "sources", "retention"})

REPLACE = """
delete from {table} where {key} in (select {key} from read_parquet({file}));
insert into {table} by name select * from read_parquet({file})
"""

APPEND = "insert into fetches by name select * from read_parquet({file})"

PUT = """
create or replace temp table put as
select put.*, sources.name is not null as known,
       coalesce(sources.added_at, $now::timestamptz) as added_at, $now::timestamptz as changed_at,
       sources.url is distinct from put.url or sources.kind is distinct from put.kind as moved,
       sources.every_seconds is distinct from put.every_seconds as rescheduled
from read_parquet({file}) as put
left join sources using (name)
"""

# What was remembered of the listings of another address says nothing about this one.
FORGET_MOVED = """
delete from fetch_state
where role = 'listing' and source in (select name from put where moved)
"""

# A listing with a new interval is polled at once, and by it from then on.
RESCHEDULE = """
update fetch_state set next_at = $now::timestamptz
where role = 'listing' and next_at > $now::timestamptz
  and source in (select name from put where rescheduled and not moved)
"""

REPLACE_SOURCES = """
delete from sources where name in (select name from put);
insert into sources by name select * exclude (known, moved, rescheduled) from put
"""

# Pages stay: they were fetched, and are not fetched again should the source come back.
REMOVE_LISTINGS = """
delete from fetch_state
where role = 'listing' and source in (select unnest($removed::varchar[]))
"""

REMOVE_SOURCES = "delete from sources where name in (select unnest($removed::varchar[]))"

RETIRE_FETCHES = "delete from fetches where started_at < $before::timestamptz"

# Pages that a source may list still would be fetched again if they were forgotten. A sitemap, a
# list and an archive may list any page they ever did, a feed or a home page the newest of theirs.
LISTED = 1_000

FORGET_PAGES = f"""
delete from fetch_state where rowid in (
    select place from (
        select fetch_state.rowid as place, role, next_at, fetched_at, sources.kind,
               row_number() over (
                   partition by source, role order by found_at desc, url_key
               ) as age
        from fetch_state
        left join sources on sources.name = fetch_state.source and sources.enabled
    )
    where role = 'page' and next_at is null and fetched_at < $before::timestamptz
      and (kind is null or (kind in ('feed', 'home') and age > {LISTED}))
)
"""

FORGET_HOSTS = """
delete from hosts
where coalesce(robots_at, $before::timestamptz) <= $before::timestamptz
  and coalesce(paused_until, $before::timestamptz) <= $before::timestamptz
  and host not in (select host from fetch_state)
"""


def is_live(entry: Entry) -> bool:
    """Whether the entry is one of live news."""
    return entry.kind in KINDS


def apply_live(connection: duckdb.DuckDBPyConnection, entry: Entry) -> None:
    """Apply an entry of live news inside the transaction that is open."""
    if entry.kind == "fetches":
        load_fetches(connection, entry)
    elif entry.kind == "sources":
        change_sources(connection, entry)
    else:
        retire(connection, entry)


def load_fetches(connection: duckdb.DuckDBPyConnection, entry: Entry) -> None:
    """Append the log, and note which articles it says are gone; put states in the place of those of
    the same address, or the same host."""
    if file := entry.file("fetches"):
        connection.execute(APPEND.format(file=name_file(file)))
        note_answers(connection, name_file(file))
    for table, key in (("fetch_state", "url_key"), ("hosts", "host")):
        if file := entry.file(table):
            connection.execute(REPLACE.format(table=table, key=key, file=name_file(file)))


def change_sources(connection: duckdb.DuckDBPyConnection, entry: Entry) -> None:
    """Remove sources, then add or replace others."""
    now = {"now": entry.description["loaded_at"]}
    if removed := entry.description["removed"]:
        connection.execute(REMOVE_LISTINGS, {"removed": removed})
        connection.execute(REMOVE_SOURCES, {"removed": removed})
    if file := entry.file("sources"):
        connection.execute(PUT.format(file=name_file(file)), now)
        connection.execute(FORGET_MOVED)
        connection.execute(RESCHEDULE, now)
        connection.execute(REPLACE_SOURCES)


def retire(connection: duckdb.DuckDBPyConnection, entry: Entry) -> None:
    """Remove the old log; forget old pages that nothing lists, and then hosts without any."""
    connection.execute(RETIRE_FETCHES, {"before": entry.description["fetches_before"]})
    if before := entry.description["pages_before"]:
        connection.execute(FORGET_PAGES, {"before": before})
        connection.execute(FORGET_HOSTS, {"before": before})


def name_file(file: Path) -> str:
    """The file's path as an SQL literal."""
    return quote(str(file))
