"""How quickly the warehouse is searched, and whether it finds what came last."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.invented import HAN
from bench.warehouse.articles import Maker, Role
from bench.warehouse.events import speak
from warehouse.connect import open_for_reading

COUNT = 200
# What is asked, in shares of twenty: so many words, a phrase, the beginning of a word.
KINDS = ("1",) * 6 + ("2",) * 6 + ("3",) * 4 + ("phrase",) * 2 + ("prefix",) * 2
SEARCH = "select article_id from search(?, most := ?)"
_WORD = re.compile(r"[^\W\d_]{3,}")


def make_questions(maker: Maker, documents: int, count: int = COUNT) -> list[str]:
    """What people might ask who read these documents: words of headlines and of bodies, common
    and rare, in every language."""
    rng = np.random.default_rng([maker.seed, 41])
    asked: list[str] = []
    while len(asked) < count:
        text = maker.write(int(rng.integers(documents)))
        words = _WORD.findall(text.title)
        kind = KINDS[len(asked) % len(KINDS)]
        if kind == "phrase":
            paragraph = text.paragraphs[0]
            at = int(rng.integers(max(1, len(paragraph) - 3)))
            join = "" if speak(text.outlet) == HAN else " "
            asked.append(f'"{join.join(paragraph[at : at + 3])}"')
        elif len(words) >= 3:
            chosen = [words[at] for at in rng.permutation(len(words)).tolist()]
            ends = f"{chosen[0][:4]}*"
            asked.append(ends if kind == "prefix" else " ".join(chosen[: int(kind)]))
    return asked


def has_search(database: Path) -> bool:
    """Whether the warehouse has a search at all."""
    query = "select count(*) from duckdb_functions() where function_name = 'search'"
    with open_for_reading(database, database.parent / "spill") as connection:
        return connection.execute(query).fetchone() != (0,)


def time_searches(database: Path, asked: Sequence[str]) -> list[float]:
    """Milliseconds for the ten best of each question, in one connection, as a notebook has it;
    one question is asked before, so that what is read once only does not count."""
    with open_for_reading(database, database.parent / "spill") as connection:
        connection.execute(SEARCH, ["warm", 10]).fetchall()
        times = []
        for question in asked:
            started = time.perf_counter()
            connection.execute(SEARCH, [question, 10]).fetchall()
            times.append(1_000 * (time.perf_counter() - started))
    return times


def is_found(database: Path, maker: Maker, documents: int) -> bool:
    """Whether the newest original is among the ten best for its own headline."""
    number = next(
        number
        for number in range(documents - 1, -1, -1)
        if maker.derive(number)[0] is Role.ORIGINAL
    )
    text, edited = maker.write(number), maker.make_edited(number)
    with open_for_reading(database, database.parent / "spill") as connection:
        rows = connection.execute(SEARCH, [text.title, 10]).fetchall()
    return getattr(edited.outcome, "id", None) in {row[0] for row in rows}
