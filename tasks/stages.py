"""The stages as Prefect tasks: thin wrappers that retry, time and count a batch.

A `Run` and the batches are plain objects on purpose: Prefect walks into lists, dicts and
dataclasses that it is handed, document by document, and does not walk into these.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol, cast

from prefect import State, Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import TaskRun
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from tasks.edit import await_edit, edit_archived
from tasks.errors import Transient
from tasks.fetching.archives import Loan, borrow
from tasks.identity import hash_content, make_id
from tasks.intake import InFlight, Taken, take_in
from tasks.model import (
    Article,
    Capture,
    Document,
    Edited,
    Limits,
    OutletZone,
    Place,
    Problem,
    SiteLine,
    Skip,
    Stage,
)
from tasks.pool import DocumentPool
from tasks.sources.registry import open_sources
from tasks.tally import Tally
from warehouse.archive import write_archive
from warehouse.layout import Layout
from warehouse.live_state import retire_fetches
from warehouse.segments import StagedSegment
from warehouse.stage import Batch, stage_batch
from warehouse.upkeep import Upkeep, stage_upkeep
from warehouse.writer import Publication, Writer

# A batch ends early at this many bytes of pages, which bounds the memory of a run.
BATCH_BYTES = 32 * 1024 * 1024


@dataclass(slots=True)
class Clock:
    """Seconds, documents and batches of every stage; what `run_stages` is made of."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    documents: Counter[str] = field(default_factory=Counter)
    batches: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def time(self, stage: Stage, documents: int = 0) -> Iterator[None]:
        """Count one batch of a stage, and how long the block takes."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] += time.perf_counter() - started
            self.documents[stage] += documents
            self.batches[stage] += 1

    def rows(self) -> tuple[tuple[str, int, int, float], ...]:
        """(stage, documents, batches, seconds), in the order of the stages."""
        return tuple(
            (str(s), self.documents[s], self.batches[s], round(self.seconds[s], 3))
            for s in Stage
            if self.batches[s]
        )


class Run:
    """What the stages of one run share: the warehouse's writer, the pool, the counts."""

    def __init__(
        self, id: str, layout: Layout, writer: Writer, pool: DocumentPool, limits: Limits
    ) -> None:
        self.id = id
        self.layout = layout
        self.writer = writer
        self.pool = pool
        self.limits = limits
        self.learned = fix_learned(layout, writer)
        self.flight = InFlight()
        self.clock = Clock()
        self.tally = Tally()
        self.batches = 0
        self.started = time.monotonic()

    def count(self, tally: Tally) -> None:
        """Add to the run's counts."""
        self.tally = self.tally.plus(tally)


def fix_learned(layout: Layout, writer: Writer) -> Path | None:
    """What completed runs have learned of the sites, in a file of its own for the workers of this
    run, named by its content; None while that is nothing."""
    from tasks.learned import write_learned

    lines, zones = writer.template(), writer.zones()
    if not lines and not zones:
        return None
    path = layout.staging / f"learned-{make_id(repr((lines, zones)))}.tsv"
    write_learned(path, lines, zones)
    return path


def learn_zones(run: Run) -> list[OutletZone]:
    """The time zones of the sites that got new pages, as their pages with offsets tell them, in
    order of site; a zone of None is one that they leave open."""
    from tasks.fields.times.outlet_zones import find_country, learn_zone

    return [
        OutletZone(site, learn_zone(times, find_country(site)), len(times))
        for site, times in run.writer.offsets()
    ]


def learn_template(run: Run) -> list[SiteLine]:
    """The lines of the sites that got new pages, as they stand after this run, in order."""
    from tasks.text.repetition import learn_lines

    return [
        line
        for site, pages, known in run.writer.sites()
        for line in learn_lines(site, pages, known, run.writer.bodies)
    ]


class Discovery:
    """What the sources hold, one by one: Prefect would use up a bare iterator to look inside."""

    def __init__(self, found: Iterator[Capture | Skip]) -> None:
        self._found = found

    def __iter__(self) -> Iterator[Capture | Skip]:
        return self._found


class CapturedBatch:
    """Captures in input order, and what was skipped between them; batches count from 1."""

    def __init__(self, number: int, captures: Sequence[Capture], skipped: Counter[str]) -> None:
        self.number = number
        self.captures = captures
        self.skipped = skipped


class ArchivedBatch:
    """Documents that are safe in the archive, and what their load will be called.

    `kind` "reprocess" replaces the articles named in `replaced` by what the documents give now.
    """

    def __init__(
        self,
        number: int,
        documents: Sequence[Document],
        kind: Literal["batch", "reprocess"] = "batch",
        replaced: Sequence[str] = (),
        run_id: str = "",
    ) -> None:
        self.id = make_id(kind, run_id, *(document.id for document in documents))
        self.number = number
        self.documents = documents
        self.kind = kind
        self.replaced = replaced


class EditedBatch:
    """The outcomes of a batch, in input order."""

    def __init__(self, archived: ArchivedBatch, edited: Sequence[Edited]) -> None:
        self.archived = archived
        self.edited = edited


class StagedBatch:
    """A batch as a folder of Parquet files."""

    def __init__(self, number: int, folder: Path) -> None:
        self.number = number
        self.folder = folder


def is_transient(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether another try may help: our own verdict, or an interrupted or busy system call."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, Transient | BlockingIOError | InterruptedError | TimeoutError)


# Batches between archive and load: two keep the pool busy while a third is staged.
WINDOW = 3

# A thread waits for the pool while a batch is edited, and another stages the one before.
RUNNER = cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=2 * WINDOW))

STAGE_OPTIONS: Mapping[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": [1, 5, 15],
    "retry_condition_fn": is_transient,
    "cache_policy": NO_CACHE,
    "persist_result": False,
}


@task(name="discover", task_run_name="discover", **STAGE_OPTIONS)
def discover(sources: Sequence[str], limits: Limits) -> Discovery:
    """Check every source, then hand out their captures one by one, in the order given."""
    return Discovery(open_sources(list(sources), limits))


def split_batches(
    captures: Iterable[Capture | Skip], size: int, most_bytes: int = BATCH_BYTES
) -> Iterator[CapturedBatch]:
    """Batches of at most `size` captures and about `most_bytes` of pages. Where a batch ends
    depends on the input alone, so that a resumed run cuts the same batches."""
    batch: list[Capture] = []
    skipped = Counter[str]()
    number, weight = 1, 0
    for item in captures:
        if isinstance(item, Skip):
            skipped[item.reason] += 1
            continue
        batch.append(item)
        weight += len(item.content)
        if len(batch) == size or weight >= most_bytes:
            yield CapturedBatch(number, batch, skipped)
            batch, skipped, weight = [], Counter(), 0
            number += 1
    if batch or skipped:
        yield CapturedBatch(number, batch, skipped)


@task(name="archive", task_run_name="archive-{batch.number}", **STAGE_OPTIONS)
def archive_batch(run: Run, batch: CapturedBatch) -> ArchivedBatch:
    """Keep the bytes of what is new; count what is known already."""
    with run.clock.time(Stage.ARCHIVE, len(batch.captures)):
        hashes = [hash_content(capture.content) for capture in batch.captures]
        known = run.writer.look_up([c.uri for c in batch.captures], hashes)
        taken = take_in(batch.captures, hashes, known, run.flight)
        documents = _write_contents(run.layout, taken)
    run.batches = batch.number
    for document, recent in zip(documents, taken.recents, strict=True):
        run.flight.add(batch.number, replace(recent, place=document.place))
    run.count(
        Tally(
            read=len(batch.captures),
            unchanged=taken.unchanged,
            problems=taken.problems.total(),
            problem_codes=taken.problems,
            skipped=batch.skipped,
        )
    )
    return ArchivedBatch(batch.number, documents)


def _write_contents(layout: Layout, taken: Taken) -> list[Document]:
    """Write each content once, even where documents of the batch share it, and place them all."""
    first: dict[str, Document] = {}
    for document in taken.documents:
        if document.id in taken.contents and document.place is None:
            key = document.sha256 if document.fault is None else document.id
            first.setdefault(key, document)
    fresh = [(document, taken.contents[document.id]) for document in first.values()]
    name = make_id(*(document.id for document, _ in fresh))
    placed = {d.id: d.place for d in write_archive(layout, name, fresh)} if fresh else {}
    by_hash = {key: placed[document.id] for key, document in first.items()}
    return [
        replace(d, place=_call_home(layout, d.place))
        if d.place
        else replace(d, place=placed.get(d.id) or by_hash.get(d.sha256))
        for d in taken.documents
    ]


def _call_home(layout: Layout, place: Place) -> Place:
    """A place in this warehouse's own archive by the file's name alone: the folder may move."""
    path = Path(place.file)
    return replace(place, file=path.name) if path.parent == layout.archive else place


@task(name="edit", task_run_name="edit-{batch.number}", **STAGE_OPTIONS)
def edit_batch(run: Run, batch: ArchivedBatch) -> EditedBatch:
    """Edit every document of a batch in the pool; each ends with exactly one outcome."""
    with run.clock.time(Stage.EDIT, len(batch.documents)):
        return EditedBatch(batch, list(_edit_documents(run, batch.documents)))


def _edit_documents(run: Run, documents: Sequence[Document]) -> Iterator[Edited]:
    archive = run.layout.archive
    futures = [
        run.pool.submit(edit_archived, document, archive, run.limits, run.learned)
        for document in documents
    ]
    for document, future in zip(documents, futures, strict=True):
        edited = await_edit(document, future, run.limits)
        yield edited if document.duplicate_of is None else _settle_duplicate(edited)


def _settle_duplicate(edited: Edited) -> Edited:
    """A copy that names its article's address is compared with that article's current version, for
    the address may have said something else in between. Any other copy is filed as its original."""
    document, outcome = edited.document, edited.outcome
    if isinstance(outcome, Article) and (outcome.canonical_url or outcome.url):
        return replace(edited, document=replace(document, duplicate_of=None))
    return replace(edited, outcome=Problem(Stage.EDIT, "duplicate", "filed as an earlier one was"))


@task(name="stage", task_run_name="stage-{batch.archived.number}", **STAGE_OPTIONS)
def stage_edited(run: Run, batch: EditedBatch) -> StagedBatch:
    """Write a batch as Parquet files, ready to be loaded."""
    archived = batch.archived
    with run.clock.time(Stage.STAGE, len(batch.edited)):
        folder = stage_batch(
            run.layout,
            Batch(
                id=archived.id,
                run_id=run.id,
                number=archived.number,
                edited=tuple(batch.edited),
                loaded_at=datetime.now(UTC),
                replaced_articles=tuple(archived.replaced),
                kind=archived.kind,
            ),
        )
    return StagedBatch(archived.number, folder)


class Fetching(Protocol):
    """A crawl that goes on beside the flow."""

    def collect(self, seconds: float, documents: int) -> list[StagedSegment]:
        """What it has brought."""
        ...


@task(name="fetch", task_run_name="fetch", **STAGE_OPTIONS)
def fetch(crawl: Fetching, seconds: float, documents: int) -> list[StagedSegment]:
    """Wait for what a crawl brings: for so many seconds, or so many documents."""
    return crawl.collect(seconds, documents)


@task(name="download", task_run_name="download", **STAGE_OPTIONS)
def download(url: str, folder: Path, private: bool) -> Loan:
    """Have a WARC file at hand: where it is, or fetched into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    return borrow(url, folder, private)


@task(name="load-fetched", task_run_name="load-fetched", **STAGE_OPTIONS)
def load_fetched(run: Run, segments: Sequence[StagedSegment]) -> None:
    """Load what is known of addresses and hosts from now on, after the pages themselves."""
    with run.clock.time(Stage.LOAD):
        for segment in segments:
            run.writer.load(segment.folder)


@task(name="retire", task_run_name="retire", **STAGE_OPTIONS)
def retire(run: Run, before: datetime, pages_before: datetime) -> None:
    """Forget fetches, and pages that are never fetched again, from before these times."""
    with run.clock.time(Stage.LOAD):
        retire_fetches(run.writer, run.layout, before, pages_before, now=datetime.now(UTC))


@task(name="upkeep", task_run_name="upkeep", **STAGE_OPTIONS)
def keep_up(run: Run, upkeep: Upkeep) -> None:
    """Drop what is old, or mend what is broken, in one transaction."""
    with run.clock.time(Stage.LOAD):
        run.writer.load(stage_upkeep(run.layout, upkeep))


def submit_batch(run: Run, archived: ArchivedBatch) -> PrefectFuture[StagedBatch]:
    """Edit and stage a batch in the background."""
    edited = cast("EditedBatch", edit_batch.submit(run, archived))  # Prefect waits for the result
    return stage_edited.submit(run, edited)


@task(name="load", task_run_name="load-{batch.number}", **STAGE_OPTIONS)
def load_batch(run: Run, batch: StagedBatch) -> Tally:
    """Load a staged batch in one transaction, exactly once."""
    with run.clock.time(Stage.LOAD):
        tally = run.writer.load(batch.folder)
    run.clock.documents[Stage.LOAD] += tally.finished
    run.flight.drop(batch.number)
    run.count(replace(tally, read=0))
    return tally


@task(name="publish", task_run_name="publish", **STAGE_OPTIONS)
def publish(run: Run) -> Publication:
    """Put the loaded rows before the readers, all at once."""
    with run.clock.time(Stage.PUBLISH, run.tally.finished):
        return run.writer.publish()
