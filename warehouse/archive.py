"""The archive: the bytes of every new document, once, in WARC 1.1 files (ISO 28500:2017).

A record is a gzip member of its own (annex D), so that one can be read at its offset. The same
documents under the same name make the same file, byte for byte.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

from tasks.model import Document, Place
from tasks.told import print_told
from warehouse.durable import sync_folder
from warehouse.layout import Layout

# isal's levels are 0 to 3; 2 gives zlib's level 6 in size at a tenth of its time.
LEVEL = 2
TRUNCATED = frozenset({"too-large"})


def write_archive(
    layout: Layout, name: str, documents: Sequence[tuple[Document, bytes]]
) -> list[Document]:
    """Write the documents that have no place yet into `archive/<name>.warc.gz`.

    Returns all documents, in order, those written with their `place`; documents that have a place
    and duplicates stay as they are. Writes no file when there is nothing to write. Raises OSError.
    """
    file = f"{name}.warc.gz"
    members: list[bytes] = []
    placed: list[Document] = []
    offset = 0
    for document, content in documents:
        if document.place is not None or document.duplicate_of is not None:
            placed.append(document)
            continue
        if not members:
            members.append(press(describe_file(file, document.fetched_at)))
            offset = len(members[0])
        member = press(make_record(document, content))
        members.append(member)
        placed.append(replace(document, place=Place(file, offset, len(member))))
        offset += len(member)
    if members:
        write_members(layout, file, members)
    return placed


def write_members(layout: Layout, file: str, members: Iterable[bytes]) -> None:
    """Put the file into the archive, whole or not at all."""
    target = layout.archive / file
    part = target.with_name(file + ".part")
    with part.open("wb") as stream:
        stream.writelines(members)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(target)
    sync_folder(layout.archive)


def press(record: bytes) -> bytes:
    """The record as one gzip member, without name and time, so that it is always the same."""
    from isal import igzip

    member: bytes = igzip.compress(record, LEVEL, mtime=0)
    return member


def describe_file(file: str, written_at: datetime) -> bytes:
    """The warcinfo record that opens a file."""
    content = (
        b"software: copydesk\r\nformat: WARC File Format 1.1\r\n"
        b"conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
        b"\r\n"
    )
    headers = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", make_urn("warcinfo", file)),
        ("WARC-Date", format_date(written_at)),
        ("WARC-Filename", file),
        ("Content-Type", "application/warc-fields"),
    ]
    return join_record(headers, content)


def make_record(document: Document, content: bytes) -> bytes:
    """A resource record: the bytes as they are, and all that makes the `Document` again."""
    headers = [
        ("WARC-Type", "resource"),
        ("WARC-Record-ID", make_urn(document.id, document.sha256)),
        ("WARC-Date", format_date(document.fetched_at)),
        ("WARC-Target-URI", quote_uri(document.url or document.uri)),
        ("WARC-Payload-Digest", f"sha256:{hashlib.sha256(content).hexdigest()}"),
        ("Content-Type", quote_text(document.content_type or "application/octet-stream")),
        *own_headers(document),
    ]
    if document.fault is not None and document.fault.code in TRUNCATED:
        headers.append(("WARC-Truncated", "length"))
    return join_record(headers, content)


def own_headers(document: Document) -> list[tuple[str, str]]:
    """The fields of the document that WARC has no header for; texts are percent-encoded UTF-8."""
    fault = document.fault
    values = [
        ("Copydesk-Document", document.id),
        ("Copydesk-Sha256", document.sha256),
        ("Copydesk-Size", str(document.size)),
        ("Copydesk-Uri", document.uri),
        ("Copydesk-Url", document.url),
        ("Copydesk-External-Id", document.external_id),
        ("Copydesk-Source", document.source),
        ("Copydesk-Content-Type", document.content_type),
        ("Copydesk-Fault", f"{fault.stage} {fault.code} {fault.message}" if fault else None),
        ("Copydesk-Told", print_told(document.told)),
        ("Copydesk-Robots", document.robots),
    ]
    return [(name, quote_text(value)) for name, value in values if value is not None]


def quote_uri(text: str) -> str:
    """The address in printable ASCII without spaces; what is percent-encoded stays as it is."""
    return quote(text, safe="!#$%&'()*+,/:;=?@[]~-._", errors="surrogatepass")


def quote_text(text: str) -> str:
    """The text in printable ASCII; percent-decoding it as UTF-8 gives the text back exactly."""
    return quote(text, safe=" !#$&'()*+,/:;=?@[]~-._", errors="surrogatepass")


def make_urn(*parts: str) -> str:
    """A record id that depends on the parts alone."""
    return f"<{uuid.uuid5(uuid.NAMESPACE_URL, 'copydesk:' + '/'.join(parts)).urn}>"


def format_date(instant: datetime) -> str:
    """An instant as WARC 1.1 wants it: UTC, with as many fractions as there are."""
    utc = instant.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="microseconds" if utc.microsecond else "seconds") + "Z"


def join_record(headers: Iterable[tuple[str, str]], content: bytes) -> bytes:
    """The record's bytes: version, headers, content, and the two empty lines that end it."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    head = f"WARC/1.1\r\n{lines}Content-Length: {len(content)}\r\n\r\n"
    return head.encode("ascii", "replace") + content + b"\r\n\r\n"
