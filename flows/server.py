"""Prefect's surroundings for a run from the command line: settings it needs before it is imported,
and a clean first start and last moment of its temporary server."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from tasks.errors import ServerUnreachable

# Prefect reads these when it is imported; what the user has set wins.
QUIET: Mapping[str, str] = {
    # An offline machine must not see errors about telemetry.
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # The command line has its own display; the full log stays in the server.
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",
}
TEMPORARY: Mapping[str, str] = {
    # A cold start on a small machine takes longer than Prefect's 20 s.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    # Nothing is scheduled on a server that lives for one run.
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_FOREMAN_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
}


def prepare_environment() -> None:
    """Set what Prefect must find when it is imported. Call it before that."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    if not os.environ.get("PREFECT_API_URL"):
        for name, value in TEMPORARY.items():
            os.environ.setdefault(name, value)


def check_server(url: str | None) -> None:
    """Raise `ServerUnreachable` when a server is configured and does not answer within 5 s."""
    if not url:
        return
    import httpx

    try:
        httpx.get(f"{url.rstrip('/')}/health", timeout=5.0).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ServerUnreachable(
            f"The Prefect server at {url} does not answer ({error}).",
            "Start it with `prefect server start`, or unset PREFECT_API_URL to run without one.",
        ) from error


def first_start() -> AbstractContextManager[object]:
    """Hold a lock while a home without a database starts its first temporary server: two at once
    race for the migration and one of them fails."""
    home = Path(os.environ.get("PREFECT_HOME", "~/.prefect")).expanduser()
    if os.environ.get("PREFECT_API_URL") or (home / "prefect.db").exists():
        return nullcontext()
    from filelock import FileLock

    home.mkdir(parents=True, exist_ok=True)
    return FileLock(home / "copydesk-first-start.lock")


def run_briefly() -> AbstractContextManager[object]:
    """Settings for a flow run that a person waits for: without heartbeats, whose thread makes
    every flow last up to a second longer than its work (Prefect 3.8)."""
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    return temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None})
