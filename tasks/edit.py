"""The desk itself: one document in, one outcome out. Runs in worker processes.

A document never raises. What is wrong with it is a `Problem`; so is a bug of ours that it brings
to light, and the death or the time limit of the process that held it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.charset import Decoded, decode
from tasks.errors import BytesDropped, CopydeskError, describe_bug
from tasks.media import sniff
from tasks.model import KEPT, Article, Document, Edited, Fault, Limits, Media, Page, Problem, Stage
from tasks.pool import WorkerCrashed, WorkerTimeout

if TYPE_CHECKING:
    from tasks.learned import Learned

Job = tuple[Document, bytes | None]


def edit_content(
    document: Document, content: bytes, limits: Limits, learned: Learned | None = None
) -> Edited:
    """Edit one document in this process; bugs raise. `learned` is what earlier runs know of the
    sites. `Edited.seconds` is wall time."""
    started = time.perf_counter()
    edited = _edit(document, content, limits, learned)
    if learned and learned.lines and isinstance(edited.outcome, Article):
        from tasks.text.template import apply_template

        edited = replace(edited, outcome=apply_template(edited.outcome, learned.lines))
    return replace(edited, seconds=time.perf_counter() - started)


def edit_document(
    document: Document,
    content: bytes | None,
    archive: Path | None,
    limits: Limits,
    learned: Learned | None = None,
) -> Edited:
    """Edit one document, read from the archive where no bytes are given. Never raises."""
    try:
        if content is None:
            content = _fetch_content(document, archive)
        return edit_content(document, content, limits, learned)
    except MemoryError:
        return _refuse(
            document,
            "memory-limit",
            f"needs more than {limits.memory_bytes >> 20} MB of memory to edit; "
            "raise the memory limit if the page is worth it",
        )
    except CopydeskError as error:
        return _refuse(document, error.code, str(error))
    except Exception as error:  # noqa: BLE001 - the stage boundary: a bug costs one document
        return _refuse(document, "internal-error", describe_bug(error))


def edit_archived(
    document: Document, archive: Path, limits: Limits, learned: Path | None = None
) -> Edited:
    """Edit one document of the archive for the warehouse: without its kept lines, which the body
    holds already, so that half as much travels between processes; with its imprint. `learned` is
    a file of `tasks.learned`. Raises nothing but OSError, when that file is gone."""
    from tasks.learned import read_learned
    from tasks.text.template import take_imprint

    known = read_learned(learned) if learned else None
    edited = edit_document(document, None, archive, limits, known)
    article = edited.outcome
    if not isinstance(article, Article):
        return edited
    removed = tuple(line for line in article.lines if line.label not in KEPT)
    imprint = take_imprint(article) if article.site else None
    return replace(edited, outcome=replace(article, lines=removed, imprint=imprint))


def edit_all(
    executor: Executor, jobs: Iterable[Job], archive: Path | None, limits: Limits, window: int = 64
) -> Iterator[Edited]:
    """Edit many documents on any executor, in input order; at most `window` are on their way."""
    pending: deque[tuple[Document, Future[Edited]]] = deque()
    for document, content in jobs:
        future = executor.submit(edit_document, document, content, archive, limits)
        pending.append((document, future))
        while pending and (len(pending) >= window or pending[0][1].done()):
            yield await_edit(*pending.popleft(), limits)
    while pending:
        yield await_edit(*pending.popleft(), limits)


def await_edit(document: Document, future: Future[Edited], limits: Limits) -> Edited:
    """The outcome, where a dead or overdue worker is one too."""
    try:
        return future.result()
    except WorkerTimeout:
        return _refuse(
            document,
            "time-limit",
            f"took longer than the limit of {limits.seconds:g} s; "
            "raise the time limit and retry it if the page is worth it",
        )
    except WorkerCrashed as error:
        return _refuse(
            document,
            "worker-crashed",
            f"{error}; retry it, and report the page if it happens again",
        )


def _edit(
    document: Document, content: bytes, limits: Limits, learned: Learned | None = None
) -> Edited:
    # Here, for the process that only hands documents to workers never needs them.
    from tasks.fields.registry import find_article
    from tasks.text.verdict import judge

    if document.fault is not None:
        return _fail(document, document.fault)
    media = sniff(content, document.content_type)
    if isinstance(media, Fault):
        return _fail(document, media)
    decoded = decode(content, document.content_type)
    page = _read_page(media, decoded.text, document, limits)
    fault = page if isinstance(page, Fault) else judge(page)
    if isinstance(page, Fault) or fault is not None:
        assert fault is not None
        return _with_reading(_fail(document, fault), media, decoded)
    page = _place(replace(page, told=document.told), learned)
    return _with_reading(Edited(document, find_article(page, document)), media, decoded)


def _place(page: Page, learned: Learned | None) -> Page:
    """The page with the time zone of its outlet: as the source says, else as it was learned."""
    if page.told and page.told.zone:
        return replace(page, zone=page.told.zone)
    if learned is None or not learned.zones:
        return page
    from tasks.fields.outlets import find_site

    zones = (learned.zones.get(found.value) for found in find_site(page))
    return replace(page, zone=next((zone for zone in zones if zone), None))


def _read_page(media: Media, text: str, document: Document, limits: Limits) -> Page | Fault:
    from tasks.text.html import read_html
    from tasks.text.plain import read_plain

    read = read_html if media is Media.HTML else read_plain
    return read(
        text,
        url=document.url,
        fetched_at=document.fetched_at,
        source=_name_outlet(document),
        limits=limits,
    )


def _name_outlet(document: Document) -> str | None:
    """The outlet, as a manifest names it. What was fetched by a schedule, by leave of a robots.txt,
    has there the key of its source, which no reader knows."""
    return document.source if document.robots is None else None


def _with_reading(edited: Edited, media: Media, decoded: Decoded) -> Edited:
    return replace(edited, media=media, charset=decoded.charset, charset_from=decoded.charset_from)


def _fetch_content(document: Document, archive: Path | None) -> bytes:
    from tasks.sources.warc import read_content

    if document.place is None:
        raise BytesDropped(
            f"The bytes of document {document.id} are not in the archive any more.",
            "Retention dropped them; fetch or ingest it again.",
        )
    if archive is None:
        raise ValueError(f"document {document.id} has neither bytes nor an archive")
    return read_content(archive, document.place)


def _fail(document: Document, fault: Fault) -> Edited:
    return Edited(document, Problem(fault.stage, fault.code, fault.message))


def _refuse(document: Document, code: str, message: str) -> Edited:
    return Edited(document, Problem(Stage.EDIT, code, message))
