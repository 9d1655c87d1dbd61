"""One article's history: its versions like a log, with what each changed, and its absences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from flows.show.console import open_stdout, show_controls
from flows.show.facts import format_moment

if TYPE_CHECKING:
    from warehouse.differences import Difference
    from warehouse.history import Absence, Change, FieldChange, History, Version

_HEAD = "bold yellow"
_GONE = "bold red"


def show_history(history: History) -> None:
    """Print it: what the article is, then versions and absences in the order of time."""
    console = open_stdout()
    for line in _describe_article(history):
        console.print(line, soft_wrap=True)
    parts = [(version.seen_at, list(_describe_version(version))) for version in history.versions]
    parts += [(absence.gone_at, list(_describe_absence(absence))) for absence in history.absences]
    for _, lines in sorted(parts, key=lambda part: part[0]):
        console.print()
        for line in lines:
            console.print(line, soft_wrap=True)


def _describe_article(history: History) -> Iterator[Text]:
    yield Text(_flatten(history.title or "(no headline)"), "bold")
    facts = [history.outlet, history.url, f"article {history.article_id}"]
    yield Text(" · ".join(_flatten(fact) for fact in facts if fact), "dim")
    number = len(history.versions)
    seen = f"{format_moment(history.first_seen_at)} to {format_moment(history.last_seen_at)}"
    yield Text(f"{number} version{'s'[: number > 1]}, seen {seen}", "dim")


def _describe_version(version: Version) -> Iterator[Text]:
    yield Text(f"Version {version.version} · {format_moment(version.seen_at)}", _HEAD)
    if version.change is not None:
        yield from _describe_change(version.change)
        return
    if version.version > 1:
        yield Text("  not compared with the one before yet: the next load does that", "dim")
    told = f", modified {version.modified}" if version.modified else ""
    yield Text(f"  {version.word_count:,} words{told}", "dim")
    yield Text(f"  {_flatten(version.title or '(no headline)')}")


def _describe_change(change: Change) -> Iterator[Text]:
    words = f"  +{change.words_added:,} −{change.words_removed:,} words"
    told = "a new time of modification" if change.modified_told else "no new time of modification"
    yield Text(f"{words}; the page told {told}", "dim")
    if not change.fields and not change.paragraphs:
        yield Text("  only lines of the site's template differ", "dim")
    for field in change.fields:
        yield from _describe_field(field)
    for difference in change.paragraphs:
        yield from _describe_paragraph(difference)


def _describe_field(field: FieldChange) -> Iterator[Text]:
    yield Text(f"  {field.field}", "bold")
    if field.before is not None:
        yield _mark("-", field.before)
    if field.after is not None:
        yield _mark("+", field.after)


def _describe_paragraph(difference: Difference) -> Iterator[Text]:
    kind, old, new, before, after = difference
    place = new if new is not None else old
    number = 0 if place is None else place + 1
    yield Text(f"  paragraph {number} {kind}", "bold")
    if kind == "moved":
        yield Text(f"    from {0 if old is None else old + 1}: {_flatten(after or '')}", "cyan")
        return
    if before is not None:
        yield _mark("-", before)
    if after is not None:
        yield _mark("+", after)


def _mark(sign: str, text: str) -> Text:
    return Text(f"  {sign} {_flatten(text)}", "red" if sign == "-" else "green")


def _describe_absence(absence: Absence) -> Iterator[Text]:
    yield Text(f"Gone · {format_moment(absence.gone_at)}", _GONE)
    times = f", {absence.checks} times" if absence.checks > 1 else ""
    last = f", last {format_moment(absence.checked_at)}" if absence.checks > 1 else ""
    yield Text(f"  {_flatten(absence.url)} answered {absence.status}{times}{last}", "dim")
    if absence.back_at is None:
        yield Text("  it is gone still; the text is kept", "dim")
    else:
        yield Text(f"  back {format_moment(absence.back_at)}", "green")


def _flatten(text: str) -> str:
    return show_controls(" ".join(text.split()))
