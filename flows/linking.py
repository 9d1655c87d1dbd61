"""From loaded articles to linked ones: reprints, stories, and the search index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from prefect import get_run_logger, task

from flows.indexing import index_articles
from flows.progress import announce
from flows.reprints import find_reprints
from flows.stories import find_stories
from tasks.model import Stage
from tasks.pool import WorkerCrashed, WorkerTimeout
from tasks.reprints.shingles import HASHING
from tasks.search.counts import Text
from tasks.search.words import SPLITTING
from tasks.stages import STAGE_OPTIONS, Run, keep_up
from tasks.stories.sketches import SKETCHING
from warehouse.connect import Connection
from warehouse.links import Changes, Fresh, Rows, stage_links
from warehouse.upkeep import Upkeep

if TYPE_CHECKING:
    from tasks.digests import Digests


class Engine(Protocol):
    """Finds what changed articles have to do with the rest."""

    def __call__(
        self, connection: Connection, changes: Changes, digests: Digests
    ) -> Mapping[str, Rows]:
        """The rows to be loaded, by table; `digests` are of the changed articles, in order."""
        ...


ENGINES: Sequence[Engine] = (find_reprints, find_stories, index_articles)

# Another number: everything that is linked is linked again.
VERSIONS: Mapping[str, int] = MappingProxyType(
    {"reprints": HASHING, "stories": SKETCHING, "search": SPLITTING}
)


def link_loaded(run: Run) -> None:
    """Link every article that was loaded and is not linked yet, some thousand at a time; those
    of a run that was killed, and of a Copydesk that could not link, too. Everything is linked again
    where this Copydesk hashes, sketches or splits texts in another way than the one before."""
    if run.writer.link_versions() != VERSIONS:
        get_run_logger().info("texts are compared in a new way: all articles are linked again")
        keep_up(run, Upkeep(run.id, datetime.now(UTC), link_versions=VERSIONS))
    while run.writer.has_changes():
        link(run)
        announce(run, "link")


@task(name="link", task_run_name="link", **STAGE_OPTIONS)
def link(run: Run) -> None:
    """Link the next articles, in one transaction."""
    with run.clock.time(Stage.LINK):
        changes = run.writer.changes()
        if changes is None:
            return
        digests = digest(changes.fresh, run.pool)
        found: dict[str, Rows] = {}
        with run.writer.reading() as connection:
            for engine in ENGINES:
                found |= engine(connection, changes, digests)
        run.writer.load(stage_links(run.layout, changes, found))
    run.clock.documents[Stage.LINK] += len(changes.fresh)


def digest(articles: Sequence[Fresh], pool: Executor | None = None) -> Digests:
    """What the engines need of the texts of changed articles; processes of the pool share the work,
    where there is some."""
    from tasks.digests import digest_texts, join_digests, split_texts

    texts = [
        Text(one.title, one.standfirst, one.body, one.authors, one.language) for one in articles
    ]
    parts = list(split_texts(texts))
    if pool is None or len(parts) < 2:
        return join_digests([digest_texts(part) for part in parts])
    underway = [(part, pool.submit(digest_texts, part)) for part in parts]
    return join_digests([_await_digests(part, future) for part, future in underway])


def _await_digests(part: Sequence[Text], future: Future[Digests]) -> Digests:
    """What the pool found; of texts that are too long for its limits, found here."""
    from tasks.digests import digest_texts

    try:
        return future.result()
    except (WorkerCrashed, WorkerTimeout):
        return digest_texts(part)
