"""An export as it goes on, and what it wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from flows.show.console import note, open_stderr, open_stdout, show_controls, write_json_line

if TYPE_CHECKING:
    from warehouse.export import Exported

Tell = Callable[[str, int], None]


@contextmanager
def follow_export(quiet: bool) -> Iterator[Tell]:
    """A listener to an export: a live line on a terminal's standard error, nothing elsewhere."""
    console = open_stderr()
    if quiet or not console.is_terminal:
        yield lambda table, rows: None
        return
    with console.status("export: starting") as status:
        yield lambda table, rows: status.update(Text(f"export: {table}  {rows:,} rows"))


def show_exported(done: Sequence[Exported], target: Path, quiet: bool, json: bool) -> None:
    """What was written where; of standard output a line on standard error."""
    if str(target) == "-":
        if not quiet:
            note(f"{done[0].table}: {done[0].rows:,} rows.")
    elif json:
        rows = [{"table": each.table, "rows": each.rows, "files": each.files} for each in done]
        write_json_line({"target": str(target), "tables": rows})
    elif not quiet:
        open_stdout().print(_tabulate(done))
        open_stdout().print(Text(f"Written to {show_controls(str(target))}."), soft_wrap=True)


def _tabulate(done: Sequence[Exported]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(justify="right")
    for each in done:
        files = f"{each.files:,} file{'' if each.files == 1 else 's'}"
        table.add_row(each.table, f"{each.rows:,} rows", files)
    return table
