"""Values of DuckDB and of Python as values of JSON."""

from __future__ import annotations

import math
from base64 import b64encode
from datetime import UTC, date, datetime, time
from decimal import Decimal


def to_plain(value: object) -> object:
    """A value of DuckDB as one of JSON: instants in UTC as ISO 8601, bytes in base64, no NaN."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float | Decimal):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return b64encode(bytes(value)).decode("ascii")
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [to_plain(item) for item in value]
    return str(value)
