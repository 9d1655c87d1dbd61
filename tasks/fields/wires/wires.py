"""The wire agencies that texts come from, by the names they go by (`agencies.tsv`, `wires.tsv`)."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.fields.bylines.lexicons import load_lexicons
from tasks.identity import fold_name
from tasks.lexicon.lines import load_rows

_PARTS = re.compile(r"\s*[/,;|+&、・／]\s*|\s+(?:and|und|y|e|et|en|ve|i|и|mit|with)\s+|\s[-–—]\s")
_EDGES = " .,:;()[]{}<>«»\"'“”„*=_-–—|/（）【】"
_CODE = re.compile(r"^[a-zäöü]{2,4}$")
_STAFF = re.compile(r"(?i)\s+(?:staff|news agency|newsroom|inputs?|news|bureau|service)$")
_LONGEST = 60
# Shorter forms are agencies only as printed in the lexicon.
_EXACT = 4


def name_wire(text: str) -> str | None:
    """The usual name of the first wire agency that the text is made of ("dpa/lby" → dpa, "Reuters
    Staff" → Reuters); None where any part of it is neither an agency nor a desk's initials."""
    bare = text.strip(_EDGES)
    if not 2 <= len(bare) <= _LONGEST:
        return None
    if whole := _name_one(bare):
        return whole
    first: str | None = None
    for part in _PARTS.split(bare):
        wire = _name_one(part.strip(_EDGES))
        if wire is None and not _CODE.match(part):
            return None
        first = first or wire
    return first


def name_any_wire(text: str) -> str | None:
    """The usual name of the first wire agency among the parts of a text: "Jane Doe, Associated
    Press" → AP."""
    bare = text.strip(_EDGES)
    if whole := _name_one(bare):
        return whole
    parts = (_name_one(part.strip(_EDGES)) for part in _PARTS.split(bare))
    return next((wire for wire in parts if wire), None)


def _name_one(name: str) -> str | None:
    if not 2 <= len(name) <= _LONGEST:
        return None
    found = _find(name) or _find(_STAFF.sub("", name))
    return None if found in list_others("pictures") else found


def _find(name: str) -> str | None:
    aliases = _aliases()
    if alias := aliases.get(name):
        return alias
    folded = fold_name(name)
    if len(folded) > _EXACT and (alias := aliases.get(folded)):
        return alias
    return load_lexicons().find_agency(name)


@lru_cache(maxsize=1)
def _aliases() -> dict[str, str]:
    rows = [row for row in load_rows("wires.tsv") if row[0] == "alias"]
    exact = {form: name for _kind, name, *forms in rows for form in (name, *forms)}
    return {
        **{fold_name(form): name for form, name in exact.items() if len(form) > _EXACT},
        **exact,
    }


@lru_cache(maxsize=4)
def list_others(kind: str) -> frozenset[str]:
    """The agencies that are not wires of news: "pictures" or "releases"."""
    return frozenset(name for row in load_rows("wires.tsv") if row[0] == kind for name in row[1:])
