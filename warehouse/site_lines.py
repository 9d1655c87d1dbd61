"""What is remembered of each site's articles, and the lines learned from them.

Loads add new articles to `site_pages`. When a run is completed, the lines that its pages repeat
are judged (elsewhere: nothing here decides) and put into `site_lines` with the record of the run,
in one transaction, and the older pages are forgotten. A run that was killed leaves its pages to the
next one, and no line: so what is template never changes between a run and the one that resumes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from tasks.model import Imprint, Label, SiteLine, SitePage
from warehouse.connect import quote, settle
from warehouse.rows import SITE_LINE_KINDS

# The newest pages of a site that stay when a run is completed.
REMEMBERED = 200
FETCHED_AT_ONCE = 500

# Articles that are new. A reprocess makes every article it replaces anew: those are not.
INSERT_PAGES = """
insert into site_pages by name
select pages.site, steps.article_id, pages.seen_at, pages.topic, pages.line_hashes,
       pages.heading_hashes, loads.load_number,
       (steps.document_position % {places})::integer as position
from all_site_pages as pages
join steps using (document_position)
join all_articles as articles using (document_position)
join loads on loads.load_number = steps.document_position // {places}
where steps.outcome = 'new' and steps.article_id not in (select unnest(?::varchar[]))
order by loads.load_number, articles.language, pages.site, steps.document_position
"""

# Pages loaded after the last completed run are fresh.
FRESH = """
load_number > coalesce((
    select max(load_number) from batches
    where kind = 'run'
      and run_id in (select run_id from runs where status = 'completed')
), 0)
"""

FRESH_SITES = f"select distinct site from site_pages where {FRESH}"

# A line that is not noted yet is of interest from so many pages on.
NOTED = 3

# Which sites have anything to learn: their fresh pages carry a line that is known, or on so many
# pages. Where all such lines are template and stay so (until twice as many pages have them, they
# are not judged anew), the fresh pages are only counted, and nobody asks for the others.
TO_LEARN = f"""
create or replace temp table to_learn as
with fresh as (
    select site, line_hash, count(distinct page) as pages
    from (
        select site, (load_number, position) as page, unnest(line_hashes) as line_hash
        from site_pages where {FRESH}
    )
    where line_hash <> 0
    group by all
),
carried as (
    select site, line_hash, count(distinct page) as pages
    from (
        select site, (load_number, position) as page, unnest(line_hashes) as line_hash
        from site_pages where site in ({FRESH_SITES})
    )
    semi join fresh using (site, line_hash)
    group by all
),
wanted as (
    select site, known.label is not null and length(bin(known.pages_seen))
           = length(bin(known.pages_seen + fresh.pages)) as is_settled
    from fresh
    join carried using (site, line_hash)
    left join site_lines as known using (site, line_hash)
    where known.line_hash is not null or carried.pages >= ?
)
select site, bool_and(is_settled) as is_settled from wanted group by site
"""

PAGES = f"""
select site, article_id, {FRESH} as fresh, seen_at, line_hashes, heading_hashes, topic
from site_pages
join to_learn using (site)
where fresh or not is_settled
order by site, load_number, position
"""

LINES = f"""
select {", ".join(SITE_LINE_KINDS)} from site_lines where site in (select site from to_learn)
"""

FORGET_PAGES = """
delete from site_pages
where (load_number, position) in (
    select (load_number, position) from site_pages
    qualify row_number() over (
        partition by site order by load_number desc, position desc
    ) > ?
)
"""

REPLACE_LINES = """
delete from site_lines
where (site, line_hash) in (select (site, line_hash) from read_parquet({file}));
insert into site_lines by name select * from read_parquet({file})
"""


def insert_pages(
    connection: duckdb.DuckDBPyConnection, places: int, replaced: Sequence[str] = ()
) -> None:
    """Remember the new articles among what is being loaded; `places` is what document positions
    count on by from load to load."""
    connection.execute(INSERT_PAGES.format(places=places), [list(replaced)])


def replace_lines(connection: duckdb.DuckDBPyConnection, file: Path | None) -> None:
    """Put learned lines in, in the place of what was known of them; then forget old pages."""
    if file is not None:
        connection.execute(REPLACE_LINES.format(file=quote(str(file))))
    connection.execute(FORGET_PAGES, [REMEMBERED])


def list_sites(
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[tuple[str, Iterator[SitePage], list[SiteLine]]]:
    """Each site whose fresh pages have something to tell, in order of name: its pages in the order
    of loading, to be read before the next site (the fresh ones alone where the others do not
    matter), and its lines so far. Nothing may be loaded meanwhile."""
    known: dict[str, list[SiteLine]] = {}
    with settle(connection.cursor()) as cursor:
        cursor.execute(TO_LEARN, [NOTED])
        for row in cursor.execute(LINES).fetchall():
            line = make_line(row)
            known.setdefault(line.site, []).append(line)
        cursor.execute(PAGES)
        for site, rows in groupby(stream(cursor), key=lambda row: str(row[0])):
            yield site, map(make_page, rows), known.get(site, [])


def stream(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """The rows of a result, fetched some at a time."""
    while rows := cursor.fetchmany(FETCHED_AT_ONCE):
        yield from rows


def make_page(row: tuple[Any, ...]) -> SitePage:
    """The page of a row of `PAGES`."""
    _, article_id, fresh, seen_at, lines, headings, topic = row
    return SitePage(article_id, fresh, seen_at, Imprint(tuple(lines), tuple(headings), topic))


def make_line(row: tuple[Any, ...]) -> SiteLine:
    """The line of a row of `LINES`."""
    line = SiteLine(*row)
    return line if line.label is None else line._replace(label=Label(line.label))


def read_bodies(
    connection: duckdb.DuckDBPyConnection, article_ids: Sequence[str]
) -> dict[str, str]:
    """The bodies of current articles, by id."""
    rows = connection.execute(
        "select article_id, body from articles where article_id in (select unnest(?::varchar[])) "
        "order by article_id",
        [list(article_ids)],
    ).fetchall()
    return dict(rows)


def read_template(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int, str]]:
    """Site, line hash and keeping article of every template line, in order."""
    return connection.execute(
        "select site, line_hash, first_article_id from site_lines where label is not null "
        "order by site, line_hash"
    ).fetchall()
