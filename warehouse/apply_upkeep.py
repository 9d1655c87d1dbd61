"""Applying the journal entries of upkeep: what retention drops, and what a repair mends.

An entry holds steps, each with what it is about; what a step does depends on the rows that are
there. Each leaves a row in `upkeep`. Ids and keys of documents stay whatever is dropped: what was
loaded once is never taken for new.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from warehouse.apply_relinks import forget_links, mend_links
from warehouse.audit import (
    DIFFERENCES,
    MISSING_ROWS,
    SHA256_KEY,
    URI_KEY,
    WRONG_KEYS,
    name_orphans,
)
from warehouse.connect import Connection, quote
from warehouse.journal import Entry
from warehouse.rows import CHILDREN, Staged
from warehouse.versions import compare_queued

KIND = "upkeep"

# What is older: the article's current version was seen before. Loads first, so that what other
# loads wrote is passed over.
OLD_ROWS = """
load_number in (
    select load_number from articles where version_seen_at < $before::timestamptz
)
and article_id in (
    select article_id from articles where version_seen_at < $before::timestamptz
)
"""

OLD_BODIES = "version_seen_at < $before::timestamptz and body_dropped_at is null and body <> ''"

# An update holds what it replaces in memory until it is committed: of a million bodies too much.
UPDATED_BYTES = 16 << 20

EMPTIED = f"""
create or replace temp table emptied as
select * replace ('' as body, $now::timestamptz as body_dropped_at)
from {{table}}
where {OLD_BODIES}
"""

# Files of our own whose documents are old, all of them.
EXPIRING = """
create or replace temp table expiring as
select archive_file, count(*) as documents, sum(archive_length) as bytes
from documents
where archive_file is not null and not starts_with(archive_file, '/')
group by archive_file
having max(fetched_at) < $before::timestamptz
"""

FORGET_PLACES = """
update documents
set archive_file = null, archive_offset = null, archive_length = null,
    archive_dropped_at = $now::timestamptz
where archive_file in (select archive_file from expiring)
"""

# Documents whose record lies elsewhere than their row says.
MOVE = """
update documents
set archive_file = moved.archive_file, archive_offset = moved.archive_offset,
    archive_length = moved.archive_length
from read_parquet({file}) as moved
where moved.document_id = documents.document_id
"""

REPAIRS: Mapping[str, str] = MappingProxyType(
    {
        **{
            name_orphans(table): f"delete from {table} "
            "where (article_id, load_number) not in "
            "(select (article_id, load_number) from articles)"
            for child in CHILDREN
            for table in child.stored
        },
        **{
            name_orphans(table): f"delete from {table} "
            "where article_id not in (select article_id from articles)"
            for table in DIFFERENCES
        },
        "problem-orphan": "delete from problems "
        "where document_id not in (select document_id from documents)",
        "document-twice": "delete from documents where rowid in (select place from ("
        "select rowid as place, row_number() over (partition by document_id "
        "order by article_id is null, load_number, position, rowid) as turn from documents) "
        "where turn > 1)",
        "document-key": f"update documents set sha256_key = {SHA256_KEY}, uri_key = {URI_KEY} "
        f"where {WRONG_KEYS}",
    }
)

PACKED: Mapping[str, Staged] = MappingProxyType(
    {child.name: child for child in CHILDREN if child.packed_by}
)

# Of the packed tables, the texts whose bytes are counted, and what stands for one that is null.
TEXTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"removed_lines": {"text": "text"}, "evidence": {"value": "value", "raw": "value"}}
)

# Rows and bytes of what is old in a packed table. The view would unpack what is young, too.
MEASURE_OLD_ROWS = f"""
select coalesce(sum(lines), 0), coalesce(sum(bytes), 0)
from (
    select json_array_length(items, '$.{{packed_by}}') as lines, {{packed_bytes}} as bytes
    from packed_{{table}}
    where {OLD_ROWS}
    union all
    select 1, strlen(concat({{texts}})) from loose_{{table}} where {OLD_ROWS}
)
"""

NOTE = "insert into upkeep values ($now::timestamptz, $load, $kind, $what, $before, $items, $bytes)"

# Loads whose lost documents came back under other loads: the ledger stays as it was.
SETTLE = f"""
insert into upkeep
select $now::timestamptz, $load, 'repair', 'load-' || load_number, null, missing, null
from ({MISSING_ROWS})
"""


def apply_upkeep(connection: Connection, entry: Entry) -> None:
    """Apply the entry's steps inside the transaction that is open."""
    about = entry.description
    if about["retention"]:  # of texts that go, what changed between them must be written first
        compare_queued(connection)
    common = {"now": about["loaded_at"], "load": entry.number}
    for what, before in about["retention"]:
        items, size = drop(connection, what, {"before": before}, common["now"])
        note(connection, common, "retention", what, before, items, size)
    if file := entry.file("places"):
        items = run(connection, MOVE.format(file=quote(str(file))))
        note(connection, common, "repair", "places", None, items, None)
    for code in about["repairs"]:  # an entry of an earlier version may name one that is gone
        if code in REPAIRS and (items := run(connection, REPAIRS[code])):
            note(connection, common, "repair", code, None, items, None)
    if about["settles"]:
        connection.execute(SETTLE, common)
    if about.get("relinks"):
        for code, items in mend_links(connection):
            note(connection, common, "repair", code, None, items, None)
    if versions := about.get("link_versions"):
        forget_links(connection, versions)


def drop(connection: Connection, what: str, values: dict[str, str], now: str) -> tuple[int, int]:
    """Drop what is older; returns rows (for the archive documents) and bytes."""
    if what == "archive":
        return drop_archive(connection, values, now)
    if what in ("bodies", "superseded-bodies"):
        table = "articles" if what == "bodies" else "superseded_versions"
        return drop_bodies(connection, table, values, now)
    return drop_rows(connection, PACKED[what.replace("-", "_")], values)


def drop_bodies(
    connection: Connection, table: str, values: dict[str, str], now: str
) -> tuple[int, int]:
    """Empty the bodies of old versions: where they are, or where there are many in new rows."""
    row = connection.execute(
        f"select count(*), coalesce(sum(strlen(body)), 0) from {table} where {OLD_BODIES}", values
    ).fetchone()
    items, size = row or (0, 0)
    if size <= UPDATED_BYTES:
        statement = f"update {table} set body = '', body_dropped_at = $now::timestamptz"
        run(connection, f"{statement} where {OLD_BODIES}", values | {"now": now})
    else:
        connection.execute(EMPTIED.format(table=table), values | {"now": now})
        run(connection, f"delete from {table} where {OLD_BODIES}", values)
        run(connection, f"insert into {table} by name select * from emptied")
        connection.execute("drop table emptied")
    return int(items), int(size)


def drop_rows(connection: Connection, table: Staged, values: Mapping[str, str]) -> tuple[int, int]:
    """Delete the rows of a packed table that describe old versions."""
    texts = TEXTS[table.name]
    sums = (
        f"coalesce(list_sum(list_transform(list_zip(from_json(items -> '$.{name}', "
        f"'[\"VARCHAR\"]'), from_json(items -> '$.{other}', '[\"VARCHAR\"]')), "
        "lambda pair: strlen(coalesce(pair[1], pair[2])))), 0)"
        for name, other in texts.items()
    )
    measuring = MEASURE_OLD_ROWS.format(
        table=table.name,
        packed_by=table.packed_by,
        packed_bytes=" + ".join(sums),
        texts=", ".join(texts),
    )
    items, size = connection.execute(measuring, dict(values)).fetchone() or (0, 0)
    for stored in table.stored:
        run(connection, f"delete from {stored} where {OLD_ROWS}", values)
    return int(items), int(size)


def drop_archive(connection: Connection, values: dict[str, str], now: str) -> tuple[int, int]:
    """Let go of archive files; they are removed once that is published (`flows.retention`)."""
    connection.execute(EXPIRING, values)
    connection.execute(
        "insert into dropped_files select archive_file, documents, bytes, $now::timestamptz "
        "from expiring order by archive_file",
        {"now": now},
    )
    size = connection.execute("select coalesce(sum(bytes), 0) from expiring").fetchone() or (0,)
    return run(connection, FORGET_PLACES, {"now": now}), int(size[0])


def run(connection: Connection, statement: str, values: Mapping[str, Any] | None = None) -> int:
    """Execute a statement that changes rows; returns how many."""
    row = connection.execute(statement, dict(values) if values else None).fetchone()
    return int(row[0]) if row else 0


def note(
    connection: Connection,
    common: Mapping[str, Any],
    kind: str,
    what: str,
    before: str | None,
    items: int,
    size: int | None,
) -> None:
    """Write down what was done."""
    values = {"kind": kind, "what": what, "before": before, "items": items, "bytes": size}
    connection.execute(NOTE, {**common, **values})
