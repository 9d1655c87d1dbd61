"""Comparing each new version of an article with the one before, as it is loaded.

A load puts the versions it supersedes and those it brings side by side, in a temporary table of
`faces`, before what describes the older ones is deleted. Neighbours are then compared, and the
differences written in the load's own transaction: the cost is that of the articles that changed.
What is template of the site is left out of both bodies: that it was learned in between is no edit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby, pairwise
from types import MappingProxyType
from typing import Any, NamedTuple

import duckdb

from warehouse.differences import (
    Difference,
    compare_paragraphs,
    count_words,
    fold_line,
    split_paragraphs,
)
from warehouse.rows import Kind
from warehouse.stage import make_array

Row = dict[str, Any]

# Columns that are compared as they are, and the two times, which are compared as instants.
PLAIN = (
    "agency",
    "byline",
    "canonical_url",
    "dateline",
    "image_url",
    "kind",
    "language",
    "outlet",
    "paywalled",
    "section",
    "standfirst",
    "title",
    "url",
)
TIMES = ("modified", "published")

CHANGES: Mapping[str, Kind] = MappingProxyType(
    {
        "article_id": "text",
        "version": "int",
        "seen_at": "time",
        "fields": "texts",
        "modified_told": "bool",
        "paragraphs_added": "int",
        "paragraphs_removed": "int",
        "paragraphs_changed": "int",
        "paragraphs_moved": "int",
        "words_added": "int",
        "words_removed": "int",
        "load_number": "int",
    }
)
FIELDS: Mapping[str, Kind] = MappingProxyType(
    {
        "article_id": "text",
        "version": "int",
        "field": "text",
        "before": "text",
        "after": "text",
        "load_number": "int",
    }
)
PARAGRAPHS: Mapping[str, Kind] = MappingProxyType(
    {
        "article_id": "text",
        "version": "int",
        "place": "int",
        "kind": "text",
        "position_before": "int",
        "position_after": "int",
        "before": "text",
        "after": "text",
        "load_number": "int",
    }
)
TABLES: Mapping[str, Mapping[str, Kind]] = MappingProxyType(
    {"version_changes": CHANGES, "version_fields": FIELDS, "version_paragraphs": PARAGRAPHS}
)

# Articles compared at a time: bodies may be long.
COMPARED_AT_ONCE = 500

# Articles of which a load brings another version than the first.
CHANGING = """
create or replace temp table changing as
select distinct article_id from versions
where document_position is not null and version > 1
"""

SHOWN = ", ".join(
    [
        "articles.article_id, articles.body, articles.word_count, articles.site",
        *(f"articles.{name}::varchar as {name}" for name in PLAIN),
        *(f"articles.{name}_at, articles.{name}_local" for name in TIMES),
        *(f"articles.{name}_offset_minutes" for name in TIMES),
    ]
)

# What describes an article beside its row: names, captions, and the template lines taken out.
DESCRIBED = """
left join (
    select {key}, string_agg(name, '; ' order by position) as authors
    from {prefix}article_authors where {found} group by {key}
) as signers using ({key})
left join (
    select {key}, string_agg(concat_ws(' ', text, '(' || credit || ')'), '; ' order by position)
        as captions
    from {prefix}captions where {found} group by {key}
) as pictures using ({key})
left join (
    select {key}, list(text) as template
    from {lines} where {found} and rule = 'site.template' group by {key}
) as furniture using ({key})
"""

# Only what is found is unpacked: the view would unpack every article of its loads.
TEMPLATE_LINES = """
select article_id, load_number, unnest(from_json(items -> '$.text', '["VARCHAR"]')) as text,
       unnest(from_json(items -> '$.rule', '["VARCHAR"]')) as rule
from packed_removed_lines
where {found} and contains(items, '"site.template"')
union all
select article_id, load_number, text, rule from loose_removed_lines where {found}
"""

FACES = f"""
create or replace temp table faces as
select {SHOWN}, articles.version, articles.version_seen_at, articles.load_number,
       true as described, authors, captions, template
from articles
{DESCRIBED}
where {{found}}
"""

ADD_FACES = f"""
insert into faces by name
select {SHOWN.replace("articles.article_id", "versions.article_id")}, versions.version,
       versions.version_seen_at, versions.load_number,
       true as described, authors, captions, template
from all_articles as articles
join versions using (document_position)
{DESCRIBED}
where versions.article_id in (select article_id from changing)
"""

QUEUED = """
create or replace temp table changing as select distinct article_id from uncompared_versions
"""

OLD_FACES = f"""
create or replace temp table faces as
select {SHOWN}, version, version_seen_at, load_number, false as described,
       null::varchar as authors, null::varchar as captions, null::varchar[] as template
from article_versions as articles
where article_id in (select article_id from changing)
order by article_id
"""

READ_FACES = """
select faces.*, site_template
from faces
left join (
    select site, list(text) as site_template from site_lines
    where label is not null and site in (select site from faces)
    group by site
) using (site)
where article_id in (select unnest(?::varchar[]))
order by article_id, version
"""


def gather_faces(connection: duckdb.DuckDBPyConnection, loads: str) -> None:
    """Keep what will be compared: of articles that get another version, the current one, which one
    of `loads` wrote, and those that are staged."""
    connection.execute(CHANGING)
    found = f"load_number in ({loads or -1}) and article_id in (select article_id from changing)"
    lines = f"({TEMPLATE_LINES.format(found=found)})"
    connection.execute(FACES.format(key="article_id", prefix="", found=found, lines=lines))
    found = "document_position in (select document_position from versions)"
    faces = ADD_FACES.format(
        key="document_position", prefix="all_", found=found, lines="all_removed_lines"
    )
    connection.execute(faces)


def write_differences(connection: duckdb.DuckDBPyConnection) -> None:
    """Compare the versions that were gathered, each with the one before."""
    rows = connection.execute("select article_id from changing order by article_id").fetchall()
    for start in range(0, len(rows), COMPARED_AT_ONCE):
        ids = [article_id for (article_id,) in rows[start : start + COMPARED_AT_ONCE]]
        compared = [
            compare_versions(before, after) for before, after in read_pairs(connection, ids)
        ]
        insert(connection, "version_changes", [change for change, _, _ in compared])
        insert(connection, "version_fields", [row for _, rows, _ in compared for row in rows])
        insert(connection, "version_paragraphs", [row for _, _, rows in compared for row in rows])
    connection.execute("drop table faces")  # bodies, of an old warehouse all there were


def compare_queued(connection: duckdb.DuckDBPyConnection) -> None:
    """Compare the versions that were there before differences were kept; who signed the older ones
    and what their captions said is not known any more."""
    connection.execute(QUEUED)
    row = connection.execute("select count(*) from changing").fetchone()
    if row is not None and row[0]:
        connection.execute(OLD_FACES)
        write_differences(connection)
        connection.execute("delete from uncompared_versions")


def forget_differences(connection: duckdb.DuckDBPyConnection, article_ids: Sequence[str]) -> None:
    """Remove the differences of articles."""
    for table in (*TABLES, "uncompared_versions"):
        connection.execute(
            f"delete from {table} where article_id in (select unnest(?::varchar[]))",
            [list(article_ids)],
        )


def read_pairs(
    connection: duckdb.DuckDBPyConnection, article_ids: Sequence[str]
) -> Iterator[tuple[Row, Row]]:
    """Each version of these articles that was gathered, after the one before it."""
    result = connection.execute(READ_FACES, [list(article_ids)])
    names = [column[0] for column in result.description]
    faces = (dict(zip(names, values, strict=True)) for values in result.fetchall())
    for _, versions in groupby(faces, key=lambda face: face["article_id"]):
        yield from pairwise(versions)


class Compared(NamedTuple):
    """The rows that the comparison of two versions leaves: one, some and some."""

    change: Row
    fields: list[Row]
    paragraphs: list[Row]


def compare_versions(before: Row, after: Row) -> Compared:
    """What differs between two faces."""
    key = {name: after[name] for name in ("article_id", "version", "load_number")}
    fields = list_fields(before, after)
    differences = compare_bodies(before, after)
    kinds = Counter(one.kind for one in differences)
    added, removed = count_words(differences)
    change = {
        **key,
        "seen_at": after["version_seen_at"],
        "fields": sorted([*fields, *(["body"] if differences else [])]),
        "modified_told": after["modified_local"] is not None and "modified_at" in fields,
        "paragraphs_added": kinds["added"],
        "paragraphs_removed": kinds["removed"],
        "paragraphs_changed": kinds["changed"],
        "paragraphs_moved": kinds["moved"],
        "words_added": added,
        "words_removed": removed,
    }
    rows = [
        {**key, "field": name, "before": old, "after": new} for name, (old, new) in fields.items()
    ]
    places = [{**key, "place": place, **one._asdict()} for place, one in enumerate(differences)]
    return Compared(change, rows, places)


def list_fields(before: Row, after: Row) -> dict[str, tuple[str | None, str | None]]:
    """The fields that differ but the body, with both values as text."""
    names = [*PLAIN, *(("authors", "captions") if before["described"] else ())]
    pairs = {name: (before[name], after[name]) for name in names}
    pairs |= {
        f"{name}_at": (print_time(before, name), print_time(after, name))
        for name in TIMES
        if not is_same_time(before, after, name)
    }
    return {name: pair for name, pair in sorted(pairs.items()) if pair[0] != pair[1]}


def is_same_time(before: Row, after: Row, name: str) -> bool:
    """Whether a page prints the same time: that its zone was learned in between is no change."""
    if before[f"{name}_local"] == after[f"{name}_local"]:
        return True
    one: datetime | None = before[f"{name}_at"]
    return one is not None and one == after[f"{name}_at"]


def print_time(face: Row, name: str) -> str | None:
    """ISO 8601 as printed, with the offset where it is known."""
    local: str | None = face[f"{name}_local"]
    offset: int | None = face[f"{name}_offset_minutes"]
    if local is None or offset is None or "T" not in local:
        return local
    hours, minutes = divmod(abs(offset), 60)
    return f"{local}{'-' if offset < 0 else '+'}{hours:02}:{minutes:02}"


def compare_bodies(before: Row, after: Row) -> list[Difference]:
    """How the paragraphs differ, template aside; nothing where a body is kept no longer."""
    if any(face["word_count"] and not face["body"] for face in (before, after)):
        return []
    template = frozenset(
        fold_line(text)
        for face in (before, after)
        for text in (*(face["template"] or ()), *(face["site_template"] or ()))
    )
    old, new = (split_paragraphs(face["body"], template) for face in (before, after))
    return compare_paragraphs(old, new)


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    """Write rows into one of `TABLES`."""
    import pyarrow as pa

    if rows:
        kinds = TABLES[table]
        arrays = [make_array(kind, [row[name] for row in rows]) for name, kind in kinds.items()]
        connection.register("compared", pa.Table.from_arrays(arrays, names=list(kinds)))
        connection.execute(f"insert into {table} by name select * from compared")
        connection.unregister("compared")
