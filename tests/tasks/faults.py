"""Things that go wrong inside a worker, for real."""

import ctypes
import os
import re
import signal
import time


def echo(value):
    return value


def hang_in_c():
    """Backtracks for centuries inside the re module, which never gives the GIL back."""
    re.match(r"(a+)+$", "a" * 64 + "b")


def segfault():
    ctypes.string_at(0)


def kill_own_process():
    os.kill(os.getpid(), signal.SIGKILL)


def stop_own_process():
    os.kill(os.getpid(), signal.SIGSTOP)


def eat_memory(size):
    return len(bytearray(size))


def nap(seconds):
    time.sleep(seconds)
    return os.getpid()


def refuse():
    raise ValueError("as it should")


class Unpicklable:
    def __reduce__(self):
        raise TypeError("cannot be pickled")


def answer_unpicklable():
    return Unpicklable()
