"""Edited documents made to measure."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest

from tasks.identity import hash_content, make_id
from tasks.model import (
    Article,
    ArticleKind,
    Author,
    AuthorKind,
    Caption,
    Dateline,
    Document,
    Edited,
    Evidence,
    Heading,
    Label,
    Line,
    Link,
    Media,
    Mention,
    MentionKind,
    Place,
    Precision,
    Problem,
    Quote,
    Stage,
    Stamp,
    ZoneFrom,
)
from warehouse import migrate as migration
from warehouse.connect import create_database
from warehouse.copies import list_copies, new_path, write_record
from warehouse.layout import Layout, locate, prepare
from warehouse.stage import Batch
from warehouse.writer import open_writer

OLD_VIEWS = ("views/quote_index.sql", "views/rule_impact.sql")

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def make_layout(folder: Path, name: str = "news.duckdb") -> Layout:
    """The folders of a warehouse that nobody wrote to."""
    layout = locate(folder / name)
    prepare(layout)
    return layout


@cache
def read_empty() -> tuple[bytes, str]:
    """The file that a writer leaves who made a warehouse and loaded nothing, and its shape."""
    with TemporaryDirectory() as folder:
        layout = make_layout(Path(folder))
        with open_writer(layout):
            pass
        [copy] = list_copies(layout)
        assert copy.record is not None
        return copy.path.read_bytes(), copy.record.schema


def make_empty(folder: Path, name: str = "news.duckdb") -> Layout:
    """A warehouse without rows, as `open_writer` makes it, at a tenth of the time."""
    layout = make_layout(folder, name)
    content, schema = read_empty()
    path = new_path(layout)
    path.write_bytes(content)
    write_record(path, 0, schema, 0, is_open=False)
    return layout


def make_old(path: Path, number: int) -> Path:
    """A file of the schema before the migration of that number, with views of what it had."""
    create_database(path)
    scripts = [one for one in migration.list_migrations() if (one.number or 0) < number]
    views = [one for one in migration.list_views() if one.name in OLD_VIEWS]
    with duckdb.connect(str(path)) as connection, pytest.MonkeyPatch.context() as patched:
        patched.setattr(migration, "list_migrations", lambda: scripts)
        patched.setattr(migration, "list_macros", list)
        patched.setattr(migration, "list_views", lambda: views)
        migration.migrate(connection)
    return path


def make_document(name: str, text: str = "", hours: int = 0, **changes) -> Document:
    content = f"{name} {text}".encode()
    made = Document(
        id=make_id(name, text, str(hours)),
        sha256=hash_content(content),
        size=len(content),
        uri=f"file:///in/{name}.html",
        fetched_at=START + timedelta(hours=hours),
        url=f"https://www.example.org/{name}",
        content_type="text/html",
        place=Place("b.warc.gz", 100, 50),
    )
    return replace(made, **changes)


def make_lines(name: str, count: int) -> tuple[Line, ...]:
    texts = [f"{name} line {number}" for number in range(count)]
    labels = [Label.BODY, Label.NAVIGATION, Label.BLANK, Label.PROMO]
    return tuple(
        Line(number, number * 40, number * 40 + len(text), text, labels[number % 4], "nav.menu")
        for number, text in enumerate(texts)
    )


def make_article(name: str, text: str = "", **changes) -> Article:
    body = f"{name} says.\n\n{text}"
    made = Article(
        id=make_id("article", name),
        content_hash=hashlib.sha256(body.encode()).hexdigest()[:16],
        body=body,
        lines=make_lines(name, 8),
        language="en",
        word_count=len(body.split()),
        url=f"https://www.example.org/{name}",
        canonical_url=f"https://example.org/{name}",
        site="example.org",
        outlet="The Example",
        title=f"Title of {name}",
        standfirst=None,
        byline="By Ann Lee and Newsroom",
        authors=(
            Author("Ann Lee", AuthorKind.PERSON, "Ann Lee", role="Reporter"),
            Author("Newsroom", AuthorKind.DESK, "Newsroom"),
        ),
        published=Stamp(
            datetime(2026, 3, 1, 9, 30),
            Precision.MINUTE,
            datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
            60,
            ZoneFrom.OFFSET,
        ),
        modified=Stamp(START.date(), Precision.DAY),
        section="World",
        tags=("one", "two"),
        captions=(Caption("A port at dawn.", "Photo Desk", image_url="https://example.org/a.jpg"),),
        headings=(Heading("What next", 2),),
        links=(Link("https://example.org/more", "more"),),
        evidence=(
            Evidence("title", f"Title of {name}", f"Title of {name}", "jsonld.headline", 0.9, True),
            Evidence("title", name, name, "h1", 0.5, False),
        ),
        kind=ArticleKind.NEWS,
        language_confidence=0.5,
        dateline=Dateline("OSLO (NTB) —", "Oslo", "NO", "NTB"),
        agency="NTB",
        credit_line="(NTB)",
        paywalled=False,
        reading_seconds=12,
        quotes=(Quote("says", 2, 6, "Ann Lee", "she", "said", False, "quote.after", 0.75),),
        mentions=(
            Mention("Ann Lee", MentionKind.PERSON, (0, 9), ("Ann Lee", "Lee"), None, "name", 0.5),
            Mention("Oslo", MentionKind.PLACE, (4,), ("Oslo",), "NO", "gazetteer", 0.5),
        ),
    )
    return replace(made, **changes)


def edit(name: str, text: str = "", hours: int = 0, **changes) -> Edited:
    document = make_document(name, text, hours)
    return Edited(document, make_article(name, text, **changes), Media.HTML, "utf-8", "meta", 0.025)


def fail(name: str, text: str = "", hours: int = 0, code: str = "no-text") -> Edited:
    document = make_document(name, text, hours)
    return Edited(document, Problem(Stage.EDIT, code, f"{name} has no text."), Media.HTML)


def repeat(of: Edited, hours: int = 1, uri: str | None = None) -> Edited:
    """The same bytes and address once more: a placeholder outcome that is never shown."""
    first = of.document
    document = replace(
        first,
        id=make_id(first.id, "again", str(hours)),
        fetched_at=first.fetched_at + timedelta(hours=hours),
        uri=uri or first.uri,
        duplicate_of=first.id,
    )
    return Edited(document, Problem(Stage.EDIT, "duplicate", "Seen before."))


def make_batch(batch_id: str, *edited: Edited, **changes) -> Batch:
    number = int("".join(char for char in batch_id if char.isdigit()) or 0)
    made = Batch(batch_id, "run-a", number, edited, START + timedelta(days=number))
    return replace(made, **changes)


def many(prefix: str, count: int, text: str = "") -> list[Edited]:
    return [edit(f"{prefix}-{number}", text) for number in range(count)]
