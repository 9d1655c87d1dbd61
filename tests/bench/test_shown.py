"""What a plain text shows of the truth."""

from __future__ import annotations

import gzip

import pytest

from bench.quality.shown import read_page_text, shows_day, shows_names


@pytest.mark.parametrize(
    "text",
    [
        "Published 13 August 2024 at noon",
        "Aug. 13th, 2024",
        "Dienstag, 13. August 2024",
        "13/08/2024 10:40",
        "08/13/24",
        "2024-08-13T10:40",
        "2024年8月13日",
        "2024. 8. 13. 오전",
        "13 de agosto de 2024",
        "١٣ أغسطس ٢٠٢٤",
        "13 ส.ค. 2567",
        "20240813",
    ],
)
def test_a_day_is_shown_in_many_printings(text):
    assert shows_day("2024-08-13T10:40:00+03:00", f"Menu\n{text}\nMore")
    assert not shows_day("2024-08-14", text)


@pytest.mark.parametrize("text", ["13 August", "August 2024", "113/08/2024", "3.8.2024", ""])
def test_half_a_day_is_none(text):
    assert not shows_day("2024-08-13", text)


def test_names_are_shown_whatever_case_and_accents():
    assert shows_names(["José Núñez", "ANN LEE"], "By Jose Nunez and Ann Lee")
    assert not shows_names(["José Núñez", "Bo Ek"], "By Jose Nunez and Ann Lee")


def test_a_page_is_read_gzipped_or_not(tmp_path):
    (tmp_path / "a.txt").write_text("ä", "utf-8")
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress("ä".encode()))
    assert [read_page_text(tmp_path / name) for name in ("a.txt", "a.txt.gz")] == ["ä", "ä"]
