import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from tasks.model import Limits
from tasks.pool import DocumentPool, WorkerCrashed, WorkerTimeout
from tests.tasks import faults

LIMITS = Limits(seconds=1.0, memory_bytes=1 << 30)


@pytest.fixture(scope="module")
def pool():
    with DocumentPool(2, LIMITS) as pool:
        pool.submit(faults.echo, 0).result()
        yield pool


def among_neighbours(pool, fault, *args):
    """Run a fault among calls that must not notice it; return the fault's future."""
    before = [pool.submit(faults.echo, n) for n in range(20)]
    bad = pool.submit(fault, *args)
    after = [pool.submit(faults.echo, n) for n in range(20)]
    assert [future.result() for future in before + after] == [*range(20), *range(20)]
    return bad


def test_results_come_back(pool):
    assert list(pool.map(faults.echo, range(100))) == list(range(100))


def test_an_exception_is_the_calls_own(pool):
    with pytest.raises(ValueError, match="as it should"):
        among_neighbours(pool, faults.refuse).result()


@pytest.mark.parametrize("fault", [faults.segfault, faults.kill_own_process])
def test_a_dead_worker_costs_one_call(pool, fault):
    with pytest.raises(WorkerCrashed, match=r"SIGSEGV|SIGKILL"):
        among_neighbours(pool, fault).result()


def test_a_hang_in_c_code_is_ended_in_time(pool):
    started = time.monotonic()
    with pytest.raises(WorkerTimeout):
        among_neighbours(pool, faults.hang_in_c).result()
    assert 0.9 < time.monotonic() - started < 4


def test_a_stopped_worker_is_ended_by_the_parent(pool, monkeypatch):
    monkeypatch.setattr("tasks.pool.GRACE", 0.5)
    with pytest.raises(WorkerTimeout):
        among_neighbours(pool, faults.stop_own_process).result()


def test_a_hungry_call_gets_a_memory_error(pool):
    with pytest.raises(MemoryError):
        among_neighbours(pool, faults.eat_memory, 4 << 30).result()


def test_an_unpicklable_call_or_answer_reaches_its_future(pool):
    with pytest.raises(Exception, match="pickle"):
        among_neighbours(pool, faults.echo, threading.Lock()).result()
    with pytest.raises(Exception, match="pickled"):
        among_neighbours(pool, faults.answer_unpicklable).result()


def test_a_worker_killed_while_idle_costs_nothing():
    with DocumentPool(1, LIMITS) as pool:
        pid = pool.submit(faults.nap, 0).result()
        os.kill(pid, signal.SIGKILL)
        psutil.wait_procs([p for p in psutil.process_iter() if p.pid == pid], timeout=2)
        time.sleep(0.1)
        assert pool.submit(faults.echo, "alive").result() == "alive"


def test_a_worker_killed_from_outside_costs_its_one_call():
    with DocumentPool(1, LIMITS) as pool:
        pid = pool.submit(faults.nap, 0).result()
        busy = pool.submit(faults.nap, 0.9)
        queued = pool.submit(faults.echo, "unharmed")
        time.sleep(0.2)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(WorkerCrashed):
            busy.result()
        assert queued.result() == "unharmed"


def test_no_process_is_left_behind():
    with DocumentPool(2, LIMITS) as pool:
        pids = {pool.submit(faults.nap, 0.05).result() for _ in range(6)}
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_a_pool_that_is_shut_down_takes_no_calls():
    pool = DocumentPool(1, LIMITS)
    pool.shutdown()
    with pytest.raises(RuntimeError):
        pool.submit(faults.echo, 1)


def test_after_an_error_nobody_waits():
    started = time.monotonic()
    with (
        pytest.raises(KeyboardInterrupt),
        DocumentPool(1, Limits(seconds=30, memory_bytes=0)) as pool,
    ):
        busy, queued = pool.submit(faults.nap, 20), pool.submit(faults.nap, 20)
        pool.submit(faults.echo, 1)
        time.sleep(1)
        raise KeyboardInterrupt
    assert time.monotonic() - started < 10
    assert isinstance(busy.exception(), WorkerCrashed)
    assert queued.cancelled()


def test_workers_do_not_import_the_main_module_again(tmp_path):
    script = tmp_path / "program.py"
    script.write_text(
        "import os, sys\n"
        "open('imports.txt', 'a').write(__name__ + '\\n')\n"
        "if __name__ == '__main__':\n"
        "    from tasks.pool import DocumentPool\n"
        "    with DocumentPool(2) as pool:\n"
        "        assert list(pool.map(abs, [-1, -2, -3])) == [1, 2, 3]\n"
        "    assert sys.modules['__main__'].__file__ == __file__\n"
    )
    root = str(Path(__file__).parents[2])
    for arguments in ([str(script)], ["-m", "program"]):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, str(tmp_path)])}
        command = [sys.executable, *arguments]
        subprocess.run(command, cwd=tmp_path, env=environment, check=True, timeout=60)
    assert (tmp_path / "imports.txt").read_text().split() == ["__main__", "__main__"]
