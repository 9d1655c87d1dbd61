"""`copydesk doctor`."""

from __future__ import annotations

from flows.commands.exits import ExitCode
from flows.commands.options import DEFAULT_WAREHOUSE, Json, Warehouse


def doctor(warehouse: Warehouse = DEFAULT_WAREHOUSE, json: Json = False) -> int:
    """Check versions, the warehouse, its archive, locks, the disk and the Prefect server.

    Changes nothing; says what to do about what is not well.
    Exits with 1 when a check fails.
    """
    from dataclasses import asdict

    from flows.doctor import Verdict, examine
    from flows.show.console import write_json_line
    from flows.show.desk import show_check

    failed = False
    checks = []
    for check in examine(warehouse):
        failed |= check.verdict is Verdict.FAIL
        checks.append(asdict(check))
        if not json:
            show_check(check)
    if json:
        write_json_line({"well": not failed, "checks": checks})
    return ExitCode.NOTHING_DONE if failed else ExitCode.WELL
