"""The rows of live news: for each table its columns, and the nouns made again from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from tasks.live import Fetch, FetchState, HostState, Kind, Outcome, Role, Source
from tasks.told import parse_told, print_told
from warehouse.rows import Kind as ColumnKind
from warehouse.rows import key_uri
from warehouse.stage import write_arrays

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LiveColumn(Generic[T]):
    """A column's name, kind, and the function from noun to value."""

    name: str
    kind: ColumnKind
    value: Callable[[T], Any]


@dataclass(frozen=True, slots=True)
class LiveTable(Generic[T]):
    """A table of live news and its columns."""

    name: str
    columns: tuple[LiveColumn[T], ...]

    @property
    def listed(self) -> str:
        """The names of the columns, as SQL lists them."""
        return ", ".join(f'"{column.name}"' for column in self.columns)


SOURCES: LiveTable[Source] = LiveTable(
    "sources",
    (
        LiveColumn("name", "text", lambda source: source.name),
        LiveColumn("kind", "text", lambda source: source.kind),
        LiveColumn("url", "text", lambda source: source.url),
        LiveColumn("outlet", "text", lambda source: source.outlet),
        LiveColumn("zone", "text", lambda source: source.zone),
        LiveColumn("language", "text", lambda source: source.language),
        LiveColumn("every_seconds", "int", lambda source: source.every),
        LiveColumn("pace_seconds", "double", lambda source: source.pace),
        LiveColumn("max_pages", "int", lambda source: source.most),
        LiveColumn("revisits", "ints", lambda source: source.revisits),
        LiveColumn("enabled", "bool", lambda source: source.enabled),
    ),
)

STATES: LiveTable[FetchState] = LiveTable(
    "fetch_state",
    (
        LiveColumn("url", "text", lambda state: state.url),
        LiveColumn("url_key", "key", lambda state: key_uri(state.url)),
        LiveColumn("host", "text", lambda state: state.host),
        LiveColumn("role", "text", lambda state: state.role),
        LiveColumn("kind", "text", lambda state: state.kind),
        LiveColumn("source", "text", lambda state: state.source),
        LiveColumn("nested_in", "text", lambda state: state.nested_in),
        LiveColumn("told", "text", lambda state: print_told(state.told)),
        LiveColumn("found_at", "time", lambda state: state.found_at),
        LiveColumn("next_at", "time", lambda state: state.next_at),
        LiveColumn("interval", "int", lambda state: state.interval),
        LiveColumn("fetched_at", "time", lambda state: state.fetched_at),
        LiveColumn("changed_at", "time", lambda state: state.changed_at),
        LiveColumn("status", "int", lambda state: state.status),
        LiveColumn("outcome", "text", lambda state: state.outcome),
        LiveColumn("etag", "text", lambda state: state.etag),
        LiveColumn("last_modified", "text", lambda state: state.last_modified),
        LiveColumn("sha256", "text", lambda state: state.sha256),
        LiveColumn("visits", "int", lambda state: state.visits),
        LiveColumn("failures", "int", lambda state: state.failures),
        LiveColumn("moved_to", "text", lambda state: state.moved_to),
        LiveColumn("answered_by", "text", lambda state: state.answered_by),
    ),
)

FETCHES: LiveTable[Fetch] = LiveTable(
    "fetches",
    (
        LiveColumn("fetch_id", "text", lambda fetch: fetch.id),
        LiveColumn("url", "text", lambda fetch: fetch.url),
        LiveColumn("host", "text", lambda fetch: fetch.host),
        LiveColumn("role", "text", lambda fetch: fetch.role),
        LiveColumn("source", "text", lambda fetch: fetch.source),
        LiveColumn("started_at", "time", lambda fetch: fetch.started_at),
        LiveColumn("outcome", "text", lambda fetch: fetch.outcome),
        LiveColumn("status", "int", lambda fetch: fetch.status),
        LiveColumn("code", "text", lambda fetch: fetch.code),
        LiveColumn("message", "text", lambda fetch: fetch.message),
        LiveColumn("final_url", "text", lambda fetch: fetch.final_url),
        LiveColumn("size", "int", lambda fetch: fetch.size),
        LiveColumn("seconds", "double", lambda fetch: fetch.seconds),
        LiveColumn("content_type", "text", lambda fetch: fetch.content_type),
        LiveColumn("robots", "text", lambda fetch: fetch.robots),
        LiveColumn("found", "int", lambda fetch: fetch.found),
        LiveColumn("document_uri", "text", lambda fetch: fetch.document_uri),
    ),
)

HOSTS: LiveTable[HostState] = LiveTable(
    "hosts",
    (
        LiveColumn("host", "text", lambda host: host.host),
        LiveColumn("robots", "text", lambda host: host.robots),
        LiveColumn("robots_status", "int", lambda host: host.robots_status),
        LiveColumn("robots_at", "time", lambda host: host.robots_at),
        LiveColumn("pace_seconds", "double", lambda host: host.pace),
        LiveColumn("latency_seconds", "double", lambda host: host.latency),
        LiveColumn("failures", "int", lambda host: host.failures),
        LiveColumn("paused_until", "time", lambda host: host.paused_until),
        LiveColumn("pause_reason", "text", lambda host: host.pause_reason),
        LiveColumn("postponed", "int", lambda host: host.postponed),
    ),
)


def write_rows(folder: Path, table: LiveTable[T], items: Sequence[T]) -> None:
    """Write the rows of a table as Parquet, in their order; no file when there are none."""
    if items:
        kinds = {column.name: column.kind for column in table.columns}
        values = [[column.value(item) for item in items] for column in table.columns]
        write_arrays(folder, table.name, kinds, values)


def make_source(row: tuple[Any, ...]) -> Source:
    """The source of a row with the columns of `SOURCES`."""
    name, kind, url, outlet, zone, language, every, pace, most, revisits, enabled = row
    ages = None if revisits is None else tuple(revisits)
    kind = Kind(kind)
    return Source(name, kind, url, outlet, zone, language, every, pace, most, ages, enabled)


def make_state(row: tuple[Any, ...]) -> FetchState:
    """The state of a row with the columns of `STATES`."""
    (url, _, host, role, kind, source, nested_in, told, found_at, next_at, interval) = row[:11]
    (fetched_at, changed_at, status, outcome, etag, last_modified) = row[11:17]
    (sha256, visits, failures, moved_to, answered_by) = row[17:]
    return FetchState(
        url=url,
        host=host,
        role=Role(role),
        found_at=found_at,
        source=source,
        told=parse_told(told),
        next_at=next_at,
        fetched_at=fetched_at,
        changed_at=changed_at,
        status=status,
        outcome=None if outcome is None else Outcome(outcome),
        etag=etag,
        last_modified=last_modified,
        sha256=sha256,
        visits=visits,
        failures=failures,
        moved_to=moved_to,
        answered_by=answered_by,
        interval=interval,
        kind=None if kind is None else Kind(kind),
        nested_in=nested_in,
    )


def make_host(row: tuple[Any, ...]) -> HostState:
    """The state of a host from a row with the columns of `HOSTS`, which are in its order."""
    return HostState(*row)
