"""What the doctor finds, a line each, and how far it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.live import Live
from rich.text import Text

from flows.doctor import Check, Verdict
from flows.integrity import Finding, Progress
from flows.show.console import open_stderr, open_stdout, write_json_line
from flows.show.desk import MARKS, show_check


@dataclass(slots=True)
class Findings:
    """What was found so far: printed at once, or with `json` all together in the end."""

    json: bool
    checks: list[Check] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)
    repaired: list[Finding] = field(default_factory=list)

    @property
    def is_damaged(self) -> bool:
        """Whether there is anything that a deep check found."""
        return bool(self.found)

    @property
    def has_failed(self) -> bool:
        """Whether anything is wrong, as it stands."""
        verdicts = [*(c.verdict for c in self.checks), *(f.verdict for f in self.found)]
        return Verdict.FAIL in verdicts

    def add(self, one: Check | Finding, silent: bool = False) -> None:
        """Take one more."""
        if isinstance(one, Check):
            self.checks.append(one)
        else:
            self.found.append(one)
        if self.json or silent:
            return
        if isinstance(one, Check):
            show_check(one)
        else:
            show_finding(one)

    def begin_again(self) -> None:
        """After a repair: what was found before is told apart from what is left."""
        self.repaired, self.found, self.checks = self.found, [], []
        if not self.json:
            open_stdout().print(Text("\nAfter the repair:", style="bold"))

    def close(self) -> None:
        """Print what is printed in the end."""
        if not self.json:
            return
        record: dict[str, Any] = {
            "well": not self.has_failed,
            "checks": [asdict(check) for check in self.checks],
        }
        if self.found or self.repaired or any(c.name == "rows" for c in self.checks):
            record["findings"] = [asdict(finding) for finding in self.found]
        if self.repaired:
            record["before_repair"] = [asdict(finding) for finding in self.repaired]
        write_json_line(record)


def show_finding(finding: Finding) -> None:
    """One line for a finding, and what to do."""
    console = open_stdout()
    mark = MARKS[finding.verdict]
    said = f"{finding.count:,}: {finding.detail}; for instance {finding.example}"
    line = Text.assemble(mark, "  ", (f"{finding.code:<19}", "bold"), " ", said)
    console.print(line, soft_wrap=True)
    console.print(Text(f"{'':<26}{finding.advice}", style=mark[1]), soft_wrap=True)


@contextmanager
def follow_check(json: bool) -> Iterator[Progress]:
    """Where a long check stands: a live line on a terminal, nothing elsewhere."""
    console = open_stderr()
    if json or not console.is_terminal:
        yield lambda *_: None
        return
    with Live(Text(""), console=console, refresh_per_second=8, transient=True) as live:

        def show(what: str, done: int, total: int) -> None:
            live.update(Text(f"{what}: {done:,} of {total:,}"))

        yield show
