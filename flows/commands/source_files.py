"""`copydesk sources import|export|sync|check`: many sources at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.exits import ExitCode
from flows.commands.options import (
    DEFAULT_WAREHOUSE,
    AllowPrivate,
    Json,
    Pace,
    Quiet,
    Wait,
    Warehouse,
    set_private,
)
from flows.sources.forms import FileFormat

if TYPE_CHECKING:
    from flows.sources.probes import Probe
    from flows.sources.store import Decide
    from tasks.live import Source

ImportedFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="An OPML file, a text with an address a line, or a sources.toml."
    ),
]
TruthFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A sources.toml (also OPML, or a list).")
]
Targets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[NAME|URL…]",
        help="Names of sources, or addresses that are none yet; without any, all that are on.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change; change nothing.")]
Form = Annotated[FileFormat, typer.Option("--format", "-f", help="How they are written.")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write them to this file.")
]


def import_file(
    file: ImportedFile,
    dry_run: DryRun = False,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    wait: Wait = 60.0,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Add the sources of a file. Those that are known stay as they are.

    [bold]Examples[/bold]

      $ copydesk sources import subscriptions.opml
      $ copydesk sources import addresses.txt --dry-run
    """
    from flows.sources.changes import plan_import
    from flows.sources.files import read_file

    read = read_file(file)
    return _apply(lambda known: plan_import(known, read), dry_run, warehouse, wait, quiet, json)


def sync(
    file: TruthFile,
    dry_run: DryRun = False,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    wait: Wait = 60.0,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Make the sources those of a file: it is the truth, so others are removed.

    Run it as often as you like; keep the file in version control. docs/sources.md has a complete
    example.

    [bold]Examples[/bold]

      $ copydesk sources export > sources.toml
      $ copydesk sources sync sources.toml --dry-run
    """
    from flows.sources.changes import plan_sync
    from flows.sources.files import read_file

    read = read_file(file)
    return _apply(lambda known: plan_sync(known, read), dry_run, warehouse, wait, quiet, json)


def _apply(
    decide: Decide, dry_run: bool, warehouse: Path, wait: float, quiet: bool, json: bool
) -> int:
    """Do what is decided, or only tell of it."""
    from flows.show.console import note
    from flows.show.sources import show_changes
    from flows.sources.store import change_sources, load_sources

    if dry_run:
        changes = decide(load_sources(warehouse))
    else:
        changes = change_sources(warehouse, decide, wait, note)
    show_changes(changes, warehouse, quiet=quiet, json=json, planned=dry_run)
    return ExitCode.WELL


def export(
    form: Form = FileFormat.TOML,
    output: Output = None,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> int:
    """Write all sources as sources.toml or OPML.

    Both come back as they were. Other feed readers read the feeds of the OPML.

    [bold]Examples[/bold]

      $ copydesk sources export > sources.toml
      $ copydesk sources export --format opml --output sources.opml
    """
    from flows.show.console import write_plain
    from flows.sources.files import write_sources
    from flows.sources.store import load_sources

    text = write_sources(load_sources(warehouse), form)
    if output is None:
        write_plain(text)
    else:
        output.write_text(text, encoding="utf-8")
    return ExitCode.WELL


def check(
    targets: Targets = None,
    pace: Pace = None,
    allow_private: AllowPrivate = False,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Fetch sources once, now, and say what they are, what they list, and what is wrong.

    Their robots.txt is honoured, and nothing is stored. Exits with 3 when some cannot be polled.

    [bold]Examples[/bold]

      $ copydesk sources check post
      $ copydesk sources check https://post.example
      $ copydesk sources check --quiet || notify-somebody
    """
    import asyncio

    from flows.show.console import write_json_line
    from flows.show.probes import probe_record, show_probe
    from flows.sources.store import load_sources
    from flows.sources.targets import find_targets

    set_private(allow_private)
    chosen = find_targets(load_sources(warehouse), targets or ())
    show = None if json else (lambda probe: show_probe(probe, quiet))
    probes = asyncio.run(_probe(chosen, pace, show))
    if json:
        write_json_line([probe_record(probe) for probe in probes])
    return ExitCode.WITH_PROBLEMS if any(probe.problem for probe in probes) else ExitCode.WELL


async def _probe(
    chosen: Sequence[Source], pace: float | None, show: Callable[[Probe], None] | None
) -> list[Probe]:
    """All probes, in the order of the sources; shown as they are done."""
    from flows.sources.probes import probe_all

    found = {}
    async for probe in probe_all(chosen, pace):
        found[probe.source.url] = probe
        if show is not None:
            show(probe)
    return [found[source.url] for source in chosen]


COMMANDS: Mapping[str, Callable[..., int]] = MappingProxyType(
    {"import": import_file, "export": export, "sync": sync, "check": check}
)
