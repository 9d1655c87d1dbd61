"""The data dictionary as a dbt source file: https://docs.getdbt.com/reference/source-properties.

Texts are written as JSON strings, which are YAML (1.2, section 5.7).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from warehouse.dictionary import ColumnNote, TableNote
from warehouse.keys import INTERNAL, KEYS

HEAD = """# Made from the COMMENTs of the warehouse by `copydesk tables --format dbt`.
version: 2

sources:
  - name: copydesk
    description: Raw news pages, cleaned by Copydesk
    # The name under which the warehouse is attached: see docs/export.md.
    database: "{{ var('copydesk_database', 'news') }}"
    schema: main
    tables:
"""


def print_dbt(notes: Iterable[TableNote]) -> str:
    """The tables and views, but the internal ones, as one source, `copydesk`, with the tests that
    hold: not_null, and unique for a key of one column. Macros are no sources."""
    told = (n for n in notes if n.name not in INTERNAL and n.kind != "macro")
    return HEAD + "".join(line + "\n" for note in told for line in _print_table(note))


def _print_table(note: TableNote) -> Iterator[str]:
    yield f"      - name: {note.name}"
    yield f"        description: {_quote(note.comment)}"
    yield "        columns:"
    for column in note.columns:
        yield f"          - name: {_quote(column.name)}"
        yield f"            description: {_quote(column.comment)}"
        yield f"            data_type: {_quote(column.type.lower())}"
        if tests := list_tests(note, column):
            yield f"            data_tests: [{', '.join(tests)}]"


def list_tests(note: TableNote, column: ColumnNote) -> list[str]:
    """The names of dbt's own tests that are true of a column."""
    is_key = KEYS.get(note.name) == (column.name,)
    return ["not_null"] * (column.is_required or is_key) + ["unique"] * is_key


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
