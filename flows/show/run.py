"""A run as it goes on, and what came of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from flows.doctor import format_size
from flows.records import report_record
from flows.report import FieldChange, Progress, Reporter, RunReport
from flows.show.console import (
    name_command,
    open_stderr,
    open_stdout,
    silence_stdout,
    write_json_line,
)
from tasks.tally import Tally

# Seconds between two plain log lines.
LINE_EVERY = 5.0
SUGGESTED = 'sql "select title, authors, published_on from latest_articles limit 5"'


class Pulse:
    """The last progress a run told, read by whoever shows it. Safe across threads: one reference
    is replaced, nothing is changed in place."""

    def __init__(self, verb: str) -> None:
        self._started = time.monotonic()
        self._last = Progress(stage="starting", tally=Tally(), seconds=0.0)
        self.spinner = Spinner("dots")
        self.verb = verb

    def __call__(self, progress: Progress) -> None:
        """Take a progress report."""
        self._last = progress

    def __rich__(self) -> Table:
        """The live display: drawn anew several times a second."""
        grid = Table.grid(padding=(0, 1))
        grid.add_row(self.spinner, Text(self.line(), no_wrap=True, overflow="ellipsis"))
        return grid

    def line(self) -> str:
        """Where the run stands, in one line."""
        tally, seconds = self._last.tally, time.monotonic() - self._started
        stage = f"{self.verb}: {self._last.stage}"
        if not tally.read:
            return f"{stage}  {seconds:.0f} s"
        parts = [
            stage,
            f"read {tally.read:,}",
            f"new {tally.new:,}",
            f"updated {tally.updated:,}",
            f"unchanged {tally.unchanged:,}",
            f"problems {tally.problems:,}",
            f"{per_second(tally.finished, seconds)} documents/s",
            f"{seconds:.0f} s",
        ]
        return "  ".join(parts)


@contextmanager
def follow_run(verb: str, quiet: bool = False, json: bool = False) -> Iterator[Reporter]:
    """A reporter for a run: a live line on a terminal, a log line every few seconds in a pipe.

    With `json` standard output stays clean: a terminal on standard error gets the live line.
    """
    pulse = Pulse(verb)
    console = open_stderr() if json else open_stdout()
    if quiet or (json and not console.is_terminal):
        yield pulse
    elif console.is_terminal:
        with Live(pulse, console=console, refresh_per_second=8, transient=True):
            yield pulse
    else:
        with _log_lines(pulse, console):
            yield pulse


@contextmanager
def _log_lines(pulse: Pulse, console: Console) -> Iterator[None]:
    """Print the pulse every few seconds from a thread, until the block ends."""
    ended = threading.Event()

    def log() -> None:
        while not ended.wait(LINE_EVERY):
            _print_line(console, pulse.line())

    thread = threading.Thread(target=log, name="progress", daemon=True)
    _print_line(console, pulse.line())
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _print_line(console: Console, line: str) -> None:
    """One write a line, at once: a pipe's reader is waiting for it. The run goes on without one."""
    try:
        console.file.write(line + "\n")
        console.file.flush()
    except BrokenPipeError:
        silence_stdout()


def per_second(count: int, seconds: float) -> str:
    """A rate with as many digits as mean something."""
    rate = count / seconds if seconds > 0 else 0.0
    return f"{rate:.1f}" if rate < 10 else f"{rate:,.0f}"


def show_report(report: RunReport, warehouse: Path, quiet: bool, json: bool) -> None:
    """The summary of a run."""
    if json:
        write_json_line(report_record(report))
        return
    if quiet:
        return
    console = open_stdout()
    console.print(_summarise(report))
    for line in _suggest(report, warehouse):
        console.print(line, soft_wrap=True)


def _summarise(report: RunReport) -> Table:
    tally = report.tally
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style="dim")
    if report.fetches:
        count = sum(report.fetches.values())
        table.add_row("Fetched", f"{count:,}", _list_counts(report.fetches))
    table.add_row("Read", f"{tally.read:,}")
    table.add_row("New", Text(f"{tally.new:,}", style="green"))
    table.add_row("Updated", f"{tally.updated:,}")
    table.add_row("Unchanged", f"{tally.unchanged:,}")
    style = "red" if tally.problems else ""
    problems = Text(f"{tally.problems:,}", style=style)
    table.add_row("Problems", problems, _list_counts(tally.problem_codes))
    table.add_row("Skipped", f"{tally.skipped.total():,}", _list_counts(tally.skipped))
    if report.compacted:
        sizes = (report.compacted.before, report.compacted.after)
        table.add_row("Compacted", format_size(sizes[1]), f"from {format_size(sizes[0])}")
    rate = f"{per_second(tally.read, report.seconds)} documents a second"
    table.add_row("Seconds", f"{report.seconds:,.1f}", rate if tally.read else "")
    return table


def _list_counts(counts: Mapping[str, int]) -> str:
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    return ", ".join(f"{name} {count:,}" for name, count in rows)


# What was passed over, and what to do about it, or why it is as it was.
_LEFT = {
    "archive-dropped": "documents stay as they were: retention has dropped their bytes.",
    "archive-damaged": "documents stay as they were: their bytes in the archive are damaged;"
    " see copydesk doctor --deep.",
    "other-extension": "files were passed over for their names, which are not those of pages;"
    " a quoted glob reads them: 'folder/**/*.php'.",
    "manifest-in-folder": "manifests lie in folders, where they are not read; name them.",
}


def _suggest(report: RunReport, warehouse: Path) -> Iterator[Text]:
    for code, why in _LEFT.items():
        if count := report.tally.skipped[code]:
            yield Text(f"{count:,} {why}", style="yellow")
    if report.published is None:
        return
    yield Text.assemble("\nWarehouse: ", (str(warehouse), "bold"))
    yield Text(f"Try: {name_command(SUGGESTED, warehouse)}")
    if report.tally.problems:
        yield Text(f"Problems: {name_command('problems list', warehouse)}")


def show_changes(report: RunReport) -> None:
    """Which fields of which articles a reprocess would change, an article a block."""
    console = open_stdout()
    article_id = ""
    for change in report.changes:
        if change.article_id != article_id:
            article_id = change.article_id
            head = Text.assemble((article_id, "bold cyan"), "  ", change.title)
            console.print(head, no_wrap=True, overflow="ellipsis")
        _show_change(console, change)
    articles = len({change.article_id for change in report.changes})
    said = f"{len(report.changes):,} fields of {articles:,} articles would change"
    console.print(f"{said}; {report.tally.read:,} documents were read again.")


def _show_change(console: Console, change: FieldChange) -> None:
    console.print(Text(f"  {change.field}", style="bold"))
    for mark, style, value in (("-", "red", change.before), ("+", "green", change.after)):
        line = Text(f"    {mark} {' '.join(value.split())}", style=style)
        console.print(line, no_wrap=True, overflow="ellipsis")
