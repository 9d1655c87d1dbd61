"""What a run shows while it goes on and when it has ended."""

import json
import os
import pty
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import flows.show.run as run
from flows.commands.ingest import judge_end
from flows.report import FieldChange, Progress, RunReport
from flows.show.run import follow_run, show_changes, show_report
from tasks.tally import Tally
from tests.world.terminal import read_all

TALLY = Tally(
    read=1200,
    new=900,
    updated=90,
    unchanged=200,
    problems=10,
    problem_codes=Counter({"no-text": 8, "binary": 2}),
    skipped=Counter({"status-404": 5}),
)
REPORT = RunReport("r1", "completed", TALLY, 12.0, Path("/data/news.duckdb"))

SCRIPT = """
import sys, time
from flows.report import Progress
from flows.show.run import follow_run
from tasks.tally import Tally
with follow_run("ingest", json="--json" in sys.argv) as follow:
    for count in (1000, 2000):
        follow(Progress("load", Tally(read=count, new=count), 1.0))
        time.sleep(0.4)
print("done")
"""


def read_terminal(arguments: list[str], **keywords) -> tuple[str, int]:
    """What a program writes on a terminal of 100 columns, and its exit code."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}
    process = subprocess.Popen(
        arguments, stdin=theirs, stdout=keywords.get("stdout", theirs), stderr=theirs, env=env
    )
    os.close(theirs)
    return read_all(ours), process.wait(timeout=30)


def test_a_terminal_gets_a_live_display():
    text, code = read_terminal([sys.executable, "-c", SCRIPT])
    assert code == 0
    assert "read 1,000" in text
    assert "read 2,000" in text
    assert "documents/s" in text
    assert "\x1b[" in text  # drawn in place
    assert "\x1b[?25h" in text  # and the cursor is there again
    assert text.rstrip().endswith("done")


def test_json_keeps_stdout_clean_while_the_terminal_shows_progress():
    ours, theirs = os.pipe()
    text, code = read_terminal([sys.executable, "-c", SCRIPT, "--json"], stdout=theirs)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        assert pipe.read() == "done\n"
    assert code == 0
    assert "read 2,000" in text


def test_a_pipe_gets_plain_lines_at_once_and_every_few_seconds(monkeypatch, capsys):
    monkeypatch.setattr(run, "LINE_EVERY", 0.05)
    with follow_run("ingest") as follow:
        assert "ingest: starting" in capsys.readouterr().out
        follow(Progress("load", TALLY, 1.0))
        time.sleep(0.2)
    lines = capsys.readouterr().out.splitlines()
    assert 2 <= len(lines) <= 5
    assert all("ingest: load  read 1,200  new 900" in line for line in lines)
    assert "\x1b" not in "".join(lines)


def test_quiet_and_piped_json_print_nothing_on_the_way(monkeypatch, capsys):
    monkeypatch.setattr(run, "LINE_EVERY", 0.01)
    for options in ({"quiet": True}, {"json": True}):
        with follow_run("ingest", **options) as follow:
            follow(Progress("load", TALLY, 1.0))
            time.sleep(0.05)
    captured = capsys.readouterr()
    assert captured.out + captured.err == ""


def test_the_summary_counts_and_says_what_to_type_next(capsys):
    show_report(REPORT, Path("/data/news.duckdb"), quiet=False, json=False)
    text = capsys.readouterr().out
    rows = [" ".join(line.split()) for line in text.splitlines()]
    assert "Read 1,200" in rows
    assert "Problems 10 no-text 8, binary 2" in rows
    assert "Skipped 5 status-404 5" in rows
    assert "Seconds 12.0 100 documents a second" in rows
    assert "Warehouse: /data/news.duckdb" in rows
    assert any("copydesk problems list --warehouse /data/news.duckdb" in row for row in rows)


def test_files_that_were_passed_over_are_told_with_the_way_to_have_them_read(capsys):
    skipped = Counter({"other-extension": 1200, "status-404": 5})
    report = replace(REPORT, tally=replace(REPORT.tally, skipped=skipped))
    show_report(report, Path("news.duckdb"), quiet=False, json=False)
    [line] = [line for line in capsys.readouterr().out.splitlines() if "passed over" in line]
    assert line.startswith("1,200 files") and "'folder/**/*.php'" in line


def test_the_json_report_is_one_object(capsys):
    show_report(REPORT, Path("news.duckdb"), quiet=False, json=True)
    record = json.loads(capsys.readouterr().out)
    assert record["read"] == record["new"] + record["updated"] + record["unchanged"] + 10
    assert record["problem_codes"] == {"no-text": 8, "binary": 2}
    assert record["warehouse"] == "/data/news.duckdb"
    assert record["status"] == "completed"


def test_a_quiet_run_has_no_summary(capsys):
    show_report(REPORT, Path("news.duckdb"), quiet=True, json=False)
    assert capsys.readouterr().out == ""


def test_changes_are_shown_an_article_a_block(capsys):
    changes = (
        FieldChange("art1", "Harbour reopens", "title", "Harbor", "Harbour"),
        FieldChange("art1", "Harbour reopens", "byline", "", "By Ana"),
        FieldChange("art2", "Snow", "title", "Snow|The Post", "Snow"),
    )
    show_changes(RunReport("r", "completed", Tally(read=7), 1.0, changes=changes))
    text = capsys.readouterr().out
    assert text.count("art1") == 1
    assert "- Harbor\n" in text
    assert "+ Harbour\n" in text
    assert "3 fields of 2 articles would change; 7 documents were read again." in text


def test_the_exit_code_of_a_run(capsys):
    assert judge_end(REPORT) == 3
    assert judge_end(RunReport("r", "completed", Tally(read=1, new=1), 1.0)) == 0
    assert judge_end(RunReport("r", "failed", Tally(), 1.0)) == 1
    assert judge_end(RunReport("r", "interrupted", Tally(), 1.0)) == 130
    assert "next run resumes" in capsys.readouterr().err
