"""Staging: a batch of edited documents, or the record of a run, as Parquet files in one folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tasks.model import Edited, OutletZone, SiteLine
from tasks.tally import Tally
from warehouse.durable import sync_file, sync_folder, write_durably
from warehouse.journal import DESCRIPTION
from warehouse.layout import Layout
from warehouse.rows import OUTLET_ZONE_KINDS, SITE_LINE_KINDS, TABLES, Kind, Staged, staged_format

if TYPE_CHECKING:
    import pyarrow as pa

# What the name of a folder ends in until it is whole.
UNFINISHED = ".part"


@dataclass(frozen=True, slots=True)
class Batch:
    """Edited documents that are loaded together, in this order.

    `loaded_at` is the only time that loading writes. With kind "reprocess" the articles named in
    `replaced_articles` are removed first, and the documents' rows are updated.
    """

    id: str
    run_id: str
    number: int
    edited: tuple[Edited, ...]
    loaded_at: datetime
    replaced_articles: tuple[str, ...] = ()
    kind: Literal["batch", "reprocess"] = "batch"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run that came to its end. `parameters` is a JSON object as text; `stages` holds for each
    stage its name, documents, batches, and the seconds of all its batches together."""

    run_id: str
    flow: str
    started_at: datetime
    finished_at: datetime
    status: Literal["completed", "interrupted", "failed"]
    parameters: str
    tally: Tally
    stages: Sequence[tuple[str, int, int, float]] = ()


def stage_batch(layout: Layout, batch: Batch) -> Path:
    """Write the batch into the staging folder and return its folder, ready to be loaded.

    Staging the same batch again replaces what was staged before. Raises OSError.
    """
    folder = open_folder(layout.staging, batch.id)
    edited = settle_originals(batch.edited)
    for table in TABLES:
        write_table(folder, table, edited)
    description = {
        "id": batch.id,
        "kind": batch.kind,
        "run_id": batch.run_id,
        "number": batch.number,
        "documents": len(batch.edited),
        "duplicates": sum(one.document.duplicate_of is not None for one in batch.edited),
        "loaded_at": batch.loaded_at.isoformat(),
        "replaced_articles": list(batch.replaced_articles),
    }
    return close_folder(folder, description)


def settle_originals(edited: Sequence[Edited]) -> list[Edited]:
    """The same, with each duplicate of a duplicate made one of the first document."""
    originals = {one.document.id: one.document.duplicate_of for one in edited}

    def settle(one: Edited) -> Edited:
        original = one.document.duplicate_of
        if original is None or originals.get(original) is None:
            return one
        while (earlier := originals.get(original)) is not None:
            original = earlier
        return replace(one, document=replace(one.document, duplicate_of=original))

    return [settle(one) for one in edited]


def stage_run(
    layout: Layout,
    run: RunRecord,
    lines: Sequence[SiteLine] = (),
    zones: Sequence[OutletZone] = (),
) -> Path:
    """Write the record of a run, and the lines and zones of sites it learned, into the staging
    folder, to be loaded as a batch is."""
    folder = open_folder(layout.staging, f"run-{run.run_id}")
    if lines:
        write_arrays(folder, "site_lines", SITE_LINE_KINDS, list(zip(*lines, strict=True)))
    if zones:
        write_arrays(folder, "outlet_zones", OUTLET_ZONE_KINDS, list(zip(*zones, strict=True)))
    description = {
        "id": f"run-{run.run_id}",
        "kind": "run",
        "run_id": run.run_id,
        "number": 0,
        "documents": 0,
        "loaded_at": run.finished_at.isoformat(),
        "completed": run.status == "completed",
        "run": describe_run(run),
        "stages": [[run.run_id, position, *stage] for position, stage in enumerate(run.stages)],
    }
    return close_folder(folder, description)


def describe_run(run: RunRecord) -> list[Any]:
    """The row of `runs`, in the order of its columns."""
    tally = run.tally
    return [
        run.run_id,
        run.flow,
        run.status,
        run.started_at.isoformat(),
        run.finished_at.isoformat(),
        run.parameters,
        tally.read,
        tally.new,
        tally.updated,
        tally.unchanged,
        tally.problems,
        json.dumps(tally.problem_codes, sort_keys=True),
        json.dumps(tally.skipped, sort_keys=True),
    ]


def open_folder(parent: Path, name: str) -> Path:
    """An empty folder in `parent` that is not ready yet."""
    folder = parent / f"{name}{UNFINISHED}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def close_folder(folder: Path, description: dict[str, Any]) -> Path:
    """Describe the folder, wait until it is on the disk, and give it its name."""
    content = json.dumps({"format": staged_format(), **description}, ensure_ascii=False)
    write_durably(folder / DESCRIPTION, content.encode("utf-8", "replace"))
    target = folder.with_name(folder.name.removesuffix(UNFINISHED))
    if target.exists():
        shutil.rmtree(target)
    folder.rename(target)
    sync_folder(folder.parent)
    return target


def write_table(folder: Path, table: Staged, edited: Sequence[Edited]) -> None:
    """Write one table's rows as Parquet; no file when there are none."""
    rows = [row for position, one in enumerate(edited) for row in table.rows(position, one)]
    if not rows:
        return
    kinds = {column.name: column.kind for column in table.columns}
    values = [[column.value(row) for row in rows] for column in table.columns]
    write_arrays(folder, table.name, kinds, values)


def write_arrays(
    folder: Path, name: str, kinds: Mapping[str, Kind], columns: Sequence[Sequence[Any]]
) -> None:
    """Write columns of values, of these names and kinds, as one Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays = [make_array(k, c) for k, c in zip(kinds.values(), columns, strict=True)]
    path = folder / f"{name}.parquet"
    pq.write_table(pa.Table.from_arrays(arrays, names=list(kinds)), path, compression="zstd")
    sync_file(path)


def make_array(kind: Kind, values: Sequence[Any]) -> pa.Array:
    """The values as an Arrow array of the kind's type; lone surrogates become U+FFFD."""
    import pyarrow as pa

    kinds = {
        "text": pa.string(),
        "texts": pa.list_(pa.string()),
        "int": pa.int64(),
        "ints": pa.list_(pa.int64()),
        "key": pa.uint64(),
        "keys": pa.list_(pa.uint64()),
        "real": pa.float32(),
        "double": pa.float64(),
        "bool": pa.bool_(),
        "time": pa.timestamp("us", tz="UTC"),
        "day": pa.date32(),
    }
    try:
        return pa.array(values, kinds[kind])
    except UnicodeEncodeError:
        return pa.array([mend(value) for value in values], kinds[kind])


def mend(value: Any) -> Any:  # noqa: ANN401 - a text, a list of texts, or nothing
    """A text, or each of several, without lone surrogates, which UTF-8 cannot hold."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return None if value is None else [mend(item) for item in value]
