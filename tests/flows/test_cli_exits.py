"""How commands end: exit codes, sentences, no tracebacks."""

import errno
import os
import signal
import subprocess
import sys
import threading

import duckdb
import pytest
import typer
from typer.testing import CliRunner

from flows.commands.app import app
from flows.commands.exits import DeskCommand, ExitCode, guard
from flows.commands.options import parse_moment, parse_size, read_limits
from flows.show.console import name_command
from tasks.errors import UsageError, WarehouseBusy

COPYDESK = [sys.executable, "-m", "flows.cli"]


def end(error: BaseException | int | None, *arguments: str, env: dict[str, str] | None = None):
    """Run a command that raises `error`, or returns it, through the real command class."""
    trial = typer.Typer()

    @trial.callback()
    def start(ctx: typer.Context, debug: bool = False) -> None:
        ctx.obj = "debug" if debug else None

    @trial.command(cls=DeskCommand)
    def work() -> int | None:
        if isinstance(error, BaseException):
            raise error
        return error

    return CliRunner(env=env).invoke(trial, [*arguments, "work"])


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (None, 0, ""),
        (3, 3, ""),
        (UsageError("That is wrong.", "Do this."), 2, "copydesk: That is wrong. Do this."),
        (WarehouseBusy("Somebody writes.", "Wait."), 1, "copydesk: Somebody writes. Wait."),
        (KeyboardInterrupt(), 130, "copydesk: Stopped."),
        (BrokenPipeError(), 0, ""),
        (OSError(errno.ENOSPC, "No space left on device", "/x/y"), 1, "No space is left"),
        (PermissionError(errno.EACCES, "Permission denied", "/x/y"), 1, "Permission denied: /x/y."),
        (OSError(errno.EIO, "Input/output error", "/x/y"), 1, "Input/output error: /x/y."),
    ],
)
def test_every_foreseen_end_has_its_code_and_one_sentence(error, code, said):
    result = end(error)
    assert result.exit_code == code
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == (1 if said else 0)
    assert "Traceback" not in result.stderr


def test_debug_shows_the_traceback_of_a_foreseen_error():
    error = WarehouseBusy("Somebody writes.", "Wait.")
    assert "Traceback" in end(error, "--debug").stderr
    assert "Traceback" in end(error, env={"COPYDESK_DEBUG": "1"}).stderr


@pytest.mark.parametrize("debug", [False, True])
def test_an_unforeseen_error_is_one_line_unless_debugged(debug):
    code = (
        "import sys, flows.cli\n"
        "def fail(arguments): raise ZeroDivisionError('by\\nzero')\n"
        "flows.cli.run_command = fail\n"
        "sys.argv = ['copydesk']\n"
        "flows.cli.main()\n"
    )
    env = {**os.environ, "COPYDESK_DEBUG": "1" if debug else ""}
    run = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert run.returncode == 1
    assert ("Traceback" in run.stderr) is debug
    assert debug or len(run.stderr.splitlines()) == 1
    assert "ZeroDivisionError: by" in run.stderr


def test_help_teaches_examples_and_exit_codes_within_half_a_second_of_cpu():
    env = {**os.environ, "LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii", "COLUMNS": "100"}
    before = os.times()
    run = subprocess.run([*COPYDESK, "--help"], env=env, capture_output=True, encoding="utf-8")
    after = os.times()
    assert run.returncode == 0
    for said in ("copydesk ingest pages/", "Exit codes", "130", "COPYDESK_WAREHOUSE"):
        assert said in run.stdout
    spent = after.children_user - before.children_user
    assert spent + after.children_system - before.children_system < 0.5


def test_every_option_has_help_and_every_command_an_explanation():
    from typer.main import get_command

    commands = dict(get_command(app).commands)
    for group in ("problems", "sources"):
        commands |= {f"{group} {k}": v for k, v in commands.pop(group).commands.items()}
    assert set(commands) >= {"ingest", "clean", "explain", "sql", "status", "doctor", "reprocess"}
    for name, command in commands.items():
        assert command.help, name
        for parameter in command.params:
            assert parameter.help, f"{name} {parameter.name}"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["ingest"],
        ["ingest", "--no-such-option", "x"],
        ["clean", "x", "--format", "yaml"],
        ["ingest", "x", "--max-bytes", "many"],
        ["ingest", "x", "--workers", "-1"],
        ["reprocess", "--since", "yesterday"],
        ["reprocess"],
        ["reprocess", "--all", "--article", "abc"],
        ["sql", "  "],
        ["sql", "select 1", "--format", "parquet"],
    ],
)
def test_a_wrong_call_exits_with_2(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2, result.output
    assert result.stderr
    assert not result.stdout


def test_version_is_told_both_ways():
    runner = CliRunner()
    spoken = {runner.invoke(app, [word]).stdout for word in ("--version", "version")}
    assert len(spoken) == 1
    assert spoken.pop().startswith("copydesk ")


def test_importing_the_entry_point_loads_nothing():
    code = (
        "import flows.cli, sys; print([m for m in ('typer', 'rich', 'lxml') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("text", "size"), [("4096", 4096), ("64MB", 64 << 20), ("1.5 GiB", 3 << 29), ("2k", 2048)]
)
def test_sizes(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "-1", "0", "3 lines"])
def test_what_is_no_size(text):
    with pytest.raises(typer.BadParameter):
        parse_size(text)


def test_moments_are_aware():
    assert parse_moment("2026-11-22").isoformat() == "2026-11-22T00:00:00+00:00"
    assert parse_moment("2026-11-22T08:30+02:00").isoformat() == "2026-11-22T08:30:00+02:00"


def test_limits_come_from_options_and_environment(monkeypatch):
    monkeypatch.setenv("COPYDESK_MAX_NESTING", "500")
    limits = read_limits(10, 2.5)
    assert (limits.document_bytes, limits.seconds, limits.nesting) == (10, 2.5, 500)
    monkeypatch.setenv("COPYDESK_MAX_NESTING", "deep")
    with pytest.raises(UsageError, match="COPYDESK_MAX_NESTING"):
        read_limits(10, 2.5)


def test_commands_to_type_next_name_an_unusual_warehouse(tmp_path):
    from pathlib import Path

    assert name_command("status", Path("news.duckdb")) == "copydesk status"
    assert name_command("status", Path("a b.duckdb")) == "copydesk status --warehouse 'a b.duckdb'"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_when_the_work_is_done_cuts_the_exit_short_and_says_nothing(number):
    code = (
        "import atexit, sys, time\n"
        "atexit.register(lambda: (print('leaving', flush=True), time.sleep(60)))\n"
        "sys.argv = ['copydesk', 'version']\n"
        "from flows.cli import main\n"
        "main()\n"
    )
    command = [sys.executable, "-c", code]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        assert any(line == "leaving\n" for line in process.stdout)
        process.send_signal(number)
        _, said = process.communicate(timeout=50)
    assert (process.returncode, said) == (0, "")


def test_a_signal_during_a_query_stops_the_command(capsys, interruptible):
    """DuckDB tells it as a RuntimeError of its own."""
    long = "select sum(a.range * b.range) from range(100_000_000) a, range(1_000) b"
    alone = duckdb.connect(config={"threads": 1})  # it always looks for signals then
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))

    def ask():
        timer.start()
        alone.execute(long)

    assert guard(ask, False, "Stopped.") == ExitCode.INTERRUPTED
    timer.join()
    assert capsys.readouterr().err == "copydesk: Stopped.\n"


def test_an_error_of_ours_is_not_taken_for_a_signal():
    def fail():
        raise RuntimeError("not so")

    with pytest.raises(RuntimeError, match="not so"):
        guard(fail, False, "Stopped.")
