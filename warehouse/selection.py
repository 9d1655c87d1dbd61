"""Documents of the warehouse, rebuilt from their rows, for editing them again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import duckdb

from tasks.model import Document, Fault, Place, Stage
from tasks.told import parse_told

# Documents that one page of the selection fetches, at least.
PAGE = 500

COLUMNS = (
    "document_id, sha256, size, uri, fetched_at, url, external_id, source, content_type, "
    "archive_file, archive_offset, archive_length, fault_stage, fault_code, fault_message, "
    "duplicate_of, told, robots"
)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which documents: what any of the conditions names. `everything` is all of them.

    `problem_codes` and `only_problems` look at problems that are not resolved; `since` narrows
    the others to documents fetched at that instant or later, and alone names all of those.
    """

    everything: bool = False
    article_ids: tuple[str, ...] = ()
    document_ids: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    problem_codes: tuple[str, ...] = ()
    only_problems: bool = False
    since: datetime | None = None

    @property
    def names_something(self) -> bool:
        """Whether a condition other than `since` is set."""
        named = (self.article_ids, self.document_ids, self.outlets, self.problem_codes)
        return self.everything or self.only_problems or any(named)


@dataclass(frozen=True, slots=True)
class Group:
    """Documents that must be edited again together: all of one article, or, where `article_id` is
    None, a problem document with its duplicates."""

    article_id: str | None
    documents: tuple[Document, ...]


# An article is edited again with all its documents, a problem with all that are the same bytes.
GROUPS = """
create or replace temp table selected as
with chosen as (
    select distinct coalesce(article_id, duplicate_of, document_id) as group_id
    from documents
    left join (
        select document_id, code from problems where resolved_at is null
    ) as open_problems using (document_id)
    where {condition}
),

members as (
    select
        document_id,
        coalesce(article_id, duplicate_of, document_id) as group_id,
        row(load_number, position) as place,
        min(row(load_number, position)) over (
            partition by coalesce(article_id, duplicate_of, document_id)
        ) as first_place
    from documents
)

select
    document_id,
    group_id,
    row_number() over (order by first_place, group_id, place) as number
from members
where group_id in (select group_id from chosen)
"""


def list_documents(connection: duckdb.DuckDBPyConnection, selection: Selection) -> Iterator[Group]:
    """The selected documents in groups, in the order of loading: all documents of one article, or
    a problem document with its duplicates.

    The selection is fixed when the first group is asked for; documents are fetched a page at a
    time, so memory stays small and loading between groups is allowed.
    """
    condition, values = make_condition(selection)
    connection.execute(GROUPS.format(condition=condition), values)
    last = 0
    while rows := fetch_page(connection, last):
        for (_, article_id), group in groupby(rows, key=lambda row: (row[1], row[2])):
            yield Group(article_id, tuple(make_document(row[3:]) for row in group))
        last = rows[-1][0]


def fetch_page(connection: duckdb.DuckDBPyConnection, last: int) -> list[tuple[Any, ...]]:
    """The next whole groups after row number `last`: number, group, then the document's columns."""
    return connection.execute(
        f"select selected.number, selected.group_id, article_id, {COLUMNS} "
        "from selected join documents using (document_id) "
        "where selected.number > $last and selected.number <= ("
        "  select max(number) from selected where group_id = ("
        "    select max_by(group_id, number) from selected where number <= $last + $page)) "
        "order by selected.number",
        {"last": last, "page": PAGE},
    ).fetchall()


def make_condition(selection: Selection) -> tuple[str, list[Any]]:
    """The selection as SQL, and its values."""
    parts: list[str] = []
    values: list[Any] = []

    def add(sql: str, names: Sequence[str]) -> None:
        if names:
            parts.append(sql)
            values.append(list(names))

    if selection.everything or not selection.names_something:
        parts.append("true" if selection.everything or selection.since else "false")
    if selection.only_problems:
        parts.append("open_problems.code is not null")
    add("article_id in (select unnest(?::varchar[]))", selection.article_ids)
    add("document_id in (select unnest(?::varchar[]))", selection.document_ids)
    add("open_problems.code in (select unnest(?::varchar[]))", selection.problem_codes)
    add(
        "article_id in (select article_id from articles "
        "where outlet in (select unnest(?::varchar[])))",
        selection.outlets,
    )
    condition = "(" + " or ".join(parts) + ")"
    if selection.since is not None:
        condition += " and fetched_at >= ?"
        values.append(selection.since)
    return condition, values


def make_document(row: tuple[Any, ...]) -> Document:
    """The document of a row with `COLUMNS`."""
    (document_id, sha256, size, uri, fetched_at, url, external_id, source, content_type) = row[:9]
    file, offset, length, stage, code, message, duplicate_of, told, robots = row[9:]
    return Document(
        id=document_id,
        sha256=sha256,
        size=size,
        uri=uri,
        fetched_at=fetched_at,
        url=url,
        external_id=external_id,
        source=source,
        content_type=content_type,
        place=None if file is None else Place(file, offset, length),
        fault=None if stage is None else Fault(Stage(stage), code, message),
        duplicate_of=duplicate_of,
        told=parse_told(told),
        robots=robots,
    )
