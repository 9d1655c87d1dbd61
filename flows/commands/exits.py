"""How a command ends: its exit code, and the sentence for every error that is foreseen."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Any

import typer
from typer.core import TyperCommand

from flows.show.console import complain, silence_stdout
from tasks.errors import CopydeskError, DiskFull, FolderUnwritable, UsageError


class ExitCode(IntEnum):
    """What the shell is told."""

    WELL = 0
    NOTHING_DONE = 1
    USAGE = 2
    WITH_PROBLEMS = 3
    INTERRUPTED = 130


STOPPED = "Stopped; what is loaded stays loaded, and the next run resumes."
RESUMABLE = frozenset({"ingest", "reprocess", "retry"})


class DeskCommand(TyperCommand):
    """A command whose function returns its exit code; foreseen errors become sentences."""

    # The context is click's, or typer's own copy of it, by typer's version.
    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401
        """Run the function and exit with its code."""
        stopped = STOPPED if self.name in RESUMABLE else "Stopped."
        run = super().invoke
        raise typer.Exit(int(guard(lambda: run(ctx), wants_debug(ctx.obj), stopped)))


def wants_debug(state: object) -> bool:
    """True when tracebacks are asked for, by `copydesk --debug …` or in the environment."""
    return state == "debug" or bool(os.environ.get("COPYDESK_DEBUG"))


def guard(work: Callable[[], int | None], debug: bool, stopped: str) -> int:
    """The exit code of `work`; an error that users can mend is told in one sentence."""
    try:
        code = work()
        sys.stdout.flush()
    except CopydeskError as error:
        return tell(error, debug)
    except KeyboardInterrupt:
        complain(stopped)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        silence_stdout()
        return ExitCode.WELL
    except OSError as error:
        return tell(describe_os_error(error), debug)
    except Exception as error:
        if not stems_from_interrupt(error):
            raise
        complain(stopped)
        return ExitCode.INTERRUPTED
    return code or ExitCode.WELL


def stems_from_interrupt(error: BaseException) -> bool:
    """Whether a signal is at the root of it: an error that came up while Ctrl-C was being dealt
    with, as Prefect's of a task that had not quite begun, or DuckDB's word for a query that a
    signal ended."""
    return any(
        isinstance(e, KeyboardInterrupt)
        or (isinstance(e, RuntimeError) and str(e) == "Query interrupted")
        for e in list_chain(error)
    )


def list_chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what caused it, and so on."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def tell(error: CopydeskError, debug: bool) -> ExitCode:
    """Print the sentence and its hint, and the traceback where it is asked for."""
    if debug:
        traceback.print_exc()
    complain(error.message, error.hint)
    let_go(error)
    return ExitCode.USAGE if isinstance(error, UsageError) else ExitCode.NOTHING_DONE


def let_go(error: BaseException) -> None:
    """Empty the frames that the error came through: Prefect keeps the error until the process
    ends, and what they hold (DuckDB's objects) would complain then."""
    for each in list_chain(error):
        traceback.clear_frames(each.__traceback__)


def describe_os_error(error: OSError) -> CopydeskError:
    """The operating system's refusal, as one of ours."""
    where = f": {error.filename}" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"No space is left on the device{where}.", "Free some and run it again.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return FolderUnwritable(f"{error.strerror}{where}.", "Check its owner and permissions.")
    return CopydeskError(f"{error.strerror or error}{where}.")
