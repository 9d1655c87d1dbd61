"""Loading batches of documents: what is known already, what each became, and the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import duckdb

from tasks.tally import Tally
from warehouse.absences import note_documents
from warehouse.apply_articles import (
    KNOWN,
    LOADS_OF_ARTICLES,
    STEPS,
    VERSIONS,
    find_loads,
    remove_articles,
    write_articles,
    write_child,
)
from warehouse.apply_authors import FORGET_AUTHORS, write_authors
from warehouse.journal import Entry
from warehouse.rows import ARTICLES, AUTHORS, CHILDREN, DOCUMENTS, SITE_PAGES
from warehouse.site_lines import insert_pages
from warehouse.staged_views import PLACES, child_of, list_loads, view_staged
from warehouse.versions import compare_queued

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


def forget_known(connection: duckdb.DuckDBPyConnection) -> None:
    """Take documents that were loaded before out of what is staged."""
    if loads := find_loads(connection, LOADS_OF_DOCUMENTS):
        connection.execute(FORGET_KNOWN.format(loads=loads))


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
