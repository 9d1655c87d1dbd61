"""Stories as people ask for them: the latest, and one with its articles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from warehouse.connect import Connection
from warehouse.read import open_published


@dataclass(frozen=True, slots=True)
class Story:
    """A row of `stories`, and the outlets of its articles, in alphabetical order."""

    story_id: str
    label: str
    first_seen_at: datetime
    last_seen_at: datetime
    articles: int
    languages: tuple[str, ...]
    outlets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """An article of a story, and the time it counts from."""

    article_id: str
    title: str | None
    outlet: str | None
    language: str | None
    dated_at: datetime
    url: str | None
    reprint_of: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A merge or a split: the other story, and when it was found."""

    story_id: str
    change: str
    other_id: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class StoryDetail:
    """A story with its articles, the earliest first, and what became of it and others."""

    story: Story
    members: tuple[Told, ...]
    changes: tuple[Change, ...]


STORIES = """
select
    story_id, label, first_seen_at, last_seen_at, stories.articles, languages,
    (
        select coalesce(list_sort(list(distinct outlet)), []) from story_articles
        where story_articles.story_id = stories.story_id and outlet is not null
    ) as outlets
from stories
"""

LATEST = f"""
{STORIES}
where stories.articles >= $least
  and ($since::timestamptz is null or last_seen_at >= $since::timestamptz)
  and ($outlet is null or story_id in (
      select story_id from story_articles where lower(outlet) = lower($outlet)
  ))
order by last_seen_at desc, stories.articles desc, story_id
limit $limit
"""

ARTICLES = """
select article_id, title, story_articles.outlet, story_articles.language, dated_at, url, reprint_of
from story_articles
join articles using (article_id)
where story_articles.story_id = $story
order by dated_at, article_id
"""

CHANGES = """
select story_id, change, other_id, changed_at from story_changes
where story_id = $story or other_id = $story
order by changed_at, change, story_id
"""

# What a key names: a story, the story that one went into, or the story of an article.
NAMED = """
with recursive went as (
    select $key as story_id, 0 as steps
    union
    select other_id, steps + 1 from went
    join story_changes using (story_id)
    where change = 'merged' and steps < 100
)

select story_id, steps from stories join went using (story_id)
union all
select story_id, 1000 from articles
where article_id = $key or url = $key or canonical_url = $key
order by steps
limit 1
"""


def list_stories(
    path: Path,
    since: datetime | None = None,
    outlet: str | None = None,
    least: int = 1,
    limit: int = 20,
) -> tuple[Story, ...]:
    """Stories of at least so many articles, the latest first: with an article from `since` or
    later, and with one of that outlet, if asked."""
    asked = {"since": since, "outlet": outlet, "least": least, "limit": limit}
    with open_published(path) as connection:
        return tuple(make_story(row) for row in connection.execute(LATEST, asked).fetchall())


def find_story(path: Path, key: str) -> StoryDetail | None:
    """The story with that id, else the one it went into, else that of an article by its id or
    address; None when nothing has that key."""
    with open_published(path) as connection:
        found = connection.execute(NAMED, {"key": key}).fetchone()
        return read_story(connection, found[0]) if found else None


def read_story(connection: Connection, story_id: str) -> StoryDetail | None:
    """A story in full."""
    row = connection.execute(f"{STORIES} where story_id = ?", [story_id]).fetchone()
    if row is None:
        return None
    asked = {"story": story_id}
    articles = connection.execute(ARTICLES, asked).fetchall()
    changes = connection.execute(CHANGES, asked).fetchall()
    return StoryDetail(
        make_story(row),
        tuple(Told(*one) for one in articles),
        tuple(Change(*one) for one in changes),
    )


def make_story(row: tuple[Any, ...]) -> Story:
    """The story that a row of `STORIES` tells of."""
    story_id, label, first, last, articles, languages, outlets = row
    return Story(story_id, label, first, last, articles, tuple(languages), tuple(outlets))
