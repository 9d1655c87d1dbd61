"""Reading what became of one article: its versions, what each changed, and when it was gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from warehouse.differences import Difference
from warehouse.migrate import has_table
from warehouse.read import open_published


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field with its value in the version before and in this one."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a version changed of the one before; words count the body's."""

    fields: tuple[FieldChange, ...]
    paragraphs: tuple[Difference, ...]
    modified_told: bool
    words_added: int
    words_removed: int


@dataclass(frozen=True, slots=True)
class Version:
    """One version: when it was fetched first and last while it was the newest, and what it changed;
    None for the first, and where the two were not compared yet."""

    version: int
    seen_at: datetime
    last_seen_at: datetime
    document_id: str
    title: str | None
    word_count: int
    modified: str | None
    change: Change | None


@dataclass(frozen=True, slots=True)
class Absence:
    """A time in which the page was gone; `back_at` is None while it is."""

    url: str
    gone_at: datetime
    status: int
    checked_at: datetime
    checks: int
    back_at: datetime | None


@dataclass(frozen=True, slots=True)
class History:
    """An article's versions from the first to the newest, and its absences in order."""

    article_id: str
    url: str | None
    outlet: str | None
    title: str | None
    first_seen_at: datetime
    last_seen_at: datetime
    versions: tuple[Version, ...]
    absences: tuple[Absence, ...]


# Where a name of an article is looked up, in order; the first that finds any counts.
CONDITIONS = (
    "article_id in (select unnest($keys))",
    "url in (select unnest($keys)) or canonical_url in (select unnest($keys))",
    "article_id in (select article_id from documents where uri in (select unnest($keys)) "
    "or url in (select unnest($keys)) or document_id in (select unnest($keys)))",
    "starts_with(article_id, $keys[1])",
)


def find_articles(path: Path, keys: list[str], most: int) -> list[tuple[str, str | None]]:
    """The (id, title) of the articles that one of the keys names, at most so many: an article id,
    an address, a document's id or uri, or the beginning of an article id (the first key only)."""
    with open_published(path) as connection:
        for condition in CONDITIONS:
            query = (
                f"select article_id, title from articles where {condition} order by 1 limit $most"
            )
            if found := connection.execute(query, {"keys": keys, "most": most}).fetchall():
                return found
    return []


def read_history(path: Path, article_id: str) -> History | None:
    """The history of an article; None when there is none of that id. A file that an earlier version
    published has its versions, but no differences."""
    with open_published(path) as connection:
        article = connection.execute(
            "select coalesce(url, canonical_url), coalesce(outlet, site), title, first_seen_at, "
            "last_seen_at from articles where article_id = ?",
            [article_id],
        ).fetchone()
        if article is None:
            return None
        kept = has_table(connection, "version_changes")
        changes = read_changes(connection, article_id) if kept else {}
        absences = read_absences(connection, article_id) if kept else ()
        versions = read_versions(connection, article_id, changes)
        url, outlet, title, first, last = article
        return History(article_id, url, outlet, title, first, last, versions, absences)


def read_versions(
    connection: duckdb.DuckDBPyConnection, article_id: str, changes: dict[int, Change]
) -> tuple[Version, ...]:
    """The versions from the first to the newest."""
    rows = connection.execute(
        "select version, version_seen_at, last_seen_at, document_id, title, word_count, "
        "modified_local from article_versions where article_id = ? order by version",
        [article_id],
    ).fetchall()
    return tuple(
        Version(
            number, seen_at, last_seen_at, document, title, words, modified, changes.get(number)
        )
        for number, seen_at, last_seen_at, document, title, words, modified in rows
    )


def read_changes(connection: duckdb.DuckDBPyConnection, article_id: str) -> dict[int, Change]:
    """What each version changed."""
    fields: dict[int, list[FieldChange]] = {}
    paragraphs: dict[int, list[Difference]] = {}
    for version, *rest in connection.execute(
        "select version, field, before, after from version_fields where article_id = ? "
        "order by version, field",
        [article_id],
    ).fetchall():
        fields.setdefault(version, []).append(FieldChange(*rest))
    for version, *rest in connection.execute(
        "select version, kind, position_before, position_after, before, after "
        "from version_paragraphs where article_id = ? order by version, place",
        [article_id],
    ).fetchall():
        paragraphs.setdefault(version, []).append(Difference(*rest))
    return {
        version: Change(tuple(fields.get(version, ())), tuple(paragraphs.get(version, ())), *counts)
        for version, *counts in connection.execute(
            "select version, modified_told, words_added, words_removed from version_changes "
            "where article_id = ?",
            [article_id],
        ).fetchall()
    }


def read_absences(connection: duckdb.DuckDBPyConnection, article_id: str) -> tuple[Absence, ...]:
    """When the page was gone, in order."""
    rows = connection.execute(
        "select url, gone_at, status, checked_at, checks, back_at from absences "
        "where article_id = ? order by gone_at",
        [article_id],
    ).fetchall()
    return tuple(Absence(*row) for row in rows)
