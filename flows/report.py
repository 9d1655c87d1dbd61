"""What a run reports: typed values that flows return and the command line prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from tasks.model import Limits
from tasks.tally import Tally

# Prefect costs about a tenth of a second a batch, most of it in the server's process.
BATCH_SIZE = 500
Status = Literal["completed", "failed", "interrupted"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands: the stage that finished something last, and the counts so far."""

    stage: str
    tally: Tally
    seconds: float


Reporter = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one article that a reprocess changes, as printable text."""

    article_id: str
    title: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Compaction:
    """Bytes of the database file, before it was written anew and after."""

    before: int
    after: int


@dataclass(frozen=True, slots=True)
class RunReport:
    """The end of a run. `published` is the file that people query, or None for a dry run; `fetches`
    counts those of a poll by their outcome."""

    run_id: str
    status: Status
    tally: Tally
    seconds: float
    published: Path | None = None
    changes: tuple[FieldChange, ...] = ()
    fetches: Mapping[str, int] = field(default_factory=dict)
    compacted: Compaction | None = None


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """What `copydesk ingest` was asked to do. `workers` 0 means one a core."""

    sources: tuple[str, ...]
    warehouse: Path
    workers: int = 0
    batch_size: int = BATCH_SIZE
    wait_seconds: float = 60.0
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class ReprocessOptions:
    """Which documents are edited again, from the archive. With nothing selected: all."""

    warehouse: Path
    article_ids: tuple[str, ...] = ()
    document_ids: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    problem_codes: tuple[str, ...] = ()
    only_problems: bool = False
    since: datetime | None = None
    dry_run: bool = False
    workers: int = 0
    batch_size: int = BATCH_SIZE
    wait_seconds: float = 60.0
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class PollOptions:
    """What `copydesk poll` was asked to do; `pace` None is the usual one."""

    warehouse: Path
    sources: tuple[str, ...] = ()
    at_once: bool = False
    pace: float | None = None
    budget: float = 300.0
    allow_private: bool = False
    workers: int = 0
    batch_size: int = BATCH_SIZE
    wait_seconds: float = 60.0
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class MaintainOptions:
    """What `copydesk maintain` was asked to do; `keep_days` bounds the log of fetches, `keep` has
    ages by what is kept so long."""

    warehouse: Path
    keep_days: int = 90
    pace: float | None = None
    budget: float = 900.0
    allow_private: bool = False
    workers: int = 0
    batch_size: int = BATCH_SIZE
    wait_seconds: float = 60.0
    limits: Limits = field(default_factory=Limits)
    keep: Mapping[str, str] = field(default_factory=dict)
    compact: bool = False


@dataclass(frozen=True, slots=True)
class RepairOptions:
    """What `copydesk doctor --repair` was asked to do."""

    warehouse: Path
    workers: int = 0
    batch_size: int = BATCH_SIZE
    wait_seconds: float = 60.0
    limits: Limits = field(default_factory=Limits)
