"""The count of a run: every document that was read stands in exactly one column."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of documents. `read == new + updated + unchanged + problems` at the end of a run.

    `skipped` counts inputs that are no documents (images in a WARC), by reason, outside `read`;
    `problem_codes` counts the problems by code.
    """

    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: int = 0
    problem_codes: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def articles(self) -> int:
        """Documents that made a new article or a new version of one."""
        return self.new + self.updated

    @property
    def finished(self) -> int:
        """Documents that have their outcome already."""
        return self.articles + self.unchanged + self.problems

    def plus(self, other: Tally) -> Tally:
        """The sum of both."""
        return replace(
            self,
            read=self.read + other.read,
            new=self.new + other.new,
            updated=self.updated + other.updated,
            unchanged=self.unchanged + other.unchanged,
            problems=self.problems + other.problems,
            problem_codes=self.problem_codes + other.problem_codes,
            skipped=self.skipped + other.skipped,
        )
