"""`copydesk explain`: one document, its lines and its evidence, from a source or the archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.charset import decode
from tasks.edit import await_edit, edit_document
from tasks.errors import BytesDropped, UsageError
from tasks.intake import describe
from tasks.media import sniff
from tasks.model import (
    Article,
    Capture,
    Document,
    Edited,
    Evidence,
    Fault,
    Limits,
    Line,
    Media,
    Page,
)
from tasks.pool import DocumentPool, WorkerCrashed, WorkerTimeout
from tasks.sources.registry import open_sources

if TYPE_CHECKING:
    from tasks.learned import Learned


@dataclass(frozen=True, slots=True)
class Explanation:
    """A document as it was edited. A page that made no article has lines too, if it has text."""

    edited: Edited
    lines: tuple[Line, ...]
    evidence: tuple[Evidence, ...]


Job = tuple[Document, bytes]


def explain_target(target: str, warehouse: Path, limits: Limits) -> Iterator[Explanation]:
    """Explain a source, or what the warehouse knows by this article id, document id or URL.

    A file or glob is always a source; an address is fetched only when the warehouse does not know
    it. Raises UsageError where the target names nothing.
    """
    if _is_local(target):
        return _explain(_read_source(target, limits), limits)
    known = find_known(target, warehouse)
    if known is not None:
        return _explain([known], limits, find_learned(warehouse))
    if "://" in target:
        return _explain(_read_source(target, limits), limits)
    raise UsageError(
        f"{target} is no file, and no article, document or address in {warehouse}.",
        "Give a path or an id; --warehouse names another warehouse.",
    )


def find_known(key: str, warehouse: Path) -> Job | None:
    """The newest document the warehouse has under an article id, document id, URL or URI, with its
    bytes out of the archive; None where it knows none."""
    if not warehouse.exists():
        return None
    from warehouse.read import find_document

    found = find_document(warehouse, key)
    return (found[-1], read_kept(found[-1], warehouse)) if found else None


def read_kept(document: Document, warehouse: Path) -> bytes:
    """The bytes of a document out of the archive. Raises WarehouseCorrupt where they cannot be
    read, BytesDropped where retention gave them up."""
    from tasks.sources.warc import read_content
    from warehouse.layout import locate

    if document.place is None:
        raise BytesDropped(
            f"The bytes of document {document.id} are not in the archive any more.",
            "Retention dropped them (copydesk maintain --keep-archive); ingest it again.",
        )
    return read_content(locate(warehouse).archive, document.place)


def _is_local(target: str) -> bool:
    if target == "-" or any(mark in target for mark in "*?["):
        return True
    return "://" not in target and Path(target).expanduser().exists()


def _read_source(target: str, limits: Limits) -> Iterator[Job]:
    captures = open_sources([target], limits)
    return ((describe(c), c.content) for c in captures if isinstance(c, Capture))


def find_learned(warehouse: Path) -> Learned:
    """What the warehouse has learned of its sites."""
    from tasks.learned import gather_learned
    from warehouse.read import find_learned

    return gather_learned(*find_learned(warehouse))


def _explain(
    jobs: Iterable[Job], limits: Limits, learned: Learned | None = None
) -> Iterator[Explanation]:
    with DocumentPool(1, limits) as pool:
        for document, content in jobs:
            future = pool.submit(edit_document, document, content, None, limits, learned)
            yield _complete(pool, await_edit(document, future, limits), content, limits)


def _complete(pool: DocumentPool, edited: Edited, content: bytes, limits: Limits) -> Explanation:
    outcome = edited.outcome
    if isinstance(outcome, Article):
        return Explanation(edited, outcome.lines, outcome.evidence)
    if edited.media is None:
        return Explanation(edited, (), ())
    future = pool.submit(read_lines, edited.document, content, limits)
    try:
        return Explanation(edited, future.result(), ())
    except (WorkerTimeout, WorkerCrashed):
        return Explanation(edited, (), ())


def read_lines(document: Document, content: bytes, limits: Limits) -> tuple[Line, ...]:
    """The labelled lines of a page, article or not; none where there is no text."""
    from tasks.text.html import read_html
    from tasks.text.plain import read_plain

    media = sniff(content, document.content_type)
    if isinstance(media, Fault):
        return ()
    read = read_html if media is Media.HTML else read_plain
    page: Page | Fault = read(
        decode(content, document.content_type).text,
        url=document.url,
        fetched_at=document.fetched_at,
        source=document.source,
        limits=limits,
    )
    return () if isinstance(page, Fault) else page.lines
