"""Prefect's surroundings for a run from the command line: settings it needs before it is imported,
and a clean first start and last moment of its temporary server."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from tasks.errors import FolderUnwritable, ServerUnreachable

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
    # Nothing is scheduled on a server that lives for one run.
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_FOREMAN_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
}

# A server with too much to do says so; Prefect's own client asks again then, as we do.
BUSY = frozenset({429, 503})
BUSY_SECONDS = 20.0


def be_quiet() -> None:
    """Keep Prefect from printing and from telling others. Call it before Prefect is imported."""
    warnings.filterwarnings("ignore", "Failed to create the Prefect home")  # `take_turns` says it
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)


def prepare_environment() -> None:
    """Set what Prefect must find when it is imported. Call it before that."""
    be_quiet()
    if not os.environ.get("PREFECT_API_URL"):
        for name, value in TEMPORARY.items():
            os.environ.setdefault(name, value)


def find_server() -> str | None:
    """The API address that Prefect is set to use: by PREFECT_API_URL, by the profile in use, by
    `.env` or by `prefect.toml`. None when there is none."""
    from prefect.settings import PREFECT_API_URL

    return os.environ.get("PREFECT_API_URL") or PREFECT_API_URL.value()


def check_server(url: str | None) -> None:
    """Raise `ServerUnreachable` when a server is configured and cannot be connected to within 5 s,
    or does not answer well within 20 s. One that asks who we are has answered: Prefect tells it,
    with the user's key."""
    if not url:
        return
    import httpx

    end = time.monotonic() + BUSY_SECONDS
    patience = httpx.Timeout(5.0, read=BUSY_SECONDS)
    try:
        answer = httpx.get(f"{url.rstrip('/')}/health", timeout=patience)
        while answer.status_code in BUSY and time.monotonic() < end:
            time.sleep(0.5)
            answer = httpx.get(f"{url.rstrip('/')}/health", timeout=patience)
        if answer.status_code not in (401, 403):
            answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ServerUnreachable(
            f"The Prefect server at {url} does not answer ({str(error).partition(chr(10))[0]}).",
            "Start it with `prefect server start`, or unset PREFECT_API_URL (in the environment "
            "or in your Prefect profile) to run without one.",
        ) from error


@contextmanager
def take_turns() -> Iterator[None]:
    """Start one temporary server at a time in this home of Prefect: two at once race for the
    migration of its database, and one of them fails. Raises `FolderUnwritable` for a home that
    cannot be written to."""
    from filelock import FileLock
    from prefect.settings import PREFECT_HOME

    home = PREFECT_HOME.value()
    lock = FileLock(home / "copydesk-start.lock")
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except OSError as error:
        raise FolderUnwritable(
            f"Prefect keeps its database in {home}, which cannot be written ({error.strerror}).",
            "Set PREFECT_HOME to a folder that can be.",
        ) from error
    try:
        yield
    finally:
        lock.release()


def run_briefly() -> AbstractContextManager[object]:
    """Settings for a flow run that a person waits for: without heartbeats, whose thread makes
    every flow last up to a second longer than its work (Prefect 3.8)."""
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    return temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None})
