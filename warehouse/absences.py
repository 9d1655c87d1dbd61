"""Articles whose page was gone, and when it came back: as the log of fetches comes in.

An answer of 404 or 410 at an address that brought an article opens an absence, or counts for the
one that is open. It ends with the next good answer there, or with a document of the article that
was fetched later from the web. What counts is the time of a fetch, not the order of loading.
"""

from __future__ import annotations

import duckdb

ANSWERS = """
create or replace temp table answers as
select url, outcome, status, started_at,
       ('0x' || left(sha256(url), 16))::ubigint as uri_key
from read_parquet({file})
where role = 'page' and outcome in ('gone', 'fetched', 'unchanged')
"""

COUNT_GONE = "select count(*) from answers where outcome = 'gone'"

LOADS_OF_GONE = """
select distinct load_number from documents
where uri_key in (select uri_key from answers where outcome = 'gone')
"""

# The articles that came from addresses which are gone.
HAD = """
create or replace temp table had as
select distinct article_id, uri as url
from documents
where load_number in ({loads}) and article_id is not null
  and uri in (select url from answers where outcome = 'gone')
"""

LOADS_OF_HAD = """
select distinct load_number from documents where article_id in (select article_id from had)
"""

# When each of them was fetched first and last; it may have another address by now.
SIGHTINGS = """
create or replace temp table sightings as
select article_id, had.url, min(fetched_at) as first_at,
       max(fetched_at) filter (documents.uri = had.url) as here_at,
       max(fetched_at) filter (documents.uri <> had.url and documents.uri like 'http%')
           as elsewhere_at
from documents
join had using (article_id)
where load_number in ({loads})
group by all
"""

# Good answers part one absence from the next; the last document may tell of one that is not in
# this part of the log.
GONE = """
create or replace temp table gone as
with parted as (
    select article_id, url, started_at, status,
           (
               select min(good_at) from (
                   select good.started_at as good_at from answers as good
                   where good.url = sightings.url and good.outcome <> 'gone'
                   union all
                   select here_at
               ) where good_at > answers.started_at
           ) as back_at
    from sightings
    join answers using (url)
    where outcome = 'gone' and started_at > first_at
      and (elsewhere_at is null or elsewhere_at <= here_at)
)

select article_id, arg_max(url, started_at) as url, min(started_at) as gone_at,
       arg_max(status, started_at) as status, max(started_at) as checked_at, count(*) as checks,
       back_at
from parted
group by article_id, back_at
"""

# Absences that are open, and when the next good answer ends them, if one does.
OPENED = """
create or replace temp table opened as
select article_id, min(started_at) as back_at
from absences
left join answers
    on answers.url = absences.url and outcome <> 'gone' and started_at > checked_at
where absences.back_at is null
group by article_id
"""

PROLONG = """
update absences
set gone_at = least(absences.gone_at, gone.gone_at),
    status = case when gone.checked_at < absences.checked_at then absences.status
             else gone.status end,
    checked_at = greatest(absences.checked_at, gone.checked_at),
    checks = absences.checks + gone.checks, back_at = gone.back_at
from gone
join opened on opened.article_id = gone.article_id
    and opened.back_at is not distinct from gone.back_at
where gone.article_id = absences.article_id and absences.back_at is null
"""

END_BY_ANSWERS = """
update absences
set back_at = opened.back_at
from opened
where opened.article_id = absences.article_id and absences.back_at is null
"""

OPEN = """
insert into absences by name
select gone.* from gone
left join opened on opened.article_id = gone.article_id
    and opened.back_at is not distinct from gone.back_at
where opened.article_id is null
"""

# The earliest counts, whether batches are loaded one by one or together.
END_BY_DOCUMENTS = """
update absences
set back_at = good.back_at
from (
    select article_id, gone_at, min(fetched_at) as back_at
    from staged
    join absences using (article_id)
    where staged.uri like 'http%' and fetched_at > checked_at
      and (absences.back_at is null or fetched_at < absences.back_at)
    group by article_id, gone_at
) as good
where good.article_id = absences.article_id and good.gone_at = absences.gone_at
"""


def note_answers(connection: duckdb.DuckDBPyConnection, file: str) -> None:
    """Open and end absences by a part of the log: Parquet, `file` an SQL literal."""
    connection.execute(ANSWERS.format(file=file))
    connection.execute(OPENED)
    found = has_rows(connection, COUNT_GONE) and find_gone(connection)
    for statement in (PROLONG, END_BY_ANSWERS, OPEN) if found else (END_BY_ANSWERS,):
        connection.execute(statement)


def note_documents(connection: duckdb.DuckDBPyConnection) -> None:
    """End absences by the documents that are staged."""
    connection.execute(END_BY_DOCUMENTS)


def find_gone(connection: duckdb.DuckDBPyConnection) -> bool:
    """The absences that answers tell of, as a table `gone`; False where they are of no article."""
    connection.execute(HAD.format(loads=list_loads(connection, LOADS_OF_GONE)))
    if not has_rows(connection, "select count(*) from had"):
        return False
    connection.execute(SIGHTINGS.format(loads=list_loads(connection, LOADS_OF_HAD)))
    connection.execute(GONE)
    return True


def has_rows(connection: duckdb.DuckDBPyConnection, query: str) -> bool:
    """Whether what the query counts is more than nothing."""
    row = connection.execute(query).fetchone()
    return row is not None and row[0] > 0


def list_loads(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """The load numbers that a query gives, as SQL; -1, which no load has, when there are none."""
    return ", ".join(str(row[0]) for row in sorted(connection.execute(query).fetchall())) or "-1"
