"""The name under which pages are asked for."""

from __future__ import annotations

import os

from tasks.errors import UsageError


def name_agent() -> str:
    """The User-Agent (RFC 9110, 10.1.5): what COPYDESK_USER_AGENT says, else `copydesk/<version>`
    with the project's address. UsageError where the setting cannot stand in a header."""
    from importlib.metadata import metadata

    chosen = os.environ.get("COPYDESK_USER_AGENT", "").strip()
    if chosen:
        return _check(chosen)
    package = metadata("copydesk")
    addresses = [url.partition(",")[2].strip() for url in package.get_all("Project-URL") or ()]
    about = f" (+{addresses[0]})" if addresses else ""
    return f"copydesk/{package['Version']}{about}"


def _check(agent: str) -> str:
    if agent.isascii() and agent.isprintable():
        return agent
    raise UsageError(
        f"COPYDESK_USER_AGENT={agent!r} cannot be sent.", "Write it in one line of plain ASCII."
    )
