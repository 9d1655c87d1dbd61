"""Files in buckets (s3://, gs:// …), by fsspec and the package for each kind of them.

Keys and endpoints are those of fsspec's own configuration: `FSSPEC_S3='{"anon": true}'` reads a
public bucket. They are set by who runs Copydesk, never by what is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tasks.model import Fault, Stage

_PIECE = 1024 * 1024


class BucketFailed(Exception):
    """What could not be read there, as a fault; `transient` says whether another try may help."""

    def __init__(self, fault: Fault, transient: bool) -> None:
        super().__init__(fault.message)
        self.fault = fault
        self.transient = transient


def read_object(url: str, most_bytes: int) -> bytes:
    """The bytes of an object, bounded. Raises `BucketFailed`."""
    with _translate(url):
        system, path = _open(url)
        with system.open(path, "rb") as file:
            return bytes(file.read(most_bytes))


def copy_object(url: str, path: Path, most_bytes: int) -> int:
    """Copy an object into the file `path` piece by piece; the bytes it has. Raises `BucketFailed`,
    and OSError where the file cannot be written."""
    with _translate(url):
        system, name = _open(url)
        size = int(system.size(name) or 0)
    if size > most_bytes:
        message = f"It is longer than {most_bytes:,} bytes; fetch it yourself."
        raise BucketFailed(Fault(Stage.DISCOVER, "too-large", message), transient=False)
    with path.open("wb") as target:
        for piece in _read_pieces(url, system, name):
            target.write(piece)
    return size


def _read_pieces(url: str, system: Any, name: str) -> Iterator[bytes]:  # noqa: ANN401 - fsspec's
    with _translate(url), system.open(name, "rb") as file:
        while piece := file.read(_PIECE):
            yield bytes(piece)


def list_objects(url: str) -> list[str]:
    """The addresses of all objects below a folder, in order. Raises `BucketFailed`."""
    with _translate(url):
        system, path = _open(url)
        return sorted(str(system.unstrip_protocol(name)) for name in system.find(path))


def _open(url: str) -> tuple[Any, str]:
    import fsspec

    system, path = fsspec.core.url_to_fs(url)
    system.invalidate_cache()
    return system, path


@contextmanager
def _translate(url: str) -> Iterator[None]:
    """Every library behind fsspec has errors of its own; each is told, none is hidden."""
    scheme = url.partition(":")[0]
    try:
        yield
    except ImportError as error:
        extra = "install copydesk[s3]" if scheme == "s3" else f"install what fsspec needs: {error}"
        message = f"{scheme}:// cannot be read yet; {extra}."
        raise BucketFailed(Fault(Stage.DISCOVER, "extra-missing", message), True) from error
    except FileNotFoundError as error:
        message = f"{url} is not there; check the address."
        raise BucketFailed(Fault(Stage.DISCOVER, "bucket-missing", message), True) from error
    except PermissionError as error:
        message = f"{url} may not be read; set keys, or FSSPEC_S3='{{\"anon\": true}}'."
        raise BucketFailed(Fault(Stage.DISCOVER, "bucket-refused", message), True) from error
    except Exception as error:
        message = f"{url} cannot be read now: {type(error).__name__}: {error}"
        raise BucketFailed(Fault(Stage.DISCOVER, "bucket-failed", message), True) from error
