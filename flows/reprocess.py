"""reprocess: edit archived documents again, with the rules of today.

select → edit (batches in parallel) → stage → load → link → publish
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from prefect import flow
from prefect.futures import PrefectFuture

from flows.linking import link_loaded
from flows.parameters import BatchSize, Bounds, WaitSeconds, Workers
from flows.progress import announce, summarize
from flows.report import BATCH_SIZE, FieldChange, RunReport
from flows.session import open_run, record_run
from tasks.model import Article, Document, Limits
from tasks.sources.archive_audit import find_loss
from tasks.stages import (
    RUNNER,
    WINDOW,
    ArchivedBatch,
    EditedBatch,
    Run,
    StagedBatch,
    edit_batch,
    load_batch,
    publish,
    submit_batch,
)
from tasks.tally import Tally
from warehouse.printing import print_article
from warehouse.writer import Group, Selection


@flow(
    name="reprocess",
    description="Archived documents edited again: all of them, or a selection.",
    task_runner=RUNNER,
    persist_result=False,
    validate_parameters=True,
)
def reprocess(
    warehouse: Path = Path("news.duckdb"),
    article_ids: list[str] = [],  # noqa: B006 - never changed, and Prefect shows it as the default
    document_ids: list[str] = [],  # noqa: B006
    outlets: list[str] = [],  # noqa: B006
    problem_codes: list[str] = [],  # noqa: B006
    only_problems: bool = False,
    since: datetime | None = None,
    dry_run: bool = False,
    workers: Workers = 0,
    batch_size: BatchSize = BATCH_SIZE,
    wait_seconds: WaitSeconds = 60.0,
    limits: Bounds = Limits(),  # noqa: B008 - frozen
) -> RunReport:
    """Edit archived documents again and replace their articles: what any of the conditions names,
    and without one all. An article is made anew from all of its documents, so its versions stay;
    one of which the archive lacks the bytes stays as it is.

    Args:
        warehouse: The DuckDB file that people query.
        article_ids: These articles.
        document_ids: These documents.
        outlets: What these outlets published.
        problem_codes: Documents with such a problem, not resolved yet.
        only_problems: Documents with any problem that is not resolved yet.
        since: Of all these, documents that were fetched at this time or later.
        dry_run: Load nothing, and report the fields that would change.
        workers: Processes that edit documents; 0 means one a core.
        batch_size: Documents a batch.
        wait_seconds: How long to wait while another run writes to the warehouse.
        limits: The bounds for one document; what is beyond them becomes a problem.
    """
    selected = (article_ids, document_ids, outlets, problem_codes, only_problems, since)
    selection = Selection(
        everything=not any(selected),
        article_ids=tuple(article_ids),
        document_ids=tuple(document_ids),
        outlets=tuple(outlets),
        problem_codes=tuple(problem_codes),
        only_problems=only_problems,
        since=since,
    )
    parameters = {"selection": repr(selection), "dry_run": dry_run}
    with open_run("reprocess", warehouse, limits, workers, wait_seconds, parameters) as run:
        groups = spare_lost(run, run.writer.documents(selection))
        batches = group_batches(run, groups, batch_size)
        if dry_run:
            return summarize(run, None, compare(run, batches))
        replace_articles(run, batches)
        link_loaded(run)
        record_run(run)
        publication = publish(run)
        announce(run, "publish")
    return summarize(run, publication.path)


def spare_lost(run: Run, groups: Iterable[Group]) -> Iterator[Group]:
    """The groups whose bytes are all there. The others stay as they are, and are counted as
    skipped: an article is not given up because its page is."""
    for group in groups:
        reason = find_loss(run.layout.archive, group.documents)
        if reason is None:
            yield group
        else:
            run.count(Tally(skipped=Counter({reason: len(group.documents)})))


def group_batches(run: Run, groups: Iterable[Group], size: int) -> Iterator[ArchivedBatch]:
    """Whole articles, in batches of about `size` documents."""
    batch: list[Document] = []
    articles: list[str] = []
    for group in groups:
        batch += group.documents
        articles += [group.article_id] if group.article_id else []
        if len(batch) >= size:
            yield _close_batch(run, batch, articles)
            batch, articles = [], []
    if batch:
        yield _close_batch(run, batch, articles)


def _close_batch(run: Run, documents: list[Document], articles: list[str]) -> ArchivedBatch:
    run.batches += 1
    run.count(Tally(read=len(documents)))
    return ArchivedBatch(run.batches, documents, "reprocess", articles, run.id)


def replace_articles(run: Run, batches: Iterable[ArchivedBatch]) -> None:
    """Edit, stage and load every batch, in order."""
    underway: deque[PrefectFuture[StagedBatch]] = deque()
    for batch in batches:
        underway.append(submit_batch(run, batch))
        if len(underway) >= WINDOW:
            load_batch(run, underway.popleft().result())
            announce(run, "load")
    while underway:
        load_batch(run, underway.popleft().result())
        announce(run, "load")


def compare(run: Run, batches: Iterable[ArchivedBatch]) -> tuple[FieldChange, ...]:
    """Edit every batch and list the fields that differ from the warehouse."""
    changes: list[FieldChange] = []
    underway: deque[PrefectFuture[EditedBatch]] = deque()
    for batch in batches:
        underway.append(edit_batch.submit(run, batch))
        if len(underway) >= WINDOW:
            changes += compare_batch(run, underway.popleft().result())
    while underway:
        changes += compare_batch(run, underway.popleft().result())
    return tuple(changes)


def compare_batch(run: Run, batch: EditedBatch) -> list[FieldChange]:
    """The fields of the batch's articles that are not as the warehouse has them."""
    after = {
        edited.outcome.id: edited.outcome
        for edited in batch.edited
        if isinstance(edited.outcome, Article)
    }
    before = run.writer.article_rows([*batch.archived.replaced, *after])
    changes: list[FieldChange] = []
    for article_id in dict.fromkeys([*batch.archived.replaced, *after]):
        old = before.get(article_id, {})
        new = print_article(after[article_id]) if article_id in after else {}
        title = (new or old).get("title", "")
        changes += [
            FieldChange(article_id, title, name, old.get(name, ""), new.get(name, ""))
            for name in dict.fromkeys([*old, *new])
            if old.get(name, "") != new.get(name, "")
        ]
    return changes
