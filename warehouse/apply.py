"""Applying a journal entry to one copy: set-based SQL in one transaction, its ledger row first.

What comes out depends on the entry and on the rows that are there, on nothing else (no clock, no
chance), so that two copies that apply the same entries hold the same rows. Only narrow columns of
the big tables are scanned, and rows are deleted by load number as well as by id, which lets DuckDB
skip what was loaded at other times: the cost follows what is new, not the size.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import duckdb

from tasks.tally import Tally
from warehouse.connect import quote
from warehouse.journal import Entry
from warehouse.migrate import transaction
from warehouse.rows import (
    ARTICLES,
    AUTHORS,
    CHILDREN,
    DOCUMENTS,
    Column,
    Staged,
    staged_format,
)

SQL_TYPES = {
    "text": "VARCHAR",
    "int": "BIGINT",
    "key": "UBIGINT",
    "real": "REAL",
    "bool": "BOOLEAN",
    "time": "TIMESTAMPTZ",
    "day": "DATE",
}

STAGED = """
create or replace temp table staged as
select * from all_documents
qualify row_number() over (partition by document_id order by position) = 1
"""

# Documents that are in the warehouse already: a batch that overlaps an earlier one.
FORGET_KNOWN = """
delete from staged
where document_id in (select document_id from documents)
"""

# A duplicate ends as its original did: in this batch, else as the warehouse has it.
ORIGINALS = """
create or replace temp table originals as
select document_id, article_id, stage, code, message
from staged
where document_id in (select duplicate_of from staged)
union all
select documents.document_id, documents.article_id, problems.stage, problems.code,
       problems.message
from documents
left join problems using (document_id)
where documents.document_id in (select duplicate_of from staged)
  and documents.document_id not in (select document_id from staged)
"""

RESOLVE_DUPLICATES = """
update staged
set article_id = originals.article_id,
    content_hash = null,
    stage = case when originals.article_id is null then coalesce(originals.stage, staged.stage)
            end,
    code = case when originals.article_id is null then coalesce(originals.code, staged.code) end,
    message = case when originals.article_id is null
              then coalesce(originals.message, staged.message) end
from originals
where originals.document_id = staged.duplicate_of
"""

KNOWN = """
create or replace temp table known as
select article_id, version, content_hash, first_seen_at, last_seen_at, load_number
from articles
where article_id in (select article_id from staged)
"""

# Each document of an article in order: does its text differ from the newest one before it?
STEPS = """
create or replace temp table steps as
with compared as (
    select
        staged.position,
        staged.document_id,
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
            partition by staged.article_id order by staged.position
            rows between unbounded preceding and 1 preceding
        ),
        so_far as (
            partition by staged.article_id order by staged.position
            rows between unbounded preceding and current row
        )
)
select
    *,
    known_version + sum(changed::integer) over (
        partition by article_id order by position
        rows between unbounded preceding and current row
    ) as version,
    case
        when not changed then 'unchanged'
        when hash_before is null then 'new'
        else 'updated'
    end as outcome
from compared
"""

VERSIONS = """
create or replace temp table versions as
select
    article_id,
    version::integer as version,
    max(position) filter (changed) as document_position,
    max(fetched_at) filter (changed) as version_seen_at,
    arg_max(first_seen_at, position) as first_seen_at,
    arg_max(last_seen_at, position) as last_seen_at,
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

SUPERSEDE = """
insert into superseded_versions by name
select articles.* from articles where article_id in (select article_id from replaced)
"""

SUPERSEDE_WITHIN = """
insert into superseded_versions by name
select versions.* exclude (document_position, is_current), {load} as load_number,
       articles.* exclude (document_position)
from all_articles as articles
join versions using (document_position)
where not versions.is_current
"""

INSERT_ARTICLES = """
insert into articles by name
select versions.* exclude (document_position, is_current), {load} as load_number,
       articles.* exclude (document_position)
from all_articles as articles
join versions using (document_position)
where versions.is_current
"""

INSERT_CHILD = """
insert into {table} by name
select versions.article_id, items.* exclude ({left_out}), {load} as load_number
from all_{table} as items
join versions using (document_position)
where versions.is_current
"""

# The form to show: the first in alphabetical order that is not all capitals.
SHOWN_NAME = "coalesce(list_filter({forms}, lambda form: form <> upper(form))[1], {forms}[1])"

# Every form of every name of the batch, superseded versions included: what the table ends up with
# does not depend on how documents were split into batches.
SIGNERS = """
create or replace temp table signers as
select
    items.author_id,
    list_sort(list(distinct items.name)) as forms,
    {name} as name,
    any_value(items.kind) as kind,
    min(items.outlet) as outlet,
    min(staged.fetched_at) as first_seen_at
from all_article_authors as items
join staged on staged.position = items.document_position
join versions using (document_position)
group by items.author_id
"""

WIDEN_AUTHORS = """
update authors
set forms = {forms},
    name = {name},
    first_seen_at = least(authors.first_seen_at, signers.first_seen_at)
from signers
where signers.author_id = authors.author_id
  and (not list_has_all(authors.forms, signers.forms)
       or signers.first_seen_at < authors.first_seen_at)
"""

FORGET_AUTHORS = """
delete from authors
where author_id in (select author_id from signed_before)
  and author_id not in (select author_id from article_authors)
"""

INSERT_AUTHORS = """
insert into authors by name
select * from signers where author_id not in (select author_id from authors)
"""

OUTCOMES = """
create or replace temp table outcomes as
select
    staged.*,
    coalesce(steps.outcome, 'problem') as outcome
from staged
left join steps using (position)
"""

INSERT_DOCUMENTS = """
insert into documents by name
select * exclude (content_hash, stage, code, message),
       {run} as run_id, {batch} as batch_id, {load} as load_number
from outcomes
"""

UPDATE_DOCUMENTS = """
update documents
set outcome = outcomes.outcome, article_id = outcomes.article_id, media = outcomes.media,
    charset = outcomes.charset, charset_from = outcomes.charset_from, edit_ms = outcomes.edit_ms
from outcomes
where outcomes.document_id = documents.document_id
"""

UPDATE_PROBLEMS = """
update problems
set stage = coalesce(outcomes.stage, problems.stage),
    code = coalesce(outcomes.code, problems.code),
    message = coalesce(outcomes.message, problems.message),
    attempts = problems.attempts + 1,
    last_seen_at = case
        when outcomes.outcome = 'problem' then {time} else problems.last_seen_at
    end,
    resolved_at = case when outcomes.outcome = 'problem' then null else {time} end
from outcomes
where outcomes.document_id = problems.document_id
  and (outcomes.outcome = 'problem' or problems.resolved_at is null)
"""

INSERT_PROBLEMS = """
insert into problems by name
select document_id, uri, stage, code, message, 1 as attempts,
       {time} as first_seen_at, {time} as last_seen_at, null as resolved_at
from outcomes
where outcome = 'problem' and document_id not in (select document_id from problems)
"""


def apply_entry(connection: duckdb.DuckDBPyConnection, entry: Entry) -> Tally:
    """Apply one entry, whole or not at all, and return its counts; one that was applied before
    changes nothing and returns the counts it had."""
    with transaction(connection):
        return apply_within(connection, entry)


def apply_entries(connection: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> None:
    """Apply entries in order, all or none of them."""
    if entries:
        with transaction(connection):
            for entry in entries:
                apply_within(connection, entry)


def apply_within(connection: duckdb.DuckDBPyConnection, entry: Entry) -> Tally:
    """Apply one entry inside the transaction that is open."""
    if not claim(connection, entry):
        return find_recorded(connection, entry.id) or Tally()
    if entry.kind == "run":
        insert_run(connection, entry)
        return Tally()
    tally = load_documents(connection, entry)
    write_counts(connection, entry, tally)
    return tally


def claim(connection: duckdb.DuckDBPyConnection, entry: Entry) -> bool:
    """Write the ledger row; False when it is there already."""
    about = entry.description
    values = [entry.id, entry.kind, entry.number, about["run_id"], about["number"]]
    row = connection.execute(
        "insert into batches values (?, ?, ?, ?, ?, ?::timestamptz, 0, 0, 0, 0, 0, '{}') "
        "on conflict do nothing returning 1",
        [*values, about["loaded_at"]],
    ).fetchone()
    return row is not None


def find_recorded(connection: duckdb.DuckDBPyConnection, batch_id: str) -> Tally | None:
    """The counts of a batch that was loaded; None when it was not."""
    row = connection.execute(
        "select documents, new_articles, updated_articles, unchanged, problems, problem_codes "
        "from batches where batch_id = ?",
        [batch_id],
    ).fetchone()
    if row is None:
        return None
    read, new, updated, unchanged, problems, codes = row
    return Tally(read, new, updated, unchanged, problems, Counter(json.loads(codes)))


def count_run(connection: duckdb.DuckDBPyConnection, run_id: str) -> Tally:
    """The sum of the counts of all batches that a run has loaded."""
    rows = connection.execute(
        "select documents, new_articles, updated_articles, unchanged, problems, problem_codes "
        "from batches where run_id = ?",
        [run_id],
    ).fetchall()
    total = Tally()
    for read, new, updated, unchanged, problems, codes in rows:
        counts = Counter(json.loads(codes))
        total = total.plus(Tally(read, new, updated, unchanged, problems, counts))
    return total


def insert_run(connection: duckdb.DuckDBPyConnection, entry: Entry) -> None:
    """The rows of `runs` and `run_stages`."""
    run = entry.description["run"]
    connection.execute(f"insert into runs values ({', '.join('?' for _ in run)})", run)
    if stages := entry.description["stages"]:
        connection.executemany("insert into run_stages values (?, ?, ?, ?, ?, ?)", stages)


def load_documents(connection: duckdb.DuckDBPyConnection, entry: Entry) -> Tally:
    """Load the documents of a batch, or load them again in a reprocess, and count them."""
    if entry.file("documents") is None:
        return Tally()
    for table in (DOCUMENTS, ARTICLES, *CHILDREN):
        view_staged(connection, entry, table)
    connection.execute(STAGED)
    again = entry.kind == "reprocess"
    if again:
        remove_articles(connection, entry.description["replaced_articles"])
    else:
        connection.execute(FORGET_KNOWN)
    if entry.description["duplicates"]:
        connection.execute(ORIGINALS)
        connection.execute(RESOLVE_DUPLICATES)
    for statement in (KNOWN, STEPS, VERSIONS, OUTCOMES):
        connection.execute(statement)
    write_articles(connection, entry)
    write_authors(connection, entry)
    write_documents(connection, entry, again)
    if again:
        connection.execute(FORGET_AUTHORS)
    return count(connection, entry)


def view_staged(connection: duckdb.DuckDBPyConnection, entry: Entry, table: Staged) -> None:
    """A view `all_<table>` of what is staged, with every column of today: a column the entry lacks
    (an older version staged it) is null, and a table it lacks has no rows."""
    file = entry.file(table.name)
    there: set[str] = set()
    origin = "where false"
    if file is not None:
        origin = f"from read_parquet({quote(str(file))})"
        there = {column.name for column in table.columns}
        if entry.description["format"] != staged_format():
            there &= column_names(connection, origin)
    columns = ", ".join(show_column(column, there) for column in table.columns)
    connection.execute(f"create or replace temp view all_{table.name} as select {columns} {origin}")


def column_names(connection: duckdb.DuckDBPyConnection, origin: str) -> set[str]:
    """The columns that a "from …" has."""
    description = connection.execute(f"select * {origin} limit 0").description
    return {column[0] for column in description or ()}


def show_column(column: Column, there: set[str]) -> str:
    """The column as staged, or null of its type."""
    if column.name in there:
        return column.name
    return f"null::{SQL_TYPES[column.kind]} as {column.name}"


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


def delete_replaced(connection: duckdb.DuckDBPyConnection) -> None:
    """Delete the current rows, of all tables, of the articles in `replaced`."""
    loads = [
        row[0]
        for row in connection.execute(
            "select distinct load_number from replaced order by load_number"
        ).fetchall()
    ]
    if not loads:
        return
    numbers = ", ".join(map(str, loads))
    for name in ("articles", *(child.name for child in CHILDREN)):
        connection.execute(
            f"delete from {name} where load_number in ({numbers}) "
            "and article_id in (select article_id from replaced)"
        )


def write_articles(connection: duckdb.DuckDBPyConnection, entry: Entry) -> None:
    """Write new versions and what describes them; move the ones they replace aside."""
    kept, replaced, passing = connection.execute(VERSION_COUNTS).fetchone() or (0, 0, 0)
    if kept:
        connection.execute(SEE_AGAIN)
    if replaced:
        connection.execute(REPLACED)
        connection.execute(SUPERSEDE)
        delete_replaced(connection)
    if passing:
        connection.execute(SUPERSEDE_WITHIN.format(load=entry.number))
    if entry.file("articles") is None:
        return
    connection.execute(INSERT_ARTICLES.format(load=entry.number))
    for child in CHILDREN:
        if entry.file(child.name) is not None:
            left_out = "document_position, outlet" if child is AUTHORS else "document_position"
            connection.execute(
                INSERT_CHILD.format(table=child.name, left_out=left_out, load=entry.number)
            )


def write_authors(connection: duckdb.DuckDBPyConnection, entry: Entry) -> None:
    """Add new names, and new forms of names that are known."""
    if entry.file("article_authors") is None:
        return
    both = "list_sort(list_distinct(list_concat(authors.forms, signers.forms)))"
    connection.execute(SIGNERS.format(name=SHOWN_NAME.format(forms="forms")))
    connection.execute(WIDEN_AUTHORS.format(forms=both, name=SHOWN_NAME.format(forms=both)))
    connection.execute(INSERT_AUTHORS)


def write_documents(connection: duckdb.DuckDBPyConnection, entry: Entry, again: bool) -> None:
    """Write what became of every document, and the problems."""
    about = entry.description
    time = f"{quote(about['loaded_at'])}::timestamptz"
    if again:
        connection.execute(UPDATE_DOCUMENTS)
        connection.execute(UPDATE_PROBLEMS.format(time=time))
    else:
        values = {"run": quote(about["run_id"]), "batch": quote(entry.id), "load": entry.number}
        connection.execute(INSERT_DOCUMENTS.format(**values))
    connection.execute(INSERT_PROBLEMS.format(time=time))


def count(connection: duckdb.DuckDBPyConnection, entry: Entry) -> Tally:
    """The counts of the batch; documents that were known already are unchanged."""
    rows = connection.execute(
        "select outcome, code, count(*) from outcomes group by all order by all"
    ).fetchall()
    counts: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    for outcome, code, number in rows:
        counts[outcome] += number
        if outcome == "problem":
            codes[code] += number
    read = int(entry.description["documents"])
    tally = Tally(read=read, new=counts["new"], updated=counts["updated"])
    tally = replace(tally, problems=counts["problem"], problem_codes=codes)
    return replace(tally, unchanged=read - tally.articles - tally.problems)


def write_counts(connection: duckdb.DuckDBPyConnection, entry: Entry, tally: Tally) -> None:
    """Keep the counts in the ledger."""
    codes = json.dumps(tally.problem_codes, sort_keys=True)
    connection.execute(
        "update batches set documents = ?, new_articles = ?, updated_articles = ?, "
        "unchanged = ?, problems = ?, problem_codes = ? where batch_id = ?",
        [tally.read, tally.new, tally.updated, tally.unchanged, tally.problems, codes, entry.id],
    )
