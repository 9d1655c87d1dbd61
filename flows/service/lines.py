"""What `copydesk up` says: a line for each thing that happens, for people or as JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

Teller = Callable[..., None]

# How each event reads; what is not named here is told as it is.
WORDS = {
    "server-started": "Prefect server {pid} started.",
    "server-found": "Prefect server found at {url}.",
    "server-ended": "The Prefect server ended ({reason}); it is started again in {wait:.0f} s.",
    "server-lost": "The Prefect server at {url} does not answer; waiting for it.",
    "server-back": "The Prefect server answers again.",
    "server-hangs": "The Prefect server has not answered for {seconds:.0f} s; it is ended.",
    "server-fails": "{message}",
    "ready": "Copydesk runs {warehouse}; watch it at {ui}. Stop it with Ctrl-C.",
    "no-sources": "No sources yet: add one with `{command}`.",
    "runner-started": "Runner {pid} started.",
    "runner-ended": "The runner ended ({reason}); it is started again in {wait:.0f} s.",
    "runner-hangs": "The runner has said nothing for {seconds:.0f} s; it is ended.",
    "scheduled": "{flow} every {every:g} s.",
    "run-started": "{flow} {run} started.",
    "run-completed": "{flow} {run} completed in {seconds:.1f} s.",
    "run-failed": "{flow} {run} failed: {message}",
    "run-crashed": "{flow} {run} was cut short: {message}",
    "run-cancelled": "{flow} {run} was cancelled.",
    "run-skipped": "{flow} {run} skipped: {message}",
    "runs-skipped": "{count} runs of {flow} skipped: their time had passed.",
    "stopping": "Stopping; a run that is under way gets {grace:g} s to finish.",
    "stopped": "Stopped.",
}


def word(event: str, facts: dict[str, Any]) -> str:
    """The sentence for an event."""
    pattern = WORDS.get(event)
    return pattern.format(**facts) if pattern else f"{event} {facts}"


def make_teller(json: bool) -> Teller:
    """A function `tell(event, **facts)` that writes a line on standard output at once."""

    def tell(event: str, **facts: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
        from flows.formats import to_json
        from flows.show.console import show_controls, write_plain

        now = datetime.now(UTC)
        if json:
            record = {"at": now.isoformat(timespec="seconds"), "event": event, **facts}
            write_plain(to_json(record) + "\n")
        else:
            local = now.astimezone().strftime("%H:%M:%S")
            write_plain(f"{local}  {show_controls(word(event, facts))}\n")
        sys.stdout.flush()

    return tell
