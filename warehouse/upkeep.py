"""Staging what retention drops and what a repair mends, and what there is to know about both."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from tasks.identity import make_id
from tasks.model import Place
from warehouse.apply_upkeep import KIND, REPAIRS
from warehouse.layout import Layout
from warehouse.rows import Kind
from warehouse.stage import close_folder, open_folder, write_arrays

What = Literal["bodies", "superseded-bodies", "removed-lines", "evidence", "archive"]

PLACE_KINDS: MappingProxyType[str, Kind] = MappingProxyType(
    {
        "document_id": "text",
        "archive_file": "text",
        "archive_offset": "int",
        "archive_length": "int",
    }
)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What is to be done in one load: drop what is older than these times; put documents to the
    places where their records lie; delete rows that belong to nothing (`mends`); and with
    `settles`, note which loads lost documents, for they are under other loads now. `relinks` mends
    what links articles; `link_versions` are new ways of linking (as in the table), for which all
    is to be linked again."""

    run_id: str
    now: datetime
    retention: Sequence[tuple[What, datetime]] = ()
    places: Sequence[tuple[str, Place]] = ()
    mends: bool = False
    settles: bool = False
    relinks: bool = False
    link_versions: Mapping[str, int] = field(default_factory=dict)


def stage_upkeep(layout: Layout, upkeep: Upkeep) -> Path:
    """Write it into the staging folder, to be loaded as a batch is. Raises OSError."""
    limits = [(what, before.isoformat()) for what, before in upkeep.retention]
    places = [(id, place.file, place.offset, place.length) for id, place in upkeep.places]
    versions = dict(upkeep.link_versions)
    parts = [limits, places, upkeep.mends, upkeep.settles, upkeep.relinks, versions]
    name = f"{KIND}-{make_id(upkeep.run_id, upkeep.now.isoformat(), json.dumps(parts))}"
    folder = open_folder(layout.staging, name)
    if places:
        write_arrays(folder, "places", PLACE_KINDS, list(zip(*places, strict=True)))
    description = {
        "id": name,
        "kind": KIND,
        "run_id": upkeep.run_id,
        "number": 0,
        "documents": 0,
        "loaded_at": upkeep.now.isoformat(),
        "retention": limits,
        "repairs": list(REPAIRS) if upkeep.mends else [],
        "settles": upkeep.settles,
        "relinks": upkeep.relinks,
        "link_versions": versions,
    }
    return close_folder(folder, description)
