"""What must hold between articles and what links them: reprints, stories and the search index.

Linking can be done again from the articles alone, so a rule names the articles that are to be
linked again where it is broken, if it can. `warehouse/apply_relinks.py` mends what is.
"""

from __future__ import annotations

from typing import NamedTuple

from warehouse.search_index import WORDS


class LinkRule(NamedTuple):
    """A rule: `query` selects, as `example`, what breaks it; ids of articles that are to be linked
    again where it `names_articles`."""

    code: str
    query: str
    detail: str
    names_articles: bool = True


# Articles of later loads are linked by the next run.
LINKED = "load_number <= (select coalesce(max(through), 0) from linking)"

POSTINGS = "(from search_postings union all from search_recent union all from search_fresh)"

# A body of so many different runs of words has keys of its own, unless so many articles hold them
# already that no more are kept.
LONG, MANY = 100, 90


def forbid_orphans(table: str, key: str, example: str) -> LinkRule:
    """Rows of a table belong to a linked article, found by `key`."""
    return LinkRule(
        f"orphan-{table.replace('_', '-')}",
        f"select {example} as example from {table} anti join linked_articles using ({key})",
        f"rows of {table} belong to no linked article",
        names_articles=False,
    )


def require_one(code: str, table: str, key: str, detail: str) -> LinkRule:
    """A linked article that is there has exactly one row in a table."""
    return LinkRule(
        code,
        "select article_id as example from linked_articles left join "
        f"(select {key}, count(*) as rows from {table} group by all) using ({key}) "
        "where rows is distinct from 1 and article_id in (select article_id from articles)",
        detail,
    )


# Pairs whose numbers are not those of the articles that they name.
BAD_PAIRS = """
select article_id, other_id from reprints
where (number, article_id) not in (select (number, article_id) from linked_articles)
   or (other_number, other_id) not in (select (number, article_id) from linked_articles)
"""

BAD_GROUPS = """
select article_id, number from reprint_groups
where (number, article_id) not in (select (number, article_id) from linked_articles)
   or (first_number, first_id) not in (select (number, article_id) from linked_articles)
   or alias_of not in (select article_id from linked_articles)
"""

# Members without a pair or there twice, pairs without their groups, and pairs of two groups.
UNGROUPED = """
select article_id from reprint_groups
where number not in (select number from reprints union all select other_number from reprints)
union
select article_id from reprint_groups group by article_id having count(*) > 1
union
select unnest([reprints.article_id, reprints.other_id])
from reprints
left join reprint_groups as one on one.number = reprints.number
left join reprint_groups as other on other.number = reprints.other_number
where one.first_number is distinct from other.first_number or one.first_number is null
"""

# Which stories are not what their articles make them.
MISCOUNTED = """
select story_id
from (
    select
        story_id, count(*)::integer as articles, count(distinct outlet)::integer as outlets,
        min(dated_at) as first_seen_at, max(dated_at) as last_seen_at,
        coalesce(list_sort(list(distinct language) filter (language is not null)), []) as languages
    from story_articles
    group by story_id
) as counted
full join stories using (story_id)
where (counted.articles, counted.outlets, counted.first_seen_at, counted.last_seen_at,
       counted.languages)
    is distinct from (stories.articles, stories.outlets, stories.first_seen_at,
                      stories.last_seen_at, stories.languages)
union
select story_id from stories group by story_id having count(*) > 1
"""

WRONG_MARKS = f"""
select article_id, nullif(first_id, article_id) as first_id
from articles left join reprint_groups using (article_id)
where {LINKED} and reprint_of is distinct from nullif(first_id, article_id)
"""

KEYLESS = f"""
select article_id from linked_articles join reprint_signatures using (number)
where size > {LONG} and number not in (select number from reprint_keys)
  and number not in (
      select number from reprint_groups where first_number in (
          select first_number from reprint_groups group by first_number having count(*) > {MANY}
      )
  )
"""

UNINDEXED = """
select article_id from linked_articles anti join search_articles using (article_id, load_number)
union
select article_id from search_articles group by article_id having count(*) > 1
union
select article_id from search_articles
where place in (select place from search_articles group by place having count(*) > 1)
"""

LINK_RULES = (
    LinkRule(
        "linking-cursor",
        "select 'linking' as example from linking "
        "having count(*) <> 1 or max(through) > (select coalesce(max(load_number), 0) from batches)"
        " or max(last_number) < (select coalesce(max(number), 0) from linked_articles)",
        "linking has come further than there are loads, or it is not known how far",
        names_articles=False,
    ),
    LinkRule(
        "linked-twice",
        "select article_id as example from linked_articles "
        "where number in (select number from linked_articles group by number having count(*) > 1) "
        "or article_id in "
        "(select article_id from linked_articles group by article_id having count(*) > 1)",
        "articles share a number, or have two, in linked_articles",
    ),
    LinkRule(
        "article-unlinked",
        f"select article_id as example from (from articles where {LINKED}) "
        "anti join linked_articles using (article_id, load_number)",
        "articles were passed over by linking",
    ),
    LinkRule(
        "linked-gone",
        "select article_id as example from linked_articles anti join articles using (article_id)",
        "linked articles are not there",
    ),
    forbid_orphans("reprint_keys", "number", "number"),
    forbid_orphans("reprint_signatures", "number", "number"),
    forbid_orphans("story_sketches", "number", "number"),
    forbid_orphans("story_vectors", "number", "number"),
    forbid_orphans("story_articles", "number, article_id", "article_id"),
    forbid_orphans("search_articles", "article_id, load_number", "article_id"),
    LinkRule(
        "orphan-reprints",
        f"select article_id as example from ({BAD_PAIRS})",
        "pairs of reprints name articles that are not linked",
        names_articles=False,
    ),
    LinkRule(
        "orphan-reprint-groups",
        f"select article_id as example from ({BAD_GROUPS})",
        "groups of reprints name articles that are not linked",
        names_articles=False,
    ),
    LinkRule(
        "reprint-twice",
        "select article_id as example from reprints "
        "group by number, other_number, article_id having count(*) > 1",
        "pairs of reprints are there more than once",
        names_articles=False,
    ),
    require_one("reprint-unsigned", "reprint_signatures", "number",
                "articles have no signature, or several, by which reprints are found"),
    LinkRule(
        "reprint-keyless",
        f"select article_id as example from ({KEYLESS})",
        "articles have no keys by which reprints are found",
    ),
    LinkRule(
        "reprint-group",
        f"select article_id as example from ({UNGROUPED}) as ungrouped(article_id)",
        "pairs and groups of reprints contradict each other",
    ),
    LinkRule(
        "reprint-mark",
        f"select article_id as example from ({WRONG_MARKS})",
        "articles.reprint_of is not what reprint_groups says",
    ),
    require_one("story-unsketched", "story_sketches", "number",
                "articles have no sketch, or several, by which stories are found"),
    require_one("story-missing", "story_articles", "article_id",
                "articles are in no story, or in several"),
    LinkRule(
        "story-mark",
        f"select article_id as example from (from articles where {LINKED}) as articles "
        "join story_articles using (article_id) "
        "where articles.story_id is distinct from story_articles.story_id",
        "articles.story_id is not what story_articles says",
    ),
    LinkRule(
        "story-count",
        f"select story_id as example from ({MISCOUNTED})",
        "stories are not what their articles make them",
        names_articles=False,
    ),
    LinkRule(
        "search-unindexed",
        f"select article_id as example from ({UNINDEXED})",
        "articles are not in the search index, or more than once",
    ),
    LinkRule(
        "search-removed",
        "select place as example from search_removed semi join search_articles using (place)",
        "articles of the search index count as removed",
        names_articles=False,
    ),
    LinkRule(
        "search-empty",
        "select article_id as example from search_articles "
        f"where length > 0 and place not in (select place from {POSTINGS})",
        "articles of the search index have no words in it",
    ),
    LinkRule(
        "orphan-search-postings",
        f"select place as example from (select distinct place from {POSTINGS}) "
        "anti join search_articles using (place) anti join search_removed using (place)",
        "words of the search index belong to no article",
        names_articles=False,
    ),
    LinkRule(
        "search-word",
        "select distinct article_id as example from search_articles join "
        f"(from {POSTINGS} anti join (from {WORDS} where stem) using (term)) using (place)",
        "articles have words in the search index that it does not know",
    ),
)  # fmt: skip
