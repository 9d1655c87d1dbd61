"""People who query all the time: they open the warehouse, ask, and close it again."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from types import TracebackType
from typing import Any

import duckdb

PAUSE = 0.5  # seconds between two queries: they are there to read, not to take the cores
QUERY = """
select (select count(*) from article_versions),
       (select count(*) from articles),
       (select count(distinct article_id) from articles)
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader met. `wrong` are errors, and answers that no whole warehouse gives."""

    queries: int
    states: int
    slowest: float
    wrong: tuple[str, ...]


def read_again_and_again(path: str, stop: Event, answers: Any) -> None:  # noqa: ANN401
    """A new connection for every query. What was there once must stay there."""
    wrong: list[str] = []
    states: set[int] = set()
    slowest, queries, most = 0.0, 0, 0
    while not stop.is_set():
        started = time.monotonic()
        try:
            with duckdb.connect(path, read_only=True) as connection:
                versions, articles, distinct = connection.execute(QUERY).fetchall()[0]
        except duckdb.Error as error:
            wrong.append(str(error))
        else:
            if versions < most or articles != distinct:
                wrong.append(f"{versions} versions after {most}, {articles} rows of {distinct}")
            states.add(versions)
            most = max(most, versions)
        slowest = max(slowest, time.monotonic() - started)
        queries += 1
        time.sleep(PAUSE)
    answers.put(Reading(queries, len(states), slowest, tuple(wrong)))


class Readers:
    """Some reader processes, from `with` to `finish`."""

    def __init__(self, path: str, count: int = 2) -> None:
        context = multiprocessing.get_context("spawn")
        self._stop, self._answers = context.Event(), context.Queue()
        arguments = (path, self._stop, self._answers)
        self._readers = [
            context.Process(target=read_again_and_again, args=arguments, daemon=True)
            for _ in range(count)
        ]

    def __enter__(self) -> Readers:
        for reader in self._readers:
            reader.start()
        return self

    def finish(self) -> list[Reading]:
        """End them; what they met."""
        self._stop.set()
        readings = [self._answers.get(timeout=60) for _ in self._readers]
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
