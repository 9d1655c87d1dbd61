"""Direct speech in short news paragraphs (`speech_news.jsonl`), everybody in them invented.

Rows that are `open` are read wrong so far: expected to fail, and to lose the mark once they do not.
"""

import json
import time
from pathlib import Path

import pytest

from tasks.fields.speech.quotes import find_quotes

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "speech_news.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
WRONG = pytest.mark.xfail(strict=True, reason="not read right yet")


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, id=f"{row['language']}-{place}", marks=[WRONG] if "open" in row else [])
        for place, row in enumerate(ROWS, 1)
    ],
)
def test_speech_and_speakers_of_news(row):
    found = find_quotes(row["body"], row["language"])
    assert [quote.text for quote in found] == [quote["text"] for quote in row["quotes"]]
    for quote, wanted in zip(found, row["quotes"], strict=True):
        right = wanted["speakers"] and [name.lower() for name in wanted["speakers"]]
        assert (quote.speaker.lower() if quote.speaker else None) in (right or [None])


def test_nearly_all_rows_are_read_right():
    assert len(ROWS) >= 149
    assert len({row["language"] for row in ROWS}) >= 20
    assert sum("open" in row for row in ROWS) <= len(ROWS) // 6


@pytest.mark.slow
@pytest.mark.parametrize("piece", ['"', "“", "„", "«", "'a", "「", "— ", "“We go,” she said. "])
@pytest.mark.parametrize("language", ["en", "de", "sv"])
def test_a_million_characters_take_seconds(piece, language):
    body = piece * (1_000_000 // len(piece))
    began = time.process_time()
    find_quotes(body, language)
    assert time.process_time() - began < 5
