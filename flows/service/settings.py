"""What `copydesk up` was asked to do, and the jobs that follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.service.plan import Job

PORT = 4200  # Prefect's own
POLL_SECONDS = 600.0
MAINTAIN_SECONDS = 3_600.0
GRACE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class UpSettings:
    """Times are seconds."""

    warehouse: Path
    every: float = POLL_SECONDS
    maintain_every: float = MAINTAIN_SECONDS
    host: str = "127.0.0.1"
    port: int = PORT
    grace: float = GRACE_SECONDS
    pace: float | None = None
    allow_private: bool = False
    json: bool = False


def list_jobs(settings: UpSettings, published: Path) -> tuple[Job, ...]:
    """Polling and maintaining; the latter half its time after the hour, when few others begin."""
    parameters: dict[str, Any] = {"warehouse": str(published)}
    if settings.pace is not None:
        parameters["pace"] = settings.pace
    if settings.allow_private:
        parameters["allow_private"] = True
    return (
        Job(
            "flows.poll:poll",
            settings.every,
            parameters,
            description="New pages of the sources that are due, into the warehouse.",
            at_once=True,
        ),
        Job(
            "flows.maintain:maintain",
            settings.maintain_every,
            parameters,
            description="Pages fetched again as they age, old log rows, the sources' health.",
            offset=settings.maintain_every / 2,
        ),
    )
