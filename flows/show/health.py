"""The health of live news, in one line."""

from __future__ import annotations

from dataclasses import asdict

from rich.text import Text

from flows.health import Verdict
from flows.plain import to_plain
from flows.show.console import open_stdout, show_controls
from flows.show.sources import describe_age


def show_verdict(verdict: Verdict) -> None:
    """One line: well, with the figures; or what is not."""
    if verdict.is_well:
        line = Text.assemble(("well", "green"), f": {describe_figures(verdict)}")
    else:
        said = " ".join(f"[{fault.code}] {fault.message}" for fault in verdict.faults)
        line = Text.assemble(("not well", "bold red"), f": {show_controls(' '.join(said.split()))}")
    open_stdout().print(line, soft_wrap=True)


def describe_figures(verdict: Verdict) -> str:
    """The figures of a verdict, as people read them."""
    return (
        f"last poll {describe_age(verdict.last_poll_at)}, {verdict.sources:,} sources, "
        f"{verdict.failing:,} failing, {verdict.late:,} late, {verdict.pending_pages:,} pages "
        f"waiting, {verdict.new_pages:,} fetched in 24 h, {verdict.new_problems:+,} problems"
    )


def verdict_record(verdict: Verdict) -> dict[str, object]:
    """A verdict as JSON: `well`, the faults with code and message, and the figures."""
    figures = {key: to_plain(value) for key, value in asdict(verdict).items()}
    return {"well": verdict.is_well, **figures}
