import signal

import pytest


@pytest.fixture
def interruptible():
    """SIGINT raises, even where the tests were started with it ignored, as a job in the background
    is."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
