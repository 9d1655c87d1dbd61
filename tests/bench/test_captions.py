"""The measures of captions on cases made by hand, and the command over a corpus of one page."""

import json
import subprocess
import sys

import pytest

from bench.captions import (
    LABELS,
    Figure,
    Page,
    digest,
    leaks,
    load_labels,
    rate,
    score_page,
    squeeze,
)

CAPTION, CREDIT = "The crane at dusk, seen from the market hall.", "Photo: Jane Doe"


def keys(*texts):
    return frozenset(digest(squeeze(text)) for text in texts)


def figure(caption=CAPTION, credit=CREDIT, optional=False):
    return Figure(
        caption=keys(caption) if caption else frozenset(),
        credit=keys(credit, "Jane Doe") if credit else frozenset(),
        whole=keys(caption + credit, credit + caption) if caption and credit else frozenset(),
        letters=(len(squeeze(caption)), len(squeeze(credit))),
        words="The crane at",
        optional=optional,
    )


def record(*pairs, body=""):
    return {"captions": [{"caption": a, "credit": b} for a, b in pairs], "body": body}


def score(found, *figures):
    result = score_page(Page("p", "set", "tune", figures), found)
    return result.captions, result.credits, result.leaks


@pytest.mark.parametrize(
    ("found", "captions", "credits"),
    [
        (record((CAPTION, "Jane Doe")), [1, 1, 1], [1, 1, 1]),
        (record((f"{CAPTION} ({CREDIT})", None)), [1, 1, 1], [0, 0, 1]),
        (record((CAPTION, "Somebody else")), [1, 1, 1], [0, 1, 1]),
        (record(("Ferry fares to rise", None)), [0, 1, 1], [0, 0, 1]),
        (record((CAPTION, CREDIT), (CAPTION, CREDIT)), [1, 1, 1], [1, 1, 1]),
        (record((None, CREDIT)), [0, 0, 1], [0, 1, 1]),
        (None, [0, 0, 1], [0, 0, 1]),
    ],
)
def test_found_captions_and_credits_are_counted(found, captions, credits):
    assert score(found, figure())[:2] == (captions, credits)


def test_a_credit_alone_is_no_caption():
    assert score(record((None, CREDIT)), figure(caption=""))[:2] == ([0, 0, 0], [1, 1, 1])
    assert score(record((CREDIT, None)), figure(caption=""))[:2] == ([0, 1, 0], [0, 0, 1])


def test_an_optional_figure_counts_neither_found_nor_missed():
    nothing = ([0, 0, 0], [0, 0, 0])
    assert score(record((CAPTION, CREDIT)), figure(optional=True))[:2] == nothing
    assert score(record(), figure(optional=True))[:2] == nothing


def test_a_page_without_captions_counts_what_is_found_there_as_false():
    assert score(record((CAPTION, CREDIT)))[:2] == ([0, 1, 0], [0, 1, 0])


def test_leaks_are_whole_lines_and_long_captions_within_one():
    long = "The crane at dusk, seen from the roof of the market hall in Brennick."
    assert leaks(figure(), f"One.\n\n{CAPTION}\n\nTwo.")
    assert leaks(figure(), "One.\n\nJane Doe\n\nTwo.")
    assert leaks(figure(caption=long), f"One. {long} Two.")
    assert not leaks(figure(credit=""), "Photo: Jane Doe was there.")
    assert not leaks(figure(), "He saw Jane Doe there.")


def test_rates_of_nothing_are_perfect():
    assert rate([0, 0, 0])[:2] == (1.0, 1.0)
    assert rate([1, 2, 4]) == (0.5, 0.25, pytest.approx(1 / 3))


def test_the_labels_are_whole():
    pages = load_labels(LABELS)
    assert len({(page.set, page.id) for page in pages}) == len(pages)
    assert sum(bool(page.figures) for page in pages) == 60
    assert {page.part for page in pages} == {"tune", "held"}
    assert all(one.caption or one.credit for page in pages for one in page.figures)


def write_corpus(folder):
    pages = folder / "set"
    pages.mkdir()
    paragraph = (
        "<p>The old harbour crane at Brennick will be taken down, the port said on Tuesday.</p>"
    )
    (pages / "a.html").write_text(
        f"<h1>Crane</h1><figure><img src='a.jpg'><figcaption>{CAPTION} ({CREDIT})</figcaption>"
        f"</figure>{paragraph * 4}",
        encoding="utf-8",
    )
    row = {"id": "a", "url": "https://post.example/crane", "file": "a.html"}
    (pages / "pages.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    one = figure()
    label = {
        "caption": sorted(one.caption),
        "credit": sorted(one.credit),
        "whole": sorted(one.whole),
        "letters": one.letters,
        "words": one.words,
    }
    labels = folder / "labels.jsonl"
    labels.write_text(json.dumps({"id": "a", "set": "set", "part": "tune", "figures": [label]}))
    return labels


def run(*arguments):
    command = [sys.executable, "-m", "bench.captions", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_prints_the_figures_of_a_corpus(tmp_path):
    labels = write_corpus(tmp_path)
    done = run(tmp_path, "--labels", labels, "--verbose")
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["captions", "tune", "1", "1", "1", "1", "1.000", "1.000", "1.000"] in rows
    assert ["credits", "tune", "1", "1", "1", "1", "1.000", "1.000", "1.000"] in rows


def test_a_corpus_without_the_pages_is_refused(tmp_path):
    done = run(tmp_path / "absent")
    assert done.returncode == 2
    assert "none of the labelled pages" in done.stderr
