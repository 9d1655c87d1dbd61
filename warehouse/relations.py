"""What an export is made of: tables and views, and which of their rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from tasks.errors import UsageError
from warehouse.connect import quote
from warehouse.keys import INTERNAL, PACKED

# When an article counts as published: as in the view latest_articles.
MOMENT = "coalesce(published_at, published_on::timestamp at time zone 'UTC', first_seen_at)"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is exported. No tables is all but the internal ones. `since` (inclusive), `until`
    (exclusive) and `outlets` choose articles, and of other tables what belongs to these; `where` is
    SQL."""

    tables: tuple[str, ...] = ("articles",)
    since: datetime | None = None
    until: datetime | None = None
    outlets: tuple[str, ...] = ()
    where: str | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether articles are chosen."""
        return bool(self.since or self.until or self.outlets)


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view to export: its columns with their types, and as SQL which rows."""

    name: str
    is_view: bool
    columns: tuple[tuple[str, str], ...]
    condition: str = "true"

    def has(self, column: str) -> bool:
        """Whether there is a column of that name."""
        return any(name == column for name, _ in self.columns)

    @property
    def is_dated(self) -> bool:
        """Whether it is parted by the month of publication."""
        return self.has("published_on")


def choose_one(connection: duckdb.DuckDBPyConnection, choice: Choice) -> Relation:
    """The one relation that goes into a single file."""
    relations = choose(connection, choice)
    if len(relations) != 1:
        raise UsageError(
            f"{len(relations)} tables do not go into one file.", "Name a folder, or one table."
        )
    return relations[0]


def choose(connection: duckdb.DuckDBPyConnection, choice: Choice) -> tuple[Relation, ...]:
    """The relations of a choice, in the order named. Raises `UsageError` for a table that is not
    there, or that says nothing of articles although some are chosen."""
    known = read_relations(connection)
    named = [find(known, name, choice) for name in dict.fromkeys(choice.tables)]
    chosen = named or [each for each in known.values() if is_told(each) and fits(each, choice)]
    return tuple(replace(each, condition=make_condition(each.name, choice)) for each in chosen)


def find(known: dict[str, Relation], name: str, choice: Choice) -> Relation:
    """The relation of that name. Raises `UsageError`."""
    if name not in known:
        raise UsageError(
            f"There is no table or view {name}.", f"There are: {', '.join(sorted(known))}."
        )
    if not fits(known[name], choice):
        raise UsageError(
            f"{name} has no article_id, so --since, --until and --outlet mean nothing for it.",
            "Leave them out, or choose rows with --where.",
        )
    return known[name]


def is_told(relation: Relation) -> bool:
    """Whether it belongs to an export of all."""
    if relation.name in PACKED:
        return True
    return not relation.is_view and relation.name not in INTERNAL


def fits(relation: Relation, choice: Choice) -> bool:
    """Whether the choice means something for the relation."""
    return not choice.is_narrow or relation.has("article_id")


def read_relations(connection: duckdb.DuckDBPyConnection) -> dict[str, Relation]:
    """Every table and view by name."""
    rows = connection.execute(
        "select table_name, table_name in (select view_name from duckdb_views()), "
        "list((column_name, data_type) order by column_index) "
        "from duckdb_columns() where not internal group by table_name order by table_name"
    ).fetchall()
    return {name: Relation(name, is_view, tuple(columns)) for name, is_view, columns in rows}


def make_condition(name: str, choice: Choice) -> str:
    """Which rows of a table, as SQL."""
    parts = []
    if choice.since:
        parts.append(f"{MOMENT} >= {quote(choice.since.isoformat())}::timestamptz")
    if choice.until:
        parts.append(f"{MOMENT} < {quote(choice.until.isoformat())}::timestamptz")
    if choice.outlets:
        outlets = ", ".join(quote(outlet) for outlet in choice.outlets)
        parts.append(f"(outlet in ({outlets}) or site in ({outlets}))")
    articles = " and ".join(parts) or "true"
    if parts and name != "articles":
        articles = f"article_id in (select article_id from articles where {articles})"
    # On lines of their own: what users write may end in a comment.
    return f"{articles} and (\n{choice.where}\n)" if choice.where else articles


def identify(name: str) -> str:
    """A name in SQL, whatever it is."""
    return '"' + name.replace('"', '""') + '"'
