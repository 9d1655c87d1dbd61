import gzip
import io
import os
import random

import pytest
import zstandard

from tasks.compression import GzipMembers, buffer_stream, open_stream, unpack, unpack_bytes
from tasks.model import Limits, Stage

TEXT = "".join(
    f"Line {n}: the council met again, and {n * 7919} people came.\n" for n in range(4000)
)
PAGE = TEXT.encode()


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(data)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd], ids=["plain", "gzip", "zstd"])
def test_whole_content_comes_back(pack):
    unpacked = unpack(io.BytesIO(pack(PAGE)), Limits())
    assert unpacked.content == PAGE
    assert unpacked.fault is None


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd], ids=["plain", "gzip", "zstd"])
def test_empty_content_is_no_fault(pack):
    assert unpack_bytes(pack(b""), Limits()).content == b""
    assert unpack_bytes(pack(b""), Limits()).fault is None


@pytest.mark.parametrize("pack", [gzip.compress, zstd], ids=["gzip", "zstd"])
def test_members_that_follow_one_another_are_joined(pack):
    assert unpack_bytes(pack(b"one ") + pack(b"two"), Limits()).content == b"one two"


def test_a_zstd_frame_that_is_to_be_skipped_is_skipped():
    skippable = b"\x50\x2a\x4d\x18" + (3).to_bytes(4, "little") + b"abc"
    assert unpack_bytes(zstd(b"one ") + skippable + zstd(b"two"), Limits()).content == b"one two"


@pytest.mark.parametrize("tail", [b"\0" * 700, b"not gzip at all"], ids=["padding", "garbage"])
def test_what_follows_the_last_member_is_ignored(tail):
    unpacked = unpack_bytes(gzip.compress(PAGE) + tail, Limits())
    assert unpacked.content == PAGE
    assert unpacked.fault is None


@pytest.mark.parametrize(
    "pack, code", [(gzip.compress, "truncated-gzip"), (zstd, "truncated-zstd")]
)
def test_a_truncated_file_gives_its_beginning(pack, code):
    # Random bytes do not shrink, so half of the packed bytes hold about half of the content.
    page = random.Random(7).randbytes(600_000)
    packed = pack(page)
    unpacked = unpack_bytes(packed[: len(packed) // 2], Limits())
    assert unpacked.fault is not None
    assert unpacked.fault.code == code
    assert unpacked.fault.stage is Stage.DISCOVER
    assert page.startswith(unpacked.content)
    assert len(unpacked.content) > 100_000


@pytest.mark.parametrize("cut", [3, 9, 12])
def test_a_gzip_header_alone_is_truncated(cut):
    unpacked = unpack_bytes(gzip.compress(PAGE)[:cut], Limits())
    assert unpacked.content == b""
    assert unpacked.fault is not None
    assert unpacked.fault.code == "truncated-gzip"


def test_a_wrong_checksum_is_corrupt_and_keeps_nearly_all():
    packed = bytearray(gzip.compress(PAGE))
    packed[-6] ^= 0xFF
    unpacked = unpack_bytes(bytes(packed), Limits())
    assert unpacked.fault is not None
    assert unpacked.fault.code == "corrupt-gzip"
    assert PAGE.startswith(unpacked.content)
    assert len(unpacked.content) > len(PAGE) - 20_000


def test_damaged_zstd_is_corrupt():
    packed = bytearray(zstd(random.Random(3).randbytes(300_000)))
    packed[4] ^= 0xFF
    unpacked = unpack_bytes(bytes(packed), Limits())
    assert unpacked.fault is not None
    assert unpacked.fault.code in {"corrupt-zstd", "truncated-zstd"}


@pytest.mark.parametrize("pack", [gzip.compress, zstd], ids=["gzip", "zstd"])
def test_a_bomb_is_stopped_long_before_its_end(pack):
    unpacked = unpack_bytes(pack(bytes(100_000_000)), Limits())
    assert unpacked.fault is not None
    assert unpacked.fault.code == "decompression-bomb"
    assert len(unpacked.content) < 20_000_000


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd], ids=["plain", "gzip", "zstd"])
def test_too_large_keeps_exactly_the_bound(pack):
    unpacked = unpack_bytes(pack(PAGE), Limits(document_bytes=10_000))
    assert unpacked.fault is not None
    assert unpacked.fault.code == "too-large"
    assert unpacked.content == PAGE[:10_000]


def test_a_document_of_exactly_the_bound_is_whole():
    unpacked = unpack_bytes(gzip.compress(PAGE), Limits(document_bytes=len(PAGE)))
    assert unpacked.content == PAGE
    assert unpacked.fault is None


class Counting(io.BytesIO):
    """How much was read of a stream."""

    taken = 0

    def read(self, size=-1):
        data = super().read(size)
        self.taken += len(data)
        return data


def test_of_a_huge_file_no_more_than_the_bound_is_read():
    stream = Counting(bytes(5_000_000))
    unpack(stream, Limits(document_bytes=100_000))
    assert stream.taken <= 100_001


def test_lines_are_read_from_a_packed_stream_of_any_size():
    stream = buffer_stream(open_stream(io.BytesIO(gzip.compress(PAGE))))
    assert sum(1 for _ in stream) == 4000


def test_members_know_where_they_lie():
    parts = [os.urandom(n) for n in (10, 70_000, 200_000)]
    packed = [gzip.compress(part) for part in parts]
    members = GzipMembers(io.BytesIO(b"".join(packed)))
    offset = 0
    for part, data in zip(parts, packed, strict=True):
        assert members.advance()
        content = b"".join(iter(lambda: members.read(50_000), b""))
        assert content == part
        assert (members.start, members.end) == (offset, offset + len(data))
        offset += len(data)
    assert not members.advance()
    assert not members.garbage
