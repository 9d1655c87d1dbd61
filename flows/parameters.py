"""The parameters that flows share, with the bounds that are checked before a run. What they mean
is in the flows' docstrings, for that is where Prefect's UI takes the words beside a field from."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from pydantic import AfterValidator, Field

from tasks.model import Limits


def check_limits(limits: Limits) -> Limits:
    """The limits, or a ValueError that names the one that is out of bounds."""
    for name, value in asdict(limits).items():
        if value < 0 or (value == 0 and name != "memory_bytes"):
            raise ValueError(f"limits.{name} must be above 0, not {value:g}")
    return limits


Sources = Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)]
Workers = Annotated[int, Field(ge=0, le=512)]
BatchSize = Annotated[int, Field(ge=1, le=5_000)]
WaitSeconds = Annotated[float, Field(ge=0)]
Bounds = Annotated[Limits, AfterValidator(check_limits)]
