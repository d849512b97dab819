"""The text of a column fits into it, and what is cut says so."""

import pytest
from rich.cells import cell_len

from tests.comparison.facts import facts
from tui.comparison.column_figures import ColumnFigures, ended_figures
from tui.core.metrics.figure import estimated, measured
from tui.dashboard.comparison.column_lines import difference_lines, figure_lines, state_line
from tui.dashboard.performance.styled_lines import plain

FULL = ColumnFigures(
    first_word=measured(0.734), ttft=measured(92.3), rate=estimated(99.9), cost=measured(0.0123),
    input=measured(12_345_678), output=estimated(370), total=measured(92.1), tools=measured(3),
    words=measured(254),
)  # fmt: skip


@pytest.mark.parametrize("width", range(30, 160))
def test_all_figures_fit_and_are_shown_whole(width: int) -> None:
    lines = [plain(line) for line in figure_lines(FULL, {"total"}, width)]
    assert all(cell_len(line) <= width for line in lines)
    text = "\n".join(lines)
    for value in ("734 ms", "1 m 32 s", "~99.9", "12.35M", "~370", "$0.0123", "254"):
        assert value in text
    assert text.count("▲") == 1
    if width >= 38:
        assert "…" not in text


@pytest.mark.parametrize("width", [20, 36, 48, 98])
def test_the_state_gives_way_to_the_time_and_the_mark(width: int) -> None:
    line = state_line("retrying in 3.2 s (attempt 2 of 3)", "00:04.2", "▲ first", width)
    assert cell_len(line.plain) == width
    assert line.plain.endswith("00:04.2  ▲ first")
    assert "…" in line.plain or "of 3)" in line.plain


@pytest.mark.parametrize("width", [58, 98, 158])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_the_table_of_differences_fits(width: int, count: int) -> None:
    labels = [f"{'a very long name ' * 6}{number}" for number in range(count)]
    figures = [ended_figures(facts(total=1.0 + number, cost=0.1)) for number in range(count)]
    lines = [plain(line) for line in difference_lines(labels, figures, width)]
    assert all(cell_len(line) <= width for line in lines)
    assert "…" in lines[0]
    assert any(line.startswith("total") for line in lines)
