"""Options that several commands share, each declared once."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tasks.errors import UsageError
from tasks.model import Limits

DEFAULTS = Limits()
DEFAULT_WAREHOUSE = Path("news.duckdb")
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def parse_size(text: str | int) -> int:
    """Bytes from `4096`, `64MB`, `1.5 GiB`; K, M and G are powers of 1,024."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?\s*", str(text).lower())
    if match is None or float(match[1]) <= 0:
        raise typer.BadParameter(f"{text!r} is no size; write 500KB, 64MB or 2GB.")
    return int(float(match[1]) * _UNITS[match[2]])


def parse_moment(text: str) -> datetime:
    """An aware time from ISO 8601; without an offset it is UTC, a bare day begins at midnight."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        message = f"{text!r} is no ISO 8601 time; write 2026-11-22 or 2026-11-22T08:30."
        raise typer.BadParameter(message) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE…",
        help="Files, folders, globs, WARCs, manifests (JSON lines, CSV, Parquet), http(s) "
        "addresses, or - for standard input.",
        show_default=False,
    ),
]
Warehouse = Annotated[
    Path,
    typer.Option(
        "--warehouse",
        "-w",
        metavar="FILE",
        envvar="COPYDESK_WAREHOUSE",
        help="The DuckDB file that people query.",
    ),
]
Workers = Annotated[
    int, typer.Option("--workers", min=0, max=512, help="Worker processes; 0 is one a core.")
]
BatchSize = Annotated[
    int, typer.Option("--batch-size", min=1, max=5_000, help="Documents loaded at a time.")
]
Wait = Annotated[
    float,
    typer.Option(
        "--wait", metavar="SECONDS", min=0.0, help="How long to wait for another writer to finish."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on stdout.")]
MaxBytes = Annotated[
    int,
    typer.Option(
        "--max-bytes",
        metavar="SIZE",
        parser=parse_size,
        envvar="COPYDESK_MAX_BYTES",
        show_default="32MB",
        help="A larger document, once decompressed, becomes a problem.",
    ),
]
TimeLimit = Annotated[
    float,
    typer.Option(
        "--time-limit",
        metavar="SECONDS",
        min=0.1,
        envvar="COPYDESK_TIME_LIMIT",
        help="A document that takes longer to edit becomes a problem.",
    ),
]
AllowPrivate = Annotated[
    bool,
    typer.Option(
        "--allow-private",
        envvar="COPYDESK_ALLOW_PRIVATE",
        help="Fetch from private addresses too: this machine, an intranet.",
        show_default=False,
    ),
]
Pace = Annotated[
    float | None,
    typer.Option(
        "--pace",
        metavar="SECONDS",
        min=0.0,
        envvar="COPYDESK_PACE",
        help="Pause between two requests to one host; 1 where nothing is said.",
        show_default=False,
    ),
]
Budget = Annotated[
    float,
    typer.Option(
        "--budget", metavar="SECONDS", min=1.0, help="What is left then, the next poll fetches."
    ),
]


def set_private(allowed: bool) -> None:
    """Let everything in this process fetch from private addresses, if the user says so."""
    if allowed:
        os.environ["COPYDESK_ALLOW_PRIVATE"] = "1"


def read_limits(max_bytes: int, time_limit: float) -> Limits:
    """The limits of a run: two are options, the rarer three come from the environment
    (COPYDESK_MAX_RATIO, COPYDESK_MAX_NESTING, COPYDESK_MAX_MEMORY). The model that
    COPYDESK_ENTITIES asks for must be there, and that of COPYDESK_STORY_MODEL."""
    if os.environ.get("COPYDESK_ENTITIES"):
        from tasks.fields.mentions.entities import check_entities

        check_entities()
    if os.environ.get("COPYDESK_STORY_MODEL"):
        from tasks.stories.senses import find_model

        find_model()
    return Limits(
        document_bytes=int(max_bytes),
        seconds=time_limit,
        ratio=_read_setting("COPYDESK_MAX_RATIO", DEFAULTS.ratio),
        nesting=_read_setting("COPYDESK_MAX_NESTING", DEFAULTS.nesting),
        memory_bytes=_read_setting("COPYDESK_MAX_MEMORY", DEFAULTS.memory_bytes),
    )


def _read_setting(name: str, default: int) -> int:
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    try:
        return parse_size(text)
    except typer.BadParameter:
        raise UsageError(f"{name}={text} is no number.", "Unset it or give it one.") from None
