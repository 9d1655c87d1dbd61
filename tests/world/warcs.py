"""WARC files as a crawler writes them, with invented pages."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.flows.pages import make_page

SITES = 10


def write_warc(path: Path, numbers: Iterable[int]) -> None:
    """A file with one page for each number; page n is of site n modulo ten."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number in numbers:
            url = f"https://site{number % SITES}.example/news/{number}"
            page = make_page(title=f"Ferry number {number} sails", url=url).encode()
            headers = [("Content-Type", "text/html; charset=utf-8")]
            record = writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(page),
                length=len(page),
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
                warc_headers_dict={
                    "WARC-Date": "2026-11-03T10:00:00Z",
                    "WARC-Record-ID": f"<urn:uuid:00000000-0000-0000-0000-{number:012}>",
                },
            )
            writer.write_record(record)
