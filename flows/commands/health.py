"""`copydesk health`."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.exits import ExitCode
from flows.commands.options import DEFAULT_WAREHOUSE, Json, Warehouse
from flows.durations import parse_duration


def parse_age(text: str | float) -> float:
    """Seconds, above 0."""
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if seconds <= 0:
        raise typer.BadParameter("The age must be above 0.")
    return seconds


MaxAge = Annotated[
    float,
    typer.Option(
        "--max-age",
        metavar="TIME",
        parser=parse_age,
        show_default="30m",
        help="How old the last poll may be, and how long a run may write.",
    ),
]
MaxProblems = Annotated[
    float,
    typer.Option(
        "--max-problems",
        metavar="SHARE",
        min=0.0,
        max=1.0,
        help="Share of a day's new pages that may become problems.",
    ),
]


def health(
    max_age: MaxAge = 1800.0,
    max_problems: MaxProblems = 0.2,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    json: Json = False,
) -> int:
    """Say in one line whether live news is well. Exits with 0 when it is, with 1 when not.

    Not well: no poll for --max-age, every source failing or none to poll, problems growing, a run
    that has been writing for --max-age.

    [bold]Examples[/bold]

      $ copydesk health --max-age 30m
      $ copydesk health --json || notify-somebody
    """
    from datetime import timedelta

    from flows.health import Bounds, check_health
    from flows.show.console import write_json_line
    from flows.show.health import show_verdict, verdict_record

    verdict = check_health(warehouse, Bounds(timedelta(seconds=max_age), max_problems))
    if json:
        write_json_line(verdict_record(verdict))
    else:
        show_verdict(verdict)
    return ExitCode.WELL if verdict.is_well else ExitCode.NOTHING_DONE
