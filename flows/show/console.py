"""The two consoles, and the words every command uses on them."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.text import Text

from flows.formats import to_json

# Wide enough that nothing is folded or cut in a pipe or a file.
UNBOUNDED = 1_000_000
_SIGNS = (
    {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n"}
    | {0x7F: 0x2421}
    | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)
)


def open_stdout() -> Console:
    """A console on standard output: as wide as the terminal, or unbounded when piped."""
    return _open(stderr=False)


def open_stderr() -> Console:
    """A console on standard error."""
    return _open(stderr=True)


def _open(stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = UNBOUNDED
    return console


def say(message: str | Text) -> None:
    """A line on standard output."""
    open_stdout().print(message, soft_wrap=True)


def write_plain(text: str) -> None:
    """Text on standard output as it is, without colour or folding."""
    sys.stdout.write(text)


def write_bytes(content: bytes) -> None:
    """Bytes on standard output as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)


def write_json_line(value: object) -> None:
    """A JSON value on standard output, on a line of its own."""
    write_plain(to_json(value) + "\n")


def show_controls(text: str) -> str:
    """The text with control characters as the signs for them (U+2400 and on): a terminal would
    obey what a page or a file name tells it."""
    return text.translate(_SIGNS)


def complain(message: str, hint: str = "") -> None:
    """A sentence on standard error, and what to do about it."""
    text = Text.assemble(("copydesk: ", "bold red"), show_controls(message))
    if hint:
        text.append(f" {hint}")
    open_stderr().print(text, soft_wrap=True)


def note(message: str) -> None:
    """A remark on standard error: not an error, and not the result."""
    open_stderr().print(Text(message, style="dim"), soft_wrap=True)


def silence_stdout() -> None:
    """The reader of our output has left: nothing may be said about that, at exit neither."""
    with suppress(OSError, ValueError):  # under a test runner it is no real file
        descriptor = sys.stdout.fileno()
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, descriptor)
        os.close(sink)


def name_command(verb: str, warehouse: Path, default: str = "news.duckdb") -> str:
    """A `copydesk` command to type next; names the warehouse where it is not the usual one."""
    if str(warehouse) == default:
        return f"copydesk {verb}"
    return f"copydesk {verb} --warehouse {shlex.quote(str(warehouse))}"
