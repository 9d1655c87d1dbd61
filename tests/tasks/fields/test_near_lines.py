from hypothesis import given
from hypothesis import strategies as st

from tasks.fields.times.lines import _list_near


@given(st.integers(0, 12), st.integers(0, 12))
def test_lines_come_by_their_distance_and_each_once(anchor: int, count: int) -> None:
    wanted = sorted(range(count), key=lambda number: (abs(number - anchor), -number))
    assert list(_list_near(anchor, count)) == wanted
