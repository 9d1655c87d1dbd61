"""One document in colour: its lines with label and rule, its fields with their evidence."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.explain import Explanation
from flows.show.console import open_stdout, show_controls
from tasks.model import KEPT, Article, Evidence, Label, Line, Mention, Problem, Quote

_STYLES = {
    Label.TITLE: "bold cyan",
    Label.STANDFIRST: "cyan",
    Label.HEADING: "bold green",
    Label.BYLINE: "magenta",
    Label.DATE_LINE: "magenta",
    Label.DATELINE: "magenta",
    Label.CAPTION: "blue",
    Label.CREDIT: "blue",
    Label.IMAGE_ALT: "blue",
}
_REMOVED = "bright_black"


def show_explanation(explanation: Explanation) -> None:
    """Print it: what was read, each line, each field."""
    console = open_stdout()
    _show_head(console, explanation)
    if explanation.lines:
        console.print(Text("\nLines", style="bold underline"))
        console.print(_tabulate_lines(explanation.lines))
        console.print(_count_lines(explanation.lines))
    if explanation.evidence:
        console.print(Text("\nFields", style="bold underline"))
        console.print(_tabulate_evidence(explanation.evidence))
    article = explanation.edited.outcome
    if isinstance(article, Article) and article.quotes:
        console.print(Text("\nSpeech", style="bold underline"))
        console.print(_tabulate_quotes(article.quotes))
    if isinstance(article, Article) and article.mentions:
        console.print(Text("\nNames", style="bold underline"))
        console.print(_tabulate_mentions(article.mentions))
    console.print()


def _show_head(console: Console, explanation: Explanation) -> None:
    edited = explanation.edited
    document, outcome = edited.document, edited.outcome
    console.print(Text(document.uri, style="bold"), soft_wrap=True)
    facts = [f"document {document.id}", f"{document.size:,} bytes"]
    if not isinstance(outcome, Problem):
        facts.insert(0, f"article {outcome.id}")
    if edited.media:
        facts.append(edited.media.value)
    if edited.charset:
        facts.append(f"{edited.charset} (from {edited.charset_from})")
    facts.append(f"{edited.seconds * 1000:.0f} ms")
    console.print(Text(" · ".join(facts), style="dim"), soft_wrap=True)
    if isinstance(outcome, Problem):
        said = f" in the {outcome.stage} stage: {outcome.message}"
        console.print(Text.assemble((outcome.code, "bold red"), said), soft_wrap=True)


def _tabulate_lines(lines: Iterable[Line]) -> Table:
    """Blank lines are left out: their numbers show where they are."""
    table = _start_table()
    table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(style="dim", overflow="ellipsis", no_wrap=True, max_width=28)
    table.add_column(overflow="fold", ratio=1)
    for line in lines:
        if line.label is not Label.BLANK:
            style = _STYLES.get(line.label, "" if line.label in KEPT else _REMOVED)
            label = Text(line.label.value, style=style)
            table.add_row(str(line.number), label, line.rule, Text(_flatten(line.text), style))
    return table


def _count_lines(lines: Iterable[Line]) -> Text:
    said = [line for line in lines if line.label is not Label.BLANK]
    kept = sum(line.label in KEPT for line in said)
    return Text(f"{kept} lines kept, {len(said) - kept} removed", style="dim")


def _tabulate_evidence(evidence: Iterable[Evidence]) -> Table:
    """A block a field: the chosen candidates first, the losing ones dim below."""
    table = _start_table()
    table.add_column(style="bold", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="ellipsis", no_wrap=True, max_width=36)
    table.add_column(overflow="fold", ratio=1)
    for field, found in groupby(evidence, key=lambda row: row.field):
        name = field
        for row in sorted(found, key=lambda row: (not row.chosen, -row.confidence)):
            table.add_row(name, *_describe_evidence(row))
            name = ""
    return table


def _describe_evidence(row: Evidence) -> tuple[Text, Text, Text, Text]:
    style = "" if row.chosen else _REMOVED
    value = Text(_flatten(row.value), style=style)
    if _flatten(row.raw) != _flatten(row.value):
        value.append(f"  ← {_flatten(row.raw)}", style="dim")
    mark = Text("✓", style="green") if row.chosen else Text(" ")
    return mark, Text(f"{row.confidence:.2f}", style), Text(row.rule, style), value


def _tabulate_quotes(quotes: Iterable[Quote]) -> Table:
    """A row a quote: who, how sure, by which rule, what."""
    table = _start_table()
    table.add_column(style="bold", no_wrap=True, max_width=28, overflow="ellipsis")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style="dim", no_wrap=True, max_width=28, overflow="ellipsis")
    table.add_column(overflow="fold", ratio=1)
    for quote in quotes:
        speaker = _flatten(quote.speaker or "?")
        table.add_row(speaker, f"{quote.confidence:.2f}", quote.rule, Text(_flatten(quote.text)))
    return table


def _tabulate_mentions(mentions: Iterable[Mention]) -> Table:
    """A row a name: how often, what it names, by which rule."""
    table = _start_table()
    table.add_column(style="bold", no_wrap=True, max_width=40, overflow="ellipsis")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style="dim", no_wrap=True)
    for name in mentions:
        kind = f"{name.kind.value} {name.country or ''}".strip()
        times = f"{len(name.offsets)}×"
        table.add_row(_flatten(name.name), times, kind, f"{name.confidence:.2f}", name.rule)
    return table


def _start_table() -> Table:
    return Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)


def _flatten(text: str) -> str:
    return show_controls(" ".join(text.split()))
