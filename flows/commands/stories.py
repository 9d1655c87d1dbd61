"""`copydesk stories`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from flows.commands.exits import ExitCode
from flows.commands.options import DEFAULT_WAREHOUSE, Json, Warehouse, parse_moment
from tasks.errors import UsageError

Key = Annotated[
    str | None,
    typer.Argument(
        metavar="[STORY]",
        help="A story's id, or the id or address of an article in it; without it, the latest.",
        show_default=False,
    ),
]
Since = Annotated[
    datetime | None,
    typer.Option(
        "--since",
        metavar="TIME",
        parser=parse_moment,
        help="Only stories with an article of that time or later.",
        show_default=False,
    ),
]
Outlet = Annotated[
    str | None,
    typer.Option("--outlet", metavar="NAME", help="Only stories that this outlet or site told."),
]
Least = Annotated[
    int, typer.Option("--articles", min=1, help="Only stories of at least so many articles.")
]
Limit = Annotated[int, typer.Option("--limit", min=1, help="At most so many, the latest first.")]


def stories(
    story: Key = None,
    since: Since = None,
    outlet: Outlet = None,
    articles: Least = 2,
    limit: Limit = 20,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    json: Json = False,
) -> int:
    """List what several articles tell of, or show one story with its articles.

    [bold]Examples[/bold]

      $ copydesk stories --since 2026-11-20
      $ copydesk stories --outlet "The Courier" --articles 5
      $ copydesk stories q5xztu27g4rf
    """
    from flows.show.console import write_json_line
    from flows.show.stories import record_story, show_stories, show_story
    from warehouse.read_stories import find_story, list_stories

    if story is None:
        found = list_stories(warehouse, since, outlet, articles, limit)
        if json:
            write_json_line([record_story(one) for one in found])
        else:
            show_stories(found, limit, warehouse)
        return ExitCode.WELL
    detail = find_story(warehouse, story)
    if detail is None:
        raise UsageError(
            f"No story, and no article in one, is called {story}.",
            "List them: copydesk stories --articles 1",
        )
    if json:
        write_json_line(record_story(detail))
    else:
        show_story(detail)
    return ExitCode.WELL
