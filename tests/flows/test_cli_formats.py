"""The formats of `clean` and `sql`, on documents and rows made here."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from flows.formats import CleanFormat, format_markdown, format_text, to_json, write_format
from flows.plain import to_plain
from flows.show.rows import show_table, write_csv, write_json
from tasks.model import (
    Article,
    Author,
    AuthorKind,
    Caption,
    Document,
    Edited,
    Heading,
    Label,
    Line,
    Precision,
    Problem,
    Stage,
    Stamp,
)

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def make_line(number: int, text: str, label: Label, tag: str = "p") -> Line:
    return Line(number, 0, len(text), text, label, "test.rule", tag)


def make_edited(number: int = 1, **changes: object) -> Edited:
    document = Document(
        f"doc{number}", "0" * 64, 10, f"file:///p{number}.html", NOON, url="http://x/"
    )
    lines = (
        make_line(0, "Home", Label.NAVIGATION),
        make_line(1, "The harbour *reopened* on Monday.", Label.BODY),
        make_line(2, "What comes next", Label.HEADING, "h3"),
        make_line(3, "1. The first ship is due.", Label.BODY),
        make_line(4, "No one was hurt", Label.QUOTE),
        make_line(5, "a list_item", Label.LIST_ITEM),
    )
    article = Article(
        id="art1",
        content_hash="h",
        body="The harbour *reopened* on Monday.\n\nWhat comes next\n\n1. The first ship is due.",
        lines=lines,
        language="en",
        word_count=12,
        title="Harbour reopens",
        standfirst="After a week",
        byline="By Ana Șerban and The Gazette",
        authors=(
            Author("Ana Șerban", AuthorKind.PERSON, "Ana Șerban"),
            Author("The Gazette", AuthorKind.OUTLET, "The Gazette"),
        ),
        published=Stamp(
            datetime(2026, 3, 4, 14, 5), Precision.MINUTE, NOON + timedelta(minutes=5), 120
        ),
        modified=Stamp(date(2026, 3, 5), Precision.DAY),
        captions=(Caption("The quay", "Jo Lund/AP", image_url="http://x/q.jpg"),),
        headings=(Heading("What comes next", 3),),
    )
    return Edited(document, replace(article, **changes))


def make_problem(number: int = 2) -> Edited:
    problem = Problem(Stage.EDIT, "no-text", "has no text")
    return replace(make_edited(number), outcome=problem)


def test_json_is_an_array_with_the_promised_keys_in_order_of_input():
    text = "".join(write_format(CleanFormat.JSON, [make_edited(), make_problem()]))
    first, second = json.loads(text)
    assert first["id"] == "doc1"
    assert first["authors"] == ["Ana Șerban", "The Gazette"]
    assert first["published"] == "2026-03-04T14:05+02:00"
    assert first["modified"] == "2026-03-05"
    assert first["captions"][0]["caption"] == "The quay"
    assert first["captions"][0]["credit"] == "Jo Lund/AP"
    assert first["captions"][0]["image_url"] == "http://x/q.jpg"
    assert first["problem"] is None
    assert second["problem"] == {"stage": "edit", "code": "no-text", "message": "has no text"}
    assert second["url"] == "http://x/"
    assert second["body"] is None
    assert second["authors"] == []
    assert set(first) == set(second)
    assert "Șerban" in text


def test_jsonl_has_a_line_a_document_and_prefers_the_external_id():
    edited = make_edited()
    edited = replace(edited, document=replace(edited.document, external_id="42"))
    lines = "".join(write_format(CleanFormat.JSONL, [edited, make_problem()])).splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["42", "doc2"]


def test_json_of_nothing_is_an_empty_array():
    assert json.loads("".join(write_format(CleanFormat.JSON, []))) == []


def test_json_streams_and_stays_valid_when_a_source_breaks():
    def documents():
        yield make_edited()
        raise OSError("gone")

    pieces = []
    stream = write_format(CleanFormat.JSON, documents())
    pieces.append(next(stream))
    with pytest.raises(OSError, match="gone"):
        pieces.extend(stream)
    assert pieces[0].startswith("[")
    # the exception comes after the closing bracket was handed out
    closing = []
    stream = write_format(CleanFormat.JSON, documents())
    with pytest.raises(OSError, match="gone"):
        for piece in stream:
            closing.append(piece)
    assert len(json.loads("".join(closing))) == 1


def test_json_survives_half_a_surrogate_pair():
    assert to_json({"title": "a\ud83d"}).encode("utf-8") == '{"title": "a�"}'.encode()


def test_text_reads_like_the_article():
    article = make_edited().outcome
    assert isinstance(article, Article)
    assert format_text(article).split("\n\n") == [
        "Harbour reopens",
        "After a week",
        "By Ana Șerban and The Gazette · 2026-03-04T14:05+02:00",
        "The harbour *reopened* on Monday.",
        "What comes next",
        "1. The first ship is due.",
    ]


def test_text_leaves_problems_to_stderr_and_parts_articles():
    text = "".join(write_format(CleanFormat.TEXT, [make_problem(), make_edited(), make_edited()]))
    assert text.count("* * *") == 1
    assert text.startswith("Harbour reopens")


def test_markdown_keeps_the_shape_and_escapes_marks():
    article = make_edited().outcome
    assert isinstance(article, Article)
    parts = format_markdown(article).split("\n\n")
    assert parts[0].splitlines()[:2] == ["---", 'authors: ["Ana Șerban", "The Gazette"]']
    assert parts[1:] == [
        "# Harbour reopens",
        "*After a week*",
        "The harbour \\*reopened\\* on Monday.",
        "### What comes next",
        "1\\. The first ship is due.",
        "> No one was hurt",
        "- a list\\_item",
    ]


ROWS = [
    (1, "a,b", None, datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))),
    (2, 'say "x"\nagain', ["p", 1], datetime(2026, 1, 2, 3, 4, 5)),
]
COLUMNS = ("n", "t", "t", "at")


def test_csv_is_rfc_4180_with_a_header():
    stream = io.StringIO()
    write_csv(COLUMNS, ROWS, stream)
    stream.seek(0)
    assert list(csv.reader(stream)) == [
        ["n", "t", "t", "at"],
        ["1", "a,b", "", "2026-01-02T01:04:05+00:00"],
        ["2", 'say "x"\nagain', '["p", 1]', "2026-01-02T03:04:05"],
    ]


def test_json_rows_are_a_list_of_objects_and_lose_no_column():
    stream = io.StringIO()
    write_json(COLUMNS, ROWS, stream)
    rows = json.loads(stream.getvalue())
    assert list(rows[0]) == ["n", "t", "t_1", "at"]
    assert rows[1]["t_1"] == ["p", 1]
    assert rows[0]["t_1"] is None
    empty = io.StringIO()
    write_json(COLUMNS, [], empty)
    assert json.loads(empty.getvalue()) == []


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (float("nan"), None),
        (Decimal("1.5"), 1.5),
        (True, True),
        (date(2026, 1, 2), "2026-01-02"),
        (b"\x00\x01", "AAE="),
        ({"a": [date(2026, 1, 2)]}, {"a": ["2026-01-02"]}),
        (timedelta(seconds=90), "0:01:30"),
    ],
)
def test_values_become_json(value, plain):
    assert to_plain(value) == plain


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def draw(columns, rows, width, monkeypatch, most=None) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    show_table(columns, iter(rows), most, stream)
    return stream.getvalue()


def test_a_table_in_a_pipe_is_not_cut(monkeypatch):
    stream = io.StringIO()
    show_table(("id", "title"), iter([("abcdefghijkl", "word " * 60)]), None, stream)
    assert ("word " * 60).strip() in stream.getvalue()


def test_a_table_on_a_terminal_fits_and_never_cuts_ids(monkeypatch):
    rows = [(f"abcdefghijk{n}", "word " * 40, "name " * 30) for n in range(5)]
    text = draw(("article_id", "title", "byline"), rows, 80, monkeypatch)
    assert all(len(line) <= 80 for line in text.splitlines())
    assert all(f"abcdefghijk{n}" in text for n in range(5))
    assert len(text.splitlines()) == 5 + 4
    assert "…" in text


def test_more_columns_than_a_line_holds_are_shown_one_under_another(monkeypatch):
    columns = [f"column_{n}" for n in range(30)]
    text = draw(columns, [[f"value {n}" for n in range(30)]] * 2, 80, monkeypatch)
    assert "row 2" in text
    assert sum("value 29" in line for line in text.splitlines()) == 2


def test_a_long_result_says_that_it_was_cut(monkeypatch, capsys):
    text = draw(("n",), [(n,) for n in range(500)], 80, monkeypatch)
    assert len(text.splitlines()) == 204
    assert "200 rows are shown" in capsys.readouterr().err
    text = draw(("n",), [(n,) for n in range(500)], 80, monkeypatch, most=0)
    assert len(text.splitlines()) == 504
    assert capsys.readouterr().err == ""
