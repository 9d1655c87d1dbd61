"""The `copydesk` command.

Worker processes import the main script again, so nothing happens here at import: the commands are
loaded when `main` is called.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from types import FrameType, TracebackType
from typing import NoReturn

INTERRUPTED = 130
# Seconds for an orderly end after a signal; then there is none.
PATIENCE = 10.0


def main() -> None:
    """Run the command line with the arguments of this process; ends by `SystemExit`."""
    speak_utf8()
    debug = "--debug" in sys.argv[1:2] or bool(os.environ.get("COPYDESK_DEBUG"))
    if not debug:
        sys.excepthook = name_exception
    for number in (signal.SIGINT, signal.SIGTERM):  # both end the same way
        signal.signal(number, stop)
    try:
        run_command(sys.argv[1:])
    except KeyboardInterrupt:
        say_stopped()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            leave_at_once(INTERRUPTED)
        end_quietly(end.code if isinstance(end.code, int) else int(end.code is not None))
        raise


def run_command(arguments: list[str]) -> None:
    """Run one command line; ends by `SystemExit` with its exit code."""
    from typer.main import get_command

    from flows.commands.app import app

    get_command(app).main(args=arguments, prog_name="copydesk")


def stop(_number: int, _frame: FrameType | None) -> NoReturn:
    """Handle a signal: raise `KeyboardInterrupt`, and leave without it when it got lost on the way,
    as in a library's `except:` around an import."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, lambda *_: say_stopped())
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    raise KeyboardInterrupt


def end_quietly(code: int) -> None:
    """The work is done: a signal from now on cuts short what is tidied up at the exit, and is no
    interruption."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: leave_at_once(code))


def say_stopped() -> NoReturn:
    """Say so and leave."""
    print("copydesk: Stopped.", file=sys.stderr)  # noqa: T201 - rich may not be loaded yet
    leave_at_once(INTERRUPTED)


def leave_at_once(code: int) -> NoReturn:
    """End without waiting for threads and exit handlers, which may have much left to do and to say
    after an interruption. Nothing is lost by that: a run can be killed at any moment."""
    server = sys.modules.get("flows.temporary_server")
    if server is not None:
        server.stop_server()
    for stream in (sys.stdout, sys.stderr):
        with suppress(RuntimeError):  # the signal came amid a write to it
            stream.flush()
    os._exit(code)


def speak_utf8() -> None:
    """Write UTF-8 whatever the locale; what cannot be written becomes `?` or an escape."""
    if sys.stdout is None:  # closed by the caller; there is nobody to tell
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for stream, errors in ((sys.stdout, "replace"), (sys.stderr, "backslashreplace")):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors=errors)


def name_exception(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """One line for an error nobody foresaw, in place of its traceback."""
    from flows.show.console import complain

    said = " ".join(str(error).split())[:300]
    complain(
        f"Copydesk met an error it does not know: {kind.__name__}: {said}",
        "Set COPYDESK_DEBUG=1 to see where, and please report it.",
    )


if __name__ == "__main__":
    main()
