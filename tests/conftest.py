import signal
from collections.abc import Iterator

import pytest

from tests.world.prefect_server import PrefectServer, start_prefect_server


@pytest.fixture
def interruptible():
    """SIGINT raises, even where the tests were started with it ignored, as a job in the background
    is."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    """One for all files that only run commands: a start costs as much as ten of these."""
    with start_prefect_server(tmp_path_factory.mktemp("prefect")) as server:
        yield server
