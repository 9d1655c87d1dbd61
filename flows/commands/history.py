"""`copydesk history`."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.exits import ExitCode
from flows.commands.options import DEFAULT_WAREHOUSE, Json, Warehouse

Key = Annotated[
    str,
    typer.Argument(
        metavar="ARTICLE",
        help="An article id, the beginning of one, or an address.",
        show_default=False,
    ),
]


def history(article: Key, warehouse: Warehouse = DEFAULT_WAREHOUSE, json: Json = False) -> int:
    """Show what was changed in an article after it was published, and when its page was gone.

    Each version with its time, the fields that differ before (-) and after (+), and the paragraphs
    that were added, removed, changed or moved.

    [bold]Examples[/bold]

      $ copydesk history k3v7q2m5x4ab
      $ copydesk history https://example.org/story --json | jq '.versions[].change'
      $ copydesk sql "from silent_edits limit 10"
    """
    from flows.history import find_history
    from flows.records import history_record
    from flows.show.console import write_json_line
    from flows.show.history import show_history

    found = find_history(article, warehouse)
    if json:
        write_json_line(history_record(found))
    else:
        show_history(found)
    return ExitCode.WELL
