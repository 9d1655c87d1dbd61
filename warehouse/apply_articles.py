"""Loading articles: which documents bring a new version, and what becomes of the one before.

Works on `staged` (see `warehouse.apply_documents`) and leaves `steps`, what each document is to its
article, and `versions`, what is written.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from warehouse.journal import Entry
from warehouse.packing import write_packed
from warehouse.rows import AUTHORS, CHILDREN, DOCUMENT_POSITION, Staged
from warehouse.staged_views import PLACES
from warehouse.versions import forget_differences, gather_faces, write_differences

LOADS_OF_ARTICLES = """
select distinct load_number from articles where article_id in (select article_id from staged)
"""

KNOWN = """
create or replace temp table known as
select article_id, version, content_hash, first_seen_at, last_seen_at, load_number
from articles
where load_number in ({loads}) and article_id in (select article_id from staged)
"""

# Each document of an article in order: does its text differ from the newest one before it?
STEPS = """
create or replace temp table steps as
with compared as (
    select
        staged.document_position,
        staged.article_id,
        staged.fetched_at,
        coalesce(known.version, 0) as known_version,
        coalesce(
            last_value(staged.content_hash ignore nulls) over earlier, known.content_hash
        ) as hash_before,
        least(known.first_seen_at, min(staged.fetched_at) over so_far) as first_seen_at,
        greatest(known.last_seen_at, max(staged.fetched_at) over so_far) as last_seen_at,
        coalesce(staged.content_hash <> hash_before, staged.content_hash is not null) as changed
    from staged
    left join known using (article_id)
    where staged.article_id is not null
    window
        earlier as (
            partition by staged.article_id order by staged.document_position
            rows between unbounded preceding and 1 preceding
        ),
        so_far as (
            partition by staged.article_id order by staged.document_position
            rows between unbounded preceding and current row
        )
)
select
    *,
    known_version + sum(changed::integer) over (
        partition by article_id order by document_position
        rows between unbounded preceding and current row
    ) as version,
    case
        when not changed then 'unchanged'
        when hash_before is null then 'new'
        else 'updated'
    end as outcome
from compared
"""

VERSIONS = f"""
create or replace temp table versions as
select
    article_id,
    version::integer as version,
    max(document_position) filter (changed) as document_position,
    (max(document_position) filter (changed) // {PLACES})::integer as load_number,
    max(fetched_at) filter (changed) as version_seen_at,
    arg_max(first_seen_at, document_position) as first_seen_at,
    arg_max(last_seen_at, document_position) as last_seen_at,
    version = max(version) over (partition by article_id) as is_current
from steps
group by article_id, version
"""

# Which of the statements below have anything to do.
VERSION_COUNTS = """
select
    count(*) filter (document_position is null),
    count(*) filter (document_position is not null
                     and article_id in (select article_id from known)),
    count(*) filter (document_position is not null and not is_current)
from versions
"""

SEE_AGAIN = """
update articles
set first_seen_at = versions.first_seen_at, last_seen_at = versions.last_seen_at
from versions
where versions.article_id = articles.article_id
  and articles.load_number in ({loads})
  and versions.document_position is null
  and (versions.first_seen_at <> articles.first_seen_at
       or versions.last_seen_at <> articles.last_seen_at)
"""

# Articles whose current version is replaced, with the loads that wrote it.
REPLACED = """
create or replace temp table replaced as
select known.article_id, known.load_number
from known
where known.article_id in (
    select article_id from versions where document_position is not null
)
"""

# Links belong to articles, not to versions.
SUPERSEDE = """
insert into superseded_versions by name
select articles.* exclude (story_id, reprint_of) from articles
where load_number in ({loads}) and article_id in (select article_id from replaced)
"""

SUPERSEDE_WITHIN = """
insert into superseded_versions by name
select versions.* exclude (document_position, is_current),
       articles.* exclude (document_position)
from all_articles as articles
join versions using (document_position)
where not versions.is_current
"""

# Texts of one language side by side take a seventh less. No order of rows means anything.
INSERT_ARTICLES = """
insert into articles by name
select versions.* exclude (document_position, is_current),
       articles.* exclude (document_position)
from all_articles as articles
join versions using (document_position)
where versions.is_current
order by versions.load_number, articles.language, articles.site, versions.article_id
"""

INSERT_CHILD = """
insert into {table} by name
select versions.article_id, versions.load_number, {columns}
from all_{staged} as items
join versions using (document_position)
join all_articles as articles using (document_position)
where versions.is_current
order by versions.load_number, articles.language, items.document_position
"""


def find_loads(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """The load numbers that a query gives, as SQL; "" when there are none."""
    return ", ".join(str(number) for (number,) in sorted(connection.execute(query).fetchall()))


def remove_articles(connection: duckdb.DuckDBPyConnection, article_ids: list[str]) -> None:
    """Remove articles with all their versions, and what describes them."""
    connection.execute(
        "create or replace temp table replaced as "
        "select article_id, load_number from articles "
        "where article_id in (select unnest(?::varchar[]))",
        [article_ids],
    )
    connection.execute(
        "create or replace temp table signed_before as select distinct author_id "
        "from article_authors where article_id in (select article_id from replaced)"
    )
    delete_replaced(connection)
    connection.execute(
        "delete from superseded_versions where article_id in (select unnest(?::varchar[]))",
        [article_ids],
    )
    forget_differences(connection, article_ids)


def delete_replaced(connection: duckdb.DuckDBPyConnection) -> None:
    """Delete the current rows, of all tables, of the articles in `replaced`."""
    numbers = find_loads(connection, "select distinct load_number from replaced")
    if not numbers:
        return
    for name in ("articles", *(name for child in CHILDREN for name in child.stored)):
        connection.execute(
            f"delete from {name} where load_number in ({numbers}) "
            "and article_id in (select article_id from replaced)"
        )


def write_articles(connection: duckdb.DuckDBPyConnection, loads: str) -> None:
    """Write new versions; move the ones they replace, which `loads` wrote, and delete what
    described them."""
    kept, replaced, passing = connection.execute(VERSION_COUNTS).fetchone() or (0, 0, 0)
    if kept:
        connection.execute(SEE_AGAIN.format(loads=loads))
    if replaced or passing:
        connection.execute(REPLACED)
        written = find_loads(connection, "select distinct load_number from replaced")
        gather_faces(connection, written)
        write_differences(connection)
    if replaced:
        connection.execute(SUPERSEDE.format(loads=loads))
        delete_replaced(connection)
    if passing:
        connection.execute(SUPERSEDE_WITHIN)
    connection.execute(INSERT_ARTICLES)


def write_child(
    connection: duckdb.DuckDBPyConnection, entries: Sequence[Entry], table: Staged
) -> None:
    """Write the rows of a child table that describe the new versions."""
    if table.packed_by is None:
        [stored] = table.stored
        columns = print_columns(table)
        statement = INSERT_CHILD.format(table=stored, staged=table.name, columns=columns)
        connection.execute(statement)
        return
    write_packed(connection, entries, table, PLACES)


def print_columns(table: Staged) -> str:
    """The columns of a child table as they are stored; an author's outlet is with the author."""
    names = [column.name for column in table.columns if column is not DOCUMENT_POSITION]
    shown = [name for name in names if table is not AUTHORS or name != "outlet"]
    return ", ".join(f"{table.print_column(name)} as {name}" for name in shown)
