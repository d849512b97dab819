from hypothesis import given
from hypothesis import strategies as st

from tui.dashboard.transcript.heights import Heights

HEIGHTS = st.lists(st.integers(0, 9), min_size=1, max_size=60)


def filled(values: list[int]) -> Heights:
    heights = Heights()
    for value in values:
        heights.append(value)
    return heights


@given(HEIGHTS, st.data())
def test_starts_are_the_sums_of_the_heights_above(values: list[int], data: st.DataObject) -> None:
    heights = filled(values)
    for _ in range(5):
        index = data.draw(st.integers(0, len(values) - 1))
        values[index] = data.draw(st.integers(0, 9))
        heights.set(index, values[index])
    assert heights.total == sum(values)
    assert [heights.start(i) for i in range(len(values))] == [
        sum(values[:i]) for i in range(len(values))
    ]


@given(HEIGHTS)
def test_every_line_is_found_in_its_entry(values: list[int]) -> None:
    heights = filled(values)
    expected = [(i, row) for i, value in enumerate(values) for row in range(value)]
    assert [heights.find(line) for line in range(sum(values))] == expected


@given(HEIGHTS, HEIGHTS, st.integers(0, 60))
def test_truncated_heights_can_grow_again(values: list[int], more: list[int], length: int) -> None:
    heights = filled(values)
    heights.truncate(min(length, len(values)))
    for value in more:
        heights.append(value)
    kept = values[:length] + more
    assert heights.total == sum(kept)
    assert [heights.start(i) for i in range(len(kept))] == [sum(kept[:i]) for i in range(len(kept))]
