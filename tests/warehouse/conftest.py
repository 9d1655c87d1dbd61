from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warehouse.builders import make_empty
from warehouse.layout import Layout
from warehouse.writer import Writer, open_writer


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return make_empty(tmp_path)


@pytest.fixture
def writer(layout: Layout) -> Iterator[Writer]:
    with open_writer(layout) as opened:
        yield opened
