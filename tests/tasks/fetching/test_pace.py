import asyncio
import time

from tasks.fetching.pace import SLOWEST, Pace


def measure_turn(pace):
    started = time.monotonic()
    asyncio.run(pace.turn())
    return time.monotonic() - started


def test_a_pause_after_each_request():
    pace = Pace(0.05)
    assert measure_turn(pace) < 0.04
    pace.done()
    assert 0.045 <= measure_turn(pace) < 0.5


def test_a_crawl_delay_counts_from_the_request_that_told_of_it():
    pace = Pace(0.0)
    pace.done()
    pace.obey(0.05)
    assert 0.04 <= measure_turn(pace) < 0.5


def test_a_host_that_had_too_much_is_left_alone_longer_at_once():
    pace = Pace(0.05)
    pace.done()
    pace.slow_down()
    assert pace.gap == 1.0
    pace.obey(10 * SLOWEST)
    assert pace.gap == SLOWEST
