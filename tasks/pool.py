"""A process pool in which one bad document harms only itself.

`concurrent.futures.ProcessPoolExecutor` breaks as a whole when one worker dies, and has no time
limit; pools with shared queues can hang when a worker is killed while it holds their lock. Here
every worker has a pipe of its own, so a death is seen at once and concerns one document.

The time limit is the worker's own kernel timer (`setitimer(2)`), at its default action: it ends
the process even inside C code that never returns to Python, and even when the parent is gone.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Any, ParamSpec, TypeVar, cast

from tasks.model import Limits

P = ParamSpec("P")
T = TypeVar("T")

# Seconds the parent waits beyond the worker's own timer: only for a worker that was stopped.
GRACE = 5.0
# A worker is replaced after this many calls, which bounds what C libraries and caches keep.
CALLS_PER_WORKER = 1_000


class WorkerCrashed(Exception):
    """The worker process died during the call; `args[0]` says of what."""


class WorkerTimeout(Exception):
    """The call took longer than the limit, and its worker was ended."""


@dataclass(frozen=True, slots=True)
class _Call:
    future: Future[Any]
    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


class DocumentPool(Executor):
    """`submit(function, …)` runs it in one of `workers` processes (0: one a core).

    The future raises `WorkerTimeout` after `limits.seconds`, `WorkerCrashed` when the process
    dies, and else what the function raised. Other calls are not affected by any of these.
    """

    def __init__(self, workers: int = 0, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._context: BaseContext | None = None
        self._calls: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._closed = False
        self._busy: set[_Worker] = set()
        self.workers = workers or os.cpu_count() or 1
        self._threads = [
            threading.Thread(target=self._serve, name=f"desk-{number}", daemon=True)
            for number in range(self.workers)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue a call; the function, its arguments and its result must be picklable, and must not
        be of the program's main module, which workers do not import."""
        if self._closed:
            raise RuntimeError("the pool is shut down")
        if self._context is None:  # a run without documents does without it
            self._context = _choose_context()
        future: Future[T] = Future()
        self._calls.put(_Call(future, fn, args, kwargs))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let queued calls finish (or cancel them), then end the workers."""
        self._closed = True
        if cancel_futures:
            self._cancel_queued()
        for _ in self._threads:
            self._calls.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> bool | None:
        """After an error nobody waits for what is queued or under way."""
        if kind is not None:
            self._closed = True
            self._cancel_queued()
            for worker in list(self._busy):
                worker.kill()
        self.shutdown(wait=True)
        return None

    def _cancel_queued(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                call = self._calls.get_nowait()
                if call is not None:
                    call.future.cancel()

    def _serve(self) -> None:
        worker: _Worker | None = None
        # What this thread starts inherits it: Ctrl-C is for the parent, which ends the rest.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        while (call := self._calls.get()) is not None:
            if call.future.set_running_or_notify_cancel():
                worker = self._run(call, worker)
        if worker is not None:
            worker.end()

    def _run(self, call: _Call, worker: _Worker | None) -> _Worker | None:
        try:
            worker = self._send(call, worker)
            outcome = self._receive(worker)
        except (WorkerCrashed, WorkerTimeout) as error:
            call.future.set_exception(error)
            return None
        except BaseException as error:  # noqa: BLE001 - an unpicklable call; it must reach its future
            call.future.set_exception(error)
            if worker is not None:
                worker.end()
            return None
        _settle(call.future, outcome)
        if worker.calls < CALLS_PER_WORKER:
            return worker
        worker.end()
        return None

    def _receive(self, worker: _Worker) -> tuple[bool, Any]:
        self._busy.add(worker)
        try:
            return worker.receive()
        finally:
            self._busy.discard(worker)

    def _send(self, call: _Call, worker: _Worker | None) -> _Worker:
        """A worker that died while idle never saw the call: it goes to a new one."""
        message = (call.function, call.args, call.kwargs)
        if worker is not None:
            try:
                worker.send(message)
                return worker
            except (BrokenPipeError, ConnectionResetError):
                worker.end()
        assert self._context is not None, "chosen when the call was submitted"
        worker = _Worker(self._context, self._limits)
        worker.send(message)
        return worker


class _Worker:
    """One process and the parent's end of its pipe."""

    def __init__(self, context: BaseContext, limits: Limits) -> None:
        self.calls = 0
        self._limits = limits
        self._pipe, theirs = context.Pipe()
        process = cast("Any", context).Process(target=_work, args=(theirs, limits), daemon=True)
        self._process: BaseProcess = process
        with _hide_main():
            self._process.start()
        theirs.close()

    def send(self, message: tuple[Any, ...]) -> None:
        self.calls += 1
        self._pipe.send(message)

    def receive(self) -> tuple[bool, Any]:
        """(True, result) or (False, exception)."""
        try:
            if not self._pipe.poll(self._limits.seconds + GRACE):
                self.end()
                raise WorkerTimeout(f"took longer than {self._limits.seconds:g} s")
            return cast("tuple[bool, Any]", self._pipe.recv())
        except (EOFError, ConnectionResetError):
            raise self._explain_death() from None

    def kill(self) -> None:
        """End the process; whoever waits for its answer learns of it."""
        self._process.kill()

    def end(self) -> None:
        """End the process now; it holds nothing that could be lost."""
        self._pipe.close()
        self._process.kill()
        self._process.join()

    def _explain_death(self) -> Exception:
        self._process.join(GRACE)
        code = self._process.exitcode
        self.end()
        if code == -signal.SIGALRM:
            return WorkerTimeout(f"took longer than {self._limits.seconds:g} s")
        return WorkerCrashed(f"the worker process died ({_name_exit(code)})")


def _work(pipe: Connection, limits: Limits) -> None:
    """The worker: answer calls until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _bound_memory(limits.memory_bytes)
    while True:
        try:
            function, args, kwargs = pipe.recv()
        except (EOFError, ConnectionResetError):
            return
        signal.setitimer(signal.ITIMER_REAL, limits.seconds)
        try:
            answer: tuple[bool, Any] = (True, function(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - it is the caller's, and is raised there
            answer = (False, error)
        signal.setitimer(signal.ITIMER_REAL, 0)
        try:
            _answer(pipe, answer)
        except (BrokenPipeError, ConnectionResetError):
            return


def _answer(pipe: Connection, answer: tuple[bool, Any]) -> None:
    try:
        pipe.send(answer)
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - pickling runs foreign code
        pipe.send((False, TypeError(f"the answer could not be pickled: {error}")))


def _settle(future: Future[Any], outcome: tuple[bool, Any]) -> None:
    good, value = outcome
    if good:
        future.set_result(value)
    else:
        future.set_exception(value)


def _bound_memory(size: int) -> None:
    """A document that eats memory gets a MemoryError instead of waking the OOM killer."""
    if size <= 0:
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = size if hard == resource.RLIM_INFINITY else min(size, hard)
    with contextlib.suppress(ValueError, OSError):  # macOS refuses it
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def _name_exit(code: int | None) -> str:
    if code is None:
        return "no exit status"
    if code < 0:
        return signal.Signals(-code).name
    return f"exit status {code}"


_HIDING = threading.Lock()


@contextlib.contextmanager
def _hide_main() -> Iterator[None]:
    """A new process imports the program's main module again. Inside, it finds a main module that
    has neither name nor file, and does not: workers need nothing of it, and where it is Prefect's
    engine it would cost each of them 1.4 s and 62 MB."""
    with _HIDING:
        main = sys.modules["__main__"]
        nameless = ModuleType("__main__")
        vars(nameless).update(vars(main), __spec__=None, __file__=None)
        sys.modules["__main__"] = nameless
        try:
            yield
        finally:
            sys.modules["__main__"] = main


def load_ahead() -> None:
    """Start what workers are forked from, so that it loads the libraries while the program loads
    its own; a pool made later finds it ready."""
    _choose_context()


def _choose_context() -> BaseContext:
    """A fork server loads the libraries once and forks a worker in milliseconds; a plain fork
    would copy the parent's threads and locks."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tasks.desk"])
    resource_tracker.ensure_running()  # the fork server needs it, and starting it unblocks SIGINT
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()  # it loads the libraries while the caller gets ready
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context
