"""Loading what linking found of stories: plain SQL, so that every copy ends with the same rows."""

from __future__ import annotations

from warehouse.apply_live import name_file
from warehouse.connect import Connection
from warehouse.journal import Entry

# `relinked` has the numbers whose rows are no longer true. The bounds let DuckDB skip the rest.
FORGET = """
delete from story_sketches
where number between {least} and {greatest} and number in (from relinked);
delete from story_vectors
where number between {least} and {greatest} and number in (from relinked)
"""

# Terms as they are staged: the key, and in the last eight bits the part. Entries of earlier
# versions have more keys: of two that are one now the heavier stays.
INSERT_SKETCHES = """
insert into story_sketches by name
select
    number,
    list_transform(kept, lambda term: (term >> 8 & 65535)::usmallint) as keys,
    list_transform(kept, lambda term: (term & 255)::utinyint) as parts
from (
    select
        number,
        list_transform(terms, lambda term: (term >> 8 & 65535)) as keys,
        case when len(list_distinct(keys)) = len(keys) then terms
             else list_filter(terms, lambda term, i: list_position(keys, term >> 8 & 65535) = i)
        end as kept
    from read_parquet({file})
)
"""

INSERT_VECTORS = "insert into story_vectors by name from read_parquet({file})"
INSERT_CHANGES = "insert into story_changes by name from read_parquet({file})"

# Rows of `story_articles` that are not true any more.
MOVED = """
create or replace temp table moved as
select story_id, number, joined_at from story_articles
where number between {least} and {greatest} and number in (from moving)
"""

MOVE = """
delete from story_articles
where number between {least} and {greatest} and number in (from moving)
"""

# Who stays in a story in a new version came when it came.
INSERT_MEMBERS = """
insert into story_articles by name
select members.* exclude (load_number)
    replace (coalesce(moved.joined_at, members.joined_at) as joined_at)
from read_parquet({file}) as members
left join moved on moved.number = members.number and moved.story_id = members.story_id
"""

# Stories that gained or lost articles, or have a new label.
REGARDED = """
create or replace temp table regarded as
select regarded.story_id, labels.label
from (select distinct story_id from (select story_id from moved {sources})) as regarded
left join {labels} as labels using (story_id)
"""

# A story whose newest articles were not looked at keeps its label.
RENEWED = """
create or replace temp table renewed as
select
    story_id,
    coalesce(any_value(regarded.label), any_value(stories.label), '') as label,
    min(dated_at) as first_seen_at,
    max(dated_at) as last_seen_at,
    count(*)::integer as articles,
    count(distinct outlet)::integer as outlets,
    coalesce(list_sort(list(distinct language) filter (language is not null)), []) as languages
from story_articles
join regarded using (story_id)
left join stories using (story_id)
group by story_id
order by story_id
"""

REPLACE = """
delete from stories where story_id in (select story_id from regarded);
insert into stories by name from renewed
"""

MARK = """
update articles set story_id = members.story_id
from read_parquet({file}) as members
where articles.article_id = members.article_id and articles.load_number = members.load_number
  and articles.load_number in ({loads})
"""

NO_LABELS = "(select null::varchar as story_id, null::varchar as label where false)"


def apply_stories(connection: Connection, entry: Entry) -> None:
    """Load what an entry holds of stories, inside the transaction that is open. The temporary
    table `relinked` names what is replaced."""
    if replaced := entry.description["replaced"]:
        connection.execute(FORGET.format(least=min(replaced), greatest=max(replaced)))
    for table, statement in (
        ("story_sketches", INSERT_SKETCHES),
        ("story_vectors", INSERT_VECTORS),
        ("story_changes", INSERT_CHANGES),
    ):
        if file := entry.file(table):
            connection.execute(statement.format(file=name_file(file)))
    _move(connection, entry)
    _renew(connection, entry)
    if file := entry.file("story_articles"):
        _mark(connection, name_file(file))


def _move(connection: Connection, entry: Entry) -> None:
    """Put articles into their stories, and take out those that went."""
    file = entry.file("story_articles")
    numbers = f" union select number from read_parquet({name_file(file)})" if file else ""
    connection.execute(f"create or replace temp table moving as from relinked{numbers}")
    least, greatest = connection.execute(
        "select coalesce(min(number), 0), coalesce(max(number), 0) from moving"
    ).fetchone() or (0, 0)
    connection.execute(MOVED.format(least=least, greatest=greatest))
    connection.execute(MOVE.format(least=least, greatest=greatest))
    if file:
        connection.execute(INSERT_MEMBERS.format(file=name_file(file)))


def _renew(connection: Connection, entry: Entry) -> None:
    """Count anew the stories that changed."""
    tables = [name_file(file) for name in ("story_articles", "story_labels")
              if (file := entry.file(name))]  # fmt: skip
    sources = " ".join(f"union select story_id from read_parquet({file})" for file in tables)
    labels = entry.file("story_labels")
    origin = f"read_parquet({name_file(labels)})" if labels else NO_LABELS
    connection.execute(REGARDED.format(sources=sources, labels=origin))
    connection.execute(RENEWED)
    connection.execute(REPLACE)


def _mark(connection: Connection, file: str) -> None:
    """Say of articles which story they belong to."""
    loads = connection.execute(f"select distinct load_number from read_parquet({file})").fetchall()
    listed = ", ".join(str(load) for (load,) in sorted(loads))
    connection.execute(MARK.format(file=file, loads=listed))
