"""The state of things: what is in the warehouse, what went wrong, what the doctor found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from flows.doctor import Check, Verdict, format_size
from flows.show.console import name_command, open_stdout
from flows.show.facts import format_moment, show_facts
from flows.show.rows import show_table

if TYPE_CHECKING:
    from warehouse.live_health import Health
    from warehouse.lock import Holder
    from warehouse.read import ProblemDetail, ProblemRow, RunSummary, Status

MARKS = {
    Verdict.OK: ("ok  ", "green"),
    Verdict.WARN: ("warn", "yellow"),
    Verdict.FAIL: ("fail", "bold red"),
}


def show_status(
    status: Status, holder: Holder | None, live: Health | None, warehouse: Path
) -> None:
    """What the warehouse holds, its last run, who writes, and live news where there are sources."""
    facts = [
        ("Warehouse", f"{warehouse} ({format_size(status.size)})"),
        ("Articles", f"{status.articles:,} of {status.outlets:,} outlets"),
        ("Earlier versions", f"{status.superseded_versions:,}"),
        ("Documents", f"{status.documents:,}"),
        ("Published", _describe_span(status.first_published_at, status.latest_published_at)),
        ("Open problems", _describe_problems(status.problems)),
        ("Runs", f"{status.runs:,}"),
        ("Last run", _describe_run(status.last_run)),
        ("Writes now", _describe_holder(holder)),
    ]
    if live is not None:
        from flows.show.sources import list_live_facts

        facts += list_live_facts(live)
    show_facts(facts)
    if status.problems:
        open_stdout().print(Text(f"\nSee {name_command('problems list', warehouse)}"))
    if live is not None:
        open_stdout().print(Text(f"See {name_command('sources list', warehouse)}"))


def _describe_span(first: datetime | None, last: datetime | None) -> str:
    if first is None or last is None:
        return "–"
    return f"{format_moment(first)} to {format_moment(last)}"


def _describe_problems(problems: dict[str, int]) -> str:
    codes = ", ".join(f"{code} {count:,}" for code, count in problems.items())
    return f"{sum(problems.values()):,}" + (f" ({codes})" if codes else "")


def _describe_run(run: RunSummary | None) -> str:
    if run is None:
        return "–"
    when = format_moment(run.finished_at) if run.finished_at else "an unknown time"
    return f"{run.flow} {run.run_id}, {run.status} at {when}, {run.documents_read:,} read"


def _describe_holder(holder: Holder | None) -> str:
    if holder is None:
        return "nobody"
    return f"process {holder.pid} on {holder.host}, since {holder.started_at}"


def show_problems(found: Sequence[ProblemRow], limit: int, warehouse: Path) -> None:
    """Open problems as a table, and how to go on."""
    console = open_stdout()
    if not found:
        console.print("There are no such problems.")
        return
    rows = [(row.document_id, row.code, row.attempts, row.last_seen_at, row.uri) for row in found]
    show_table(("document", "code", "tries", "last seen", "uri"), iter(rows), 0, console.file)
    if len(found) == limit:
        console.print(Text(f"The newest {limit:,} are shown; --limit shows more.", style="dim"))
    hint = name_command(f"problems show {found[0].document_id}", warehouse)
    console.print(Text(f"Look at one: {hint}"), soft_wrap=True)


def show_problem(found: ProblemDetail, warehouse: Path) -> None:
    """One problem in full."""
    row, document = found.problem, found.document
    place = document.place
    facts = [
        ("Document", row.document_id),
        ("Read from", row.uri),
        ("Stage", row.stage),
        ("Code", row.code),
        ("Message", row.message),
        ("Attempts", str(row.attempts)),
        ("First seen", format_moment(row.first_seen_at)),
        ("Last seen", format_moment(row.last_seen_at)),
        ("Resolved", format_moment(row.resolved_at) if row.resolved_at else "no"),
        ("Bytes", f"{document.size:,}"),
        ("Kept in", f"{place.file} at {place.offset:,}" if place else "not kept"),
    ]
    show_facts(facts)
    for said, verb in (("Its bytes", "show --bytes"), ("Try it again", "retry")):
        command = name_command(f"problems {verb} {row.document_id}", warehouse)
        open_stdout().print(Text(f"{said}: {command}"), soft_wrap=True)


def show_check(check: Check) -> None:
    """One line for a check, and what to do where it is not well."""
    console = open_stdout()
    mark = MARKS[check.verdict]
    line = Text.assemble(mark, "  ", (f"{check.name:<20}", "bold"), check.detail)
    console.print(line, soft_wrap=True)
    if check.advice:
        console.print(Text(f"{'':<26}{check.advice}", style=mark[1]), soft_wrap=True)
