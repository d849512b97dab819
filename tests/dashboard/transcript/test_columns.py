"""How wide the columns of a table become."""

from tui.dashboard.transcript.markdown_tables import fitted
from tui.dashboard.transcript.pieces import Columns


def test_only_the_wide_column_of_a_table_wraps() -> None:
    columns = Columns(widest=(10, 16, 60, 8), longest_word=(5, 8, 9, 4))
    assert fitted(columns, 80) == [10, 16, 37, 8]


def test_columns_that_are_all_wide_get_the_same_width() -> None:
    columns = Columns(widest=(90, 70, 80), longest_word=(6, 6, 6))
    assert fitted(columns, 66) == [20, 20, 20]


def test_a_table_takes_no_more_room_than_it_can_use() -> None:
    columns = Columns(widest=(33, 41, 7), longest_word=(9, 5, 7))
    for width in range(30, 100):
        widths = fitted(columns, width)
        assert sum(widths) == min(width - 6, 33 + 41 + 7)
