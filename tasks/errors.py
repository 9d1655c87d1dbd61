"""Errors of the infrastructure. Documents never raise: they end as a `Problem`.

Every error carries a kebab-case `code` and says what to do next. `Transient` ones are worth
another try, `Terminal` ones are not; the split decides every retry in the flows.
"""

from __future__ import annotations

import traceback
from pathlib import Path


class CopydeskError(Exception):
    """What went wrong in one sentence, and in `hint` what to do about it."""

    code = "copydesk-error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[type[CopydeskError], tuple[str, str]]:
        return type(self), (self.message, self.hint)


class Terminal:
    """Trying again cannot help."""


class Transient:
    """Trying again may help."""


class UsageError(Terminal, CopydeskError):
    """The call itself is wrong; the command line exits with 2."""

    code = "usage"


class SourceNotFound(UsageError):
    """A path, glob or address that names nothing."""

    code = "source-not-found"


class SourceUnreadable(Terminal, CopydeskError):
    """A source as a whole cannot be read (a manifest without `html`, `text` or `file`)."""

    code = "source-unreadable"


class WarehouseBusy(Transient, CopydeskError):
    """Another process writes to this warehouse."""

    code = "warehouse-busy"


class FetchBusy(Transient, CopydeskError):
    """Another process fetches for this warehouse."""

    code = "fetch-busy"


class WarehouseTooNew(Terminal, CopydeskError):
    """The warehouse was made by a newer Copydesk."""

    code = "warehouse-too-new"


class WarehouseCorrupt(Terminal, CopydeskError):
    """A file of the warehouse is damaged."""

    code = "warehouse-corrupt"


class BytesDropped(Terminal, CopydeskError):
    """The bytes of a document were given up by retention."""

    code = "archive-dropped"


class WarehouseMissing(Terminal, CopydeskError):
    """There is no warehouse at this path yet."""

    code = "warehouse-missing"


class MigrationChanged(Terminal, CopydeskError):
    """An applied migration's file no longer has the checksum it was applied with."""

    code = "migration-changed"


class FolderUnwritable(Terminal, CopydeskError):
    """A folder that must be written to is not writable."""

    code = "folder-unwritable"


class DiskFull(Terminal, CopydeskError):
    """No space is left on the device."""

    code = "disk-full"


class ServerUnreachable(Terminal, CopydeskError):
    """PREFECT_API_URL names a server that does not answer."""

    code = "server-unreachable"


class EntitiesMissing(Terminal, CopydeskError):
    """COPYDESK_ENTITIES asks for a model that is not installed."""

    code = "entities-missing"


class StoryModelMissing(Terminal, CopydeskError):
    """COPYDESK_STORY_MODEL asks for a model that is not there."""

    code = "story-model-missing"


class AlreadyUp(Terminal, CopydeskError):
    """`copydesk up` runs for this warehouse already."""

    code = "already-up"


def describe_bug(error: Exception) -> str:
    """Type, message and the innermost place: enough to find it, short enough for a table."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown place"
    return f"{type(error).__name__}: {error} (at {where}); a bug of Copydesk: please report it"
