"""repair: a damaged warehouse mended, as far as the archive reaches.

copies → places of records → records nobody knows → rows → articles edited again → ledger → links →
publish

What is broken is looked for anew in each step, and each is loaded exactly once: after a kill the
next repair goes on with what is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow, get_run_logger

from flows.integrity import (
    find_rival,
    find_strangers,
    list_altered,
    list_damaged,
    list_differences,
    list_fresh,
)
from flows.linking import link_loaded
from flows.loading import load_captures
from flows.parameters import BatchSize, Bounds, WaitSeconds, Workers
from flows.progress import announce, summarize
from flows.report import BATCH_SIZE, RunReport
from flows.reprocess import group_batches, replace_articles, spare_lost
from flows.retention import list_files, remove_files
from flows.session import open_run, record_run
from tasks.errors import WarehouseCorrupt
from tasks.model import Limits, Place
from tasks.sources.archive_audit import FileAudit, Stored, find_places, recall
from tasks.stages import RUNNER, Run, keep_up, publish
from warehouse import audit, inspection
from warehouse.audit import Cure
from warehouse.copies import Copy, find_published
from warehouse.layout import Layout, locate
from warehouse.lock import hold_lock
from warehouse.selection import Selection
from warehouse.upkeep import Upkeep


@flow(
    name="repair",
    description="What a deep check finds, mended from the archive.",
    task_runner=RUNNER,
    persist_result=False,
    validate_parameters=True,
)
def repair(
    warehouse: Path = Path("news.duckdb"),
    workers: Workers = 0,
    batch_size: BatchSize = BATCH_SIZE,
    wait_seconds: WaitSeconds = 60.0,
    limits: Bounds = Limits(),  # noqa: B008 - frozen
) -> RunReport:
    """Mend what can be made again from the archive: places of records, lost documents, rows that
    belong to nothing, articles that are missing or altered, what links articles.

    Args:
        warehouse: The DuckDB file that people query.
        workers: Processes that edit documents; 0 means one a core.
        batch_size: Documents a batch.
        wait_seconds: How long to wait while another run writes to the warehouse.
        limits: The bounds for one document; what is beyond them becomes a problem.
    """
    layout = locate(warehouse)
    with hold_lock(layout, "repair", wait_seconds):
        choose_copy(layout)
    with open_run("repair", warehouse, limits, workers, wait_seconds, {}) as run:
        superseded = restore_archive(run, batch_size)
        keep_up(run, Upkeep(run.id, datetime.now(UTC), mends=True))
        edit_again(run, batch_size)
        settle_ledger(run, superseded)
        keep_up(run, Upkeep(run.id, datetime.now(UTC), relinks=True))
        link_loaded(run)
        record_run(run)
        files = list_files(run)
        publication = publish(run)
        announce(run, "publish")
        remove_files(files)
    return summarize(run, publication.path)


def choose_copy(layout: Layout) -> None:
    """Where the copies differ, the one that cannot be read through, keeps fewer rules, or has fewer
    rows, is given up: the next writer replaces it. Raises WarehouseCorrupt where neither can."""
    published = find_published(layout)
    if published is None:
        return
    try:
        spare = find_rival(layout, published, quickly=False)
        if spare is None:
            return
        if list_differences(layout, published, spare, quickly=False):
            worse = spare if rate(layout, published) >= rate(layout, spare) else published
            inspection.distrust(worse)
    except WarehouseCorrupt:
        damaged = list_damaged(layout, published)
        if len(damaged) != 1:
            raise
        inspection.distrust(damaged[0])


def rate(layout: Layout, copy: Copy) -> tuple[int, int]:
    """The more the better: rules kept, and rows."""
    with inspection.open_copy(layout, copy) as connection:
        kept = sum(audit.check(connection, rule) is None for rule in audit.RULES)
        return kept, sum(inspection.count_rows(connection).values())


def restore_archive(run: Run, batch_size: int) -> int:
    """Find the places of records again; then take in documents that only the archive knows, and
    remove what killed runs left half written. Returns how many documents were not taken in, for
    their addresses have newer ones."""
    files, halves = inspection.list_archive_files(run.layout)
    with run.writer.reading() as connection:
        found = find_strangers(connection, run.layout, files, lambda *_: None)
        placeless = inspection.list_placeless(connection)
    places = find_again(run.layout.archive, found, placeless)
    if places:
        keep_up(run, Upkeep(run.id, datetime.now(UTC), places=places))
    strangers = [stored for one in found for stored in one.stored]
    with run.writer.reading() as connection:
        fresh = list_fresh(connection, strangers)
    load_captures(run, recall(run.layout.archive, list_places(fresh), run.limits), batch_size)
    for half in halves:
        (run.layout.archive / half).unlink(missing_ok=True)
    return len(strangers) - len(fresh)


def find_again(
    archive: Path, found: Sequence[FileAudit], placeless: Sequence[tuple[str, str, int]]
) -> list[tuple[str, Place]]:
    """The documents that are not where they are said to be, or have no place (`placeless`), and
    lie elsewhere, with that place."""
    lost = [(kept.document_id, kept.sha256, kept.size) for one in found for kept in one.lost]
    lost += placeless
    if not lost:
        return []
    files = [one.file for one in found if not Path(one.file).is_absolute()]
    bound = max(size for _, _, size in lost)
    there = find_places(archive, files, {sha256 for _, sha256, _ in lost}, bound)
    return [(document_id, there[sha256]) for document_id, sha256, _ in lost if sha256 in there]


def list_places(fresh: Iterable[Stored]) -> list[Place]:
    """Where records lie, the oldest first: of two of one address the newer is the newest then."""
    return [s.place for s in sorted(fresh, key=lambda s: (s.fetched_at, s.document_id))]


def settle_ledger(run: Run, superseded: int) -> None:
    """Note that the documents which loads lost are under other loads now, where they are: what is
    gone for good is not to look as if it were mended."""
    with run.writer.reading() as connection:
        accounted = inspection.is_accounted(connection, run.id, superseded)
    if accounted:
        keep_up(run, Upkeep(run.id, datetime.now(UTC), settles=True))
    else:
        get_run_logger().warning(
            "documents that the ledger counts are neither in the warehouse nor in its archive"
        )


def edit_again(run: Run, batch_size: int) -> None:
    """Edit articles and documents again that break a rule. What has neither an article nor a
    problem ends as one of them, even where its bytes are gone; what has one keeps it then."""
    lacking = Selection(
        article_ids=list_ids(run, "lost-article"), document_ids=list_ids(run, "document")
    )
    if lacking.names_something:
        groups = run.writer.documents(lacking)
        replace_articles(run, group_batches(run, groups, batch_size))
    with run.writer.reading() as connection:
        altered = list(list_altered(connection, None, lambda _: None))
        altered += inspection.list_taken_in(connection, run.id)
    doubtful = Selection(article_ids=(*list_ids(run, "article"), *altered))
    if doubtful.names_something:
        groups = spare_lost(run, run.writer.documents(doubtful))
        replace_articles(run, group_batches(run, groups, batch_size))


def list_ids(run: Run, cure: Cure) -> tuple[str, ...]:
    """What breaks the rules that have this cure, logged."""
    with run.writer.reading() as connection:
        found = tuple(audit.list_broken(connection, cure))
    if found:
        get_run_logger().info("%d to be edited again (%s), %s first", len(found), cure, found[0])
    return found
