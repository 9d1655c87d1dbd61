"""`copydesk up`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.exits import ExitCode
from flows.commands.options import (
    DEFAULT_WAREHOUSE,
    AllowPrivate,
    Json,
    Pace,
    Warehouse,
    set_private,
)

if TYPE_CHECKING:
    from flows.service.plan import Job
    from flows.service.settings import UpSettings
    from warehouse.layout import Layout

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
LEAST = 5.0  # seconds between two runs


def parse_interval(text: str | float) -> float:
    """Seconds from `90`, `20s`, `10m`, `1.5h`, `1d`."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhd]?)\s*", str(text).lower())
    if match is None or float(match[1]) * _UNITS[match[2] or "s"] < LEAST:
        raise typer.BadParameter(f"{text!r} is no interval; write 30s, 10m or 1h.")
    return float(match[1]) * _UNITS[match[2] or "s"]


Every = Annotated[
    float,
    typer.Option(
        "--every",
        metavar="TIME",
        parser=parse_interval,
        envvar="COPYDESK_EVERY",
        help="Time between two polls.",
        show_default="10m",
    ),
]
MaintainEvery = Annotated[
    float,
    typer.Option(
        "--maintain-every",
        metavar="TIME",
        parser=parse_interval,
        envvar="COPYDESK_MAINTAIN_EVERY",
        help="Time between two looks after the warehouse.",
        show_default="1h",
    ),
]
Port = Annotated[
    int,
    typer.Option("--port", min=1, max=65_535, help="Where Prefect's server and UI listen."),
]
Host = Annotated[
    str,
    typer.Option("--host", metavar="ADDRESS", help="0.0.0.0 lets other machines see the UI."),
]
Grace = Annotated[
    float,
    typer.Option(
        "--grace",
        metavar="SECONDS",
        min=0.0,
        envvar="COPYDESK_GRACE",
        help="Time for a run to finish when told to stop.",
    ),
]


def up(
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    every: Every = 600.0,
    maintain_every: MaintainEvery = 3_600.0,
    port: Port = 4200,
    host: Host = "127.0.0.1",
    pace: Pace = None,
    allow_private: AllowPrivate = False,
    grace: Grace = 30.0,
    json: Json = False,
) -> int:
    """Poll the sources on schedule, for ever: server, schedules and runs in one command.

    Uses the Prefect server that is configured or runs on this machine, else starts one.
    Ctrl-C or SIGTERM ends it in good order (exit code 0); a second one ends it at once (130).

    [bold]Examples[/bold]

      $ copydesk up
      $ copydesk up --warehouse /srv/news/news.duckdb --every 5m
      $ copydesk up --host 0.0.0.0 --json
    """
    from flows.service.settings import UpSettings, list_jobs
    from warehouse.layout import locate

    set_private(allow_private)
    settings = UpSettings(
        warehouse, every, maintain_every, host, port, grace, pace, allow_private, json
    )
    return launch(settings, list_jobs(settings, locate(warehouse).published))


def launch(settings: UpSettings, jobs: Sequence[Job]) -> int:
    """Keep these jobs up; the exit code. Raises `AlreadyUp`, `ServerUnreachable`, and what opening
    a warehouse does."""
    from flows.server import be_quiet
    from flows.service.children import open_log
    from flows.service.desk import be_alone, keep_up, name_warehouse
    from flows.service.lines import make_teller
    from flows.service.plan import Plan
    from flows.service.server import find
    from flows.show.console import name_command
    from flows.temporary_server import spare_proxies
    from warehouse.layout import locate
    from warehouse.live_state import read_sources

    be_quiet()
    spare_proxies()
    layout = locate(settings.warehouse)
    tell = make_teller(settings.json)
    logs = layout.private / "logs"
    with be_alone(layout) as announce_ui:
        bring_up_to_date(layout)
        server = find(settings.host, settings.port, tell, open_log(logs, "server").warning)
        plan = Plan(name_warehouse(layout), tuple(jobs), str(logs), settings.grace)

        def greet() -> None:
            announce_ui(server.ui)
            tell("ready", warehouse=layout.published.name, ui=server.ui)
            if not read_sources(layout.published):
                command = name_command("sources add ADDRESS", settings.warehouse)
                tell("no-sources", command=command)

        orderly = keep_up(plan, server, tell, greet)
    return ExitCode.WELL if orderly else ExitCode.INTERRUPTED


def bring_up_to_date(layout: Layout) -> None:
    """Make the warehouse, or bring it to this version. While another run writes to it that has
    been done."""
    from tasks.errors import WarehouseBusy
    from warehouse.lock import hold_lock
    from warehouse.writer import open_writer

    try:
        with hold_lock(layout, "up", 2.0), open_writer(layout) as writer:
            writer.publish()
    except WarehouseBusy:
        return
