"""`copydesk clean`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from flows.commands.exits import ExitCode
from flows.commands.options import (
    DEFAULTS,
    AllowPrivate,
    MaxBytes,
    Quiet,
    Sources,
    TimeLimit,
    Workers,
    read_limits,
    set_private,
)
from flows.formats import CleanFormat, write_format
from tasks.model import Edited, Problem

Format = Annotated[
    CleanFormat, typer.Option("--format", "-f", help="A JSON array, JSON lines, text or Markdown.")
]


def clean(
    sources: Sources,
    format: Format = CleanFormat.JSON,
    workers: Workers = 0,
    quiet: Quiet = False,
    max_bytes: MaxBytes = DEFAULTS.document_bytes,
    time_limit: TimeLimit = DEFAULTS.seconds,
    allow_private: AllowPrivate = False,
) -> int:
    """Clean pages and print them, in input order; no warehouse is needed or touched.

    A document that cannot become an article is told on stderr.
    In JSON it stands in its place, with `problem` set.
    Exits with 3 when some documents are problems, with 1 when all are.

    [bold]Examples[/bold]

      $ copydesk clean page.html
      $ copydesk clean pages/ --format jsonl > articles.jsonl
      $ curl -s https://example.org/story | copydesk clean - --format text
    """
    from flows.clean import clean_sources
    from flows.show.console import complain, write_plain

    skipped: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    set_private(allow_private)
    limits = read_limits(max_bytes, time_limit)
    documents = clean_sources(sources, limits, workers, skipped)
    for piece in write_format(format, count_ends(documents, ends, quiet)):
        write_plain(piece)
    if not ends:
        skips = ", ".join(f"{count} {reason}" for reason, count in skipped.most_common())
        complain("There was nothing to clean.", f"Skipped: {skips}." if skips else "")
    return judge_ends(ends)


def count_ends(documents: Iterable[Edited], ends: Counter[str], quiet: bool) -> Iterator[Edited]:
    """Pass the documents on; count articles and problems, and tell each problem on stderr."""
    from flows.show.console import complain

    for edited in documents:
        if isinstance(edited.outcome, Problem):
            ends["problem"] += 1
            if not quiet:
                problem = edited.outcome
                complain(f"{edited.document.uri}: {problem.message} ({problem.code})")
        else:
            ends["article"] += 1
        yield edited


def judge_ends(ends: Counter[str]) -> int:
    """0 when all are articles, 3 when some are, 1 when none is."""
    if not ends["article"]:
        return ExitCode.NOTHING_DONE
    return ExitCode.WITH_PROBLEMS if ends["problem"] else ExitCode.WELL
