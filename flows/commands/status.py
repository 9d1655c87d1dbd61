"""`copydesk status`."""

from __future__ import annotations

from flows.commands.exits import ExitCode
from flows.commands.options import DEFAULT_WAREHOUSE, Json, Warehouse


def status(warehouse: Warehouse = DEFAULT_WAREHOUSE, json: Json = False) -> int:
    """Show what is in the warehouse: articles, problems, the last run, and who writes now. Where
    there are sources, also how live news is doing.

    For monitors there is `copydesk health`: one line and an exit code.
    """
    from datetime import UTC, datetime

    from flows.records import status_record
    from flows.show.console import write_json_line
    from flows.show.desk import show_status
    from warehouse.layout import locate
    from warehouse.live_state import read_health
    from warehouse.lock import read_holder
    from warehouse.read import read_status

    now = read_status(warehouse)
    holder = read_holder(locate(warehouse))
    health = read_health(warehouse, datetime.now(UTC))
    live = health if health.sources else None
    if json:
        write_json_line(status_record(now, holder, live))
    else:
        show_status(now, holder, live, warehouse)
    return ExitCode.WELL
