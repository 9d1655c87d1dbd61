"""The whole gate over a tiny corpus, through the real command."""

import json
import subprocess
import sys

import pytest

from bench.quality import cleaning
from bench.quality.__main__ import main
from bench.quality.cleaning import compare_lines, list_differences
from tests.bench.corpora import write_corpus, write_rows

SCORED = ("shingle F1", "exact", "title", "author set", "author F1", "day", "instant")


def read_table(text: str) -> dict[str, dict[str, str]]:
    """The rows by set, input and part; cells by the head they end under."""
    head, *lines = text.rstrip("\n").split("\n")
    ends = {name: head.index(name) + len(name) for name in SCORED}
    return {
        " ".join(line.split()[:3]): {n: line[:end].split()[-1] for n, end in ends.items()}
        for line in lines
        if line.startswith("tiny")
    }


@pytest.mark.slow
def test_a_corpus_is_scored_pinned_and_held_to_it(tmp_path):
    corpus, baseline = write_corpus(tmp_path), tmp_path / "baseline.json"
    command = [sys.executable, "-m", "bench.quality", corpus, "--against", baseline]
    run = subprocess.run(
        [*command, "--pin", "--repeat", "--keep", tmp_path / "kept"],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert "3 pages compared, 0 different" in run.stderr
    table = read_table(run.stdout)
    assert set(table) == {
        f"tiny {p}" for p in ("html all", "html tune", "html held", "text all", "text tune")
    }
    right = dict.fromkeys(("author set", "author F1", "day", "instant"), "1.0000")
    assert table["tiny html tune"] == right | dict.fromkeys(
        ("shingle F1", "exact", "title"), "1.0000"
    )
    assert table["tiny html held"]["exact"] == table["tiny html held"]["title"] == "0.0000"
    assert table["tiny html all"]["title"] == table["tiny html all"]["exact"] == "0.5000"
    assert table["tiny text all"]["exact"] == "1.0000"
    assert [line.split()[:4] for line in run.stdout.split("\n")[-3:-1]] == [
        ["cpu_ms_mean", "html", "all", "2"],
        ["cpu_ms_mean", "text", "all", "1"],
    ]
    kept = (tmp_path / "kept" / "tiny.html.jsonl").read_text().split("\n")
    assert json.loads(kept[0])["title"] == "Ferry to Sandholm sails again"

    (corpus / "tiny" / "pages.jsonl").unlink()  # its figures are gone, which is as low as can be
    before = baseline.read_bytes()
    arguments = [str(corpus), "--against", str(baseline), "--no-cost"]
    assert main(arguments) == 1
    assert main([*arguments, "--pin"]) == 1
    assert baseline.read_bytes() == before
    assert main([*arguments, "--pin", "--allow-lower"]) == 0
    assert set(json.loads(baseline.read_text())["figures"]) == {"tiny text all", "tiny text tune"}
    assert main(arguments) == 0


def test_a_page_that_differs_is_found(tmp_path, monkeypatch, capsys):
    real = cleaning._run

    def run(place, workers):  # another program, whose output depends on its workers
        lines, said = real(place, workers)
        return [line.replace("Holm", "Dahl") if workers == 1 else line for line in lines], said

    monkeypatch.setattr(cleaning, "_run", run)
    corpus = write_corpus(tmp_path)
    (corpus / "tiny" / "pages.jsonl").unlink()
    options = ["--repeat", "--no-cost", "--workers", "2"]
    assert main([str(corpus), *options]) == 1
    said = capsys.readouterr().err
    assert "1 pages compared, 1 different" in said
    assert "tiny/text.jsonl one differs: author_details, authors" in said


def test_lines_are_compared_byte_by_byte():
    first = {"a": '{"x": 1, "y": 2}', "b": '{"x": 1}'}
    repeat = compare_lines(first, {"a": '{"x": 1, "y": 3}', "b": '{"x": 1}'})
    assert (repeat.compared, repeat.different) == (2, ("a",))
    assert list(list_differences(first["a"], '{"x": 1, "y": 3}')) == ["y"]


@pytest.mark.parametrize("folder", ["nowhere", "."])
def test_without_a_corpus_there_is_a_sentence(tmp_path, folder, capsys):
    assert main([str(tmp_path / folder)]) == 2
    assert capsys.readouterr().err.startswith(
        "There is no folder" if folder == "nowhere" else str(tmp_path)
    )


def test_a_missing_baseline_is_told_before_the_work(tmp_path, capsys):
    corpus = write_corpus(tmp_path)
    for more in ([], ["--pin"]):
        path = tmp_path / "gone" / "baseline.json"
        assert main([str(corpus), "--against", str(path), *more]) == 2
        assert "no baseline" in capsys.readouterr().err


def test_a_page_that_the_corpus_lacks_is_an_error(tmp_path, capsys):
    corpus = write_corpus(tmp_path)
    (corpus / "tiny" / "two.html").unlink()
    assert main([str(corpus), "--no-cost"]) == 2
    assert "two.html" in capsys.readouterr().err


def test_a_command_that_fails_is_an_error(tmp_path, capsys):
    corpus = write_corpus(tmp_path)
    write_rows(corpus / "tiny" / "pages.jsonl", [{"id": "one", "page": "one.html"}])
    assert main([str(corpus), "--no-cost"]) == 1
    said = capsys.readouterr().err.split("\n")[-2]
    assert "copydesk clean tiny/pages.jsonl: 1 pages went in and 0 came out." in said
    assert "has none of the columns html, text and file" in said
