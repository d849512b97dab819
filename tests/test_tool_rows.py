"""The rows of the tool log."""

from tui import events
from tui.widgets.tool_rows import MOST_ROWS, ToolRows, details, summary


def announced(rows: ToolRows, key: str = "t1", parent: str = "", text: str = "") -> None:
    rows.arguments(
        events.ToolArgumentsDelta(
            at=1, call="c1", text=text, tool_call=key, name="roll_dice", parent=parent
        )
    )


def test_a_row_appears_with_the_first_piece_of_its_arguments() -> None:
    rows = ToolRows()
    announced(rows)
    announced(rows, text='{"sid')
    (row,) = rows
    assert (row.name, row.state, row.arguments) == ("roll_dice", "calling", '{"sid')


def test_the_time_of_a_tool_is_its_own_and_not_its_streams() -> None:
    rows = ToolRows()
    announced(rows)
    rows.change(events.ToolCalled(at=5, tool_call="t1", name="roll_dice", arguments="{}"))
    (row,) = rows
    assert row.elapsed(100) is None
    rows.change(events.ToolStarted(at=10, tool_call="t1"))
    assert row.elapsed(25) == 15
    rows.change(events.ToolFinished(at=40, tool_call="t1", outcome="ok", output="17"))
    assert row.elapsed(100) == 30
    assert (row.state, summary(row)) == ("ok", "17")


def test_a_tool_that_raised_tells_its_error_and_what_the_model_was_told() -> None:
    rows = ToolRows()
    announced(rows)
    problem = events.Problem(kind="tool", message="ValueError: no", detail="line 3")
    rows.change(
        events.ToolFinished(at=2, tool_call="t1", outcome="error", output="sorry", problem=problem)
    )
    (row,) = rows
    assert summary(row) == "ValueError: no"
    assert ("result", "sorry") in details(row)
    assert ("detail", "line 3") in details(row)


def test_calls_of_a_nested_agent_stand_one_step_further_in() -> None:
    rows = ToolRows()
    announced(rows, "t1")
    announced(rows, "t2", parent="t1")
    announced(rows, "t3", parent="t2")
    assert [row.depth for row in rows] == [0, 1, 2]


def test_after_a_death_nothing_runs_and_what_ran_may_have_completed() -> None:
    rows = ToolRows()
    announced(rows, "t1")
    announced(rows, "t2")
    rows.change(events.ToolStarted(at=3, tool_call="t1"))
    rows.abandon(9)
    assert [(row.state, row.ended) for row in rows] == [("unknown", 9), ("cancelled", 9)]
    assert not list(rows.running())


def test_a_flood_of_printed_lines_is_bounded() -> None:
    rows = ToolRows()
    for number in range(MOST_ROWS + 10):
        rows.add_line(str(number))
    assert len(rows.rows) <= MOST_ROWS
    assert rows.rows[-1].result == str(MOST_ROWS + 9)
