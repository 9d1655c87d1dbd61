"""The settings of a source as options, each declared once."""

from __future__ import annotations

from typing import Annotated

import typer

from tasks.live import Kind

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="A source's name, as `list` prints it, or address.")
]
Names = Annotated[
    list[str],
    typer.Argument(metavar="NAME…", help="Names of sources, as `list` prints them, or addresses."),
]
NewName = Annotated[
    str | None,
    typer.Option(
        "--name", help="Its name; made from the address where none is given.", show_default=False
    ),
]
KindOption = Annotated[
    Kind | None,
    typer.Option("--kind", help="What it is; judged by the address where it is not given."),
]
Outlet = Annotated[
    str | None,
    typer.Option("--outlet", metavar="NAME", help="The outlet, where its pages do not name it."),
]
Zone = Annotated[
    str | None,
    typer.Option(
        "--zone", metavar="ZONE", help="The time zone it prints times in, as Europe/Oslo."
    ),
]
Language = Annotated[
    str | None,
    typer.Option("--language", metavar="CODE", help="Its language, in two letters (ISO 639-1)."),
]
Every = Annotated[
    str | None,
    typer.Option(
        "--every",
        metavar="TIME",
        help="Time between polls, as 10m or 1h; without it, how often it publishes decides.",
    ),
]
Pace = Annotated[
    str | None,
    typer.Option(
        "--pace", metavar="TIME", help="Least time between two requests to one host, as 2 or 0.5s."
    ),
]
MaxPages = Annotated[
    int | None,
    typer.Option("--max-pages", metavar="N", min=1, help="New pages that a poll takes at most."),
]
MaxPagesText = Annotated[
    str | None,
    typer.Option("--max-pages", metavar="N", help="New pages that a poll takes at most."),
]
Revisit = Annotated[
    str | None,
    typer.Option(
        "--revisit",
        metavar="AGES",
        help="Ages at which a page is fetched again, as 1h,1d,1w, or never.",
    ),
]


def gather(
    kind: Kind | None = None,
    outlet: str | None = None,
    zone: str | None = None,
    language: str | None = None,
    every: str | None = None,
    pace: str | None = None,
    max_pages: int | str | None = None,
    revisit: str | None = None,
    enabled: bool | None = None,
) -> dict[str, object]:
    """The settings that are given, under the names they have in sources.toml."""
    values: dict[str, object] = {
        "kind": kind,
        "outlet": outlet,
        "zone": zone,
        "language": language,
        "every": every,
        "pace": pace,
        "max_pages": max_pages,
        "revisits": revisit,
        "enabled": enabled,
    }
    return {key: value for key, value in values.items() if value is not None}
