"""The commands of `copydesk`, put together."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.clean import clean
from flows.commands.doctor import doctor
from flows.commands.exits import DeskCommand
from flows.commands.explain import explain
from flows.commands.export import export
from flows.commands.health import health
from flows.commands.history import history
from flows.commands.ingest import ingest
from flows.commands.maintain import maintain
from flows.commands.poll import poll
from flows.commands.problems import problems
from flows.commands.reprocess import reprocess
from flows.commands.search import search
from flows.commands.sources import sources
from flows.commands.sql import sql
from flows.commands.status import status
from flows.commands.stories import stories
from flows.commands.tables import tables
from flows.commands.up import up

HELP = """Raw news pages in, a clean DuckDB file out.

[bold]Start here[/bold]

  $ copydesk ingest pages/ --warehouse news.duckdb
  $ copydesk search "turkish parliament"
  $ copydesk sql "select title, authors from latest_articles limit 5"
  $ copydesk clean page.html --format text
  $ copydesk explain page.html
  $ copydesk sources add https://post.example/rss && copydesk poll
"""

EPILOG = """[bold]Exit codes[/bold]

  0  all well
  1  nothing could be done (health: not well)
  2  the call is wrong (an unknown option, a path that names nothing)
  3  finished, and some documents became problems: copydesk problems list
     (sources check: some sources cannot be polled)
  130  stopped by Ctrl-C; the next run resumes

[bold]Environment[/bold]

  COPYDESK_WAREHOUSE  the warehouse where --warehouse is not given
  COPYDESK_DEBUG=1    tracebacks, as with --debug
  COPYDESK_ENTITIES   spacy: names by a model that is installed (README)
  COPYDESK_STORY_MODEL   folder of a model: stories across languages (docs/stories.md)
  PREFECT_API_URL     the Prefect server to report to; none is needed
"""

app = typer.Typer(
    name="copydesk",
    help=HELP,
    epilog=EPILOG,
    rich_markup_mode="rich",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(problems, name="problems")
app.add_typer(sources, name="sources")

COMMANDS = (
    ingest,
    poll,
    maintain,
    up,
    clean,
    explain,
    history,
    search,
    sql,
    stories,
    tables,
    export,
    status,
    health,
    reprocess,
    doctor,
)

for function in COMMANDS:
    app.command(cls=DeskCommand)(function)


def print_version(wanted: bool) -> None:
    """Print the version and exit."""
    if wanted:
        from importlib.metadata import version as read_version

        typer.echo(f"copydesk {read_version('copydesk')}")
        raise typer.Exit()


@app.callback()
def start(
    ctx: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Keep what holds for every command."""
    ctx.obj = "debug" if debug else None


@app.command(cls=DeskCommand)
def version() -> None:
    """Print the version of Copydesk."""
    print_version(True)
