"""Applying journal entries to one copy: set-based SQL in one transaction, its ledger row first.

What comes out depends on the entries and on the rows that are there, on nothing else (no clock, no
chance, nor whether entries are applied one by one or together), so that two copies that apply the
same entries hold the same rows. Only narrow columns of
the big tables are scanned, and rows are deleted by load number as well as by id, which lets DuckDB
skip what was loaded at other times: the cost follows what is new, not the size.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

import duckdb

from tasks.tally import Tally
from warehouse.absences import note_documents
from warehouse.apply_live import apply_live, is_live
from warehouse.apply_upkeep import KIND as UPKEEP
from warehouse.apply_upkeep import apply_upkeep
from warehouse.connect import quote
from warehouse.journal import Entry
from warehouse.links import apply_links
from warehouse.migrate import transaction
from warehouse.outlet_zones import replace_zones
from warehouse.packing import write_packed
from warehouse.rows import (
    ARTICLES,
    AUTHORS,
    CHILDREN,
    DOCUMENT_POSITION,
    DOCUMENTS,
    SITE_PAGES,
    Column,
    Staged,
    staged_format,
)
from warehouse.site_lines import insert_pages, replace_lines
from warehouse.versions import (
    compare_queued,
    forget_differences,
    gather_faces,
    write_differences,
)

SQL_TYPES = {
    "text": "VARCHAR",
    "texts": "VARCHAR[]",
    "int": "BIGINT",
    "ints": "BIGINT[]",
    "key": "UBIGINT",
    "keys": "UBIGINT[]",
    "real": "REAL",
    "double": "DOUBLE",
    "bool": "BOOLEAN",
    "time": "TIMESTAMPTZ",
    "day": "DATE",
}

# Positions of documents count on from load to load: load number times this, plus the position.
PLACES = 2**20

STAGED = """
create or replace temp table staged as
select * from all_documents
qualify row_number() over (partition by document_id order by document_position) = 1
"""

# Loads that may hold what is asked for: one narrow column is scanned for them, and the others are
# then read in those loads alone.
LOADS_OF_DOCUMENTS = """
select distinct load_number from documents where uri_key in (select uri_key from staged)
"""

LOADS_OF_ARTICLES = """
select distinct load_number from articles where article_id in (select article_id from staged)
"""

# Documents that are in the warehouse already: a batch that overlaps an earlier one.
FORGET_KNOWN = """
delete from staged
where document_id in (
    select document_id from documents
    where load_number in ({loads}) and uri_key in (select uri_key from staged)
)
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
where documents.sha256_key in (select sha256_key from staged where duplicate_of is not null)
  and documents.document_id in (select duplicate_of from staged)
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
join staged using (document_position)
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
    loads.run_id,
    loads.batch_id,
    loads.loaded_at,
    coalesce(steps.outcome, 'problem') as outcome
from staged
join loads using (load_number)
left join steps using (document_position)
"""

INSERT_DOCUMENTS = """
insert into documents by name
select * exclude (document_position, content_hash, stage, code, message, loaded_at)
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
        when outcomes.outcome = 'problem' then outcomes.loaded_at else problems.last_seen_at
    end,
    resolved_at = case when outcomes.outcome = 'problem' then null else outcomes.loaded_at end
from outcomes
where outcomes.document_id = problems.document_id
  and (outcomes.outcome = 'problem' or problems.resolved_at is null)
"""

INSERT_PROBLEMS = """
insert into problems by name
select document_id, uri, stage, code, message, 1 as attempts,
       loaded_at as first_seen_at, loaded_at as last_seen_at, null as resolved_at
from outcomes
where outcome = 'problem' and document_id not in (select document_id from problems)
"""


def apply_entries(connection: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> list[Tally]:
    """Apply entries in order, all or none of them, and return the counts of each; one that was
    applied before changes nothing and has the counts it had."""
    tallies: list[Tally] = []
    with transaction(connection):
        # Batches are loaded together; each of the others sees what came before it.
        for _, group in groupby(entries, key=lambda entry: entry.kind == "batch" or entry.number):
            tallies += apply_together(connection, list(group))
    return tallies


def apply_entry(connection: duckdb.DuckDBPyConnection, entry: Entry) -> Tally:
    """Apply one entry, whole or not at all, and return its counts."""
    return apply_entries(connection, [entry])[0]


def apply_together(connection: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> list[Tally]:
    """Apply entries of one kind inside the transaction that is open."""
    fresh = [entry for entry in entries if claim(connection, entry)]
    tallies: dict[int, Tally] = {}
    if entries[0].kind == "run":
        for entry in fresh:
            insert_run(connection, entry)
    elif entries[0].kind == "links":
        for entry in fresh:
            apply_links(connection, entry)
    elif is_live(entries[0]):
        for entry in fresh:
            apply_live(connection, entry)
    elif entries[0].kind == UPKEEP:
        for entry in fresh:
            apply_upkeep(connection, entry)
    elif loaded := [entry for entry in fresh if entry.file("documents")]:
        tallies = load_documents(connection, loaded)
        for entry in loaded:
            write_counts(connection, entry, tallies[entry.number])
    return [
        tallies.get(entry.number) or find_recorded(connection, entry.id) or Tally()
        for entry in entries
    ]


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
    """The rows of `runs` and `run_stages`; with a completed run, what it learned."""
    run = entry.description["run"]
    if entry.description.get("completed"):
        replace_lines(connection, entry.file("site_lines"))
        replace_zones(connection, entry.file("outlet_zones"))
    connection.execute(f"insert into runs values ({', '.join('?' for _ in run)})", run)
    if stages := entry.description["stages"]:
        connection.executemany("insert into run_stages values (?, ?, ?, ?, ?, ?)", stages)


def load_documents(
    connection: duckdb.DuckDBPyConnection, entries: Sequence[Entry]
) -> dict[int, Tally]:
    """Load the documents of batches, or of a reprocess, and count them by load number."""
    list_loads(connection, entries)
    for table in (DOCUMENTS, ARTICLES, *CHILDREN, SITE_PAGES):
        view_staged(connection, entries, table)
    connection.execute(STAGED)
    compare_queued(connection)
    again = entries[0].kind == "reprocess"
    replaced = entries[0].description["replaced_articles"] if again else []
    if again:
        remove_articles(connection, replaced)
    else:
        forget_known(connection)
    if any(entry.description["duplicates"] for entry in entries):
        connection.execute(ORIGINALS)
        connection.execute(RESOLVE_DUPLICATES)
    if not again:
        note_documents(connection)
    loads = find_loads(connection, LOADS_OF_ARTICLES)
    connection.execute(KNOWN.format(loads=loads or "-1"))
    for statement in (STEPS, VERSIONS, OUTCOMES):
        connection.execute(statement)
    tables = [child for child in CHILDREN if any(map(child_of(child), entries))]
    write_articles(connection, loads)
    for table in tables:
        write_child(connection, entries, table)
    if AUTHORS in tables:
        write_authors(connection)
    if any(map(child_of(SITE_PAGES), entries)):
        insert_pages(connection, PLACES, replaced)
    write_documents(connection, again)
    return count(connection, entries)


def find_loads(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """The load numbers that a query gives, as SQL; "" when there are none."""
    return ", ".join(str(number) for (number,) in sorted(connection.execute(query).fetchall()))


def forget_known(connection: duckdb.DuckDBPyConnection) -> None:
    """Take documents that were loaded before out of what is staged."""
    if loads := find_loads(connection, LOADS_OF_DOCUMENTS):
        connection.execute(FORGET_KNOWN.format(loads=loads))


def child_of(table: Staged) -> Callable[[Entry], bool]:
    """Whether an entry has rows of that table."""
    return lambda entry: entry.file(table.name) is not None


def list_loads(connection: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> None:
    """A table `loads` of the entries."""
    rows = ", ".join(
        f"({entry.number}, {quote(entry.id)}, {quote(entry.description['run_id'])}, "
        f"{quote(entry.description['loaded_at'])}::timestamptz)"
        for entry in entries
    )
    connection.execute(
        "create or replace temp table loads as "
        f"from (values {rows}) as loads(load_number, batch_id, run_id, loaded_at)"
    )


def view_staged(
    connection: duckdb.DuckDBPyConnection, entries: Sequence[Entry], table: Staged
) -> None:
    """A view `all_<table>` of what is staged; a table without rows is an empty view."""
    parts = [
        show_staged(connection, entry, table, file)
        for entry in entries
        if (file := entry.file(table.name)) is not None
    ]
    query = " union all ".join(parts) or show_empty(table)
    connection.execute(f"create or replace temp view all_{table.name} as {query}")


def show_staged(
    connection: duckdb.DuckDBPyConnection, entry: Entry, table: Staged, file: Path
) -> str:
    """One entry's rows of a table, with every column of today: one that the entry lacks (an older
    version staged it) is null. `document_position` counts on from load to load."""
    origin = f"from read_parquet({quote(str(file))})"
    there = {column.name for column in table.columns}
    if entry.description["format"] != staged_format():
        there &= column_names(connection, origin)
    place = "position" if table is DOCUMENTS else "document_position"
    shown = [
        show_column(column, there) for column in table.columns if column is not DOCUMENT_POSITION
    ]
    shown.append(f"{place} + {entry.number * PLACES}::bigint as document_position")
    if table is DOCUMENTS:
        shown.append(f"{entry.number} as load_number")
    return f"select {', '.join(shown)} {origin}"


def show_empty(table: Staged) -> str:
    """The columns of a table, and no rows."""
    shown = [show_column(column, set()) for column in table.columns]
    return f"select {', '.join(shown)} where false"


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


def write_authors(connection: duckdb.DuckDBPyConnection) -> None:
    """Add new names, and new forms of names that are known."""
    both = "list_sort(list_distinct(list_concat(authors.forms, signers.forms)))"
    connection.execute(SIGNERS.format(name=SHOWN_NAME.format(forms="forms")))
    connection.execute(WIDEN_AUTHORS.format(forms=both, name=SHOWN_NAME.format(forms=both)))
    connection.execute(INSERT_AUTHORS)


def write_documents(connection: duckdb.DuckDBPyConnection, again: bool) -> None:
    """Write what became of every document, and the problems."""
    if again:
        connection.execute(UPDATE_DOCUMENTS)
        connection.execute(UPDATE_PROBLEMS)
        connection.execute(FORGET_AUTHORS)
    else:
        connection.execute(INSERT_DOCUMENTS)
    connection.execute(INSERT_PROBLEMS)


def count(connection: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> dict[int, Tally]:
    """The counts by load number; documents that were known already are unchanged."""
    rows = connection.execute(
        "select load_number, outcome, code, count(*) from outcomes group by all order by all"
    ).fetchall()
    return {entry.number: count_entry(entry, rows) for entry in entries}


def count_entry(entry: Entry, rows: Sequence[tuple[int, str, str, int]]) -> Tally:
    """The counts of one entry."""
    counts: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    for load_number, outcome, code, number in rows:
        if load_number == entry.number:
            counts[outcome] += number
            codes += Counter({code: number}) if outcome == "problem" else Counter()
    read = int(entry.description["documents"])
    new, updated, problems = counts["new"], counts["updated"], counts["problem"]
    return Tally(read, new, updated, read - new - updated - problems, problems, codes)


def write_counts(connection: duckdb.DuckDBPyConnection, entry: Entry, tally: Tally) -> None:
    """Keep the counts in the ledger."""
    codes = json.dumps(tally.problem_codes, sort_keys=True)
    connection.execute(
        "update batches set documents = ?, new_articles = ?, updated_articles = ?, "
        "unchanged = ?, problems = ?, problem_codes = ? where batch_id = ?",
        [tally.read, tally.new, tally.updated, tally.unchanged, tally.problems, codes, entry.id],
    )
