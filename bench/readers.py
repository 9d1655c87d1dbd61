"""People who query all the time: they open the warehouse, ask, and close it again."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event
from types import TracebackType
from typing import Any, NamedTuple

import duckdb

PAUSE = 0.5  # seconds between two queries: they are there to read, not to take the cores
PATIENCE = 120  # seconds that a reader may take over its last query
STATE = """
select (select count(*) from documents),
       (select count(*) from article_versions),
       (select count(*) from articles),
       (select count(distinct article_id) from articles)
"""


class Sighting(NamedTuple):
    """When a reader opened the warehouse (monotonic seconds), and the documents it then had."""

    opened_at: float
    documents: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader met. `seconds` are those of its queries, opening included; `wrong` are
    errors, and answers that no whole warehouse gives."""

    seconds: tuple[float, ...]
    sightings: tuple[Sighting, ...]
    states: int
    wrong: tuple[str, ...]

    @property
    def slowest(self) -> float:
        """Seconds of the longest query."""
        return max(self.seconds, default=0.0)


@dataclass(slots=True)
class Reader:
    """One who opens the file at `path` for every query, or keeps it open for `held` of them, asks
    for the state of the warehouse and one of the `questions`, which are SQL. What was there once
    must stay there."""

    path: str
    questions: Sequence[str] = ()
    held: int = 1
    seconds: list[float] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    states: set[int] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def read(self, stop: Event) -> Reading:
        """Query until told to stop."""
        while not stop.is_set():
            try:
                self._visit(stop)
            except duckdb.Error as error:
                self.wrong.append(str(error))
                time.sleep(PAUSE)
        return Reading(
            tuple(self.seconds), tuple(self.sightings), len(self.states), tuple(self.wrong)
        )

    def _visit(self, stop: Event) -> None:
        started = opened_at = time.monotonic()
        with duckdb.connect(self.path, read_only=True) as connection:
            for _ in range(self.held):
                self._ask(connection, opened_at)
                self.seconds.append(time.monotonic() - started)
                time.sleep(PAUSE)
                started = time.monotonic()
                if stop.is_set():
                    return

    def _ask(self, connection: duckdb.DuckDBPyConnection, opened_at: float) -> None:
        documents, versions, articles, distinct = connection.execute(STATE).fetchall()[0]
        most = max(self.states, default=0)
        if versions < most or articles != distinct:
            self.wrong.append(f"{versions} versions after {most}, {articles} rows of {distinct}")
        self.states.add(versions)
        self.sightings.append(Sighting(opened_at, documents))
        if self.questions:
            connection.execute(self.questions[len(self.seconds) % len(self.questions)]).fetchall()


def _run_reader(reader: Reader, stop: Event, answers: Any) -> None:  # noqa: ANN401
    answers.put(reader.read(stop))


class Readers:
    """Some reader processes, from `with` to `finish`."""

    def __init__(self, readers: Sequence[Reader]) -> None:
        context = multiprocessing.get_context("spawn")
        self._stop, self._answers = context.Event(), context.Queue()
        self._readers = [
            context.Process(
                target=_run_reader, args=(reader, self._stop, self._answers), daemon=True
            )
            for reader in readers
        ]

    def __enter__(self) -> Readers:
        for reader in self._readers:
            reader.start()
        return self

    def finish(self) -> list[Reading]:
        """End them; what they met."""
        self._stop.set()
        readings = [self._answers.get(timeout=PATIENCE) for _ in self._readers]
        for reader in self._readers:
            reader.join(30)
        return readings

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        for reader in self._readers:
            reader.kill()
