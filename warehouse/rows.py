"""What is staged: for each table its columns, and the value each takes from an `Edited`.

One table is one `Staged`: which rows a document gives it, and a column a line. A new field is one
column here and one in the next `schema/NNN_*.sql`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from tasks.identity import fold_name, make_id
from tasks.model import KEPT, Article, Author, Edited, Label, Problem, Stamp
from tasks.told import print_told

Kind = Literal[
    "text", "texts", "int", "ints", "key", "keys", "real", "double", "bool", "time", "day"
]


class Row(NamedTuple):
    """One row to be: the document's position in the batch, what became of it, and for a child
    table its item and the item's position."""

    position: int
    edited: Edited
    article: Any
    place: int
    item: Any


@dataclass(frozen=True, slots=True)
class Column:
    """A column's name, kind, and the function from row to value."""

    name: str
    kind: Kind
    value: Callable[[Row], Any]


@dataclass(frozen=True, slots=True)
class Staged:
    """A staged table: the rows that a document gives it, and its columns. Where there are many of
    them and alike, `packed_by` names the column that orders an article's rows: they are stored as
    one row of `packed_…` (see `schema/013_packed.sql`), and the name is a view of these. `left_out`
    says of columns when their value is found elsewhere: it is null then in what is stored. Without
    `packed_by` that is `lean_…` (see `schema/015_lean.sql`), and the name a view of it."""

    name: str
    rows: Callable[[int, Edited], Iterable[Row]]
    columns: tuple[Column, ...]
    packed_by: str | None = None
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def stored(self) -> tuple[str, ...]:
        """The tables that hold its rows, those of today first: for a packed one also those of
        earlier versions."""
        if self.packed_by:
            return (f"packed_{self.name}", f"loose_{self.name}")
        return (f"lean_{self.name}" if self.left_out else self.name,)

    def print_column(self, name: str) -> str:
        """The column of `items` (and `articles`) as it is stored, in SQL."""
        column = f"items.{name}"
        known = dict(self.left_out).get(name)
        return f"case when {known} then null else {column} end" if known else column


def list_documents(position: int, edited: Edited) -> Iterable[Row]:
    """Every document is one row."""
    outcome = edited.outcome
    article = outcome if isinstance(outcome, Article) else None
    return (Row(position, edited, article, 0, None),)


def list_articles(position: int, edited: Edited) -> Iterable[Row]:
    """One row where the outcome is an article."""
    outcome = edited.outcome
    return (Row(position, edited, outcome, 0, None),) if isinstance(outcome, Article) else ()


def list_items(items: Callable[[Article], Iterable[Any]]) -> Callable[[int, Edited], Iterable[Row]]:
    """The rows of a child table: one for each of the article's items."""

    def rows(position: int, edited: Edited) -> Iterable[Row]:
        outcome = edited.outcome
        if not isinstance(outcome, Article):
            return ()
        return [
            Row(position, edited, outcome, index, item) for index, item in enumerate(items(outcome))
        ]

    return rows


def list_imprints(position: int, edited: Edited) -> Iterable[Row]:
    """One row where the outcome is an article of a site, with a line that could repeat."""
    outcome = edited.outcome
    if not isinstance(outcome, Article) or not outcome.site or outcome.imprint is None:
        return ()
    imprint = outcome.imprint
    return (Row(position, edited, outcome, 0, imprint),) if any(imprint.lines) else ()


def removed_lines(article: Article) -> list[Any]:
    """The lines that are not kept, blank ones left out."""
    return [line for line in article.lines if is_removed(line.label)]


def is_removed(label: Label) -> bool:
    """Whether lines of that label stand in `removed_lines`."""
    return label not in KEPT and label is not Label.BLANK


def shorten(digest: str) -> int:
    """The first 64 bits of a hexadecimal digest."""
    return int(digest[:16], 16)


def key_uri(uri: str) -> int:
    """The number that look-ups of a uri scan for."""
    return shorten(hashlib.sha256(uri.encode("utf-8", "surrogatepass")).hexdigest())


def normalise_name(name: str) -> str:
    """A name as authors are told apart by: see `tasks.identity.fold_name`; a name that folds to
    nothing (of marks alone) stays as it is."""
    return fold_name(name) or " ".join(name.split())


def signing_at(article: Article) -> str:
    """The outlet, else the site, an author signs at; "" when neither is known."""
    return article.outlet or article.site or ""


def identify_author(article: Article, author: Author) -> str:
    """The author's id: the same for every form of one name at one outlet."""
    return make_id("author", author.kind, normalise_name(author.name), signing_at(article))


def find_site(url: str) -> str | None:
    """The host of an address without www; None for one that cannot be read."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def local_day(stamp: Stamp | None) -> date | None:
    """The day as printed."""
    if stamp is None:
        return None
    return stamp.local.date() if isinstance(stamp.local, datetime) else stamp.local


def local_time(stamp: Stamp | None) -> str | None:
    """The time as printed, ISO 8601 without an offset; a bare day where only that is known."""
    if stamp is None:
        return None
    if not isinstance(stamp.local, datetime):
        return stamp.local.isoformat()
    timespec = "minutes" if stamp.precision == "minute" else "seconds"
    return stamp.local.replace(tzinfo=None).isoformat(timespec=timespec)


def stamp_columns(prefix: str, stamp: Callable[[Article], Stamp | None]) -> tuple[Column, ...]:
    """The six columns of a time."""

    def pick(name: str) -> Callable[[Row], Any]:
        return lambda row: getattr(stamp(row.article), name, None)

    return (
        Column(f"{prefix}_at", "time", pick("utc")),
        Column(f"{prefix}_on", "day", lambda row: local_day(stamp(row.article))),
        Column(f"{prefix}_local", "text", lambda row: local_time(stamp(row.article))),
        Column(f"{prefix}_offset_minutes", "int", pick("offset_minutes")),
        Column(f"{prefix}_precision", "text", pick("precision")),
        Column(f"{prefix}_zone_from", "text", pick("zone_from")),
    )


def dateline_columns() -> tuple[Column, ...]:
    """The columns of the dateline."""

    def pick(field: str) -> Callable[[Row], Any]:
        return lambda row: getattr(row.article.dateline, field, None)

    return (
        Column("dateline", "text", pick("raw")),
        Column("dateline_place", "text", pick("place")),
        Column("dateline_country", "text", pick("country")),
        Column("dateline_agency", "text", pick("agency")),
    )


def from_document(name: str, kind: Kind, field: str | None = None) -> Column:
    """A column that is a field of the document."""
    return Column(name, kind, lambda row: getattr(row.edited.document, field or name))


def from_place(name: str, kind: Kind, field: str) -> Column:
    """A column that is a part of the document's place."""
    return Column(name, kind, lambda row: getattr(row.edited.document.place, field, None))


def from_fault(name: str, field: str) -> Column:
    """A column that is a part of the document's fault."""
    return Column(name, "text", lambda row: getattr(row.edited.document.fault, field, None))


def from_problem(name: str) -> Column:
    """A column that is a part of the problem the document ended as."""
    return Column(name, "text", lambda row: problem_part(row.edited, name))


def problem_part(edited: Edited, name: str) -> str | None:
    """A field of the problem; None for an article."""
    if not isinstance(edited.outcome, Problem):
        return None
    part: str = getattr(edited.outcome, name)
    return part


def from_article(name: str, kind: Kind = "text", field: str | None = None) -> Column:
    """A column that is a field of the article."""
    return Column(name, kind, lambda row: getattr(row.article, field or name))


def from_item(name: str, kind: Kind = "text", field: str | None = None) -> Column:
    """A column that is a field of the child table's item."""
    return Column(name, kind, lambda row: getattr(row.item, field or name))


DOCUMENT_POSITION = Column("document_position", "int", lambda row: row.position)
POSITION = Column("position", "int", lambda row: row.place)

DOCUMENTS = Staged(
    "documents",
    list_documents,
    (
        Column("position", "int", lambda row: row.position),
        from_document("document_id", "text", "id"),
        from_document("sha256", "text"),
        Column("sha256_key", "key", lambda row: shorten(row.edited.document.sha256)),
        from_document("size", "int"),
        from_document("external_id", "text"),
        from_document("uri", "text"),
        Column("uri_key", "key", lambda row: key_uri(row.edited.document.uri)),
        from_document("url", "text"),
        from_document("source", "text"),
        from_document("fetched_at", "time"),
        from_document("content_type", "text"),
        Column("told", "text", lambda row: print_told(row.edited.document.told)),
        from_document("robots", "text"),
        Column("media", "text", lambda row: row.edited.media),
        Column("charset", "text", lambda row: row.edited.charset),
        Column("charset_from", "text", lambda row: row.edited.charset_from),
        from_place("archive_file", "text", "file"),
        from_place("archive_offset", "int", "offset"),
        from_place("archive_length", "int", "length"),
        from_document("duplicate_of", "text"),
        from_fault("fault_stage", "stage"),
        from_fault("fault_code", "code"),
        from_fault("fault_message", "message"),
        Column("edit_ms", "real", lambda row: row.edited.seconds * 1000),
        Column("article_id", "text", lambda row: getattr(row.article, "id", None)),
        Column("content_hash", "text", lambda row: getattr(row.article, "content_hash", None)),
        from_problem("stage"),
        from_problem("code"),
        from_problem("message"),
    ),
)

ARTICLES = Staged(
    "articles",
    list_articles,
    (
        DOCUMENT_POSITION,
        from_document("document_id", "text", "id"),
        from_article("content_hash"),
        from_article("url"),
        from_article("canonical_url"),
        from_article("site"),
        from_article("outlet"),
        from_article("title"),
        from_article("standfirst"),
        from_article("body"),
        from_article("language"),
        from_article("word_count", "int"),
        from_article("byline"),
        *stamp_columns("published", lambda article: article.published),
        *stamp_columns("modified", lambda article: article.modified),
        from_article("section"),
        from_article("image_url"),
        from_article("kind"),
        from_article("language_confidence", "real"),
        from_article("other_language"),
        *dateline_columns(),
        from_article("agency"),
        from_article("credit_line"),
        from_article("paywalled", "bool"),
        from_article("truncated", "bool"),
        from_article("reading_seconds", "int"),
    ),
)

AUTHORS = Staged(
    "article_authors",
    list_items(lambda article: article.authors),
    (
        DOCUMENT_POSITION,
        POSITION,
        Column("author_id", "text", lambda row: identify_author(row.article, row.item)),
        Column("outlet", "text", lambda row: signing_at(row.article) or None),
        from_item("name"),
        from_item("kind"),
        from_item("raw"),
        from_item("role"),
        from_item("location"),
        from_item("email"),
        from_item("handle"),
    ),
)

CAPTIONS = Staged(
    "captions",
    list_items(lambda article: article.captions),
    (
        DOCUMENT_POSITION,
        POSITION,
        *map(from_item, ("text", "credit", "photographer", "agency", "image_url", "alt")),
    ),
)

HEADINGS = Staged(
    "headings",
    list_items(lambda article: article.headings),
    (DOCUMENT_POSITION, POSITION, from_item("text"), from_item("level", "int")),
)

TAGS = Staged(
    "tags",
    list_items(lambda article: article.tags),
    (DOCUMENT_POSITION, POSITION, Column("tag", "text", lambda row: row.item)),
)

LINKS = Staged(
    "links",
    list_items(lambda article: article.links),
    (
        DOCUMENT_POSITION,
        POSITION,
        from_item("url"),
        from_item("text"),
        Column("site", "text", lambda row: find_site(row.item.url)),
    ),
)

QUOTES = Staged(
    "quotes",
    list_items(lambda article: article.quotes),
    (
        DOCUMENT_POSITION,
        POSITION,
        from_item("text"),
        from_item("speaker"),
        from_item("speaker_raw"),
        from_item("verb"),
        from_item("body_start", "int", "start"),
        from_item("body_end", "int", "end"),
        from_item("goes_on", "bool"),
        from_item("rule"),
        from_item("confidence", "real"),
    ),
)

MENTIONS = Staged(
    "mentions",
    list_items(lambda article: article.mentions),
    (
        DOCUMENT_POSITION,
        POSITION,
        from_item("name"),
        from_item("kind"),
        Column("times", "int", lambda row: len(row.item.offsets)),
        from_item("offsets", "ints"),
        from_item("forms", "texts"),
        from_item("country"),
        from_item("rule"),
        from_item("confidence", "real"),
    ),
    left_out=(("forms", "items.forms = [items.name]"),),
)

REMOVED_LINES = Staged(
    "removed_lines",
    list_items(removed_lines),
    (
        DOCUMENT_POSITION,
        from_item("line_number", "int", "number"),
        from_item("text"),
        from_item("label"),
        from_item("rule"),
    ),
    packed_by="line_number",
)

EVIDENCE = Staged(
    "evidence",
    list_items(lambda article: article.evidence),
    (
        DOCUMENT_POSITION,
        POSITION,
        from_item("field"),
        from_item("value"),
        from_item("raw"),
        from_item("rule"),
        from_item("confidence", "real"),
        from_item("chosen", "bool"),
    ),
    packed_by="position",
    left_out=(("raw", "items.raw = items.value"),),
)

SITE_PAGES = Staged(
    "site_pages",
    list_imprints,
    (
        DOCUMENT_POSITION,
        from_article("site"),
        from_document("seen_at", "time", "fetched_at"),
        from_item("topic"),
        from_item("line_hashes", "keys", "lines"),
        from_item("heading_hashes", "keys", "headings"),
    ),
)

CHILDREN = (
    AUTHORS,
    CAPTIONS,
    HEADINGS,
    TAGS,
    LINKS,
    QUOTES,
    MENTIONS,
    REMOVED_LINES,
    EVIDENCE,
)
TABLES = (DOCUMENTS, ARTICLES, *CHILDREN, SITE_PAGES)


# The columns of a learned line, in the order of `SiteLine`.
SITE_LINE_KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "site": "text",
        "line_hash": "key",
        "text": "text",
        "label": "text",
        "verdict": "text",
        "pages_seen": "int",
        "stories": "int",
        "first_article_id": "text",
        "first_seen_at": "time",
        "last_seen_at": "time",
    }
)

# The columns of a learned zone, in the order of `OutletZone`.
OUTLET_ZONE_KINDS: Mapping[str, Kind] = MappingProxyType(
    {"site": "text", "zone": "text", "times": "int"}
)


def staged_format() -> str:
    """A hash of all columns: entries staged in this format need no look into their files."""
    names = (f"{table.name}.{column.name}" for table in TABLES for column in table.columns)
    return make_id(*names)
