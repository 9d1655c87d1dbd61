"""What the engine of stories asks of the warehouse, and the kinds of the rows it gives back.

Articles are found by the time they count from, so what is read follows how many there are in a
window of days, not how many there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from warehouse.connect import Connection
from warehouse.rows import Kind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

SKETCHES: Mapping[str, Kind] = {"number": "int", "terms": "ints"}
VECTORS: Mapping[str, Kind] = {"number": "int", "model": "text", "vector": "ints"}
MEMBERS: Mapping[str, Kind] = {
    "story_id": "text",
    "article_id": "text",
    "dated_at": "time",
    "joined_at": "time",
    "outlet": "text",
    "language": "text",
    "number": "int",
    "load_number": "int",
}
LABELS: Mapping[str, Kind] = {"story_id": "text", "label": "text"}
CHANGES: Mapping[str, Kind] = {
    "story_id": "text",
    "change": "text",
    "other_id": "text",
    "changed_at": "time",
}

# The articles of the window that are linked last are compared, where there are more: some 200 MB.
MOST = 200_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
# More stretches of time than this are read as one.
_MOST_STRETCHES = 40


class Member(NamedTuple):
    """An article in its story. `outlet` is the outlet, else the site."""

    number: int
    article_id: str
    story_id: str
    dated_at: datetime
    outlet: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Recent:
    """The articles of a window with their sketches."""

    members: Sequence[Member]
    terms: Sequence[NDArray[np.uint32]]


STRETCH = "dated_at between make_timestamptz({}) and make_timestamptz({})"

COUNT = "select count(*) from story_articles where {window}"

# The number below which articles are left out.
FLOOR = """
select number from story_articles where {window} order by number desc limit 1 offset {most}
"""

RECENT = """
with chosen as (
    select number, article_id, story_id, epoch_us(dated_at) as dated_us, outlet, language
    from story_articles
    where {window} and number > {floor}
)

select chosen.*, story_sketches.keys, story_sketches.parts
from chosen left join story_sketches using (number)
order by number
"""

OF_MODEL = """
select number, vector from story_vectors
where model = $model and number between $first and $last
  and number in (select unnest($numbers::integer[]))
"""

REPLACED_TIMES = """
select distinct dated_at from story_articles
where number between ? and ? and number in (select unnest(?::integer[]))
"""

OF_STORIES = """
select number, article_id, story_id, dated_at, outlet, language from story_articles
where story_id in (select unnest(?::varchar[]))
order by number
"""

TAKEN = """
select story_id from stories where story_id in (select unnest($ids::varchar[]))
union
select story_id from story_changes where story_id in (select unnest($ids::varchar[]))
"""

TITLES = """
select article_id, title, body[:{most}] from articles
where load_number in ({loads}) and article_id in (select unnest(?::varchar[]))
"""


def list_stretches(times: Iterable[datetime], span: timedelta) -> list[tuple[datetime, datetime]]:
    """The stretches of time that are within `span` of one of these, ascending."""
    found: list[tuple[datetime, datetime]] = []
    for time in sorted(times):
        start, end = max(time, _FIRST + span) - span, min(time, _LAST - span) + span
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found if len(found) <= _MOST_STRETCHES else [(found[0][0], found[-1][1])]


def read_recent(
    connection: Connection, times: Iterable[datetime], span: timedelta, most: int = MOST
) -> Recent:
    """Articles that count from within `span` of any of these times, by number; of more than `most`
    those that were linked last."""
    stretches = list_stretches(times, span)
    window = " or ".join(STRETCH.format(_us(start), _us(end)) for start, end in stretches)
    window = f"({window or 'false'})"
    (count,) = connection.execute(COUNT.format(window=window)).fetchone() or (0,)
    floor = 0
    if count > most:
        query = FLOOR.format(window=window, most=most)
        (floor,) = connection.execute(query).fetchone() or (0,)
    found = connection.execute(RECENT.format(window=window, floor=floor)).fetchnumpy()
    columns = [found[name].tolist() for name in ("number", "article_id", "story_id", "dated_us")]
    optional = [_read_texts(found[name]) for name in ("outlet", "language")]
    members = [
        Member(number, article, story, _moment(us), outlet, language)
        for number, article, story, us, outlet, language in zip(*columns, *optional, strict=True)
    ]
    # An article without a sketch is being linked again: it keeps its story until its turn comes.
    keys, parts = (
        [[] if one is None else one for one in found[name].tolist()] for name in ("keys", "parts")
    )
    return Recent(members, join_terms(keys, parts))


def join_terms(
    keys: Sequence[ArrayLike], parts: Sequence[ArrayLike]
) -> Sequence[NDArray[np.uint32]]:
    """The terms of each sketch as they were staged, all joined at once."""
    import numpy as np

    none = np.zeros(0, np.uint32)
    lists = [np.asarray(one, np.uint32) for one in keys]
    terms = np.concatenate([none, *lists]) << 8
    terms |= np.concatenate([none, *(np.asarray(one, np.uint32) for one in parts)])
    return np.split(terms, np.cumsum([len(one) for one in lists])[:-1]) if lists else []


def read_vectors(
    connection: Connection, model: str, numbers: Collection[int]
) -> dict[int, NDArray[np.int8]]:
    """What a model says of these articles, by number."""
    import numpy as np

    if not numbers:
        return {}
    bounds = {"first": min(numbers), "last": max(numbers), "numbers": sorted(numbers)}
    rows = connection.execute(OF_MODEL, {"model": model, **bounds}).fetchall()
    return {number: np.array(vector, np.int8) for number, vector in rows}


def _us(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _moment(us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=us)


def _read_texts(column: NDArray[np.object_]) -> list[str | None]:
    """A column of texts; what is masked is null."""
    return [value if isinstance(value, str) else None for value in column.tolist()]


def list_replaced_times(connection: Connection, numbers: Sequence[int]) -> list[datetime]:
    """When these articles counted from, as they were linked."""
    if not numbers:
        return []
    bounds = [min(numbers), max(numbers), list(numbers)]
    return [time for (time,) in connection.execute(REPLACED_TIMES, bounds).fetchall()]


def list_members(connection: Connection, stories: Collection[str]) -> list[Member]:
    """All articles of these stories, by number."""
    if not stories:
        return []
    rows = connection.execute(OF_STORIES, [sorted(stories)]).fetchall()
    return [Member(*row) for row in rows]


def find_taken(connection: Connection, ids: Collection[str]) -> set[str]:
    """Which of these ids a story has, or had."""
    if not ids:
        return set()
    return {story for (story,) in connection.execute(TAKEN, {"ids": sorted(ids)}).fetchall()}


def find_moment(connection: Connection, load: int) -> datetime:
    """When that load was loaded."""
    query = "select loaded_at from batches where load_number = ?"
    row = connection.execute(query, [load]).fetchone()
    moment: datetime = row[0] if row else _EPOCH
    return moment


def read_titles(
    connection: Connection, articles: Mapping[str, int], most: int
) -> dict[str, tuple[str | None, str]]:
    """The title of articles, given by id with their loads, and the first letters of their body."""
    if not articles:
        return {}
    query = TITLES.format(loads=", ".join(map(str, sorted(set(articles.values())))), most=most)
    rows = connection.execute(query, [sorted(articles)]).fetchall()
    return {article: (title, opening) for article, title, opening in rows}
