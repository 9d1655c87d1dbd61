"""`copydesk sources add|list|show|edit|remove`: the sources one by one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands import source_files, source_options
from flows.commands.exits import DeskCommand, ExitCode
from flows.commands.options import DEFAULT_WAREHOUSE, Json, Quiet, Wait, Warehouse
from flows.commands.source_options import (
    Every,
    KindOption,
    Language,
    MaxPages,
    Name,
    Names,
    NewName,
    Outlet,
    Pace,
    Revisit,
    Zone,
)
from tasks.errors import UsageError
from tasks.live import Source

if TYPE_CHECKING:
    from flows.sources.changes import Changes

HELP = """What is polled: feeds, sitemaps, lists of addresses, home pages, archives, inbox folders.

[bold]Start here[/bold]

  $ copydesk sources add https://post.example/rss --zone Europe/Oslo
  $ copydesk sources check
  $ copydesk sources import subscriptions.opml
  $ copydesk sources sync sources.toml
"""

sources = typer.Typer(
    name="sources",
    help=HELP,
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
Address = Annotated[
    str,
    typer.Argument(
        metavar="URL", help="An http(s) address; for an inbox or archive a path, too (or s3://…)."
    ),
]
NewAddress = Annotated[
    str | None, typer.Option("--url", metavar="URL", help="Another address, as when it moved.")
]
On = Annotated[
    bool | None,
    typer.Option("--on/--off", help="Whether it is polled; what it brought before stays."),
]
Off = Annotated[bool, typer.Option("--off", help="Add it, but do not poll it yet.")]
Failing = Annotated[
    bool, typer.Option("--failing", help="Only those that are on and fail, or never were read.")
]


@sources.command(cls=DeskCommand)
def add(
    url: Address,
    name: NewName = None,
    kind: KindOption = None,
    outlet: Outlet = None,
    zone: Zone = None,
    language: Language = None,
    every: Every = None,
    pace: Pace = None,
    max_pages: MaxPages = None,
    revisit: Revisit = None,
    off: Off = False,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    wait: Wait = 60.0,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Add a source. The warehouse is made where there is none yet.

    Without --kind the address tells what it is; what it does not tell is taken for a home page,
    whose feeds and news sitemaps are found. `copydesk sources check` looks.

    [bold]Examples[/bold]

      $ copydesk sources add https://post.example/rss --every 10m --language no
      $ copydesk sources add https://post.example --name post --max-pages 100
      $ copydesk sources add ./inbox --every 30s
    """
    from flows.show.console import note
    from flows.show.sources import show_changes
    from flows.sources.changes import plan_import
    from flows.sources.settings import make_source
    from flows.sources.store import change_sources

    values = source_options.gather(
        kind, outlet, zone, language, every, pace, max_pages, revisit, False if off else None
    )
    named = {} if name is None else {"name": name}
    source = make_source({"url": url, **named, **values}, Path.cwd())
    changes = change_sources(warehouse, lambda known: plan_import(known, [source]), wait, note)
    if not changes:
        raise _refuse_known(warehouse, source)
    show_changes(changes, warehouse, quiet=quiet, json=json)
    return ExitCode.WELL


def _refuse_known(warehouse: Path, source: Source) -> UsageError:
    """The error for an address that is a source already."""
    from flows.sources.changes import find_source
    from flows.sources.store import load_sources

    name = find_source(load_sources(warehouse), source.url).name
    return UsageError(
        f"{source.url} is the source {name} already.",
        f"Change it: copydesk sources edit {name}",
    )


@sources.command("list", cls=DeskCommand)
def list_all(
    failing: Failing = False,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    json: Json = False,
) -> int:
    """List the sources, and how each is doing."""
    from flows.show.console import write_json_line
    from flows.show.sources import show_sources
    from flows.sources.standing import read_standings, source_record

    found = [each for each in read_standings(warehouse) if each.is_failing or not failing]
    if json:
        write_json_line([source_record(each) for each in found])
    else:
        show_sources(found, warehouse, failing)
    return ExitCode.WELL


@sources.command(cls=DeskCommand)
def show(name: Name, warehouse: Warehouse = DEFAULT_WAREHOUSE, json: Json = False) -> int:
    """Show one source in full: its settings, when it was read, and what became of it."""
    from flows.show.console import write_json_line
    from flows.show.sources import show_source
    from flows.sources.changes import find_source
    from flows.sources.standing import read_standings, source_record

    standings = read_standings(warehouse)
    wanted = find_source([each.source for each in standings], name)
    [found] = [each for each in standings if each.source == wanted]
    if json:
        write_json_line(source_record(found))
    else:
        show_source(found, warehouse)
    return ExitCode.WELL


@sources.command(cls=DeskCommand)
def edit(
    name: Name,
    url: NewAddress = None,
    kind: KindOption = None,
    outlet: Outlet = None,
    zone: Zone = None,
    language: Language = None,
    every: Every = None,
    pace: Pace = None,
    max_pages: source_options.MaxPagesText = None,
    revisit: Revisit = None,
    on: On = None,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    wait: Wait = 60.0,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Change settings of a source. An empty value takes a setting back: --every ''.

    [bold]Examples[/bold]

      $ copydesk sources edit post --every 5m --revisit 1h,6h,1d
      $ copydesk sources edit post --off
    """
    from flows.show.console import note
    from flows.show.sources import show_changes
    from flows.sources.changes import find_source, plan_change
    from flows.sources.settings import change_source
    from flows.sources.store import change_sources

    values = source_options.gather(
        kind, outlet, zone, language, every, pace, max_pages, revisit, on
    )
    if url is not None:
        values["url"] = url
    if not values:
        raise UsageError("Nothing is to be changed.", "copydesk sources edit --help lists what.")

    def decide(known: Sequence[Source]) -> Changes:
        old = find_source(known, name)
        return plan_change(known, old, change_source(old, values, Path.cwd()))

    changes = change_sources(warehouse, decide, wait, note)
    show_changes(changes, warehouse, quiet=quiet, json=json)
    return ExitCode.WELL


@sources.command(cls=DeskCommand)
def remove(
    names: Names,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    wait: Wait = 60.0,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Remove sources. The articles they brought stay.

    To stop polling for a while, and keep what is remembered: copydesk sources edit NAME --off
    """
    from flows.show.console import note
    from flows.show.sources import show_changes
    from flows.sources.changes import plan_removal
    from flows.sources.store import change_sources

    changes = change_sources(warehouse, lambda known: plan_removal(known, names), wait, note)
    show_changes(changes, warehouse, quiet=quiet, json=json)
    return ExitCode.WELL


for name, function in source_files.COMMANDS.items():
    sources.command(name, cls=DeskCommand)(function)
