"""Reading a corpus, its halves, and the rows of the table."""

import pytest

from bench.quality.corpus import find_domain, find_half, read_corpus
from bench.quality.figures import FEW, Row, make_rows
from bench.quality.table import format_markdown, format_table
from tasks.errors import UsageError
from tasks.model import Media
from tests.bench.corpora import HELD, TUNE, write_corpus, write_rows


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.post.example/a", "post.example"),
        ("https://NEWS.city.post.co.uk:8080/a?b=c", "post.co.uk"),
        ("https://post.co/a", "post.co"),
        ("https://a.post.com/x", "post.com"),
        ("https://web.copies.example/web/20190528094311/http://www.post.example/a", "post.example"),
        ("https://post.example/a?from=https://other.example/", "post.example"),
    ],
)
def test_the_registrable_domain(url, domain):
    assert find_domain(url) == domain


def test_a_publisher_is_in_one_half_for_good():
    # SHA-256: "post.example" begins with 0x28, "aldvik-post.example" with 0x13.
    assert find_half({"id": "1", "url": TUNE}) == "tune"
    assert find_half({"id": "2", "url": "http://mobile.post.example/c"}) == "tune"
    assert find_half({"id": "3", "url": HELD}) == "held"
    assert find_half({"id": "post.example"}) == "tune"


def test_a_corpus_is_known_by_its_truth(tmp_path):
    folder = write_corpus(tmp_path)
    corpus = read_corpus(folder)
    assert [page_set.name for page_set in corpus.sets] == ["tiny"]
    assert any("aeb is not in this corpus" in note for note in corpus.notes)
    (folder / "tiny" / "text.jsonl").unlink()
    without_text = read_corpus(folder)
    assert without_text.digest == corpus.digest
    assert "tiny has no text.jsonl; its text is skipped." in without_text.notes
    write_rows(folder / "tiny" / "truth.jsonl", [{"id": "one", "title": "Other"}])
    assert read_corpus(folder).digest != corpus.digest


def test_events_are_no_pages(tmp_path):
    folder = write_corpus(tmp_path)
    (folder / "stories").mkdir()
    write_rows(folder / "stories" / "truth.jsonl", [{"id": "1", "event": "e", "title": "T"}])
    write_rows(folder / "stories" / "pages.jsonl", [{"id": "1", "text": "T"}])
    corpus = read_corpus(folder)
    assert len(corpus.sets) == 1
    assert "stories has nothing that is scored here; skipped." in corpus.notes


@pytest.mark.parametrize(
    ("truth", "said"),
    [
        ('{"id": "1"}\n{"id": "1"}\n', "Line 2 .* id of an earlier line"),
        ('{"id": "1"\n', "Line 1 .* is no JSON"),
        ('{"key": "1"}\n', "Line 1 .* no object with an id"),
    ],
)
def test_a_broken_truth_is_an_error(tmp_path, truth, said):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "truth.jsonl").write_text(truth)
    with pytest.raises(UsageError, match=said):
        read_corpus(tmp_path)


def test_rows_by_half_and_language(tmp_path):
    [page_set] = read_corpus(write_corpus(tmp_path)).sets
    for number in range(FEW):
        page_set.truth[f"de{number}"] = {"id": f"de{number}", "lang": "de", "title": "Titel"}
    page_set.truth["de0"]["authors"] = []  # nobody signed, so no set of names to get right
    records = {key: {"title": "Titel"} for key in page_set.truth}
    records["one"]["body"] = page_set.truth["one"]["body"]
    rows = {row.part: row for row in make_rows(page_set, Media.HTML, records)}
    assert {part: row.pages for part, row in rows.items()} == {
        "all": 7,
        "tune": rows["tune"].pages,
        "held": 7 - rows["tune"].pages,
        "de": 5,
        "other": 2,
    }
    assert rows["de"].figures == {"title": 1.0}
    assert rows["other"].figures["title"] == 0.0
    assert rows["all"].figures["title"] == pytest.approx(5 / 7)
    assert rows["other"].figures["precision"] == 1.0
    assert rows["other"].figures["recall"] == 0.5
    assert rows["other"].figures["exact"] == 0.5


def test_the_standfirst_belongs_to_the_body_of_one_set_only(tmp_path):
    folder = write_corpus(tmp_path)
    truth = [{"id": "1", "body": "First of all.\n\nThe rest of it.", "lang": "en"}]
    records = {"1": {"standfirst": "First of all.", "body": "The rest of it."}}
    for name, exact in (("fundus_tests", 1.0), ("aeb", 0.0)):
        (folder / name).mkdir()
        write_rows(folder / name / "truth.jsonl", truth)
        (folder / name / "pages.jsonl").touch()
        [page_set] = [s for s in read_corpus(folder).sets if s.name == name]
        assert make_rows(page_set, Media.HTML, records)[0].figures["exact"] == exact


def test_the_table_leaves_out_columns_that_nothing_is_in():
    rows = [
        Row("aeb", "html", "all", 82, {"shingle_f1": 0.97514, "rouge": 0.98127}),
        Row("cpu_ms_mean", "html", "all", 5, {"cpu_ms_mean": 30.06}),
    ]
    assert format_table(rows).split("\n") == [
        "set          input  part  pages  shingle F1  ROUGE-LSum  CPU ms",
        "aeb          html   all      82      0.9751       98.13",
        "cpu_ms_mean  html   all       5                            30.1",
    ]
    lines = format_markdown(rows, "2026-11-22").split("\n")
    assert lines[0].startswith("Measured on 2026-11-22 with copydesk ")
    assert lines[2:5] == [
        "| set | input | part | pages | shingle F1 | ROUGE-LSum | CPU ms |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: |",
        "| aeb | html | all | 82 | 0.9751 | 98.13 |  |",
    ]
