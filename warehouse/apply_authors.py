"""Loading names: who signed what, and the forms in which the name was printed."""

from __future__ import annotations

import duckdb

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


def write_authors(connection: duckdb.DuckDBPyConnection) -> None:
    """Add new names, and new forms of names that are known."""
    both = "list_sort(list_distinct(list_concat(authors.forms, signers.forms)))"
    connection.execute(SIGNERS.format(name=SHOWN_NAME.format(forms="forms")))
    connection.execute(WIDEN_AUTHORS.format(forms=both, name=SHOWN_NAME.format(forms=both)))
    connection.execute(INSERT_AUTHORS)
