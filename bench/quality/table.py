"""The table of figures, as plain text or as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench.quality.baseline import Change, list_versions
from bench.quality.figures import Row

COST = "cpu_ms_mean"
# name of the figure → head of its column, factor, digits
_COLUMNS = {
    "shingle_f1": ("shingle F1", 1, 4),
    "segment_f1": ("segment F1", 1, 4),
    "precision": ("precision", 1, 4),
    "recall": ("recall", 1, 4),
    "exact": ("exact", 1, 4),
    "rouge": ("ROUGE-LSum", 100, 2),
    "title": ("title", 1, 4),
    "author_set": ("author set", 1, 4),
    "author_f1": ("author F1", 1, 4),
    "day": ("day", 1, 4),
    "instant": ("instant", 1, 4),
    "author_set_shown": ("author set, shown", 1, 4),
    "day_shown": ("day, shown", 1, 4),
    COST: ("CPU ms", 1, 1),
}
_HEADS = ("set", "input", "part", "pages")


def format_table(rows: Sequence[Row]) -> str:
    """Columns wide enough for what is in them, numbers to the right."""
    cells = list(_fill(rows))
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(_align(line, widths) for line in cells)


def _align(cells: Sequence[str], widths: Sequence[int]) -> str:
    names = len(_HEADS) - 1
    left = [cell.ljust(width) for cell, width in zip(cells[:names], widths, strict=False)]
    right = [cell.rjust(w) for cell, w in zip(cells[names:], widths[names:], strict=True)]
    return "  ".join([*left, *right]).rstrip()


def format_markdown(rows: Sequence[Row], date: str) -> str:
    """The table under a line with the date and the versions."""
    head, *cells = _fill(rows)
    names = ", ".join(f"{name} {number}" for name, number in list_versions().items())
    rule = ["---"] * (len(_HEADS) - 1) + ["---:"] * (len(head) - len(_HEADS) + 1)
    lines = [f"| {' | '.join(line)} |" for line in (head, rule, *cells)]
    return "\n".join([f"Measured on {date} with {names}.", "", *lines])


def _fill(rows: Sequence[Row]) -> Iterator[list[str]]:
    """The head, then a line a row; a column that nothing is in is left out."""
    used = [name for name in _COLUMNS if any(name in row.figures for row in rows)]
    yield [*_HEADS, *(_COLUMNS[name][0] for name in used)]
    for row in rows:
        figures = [_format(name, row.figures) for name in used]
        yield [row.set, row.media, row.part, str(row.pages), *figures]


def _format(name: str, figures: Mapping[str, float]) -> str:
    _, factor, digits = _COLUMNS[name]
    return f"{figures[name] * factor:.{digits}f}" if name in figures else ""


def format_change(change: Change) -> str:
    """One figure, before and after."""
    before, now = (
        f"{value:g}" if value is not None else "–" for value in (change.before, change.now)
    )
    ends = "FELL" if change.failed else "lower" if change.lowered else ""
    note = ends if change.pinned else "(not pinned)"
    return f"  {change.row:32} {change.name:11} {before:>8} → {now:<8} {note}".rstrip()
