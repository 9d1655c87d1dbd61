"""Mending what links articles: what belongs to nothing goes, what another table knows comes back,
and the articles concerned are noted down, so that the same run links them again.

Ids of stories and numbers of articles are kept wherever a table still has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from warehouse.connect import Connection
from warehouse.link_rules import (
    BAD_GROUPS,
    BAD_PAIRS,
    LINK_RULES,
    LINKED,
    MISCOUNTED,
    POSTINGS,
    WRONG_MARKS,
)
from warehouse.search_index import put_aside

# What articles that are linked again need not be compared with any more; reprints and their marks
# are told apart below.
REMADE = (
    "reprint_keys",
    "reprint_signatures",
    "reprints",
    "reprint_groups",
    "story_sketches",
    "story_vectors",
    "search_words",
    "search_recent_words",
    "search_fresh_words",
    "search_articles",
    "search_postings",
    "search_recent",
    "search_fresh",
    "search_removed",
)

# Whose pairs name what is not there may have been another's reprint.
HALF_PAIRS = f"select unnest([article_id, other_id]) as example from ({BAD_PAIRS})"

NOTE = """
insert into unlinked_articles
select distinct example
from ({queries})
where example not in (select article_id from unlinked_articles)
  and (example in (select article_id from articles)
       or example in (select article_id from linked_articles))
order by example
"""

# Where a cursor is lost, what was passed over shows as such.
CURSOR = """
create or replace temp table cursor_mended as
select least(max(through), (select coalesce(max(load_number), 0) from batches)) as through,
       greatest(max(last_number), (select max(number) from linked_articles), 0) as last_number
from linking;
delete from linking;
insert into linking
select coalesce(through, (select coalesce(max(load_number), 0) from batches)), last_number
from cursor_mended
"""

ONE_NUMBER = """
delete from linked_articles where number in (
    select number from linked_articles group by number having count(distinct article_id) > 1
);
delete from linked_articles where rowid in (
    select place from (
        select rowid as place,
               row_number() over (partition by article_id order by number, rowid) as turn
        from linked_articles
    ) where turn > 1
)
"""

# Each article has a row in story_articles, which knows its number, too.
NUMBERS = f"""
insert into linked_articles
select number, article_id, articles.load_number
from (from articles where {LINKED}) as articles
join story_articles using (article_id)
where article_id not in (select article_id from linked_articles)
  and number not in (select number from linked_articles)
qualify row_number() over (partition by number order by article_id) = 1
    and row_number() over (partition by article_id order by number) = 1
order by number
"""

ONE_STORY = """
delete from story_articles where rowid in (
    select place from (
        select told.rowid as place, row_number() over (
            partition by told.article_id
            order by told.story_id is distinct from articles.story_id, told.rowid
        ) as turn
        from story_articles as told left join articles using (article_id)
    ) where turn > 1
)
"""

# The time is about right: linking the article again puts it right.
STORIES = """
insert into story_articles by name
select articles.story_id, article_id,
       coalesce(published_at, make_timestamptz(epoch_us(published_on) + 43200000000),
                articles.first_seen_at) as dated_at,
       batches.loaded_at as joined_at, coalesce(outlet, site) as outlet, language,
       linked_articles.number
from articles
join linked_articles using (article_id)
join batches on batches.load_number = articles.load_number
where articles.story_id is not null
  and article_id not in (select article_id from story_articles)
order by number
"""

# A story is counted again when one of its articles is linked again; the newest of them name it.
COUNTS = f"""
delete from stories where story_id not in (select story_id from story_articles);
delete from stories where rowid in (
    select place from (
        select rowid as place, row_number() over (partition by story_id order by rowid) as turn
        from stories
    ) where turn > 1
);
insert into unlinked_articles
select newest
from (
    select arg_max(article_id, (dated_at, article_id)) as newest
    from story_articles
    where story_id in ({MISCOUNTED})
    group by story_id
)
where newest not in (select article_id from unlinked_articles)
order by newest
"""

MARKS = f"""
update articles set reprint_of = marks.first_id
from ({WRONG_MARKS}) as marks
where articles.article_id = marks.article_id
"""

SCRIPTS: Mapping[str, str] = MappingProxyType(
    {
        "linking-cursor": CURSOR,
        "linked-twice": ONE_NUMBER,
        "article-unlinked": NUMBERS,
        **{
            f"orphan-{table.replace('_', '-')}": f"delete from {table} "
            "where number not in (select number from linked_articles)"
            for table in ("reprint_keys", "reprint_signatures", "story_sketches", "story_vectors")
        },
        "orphan-story-articles": "delete from story_articles where (number, article_id) not in "
        "(select (number, article_id) from linked_articles)",
        "orphan-search-articles": "insert into search_removed select place from search_articles "
        "anti join linked_articles using (article_id, load_number); "
        "delete from search_articles where place in (select place from search_removed)",
        "orphan-reprints": "delete from reprints where (article_id, other_id) in "
        f"(select (article_id, other_id) from ({BAD_PAIRS}))",
        "orphan-reprint-groups": "delete from reprint_groups where (article_id, number) in "
        f"(select (article_id, number) from ({BAD_GROUPS}))",
        "reprint-twice": "delete from reprints where rowid in (select place from ("
        "select rowid as place, row_number() over (partition by number, other_number "
        "order by rowid) as turn from reprints) where turn > 1)",
        "reprint-mark": MARKS,
        "story-missing": f"{ONE_STORY}; {STORIES}",
        "story-count": COUNTS,
        "search-removed": "delete from search_removed "
        "where place in (select place from search_articles)",
        "orphan-search-postings": "insert into search_removed "
        f"select distinct place from {POSTINGS} anti join search_articles using (place) "
        "anti join search_removed using (place) order by place",
    }
)


def mend_links(connection: Connection) -> list[tuple[str, int]]:
    """Mend what can be mended by itself, and note which articles are to be linked again; returns
    the rules that were broken, by code, and how often."""
    broken: list[tuple[str, int]] = []
    note_articles(connection)
    for rule in LINK_RULES:
        row = connection.execute(f"select count(*) from ({rule.query})").fetchone()
        if row and row[0]:
            broken.append((rule.code, int(row[0])))
            connection.execute(SCRIPTS.get(rule.code, "select 1"))
    if broken:
        note_articles(connection)
    return broken


def note_articles(connection: Connection) -> None:
    """Note which articles are to be linked again."""
    queries = [rule.query for rule in LINK_RULES if rule.names_articles]
    connection.execute(NOTE.format(queries=" union all ".join([*queries, HALF_PAIRS])))


def forget_links(connection: Connection, versions: Mapping[str, int]) -> None:
    """Forget what earlier versions made of texts, so that everything is linked again. Stories keep
    their ids and articles, which are grouped anew as they are linked."""
    for table in REMADE:
        put_aside(connection, table, f"{table}_forgotten")
        connection.execute(f"drop table {table}_forgotten")
    connection.execute("update articles set reprint_of = null where reprint_of is not null")
    connection.execute("update linking set through = 0")
    connection.execute("delete from link_versions")
    connection.executemany("insert into link_versions values (?, ?)", sorted(versions.items()))
