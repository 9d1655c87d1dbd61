"""The state of things: what is in the warehouse, what went wrong, what the doctor found."""

from __future__ import annotations

from rich.text import Text

from flows.doctor import Check, Verdict
from flows.show.console import open_stdout

_MARKS = {
    Verdict.OK: ("ok  ", "green"),
    Verdict.WARN: ("warn", "yellow"),
    Verdict.FAIL: ("fail", "bold red"),
}


def show_check(check: Check) -> None:
    """One line for a check, and what to do where it is not well."""
    console = open_stdout()
    mark = _MARKS[check.verdict]
    line = Text.assemble(mark, "  ", (f"{check.name:<18}", "bold"), check.detail)
    console.print(line, soft_wrap=True)
    if check.advice:
        console.print(Text(f"{'':<24}{check.advice}", style=mark[1]), soft_wrap=True)
