"""Articles as printable fields, from the desk or from the warehouse, to be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

import duckdb

from tasks.model import (
    Article,
    Author,
    AuthorKind,
    Caption,
    Dateline,
    Heading,
    Link,
    Mention,
    MentionKind,
    Precision,
    Quote,
    Stamp,
    ZoneFrom,
)

PLAIN = (
    "url",
    "canonical_url",
    "site",
    "outlet",
    "title",
    "standfirst",
    "body",
    "language",
    "byline",
    "section",
    "image_url",
    "kind",
    "agency",
    "credit_line",
)
DATELINE = ("dateline", "dateline_place", "dateline_country", "dateline_agency")
STAMP = ("at", "local", "offset_minutes", "precision", "zone_from")


def print_article(article: Article) -> dict[str, str]:
    """Every field a reader would see, as text; "" where there is no value."""
    texts = {name: str(getattr(article, name) or "") for name in PLAIN}
    return texts | {
        "word_count": str(article.word_count),
        "published": article.published.isoformat() if article.published else "",
        "modified": article.modified.isoformat() if article.modified else "",
        "authors": join(print_author(author) for author in article.authors),
        "captions": join(print_caption(caption) for caption in article.captions),
        "headings": join(heading.text for heading in article.headings),
        "tags": join(article.tags),
        "links": join(f"{link.text} <{link.url}>" for link in article.links),
        "dateline": print_dateline(article.dateline),
        "quotes": join(f"{quote.speaker or '?'}: {quote.text}" for quote in article.quotes),
        "mentions": join(
            f"{name.name} ({name.kind}, {len(name.offsets)})" for name in article.mentions
        ),
    }


def print_dateline(dateline: Dateline | None) -> str:
    """As printed, and what was read from it."""
    if dateline is None:
        return ""
    parts = (dateline.raw, dateline.place, dateline.country, dateline.agency)
    return " | ".join(text for text in parts if text)


def join(texts: Iterable[str]) -> str:
    """The items, one a line."""
    return "\n".join(texts)


def print_author(author: Author) -> str:
    """Name, kind, and what else is known of an author."""
    extras = (author.role, author.location, author.email, author.handle)
    return ", ".join([f"{author.name} ({author.kind})", *(text for text in extras if text)])


def print_caption(caption: Caption) -> str:
    """Caption, credit and picture."""
    parts = (caption.text, caption.credit, caption.image_url)
    return " | ".join(text for text in parts if text)


def read_articles(
    connection: duckdb.DuckDBPyConnection, article_ids: Sequence[str]
) -> dict[str, Article]:
    """The current articles of these ids, without lines and evidence; unknown ids have no key."""
    stamps = [f"{name}_{part}" for name in ("published", "modified") for part in STAMP]
    columns = ", ".join(("article_id", "content_hash", "word_count", *PLAIN, *stamps, *DATELINE))
    rows = connection.execute(
        f"select {columns} from articles where article_id in (select unnest(?::varchar[]))",
        [list(article_ids)],
    ).fetchall()
    children = read_children(connection, [row[0] for row in rows])
    return {row[0]: make_article(row, children) for row in rows}


def read_children(
    connection: duckdb.DuckDBPyConnection, article_ids: list[str]
) -> dict[str, dict[str, list[Any]]]:
    """What stands in tables of its own, such as authors: by table, then by article."""
    return {
        "authors": group(
            connection,
            "article_authors",
            "name, kind, raw, role, location, email, handle",
            lambda name, kind, *rest: Author(name, AuthorKind(kind), *rest),
            article_ids,
        ),
        "captions": group(
            connection,
            "captions",
            "text, credit, photographer, agency, image_url, alt",
            Caption,
            article_ids,
        ),
        "headings": group(connection, "headings", "text, level", Heading, article_ids),
        "tags": group(connection, "tags", "tag", str, article_ids),
        "links": group(connection, "links", "url, text", Link, article_ids),
        "quotes": group(
            connection, "quotes", "text, body_start, body_end, speaker", Quote, article_ids
        ),
        "mentions": group(
            connection,
            "mentions",
            "name, kind, offsets",
            lambda name, kind, offsets: Mention(name, MentionKind(kind), tuple(offsets)),
            article_ids,
        ),
    }


def group(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: str,
    make: Callable[..., Any],
    article_ids: list[str],
) -> dict[str, list[Any]]:
    """The items of one child table by article, in order."""
    found: dict[str, list[Any]] = {}
    rows = connection.execute(
        f"select article_id, {columns} from {table} "
        "where article_id in (select unnest(?::varchar[])) order by article_id, position",
        [article_ids],
    ).fetchall()
    for article_id, *values in rows:
        found.setdefault(article_id, []).append(make(*values))
    return found


def make_article(row: tuple[Any, ...], children: dict[str, dict[str, list[Any]]]) -> Article:
    """The article of a row and what describes it."""
    article_id, content_hash, word_count = row[:3]
    plain: dict[str, Any] = dict(zip(PLAIN, row[3 : 3 + len(PLAIN)], strict=True))
    stamps = row[3 + len(PLAIN) : -len(DATELINE)]
    dateline = row[-len(DATELINE) :]
    items: dict[str, Any] = {
        name: tuple(found.get(article_id, ())) for name, found in children.items()
    }
    return Article(
        id=article_id,
        content_hash=content_hash,
        lines=(),
        word_count=word_count,
        published=make_stamp(*stamps[: len(STAMP)]),
        modified=make_stamp(*stamps[len(STAMP) :]),
        dateline=Dateline(*dateline) if dateline[0] else None,
        **plain,
        **items,
    )


def make_stamp(
    at: datetime | None,
    local: str | None,
    offset: int | None,
    precision: str | None,
    zone: str | None,
) -> Stamp | None:
    """The stamp that was stored; None where the article had none."""
    if local is None or precision is None:
        return None
    exact = Precision(precision)
    parsed = date.fromisoformat(local) if len(local) == 10 else datetime.fromisoformat(local)
    return Stamp(parsed, exact, at, offset, ZoneFrom(zone) if zone else None)
