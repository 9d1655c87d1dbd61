"""Run the queries of docs/queries.md against a warehouse, and write their output into it.

    python setup/cookbook.py demo.duckdb

A fenced `sql` block is a query; a fenced `text` block right after it is what it prints, in the form
that `.mode markdown` gives in DuckDB's command line. Dot commands are passed over.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
from rich.cells import cell_len

COOKBOOK = Path(__file__).parent.parent / "docs" / "queries.md"
RECIPE = re.compile(
    r"(```sql\n(?P<query>.*?)```\n)(?P<between>\n```text\n(?P<shown>.*?)```\n)?", re.S
)
NUMBER = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL.*")


def list_recipes(text: str) -> Iterator[tuple[str, str | None]]:
    """Each query, and the output below it, where there is one."""
    for match in RECIPE.finditer(text):
        yield match["query"], match["shown"]


def fill(text: str, connection: duckdb.DuckDBPyConnection) -> str:
    """The cookbook with what its queries print today."""

    def answer(match: re.Match[str]) -> str:
        printed = print_answer(connection, match["query"])
        return match[1] + (f"\n```text\n{printed}```\n" if match["between"] else "")

    return RECIPE.sub(answer, text)


def print_answer(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """What `.mode markdown` prints: a table; nothing for dot commands and settings."""
    lines = [line for line in query.splitlines() if not line.startswith(".")]
    statement = "\n".join(lines).strip().removesuffix(";")
    if not statement:
        return ""
    connection.execute(statement)
    if not statement.lower().startswith(("select", "from", "with")):
        return ""
    columns = connection.description or []
    rows = connection.execute(f"select columns(*)::varchar from (\n{statement}\n)").fetchall()
    return tabulate(
        [str(column[0]) for column in columns],
        [NUMBER.fullmatch(str(column[1])) is not None for column in columns],
        [[print_cell(value) for value in row] for row in rows],
    )


def print_cell(value: str | None) -> str:
    """A value between bars."""
    return "NULL" if value is None else value.replace("|", "\\|")


def tabulate(names: list[str], numeric: list[bool], rows: list[list[str]]) -> str:
    """A Markdown table, its columns as wide as they must be."""
    widths = [
        max(cell_len(text) for text in (name, *(row[index] for row in rows)))
        for index, name in enumerate(names)
    ]
    head = (center(name, width) for name, width in zip(names, widths, strict=True))
    rule = (
        "-" * (width + 1) + (":" if is_number else "-")
        for width, is_number in zip(widths, numeric, strict=True)
    )
    lines = [f"| {' | '.join(head)} |", f"|{'|'.join(rule)}|"]
    for row in rows:
        cells = (text + " " * (w - cell_len(text)) for text, w in zip(row, widths, strict=True))
        lines.append(f"| {' | '.join(cells)} |")
    return "".join(line + "\n" for line in lines)


def center(text: str, width: int) -> str:
    """The text amid blanks, the odd one after it."""
    room = width - cell_len(text)
    return " " * (room // 2) + text + " " * (room - room // 2)


def open_demo(path: Path) -> duckdb.DuckDBPyConnection:
    """The demo as DuckDB's command line opens it."""
    return duckdb.connect(str(path), read_only=True)


if __name__ == "__main__":
    with open_demo(Path(sys.argv[1])) as demo:
        filled = fill(COOKBOOK.read_text(encoding="utf-8"), demo)
    COOKBOOK.write_text(filled, encoding="utf-8")
