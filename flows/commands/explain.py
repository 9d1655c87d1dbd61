"""`copydesk explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.exits import ExitCode
from flows.commands.options import (
    DEFAULT_WAREHOUSE,
    DEFAULTS,
    AllowPrivate,
    Json,
    MaxBytes,
    TimeLimit,
    Warehouse,
    read_limits,
    set_private,
)

Target = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE|ARTICLE",
        help="A source as for `clean`, or an article id, document id or address that the "
        "warehouse knows.",
        show_default=False,
    ),
]


def explain(
    target: Target,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    json: Json = False,
    max_bytes: MaxBytes = DEFAULTS.document_bytes,
    time_limit: TimeLimit = DEFAULTS.seconds,
    allow_private: AllowPrivate = False,
) -> int:
    """Show why a document came out as it did.

    Each line of the page with its label and the rule that gave it.
    Each field with every candidate for its value, the losing ones too.
    What the warehouse knows is read from its archive.
    With --json: one object a document, each on a line of its own.

    [bold]Examples[/bold]

      $ copydesk explain page.html
      $ copydesk explain https://example.org/story --warehouse news.duckdb
      $ copydesk explain k3v7q2m5x4ab --json | jq '.evidence'
    """
    from flows.explain import explain_target
    from flows.records import explain_record
    from flows.show.console import complain, write_json_line
    from flows.show.document import show_explanation
    from tasks.model import Article

    set_private(allow_private)
    limits = read_limits(max_bytes, time_limit)
    ends = []
    for explanation in explain_target(target, warehouse, limits):
        ends.append(isinstance(explanation.edited.outcome, Article))
        if json:
            e = explanation
            write_json_line(explain_record(e.edited, e.lines, e.evidence))
        else:
            show_explanation(explanation)
    if not ends:
        complain("There was nothing to explain.")
        return ExitCode.NOTHING_DONE
    return ExitCode.WELL if all(ends) else ExitCode.WITH_PROBLEMS
