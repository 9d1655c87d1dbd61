"""What the warehouse knows already of uris and bytes that come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from tasks.model import Place
from warehouse.rows import key_uri, shorten


@dataclass(frozen=True, slots=True)
class KnownUri:
    """The newest document of a uri, and how many documents that uri has."""

    document_id: str
    sha256: str
    count: int
    outcome: str
    article_id: str | None
    problem_code: str | None = None


@dataclass(frozen=True, slots=True)
class KnownBytes:
    """A document with the bytes in question."""

    document_id: str
    url: str | None
    place: Place | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Known:
    """What was found: uris and hashes that are new have no key."""

    by_uri: dict[str, KnownUri]
    by_hash: dict[str, list[KnownBytes]]


# Looked for by 64-bit keys, first in one narrow column for the loads to read: scanning the texts
# themselves would cost ten times as much.
LOADS = """
select distinct load_number from documents
where {key} in (select unnest(string_split(?, ',')::ubigint[]))
"""

BY_URI = """
select
    uri,
    arg_max(document_id, row(load_number, position)),
    arg_max(sha256, row(load_number, position)),
    count(*),
    arg_max(outcome, row(load_number, position)),
    arg_max(coalesce(article_id, ''), row(load_number, position)),
    arg_max(coalesce(open_problems.code, ''), row(load_number, position))
from documents
left join (
    select document_id, code from problems where resolved_at is null
) as open_problems using (document_id)
where load_number in ({loads}) and uri_key in (select unnest(string_split(?, ',')::ubigint[]))
group by uri
"""

BY_HASH = """
select sha256, document_id, url, archive_file, archive_offset, archive_length, outcome
from documents
where load_number in ({loads}) and sha256_key in (select unnest(string_split(?, ',')::ubigint[]))
order by load_number, position
"""


def look_up(
    connection: duckdb.DuckDBPyConnection, uris: Sequence[str], hashes: Sequence[str]
) -> Known:
    """The documents that have these uris or these bytes; of each uri the newest."""
    return Known(find_uris(connection, set(uris)), find_bytes(connection, set(hashes)))


def find_uris(connection: duckdb.DuckDBPyConnection, uris: set[str]) -> dict[str, KnownUri]:
    """The newest document of each uri that is known."""
    rows = fetch_by_key(connection, BY_URI, "uri_key", [key_uri(uri) for uri in uris])
    return {
        uri: KnownUri(document_id, sha256, count, outcome, article_id or None, code or None)
        for uri, document_id, sha256, count, outcome, article_id, code in rows
        if uri in uris
    }


def fetch_by_key(
    connection: duckdb.DuckDBPyConnection, query: str, key: str, keys: list[int]
) -> list[tuple[Any, ...]]:
    """The rows of a query on documents with these keys; none when no load has any."""
    if not keys:
        return []
    # One text: DuckDB 1.5 takes ten times as long to bind a list.
    joined = ",".join(map(str, keys))
    loads = [row[0] for row in connection.execute(LOADS.format(key=key), [joined]).fetchall()]
    if not loads:
        return []
    numbers = ", ".join(map(str, sorted(loads)))
    return connection.execute(query.format(loads=numbers), [joined]).fetchall()


def find_bytes(
    connection: duckdb.DuckDBPyConnection, hashes: set[str]
) -> dict[str, list[KnownBytes]]:
    """All documents of each hash that is known, in the order they were loaded."""
    found: dict[str, list[KnownBytes]] = {}
    keys = [shorten(digest) for digest in hashes]
    rows = fetch_by_key(connection, BY_HASH, "sha256_key", keys)
    for sha256, document_id, url, file, offset, length, outcome in rows:
        if sha256 in hashes:
            place = None if file is None else Place(file, offset, length)
            found.setdefault(sha256, []).append(KnownBytes(document_id, url, place, outcome))
    return found
