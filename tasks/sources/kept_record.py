"""Records of our own archive, read as the inputs they were made of.

Their WARC headers hold all that a `Document` was made of (`warehouse.archive` writes them), so that
a warehouse can be made again from its archive alone, addresses, ids and faults included.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from tasks.model import Capture, Fault, Place, Stage
from tasks.told import parse_told

NAMES = ("Uri", "Url", "External-Id", "Source", "Content-Type", "Fault", "Told", "Robots")


def read_own_headers(headers: Any) -> dict[str, str]:  # noqa: ANN401 - fastwarc's map
    """What Copydesk wrote of the input, by the name behind `Copydesk-`; empty for other WARCs."""
    found = {name: headers.get(f"Copydesk-{name}") for name in NAMES}
    if not found["Uri"]:
        return {}
    return {name: unquote(text, errors="surrogatepass") for name, text in found.items() if text}


def recall_capture(
    own: Mapping[str, str], content: bytes, fetched_at: datetime, place: Place | None
) -> Capture:
    """The input as a source found it then."""
    return Capture(
        uri=own["Uri"],
        content=content,
        fetched_at=fetched_at,
        url=own.get("Url"),
        external_id=own.get("External-Id"),
        source=own.get("Source"),
        content_type=own.get("Content-Type"),
        place=place,
        fault=_read_fault(own.get("Fault")),
        told=parse_told(own.get("Told")),
        robots=own.get("Robots"),
    )


def _read_fault(text: str | None) -> Fault | None:
    stage, _, rest = (text or "").partition(" ")
    code, _, message = rest.partition(" ")
    return Fault(Stage(stage), code, message) if stage in set(Stage) else None
