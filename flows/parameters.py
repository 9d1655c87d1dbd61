"""The parameters that flows share, with the bounds that are checked before a run and the words
that Prefect's UI shows beside each field."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from tasks.model import Limits


def check_limits(limits: Limits) -> Limits:
    """The limits, or a ValueError that names the one that is out of bounds."""
    for name, value in asdict(limits).items():
        if value < 0 or (value == 0 and name != "memory_bytes"):
            raise ValueError(f"limits.{name} must be above 0, not {value:g}")
    return limits


Sources = Annotated[
    list[Annotated[str, Field(min_length=1)]],
    Field(min_length=1, description="Files, folders, globs, WARC files, manifests, addresses."),
]
Warehouse = Annotated[Path, Field(description="The DuckDB file that people query.")]
Workers = Annotated[
    int, Field(ge=0, le=512, description="Processes that edit documents; 0 means one a core.")
]
BatchSize = Annotated[int, Field(ge=1, le=5_000, description="Documents a batch.")]
WaitSeconds = Annotated[
    float, Field(ge=0, description="How long to wait while another run writes to the warehouse.")
]
Bounds = Annotated[
    Limits,
    AfterValidator(check_limits),
    Field(description="The bounds for one document; one beyond them becomes a problem."),
]
