"""The forms in which sources are written."""

from __future__ import annotations

from enum import StrEnum


class FileFormat(StrEnum):
    """How sources are written."""

    TOML = "toml"
    OPML = "opml"
