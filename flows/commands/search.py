"""`copydesk search`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from flows.commands.exits import ExitCode
from flows.commands.options import DEFAULT_WAREHOUSE, Json, Warehouse
from tasks.errors import UsageError


def parse_day(text: str | date) -> date:
    """A day from ISO 8601."""
    if isinstance(text, date):
        return text
    try:
        return datetime.fromisoformat(text.strip()).date()
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write 2026-11-22.") from None


Words = Annotated[
    str,
    typer.Argument(
        metavar="WORDS",
        help='Words, "phrases" in quotes, beginnings* with a star, -words that must not occur.',
        show_default=False,
    ),
]
Outlet = Annotated[
    str | None, typer.Option("--outlet", metavar="NAME", help="Its name, or its host without www.")
]
Since = Annotated[
    date | None,
    typer.Option(
        "--since", metavar="DAY", parser=parse_day, help="Published on that day or later."
    ),
]
Until = Annotated[
    date | None,
    typer.Option(
        "--until", metavar="DAY", parser=parse_day, help="Published on that day or earlier."
    ),
]
Author = Annotated[str | None, typer.Option("--author", metavar="NAME", help="Who signs it.")]
Language = Annotated[
    str | None, typer.Option("--language", metavar="CODE", help="Language of the text: en, de, zh.")
]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1_000, help="At most so many.")]


def search(
    words: Words,
    outlet: Outlet = None,
    since: Since = None,
    until: Until = None,
    author: Author = None,
    language: Language = None,
    limit: Limit = 10,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    json: Json = False,
) -> int:
    """Find articles by their words, the best first (BM25 over headline, standfirst, authors, body).

    A word is found in all its forms, with or without accents. An article must have all words; where
    none has, those with some are shown.

    [bold]Examples[/bold]

      $ copydesk search "turkish parliament"
      $ copydesk search '"press freedom" elect* -sport' --since 2026-11-01
      $ copydesk search 地震 --language ja --limit 3

    In SQL: copydesk sql "from search('turkish parliament')"
    """
    from warehouse.search import Question, search_published

    found = search_published(
        warehouse, Question(words, limit, outlet, since, until, language, author)
    )
    if not found.words and not found.prefixes:
        raise UsageError(
            "There is no word to search for.", 'Give one at least: copydesk search "parliament".'
        )
    if json:
        from flows.records import found_record
        from flows.show.console import write_json_line

        write_json_line(found_record(found))
    else:
        from flows.show.search import show_found

        filtered = any((outlet, since, until, author, language))
        show_found(found, warehouse, filtered)
    return ExitCode.WELL
