"""What came of looking at sources: a line each, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from flows.plain import to_plain
from flows.show.console import open_stdout, show_controls
from flows.show.sources import describe_age
from flows.sources.standing import settings_record
from tasks.live import Kind

if TYPE_CHECKING:
    from flows.sources.probes import Probe

MOST_NESTED = 10


def show_probe(probe: Probe, quiet: bool) -> None:
    """One probe; with `quiet` only what is wrong."""
    if quiet and probe.problem is None:
        return
    mark = ("fail", "bold red") if probe.problem else ("warn", "yellow")
    if not probe.problem and not probe.remarks:
        mark = ("ok  ", "green")
    name = probe.source.name or probe.source.url
    head = Text.assemble(mark, "  ", (f"{name:<32}", "bold"), "  ", describe_probe(probe))
    open_stdout().print(head, soft_wrap=True)
    for line in list_advice(probe):
        open_stdout().print(Text(f"{'':<6}{show_controls(line)}", style=mark[1]), soft_wrap=True)


def describe_probe(probe: Probe) -> str:
    """What it is and lists, or why it cannot be polled."""
    if probe.problem is not None:
        return show_controls(" ".join(probe.problem.split()))
    parts = [f"{probe.found or probe.source.kind}, {probe.entries:,} entries"]
    if probe.newest is not None:
        parts.append(f"newest {describe_age(probe.newest)}")
    if probe.nested and probe.source.kind is not Kind.ARCHIVE:
        parts.append(f"{len(probe.nested):,} listings in it")
    return ", ".join(parts)


def list_advice(probe: Probe) -> list[str]:
    """What should be changed, and which listings were found on a page."""
    found = [f"{nested.kind}: {nested.url}" for nested in probe.nested[:MOST_NESTED]]
    more = (
        [f"and {len(probe.nested) - MOST_NESTED:,} more"] if len(probe.nested) > MOST_NESTED else []
    )
    return [*probe.remarks, *found, *more]


def probe_record(probe: Probe) -> dict[str, object]:
    """A probe as JSON: the settings of the source, and what was found."""
    seen: dict[str, object] = {
        "well": probe.problem is None,
        "found": probe.found,
        "title": probe.title,
        "entries": probe.entries,
        "newest": probe.newest,
        "listings": [{"url": each.url, "kind": each.kind.value} for each in probe.nested],
        "status": probe.status,
        "seconds": round(probe.seconds, 3),
        "robots": probe.robots,
        "moved_to": probe.moved_to,
        "code": probe.code,
        "problem": probe.problem,
        "remarks": list(probe.remarks),
    }
    return {
        **settings_record(probe.source),
        **{key: to_plain(value) for key, value in seen.items()},
    }
