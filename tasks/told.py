"""What a source tells of a page, as one line of text: JSON with the values that were given."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields

from tasks.model import Told

NAMES = tuple(field.name for field in fields(Told))


def make_told(values: Mapping[str, str | None]) -> Told | None:
    """The values under their names; None where none of them says anything: who tells (`by`) is
    nothing told."""
    given = {name: text for name in NAMES if (text := values.get(name))}
    return Told(**given) if given.keys() - {"by"} else None


def print_told(told: Told | None) -> str | None:
    """JSON, the names in their order; None for nothing."""
    if told is None:
        return None
    given = {name: text for name, text in asdict(told).items() if text}
    return json.dumps(given, ensure_ascii=False)


def parse_told(text: str | None) -> Told | None:
    """What `print_told` printed; None for what is no such text."""
    try:
        values = json.loads(text or "null")
    except ValueError:
        return None
    return make_told(dict(_list_texts(values))) if isinstance(values, dict) else None


def _list_texts(values: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    return ((name, text) for name, text in values.items() if isinstance(text, str))
